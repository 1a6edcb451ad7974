// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>A step of the scheduler, as the statistics count it.</summary>
public readonly record struct LoadEvent
{
    /// <summary>Whether any of the flags below is set in this tick.</summary>
    public bool Valid { get; init; }

    /// <summary>Number of the process that it is about.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether a message arrived.</summary>
    public bool Arrives { get; init; }

    /// <summary>Whether one was dispatched.</summary>
    public bool Dispatches { get; init; }

    /// <summary>Whether one was dropped.</summary>
    public bool Drops { get; init; }

    /// <summary>Whether the sweeper samples the queue's length, for the smoothed load.</summary>
    public bool Samples { get; init; }

    /// <summary>Messages in the process's queue after the step.</summary>
    public ushort Queued { get; init; }

    /// <summary>
    /// Whether messages are queued and the process has no core, and no kernel endpoint can deliver them: only the kernel can help.
    /// </summary>
    public bool IsStuck { get; init; }

    /// <summary>Whether it is about a call of a service.</summary>
    public bool IsCall { get; init; }

    /// <summary>The service's number, if it is a call of a service.</summary>
    public ushort Service { get; init; }

    /// <summary>The message's slot.</summary>
    public ushort Slot { get; init; }

    /// <summary>The tick, modulo 2^32.</summary>
    public uint Time { get; init; }

    /// <summary>Of a dispatch: for how long the message had waited, in cycles.</summary>
    public uint Wait { get; init; }
}

/// <summary>A message that arrived.</summary>
/// <param name="Time">When: the tick, modulo 2^32.</param>
/// <param name="IsCall">Whether it is a call of a service.</param>
/// <param name="Service">The service's number, if it is.</param>
public readonly record struct ArrivedCall(uint Time, bool IsCall, ushort Service);

/// <summary>Bus: what the scheduler has done in this tick.</summary>
public interface ILoadEvent : IBus
{
    /// <summary>The step's effect; not valid if it had none.</summary>
    LoadEvent Event { get; set; }
}

/// <summary>Taps the scheduler's steps, and records the ticks of arrivals. Combinational; one step per tick.</summary>
public sealed class LoadTap(
    [InputBus] IScheduleStep step,
    [InputBus] IScheduleDecision decision,
    [InputBus] ISchedulePace pace,
    [InputBus] ILoadTime time,
    int slots) : SimpleProcess
{
    [OutputBus] private readonly ILoadEvent seen = Scope.CreateBus<ILoadEvent>("seenNow");
    [OutputBus] private readonly IRamWrite<ArrivedCall> arrivalWrite = Scope.CreateBus<IRamWrite<ArrivedCall>>("arrivalWrite");
    [OutputBus] private readonly IRamRead arrivalRead = Scope.CreateBus<IRamRead>("arrivalRead");

    private readonly uint slotMask = (uint)slots - 1;

    internal ILoadEvent Seen => seen;

    internal IRamWrite<ArrivedCall> ArrivalWrite => arrivalWrite;

    internal IRamRead ArrivalRead => arrivalRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isDone = pace.Moves && decision.Valid;
        bool arrives = step.Step.Kind == StepKind.Arrival;
        ushort slot = (ushort)((arrives ? step.Step.Item : decision.Releases ? decision.Released : decision.Dispatch.Slot) & slotMask);
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
            IsStuck = decision.IsStuck,
            Slot = slot,
            IsCall = step.Step.IsCall,
            Service = step.Step.Service,
            Time = time.Now,
        };
        arrivalWrite.Enable = isDone && arrives;
        arrivalWrite.Address = slot;
        arrivalWrite.Item = new ArrivedCall(time.Now, step.Step.IsCall, step.Step.Service);
        arrivalRead.Enable = true;
        arrivalRead.Address = slot;
    }
}

/// <summary>Registers the step beside the memory's read. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class LoadEventRegister([InputBus] ILoadEvent seen) : SimpleProcess
{
    [OutputBus] private readonly ILoadEvent kept = Scope.CreateBus<ILoadEvent>("kept");

    internal ILoadEvent Event => kept;

    /// <inheritdoc/>
    protected override void OnTick() => kept.Event = seen.Event;
}

/// <summary>Adds to a step the message's waiting time and its service. Combinational; one per tick.</summary>
public sealed class LoadWait([InputBus] ILoadEvent seen, [InputBus] IRamData<ArrivedCall> arrival, int services) : SimpleProcess
{
    [OutputBus] private readonly ILoadEvent waited = Scope.CreateBus<ILoadEvent>("waited");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("loadRead");

    [OutputBus] private readonly IRamRead serviceRead = Scope.CreateBus<IRamRead>("serviceRead");
    private readonly uint serviceMask = (uint)services - 1;

    internal ILoadEvent Event => waited;

    internal IRamRead Read => read;

    internal IRamRead ServiceRead => serviceRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // A message that is dispatched in the step in which it arrives has not waited.
        bool arrives = seen.Event.Arrives;
        ushort service = (ushort)((arrives ? seen.Event.Service : arrival.Item.Service) & serviceMask);
        waited.Event = seen.Event with
        {
            Wait = arrives ? 0 : seen.Event.Time - arrival.Item.Time,
            IsCall = !seen.Event.Samples && (arrives ? seen.Event.IsCall : arrival.Item.IsCall),
            Service = service,
        };
        serviceRead.Enable = true;
        serviceRead.Address = service;
        read.Enable = true;
        read.Address = seen.Event.Process;
    }
}

/// <summary>
/// Adds a step to its process's word, and reports when the load has crossed a threshold, or when the process is stuck: then at once, and
/// again from time to time until a message is dispatched. If there is no room for the report, the next sample repeats it. Combinational;
/// one per tick.
/// </summary>
public sealed class LoadUpdate(
    [InputBus] ILoadEvent waited,
    [InputBus] IRamData<LoadRecord> before,
    [InputBus] IRamData<ProcessPolicy> policy,
    [InputBus] IFifoState room,
    [OutputBus] IRamWrite<LoadRecord> write,
    [OutputBus] IStream<LoadChange> changes) : SimpleProcess
{
    // A report that had no effect is repeated after two to three of these units: 130 to 200 µs at 250 MHz.
    private const int CallUnitBits = 14;


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

        // A sixteenth of the difference; what the division cuts off keeps the last sixteenth of a message from fading away, which is as
        // good as none.
        uint smoothed = load.Load - (load.Load >> 4) + ((uint)now.Queued << 4);
        bool rises = !load.IsHigh && policy.Item.HighLoad != 0 && load.Load >> 8 >= policy.Item.HighLoad;
        bool falls = load.IsHigh && load.Load >> 8 < policy.Item.LowLoad;
        byte units = (byte)(now.Time >> CallUnitBits);
        bool isLongAgo = now.Samples && (byte)(units - load.CalledAt) >= 2;
        bool calls = now.IsStuck && policy.Item.HighLoad != 0 && (!load.IsCalled || isLongAgo);
        bool hasRoom = now.Valid && room.Count < LoadStatistics.ChangeDepth - 1;
        bool crosses = hasRoom && now.Samples && (rises || falls) && !calls;
        changes.Valid = crosses || (hasRoom && calls);
        changes.Item = new LoadChange(now.Process, rises || calls);
        write.Enable = now.Valid;
        write.Address = now.Process;
        write.Item = load with
        {
            IsHigh = crosses ? rises : load.IsHigh,
            IsCalled = (hasRoom && calls) || (load.IsCalled && !now.Dispatches),
            CalledAt = calls ? units : load.CalledAt,
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

/// <summary>Adds a step to its service's word. Combinational; one per tick.</summary>
public sealed class ServiceLoadUpdate(
    [InputBus] ILoadEvent waited,
    [InputBus] IRamData<ServiceLoadRecord> before,
    [OutputBus] IRamWrite<ServiceLoadRecord> write) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        LoadEvent now = waited.Event;
        ServiceLoadRecord load = before.Item;
        write.Enable = now.Valid && now.IsCall;
        write.Address = now.Service;
        write.Item = new ServiceLoadRecord(
            load.Arrivals + (now.Arrives ? 1u : 0),
            load.Dispatched + (now.Dispatches ? 1u : 0),
            load.Dropped + (now.Drops ? 1u : 0),
            load.WaitCycles + (now.Dispatches ? now.Wait : 0));
    }
}
