// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Hdl.Demux;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>A call enters the table: in the tick after it was admitted, and in no two ticks in a row. Registers.</summary>
public interface ICallInsertion : IBus
{
    /// <summary>Whether a call enters in this tick.</summary>
    bool Enable { get; set; }

    /// <summary>The entry's number: 8 · bucket + 4 · table + way.</summary>
    ushort Place { get; set; }

    /// <summary>The call's identity.</summary>
    CallKey Key { get; set; }

    /// <summary>Number of the call's slot.</summary>
    ushort Slot { get; set; }

    /// <summary>The time of its arrival, in units of 2^16 cycles, modulo 2^16.</summary>
    ushort Time { get; set; }
}

/// <summary>An entry of the table becomes free; not in a tick in which a call enters. Wires.</summary>
public interface ICallRemoval : IBus
{
    /// <summary>Whether an entry becomes free in this tick.</summary>
    bool Enable { get; set; }

    /// <summary>The entry's number.</summary>
    ushort Place { get; set; }
}

/// <summary>The look-up's result for the call that was accepted last: from the second tick after that on. Registers.</summary>
public interface ICallOutcome : IBus
{
    /// <summary>Whether the call is in the table: a retransmission.</summary>
    bool IsKnown { get; set; }

    /// <summary>Whether there is a free entry for it.</summary>
    bool HasPlace { get; set; }

    /// <summary>Whether it may be inserted: not while the table is being cleared after a reset.</summary>
    bool IsIndexed { get; set; }

    /// <summary>The entry's number.</summary>
    ushort Place { get; set; }
}

/// <summary>The progress of clearing the table after a reset; registers.</summary>
public interface ICallSweep : IBus
{
    /// <summary>Whether a bucket of all ways is cleared in this tick, and what a slot has in the table.</summary>
    [InitialValue(true)]
    bool Enable { get; set; }

    /// <summary>Which slot; which bucket, modulo their number.</summary>
    uint Address { get; set; }

    /// <summary>Whether clearing has ended: the table has only what was inserted since.</summary>
    bool IsDone { get; set; }
}

/// <summary>
/// The table of pending calls, in which retransmissions are looked up: two tables with a hash function each, of buckets with four ways,
/// each way a memory of its own; a call is in any of eight entries, and nothing is ever moved. There are four entries for each pending
/// call. A valid call is looked up in each tick; one that is accepted has its result two ticks later. A call can come in each tick, and one
/// be inserted or removed in each tick. What is inserted in the tick of a look-up, or in the next, is forwarded to it. No back-pressure.
/// </summary>
public sealed class CallTable
{
    /// <summary>Ways of each table.</summary>
    public const int Ways = 4;

    /// <summary>Creates the table in a scope of its own.</summary>
    /// <param name="buckets">Buckets of each table: a power of two, 2 to 8,192.</param>
    /// <param name="routed">The frames, of which calls are looked up.</param>
    /// <param name="assembly">The frame that was accepted.</param>
    /// <param name="insertion">The call that enters.</param>
    /// <param name="removal">The entry that becomes free.</param>
    /// <param name="sweep">The progress of clearing the table after a reset; an output.</param>
    /// <param name="sweepTicks">Ticks that clearing takes at least, for other tables that are cleared with it.</param>
    public CallTable(
        int buckets,
        IStream<RoutedFrame> routed,
        IAssembly assembly,
        ICallInsertion insertion,
        ICallRemoval removal,
        ICallSweep sweep,
        int sweepTicks = 0)
    {
        using Scope scope = Scope.Open("callTable");
        if (buckets is < 2 or > 8192 || !BitOperations.IsPow2(buckets))
        {
            throw new ElaborationException($"{scope.Path}: {buckets} buckets; use a power of two from 2 to 8192");
        }

        _ = new CallSweep(Math.Max(2 * buckets, sweepTicks), sweep) { Name = "sweeper" };
        CallAddress address = new(routed, buckets) { Name = "address" };
        IRamData<CallEntry>[] entries = new IRamData<CallEntry>[CallHash.Tables * Ways];
        for (int part = 0; part < entries.Length; part++)
        {
            IRamWrite<CallEntry> write = new CallWrite(part, sweep, insertion, removal, buckets) { Name = $"write{part}" }.Write;
            entries[part] = new SimpleDualPortRam<CallEntry>(write, address.Reads[part / Ways], buckets) { Name = $"entries{part}" }.Data;
        }

        Outcome = new CallCompare(assembly, address.Reads, entries, sweep, insertion) { Name = "compare" }.Outcome;
    }

    /// <summary>Output: the look-up's result.</summary>
    public ICallOutcome Outcome { get; }
}

/// <summary>
/// Clears the table after a reset, a slot and a bucket of all ways per tick, twice: memories keep what they held. Until then calls are not
/// looked up and not inserted, which is a matter of microseconds.
/// </summary>
[ClockedProcess]
public sealed class CallSweep(int slots, [OutputBus] ICallSweep sweep) : SimpleProcess
{
    private readonly uint last = (uint)(slots - 1);

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Its end is reported a tick late, so that no word that was read before counts.
        sweep.IsDone = !sweep.Enable;
        if (sweep.Enable)
        {
            sweep.Enable = sweep.Address != last;
            sweep.Address = (sweep.Address + 1) & last;
        }
    }
}

/// <summary>The addresses of the input's call. Combinational; a call per tick.</summary>
public sealed class CallAddress([InputBus] IStream<RoutedFrame> routed, int buckets) : SimpleProcess
{
    [OutputBus] private readonly IRamRead read0 = Scope.CreateBus<IRamRead>("read0");
    [OutputBus] private readonly IRamRead read1 = Scope.CreateBus<IRamRead>("read1");
    private readonly int bits = BitOperations.Log2((uint)buckets);

    internal IRamRead[] Reads => [read0, read1];

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CallKey key = CallCompare.Key(routed.Item);
        read0.Enable = true;
        read0.Address = CallHash.Of(key, 0, bits);
        read1.Enable = true;
        read1.Address = CallHash.Of(key, 1, bits);
    }
}

/// <summary>The write port of one way: cleared, filled or freed. Combinational; a write per tick.</summary>
public sealed class CallWrite(
    int part,
    [InputBus] ICallSweep sweep,
    [InputBus] ICallInsertion insertion,
    [InputBus] ICallRemoval removal,
    int buckets) : SimpleProcess
{
    [OutputBus] private readonly IRamWrite<CallEntry> write = Scope.CreateBus<IRamWrite<CallEntry>>("write");
    private readonly uint part = (uint)part;
    private readonly uint mask = (uint)(buckets - 1);

    internal IRamWrite<CallEntry> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool inserts = insertion.Enable && ((uint)insertion.Place & 7) == part;
        bool removes = removal.Enable && ((uint)removal.Place & 7) == part;
        write.Enable = sweep.Enable || inserts || removes;
        write.Address = sweep.Enable ? sweep.Address & mask : (((uint)(inserts ? insertion.Place : removal.Place)) >> 3) & mask;
        write.Item = new CallEntry(!sweep.Enable && inserts, insertion.Key);
    }
}

/// <summary>
/// Compares the call that was accepted in the tick before with the entries read, and selects the entry that it would get: in the table in
/// which its bucket has more free ways. Latency 1 tick behind the memories; a call per tick; no back-pressure. The result is held until the
/// next frame is accepted.
/// </summary>
[ClockedProcess]
public sealed class CallCompare(
    [InputBus] IAssembly assembly,
    IRamRead[] reads,
    [InputBus] IRamData<CallEntry>[] entries,
    [InputBus] ICallSweep sweep,
    [InputBus] ICallInsertion insertion) : SimpleProcess
{
    [InputBus] private readonly IRamRead read0 = reads[0];
    [InputBus] private readonly IRamRead read1 = reads[1];
    [OutputBus] private readonly ICallOutcome outcome = Scope.CreateBus<ICallOutcome>("outcome");
    private ushort bucket0;
    private ushort bucket1;
    private bool hasInserted;
    private ushort insertedPlace;
    private CallKey insertedKey;

    internal ICallOutcome Outcome => outcome;

    /// <summary>The identity by which a frame's call is looked up.</summary>
    /// <param name="frame">The frame.</param>
    internal static CallKey Key(RoutedFrame frame) =>
        new(frame.Metadata.SourceAddress, frame.Metadata.SourcePort, frame.Metadata.Xid, frame.ServiceNumber);

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (assembly.IsFirst)
        {
            Compare(Key(assembly.Frame));
        }

        bucket0 = (ushort)read0.Address;
        bucket1 = (ushort)read1.Address;
        hasInserted = insertion.Enable;
        insertedPlace = insertion.Place;
        insertedKey = insertion.Key;
    }

    private void Compare(CallKey sought)
    {
        // What was inserted while the words were read, or is now, is not in them. Both were not: a call takes two ticks.
        ushort place = insertion.Enable ? insertion.Place : insertedPlace;
        bool isInserted = insertion.Enable || hasInserted;
        bool isKnown = isInserted && (insertion.Enable ? insertion.Key : insertedKey) == sought;
        uint inserted = isInserted ? 1u << (place & 7) : 0u;
        uint inserted0 = place >> 3 == bucket0 ? inserted & 15 : 0u;
        uint inserted1 = place >> 3 == bucket1 ? inserted >> 4 : 0u;
        uint taken = inserted0 | (inserted1 << 4);
        for (int part = 0; part < entries.Length; part++)
        {
            CallEntry entry = entries[part].Item;
            isKnown |= entry.IsTaken && entry.Key == sought;
            taken |= entry.IsTaken ? 1u << part : 0u;
        }

        uint free = ~taken & 0xff;
        bool isSecond = IsMore(free >> 4, free & 15);
        uint ways = isSecond ? free >> 4 : free & 15;
        uint way = (ways & 1) != 0 ? 0u : (ways & 2) != 0 ? 1u : (ways & 4) != 0 ? 2u : 3u;
        outcome.IsKnown = sweep.IsDone && isKnown;
        outcome.IsIndexed = sweep.IsDone;
        outcome.HasPlace = !sweep.IsDone || free != 0;
        outcome.Place = (ushort)(((uint)(isSecond ? bucket1 : bucket0) << 3) | (isSecond ? 4u : 0u) | way);
    }

    /// <summary>Whether the first has more bits set than the second; without adding them up, because it is late in the tick.</summary>
    private static bool IsMore(uint first, uint second) =>
        (first != 0 && second == 0) || (HasTwo(first) && !HasTwo(second)) || (HasThree(first) && !HasThree(second))
            || (first == 15 && second != 15);

    private static bool HasTwo(uint ways) => (ways & 3) == 3 || (ways & 12) == 12 || ((ways & 3) != 0 && (ways & 12) != 0);

    private static bool HasThree(uint ways) => ((ways & 3) == 3 && (ways & 12) != 0) || ((ways & 12) == 12 && (ways & 3) != 0);
}
