// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <content>The processor's side: the shared cache, which knows all private copies, and what it sends home.</content>
public sealed partial class CoherentMachine
{
    private readonly List<LineRecord> resident = [];
    private readonly List<LineRecord> pending = [];
    private readonly Dictionary<LineRecord, Homecoming> answersUnderWay = [];
    private readonly Dictionary<LineRecord, Homecoming> evictionsUnderWay = [];
    private readonly Dictionary<LineRecord, Homecoming> fetchedDataUnderWay = [];

    /// <summary>Lines that were evicted from the shared cache.</summary>
    public long Evictions { get; private set; }

    internal void Miss(Core core, LineRecord line, bool exclusive, bool isPrefetch)
    {
        line.Note(Cycle, exclusive ? LineEvent.StoreMiss : LineEvent.LoadMiss, core.Number);
        wheel.Add(Cycle, Parameters.Level2Latency, new Happening(MachineEvent.ReachLevel2, core, line, exclusive, isPrefetch));
    }

    /// <summary>Gives a private copy's bytes to the shared cache.</summary>
    internal static void MergeIntoLevel2(CacheLine copy)
    {
        if (copy.State == CacheState.Modified)
        {
            copy.Data.CopyTo(copy.Line.Data, 0);
            copy.Line.Dirty |= copy.Dirty;
            copy.Dirty = 0;
        }
    }

    private void ReachLevel2(LineRecord line, LineRequest request)
    {
        if (line.Busy || line.SnoopWaits)
        {
            line.Waiting.Enqueue(request);
            return;
        }

        Serve(line, request);
    }

    private void Serve(LineRecord line, LineRequest request)
    {
        if (!request.IsPrefetch && !request.Core.Awaits(line))
        {
            // A prefetch brought what it needed.
            ServeNext(line);
            return;
        }

        line.Busy = true;
        line.Request = request;
        bool isHere = line.State == CacheState.Exclusive || (line.State == CacheState.Shared && !request.Exclusive);
        line.IsRemote = !isHere;
        if (isHere)
        {
            GrantLater(line);
            return;
        }

        line.Since = Cycle;
        line.PendingIndex = pending.Count;
        pending.Add(line);
        if (line.EvictionInFlight)
        {
            line.IssueWaits = true;
            return;
        }

        Issue(line);
    }

    private void Issue(LineRecord line)
    {
        line.IssueWaits = false;

        // So it says on the link, even if the copy is taken by a fetch meanwhile.
        line.IsUpgrade = line.Request.Exclusive && line.State == CacheState.Shared;
        int interval = line.Request.Exclusive ? Parameters.StoreFillInterval : Parameters.LoadFillInterval;
        long at = line.Request.Core.NextFill(Cycle, interval);
        wheel.Add(Cycle, at - Cycle + Parameters.RequestLatency + Late(), new Happening(MachineEvent.ReachDirectory, null, line));
    }

    private void GrantLater(LineRecord line)
    {
        line.Granting = true;
        wheel.Add(Cycle, Parameters.Level2Latency, new Happening(MachineEvent.Grant, null, line));
    }

    private void DataReachLevel2(LineRecord line)
    {
        line.DataInFlight = false;
        RemovePending(line);
        line.Note(Cycle, LineEvent.Filled, line.Request.Core.Number);
        Homecoming fill = fillsUnderWay[line];
        fillsUnderWay.Remove(line);
        if (line.State == CacheState.Invalid)
        {
            fill.Data.CopyTo(line.Data, 0);
            fill.Data.CopyTo(line.Truth, 0);
            line.Dirty = 0;
            line.ResidentIndex = resident.Count;
            resident.Add(line);
        }

        Recycle(fill);
        line.State = line.Request.Exclusive || !Parameters.SharedLoads ? CacheState.Exclusive : CacheState.Shared;
        GrantLater(line);
        if (resident.Count > Parameters.Level2Lines)
        {
            EvictAtRandom();
        }
    }

    private void Grant(LineRecord line)
    {
        (Core core, bool exclusive, bool isPrefetch) = line.Request;
        List<CacheLine> copies = line.Copies;
        for (int i = copies.Count - 1; i >= 0; i--)
        {
            CacheLine copy = copies[i];
            if (copy.Core == core)
            {
                continue;
            }

            MergeIntoLevel2(copy);
            if (exclusive)
            {
                copy.Core.Drop(copy);
                copies.RemoveAt(i);
            }
            else
            {
                copy.State = CacheState.Shared;
            }
        }

        bool alone = copies.Count == 0 || (copies.Count == 1 && copies[0].Core == core);
        CacheLine? own = line.CopyOf(core);
        CacheState state = own?.State == CacheState.Modified ? CacheState.Modified
            : line.State == CacheState.Exclusive && (exclusive || alone) ? CacheState.Exclusive
            : CacheState.Shared;
        core.Granted(line, state);
        if (isPrefetch)
        {
            core.PrefetchDone();
        }

        line.Granting = false;
        line.Busy = false;
        if (line.SnoopWaits)
        {
            Snoop(line);
        }
        else
        {
            ServeNext(line);
        }
    }

    private void ServeNext(LineRecord line)
    {
        if (!line.Busy && !line.SnoopWaits && line.Waiting.TryDequeue(out LineRequest next))
        {
            Serve(line, next);
        }
    }

    /// <summary>The NIC fetches the line: takes it from all caches, once what is in flight towards them has arrived.</summary>
    private void Snoop(LineRecord line)
    {
        if (line.DataInFlight || line.Granting || line.ReadShown || line.EvictionInFlight)
        {
            line.SnoopWaits = true;
            return;
        }

        line.SnoopWaits = false;
        line.Note(Cycle, LineEvent.Snooped);
        Homecoming answer = TakeFromCaches(line, isAnswer: true);
        answersUnderWay[line] = answer;
        if (Parameters.SplitAnswerPercent > 0 && answer.Mask != 0 && random.Below(100) < Parameters.SplitAnswerPercent)
        {
            // The bytes go ahead, as a write-back. The answer sets out when they were taken.
            Homecoming data = NewHomecoming(line, isAnswer: false);
            (data.Mask, data.IsInFetch, data.IsFetched) = (answer.Mask, true, true);
            answer.Data.CopyTo(data.Data, 0);
            answer.Mask = 0;
            fetchedDataUnderWay[line] = data;
            wheel.Add(Cycle, Parameters.ReturnLatency + Late(), new Happening(MachineEvent.FetchedDataReachDirectory, null, line));
        }
        else
        {
            wheel.Add(Cycle, Parameters.ReturnLatency + Late(), new Happening(MachineEvent.AnswerReachesDirectory, null, line));
        }

        ServeNext(line);
    }

    private void EvictAtRandom()
    {
        if (resident.Count == 0)
        {
            return;
        }

        LineRecord line = resident[random.Below(resident.Count)];
        if (line.Busy || line.SnoopWaits || line.EvictionInFlight)
        {
            return;
        }

        Evictions++;
        line.Note(Cycle, LineEvent.Evicted);
        Homecoming eviction = TakeFromCaches(line, isAnswer: false);
        if (eviction.Mask == 0)
        {
            Recycle(eviction);
            return;
        }

        line.EvictionInFlight = true;
        evictionsUnderWay[line] = eviction;
        wheel.Add(Cycle, Parameters.ReturnLatency + Late(), new Happening(MachineEvent.EvictionReachesDirectory, null, line));
    }

    /// <summary>A core has a line written back and given up, and goes on when the NIC has what was dirty.</summary>
    private void Clean(LineRecord line, Core core)
    {
        if (line.Busy || line.SnoopWaits || line.EvictionInFlight)
        {
            // After what is in flight.
            wheel.Add(Cycle, 1, new Happening(MachineEvent.CleanReachesLevel2, core, line));
            return;
        }

        line.Note(Cycle, LineEvent.Evicted, core.Number);
        Homecoming eviction = TakeFromCaches(line, isAnswer: false);
        if (eviction.Mask == 0)
        {
            Recycle(eviction);
            ResumeIn(core, Parameters.Level2Latency);
            return;
        }

        line.Cleaner = core;
        line.EvictionInFlight = true;
        evictionsUnderWay[line] = eviction;
        wheel.Add(Cycle, Parameters.ReturnLatency + Late(), new Happening(MachineEvent.EvictionReachesDirectory, null, line));
    }

    internal void CleanInvalidate(Core core, LineRecord line) =>
        wheel.Add(Cycle, Parameters.Level2Latency, new Happening(MachineEvent.CleanReachesLevel2, core, line));

    /// <summary>Takes a line from all caches, with the bytes that must come home: all of it, or its dirty quarters.</summary>
    private Homecoming TakeFromCaches(LineRecord line, bool isAnswer)
    {
        foreach (CacheLine copy in line.Copies)
        {
            MergeIntoLevel2(copy);
            copy.Core.Drop(copy);
        }

        line.Copies.Clear();
        UInt128 mask = line.State == CacheState.Invalid ? 0 : line.Dirty;
        if (mask != 0)
        {
            bool partial = random.Below(100) < Parameters.PartialPercent;
            UInt128 quarters = 0;
            for (int i = 0; i < 4; i++)
            {
                UInt128 quarter = (UInt128)uint.MaxValue << (32 * i);
                quarters |= !partial || (mask & quarter) != 0 ? quarter : 0;
            }

            mask = quarters;
            CheckReturn(line);
        }

        Homecoming home = NewHomecoming(line, isAnswer);
        home.Mask = mask;
        line.Data.CopyTo(home.Data, 0);
        line.Dirty = 0;
        line.State = CacheState.Invalid;
        if (line.ResidentIndex >= 0)
        {
            resident[^1].ResidentIndex = line.ResidentIndex;
            resident[line.ResidentIndex] = resident[^1];
            resident.RemoveAt(resident.Count - 1);
            line.ResidentIndex = -1;
        }

        return home;
    }

    private void RemovePending(LineRecord line)
    {
        pending[^1].PendingIndex = line.PendingIndex;
        pending[line.PendingIndex] = pending[^1];
        pending.RemoveAt(pending.Count - 1);
        line.PendingIndex = -1;
    }
}
