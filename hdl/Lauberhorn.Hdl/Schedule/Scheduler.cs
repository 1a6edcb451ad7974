// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// Matches messages with waiting endpoints, see docs/scheduler.md. A message goes to the endpoint of its process that began to wait last;
/// if none waits, to a kernel endpoint; while none of these waits it is queued, and the next endpoint to wait gets the first of the queue,
/// a kernel endpoint that of the process that its core ran last, or after some of these that of the next process in round-robin order.
/// While processes with messages have no core, cores are preempted from others. Throughput: one arrival or notice per tick in any mix, so
/// that an RPC takes two ticks; a kernel endpoint every second tick. Latency: 2 ticks from an accepted input to the valid dispatch.
/// Back-pressure: a dispatch that is not accepted stalls the pipeline after one more dispatch; a release that is not accepted stalls
/// arrivals and the sweeper. No ready depends on another.
/// </summary>
/// <remarks>
/// A pipeline of three stages: the intake chooses a step and reads its process's record; the decision; the update of record and links.
/// A step sees all steps before it. Memory grows with processes, slots, endpoints and cores; logic does not but with the width of their
/// numbers.
/// </remarks>
public sealed class Scheduler
{
    /// <summary>
    /// Ticks from a <see cref="NoticeKind.Withdraw"/> that passes to its valid <see cref="DispatchKind.Withdrawn"/>, while dispatches are
    /// accepted without stalls. A Withdraw that is valid while dispatches are accepted passes in the same tick, or the next if a process is
    /// scheduled again.
    /// </summary>
    public const int WithdrawTicks = 2;

    /// <summary>
    /// Ticks from an arrival or a <see cref="NoticeKind.Waiting"/> that passes to its valid <see cref="DispatchKind.Deliver"/>, while
    /// dispatches are accepted without stalls.
    /// </summary>
    public const int DecisionTicks = 2;

    /// <summary>
    /// Ticks from an arrival that passes to the valid <see cref="DispatchKind.Yield"/> and interrupt that it causes, while dispatches are
    /// accepted without stalls and a victim is known.
    /// </summary>
    public const int YieldTicks = 4;

    /// <summary>Notices in a row that may overtake an arrival; then it goes before the next <see cref="NoticeKind.Waiting"/>.</summary>
    public const int MostOvertakes = 15;

    /// <summary>
    /// Ticks that the check of the next process, whether it has waited for too long, waits for a tick without another step;
    /// then it uses one.
    /// </summary>
    public const int MostLookTicks = 1024;

    /// <summary>The unit of times in the scheduler is 2 to this power cycles, unless the unit of age is less.</summary>
    public const int FineUnitBits = 8;

    /// <summary>Entries for processes that are to be scheduled again because a core left them.</summary>
    internal const int RevisitDepth = 16;

    /// <summary>Entries of these that stay free for the steps in the pipeline.</summary>
    internal const int RevisitMargin = 4;

    /// <summary>Creates the scheduler in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="arrivals">Messages. A slot that has arrived must not arrive again before it was dispatched or released.</param>
    /// <param name="notices">The endpoints' notices. An endpoint must not send a Waiting before it got the answer to the last one.</param>
    /// <param name="cores">The OS's stores of cores' states.</param>
    /// <param name="changes">Processes whose load is reported to the kernel; each stays valid until it is.</param>
    /// <param name="control">
    /// The OS's commands, of which <see cref="CommandCode.FlushProcess"/> and <see cref="CommandCode.SetProcess"/> are this block's; and
    /// settings: <see cref="INicSettings.CallAgeLimit"/>, <see cref="INicSettings.SharedQueue"/>, <see cref="INicSettings.Quantum"/>, <see
    /// cref="INicSettings.LocalMessages"/>, <see cref="INicSettings.ComingLimit"/> and <see cref="INicSettings.WaitLimit"/> are used here.
    /// </param>
    /// <param name="ageUnitBits">
    /// The unit of age is 2 to this power cycles; tests make it short. That of other times is 2^8, or this if it is less.
    /// </param>
    /// <param name="releases">The stream to use for <see cref="Releases"/>, if its receiver exists already; null creates it.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public Scheduler(
        NicConfig config,
        Stream<Arrival> arrivals,
        Stream<EndpointNotice> notices,
        Stream<CoreNotice> cores,
        Stream<LoadChange> changes,
        OsControl control,
        int ageUnitBits = 16,
        Stream<SlotRelease>? releases = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentNullException.ThrowIfNull(notices);
        ArgumentNullException.ThrowIfNull(cores);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(control);
        INicSettings settings = control.Settings;
        config.Validate();
        Dispatches = new Stream<Dispatch>("dispatches");
        Releases = releases ?? new Stream<SlotRelease>("releases");
        Interrupts = new Stream<CoreInterrupt>("interrupts");
        using Scope scope = Scope.Open("scheduler");
        ScheduleShape shape = new(config, scope.Path);
        Step = Scope.CreateBus<IScheduleStep>("step");
        Pace = Scope.CreateBus<ISchedulePace>("pace");
        Decision = Scope.CreateBus<IScheduleDecision>("decision");
        IScheduleUpdate update = Scope.CreateBus<IScheduleUpdate>("update");
        IScheduleTotals totals = Scope.CreateBus<IScheduleTotals>("totals");
        ICoreLeave leave = Scope.CreateBus<ICoreLeave>("leave");
        IVictim victim = Scope.CreateBus<IVictim>("victim");
        IOverdueCore overdue = Scope.CreateBus<IOverdueCore>("overdue");
        ILateProcess late = Scope.CreateBus<ILateProcess>("late");
        ILocalChoice local = Scope.CreateBus<ILocalChoice>("local");

        // Choice.
        ISweepRequest sweep = Scope.CreateBus<ISweepRequest>("sweep");
        IScheduleTime time = Scope.CreateBus<IScheduleTime>("time");
        IScheduleTurn turn = Scope.CreateBus<IScheduleTurn>("turn");
        Stream<Revisit> revisitsIn = new("revisitsIn");
        FifoDistributed<Revisit> revisits = new(revisitsIn, RevisitDepth, "revisits");
        ScheduleIntake intake = new(
            new ScheduleRequests(arrivals, notices, cores, revisits.Output.Forward, changes.Forward, sweep),
            new ScheduleFindings(victim, overdue, late, local),
            new ScheduleOutlets(Releases.Forward, Interrupts.Forward, revisits.State),
            new SchedulePipeline(Step, update, totals, Pace, turn),
            shape)
        {
            Name = "intake",
        };
        _ = new ScheduleIntakeRegister(intake.Intake, Pace, Step, turn) { Name = "intakeRegister" };

        // Decision.
        ScheduleMemories memories = new(intake, shape);
        LocalChoice.Create(notices.Forward, memories.LastWrite, memories.MemberWrite, local, shape);
        LateChoice.Create(memories.LateWrite, late, shape);
        ScheduleLinks links = new(shape);
        _ = new Schedule.PolicyWrite(control.Command, memories.PolicyWrite, config.Processes) { Name = "policyWrite" };
        ScheduleSurroundings around = new(totals, leave, time, settings, Pace);
        _ = new ScheduleDecision(Step, around, Decision, memories, links, shape) { Name = "decide" };
        ScheduleOutput output = new(Decision, Dispatches, Releases, Interrupts, Pace) { Name = "output" };
        SweeperView view = new(intake.Intake, Decision, totals, Pace);
        ScheduleSweeper sweeper = new(control.Command, settings, view, sweep, time, config.Processes, ageUnitBits)
        {
            Name = "sweeper",
        };

        // Update.
        _ = new ScheduleUpdateRegister(Decision, Pace, update) { Name = "updateRegister" };
        _ = new ScheduleUpdate(update, memories.RecordWrite, totals, links, shape) { Name = "complete" };
        _ = new CoreLeaveRegister(Decision, Pace, leave) { Name = "leaveRegister" };
        _ = new CoreLeaves(leave, memories.LeftOfLeave, memories.ParkedOfLeave, Pace, memories.LeftWrite,
            revisitsIn.Forward)
        { Name = "leaves" };
        _ = new LoadChangeDone(Decision, Pace, changes) { Name = "changeDone" };
        _ = new RevisitDone(Step, Decision, Pace, revisits.Output) { Name = "revisitDone" };

        // Preemption.
        IRamWrite<byte> enteredWrite = Scope.CreateBus<IRamWrite<byte>>("enteredWrite");
        _ = new EnteredWrite(memories.RecordWrite, enteredWrite) { Name = "enteredWriter" };
        Scanned = VictimScanner.Create(memories, enteredWrite, sweeper.Total, time, settings, intake.Intake, victim, overdue, shape);
        PolicyWrite = memories.PolicyWrite;
        CommandAnswer = sweeper.Answer;
        Events = output.Events;
        Tap = new SchedulerTap(Step, Decision, Pace, Scanned, PolicyWrite);
        Monitor = new ScheduleMonitor(arrivals, notices, Dispatches, Releases, memories.RecordWrite, totals, config) { Name = "monitor" };
    }

    /// <summary>Output: dispatches to endpoints.</summary>
    public Stream<Dispatch> Dispatches { get; }

    /// <summary>
    /// Output: slots whose messages were dropped: because of their age, by command, or because there was no room for them.
    /// </summary>
    public Stream<SlotRelease> Releases { get; }

    /// <summary>Output: cores that are to be interrupted, because they are preempted.</summary>
    public Stream<CoreInterrupt> Interrupts { get; }

    /// <summary>The answer to <see cref="CommandCode.FlushProcess"/> and <see cref="CommandCode.SetProcess"/>.</summary>
    public ICommandAnswer CommandAnswer { get; }

    /// <summary>
    /// <see cref="NicEvent.CallExpired"/>, <see cref="NicEvent.CallFlushed"/>, <see cref="NicEvent.CallDroppedQueueFull"/>,
    /// <see cref="NicEvent.KernelDispatched"/>, <see cref="NicEvent.Yielded"/>, <see cref="NicEvent.CoreInterrupted"/>,
    /// <see cref="NicEvent.CoreLate"/>, see cref="NicEvent.LateDispatched"/>, in the tick after the decision.
    /// </summary>
    public IEvents Events { get; }

    /// <summary>Signals for statistics, tests and traces.</summary>
    public SchedulerTap Tap { get; }

    /// <summary>
    /// The step that is decided in this tick, if <see cref="Pace"/> says that the pipeline advances; for tests and traces.
    /// </summary>
    public IScheduleStep Step { get; }

    /// <summary>The write of a process's policy; for statistics.</summary>
    public IRamWrite<ProcessPolicy> PolicyWrite { get; }

    /// <summary>The core that the scanner has just read; for statistics.</summary>
    public IScannedCore Scanned { get; }

    /// <summary>The decision about it; for tests, traces and statistics.</summary>
    public IScheduleDecision Decision { get; }

    /// <summary>The pipeline's enable; for tests and traces.</summary>
    public ISchedulePace Pace { get; }

    /// <summary>Checks that no message is lost or doubled, and that none is queued while an endpoint waits for it.</summary>
    public ScheduleMonitor Monitor { get; }
}

/// <summary>The scheduler's signals for statistics.</summary>
/// <param name="Step">The step that the scheduler decides.</param>
/// <param name="Decision">What it decides.</param>
/// <param name="Pace">The pipeline's enable.</param>
/// <param name="Scanned">The core that the scanner reads.</param>
/// <param name="PolicyWrite">The write of a process's policy, for its thresholds.</param>
public sealed record SchedulerTap(
    IScheduleStep Step, IScheduleDecision Decision, ISchedulePace Pace, IScannedCore Scanned, IRamWrite<ProcessPolicy> PolicyWrite);
