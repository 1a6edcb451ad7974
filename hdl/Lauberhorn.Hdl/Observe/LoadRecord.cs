// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Observe;

/// <summary>Counters of a process's messages at the scheduler; a word of the statistics' memory.</summary>
public readonly record struct LoadRecord
{
    /// <summary>Messages that arrived.</summary>
    public ulong Arrivals { get; init; }

    /// <summary>Messages that were given to an endpoint.</summary>
    public ulong Dispatched { get; init; }

    /// <summary>Messages that were dropped: no room, too old, flushed.</summary>
    public ulong Dropped { get; init; }

    /// <summary>Sum of the cycles that dispatched messages had been queued.</summary>
    public ulong WaitCycles { get; init; }

    /// <summary>Messages in the process's queue now.</summary>
    public ushort Queued { get; init; }

    /// <summary>The most messages that were queued at a time since the reset.</summary>
    public ushort PeakQueued { get; init; }

    /// <summary>Messages queued, smoothed, in 1/256: at each of the sweeper's samples a sixteenth of the difference is added.</summary>
    public uint Load { get; init; }

    /// <summary>
    /// Whether the load has reached <see cref="ProcessPolicy.HighLoad"/>, and has not been under <see cref="ProcessPolicy.LowLoad"/> since.
    /// </summary>
    public bool IsHigh { get; init; }

    /// <summary>Whether the kernel was told that the process has messages and no core, and none was dispatched since.</summary>
    public bool IsCalled { get; init; }

    /// <summary>If so: the time of the last report, in units of 2^14 cycles, modulo 2^8.</summary>
    public byte CalledAt { get; init; }

    /// <summary>Histogram of the waiting times of dispatched messages: 16 counts of 32 bits, see <see cref="LoadLine.Buckets"/>.</summary>
    public Bits<W512> Waits { get; init; }
}

/// <summary>Counters of a process's messages at its endpoints; a word of the statistics' memory.</summary>
/// <param name="Ended">Messages that are done with: answered, or left without an answer.</param>
/// <param name="Cycles">Sum of the cycles from the scheduler's dispatch to the end.</param>
public readonly record struct ServedRecord(ulong Ended, ulong Cycles);

/// <summary>Counters of a service's calls at the scheduler; a word of the statistics' memory.</summary>
/// <param name="Arrivals">Calls that arrived, modulo 2^32.</param>
/// <param name="Dispatched">Calls that were given to an endpoint, modulo 2^32.</param>
/// <param name="Dropped">Calls that were dropped: no room, too old, flushed; modulo 2^32.</param>
/// <param name="WaitCycles">Sum of the cycles that dispatched calls had been queued.</param>
public readonly record struct ServiceLoadRecord(uint Arrivals, uint Dispatched, uint Dropped, ulong WaitCycles);

/// <summary>
/// A core's activities in cycles, sampled by the scheduler's scanner, which reads each core once in as many cycles as there are cores.
/// </summary>
public readonly record struct CoreLoadRecord
{
    /// <summary>Stalled at its kernel endpoint.</summary>
    public ulong Idle { get; init; }

    /// <summary>Stalled at a user endpoint.</summary>
    public ulong Stalled { get; init; }

    /// <summary>Runs a process that is not stalled at an endpoint.</summary>
    public ulong Busy { get; init; }

    /// <summary>Preempted, and not at its kernel endpoint yet.</summary>
    public ulong Preempted { get; init; }

    /// <summary>None of these: in the kernel and not at its endpoint, or with a process that has no services.</summary>
    public ulong Other { get; init; }
}
