// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
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

    /// <summary>Messages in the process's queue now.</summary>
    public ushort Queued { get; init; }

    /// <summary>The most that ever were.</summary>
    public ushort PeakQueued { get; init; }

    /// <summary>Messages queued, smoothed, in 1/256: at each look of the sweeper a sixteenth of the difference is added.</summary>
    public uint Load { get; init; }

    /// <summary>Whether the load has reached <see cref="ProcessPolicy.HighLoad"/>, and has not been under <see cref="ProcessPolicy.LowLoad"/> since.</summary>
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
