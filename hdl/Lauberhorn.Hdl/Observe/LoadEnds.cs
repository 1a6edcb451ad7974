// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>When a message was dispatched, and of which process it is.</summary>
/// <param name="Process">The process.</param>
/// <param name="Time">The tick, modulo 2^32.</param>
/// <param name="IsCall">Whether it is a call of a service.</param>
/// <param name="Service">The service's number, if it is.</param>
public readonly record struct DispatchTime(ushort Process, uint Time, bool IsCall, ushort Service);

/// <summary>A message whose slot is given back.</summary>
/// <param name="Valid">Whether there is one.</param>
/// <param name="Process">Number of its process.</param>
/// <param name="Cycles">The tick in which it ended, modulo 2^32; in the second stage, the cycles since its dispatch.</param>
/// <param name="IsCall">Whether it is a call of a service.</param>
/// <param name="Service">The service's number, if it is a call.</param>
public readonly record struct EndEvent(bool Valid, ushort Process, uint Cycles, bool IsCall = false, ushort Service = 0);

/// <summary>Bus: the message that ends in this tick.</summary>
public interface IEndEvent : IBus
{
    /// <summary>The message; not valid if none ends.</summary>
    EndEvent Event { get; set; }
}

/// <summary>Records the ticks of dispatches, and taps the slots that are given back. Combinational; one of each per tick.</summary>
public sealed class EndTap(Stream<SlotRelease> ends, [InputBus] ILoadEvent seen, [InputBus] ILoadTime time) : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> ends = ends.Forward;
    [InputBus] private readonly IReady endsReady = ends.Backward;
    [OutputBus] private readonly IEndEvent ended = Scope.CreateBus<IEndEvent>("endedNow");
    [OutputBus] private readonly IRamWrite<DispatchTime> dispatchWrite = Scope.CreateBus<IRamWrite<DispatchTime>>("dispatchWrite");
    [OutputBus] private readonly IRamRead dispatchRead = Scope.CreateBus<IRamRead>("dispatchRead");

    internal IEndEvent Ended => ended;

    internal IRamWrite<DispatchTime> DispatchWrite => dispatchWrite;

    internal IRamRead DispatchRead => dispatchRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        dispatchWrite.Enable = seen.Event.Valid && seen.Event.Dispatches;
        dispatchWrite.Address = seen.Event.Slot;
        dispatchWrite.Item = new DispatchTime(seen.Event.Process, seen.Event.Time, seen.Event.IsCall, seen.Event.Service);
        dispatchRead.Enable = true;
        dispatchRead.Address = ends.Item.Slot;
        ended.Event = new EndEvent(ends.Valid && endsReady.Ready, 0, time.Now);
    }
}

/// <summary>Registers the ended message beside the memory's read. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class EndRegister([InputBus] IEndEvent seen) : SimpleProcess
{
    [OutputBus] private readonly IEndEvent kept = Scope.CreateBus<IEndEvent>("kept");

    internal IEndEvent Event => kept;

    /// <inheritdoc/>
    protected override void OnTick() => kept.Event = seen.Event;
}

/// <summary>Computes the cycles from a message's dispatch to its end. Combinational; one per tick.</summary>
public sealed class EndTime([InputBus] IEndEvent ended, [InputBus] IRamData<DispatchTime> dispatched) : SimpleProcess
{
    [OutputBus] private readonly IEndEvent took = Scope.CreateBus<IEndEvent>("took");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("servedRead");
    [OutputBus] private readonly IRamRead serviceRead = Scope.CreateBus<IRamRead>("servedServiceRead");

    internal IEndEvent Event => took;

    internal IRamRead Read => read;

    internal IRamRead ServiceRead => serviceRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        took.Event = new EndEvent(ended.Event.Valid, dispatched.Item.Process, ended.Event.Cycles - dispatched.Item.Time,
            dispatched.Item.IsCall, dispatched.Item.Service);
        serviceRead.Enable = true;
        serviceRead.Address = dispatched.Item.Service;
        read.Enable = true;
        read.Address = dispatched.Item.Process;
    }
}

/// <summary>Adds an ended message to its process's or its service's word. Combinational; one per tick.</summary>
public sealed class ServedUpdate(
    [InputBus] IEndEvent took,
    [InputBus] IRamData<ServedRecord> before,
    [OutputBus] IRamWrite<ServedRecord> write,
    bool isOfService) : SimpleProcess
{

    private readonly bool isOfService = isOfService;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = took.Event.Valid && (took.Event.IsCall || !isOfService);
        write.Address = isOfService ? took.Event.Service : took.Event.Process;
        write.Item = new ServedRecord(before.Item.Ended + 1, before.Item.Cycles + took.Event.Cycles);
    }
}
