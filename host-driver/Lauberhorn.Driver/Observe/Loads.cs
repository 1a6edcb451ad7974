// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// What a process has to do (paper, section 5.2), all as of one tick. Cycles are those of the NIC's clock (<see cref="NicCapabilities.ClockMegahertz"/>). Counts begin with the NIC and are never set back, not
/// even when the number goes to another process: take the difference of two.
/// </summary>
public sealed record ProcessLoad
{
    /// <summary>Messages that arrived.</summary>
    public required ulong Arrivals { get; init; }

    /// <summary>Messages that were given to an endpoint, the process's own or a kernel endpoint.</summary>
    public required ulong Dispatched { get; init; }

    /// <summary>Messages that were dropped because there was no room, because they were too old, or because they were flushed.</summary>
    public required ulong Dropped { get; init; }

    /// <summary>Cycles that dispatched messages had waited in the queue, all together.</summary>
    public required ulong WaitCycles { get; init; }

    /// <summary>Messages that are done with: answered, or left without an answer.</summary>
    public required ulong Ended { get; init; }

    /// <summary>Cycles from the dispatches of these messages to their ends, all together: the way to the core and back, and the handler.</summary>
    public required ulong ServiceCycles { get; init; }

    /// <summary>Messages in the process's queue when the line was read.</summary>
    public required ushort Queued { get; init; }

    /// <summary>The most messages that ever were queued.</summary>
    public required ushort PeakQueued { get; init; }

    /// <summary>Messages queued, smoothed, in 1/256: what <see cref="ProcessPolicy.HighLoad"/> and <see cref="ProcessPolicy.LowLoad"/>, in messages, are compared with.</summary>
    public required uint Load { get; init; }

    /// <summary>How many dispatched messages had waited for how long: the first of waits under 16 cycles, number n of waits from 2^(n+3) cycles on and under twice that, the last of all that are longer. Modulo 2^32.</summary>
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
/// What a service has to do (paper, section 5.2), all as of one tick. Cycles are those of the NIC's clock. Counts begin with the NIC and are never set back, not even when the number goes to another service: take
/// the difference of two.
/// </summary>
public sealed record ServiceLoad
{
    /// <summary>Calls that arrived, modulo 2^32.</summary>
    public required uint Arrivals { get; init; }

    /// <summary>Calls that were given to an endpoint, modulo 2^32.</summary>
    public required uint Dispatched { get; init; }

    /// <summary>Calls that were dropped because there was no room, because they were too old, or because they were flushed, modulo 2^32.</summary>
    public required uint Dropped { get; init; }

    /// <summary>Cycles that dispatched calls had waited in the queue, all together.</summary>
    public required ulong WaitCycles { get; init; }

    /// <summary>Calls that are done with: answered, or left without an answer.</summary>
    public required ulong Ended { get; init; }

    /// <summary>Cycles from the dispatches of these calls to their ends, all together: the way to the core and back, and the handler.</summary>
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
/// What a core was seen to do (paper, section 5.2), all as of one tick, in cycles of the NIC's clock since the NIC began. The NIC looks at each core once in as many cycles as it has cores, so figures are exact
/// to that. Take the difference of two.
/// </summary>
public sealed record CoreLoad
{
    /// <summary>Waited at its kernel endpoint.</summary>
    public required ulong Idle { get; init; }

    /// <summary>Waited at a user endpoint.</summary>
    public required ulong Stalled { get; init; }

    /// <summary>Ran a process and did not wait.</summary>
    public required ulong Busy { get; init; }

    /// <summary>Was taken from its process, and had not come to the kernel yet.</summary>
    public required ulong Preempted { get; init; }

    /// <summary>None of these: in the kernel and not at its endpoint, or with a process that has no services.</summary>
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
