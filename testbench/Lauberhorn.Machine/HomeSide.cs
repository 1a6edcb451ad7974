// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Machines;

/// <summary>128 bytes on the link.</summary>
internal sealed class Homecoming
{
    public LineRecord Line = null!;
    public bool IsAnswer;

    // An eviction that came while the NIC fetched the line: it belongs to the fetch, not to a unit's work of its own.
    public bool IsInFetch;

    // The bytes of a fetched line, ahead of the answer.
    public bool IsFetched;
    public UInt128 Mask;
    public readonly byte[] Data = new byte[128];
}

/// <content>The NIC's side: the directory, and what is valid at the home port.</content>
public sealed partial class CoherentMachine
{
    private readonly ControllerUnits units;
    private readonly LineRecord?[] tags;
    private readonly Stack<ushort> freeTags = new();
    private readonly Queue<LineRecord> reads = new();
    private readonly Queue<Homecoming> returns = new();
    private readonly Dictionary<LineRecord, Homecoming> fillsUnderWay = [];
    private readonly Stack<Homecoming> pool = new();
    private Homecoming? returnOnOffer;

    /// <summary>Reads that the NIC has answered.</summary>
    public long Answers { get; private set; }

    /// <summary>Lines that the NIC fetched.</summary>
    public long Fetches { get; private set; }

    private void TakeFromNic()
    {
        // First what left, or a line fetched again at once would seem to be fetched twice at a time.
        if (returnOnOffer is not null && nic.ReturnIsFree)
        {
            Homecoming taken = returnOnOffer;
            returnOnOffer = null;
            ReturnTaken(taken);
        }

        if (nic.TryTakeData(out HomeData data))
        {
            TakeData(data);
        }

        if (nic.TryTakeFetch(out HomeFetch fetch))
        {
            TakeFetch(fetch);
        }
    }

    private void TakeData(in HomeData data)
    {
        LineRecord? line = data.Tag < tags.Length ? tags[data.Tag] : null;
        if (line is null)
        {
            throw new ProtocolException($"cycle {Cycle}: the NIC answers a read with tag {data.Tag}, but none with it is outstanding "
                + $"(answered already?); {About()}");
        }

        tags[data.Tag] = null;
        freeTags.Push(data.Tag);
        Answers++;
        line.ReadShown = false;
        line.DataInFlight = true;
        line.Note(Cycle, LineEvent.Answered);
        Homecoming fill = NewHomecoming(line, isAnswer: false);
        data.Data.CopyTo(fill.Data);
        fillsUnderWay.Add(line, fill);
        if (Parameters.StallBlocksColour)
        {
            units.Done(line, Cycle);
        }

        wheel.Add(Cycle, Parameters.DataLatency + Late(), new Happening(MachineEvent.DataReachesLevel2, null, line));
    }

    private void TakeFetch(in HomeFetch fetch)
    {
        if (fetch.Line >> LineMap.LineBits != 0)
        {
            throw new ProtocolException($"cycle {Cycle}: the NIC fetches line 0x{fetch.Line:X}, which is outside of its window; {About()}");
        }

        LineRecord line = Find(fetch.Line);
        if (line.Locked)
        {
            throw Broken(line, "the NIC fetches a line that it is fetching already");
        }

        Fetches++;
        line.Locked = true;
        line.Note(Cycle, LineEvent.FetchTaken);
        ReachDirectory(UnitWork.Fetch, line);
    }

    private void ReachDirectory(UnitWork work, LineRecord line)
    {
        if (work == UnitWork.Read)
        {
            line.ReadQueued = false;
        }

        if (work == UnitWork.Eviction && line.Locked)
        {
            Homecoming eviction = evictionsUnderWay[line];
            evictionsUnderWay.Remove(line);
            eviction.IsInFetch = true;
            returns.Enqueue(eviction);
        }
        else if (Parameters.StallBlocksColour)
        {
            units.Add(work, line, Cycle);
        }
        else
        {
            StartUnit(work, line);
        }
    }

    private void StartUnit(UnitWork work, LineRecord line)
    {
        switch (work)
        {
            case UnitWork.Read:
                line.ReadQueued = true;
                reads.Enqueue(line);
                break;
            case UnitWork.Fetch:
                wheel.Add(Cycle, Parameters.ForwardLatency + Late(), new Happening(MachineEvent.Snoop, null, line));
                break;
            default:
                returns.Enqueue(evictionsUnderWay[line]);
                evictionsUnderWay.Remove(line);
                break;
        }
    }

    private void OfferToNic()
    {
        if (nic.ReturnIsFree)
        {
            HomeReturn? offer = null;
            if (returns.TryDequeue(out Homecoming? next))
            {
                returnOnOffer = next;
                next.Line.Note(Cycle, LineEvent.ReturnOffered);
                Span<byte> mask = stackalloc byte[16];
                System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(mask, next.Mask);
                offer = new HomeReturn(next.Line.Number, next.IsAnswer, Bits<W128>.FromBytes(mask), Bits<W1024>.FromBytes(next.Data));
            }

            nic.OfferReturn(offer);
        }

        if (nic.ReadIsFree)
        {
            nic.OfferRead(NextRead());
        }
    }

    private HomeRead? NextRead()
    {
        while (freeTags.Count > 0 && reads.TryDequeue(out LineRecord? line))
        {
            if (!line.ReadQueued)
            {
                // A fetch went before it; it is in the queue again, or will be.
                continue;
            }

            line.ReadQueued = false;
            if (line.Locked)
            {
                line.ReadBehindFetch = true;
                continue;
            }

            ushort tag = freeTags.Pop();
            tags[tag] = line;
            line.ReadShown = true;
            line.Note(Cycle, LineEvent.ReadShown);
            HomeReadKind kind = !line.Request.Exclusive ? HomeReadKind.Shared
                : line.IsUpgrade ? HomeReadKind.Upgrade
                : HomeReadKind.Exclusive;
            return new HomeRead(line.Number, tag, kind);
        }

        return null;
    }

    private void ReturnTaken(Homecoming home)
    {
        LineRecord line = home.Line;
        line.Note(Cycle, LineEvent.ReturnTaken);
        if (home.IsAnswer)
        {
            line.Locked = false;
            if (line.ReadBehindFetch)
            {
                line.ReadBehindFetch = false;
                line.ReadQueued = true;
                reads.Enqueue(line);
            }
        }
        else if (home.IsFetched)
        {
            wheel.Add(Cycle, 1 + Late(), new Happening(MachineEvent.AnswerReachesDirectory, null, line));
        }
        else
        {
            line.EvictionInFlight = false;
            if (line.Cleaner is Core cleaner)
            {
                line.Cleaner = null;
                ResumeIn(cleaner, Parameters.Level2Latency);
            }

            if (line.SnoopWaits)
            {
                Snoop(line);
            }

            if (line.IssueWaits)
            {
                Issue(line);
            }
        }

        if (Parameters.StallBlocksColour && !home.IsInFetch)
        {
            units.Done(line, Cycle);
        }

        Recycle(home);
    }

    private Homecoming NewHomecoming(LineRecord line, bool isAnswer)
    {
        Homecoming home = pool.Count > 0 ? pool.Pop() : new Homecoming();
        (home.Line, home.IsAnswer, home.IsInFetch, home.IsFetched) = (line, isAnswer, false, false);
        return home;
    }

    private void Recycle(Homecoming home) => pool.Push(home);
}
