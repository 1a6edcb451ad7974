// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The step that the intake accepts: one of these, or none.</summary>
internal readonly record struct IntakeChoice
{
    /// <summary>A process that is to be scheduled again.</summary>
    public bool Revisit { get; init; }

    /// <summary>A <see cref="NoticeKind.Withdraw"/>.</summary>
    public bool Withdraw { get; init; }

    /// <summary>A preempted core that is overdue.</summary>
    public bool Overdue { get; init; }

    /// <summary>A core that is preempted.</summary>
    public bool Victim { get; init; }

    /// <summary>The OS's store of a core's state.</summary>
    public bool Core { get; init; }

    /// <summary>A process's load that is reported to the kernel.</summary>
    public bool Change { get; init; }

    /// <summary>A <see cref="NoticeKind.Waiting"/>.</summary>
    public bool Waiting { get; init; }

    /// <summary>A message.</summary>
    public bool Arrival { get; init; }

    /// <summary>A step of the sweeper.</summary>
    public bool Sweep { get; init; }
}

/// <summary>
/// Arbitrates, with fixed priority, the step that begins: a process to be scheduled again, a Withdraw, an overdue core, a core to be
/// preempted, what the OS stores about a core, a process's load, a Waiting, arrivals, and the sweeper, which goes before arrivals when it
/// is in a hurry; in this order. So that nothing starves, an arrival (or a sweeper in a hurry) that 15 notices have overtaken goes before
/// the next Waiting. A kernel endpoint's Waiting is looked up in its first tick (<see cref="ILocalChoice"/>), and needs the
/// head of the round-robin list, so it stalls while the step ahead could change that: for a tick, and for another at most, in which nothing
/// begins. A process that has waited for too long goes before the head of that list, and before the one that the core ran last, but not
/// twice in a row, so that half of the turns stay as they are. All that the step needs is read in the same tick. Combinational; one step
/// per tick while the pipeline advances, otherwise none is accepted. Ready does not depend on the ready of any output.
/// </summary>
internal sealed class ScheduleIntake(
    [Ports] ScheduleRequests asked,
    [Ports] ScheduleFindings found,
    [Ports] ScheduleOutlets outlets,
    [Ports] SchedulePipeline pipeline,
    ScheduleShape shape) : SimpleProcess
{
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
        // Each is a variable of its own: the graph of what waits for what (docs/waits.md) does not tell members of a record apart. What may
        // make a core leave its process may make a process be scheduled again, for which there must be room.
        bool moves = pipeline.Pace.Moves;
        StepKind ahead = pipeline.Ahead.Step.Kind;
        bool hasRoom = outlets.Revisits.Count <= Scheduler.RevisitDepth - Scheduler.RevisitMargin;
        bool isWaiting = asked.Notices.Valid && asked.Notices.Item.Kind == NoticeKind.Waiting;
        bool isKernel = asked.Notices.Item.Process == EndpointNotice.AnyProcess;
        bool isHeld = isWaiting && isKernel && !IsLookedUp();
        bool isStill = isHeld && pipeline.Turn.IsKernels;
        bool isInterruptFree = !outlets.Interrupts.Valid && ahead is not (StepKind.Yield or StepKind.Interrupt or StepKind.Overdue);

        // The step of an arrival or of the sweeper may release a slot, so it begins only when the last one is gone: a release never stalls
        // the pipeline.
        bool sweeps = asked.Sweep.Valid && !outlets.Releases.Valid;
        bool isUrgent = sweeps && asked.Sweep.IsUrgent;
        bool hasArrival = asked.Arrivals.Valid && !outlets.Releases.Valid;
        bool othersWait = hasArrival || isUrgent;

        // The first that may begin does. A core that is overdue makes room for another.
        bool takesRevisit = asked.Revisits.Valid && ahead != StepKind.Revisit;
        bool takesWithdraw = !takesRevisit && asked.Notices.Valid && asked.Notices.Item.Kind == NoticeKind.Withdraw;
        bool isBusy = takesRevisit || takesWithdraw || isStill;
        bool takesOverdue = !isBusy && found.Overdue.Valid && isInterruptFree;
        isBusy |= takesOverdue;
        bool takesVictim = !isBusy && found.Victim.Valid && hasRoom && isInterruptFree && IsCoreWanted();
        isBusy |= takesVictim;
        bool takesCore = !isBusy && asked.Cores.Valid && hasRoom;
        isBusy |= takesCore;
        bool takesChange = !isBusy && asked.Changes.Valid && pipeline.Update.Totals.Kernel.HasTop && ahead == StepKind.None;
        isBusy |= takesChange;
        bool takesWaiting = !isBusy && isWaiting && !isHeld && (!isKernel || hasRoom) && (!pipeline.Turn.IsOthers || !othersWait);
        isBusy |= takesWaiting;
        bool takesArrival = !isBusy && !isUrgent && hasArrival;
        bool takesSweep = !isBusy && !takesArrival && sweeps;
        asked.Notices.Ready = moves && (takesWithdraw || takesWaiting);
        asked.Arrivals.Ready = moves && takesArrival;
        asked.Cores.Ready = moves && takesCore;
        intake.TakesSweep = moves && takesSweep;
        intake.TakesVictim = moves && takesVictim;
        intake.TakesOverdue = moves && takesOverdue;
        intake.Overtakes = moves && (takesWithdraw || takesWaiting) && othersWait;
        intake.IsKernelHeld = isHeld;
        Begin(new IntakeChoice
        {
            Revisit = takesRevisit,
            Withdraw = takesWithdraw,
            Overdue = takesOverdue,
            Victim = takesVictim,
            Core = takesCore,
            Change = takesChange,
            Waiting = takesWaiting,
            Arrival = takesArrival,
            Sweep = takesSweep,
        });
    }

    // The step begins, and all that it needs is read.
    private void Begin(in IntakeChoice choice)
    {
        bool moves = pipeline.Pace.Moves;
        ScheduleStep step = Step(choice);
        ushort process = (ushort)(step.Process & processMask);
        intake.Step = step with { Process = process };
        processRead.Enable = moves;
        processRead.Address = process;
        markRead.Enable = moves;
        markRead.Address = step.Item & endpointMask;
        coreRead.Enable = moves;
        coreRead.Address = step.Core & coreMask;
    }

    // Whether the process that the core ran last, and the head of the round-robin list, are known.
    private bool IsLookedUp() =>
        found.Local.Valid
        && found.Local.Endpoint == asked.Notices.Item.Endpoint
        && IsTurnKnown(pipeline.Ahead.Step, pipeline.Update.Totals.Backlog);

    // Where a core waits in the kernel none need be preempted: a process that wants one does not use kernel endpoints, and the kernel that
    // is notified finds one.
    private bool IsCoreWanted()
    {
        ScheduleTotals all = pipeline.Totals.Totals;
        ushort onTheirWay = (ushort)(all.Coming + (found.Victim.IsBusy ? all.Asked : 0));
        return all.Wanting > onTheirWay && !all.Kernel.HasTop;
    }

    private ScheduleStep Step(in IntakeChoice choice)
    {
        ScheduleStep step = new() { Process = asked.Sweep.Process, Item = asked.Sweep.Time };
        if (choice.Revisit)
        {
            step = new() { Kind = StepKind.Revisit, Process = asked.Revisits.Item.Process };
        }
        else if (choice.Withdraw)
        {
            step = Withdraw();
        }
        else if (choice.Overdue)
        {
            step = Miss();
        }
        else if (choice.Victim)
        {
            step = Take();
        }
        else if (choice.Core)
        {
            step = State(asked.Cores.Item);
        }
        else if (choice.Change)
        {
            step = new() { Kind = StepKind.Reschedule, Process = asked.Changes.Item.Process, Change = Change() };
        }
        else if (choice.Waiting)
        {
            step = Waiting();
        }
        else if (choice.Arrival)
        {
            step = Arrive(asked.Arrivals.Item);
        }
        else if (choice.Sweep)
        {
            step = step with { Kind = asked.Sweep.Kind, IsSweep = true };
        }

        return step;
    }

    private ScheduleStep Miss() => new()
    {
        Kind = StepKind.Overdue,
        Process = found.Overdue.Process,
        Item = found.Overdue.Endpoint,
        Core = found.Overdue.Core,
    };

    private ScheduleStep Take() => new()
    {
        Kind = found.Victim.IsBusy ? StepKind.Interrupt : StepKind.Yield,
        Process = found.Victim.Process,
        Item = found.Victim.Endpoint,
        Core = found.Victim.Core,
    };

    private static ScheduleStep State(CoreNotice notice) => new()
    {
        Kind = StepKind.Core,
        Process = notice.State.Process,
        Item = notice.Core,
        Core = notice.Core,
        State = notice.State,
    };

    private static ScheduleStep Arrive(Arrival arrival) => new()
    {
        Kind = StepKind.Arrival,
        Process = arrival.Process,
        Item = arrival.Slot,
        IsCall = arrival.IsCall,
        Service = arrival.Service,
        Generation = arrival.Generation,
    };

    private ScheduleStep Withdraw() => new()
    {
        Kind = StepKind.Withdraw,
        Process = asked.Notices.Item.Process,
        Item = asked.Notices.Item.Endpoint,
        IsKernel = asked.Notices.Item.Process == EndpointNotice.AnyProcess,
        Core = asked.Notices.Item.Endpoint,
    };

    // A kernel endpoint that begins to wait gets a report before a message: under load, none waits for long.
    private ScheduleStep Waiting()
    {
        ScheduleStep ahead = pipeline.Ahead.Step;
        Backlog backlog = pipeline.Update.Totals.Backlog;
        EndpointNotice notice = asked.Notices.Item;
        bool isKernel = notice.Process == EndpointNotice.AnyProcess;
        bool isLocal = found.Local.HasProcess && backlog.Count != 0 && !MayChange(ahead, found.Local.Process);
        bool isLate = found.Late.Valid && backlog.Count != 0 && !pipeline.Turn.WasLate && !MayServe(ahead, found.Late.Process);
        bool isChange = isKernel && asked.Changes.Valid && ahead.Kind != StepKind.Reschedule && !ahead.IsChange;
        return new ScheduleStep
        {
            Kind = StepKind.Waiting,
            Process = !isKernel ? notice.Process : isLate ? found.Late.Process : isLocal ? found.Local.Process : backlog.Head,
            Item = notice.Endpoint,
            IsKernel = isKernel,
            IsLocal = isKernel && isLocal && !isLate && !isChange,
            IsLate = isKernel && isLate && !isChange,
            IsChange = isChange,
            Change = Change(),
            Core = notice.Endpoint,
        };
    }

    private ushort Change() => (ushort)(asked.Changes.Item.Process | (asked.Changes.Item.IsHigh ? LoadChange.HighBit : 0));

    // Whether the step that is decided in this tick could remove a process from the backlog, or a core from it: that was not seen when the
    // core's process was looked up.
    private static bool MayChange(ScheduleStep step, ushort process) =>
        step.Kind is not (StepKind.None or StepKind.Look)
        && (step.Process == process || step.Kind is StepKind.Core or StepKind.Yield or StepKind.Interrupt or StepKind.Overdue);

    // Whether the step that is decided in this tick could serve a process that has waited for too long, or remove it from the backlog.
    // Arrivals cannot, however many there are.
    private static bool MayServe(ScheduleStep step, ushort process) =>
        step.Kind is StepKind.Waiting or StepKind.Core or StepKind.Revisit or StepKind.Expire or StepKind.Flush && step.Process == process;

    // Whether the step that is decided in this tick keeps the head of the round-robin list.
    private static bool IsTurnKnown(ScheduleStep step, Backlog backlog) => step.Kind switch
    {
        StepKind.None or StepKind.Look or StepKind.Withdraw or StepKind.Yield or StepKind.Interrupt or StepKind.Overdue => true,
        StepKind.Arrival => backlog.Count != 0,
        StepKind.Waiting => !step.IsKernel && (backlog.Count == 0 || backlog.Head != step.Process),
        _ => false,
    };
}
