// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// A process's load (paper, section 5.2), a snapshot of one tick. Cycles are those of the NIC's clock
/// (<see cref="NicCapabilities.ClockMegahertz"/>). Counts begin with the NIC and are never cleared, not even when the number is reused by
/// another process: take the difference of two.
/// </summary>
public sealed record ProcessLoad
{
    /// <summary>Messages that arrived.</summary>
    public required ulong Arrivals { get; init; }

    /// <summary>Messages that were delivered to an endpoint, the process's own or a kernel endpoint.</summary>
    public required ulong Dispatched { get; init; }

    /// <summary>Messages that were dropped for want of room, because of their age, or by a flush.</summary>
    public required ulong Dropped { get; init; }

    /// <summary>Sum of the cycles that dispatched messages had been queued.</summary>
    public required ulong WaitCycles { get; init; }

    /// <summary>Messages whose slots were given back: answered, or left without an answer.</summary>
    public required ulong Ended { get; init; }

    /// <summary>
    /// Sum of the cycles from the dispatches of these messages to their ends: the way to the core and back, and the handler.
    /// </summary>
    public required ulong ServiceCycles { get; init; }

    /// <summary>Messages in the process's queue when the line was read.</summary>
    public required ushort Queued { get; init; }

    /// <summary>The most messages queued at a time since the NIC's reset.</summary>
    public required ushort PeakQueued { get; init; }

    /// <summary>
    /// Messages queued, smoothed, in 1/256: what <see cref="ProcessPolicy.HighLoad"/> and <see cref="ProcessPolicy.LowLoad"/>, in messages,
    /// are compared with.
    /// </summary>
    public required uint Load { get; init; }

    /// <summary>
    /// Histogram of the waiting times of dispatched messages: the first of waits under 16 cycles, number n of waits from 2^(n+3) cycles on
    /// and under twice that, the last of all that are longer. Modulo 2^32.
    /// </summary>
    public required IReadOnlyList<uint> Waits { get; init; }

    internal static ProcessLoad Of(ReadOnlySpan<byte> line)
    {
        uint[] waits = new uint[LoadLine.Buckets];
        for (int i = 0; i < waits.Length; i++)
        {
            waits[i] = BinaryPrimitives.ReadUInt32LittleEndian(line[(LoadLine.Waits + (4 * i))..]);
        }

        return new ProcessLoad
        {
            Arrivals = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Arrivals..]),
            Dispatched = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Dispatched..]),
            Dropped = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Dropped..]),
            WaitCycles = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.WaitCycles..]),
            Ended = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Ended..]),
            ServiceCycles = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.ServiceCycles..]),
            Queued = BinaryPrimitives.ReadUInt16LittleEndian(line[LoadLine.Queued..]),
            PeakQueued = BinaryPrimitives.ReadUInt16LittleEndian(line[LoadLine.PeakQueued..]),
            Load = BinaryPrimitives.ReadUInt32LittleEndian(line[LoadLine.Load..]),
            Waits = Array.AsReadOnly(waits),
        };
    }
}

/// <summary>
/// A service's load (paper, section 5.2), a snapshot of one tick. Cycles are those of the NIC's clock. Counts begin with the NIC and are
/// never cleared, not even when the number is reused by another service: take the difference of two.
/// </summary>
public sealed record ServiceLoad
{
    /// <summary>Calls that arrived, modulo 2^32.</summary>
    public required uint Arrivals { get; init; }

    /// <summary>Calls that were delivered to an endpoint, modulo 2^32.</summary>
    public required uint Dispatched { get; init; }

    /// <summary>Calls that were dropped for want of room, because of their age, or by a flush, modulo 2^32.</summary>
    public required uint Dropped { get; init; }

    /// <summary>Sum of the cycles that dispatched calls had been queued.</summary>
    public required ulong WaitCycles { get; init; }

    /// <summary>Calls whose slots were given back: answered, or left without an answer.</summary>
    public required ulong Ended { get; init; }

    /// <summary>
    /// Sum of the cycles from the dispatches of these calls to their ends: the way to the core and back, and the handler.
    /// </summary>
    public required ulong ServiceCycles { get; init; }

    internal static ServiceLoad Of(ReadOnlySpan<byte> line) => new()
    {
        // The upper halves are 0.
        Arrivals = BinaryPrimitives.ReadUInt32LittleEndian(line[LoadLine.Arrivals..]),
        Dispatched = BinaryPrimitives.ReadUInt32LittleEndian(line[LoadLine.Dispatched..]),
        Dropped = BinaryPrimitives.ReadUInt32LittleEndian(line[LoadLine.Dropped..]),
        WaitCycles = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.WaitCycles..]),
        Ended = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Ended..]),
        ServiceCycles = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.ServiceCycles..]),
    };
}

/// <summary>
/// A core's sampled activities (paper, section 5.2), a snapshot of one tick, in cycles of the NIC's clock since its reset. The NIC samples
/// each core once in as many cycles as it has cores, so figures are exact to that. Take the difference of two.
/// </summary>
public sealed record CoreLoad
{
    /// <summary>Cycles stalled at its kernel endpoint.</summary>
    public required ulong Idle { get; init; }

    /// <summary>Cycles stalled at a user endpoint.</summary>
    public required ulong Stalled { get; init; }

    /// <summary>Cycles in a process, not stalled at an endpoint.</summary>
    public required ulong Busy { get; init; }

    /// <summary>Cycles from its preemptions to its arrivals at its kernel endpoint.</summary>
    public required ulong Preempted { get; init; }

    /// <summary>All other cycles: in the kernel and not at its endpoint, or with a process that has no services.</summary>
    public required ulong Other { get; init; }

    internal static CoreLoad Of(ReadOnlySpan<byte> line) => new()
    {
        Idle = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Idle..]),
        Stalled = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Stalled..]),
        Busy = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Busy..]),
        Preempted = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Preempted..]),
        Other = BinaryPrimitives.ReadUInt64LittleEndian(line[LoadLine.Other..]),
    };
}
