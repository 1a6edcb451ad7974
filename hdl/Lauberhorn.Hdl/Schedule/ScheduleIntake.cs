// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>What the intake chose.</summary>
public interface IScheduleIntake : IBus
{
    /// <summary>The step that begins in this tick; <see cref="StepKind.None"/> too while the pipeline stands.</summary>
    ScheduleStep Step { get; set; }

    /// <summary>Whether it is the sweeper's.</summary>
    bool TakesSweep { get; set; }

    /// <summary>Whether it takes a core from its process, as the scanner proposed.</summary>
    bool TakesVictim { get; set; }

    /// <summary>Whether it is about a core that has not come in time.</summary>
    bool TakesOverdue { get; set; }

    /// <summary>Whether a notice went before something else that was on offer.</summary>
    bool Overtakes { get; set; }

    /// <summary>Whether a kernel endpoint waits for whose turn it is to be known.</summary>
    bool IsKernelHeld { get; set; }
}

/// <summary>Whose turn it is; a register.</summary>
public interface IScheduleTurn : IBus
{
    /// <summary>Whether what has waited long enough goes before a <see cref="NoticeKind.Waiting"/>.</summary>
    bool IsOthers { get; set; }

    /// <summary>Whether a kernel endpoint was held in the tick before: nothing begins that would hold it again.</summary>
    bool IsKernels { get; set; }

    /// <summary>
    /// Whether the last message that a kernel endpoint took was of a process that had waited for too long: the next one is not.
    /// </summary>
    bool WasLate { get; set; }
}

/// <summary>
/// Chooses the step that begins: a process to be looked at again, a Withdraw, a core that has not come in time, a core to be taken, what
/// the OS says of a core, a process's load, a Waiting, arrivals, and the
/// sweeper, which goes before arrivals when it is in a hurry; in this order. So that nothing starves, an arrival (or a sweeper in a hurry) that 15
/// notices have overtaken goes before the next Waiting. A kernel endpoint's Waiting is looked up in its first tick (<see cref="ILocalChoice"/>), and needs to know whose turn it is, so it waits while the
/// step ahead could change that: for a tick, and for another at most, in which nothing begins. A process that has waited for too long goes
/// before that whose turn it is, and before the one that
/// the core ran last, but not twice in a row, so that half of the turns stay as they are. All that the step needs is read in the same tick.
/// No latency, no state; one step per tick while the pipeline moves, otherwise nothing is taken. Ready does not depend on the ready of any output.
/// </summary>
internal sealed class ScheduleIntake(
    [InputBus] Stream<Arrival> arrivals,
    [InputBus] Stream<EndpointNotice> notices,
    [InputBus] Stream<CoreNotice> cores,
    [InputBus] IStream<Revisit> revisits,
    [InputBus] IFifoState revisitState,
    [InputBus] IStream<LoadChange> changes,
    [InputBus] ISweepRequest sweep,
    [InputBus] IVictim victim,
    [InputBus] IOverdueCore overdue,
    [InputBus] ILateProcess late,
    Stream<Stores.SlotRelease> releases,
    Stream<CoreInterrupt> interrupts,
    [InputBus] IScheduleUpdate update,
    [InputBus] IScheduleTotals totals,
    [InputBus] IScheduleStep ahead,
    [InputBus] ISchedulePace pace,
    [InputBus] IScheduleTurn turn,
    [InputBus] ILocalChoice local,
    ScheduleShape shape) : SimpleProcess
{
    [InputBus] private readonly IStream<Stores.SlotRelease> releases = releases.Forward;
    [InputBus] private readonly IStream<CoreInterrupt> interrupts = interrupts.Forward;
    [OutputBus] private readonly IScheduleIntake intake = Scope.CreateBus<IScheduleIntake>("intake");
    [OutputBus] private readonly IRamRead processRead = Scope.CreateBus<IRamRead>("processRead");
    [OutputBus] private readonly IRamRead markRead = Scope.CreateBus<IRamRead>("markRead");
    [OutputBus] private readonly IRamRead coreRead = Scope.CreateBus<IRamRead>("coreRead");
    private readonly uint processMask = shape.ProcessMask;
    private readonly uint endpointMask = shape.EndpointMask;
    private readonly uint coreMask = shape.CoreMask;

    internal IScheduleIntake Intake => intake;

    internal IRamRead ProcessRead => processRead;

    internal IRamRead MarkRead => markRead;

    internal IRamRead CoreRead => coreRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // What may make a core leave its process may make a process be looked at again, for which there must be room.
        Backlog backlog = update.Totals.Backlog;
        bool hasRoom = revisitState.Count <= Scheduler.RevisitDepth - Scheduler.RevisitMargin;
        bool isWithdraw = notices.Valid && notices.Item.Kind == NoticeKind.Withdraw;
        bool isWaiting = notices.Valid && notices.Item.Kind == NoticeKind.Waiting;
        bool isKernel = notices.Item.Process == EndpointNotice.AnyProcess;

        bool takesRevisit = revisits.Valid && ahead.Step.Kind != StepKind.Revisit;
        bool takesWithdraw = !takesRevisit && isWithdraw;
        bool isBusy = takesRevisit || takesWithdraw;
        bool isLookedUp = local.Valid && local.Endpoint == notices.Item.Endpoint;
        bool isHeld = isWaiting && isKernel && !(isLookedUp && IsTurnKnown(ahead.Step, backlog));
        bool isLocal = local.HasProcess && backlog.Count != 0 && !MayChange(ahead.Step, local.Process);
        bool isLate = late.Valid && backlog.Count != 0 && !turn.WasLate && !MayServe(ahead.Step, late.Process);
        bool isStill = isHeld && turn.IsKernels;
        bool isInterruptFree = !interrupts.Valid && ahead.Step.Kind is not (StepKind.Yield or StepKind.Interrupt or StepKind.Overdue);
        ushort onTheirWay = (ushort)(totals.Totals.Coming + (victim.IsBusy ? totals.Totals.Asked : 0));

        // One that is overdue makes room for another.
        bool takesOverdue = !isBusy && !isStill && overdue.Valid && isInterruptFree;
        isBusy |= takesOverdue;

        // Where a core waits in the kernel none need be taken: who wants one does not use kernel endpoints, and the kernel that hears of it finds one.
        bool takesVictim = !isBusy && !isStill && victim.Valid && hasRoom && totals.Totals.Wanting > onTheirWay && !totals.Totals.Kernel.HasTop && isInterruptFree;
        isBusy |= takesVictim;
        bool takesCore = !isBusy && !isStill && cores.Valid && hasRoom;
        isBusy |= takesCore || isStill;
        bool takesChange = !isBusy && changes.Valid && update.Totals.Kernel.HasTop && ahead.Step.Kind == StepKind.None;
        isBusy |= takesChange;

        // A kernel endpoint that begins to wait hears of a load before it gets a message: when there is much to do, no kernel endpoint ever waits for long.
        bool isChange = isKernel && changes.Valid && ahead.Step.Kind != StepKind.Reschedule && !ahead.Step.IsChange;
        ushort change = (ushort)(changes.Item.Process | (changes.Item.IsHigh ? LoadChange.HighBit : 0));

        // The step of an arrival or of the sweeper may release a slot, so it begins only when the last one is gone: a release never holds the pipeline up.
        bool sweeps = sweep.Valid && !releases.Valid;
        bool isUrgent = sweeps && sweep.IsUrgent;
        bool hasArrival = arrivals.Valid && !releases.Valid;
        bool othersWait = hasArrival || isUrgent;
        bool takesWaiting = !isBusy && isWaiting && !isHeld && (!isKernel || hasRoom) && (!turn.IsOthers || !othersWait);
        isBusy |= takesWaiting;
        bool takesArrival = !isBusy && !isUrgent && hasArrival;
        bool takesSweep = !isBusy && !takesArrival && sweeps;

        ScheduleStep step = new() { Process = sweep.Process, Item = sweep.Time };
        if (takesRevisit)
        {
            step = new() { Kind = StepKind.Revisit, Process = revisits.Item.Process };
        }
        else if (takesWithdraw)
        {
            step = new()
            {
                Kind = StepKind.Withdraw,
                Process = notices.Item.Process,
                Item = notices.Item.Endpoint,
                IsKernel = isKernel,
                Core = notices.Item.Endpoint,
            };
        }
        else if (takesOverdue)
        {
            step = new() { Kind = StepKind.Overdue, Process = overdue.Process, Item = overdue.Endpoint, Core = overdue.Core };
        }
        else if (takesVictim)
        {
            step = new()
            {
                Kind = victim.IsBusy ? StepKind.Interrupt : StepKind.Yield,
                Process = victim.Process,
                Item = victim.Endpoint,
                Core = victim.Core,
            };
        }
        else if (takesCore)
        {
            step = new() { Kind = StepKind.Core, Process = cores.Item.State.Process, Item = cores.Item.Core, Core = cores.Item.Core, State = cores.Item.State };
        }
        else if (takesChange)
        {
            step = new() { Kind = StepKind.Reschedule, Process = changes.Item.Process, Change = change };
        }
        else if (takesWaiting)
        {
            step = new()
            {
                Kind = StepKind.Waiting,
                Process = !isKernel ? notices.Item.Process : isLate ? late.Process : isLocal ? local.Process : backlog.Head,
                Item = notices.Item.Endpoint,
                IsKernel = isKernel,
                IsLocal = isKernel && isLocal && !isLate && !isChange,
                IsLate = isKernel && isLate && !isChange,
                IsChange = isChange,
                Change = change,
                Core = notices.Item.Endpoint,
            };
        }
        else if (takesArrival)
        {
            step = new()
            {
                Kind = StepKind.Arrival,
                Process = arrivals.Item.Process,
                Item = arrivals.Item.Slot,
                IsCall = arrivals.Item.IsCall,
                Service = arrivals.Item.Service,
                Generation = arrivals.Item.Generation,
            };
        }
        else if (takesSweep)
        {
            step = step with { Kind = sweep.Kind, IsSweep = true };
        }

        ushort process = (ushort)(step.Process & processMask);
        notices.Ready = pace.Moves && (takesWithdraw || takesWaiting);
        arrivals.Ready = pace.Moves && takesArrival;
        cores.Ready = pace.Moves && takesCore;
        intake.TakesSweep = pace.Moves && takesSweep;
        intake.TakesVictim = pace.Moves && takesVictim;
        intake.TakesOverdue = pace.Moves && takesOverdue;
        intake.Overtakes = pace.Moves && (takesWithdraw || takesWaiting) && othersWait;
        intake.IsKernelHeld = isHeld;
        intake.Step = step with { Process = process };
        processRead.Enable = pace.Moves;
        processRead.Address = process;
        markRead.Enable = pace.Moves;
        markRead.Address = step.Item & endpointMask;
        coreRead.Enable = pace.Moves;
        coreRead.Address = step.Core & coreMask;
    }

    // Whether the step that is decided in this tick could take a process out of the backlog, or a core from it: that was not seen when the core's process was looked up.
    private static bool MayChange(ScheduleStep step, ushort process) =>
        step.Kind is not (StepKind.None or StepKind.Look)
        && (step.Process == process || step.Kind is StepKind.Core or StepKind.Yield or StepKind.Interrupt or StepKind.Overdue);

    // Whether the step that is decided in this tick could serve a process that has waited for too long, or take it out of the backlog.
    // Arrivals cannot, however many there are.
    private static bool MayServe(ScheduleStep step, ushort process) =>
        step.Kind is StepKind.Waiting or StepKind.Core or StepKind.Revisit or StepKind.Expire or StepKind.Flush && step.Process == process;

    // Whether the step that is decided in this tick leaves it as it is whose turn it is.
    private static bool IsTurnKnown(ScheduleStep step, Backlog backlog) => step.Kind switch
    {
        StepKind.None or StepKind.Look or StepKind.Withdraw or StepKind.Yield or StepKind.Interrupt or StepKind.Overdue => true,
        StepKind.Arrival => backlog.Count != 0,
        StepKind.Waiting => !step.IsKernel && (backlog.Count == 0 || backlog.Head != step.Process),
        _ => false,
    };
}

/// <summary>
/// The register between the choice of a step and the decision, and the count of notices that overtook something.
/// Latency 1 tick; one step per tick; holds its step while the pipeline stands.
/// </summary>
[ClockedProcess]
public sealed class ScheduleIntakeRegister(
    [InputBus] IScheduleIntake intake,
    [InputBus] ISchedulePace pace,
    [OutputBus] IScheduleStep step,
    [OutputBus] IScheduleTurn turn) : SimpleProcess
{
    private byte overtaken;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            step.Step = intake.Step;
            step.FollowsSame = step.Step.Kind != StepKind.None && step.Step.Process == intake.Step.Process;
            bool isFull = overtaken == Scheduler.MostOvertakes - 1;
            turn.IsOthers = intake.Overtakes && (isFull || turn.IsOthers);
            turn.IsKernels = intake.IsKernelHeld;
            if (intake.Step.Kind == StepKind.Waiting && intake.Step.IsKernel && !intake.Step.IsChange)
            {
                turn.WasLate = intake.Step.IsLate;
            }

            overtaken = (byte)(intake.Overtakes && !isFull ? (overtaken + 1) & 15 : 0);
        }
    }
}
