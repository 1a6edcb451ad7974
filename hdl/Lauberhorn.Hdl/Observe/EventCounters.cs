// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>
/// A counter of 64 bits for each <see cref="NicEvent"/>, in a memory of look-up tables. Each event has a short counter of what is not in
/// the memory yet; a round-robin scanner adds one of these per tick. No event is lost: a short counter holds all that can happen in a
/// round. Any number of events per tick; no back-pressure. A read includes an event <see cref="SettleTicks"/> ticks after it at the latest;
/// its answer is valid 2 ticks after the request.
/// </summary>
public sealed class EventCounters
{
    /// <summary>Ticks from an event to the tick from which on a read includes it.</summary>
    public const int SettleTicks = RegisterMap.EventPlaces + 4;

    /// <summary>
    /// Blocks that can report events, at most: the short counters are 9 bits wide, for an event of each block in each tick of a round.
    /// </summary>
    public const int MostBlocks = 511 / RegisterMap.EventPlaces;

    /// <summary>Creates the counters in a scope of their own.</summary>
    /// <param name="request">An access to a register.</param>
    /// <param name="events">The blocks' events.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">There are too many blocks.</exception>
    public EventCounters(IRegisterRequest request, IReadOnlyList<IEvents> events, string name = "eventCounters")
    {
        ArgumentNullException.ThrowIfNull(events);
        using Scope scope = Scope.Open(name);
        if (events.Count > MostBlocks)
        {
            throw new ElaborationException($"{scope.Path}: events of {events.Count} blocks; the short counts have room for {MostBlocks}");
        }

        IRamWrite<ulong> write = Scope.CreateBus<IRamWrite<ulong>>("write");
        EventScanner scanner = new(events) { Name = "scanner" };
        EventCounterAddresses addresses = new(request, scanner.Scanned) { Name = "addresses" };
        IRamData<ulong> before = new DistributedRam<ulong>(write, addresses.Scan, RegisterMap.EventPlaces).Data;
        IRamData<ulong> read = new DistributedRam<ulong>(write, addresses.Read, RegisterMap.EventPlaces).Data;
        _ = new EventCounterUpdate(scanner.Scanned, before, write) { Name = "update" };
        Answer = new EventCounterAnswer(request, read) { Name = "answer" }.Answer;
    }

    internal IRegisterAnswer Answer { get; }
}

/// <summary>The short counter that the scanner has read and cleared.</summary>
public interface IScannedEvent : IBus
{
    /// <summary>The event's number, below <see cref="RegisterMap.EventPlaces"/>.</summary>
    byte Event { get; set; }

    /// <summary>How often the event happened since the scanner's last visit, 0 to 511.</summary>
    Bits<W9> Count { get; set; }

    /// <summary>Whether it is the first time since the reset: the memory's value is from before it.</summary>
    bool IsFirst { get; set; }
}

/// <summary>
/// Holds the short counters and moves one per tick to the memory. Latency 1 tick; any number of events per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class EventScanner(IReadOnlyList<IEvents> events) : SimpleProcess
{
    private static readonly int Events = Enum.GetValues<NicEvent>().Length;

    [InputBus] private readonly IEvents[] events = [.. events];
    [OutputBus] private readonly IScannedEvent scanned = Scope.CreateBus<IScannedEvent>("scanned");
    private readonly Bits<W9>[] counts = new Bits<W9>[Events];
    private byte cursor;
    private bool isLaterRound;

    internal IScannedEvent Scanned => scanned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W9> taken = default;
        for (int i = 0; i < counts.Length; i++)
        {
            Bits<W9> happened = default;
            foreach (IEvents block in events)
            {
                happened += (Bits<W9>)((block.Flags >> i) & 1);
            }

            if (cursor == i)
            {
                taken |= counts[i];
                counts[i] = happened;
            }
            else
            {
                counts[i] += happened;
            }
        }

        scanned.Event = cursor;
        scanned.Count = taken;
        scanned.IsFirst = !isLaterRound;
        if (cursor == RegisterMap.EventPlaces - 1)
        {
            cursor = 0;
            isLaterRound = true;
        }
        else
        {
            cursor++;
        }
    }
}

/// <summary>The addresses of the counters. Combinational; one of each per tick.</summary>
public sealed class EventCounterAddresses([InputBus] IRegisterRequest request, [InputBus] IScannedEvent scanned) : SimpleProcess
{
    [OutputBus] private readonly IRamAddress scan = Scope.CreateBus<IRamAddress>("scan");
    [OutputBus] private readonly IRamAddress read = Scope.CreateBus<IRamAddress>("read");

    internal IRamAddress Scan => scan;

    internal IRamAddress Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        scan.Address = scanned.Event;
        read.Address = request.Register & (uint)(RegisterMap.EventPlaces - 1);
    }
}

/// <summary>Adds the scanner's count to the memory's. Latency 1 tick; one counter per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class EventCounterUpdate(
    [InputBus] IScannedEvent scanned,
    [InputBus] IRamData<ulong> before,
    [OutputBus] IRamWrite<ulong> write) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = true;
        write.Address = scanned.Event;
        write.Item = (scanned.IsFirst ? 0 : before.Item) + (ulong)scanned.Count;
    }
}

/// <summary>Answers a request. Latency 1 tick; one access at a time; no back-pressure.</summary>
[ClockedProcess]
public sealed class EventCounterAnswer([InputBus] IRegisterRequest request, [InputBus] IRamData<ulong> read) : SimpleProcess
{
    [OutputBus] private readonly IRegisterAnswer answer = Scope.CreateBus<IRegisterAnswer>("eventAnswer");

    internal IRegisterAnswer Answer => answer;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isCounter = request.Register >= RegisterMap.EventCounters / 8
            && request.Register < (RegisterMap.EventCounters / 8) + RegisterMap.EventPlaces;
        answer.Data = isCounter ? read.Item : 0;
        answer.IsRefused = false;
    }
}
