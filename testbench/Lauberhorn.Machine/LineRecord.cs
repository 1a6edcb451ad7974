// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Lauberhorn.Machines;

/// <summary>State of a cache's copy of a line.</summary>
internal enum CacheState : byte
{
    /// <summary>The cache has no copy of the line.</summary>
    Invalid,

    /// <summary>Read it; others may have copies too.</summary>
    Shared,

    /// <summary>Read it, and write it without asking.</summary>
    Exclusive,

    /// <summary>The only copy, which was written.</summary>
    Modified,
}

/// <summary>Events of a line, for its history.</summary>
internal enum LineEvent : byte
{
    LoadMiss,
    StoreMiss,
    ReadShown,
    Answered,
    Filled,
    FetchTaken,
    Snooped,
    ReturnOffered,
    ReturnTaken,
    Evicted,
    Stored,
}

/// <summary>A copy in a core's private cache.</summary>
internal sealed class CacheLine
{
    public required Core Core;
    public required LineRecord Line;
    public CacheState State;
    public UInt128 Dirty;
    public long LastUse;
    public readonly byte[] Data = new byte[128];
}

/// <summary>A request for a line that waits until an earlier one is through.</summary>
internal readonly record struct LineRequest(Core Core, bool Exclusive, bool IsPrefetch);

/// <summary>
/// Everything the machine knows of one line: the shared cache's copy, what is in flight, the checker's copy and the latest history.
/// </summary>
internal sealed class LineRecord(uint number)
{
    private const int HistoryLength = 16;
    private readonly (long Cycle, LineEvent What, int Core)[] history = new (long, LineEvent, int)[HistoryLength];
    private int events;

    public readonly uint Number = number;
    public readonly byte[] Data = new byte[128];
    public readonly List<CacheLine> Copies = new(1);
    public readonly Queue<LineRequest> Waiting = new();

    // What the shared cache may do with it: Invalid, Shared or Exclusive.
    public CacheState State;
    public UInt128 Dirty;
    public int ResidentIndex = -1;

    // A miss in flight.
    public bool Busy;
    public LineRequest Request;
    public bool IsRemote;
    public bool IsUpgrade;
    public bool ReadQueued;
    public bool ReadShown;
    public bool DataInFlight;
    public bool Granting;
    public bool IssueWaits;
    public long Since;
    public int PendingIndex = -1;

    // A fetch in flight.
    public bool Locked;
    public bool SnoopWaits;
    public bool ReadBehindFetch;

    // A line in flight to the home agent; at most one eviction and one answer.
    public bool EvictionInFlight;

    // The core that has the line written back, and waits for it.
    public Core? Cleaner;

    // What the caches should hold, for the checker.
    public readonly byte[] Truth = new byte[128];

    public int Colour => (int)(Number & 63);

    public CacheLine? CopyOf(Core core)
    {
        List<CacheLine> copies = Copies;
        for (int i = 0; i < copies.Count; i++)
        {
            if (copies[i].Core == core)
            {
                return copies[i];
            }
        }

        return null;
    }

    public void Note(long cycle, LineEvent what, int core = -1) => history[events++ % HistoryLength] = (cycle, what, core);

    public string History()
    {
        StringBuilder text = new();
        for (int i = Math.Max(0, events - HistoryLength); i < events; i++)
        {
            (long cycle, LineEvent what, int core) = history[i % HistoryLength];
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"\n  cycle {cycle}: {what}{(core < 0 ? "" : $", core {core}")}");
        }

        return text.Length == 0 ? "\n  (nothing yet)" : text.ToString();
    }
}
