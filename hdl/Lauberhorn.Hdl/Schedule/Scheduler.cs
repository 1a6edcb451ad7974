// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Reply;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// Brings messages and waiting endpoints together, see docs/scheduler.md. A message goes to the endpoint of its process that began to wait last;
/// while none waits it is queued, and who waits next gets the first of the queue. Messages of a process are dispatched in the order of their
/// arrival; no message of a process is queued while an endpoint of it waits.
/// Throughput: one arrival or notice per tick in any mix, so that an RPC takes two ticks. Latency: 2 ticks from what is taken
/// to the dispatch on offer. Back-pressure: a dispatch that is not taken stops the pipeline after one more dispatch, a release that is not taken
/// only stops the sweeper. No ready depends on another.
/// </summary>
/// <remarks>
/// A pipeline of three stages: the intake chooses a step and reads its process's record; the decision; the update of record and links.
/// A step sees all steps before it. Memory grows with processes, slots and endpoints; logic does not but with the width of their numbers.
/// </remarks>
public sealed class Scheduler
{
    /// <summary>
    /// Ticks from a <see cref="NoticeKind.Withdraw"/> that passes to its <see cref="DispatchKind.Withdrawn"/> on offer, while dispatches are taken as they come.
    /// A Withdraw that is on offer while dispatches are taken passes in the same tick.
    /// </summary>
    public const int WithdrawTicks = 2;

    /// <summary>Ticks from an arrival or a <see cref="NoticeKind.Waiting"/> that passes to its <see cref="DispatchKind.Deliver"/> on offer, while dispatches are taken as they come.</summary>
    public const int DecisionTicks = 2;

    /// <summary>So many notices in a row may overtake an arrival; then it goes before the next <see cref="NoticeKind.Waiting"/>.</summary>
    public const int MostOvertakes = 15;

    /// <summary>So many ticks the search for expired messages waits for a tick in which there is nothing else to do; then it takes one.</summary>
    public const int MostLookTicks = 1024;

    /// <summary>Creates the scheduler in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="arrivals">Messages. A slot that has arrived must not arrive again before it was dispatched or released.</param>
    /// <param name="notices">What endpoints say. An endpoint must not say that it waits before it got the answer to the last time it said so.</param>
    /// <param name="command">The OS's commands; <see cref="CommandCode.FlushProcess"/> is this block's.</param>
    /// <param name="settings">The OS's settings; <see cref="INicSettings.CallAgeLimit"/> is used here.</param>
    /// <param name="ageUnitBits">The unit of age is 2 to this power cycles; tests make it short.</param>
    /// <param name="releases">The stream to use for <see cref="Releases"/>, if its receiver was there first; null makes one.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public Scheduler(
        NicConfig config,
        Stream<Arrival> arrivals,
        Stream<EndpointNotice> notices,
        ICommand command,
        INicSettings settings,
        int ageUnitBits = 16,
        Stream<SlotRelease>? releases = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentNullException.ThrowIfNull(notices);
        config.Validate();
        Dispatches = new Stream<Dispatch>("dispatches");
        Releases = releases ?? new Stream<SlotRelease>("releases");
        using Scope scope = Scope.Open("scheduler");
        int processes = Depth(config.Processes, nameof(NicConfig.Processes), scope);
        int endpoints = Depth(config.Endpoints, nameof(NicConfig.Endpoints), scope);
        int slots = Depth(config.PendingCalls, nameof(NicConfig.PendingCalls), scope);
        (uint slotMask, uint endpointMask) = ((uint)slots - 1, (uint)endpoints - 1);
        Step = Scope.CreateBus<IScheduleStep>("step");
        Pace = Scope.CreateBus<ISchedulePace>("pace");

        // Choice.
        ISweepRequest sweep = Scope.CreateBus<ISweepRequest>("sweep");
        IScheduleTime time = Scope.CreateBus<IScheduleTime>("time");
        IScheduleTurn turn = Scope.CreateBus<IScheduleTurn>("turn");
        ScheduleIntake intake = new(arrivals, notices, sweep, Releases, Pace, turn, (uint)processes - 1, endpointMask) { Name = "intake" };
        _ = new ScheduleIntakeRegister(intake.Intake, Pace, Step, turn) { Name = "intakeRegister" };

        // Decision.
        IRamWrite<ProcessRecord> recordWrite = Scope.CreateBus<IRamWrite<ProcessRecord>>("recordWrite");
        IRamWrite<bool> markWrite = Scope.CreateBus<IRamWrite<bool>>("markWrite");
        IRamRead belowRead = Scope.CreateBus<IRamRead>("belowRead");
        IRamRead aboveRead = Scope.CreateBus<IRamRead>("aboveRead");
        ScheduleDecision decision = new(
            Step,
            new ForwardingRam<ProcessRecord>(recordWrite, intake.RecordRead, processes, "records").Data,
            recordWrite,
            new ForwardingRam<bool>(markWrite, intake.MarkRead, endpoints, "marks").Data,
            markWrite,
            belowRead,
            aboveRead,
            time,
            Pace,
            slotMask,
            endpointMask)
        {
            Name = "decision",
        };
        ScheduleOutput output = new(decision.Decision, Dispatches, Releases, Pace) { Name = "output" };
        ScheduleSweeper sweeper = new(command, settings, intake.Intake, decision.Decision, Pace, sweep, time, config.Processes, ageUnitBits) { Name = "sweeper" };

        // Update.
        IScheduleUpdate update = Scope.CreateBus<IScheduleUpdate>("update");
        IRamWrite<EndpointLink> belowWrite = Scope.CreateBus<IRamWrite<EndpointLink>>("belowWrite");
        IRamWrite<ushort> aboveWrite = Scope.CreateBus<IRamWrite<ushort>>("aboveWrite");
        _ = new ScheduleUpdateRegister(decision.Decision, Pace, update) { Name = "updateRegister" };
        RamStyle slotStyle = slots > 1024 ? RamStyle.Ultra : RamStyle.Block;
        _ = new ScheduleUpdate(
            update,
            new SimpleDualPortRam<SlotLink>(decision.SlotWrite, decision.SlotRead, slots, slotStyle) { Name = "slotLinks" }.Data,
            new ForwardingRam<EndpointLink>(belowWrite, belowRead, endpoints, "below").Data,
            new ForwardingRam<ushort>(aboveWrite, aboveRead, endpoints, "above").Data,
            recordWrite,
            belowWrite,
            aboveWrite,
            slotMask,
            endpointMask)
        {
            Name = "update",
        };
        CommandAnswer = sweeper.Answer;
        Events = output.Events;
        Monitor = new ScheduleMonitor(arrivals, notices, Dispatches, Releases, recordWrite, config) { Name = "monitor" };
    }

    /// <summary>What endpoints are told.</summary>
    public Stream<Dispatch> Dispatches { get; }

    /// <summary>Slots whose messages were forgotten, because of their age or by command.</summary>
    public Stream<SlotRelease> Releases { get; }

    /// <summary>The answer to <see cref="CommandCode.FlushProcess"/>.</summary>
    public ICommandAnswer CommandAnswer { get; }

    /// <summary><see cref="NicEvent.CallExpired"/> and <see cref="NicEvent.CallFlushed"/>, in the tick in which the slot's release is first on offer.</summary>
    public IEvents Events { get; }

    /// <summary>The step that is decided in this tick, if <see cref="Pace"/> says that the pipeline moves; for tests and traces.</summary>
    public IScheduleStep Step { get; }

    /// <summary>Whether the pipeline moves in this tick; for tests and traces.</summary>
    public ISchedulePace Pace { get; }

    /// <summary>Checks that nothing is lost or doubled and that nobody waits in vain.</summary>
    public ScheduleMonitor Monitor { get; }

    private static int Depth(int count, string parameter, Scope scope)
    {
        const int Most = 1 << 15;
        return count <= Most
            ? (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2))
            : throw new ElaborationException($"{scope.Path}: {parameter} is {count}; the scheduler's numbers have room for {Most} at most");
    }
}
