// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Observe;

/// <summary>What has happened to a process's messages at the scheduler; a word of the statistics' memory.</summary>
public readonly record struct LoadRecord
{
    /// <summary>Messages that arrived.</summary>
    public ulong Arrivals { get; init; }

    /// <summary>Messages that were given to an endpoint.</summary>
    public ulong Dispatched { get; init; }

    /// <summary>Messages that were dropped: no room, too old, flushed.</summary>
    public ulong Dropped { get; init; }

    /// <summary>Cycles that dispatched messages had waited in the queue, all together.</summary>
    public ulong WaitCycles { get; init; }

    /// <summary>Messages queued.</summary>
    public ushort Queued { get; init; }

    /// <summary>The most that ever were.</summary>
    public ushort PeakQueued { get; init; }

    /// <summary>Messages queued, smoothed, in 1/256: at each look of the sweeper a sixteenth of the difference is added.</summary>
    public uint Load { get; init; }

    /// <summary>Whether the load has reached <see cref="Control.ProcessPolicy.HighLoad"/>, and has not been under <see cref="Control.ProcessPolicy.LowLoad"/> since.</summary>
    public bool IsHigh { get; init; }

    /// <summary>Whether the kernel was told that the process has messages and no core, and none was dispatched since.</summary>
    public bool IsCalled { get; init; }

    /// <summary>If so: when it was told last, in units of 2^14 cycles, modulo 2^8.</summary>
    public byte CalledAt { get; init; }

    /// <summary>How many dispatched messages had waited for how long: counts of 32 bits, see <see cref="LoadLine.Buckets"/>.</summary>
    public Bits<W512> Waits { get; init; }
}

/// <summary>What has happened to a process's messages at its endpoints; a word of the statistics' memory.</summary>
/// <param name="Ended">Messages that are done with: answered, or left without an answer.</param>
/// <param name="Cycles">Cycles from the scheduler's dispatch to that, all together.</param>
public readonly record struct ServedRecord(ulong Ended, ulong Cycles);

/// <summary>What has happened to a service's calls at the scheduler; a word of the statistics' memory.</summary>
/// <param name="Arrivals">Calls that arrived, modulo 2^32.</param>
/// <param name="Dispatched">Calls that were given to an endpoint, modulo 2^32.</param>
/// <param name="Dropped">Calls that were dropped: no room, too old, flushed; modulo 2^32.</param>
/// <param name="WaitCycles">Cycles that dispatched calls had waited in the queue, all together.</param>
public readonly record struct ServiceLoadRecord(uint Arrivals, uint Dispatched, uint Dropped, ulong WaitCycles);

/// <summary>
/// What a core was seen to do by the scheduler's scanner, which looks at each core once in as many cycles as there are cores; in cycles.
/// </summary>
public readonly record struct CoreLoadRecord
{
    /// <summary>Waits at its kernel endpoint.</summary>
    public ulong Idle { get; init; }

    /// <summary>Waits at a user endpoint.</summary>
    public ulong Stalled { get; init; }

    /// <summary>Runs a process that does not wait.</summary>
    public ulong Busy { get; init; }

    /// <summary>Was taken from its process and has not come to the kernel yet.</summary>
    public ulong Preempted { get; init; }

    /// <summary>None of these: in the kernel and not at its endpoint, or with a process that has no services.</summary>
    public ulong Other { get; init; }
}

/// <summary>
/// Statistics as lines that the CPU reads: 128 bytes, numbers little-endian, all of one tick. Reading never waits. A line that was read is an ordinary copy: the reader throws it
/// away before it reads anew.
/// </summary>
[Hardware]
public static class LoadLine
{
    /// <summary>Of a process: <see cref="LoadRecord.Arrivals"/>, 8 bytes.</summary>
    public const int Arrivals = 0;

    /// <summary>Of a process: <see cref="LoadRecord.Dispatched"/>, 8 bytes.</summary>
    public const int Dispatched = 8;

    /// <summary>Of a process: <see cref="LoadRecord.Dropped"/>, 8 bytes.</summary>
    public const int Dropped = 16;

    /// <summary>Of a process: <see cref="LoadRecord.WaitCycles"/>, 8 bytes.</summary>
    public const int WaitCycles = 24;

    /// <summary>Of a process: <see cref="ServedRecord.Ended"/>, 8 bytes.</summary>
    public const int Ended = 32;

    /// <summary>Of a process: <see cref="ServedRecord.Cycles"/>, 8 bytes.</summary>
    public const int ServiceCycles = 40;

    /// <summary>Of a process: <see cref="LoadRecord.Queued"/>, 2 bytes.</summary>
    public const int Queued = 48;

    /// <summary>Of a process: <see cref="LoadRecord.PeakQueued"/>, 2 bytes.</summary>
    public const int PeakQueued = 50;

    /// <summary>Of a process: <see cref="LoadRecord.Load"/>, 4 bytes.</summary>
    public const int Load = 52;

    /// <summary>Of a process: <see cref="LoadRecord.Waits"/>, 64 bytes.</summary>
    public const int Waits = 64;

    /// <summary>
    /// Counts in <see cref="LoadRecord.Waits"/>: the first of waits under 16 cycles, number n of waits from 2^(n+3) cycles on and under twice that, the last of all that are longer.
    /// </summary>
    public const int Buckets = 16;

    /// <summary>Of a core: <see cref="CoreLoadRecord.Idle"/>, 8 bytes.</summary>
    public const int Idle = 0;

    /// <summary>Of a core: <see cref="CoreLoadRecord.Stalled"/>, 8 bytes.</summary>
    public const int Stalled = 8;

    /// <summary>Of a core: <see cref="CoreLoadRecord.Busy"/>, 8 bytes.</summary>
    public const int Busy = 16;

    /// <summary>Of a core: <see cref="CoreLoadRecord.Preempted"/>, 8 bytes.</summary>
    public const int Preempted = 24;

    /// <summary>Of a core: <see cref="CoreLoadRecord.Other"/>, 8 bytes.</summary>
    public const int Other = 32;

    /// <summary>Which count a wait belongs to.</summary>
    /// <param name="cycles">Cycles.</param>
    public static byte Bucket(uint cycles)
    {
        byte bucket = 0;
        for (int i = 4; i < 19; i++)
        {
            bucket = (cycles >> i) != 0 ? (byte)(i - 3) : bucket;
        }

        return bucket;
    }

    /// <summary>A process's line.</summary>
    /// <param name="load">What the scheduler has seen of it.</param>
    /// <param name="served">What its endpoints have done.</param>
    public static Bits<W1024> Pack(LoadRecord load, ServedRecord served) => Bits<W1024>.Zero
        .WithSlice(8 * Arrivals, (Bits<W64>)load.Arrivals)
        .WithSlice(8 * Dispatched, (Bits<W64>)load.Dispatched)
        .WithSlice(8 * Dropped, (Bits<W64>)load.Dropped)
        .WithSlice(8 * WaitCycles, (Bits<W64>)load.WaitCycles)
        .WithSlice(8 * Ended, (Bits<W64>)served.Ended)
        .WithSlice(8 * ServiceCycles, (Bits<W64>)served.Cycles)
        .WithSlice(8 * Queued, (Bits<W16>)load.Queued)
        .WithSlice(8 * PeakQueued, (Bits<W16>)load.PeakQueued)
        .WithSlice(8 * Load, (Bits<W32>)load.Load)
        .WithSlice(8 * Waits, load.Waits);

    /// <summary>A service's line: the fields of a process's that a service has, in the same places.</summary>
    /// <param name="load">What the scheduler has seen of it.</param>
    /// <param name="served">What endpoints have done.</param>
    public static Bits<W1024> Pack(ServiceLoadRecord load, ServedRecord served) => Bits<W1024>.Zero
        .WithSlice(8 * Arrivals, (Bits<W64>)load.Arrivals)
        .WithSlice(8 * Dispatched, (Bits<W64>)load.Dispatched)
        .WithSlice(8 * Dropped, (Bits<W64>)load.Dropped)
        .WithSlice(8 * WaitCycles, (Bits<W64>)load.WaitCycles)
        .WithSlice(8 * Ended, (Bits<W64>)served.Ended)
        .WithSlice(8 * ServiceCycles, (Bits<W64>)served.Cycles);

    /// <summary>A core's line.</summary>
    /// <param name="load">What it was seen to do.</param>
    public static Bits<W1024> Pack(CoreLoadRecord load) => Bits<W1024>.Zero
        .WithSlice(8 * Idle, (Bits<W64>)load.Idle)
        .WithSlice(8 * Stalled, (Bits<W64>)load.Stalled)
        .WithSlice(8 * Busy, (Bits<W64>)load.Busy)
        .WithSlice(8 * Preempted, (Bits<W64>)load.Preempted)
        .WithSlice(8 * Other, (Bits<W64>)load.Other);
}
