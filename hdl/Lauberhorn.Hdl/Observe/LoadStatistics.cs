// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>
/// What processes and cores have to do: counted where the scheduler decides and where messages end, kept in a memory with a word for each process and core, and read by the
/// CPU as lines (<see cref="LoadLine"/>). Throughput: a step of the scheduler, a message's end and a core's state per tick; it cannot be held up and holds nobody up. A
/// word has an event 4 ticks after it at the latest. See docs/scheduling-state.md.
/// </summary>
public sealed class LoadStatistics
{
    /// <summary>Places for processes whose load has crossed a threshold, and that the kernel has not heard of yet.</summary>
    internal const int ChangeDepth = 16;

    /// <summary>Creates the statistics of a scheduler in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="scheduler">The scheduler, whose decisions are counted.</param>
    /// <param name="changes">Where processes go whose load has crossed a threshold.</param>
    /// <param name="ends">Slots whose messages are done with.</param>
    /// <param name="reads">What the endpoint engine reads for the CPU: by process or core.</param>
    /// <param name="line">The line read: one tick after its address.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public LoadStatistics(
        NicConfig config, Scheduler scheduler, Stream<LoadChange> changes, Stream<SlotRelease> ends, IStatisticsRead reads, IRamData<Bits<W1024>> line)
        : this(config, Checked(scheduler).Step, scheduler.Decision, scheduler.Pace, scheduler.Scanned, scheduler.PolicyWrite, changes, ends, reads, line)
    {
    }

    /// <summary>Creates the statistics in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="step">The step that the scheduler decides.</param>
    /// <param name="decision">What it decides.</param>
    /// <param name="pace">Whether that counts.</param>
    /// <param name="scanned">The core that it looks at.</param>
    /// <param name="policyWrite">The write of a process's policy, for its thresholds.</param>
    /// <param name="changes">Where processes go whose load has crossed a threshold.</param>
    /// <param name="ends">Slots whose messages are done with.</param>
    /// <param name="reads">What the endpoint engine reads for the CPU: by process or core.</param>
    /// <param name="line">The line read: one tick after its address.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public LoadStatistics(
        NicConfig config,
        IScheduleStep step,
        IScheduleDecision decision,
        ISchedulePace pace,
        IScannedCore scanned,
        IRamWrite<ProcessPolicy> policyWrite,
        Stream<LoadChange> changes,
        Stream<SlotRelease> ends,
        IStatisticsRead reads,
        IRamData<Bits<W1024>> line)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(ends);
        using Scope scope = Scope.Open("statistics");
        int processes = Depth(config.Processes);
        int slots = Depth(config.PendingCalls);
        int cores = Depth(config.Cores);
        RamStyle slotStyle = slots > 1024 ? RamStyle.Ultra : RamStyle.Block;
        ILoadTime time = new LoadClock { Name = "clock" }.Time;

        // From the scheduler.
        LoadTap tap = new(step, decision, pace, time, slots) { Name = "tap" };
        IRamData<uint> arrival = new SimpleDualPortRam<uint>(tap.ArrivalWrite, tap.ArrivalRead, slots, slotStyle) { Name = "arrivals" }.Data;
        ILoadEvent seen = new LoadEventRegister(tap.Seen) { Name = "seen" }.Event;
        LoadWait wait = new(seen, arrival) { Name = "wait" };
        ILoadEvent waited = new LoadEventRegister(wait.Event) { Name = "waited" }.Event;
        IRamWrite<LoadRecord> loadWrite = Scope.CreateBus<IRamWrite<LoadRecord>>("loadWrite");
        Stream<LoadChange> changesIn = new("changesIn");
        FifoDistributed<LoadChange> queue = new(changesIn, ChangeDepth, "changes");
        _ = new StreamBridge<LoadChange>(queue.Output, changes) { Name = "changesOut" };
        _ = new ReadyBridge(changes.Backward, queue.Output.Backward) { Name = "changesOutReady" };
        _ = new LoadUpdate(
            waited,
            new ForwardingRam<LoadRecord>(loadWrite, wait.Read, processes, "loads").Data,
            new ForwardingRam<ProcessPolicy>(policyWrite, wait.Read, processes, "thresholds").Data,
            queue.State,
            loadWrite,
            changesIn.Forward)
        {
            Name = "loadUpdate",
        };

        // From the endpoints.
        EndTap end = new(ends, seen, time) { Name = "ends" };
        IRamData<DispatchTime> dispatched = new SimpleDualPortRam<DispatchTime>(end.DispatchWrite, end.DispatchRead, slots, slotStyle) { Name = "dispatched" }.Data;
        EndTime took = new(new EndRegister(end.Ended) { Name = "ended" }.Event, dispatched) { Name = "endTime" };
        IRamWrite<ServedRecord> servedWrite = Scope.CreateBus<IRamWrite<ServedRecord>>("servedWrite");
        _ = new ServedUpdate(
            new EndRegister(took.Event) { Name = "took" }.Event,
            new ForwardingRam<ServedRecord>(servedWrite, took.Read, processes, "served").Data,
            servedWrite)
        {
            Name = "servedUpdate",
        };

        // From the scanner.
        IRamWrite<CoreLoadRecord> coreWrite = Scope.CreateBus<IRamWrite<CoreLoadRecord>>("coreWrite");
        CoreSample sample = new(scanned) { Name = "sample" };
        _ = new CoreLoadUpdate(
            new CoreSampleRegister(sample.Sample) { Name = "sampled" }.Sample,
            new ForwardingRam<CoreLoadRecord>(coreWrite, sample.Read, cores, "cores").Data,
            coreWrite,
            config.Cores)
        {
            Name = "coreUpdate",
        };

        // For the CPU.
        StatisticsReads ports = new(reads, processes, cores) { Name = "reads" };
        _ = new StatisticsLine(
            new StatisticsChoice(reads) { Name = "choice" }.Choice,
            new ForwardingRam<LoadRecord>(loadWrite, ports.Process, processes, "loadsOfReads").Data,
            new ForwardingRam<ServedRecord>(servedWrite, ports.Process, processes, "servedOfReads").Data,
            new ForwardingRam<CoreLoadRecord>(coreWrite, ports.Core, cores, "coresOfReads").Data,
            line)
        {
            Name = "line",
        };
    }

    private static Scheduler Checked(Scheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        return scheduler;
    }

    private static int Depth(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2));
}

/// <summary>What the endpoint engine reads for the CPU.</summary>
public interface IStatisticsRead : IBus
{
    /// <summary>Whether it is a core's line; otherwise a process's.</summary>
    bool IsCore { get; set; }

    /// <summary>The process or core.</summary>
    ushort Index { get; set; }
}

/// <summary>The statistics' clock; a register.</summary>
public interface ILoadTime : IBus
{
    /// <summary>Ticks since the reset, modulo 2^32.</summary>
    uint Now { get; set; }
}

/// <summary>Counts ticks. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class LoadClock : SimpleProcess
{
    [OutputBus] private readonly ILoadTime time = Scope.CreateBus<ILoadTime>("time");

    internal ILoadTime Time => time;

    /// <inheritdoc/>
    protected override void OnTick() => time.Now++;
}

/// <summary>What the scheduler has done with a message.</summary>
public readonly record struct LoadEvent
{
    /// <summary>Whether there is anything.</summary>
    public bool Valid { get; init; }

    /// <summary>The process.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether a message arrived.</summary>
    public bool Arrives { get; init; }

    /// <summary>Whether one was dispatched.</summary>
    public bool Dispatches { get; init; }

    /// <summary>Whether one was dropped.</summary>
    public bool Drops { get; init; }

    /// <summary>Whether it is time to smooth.</summary>
    public bool Samples { get; init; }

    /// <summary>Messages queued then.</summary>
    public ushort Queued { get; init; }

    /// <summary>Of a dispatch: the slot.</summary>
    public ushort Slot { get; init; }

    /// <summary>When it was.</summary>
    public uint Time { get; init; }

    /// <summary>Of a dispatch: for how long the message had waited, in cycles.</summary>
    public uint Wait { get; init; }
}

/// <summary>A bus with what the scheduler has done.</summary>
public interface ILoadEvent : IBus
{
    /// <summary>That.</summary>
    LoadEvent Event { get; set; }
}

/// <summary>Sees what the scheduler decides, and keeps when messages arrive. No latency, no state; one step per tick.</summary>
public sealed class LoadTap : SimpleProcess
{
    [InputBus] private readonly IScheduleStep step;
    [InputBus] private readonly IScheduleDecision decision;
    [InputBus] private readonly ISchedulePace pace;
    [InputBus] private readonly ILoadTime time;
    [OutputBus] private readonly ILoadEvent seen = Scope.CreateBus<ILoadEvent>("seenNow");
    [OutputBus] private readonly IRamWrite<uint> arrivalWrite = Scope.CreateBus<IRamWrite<uint>>("arrivalWrite");
    [OutputBus] private readonly IRamRead arrivalRead = Scope.CreateBus<IRamRead>("arrivalRead");

    private readonly uint slotMask;

    internal LoadTap(IScheduleStep step, IScheduleDecision decision, ISchedulePace pace, ILoadTime time, int slots)
    {
        slotMask = (uint)slots - 1;
        this.step = step;
        this.decision = decision;
        this.pace = pace;
        this.time = time;
    }

    internal ILoadEvent Seen => seen;

    internal IRamWrite<uint> ArrivalWrite => arrivalWrite;

    internal IRamRead ArrivalRead => arrivalRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDone = pace.Moves && decision.Valid;
        bool arrives = step.Step.Kind == StepKind.Arrival;
        bool dispatches = decision.Dispatches && decision.Dispatch.Kind == DispatchKind.Deliver;
        seen.Event = new LoadEvent
        {
            Valid = isDone && (arrives || dispatches || decision.Releases || step.Step.Kind == StepKind.Look),
            Process = decision.Process,
            Arrives = arrives,
            Dispatches = dispatches,
            Drops = decision.Releases,
            Samples = step.Step.Kind == StepKind.Look,
            Queued = decision.Record.Queued,
            Slot = (ushort)(decision.Dispatch.Slot & slotMask),
            Time = time.Now,
        };
        arrivalWrite.Enable = isDone && arrives;
        arrivalWrite.Address = step.Step.Item & slotMask;
        arrivalWrite.Item = time.Now;
        arrivalRead.Enable = true;
        arrivalRead.Address = decision.Dispatch.Slot & slotMask;
    }
}

/// <summary>Keeps what was seen beside the memory. Latency 1 tick; one per tick; cannot be held up.</summary>
[ClockedProcess]
public sealed class LoadEventRegister : SimpleProcess
{
    [InputBus] private readonly ILoadEvent seen;
    [OutputBus] private readonly ILoadEvent kept = Scope.CreateBus<ILoadEvent>("kept");

    internal LoadEventRegister(ILoadEvent seen) => this.seen = seen;

    internal ILoadEvent Event => kept;

    /// <inheritdoc/>
    protected override void OnTick() => kept.Event = seen.Event;
}

/// <summary>Says for how long a message had waited. No latency, no state; one per tick.</summary>
public sealed class LoadWait : SimpleProcess
{
    [InputBus] private readonly ILoadEvent seen;
    [InputBus] private readonly IRamData<uint> arrival;
    [OutputBus] private readonly ILoadEvent waited = Scope.CreateBus<ILoadEvent>("waited");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("loadRead");

    internal LoadWait(ILoadEvent seen, IRamData<uint> arrival)
    {
        this.seen = seen;
        this.arrival = arrival;
    }

    internal ILoadEvent Event => waited;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // A message that is dispatched in the step in which it arrives has not waited.
        waited.Event = seen.Event with { Wait = seen.Event.Arrives ? 0 : seen.Event.Time - arrival.Item };
        read.Enable = true;
        read.Address = seen.Event.Process;
    }
}

/// <summary>
/// Adds an event to its process's word, and says when its load has crossed a threshold; if there is no room for that, it is found again at the next look. No latency, no
/// state; one per tick.
/// </summary>
public sealed class LoadUpdate : SimpleProcess
{
    [InputBus] private readonly ILoadEvent waited;
    [InputBus] private readonly IRamData<LoadRecord> before;
    [InputBus] private readonly IRamData<ProcessPolicy> policy;
    [InputBus] private readonly IFifoState room;
    [OutputBus] private readonly IRamWrite<LoadRecord> write;
    [OutputBus] private readonly IStream<LoadChange> changes;

    internal LoadUpdate(
        ILoadEvent waited,
        IRamData<LoadRecord> before,
        IRamData<ProcessPolicy> policy,
        IFifoState room,
        IRamWrite<LoadRecord> write,
        IStream<LoadChange> changes)
    {
        this.waited = waited;
        this.before = before;
        this.policy = policy;
        this.room = room;
        this.write = write;
        this.changes = changes;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        LoadEvent now = waited.Event;
        LoadRecord load = before.Item;
        Bits<W512> waits = load.Waits;
        byte bucket = LoadLine.Bucket(now.Wait);
        for (int i = 0; i < LoadLine.Buckets; i++)
        {
            uint count = (uint)load.Waits.Slice<W32>(32 * i) + (now.Dispatches && bucket == i ? 1u : 0);
            waits = waits.WithSlice(32 * i, (Bits<W32>)count);
        }

        // A sixteenth of the difference; what the division cuts off keeps the last sixteenth of a message from fading away, which is as good as none.
        uint smoothed = load.Load - (load.Load >> 4) + ((uint)now.Queued << 4);
        bool rises = !load.IsHigh && policy.Item.HighLoad != 0 && load.Load >> 8 >= policy.Item.HighLoad;
        bool falls = load.IsHigh && load.Load >> 8 < policy.Item.LowLoad;
        bool crosses = now.Valid && now.Samples && (rises || falls) && room.Count < LoadStatistics.ChangeDepth - 1;
        changes.Valid = crosses;
        changes.Item = new LoadChange(now.Process, rises);
        write.Enable = now.Valid;
        write.Address = now.Process;
        write.Item = load with
        {
            IsHigh = crosses ? rises : load.IsHigh,
            Arrivals = load.Arrivals + (now.Arrives ? 1ul : 0),
            Dispatched = load.Dispatched + (now.Dispatches ? 1ul : 0),
            Dropped = load.Dropped + (now.Drops ? 1ul : 0),
            WaitCycles = load.WaitCycles + (now.Dispatches ? now.Wait : 0),
            Queued = now.Queued,
            PeakQueued = now.Queued > load.PeakQueued ? now.Queued : load.PeakQueued,
            Load = now.Samples ? smoothed : load.Load,
            Waits = waits,
        };
    }
}

/// <summary>When a message was dispatched, and of which process it is.</summary>
/// <param name="Process">The process.</param>
/// <param name="Time">The tick, modulo 2^32.</param>
public readonly record struct DispatchTime(ushort Process, uint Time);

/// <summary>A message that is done with.</summary>
/// <param name="Valid">Whether there is one.</param>
/// <param name="Process">Its process.</param>
/// <param name="Cycles">When that was; then the cycles since it was dispatched.</param>
public readonly record struct EndEvent(bool Valid, ushort Process, uint Cycles);

/// <summary>A bus with a message that is done with.</summary>
public interface IEndEvent : IBus
{
    /// <summary>That.</summary>
    EndEvent Event { get; set; }
}

/// <summary>Keeps when messages are dispatched, and sees when they are done with. No latency, no state; one of each per tick.</summary>
public sealed class EndTap : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> ends;
    [InputBus] private readonly IReady endsReady;
    [InputBus] private readonly ILoadEvent seen;
    [InputBus] private readonly ILoadTime time;
    [OutputBus] private readonly IEndEvent ended = Scope.CreateBus<IEndEvent>("endedNow");
    [OutputBus] private readonly IRamWrite<DispatchTime> dispatchWrite = Scope.CreateBus<IRamWrite<DispatchTime>>("dispatchWrite");
    [OutputBus] private readonly IRamRead dispatchRead = Scope.CreateBus<IRamRead>("dispatchRead");

    internal EndTap(Stream<SlotRelease> ends, ILoadEvent seen, ILoadTime time)
    {
        (this.ends, endsReady) = (ends.Forward, ends.Backward);
        this.seen = seen;
        this.time = time;
    }

    internal IEndEvent Ended => ended;

    internal IRamWrite<DispatchTime> DispatchWrite => dispatchWrite;

    internal IRamRead DispatchRead => dispatchRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        dispatchWrite.Enable = seen.Event.Valid && seen.Event.Dispatches;
        dispatchWrite.Address = seen.Event.Slot;
        dispatchWrite.Item = new DispatchTime(seen.Event.Process, seen.Event.Time);
        dispatchRead.Enable = true;
        dispatchRead.Address = ends.Item.Slot;
        ended.Event = new EndEvent(ends.Valid && endsReady.Ready, 0, time.Now);
    }
}

/// <summary>Keeps a message that is done with beside the memory. Latency 1 tick; one per tick; cannot be held up.</summary>
[ClockedProcess]
public sealed class EndRegister : SimpleProcess
{
    [InputBus] private readonly IEndEvent seen;
    [OutputBus] private readonly IEndEvent kept = Scope.CreateBus<IEndEvent>("kept");

    internal EndRegister(IEndEvent seen) => this.seen = seen;

    internal IEndEvent Event => kept;

    /// <inheritdoc/>
    protected override void OnTick() => kept.Event = seen.Event;
}

/// <summary>Says how long a message took. No latency, no state; one per tick.</summary>
public sealed class EndTime : SimpleProcess
{
    [InputBus] private readonly IEndEvent ended;
    [InputBus] private readonly IRamData<DispatchTime> dispatched;
    [OutputBus] private readonly IEndEvent took = Scope.CreateBus<IEndEvent>("took");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("servedRead");

    internal EndTime(IEndEvent ended, IRamData<DispatchTime> dispatched)
    {
        this.ended = ended;
        this.dispatched = dispatched;
    }

    internal IEndEvent Event => took;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        took.Event = new EndEvent(ended.Event.Valid, dispatched.Item.Process, ended.Event.Cycles - dispatched.Item.Time);
        read.Enable = true;
        read.Address = dispatched.Item.Process;
    }
}

/// <summary>Adds a message that is done with to its process's word. No latency, no state; one per tick.</summary>
public sealed class ServedUpdate : SimpleProcess
{
    [InputBus] private readonly IEndEvent took;
    [InputBus] private readonly IRamData<ServedRecord> before;
    [OutputBus] private readonly IRamWrite<ServedRecord> write;

    internal ServedUpdate(IEndEvent took, IRamData<ServedRecord> before, IRamWrite<ServedRecord> write)
    {
        this.took = took;
        this.before = before;
        this.write = write;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = took.Event.Valid;
        write.Address = took.Event.Process;
        write.Item = new ServedRecord(before.Item.Ended + 1, before.Item.Cycles + took.Event.Cycles);
    }
}

/// <summary>What a core was seen to do.</summary>
public enum CoreActivity : byte
{
    /// <summary>See <see cref="CoreLoadRecord.Other"/>.</summary>
    Other = 0,

    /// <summary>See <see cref="CoreLoadRecord.Idle"/>.</summary>
    Idle = 1,

    /// <summary>See <see cref="CoreLoadRecord.Stalled"/>.</summary>
    Stalled = 2,

    /// <summary>See <see cref="CoreLoadRecord.Busy"/>.</summary>
    Busy = 3,

    /// <summary>See <see cref="CoreLoadRecord.Preempted"/>.</summary>
    Preempted = 4,
}

/// <summary>A core that was looked at.</summary>
public interface ICoreSample : IBus
{
    /// <summary>Whether there is one: not in a reset, which memories do not have.</summary>
    bool Valid { get; set; }

    /// <summary>The core.</summary>
    ushort Core { get; set; }

    /// <summary>What it does.</summary>
    CoreActivity Activity { get; set; }
}

/// <summary>Says what a core does. No latency, no state; one core per tick.</summary>
public sealed class CoreSample : SimpleProcess
{
    [InputBus] private readonly IScannedCore scanned;
    [OutputBus] private readonly ICoreSample sample = Scope.CreateBus<ICoreSample>("sampleNow");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("coreRead");

    internal CoreSample(IScannedCore scanned) => this.scanned = scanned;

    internal ICoreSample Sample => sample;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreActivity activity = CoreActivity.Other;
        if (scanned.Entry.HasProcess)
        {
            activity = scanned.IsIdle ? CoreActivity.Stalled : CoreActivity.Busy;
        }
        else if (scanned.Entry.IsComing)
        {
            activity = CoreActivity.Preempted;
        }
        else if (scanned.Entry.IsWaiting)
        {
            activity = CoreActivity.Idle;
        }

        sample.Valid = true;
        sample.Core = scanned.Core;
        sample.Activity = activity;
        read.Enable = true;
        read.Address = scanned.Core;
    }
}

/// <summary>Keeps a core that was looked at beside the memory. Latency 1 tick; one per tick; cannot be held up.</summary>
[ClockedProcess]
public sealed class CoreSampleRegister : SimpleProcess
{
    [InputBus] private readonly ICoreSample seen;
    [OutputBus] private readonly ICoreSample kept = Scope.CreateBus<ICoreSample>("kept");

    internal CoreSampleRegister(ICoreSample seen) => this.seen = seen;

    internal ICoreSample Sample => kept;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        kept.Valid = seen.Valid;
        kept.Core = seen.Core;
        kept.Activity = seen.Activity;
    }
}

/// <summary>Adds the cycles of a walk over the cores to what a core does. No latency, no state; one core per tick.</summary>
public sealed class CoreLoadUpdate : SimpleProcess
{
    [InputBus] private readonly ICoreSample sample;
    [InputBus] private readonly IRamData<CoreLoadRecord> before;
    [OutputBus] private readonly IRamWrite<CoreLoadRecord> write;
    private readonly ulong cycles;

    internal CoreLoadUpdate(ICoreSample sample, IRamData<CoreLoadRecord> before, IRamWrite<CoreLoadRecord> write, int cores)
    {
        this.sample = sample;
        this.before = before;
        this.write = write;
        cycles = (ulong)cores;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreLoadRecord load = before.Item;
        CoreActivity activity = sample.Activity;
        write.Enable = sample.Valid;
        write.Address = sample.Core;
        write.Item = new CoreLoadRecord
        {
            Idle = load.Idle + (activity == CoreActivity.Idle ? cycles : 0),
            Stalled = load.Stalled + (activity == CoreActivity.Stalled ? cycles : 0),
            Busy = load.Busy + (activity == CoreActivity.Busy ? cycles : 0),
            Preempted = load.Preempted + (activity == CoreActivity.Preempted ? cycles : 0),
            Other = load.Other + (activity == CoreActivity.Other ? cycles : 0),
        };
    }
}

/// <summary>Reads the words of a line, and remembers whose it is. The addresses have no latency; one line per tick.</summary>
public sealed class StatisticsReads : SimpleProcess
{
    [InputBus] private readonly IStatisticsRead reads;
    [OutputBus] private readonly IRamRead process = Scope.CreateBus<IRamRead>("process");
    [OutputBus] private readonly IRamRead core = Scope.CreateBus<IRamRead>("core");
    private readonly uint processMask;
    private readonly uint coreMask;

    internal StatisticsReads(IStatisticsRead reads, int processes, int cores)
    {
        this.reads = reads;
        processMask = (uint)processes - 1;
        coreMask = (uint)cores - 1;
    }

    internal IRamRead Process => process;

    internal IRamRead Core => core;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        process.Enable = true;
        process.Address = reads.Index & processMask;
        core.Enable = true;
        core.Address = reads.Index & coreMask;
    }
}

/// <summary>Whose line was read; a register.</summary>
public interface IStatisticsChoice : IBus
{
    /// <summary>Whether a core's.</summary>
    bool IsCore { get; set; }
}

/// <summary>Remembers whose line is read. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class StatisticsChoice : SimpleProcess
{
    [InputBus] private readonly IStatisticsRead reads;
    [OutputBus] private readonly IStatisticsChoice choice = Scope.CreateBus<IStatisticsChoice>("choice");

    internal StatisticsChoice(IStatisticsRead reads) => this.reads = reads;

    internal IStatisticsChoice Choice => choice;

    /// <inheritdoc/>
    protected override void OnTick() => choice.IsCore = reads.IsCore;
}

/// <summary>Puts a line together. No latency, no state; one line per tick.</summary>
public sealed class StatisticsLine : SimpleProcess
{
    [InputBus] private readonly IStatisticsChoice choice;
    [InputBus] private readonly IRamData<LoadRecord> load;
    [InputBus] private readonly IRamData<ServedRecord> served;
    [InputBus] private readonly IRamData<CoreLoadRecord> core;
    [OutputBus] private readonly IRamData<Bits<W1024>> line;

    internal StatisticsLine(
        IStatisticsChoice choice, IRamData<LoadRecord> load, IRamData<ServedRecord> served, IRamData<CoreLoadRecord> core, IRamData<Bits<W1024>> line)
    {
        this.choice = choice;
        this.load = load;
        this.served = served;
        this.core = core;
        this.line = line;
    }

    /// <inheritdoc/>
    protected override void OnTick() => line.Item = choice.IsCore ? LoadLine.Pack(core.Item) : LoadLine.Pack(load.Item, served.Item);
}
