// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The layout of lines of statistics, which the CPU reads: 128 bytes, all of one tick. Numbers are little-endian, what is not named is 0, cycles are those of the NIC's clock. Counts are never set back,
/// not even when a number is given to another process or service: who reads takes differences. Reading never waits. A line that was read is an ordinary copy: the reader throws it away before it reads
/// anew.
/// </summary>
[Hardware]
public static class LoadLine
{
    /// <summary>Messages that arrived, 8 bytes; of a service: calls, modulo 2^32.</summary>
    public const int Arrivals = 0;

    /// <summary>Messages that were given to an endpoint, 8 bytes; of a service: calls, modulo 2^32.</summary>
    public const int Dispatched = 8;

    /// <summary>Messages that were dropped because there was no room, because they were too old, or because they were flushed, 8 bytes; of a service: calls, modulo 2^32.</summary>
    public const int Dropped = 16;

    /// <summary>Cycles that dispatched messages had waited in the queue, all together, 8 bytes.</summary>
    public const int WaitCycles = 24;

    /// <summary>Messages that are done with, answered or left without an answer, 8 bytes.</summary>
    public const int Ended = 32;

    /// <summary>Cycles from the dispatches of these messages to their ends, all together, 8 bytes.</summary>
    public const int ServiceCycles = 40;

    /// <summary>Messages queued, 2 bytes.</summary>
    public const int Queued = 48;

    /// <summary>The most messages that ever were queued, 2 bytes.</summary>
    public const int PeakQueued = 50;

    /// <summary>Messages queued, smoothed, in 1/256, 4 bytes: at each look of the sweeper a sixteenth of the difference is added.</summary>
    public const int Load = 52;

    /// <summary>How many dispatched messages had waited for how long: <see cref="Buckets"/> counts of 4 bytes, modulo 2^32.</summary>
    public const int Waits = 64;

    /// <summary>Counts in <see cref="Waits"/>: the first of waits under 16 cycles, number n of waits from 2^(n+3) cycles on and under twice that, the last of all that are longer.</summary>
    public const int Buckets = 16;

    /// <summary>Cycles in which the core waited at its kernel endpoint, 8 bytes.</summary>
    public const int Idle = 0;

    /// <summary>Cycles in which it waited at a user endpoint, 8 bytes.</summary>
    public const int Stalled = 8;

    /// <summary>Cycles in which it ran a process and did not wait, 8 bytes.</summary>
    public const int Busy = 16;

    /// <summary>Cycles from when it was taken from its process to when it came to the kernel, 8 bytes.</summary>
    public const int Preempted = 24;

    /// <summary>All other cycles, 8 bytes: in the kernel and not at its endpoint, or with a process that has no services.</summary>
    public const int Other = 32;

    /// <summary>All fields: those of processes, of which services have some in the same places, then those of cores; each in the order of their places.</summary>
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
}

/// <summary>A field of a line of statistics.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Its first byte.</param>
/// <param name="Bytes">Bytes of a number.</param>
/// <param name="Count">Numbers, one behind the other.</param>
/// <param name="Of">Whose lines have it.</param>
public sealed record LoadLineField(string Name, int Place, int Bytes, int Count, IReadOnlyList<StatisticsOf> Of);

/// <summary>Whose statistics a line has.</summary>
public enum StatisticsOf : byte
{
    /// <summary>A process's.</summary>
    Process = 0,

    /// <summary>A core's.</summary>
    Core = 1,

    /// <summary>A service's.</summary>
    Service = 2,
}
