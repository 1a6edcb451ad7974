// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Observe;

/// <summary>How much the NIC has to do.</summary>
public interface ISlotCount : IBus
{
    /// <summary>Messages in slots: that wait, are with a process or the kernel, or whose answer is being made.</summary>
    ushort Taken { get; set; }
}

/// <summary>
/// Counts the messages that are under way: one more when a message is handed to the scheduler, one less when its slot is given back by the
/// scheduler or the reply stage. Latency 1 tick; one of each per tick; only looks on.
/// </summary>
[ClockedProcess]
public sealed class SlotCount : SimpleProcess
{
    [InputBus] private readonly IStream<Arrival> arrivals;
    [InputBus] private readonly IReady arrivalsReady;
    [InputBus] private readonly IStream<SlotRelease> dropped;
    [InputBus] private readonly IReady droppedReady;
    [InputBus] private readonly IStream<SlotRelease> done;
    [InputBus] private readonly IReady doneReady;
    [OutputBus] private readonly ISlotCount count = Scope.CreateBus<ISlotCount>("slotCount");

    internal SlotCount(Stream<Arrival> arrivals, Stream<SlotRelease> dropped, Stream<SlotRelease> done)
    {
        (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
        (this.dropped, droppedReady) = (dropped.Forward, dropped.Backward);
        (this.done, doneReady) = (done.Forward, done.Backward);
    }

    /// <summary>The count.</summary>
    public ISlotCount Count => count;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint more = arrivals.Valid && arrivalsReady.Ready ? 1u : 0;
        uint less = (dropped.Valid && droppedReady.Ready ? 1u : 0) + (done.Valid && doneReady.Ready ? 1u : 0);
        count.Taken = (ushort)(count.Taken + more - less);
    }
}
