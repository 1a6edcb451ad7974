// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The layout of lines of statistics, which the CPU reads: 128 bytes, a snapshot of one tick. Numbers are little-endian, other bytes are 0,
/// cycles are those of the NIC's clock. Counters are never cleared, not even when a number is reused by another process or service: readers
/// take differences. A read never stalls. A line that was read is an ordinary cached copy: the reader invalidates it before it reads again.
/// </summary>
[Hardware]
public static class LoadLine
{
    /// <summary>Messages that arrived, 8 bytes; of a service: calls, modulo 2^32.</summary>
    public const int Arrivals = 0;

    /// <summary>Messages that were delivered to an endpoint, 8 bytes; of a service: calls, modulo 2^32.</summary>
    public const int Dispatched = 8;

    /// <summary>
    /// Messages that were dropped for want of room, because of their age, or by a flush, 8 bytes; of a service: calls, modulo 2^32.
    /// </summary>
    public const int Dropped = 16;

    /// <summary>Sum of the cycles that dispatched messages had been queued, 8 bytes.</summary>
    public const int WaitCycles = 24;

    /// <summary>Messages whose slots were given back, answered or left without an answer, 8 bytes.</summary>
    public const int Ended = 32;

    /// <summary>Sum of the cycles from the dispatches of these messages to their ends, 8 bytes.</summary>
    public const int ServiceCycles = 40;

    /// <summary>Messages queued now, 2 bytes.</summary>
    public const int Queued = 48;

    /// <summary>The most messages queued at a time since the reset, 2 bytes.</summary>
    public const int PeakQueued = 50;

    /// <summary>
    /// Messages queued, smoothed, in 1/256, 4 bytes: at each of the sweeper's samples a sixteenth of the difference is added.
    /// </summary>
    public const int Load = 52;

    /// <summary>Histogram of the waiting times of dispatched messages: <see cref="Buckets"/> counts of 4 bytes, modulo 2^32.</summary>
    public const int Waits = 64;

    /// <summary>
    /// Counts in <see cref="Waits"/>: the first of waits under 16 cycles, number n of waits from 2^(n+3) cycles on and under twice that,
    /// the last of all that are longer.
    /// </summary>
    public const int Buckets = 16;

    /// <summary>Cycles in which the core was stalled at its kernel endpoint, 8 bytes.</summary>
    public const int Idle = 0;

    /// <summary>Cycles in which it was stalled at a user endpoint, 8 bytes.</summary>
    public const int Stalled = 8;

    /// <summary>Cycles in which it ran a process and was not stalled at an endpoint, 8 bytes.</summary>
    public const int Busy = 16;

    /// <summary>Cycles from its preemptions to its arrivals at its kernel endpoint, 8 bytes.</summary>
    public const int Preempted = 24;

    /// <summary>All other cycles, 8 bytes: in the kernel and not at its endpoint, or with a process that has no services.</summary>
    public const int Other = 32;

    /// <summary>
    /// All fields: those of processes, of which services have some in the same places, then those of cores; each in the order of their
    /// places.
    /// </summary>
    public static IReadOnlyList<LoadLineField> Fields { get; } =
    [
        new(nameof(Arrivals), Arrivals, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(Dispatched), Dispatched, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(Dropped), Dropped, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(WaitCycles), WaitCycles, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(Ended), Ended, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(ServiceCycles), ServiceCycles, 8, 1, [StatisticsOf.Process, StatisticsOf.Service]),
        new(nameof(Queued), Queued, 2, 1, [StatisticsOf.Process]),
        new(nameof(PeakQueued), PeakQueued, 2, 1, [StatisticsOf.Process]),
        new(nameof(Load), Load, 4, 1, [StatisticsOf.Process]),
        new(nameof(Waits), Waits, 4, Buckets, [StatisticsOf.Process]),
        new(nameof(Idle), Idle, 8, 1, [StatisticsOf.Core]),
        new(nameof(Stalled), Stalled, 8, 1, [StatisticsOf.Core]),
        new(nameof(Busy), Busy, 8, 1, [StatisticsOf.Core]),
        new(nameof(Preempted), Preempted, 8, 1, [StatisticsOf.Core]),
        new(nameof(Other), Other, 8, 1, [StatisticsOf.Core]),
    ];

    /// <summary>The bucket of the histogram that a waiting time belongs to.</summary>
    /// <param name="cycles">The waiting time in cycles.</param>
    public static byte Bucket(uint cycles)
    {
        byte bucket = 0;
        for (int i = 4; i < 19; i++)
        {
            bucket = (cycles >> i) != 0 ? (byte)(i - 3) : bucket;
        }

        return bucket;
    }
}

/// <summary>A field of a line of statistics.</summary>
/// <param name="Name">Name of the constant with its place.</param>
/// <param name="Place">Its first byte.</param>
/// <param name="Bytes">Width of a number in bytes.</param>
/// <param name="Count">How many numbers, one behind the other.</param>
/// <param name="Of">The kind of lines that have it.</param>
public sealed record LoadLineField(string Name, int Place, int Bytes, int Count, IReadOnlyList<StatisticsOf> Of);

/// <summary>The kind of a statistics line.</summary>
public enum StatisticsOf : byte
{
    /// <summary>A process's line.</summary>
    Process = 0,

    /// <summary>A core's line.</summary>
    Core = 1,

    /// <summary>A service's line.</summary>
    Service = 2,
}
