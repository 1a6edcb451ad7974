// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Observe;

/// <summary>Packs the statistics' counters into lines, <see cref="LoadLine"/>.</summary>
[Hardware]
public static class LoadPacking
{
    /// <summary>A process's line.</summary>
    /// <param name="load">Its word of the scheduler's statistics.</param>
    /// <param name="served">Its word of the endpoints' statistics.</param>
    public static Bits<W1024> Pack(LoadRecord load, ServedRecord served) => Bits<W1024>.Zero
        .WithSlice(8 * LoadLine.Arrivals, (Bits<W64>)load.Arrivals)
        .WithSlice(8 * LoadLine.Dispatched, (Bits<W64>)load.Dispatched)
        .WithSlice(8 * LoadLine.Dropped, (Bits<W64>)load.Dropped)
        .WithSlice(8 * LoadLine.WaitCycles, (Bits<W64>)load.WaitCycles)
        .WithSlice(8 * LoadLine.Ended, (Bits<W64>)served.Ended)
        .WithSlice(8 * LoadLine.ServiceCycles, (Bits<W64>)served.Cycles)
        .WithSlice(8 * LoadLine.Queued, (Bits<W16>)load.Queued)
        .WithSlice(8 * LoadLine.PeakQueued, (Bits<W16>)load.PeakQueued)
        .WithSlice(8 * LoadLine.Load, (Bits<W32>)load.Load)
        .WithSlice(8 * LoadLine.Waits, load.Waits);

    /// <summary>A service's line: the fields of a process's that a service has, in the same places.</summary>
    /// <param name="load">Its word of the scheduler's statistics.</param>
    /// <param name="served">Its word of the endpoints' statistics.</param>
    public static Bits<W1024> Pack(ServiceLoadRecord load, ServedRecord served) => Bits<W1024>.Zero
        .WithSlice(8 * LoadLine.Arrivals, (Bits<W64>)load.Arrivals)
        .WithSlice(8 * LoadLine.Dispatched, (Bits<W64>)load.Dispatched)
        .WithSlice(8 * LoadLine.Dropped, (Bits<W64>)load.Dropped)
        .WithSlice(8 * LoadLine.WaitCycles, (Bits<W64>)load.WaitCycles)
        .WithSlice(8 * LoadLine.Ended, (Bits<W64>)served.Ended)
        .WithSlice(8 * LoadLine.ServiceCycles, (Bits<W64>)served.Cycles);

    /// <summary>A core's line.</summary>
    /// <param name="load">Its word of sampled activities.</param>
    public static Bits<W1024> Pack(CoreLoadRecord load) => Bits<W1024>.Zero
        .WithSlice(8 * LoadLine.Idle, (Bits<W64>)load.Idle)
        .WithSlice(8 * LoadLine.Stalled, (Bits<W64>)load.Stalled)
        .WithSlice(8 * LoadLine.Busy, (Bits<W64>)load.Busy)
        .WithSlice(8 * LoadLine.Preempted, (Bits<W64>)load.Preempted)
        .WithSlice(8 * LoadLine.Other, (Bits<W64>)load.Other);
}
