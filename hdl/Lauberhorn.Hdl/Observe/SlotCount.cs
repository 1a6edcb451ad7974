// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Observe;

/// <summary>How many message slots are in use.</summary>
public interface ISlotCount : IBus
{
    /// <summary>Messages in slots: queued, delivered to a process or the kernel, or with a reply in progress.</summary>
    ushort Taken { get; set; }
}

/// <summary>
/// Counts the messages in flight: one more when a message is handed to the scheduler, one less when its slot is given back by the
/// scheduler or the reply stage. Latency 1 tick; one of each per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class SlotCount(Stream<Arrival> arrivals, Stream<SlotRelease> dropped, Stream<SlotRelease> done) : SimpleProcess
{
    [InputBus] private readonly IStream<Arrival> arrivals = arrivals.Forward;
    [InputBus] private readonly IReady arrivalsReady = arrivals.Backward;
    [InputBus] private readonly IStream<SlotRelease> dropped = dropped.Forward;
    [InputBus] private readonly IReady droppedReady = dropped.Backward;
    [InputBus] private readonly IStream<SlotRelease> done = done.Forward;
    [InputBus] private readonly IReady doneReady = done.Backward;
    [OutputBus] private readonly ISlotCount count = Scope.CreateBus<ISlotCount>("slotCount");

    /// <summary>Output: slots in use, 0 to the number of slots; a register.</summary>
    public ISlotCount Count => count;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint more = arrivals.Valid && arrivalsReady.Ready ? 1u : 0;
        uint less = (dropped.Valid && droppedReady.Ready ? 1u : 0) + (done.Valid && doneReady.Ready ? 1u : 0);
        count.Taken = (ushort)(count.Taken + more - less);
    }
}
