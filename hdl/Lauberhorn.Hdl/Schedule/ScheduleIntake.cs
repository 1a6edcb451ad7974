// SPDX-License-Identifier: Apache-2.0
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

    /// <summary>Whether a notice went before something else that was on offer.</summary>
    bool Overtakes { get; set; }
}

/// <summary>Whose turn it is; a register.</summary>
public interface IScheduleTurn : IBus
{
    /// <summary>Whether what has waited long enough goes before a <see cref="NoticeKind.Waiting"/>.</summary>
    bool IsOthers { get; set; }
}

/// <summary>
/// Chooses the step that begins: a Withdraw goes before all else, a Waiting before arrivals, and arrivals before the sweeper unless
/// that is in a hurry. So that nothing starves, an arrival (or a sweeper in a hurry) that 15 notices have overtaken goes before the next Waiting.
/// The record of the step's process and the mark of its endpoint are read in the same tick.
/// No latency, no state; one step per tick while the pipeline moves, otherwise nothing is taken. Ready does not depend on the ready of any output.
/// </summary>
public sealed class ScheduleIntake : SimpleProcess
{
    [InputBus] private readonly IStream<Arrival> arrivals;
    [InputBus] private readonly IStream<EndpointNotice> notices;
    [InputBus] private readonly ISweepRequest sweep;
    [InputBus] private readonly IStream<Reply.SlotRelease> releases;
    [InputBus] private readonly ISchedulePace pace;
    [InputBus] private readonly IScheduleTurn turn;
    [OutputBus] private readonly IReady arrivalsReady;
    [OutputBus] private readonly IReady noticesReady;
    [OutputBus] private readonly IScheduleIntake intake = Scope.CreateBus<IScheduleIntake>("intake");
    [OutputBus] private readonly IRamRead recordRead = Scope.CreateBus<IRamRead>("recordRead");
    [OutputBus] private readonly IRamRead markRead = Scope.CreateBus<IRamRead>("markRead");
    private readonly uint processMask;
    private readonly uint endpointMask;

    internal ScheduleIntake(
        Stream<Arrival> arrivals,
        Stream<EndpointNotice> notices,
        ISweepRequest sweep,
        Stream<Reply.SlotRelease> releases,
        ISchedulePace pace,
        IScheduleTurn turn,
        uint processMask,
        uint endpointMask)
    {
        (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
        (this.notices, noticesReady) = (notices.Forward, notices.Backward);
        this.sweep = sweep;
        this.releases = releases.Forward;
        this.pace = pace;
        this.turn = turn;
        this.processMask = processMask;
        this.endpointMask = endpointMask;
    }

    internal IScheduleIntake Intake => intake;

    internal IRamRead RecordRead => recordRead;

    internal IRamRead MarkRead => markRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The sweeper's step may release a slot, so it begins only when the last one is gone: a release never holds the pipeline up.
        bool sweeps = sweep.Valid && !releases.Valid;
        bool isUrgent = sweeps && sweep.IsUrgent;
        bool isWithdraw = notices.Item.Kind == NoticeKind.Withdraw;
        bool othersWait = arrivals.Valid || isUrgent;
        bool takesNotice = notices.Valid && (isWithdraw || !turn.IsOthers || !othersWait);
        bool takesArrival = !takesNotice && !isUrgent && arrivals.Valid;
        bool takesSweep = !takesNotice && !takesArrival && sweeps;

        ushort process = sweep.Process;
        ushort item = sweep.Time;
        StepKind kind = StepKind.None;
        if (takesNotice)
        {
            process = notices.Item.Process;
            item = notices.Item.Endpoint;
            kind = isWithdraw ? StepKind.Withdraw : StepKind.Waiting;
        }
        else if (takesArrival)
        {
            process = arrivals.Item.Process;
            item = arrivals.Item.Slot;
            kind = StepKind.Arrival;
        }
        else if (takesSweep)
        {
            kind = sweep.Kind;
        }

        process = (ushort)(process & processMask);
        noticesReady.Ready = pace.Moves && takesNotice;
        arrivalsReady.Ready = pace.Moves && takesArrival;
        intake.TakesSweep = pace.Moves && takesSweep;
        intake.Overtakes = pace.Moves && takesNotice && othersWait;
        intake.Step = new ScheduleStep(kind, process, item);
        recordRead.Enable = pace.Moves;
        recordRead.Address = process;
        markRead.Enable = pace.Moves;
        markRead.Address = notices.Item.Endpoint & endpointMask;
    }
}

/// <summary>
/// The register between the choice of a step and the decision, and the count of notices that overtook something.
/// Latency 1 tick; one step per tick; holds its step while the pipeline stands.
/// </summary>
[ClockedProcess]
public sealed class ScheduleIntakeRegister : SimpleProcess
{
    [InputBus] private readonly IScheduleIntake intake;
    [InputBus] private readonly ISchedulePace pace;
    [OutputBus] private readonly IScheduleStep step;
    [OutputBus] private readonly IScheduleTurn turn;
    private byte overtaken;

    internal ScheduleIntakeRegister(IScheduleIntake intake, ISchedulePace pace, IScheduleStep step, IScheduleTurn turn)
    {
        this.intake = intake;
        this.pace = pace;
        this.step = step;
        this.turn = turn;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            step.Step = intake.Step;
            step.FollowsSame = step.Step.Kind != StepKind.None && step.Step.Process == intake.Step.Process;
            bool isFull = overtaken == Scheduler.MostOvertakes - 1;
            turn.IsOthers = intake.Overtakes && (isFull || turn.IsOthers);
            overtaken = (byte)(intake.Overtakes && !isFull ? (overtaken + 1) & 15 : 0);
        }
    }
}
