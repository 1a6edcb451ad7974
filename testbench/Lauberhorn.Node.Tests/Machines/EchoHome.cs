// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Machines;
using SME;

namespace Lauberhorn.Node.Tests.Machines;

/// <summary>
/// A home agent that is memory: answers what was written last, holds lines as long as it is told, and fetches them when told.
/// </summary>
internal sealed class EchoHome : INicPort
{
    private readonly Dictionary<uint, byte[]> memory = [];
    private readonly HashSet<uint> fetching = [];
    private readonly List<(HomeRead Read, long Due)> waiting = [];
    private readonly Queue<uint> fetches = new();
    private HomeRead? read;
    private HomeReturn? line;

    /// <summary>How many cycles a read waits for its answer; negative for ever.</summary>
    public Func<HomeRead, long> Hold { get; set; } = static _ => 0;

    /// <summary>Is shown each read, in the cycle in which it passes.</summary>
    public Action<HomeRead> OnRead { get; set; } = static _ => { };

    /// <summary>Called with each return.</summary>
    public Action<HomeReturn> OnReturn { get; set; } = static _ => { };

    /// <summary>Whether returns are accepted in this cycle.</summary>
    public Func<bool> ReturnPace { get; set; } = static () => true;

    public long Cycle { get; private set; }

    public List<HomeReadKind> Kinds { get; } = [];

    public int FetchesUnderWay => fetching.Count;

    public bool ReadIsFree => true;

    public bool ReturnIsFree { get; private set; } = true;

    public byte[] Line(uint number)
    {
        if (!memory.TryGetValue(number, out byte[]? bytes))
        {
            memory[number] = bytes = new byte[128];
        }

        return bytes;
    }

    public bool Fetch(uint number)
    {
        bool starts = fetching.Add(number);
        if (starts)
        {
            fetches.Enqueue(number);
        }

        return starts;
    }

    /// <summary>Answers a read that is held.</summary>
    public void Release(uint number)
    {
        int at = waiting.FindIndex(entry => entry.Read.Line == number);
        waiting[at] = (waiting[at].Read, Cycle);
    }

    public bool TryTakeData(out HomeData data)
    {
        int at = waiting.FindIndex(entry => entry.Due >= 0 && entry.Due <= Cycle);
        if (at < 0)
        {
            data = default;
            return false;
        }

        HomeRead answered = waiting[at].Read;
        waiting.RemoveAt(at);
        data = new HomeData(answered.Tag, Bits<W1024>.FromBytes(Line(answered.Line)));
        return true;
    }

    public bool TryTakeFetch(out HomeFetch fetch)
    {
        bool has = fetches.TryDequeue(out uint number);
        fetch = new HomeFetch(number);
        return has;
    }

    public void OfferRead(in HomeRead? read) => this.read = read;

    public void OfferReturn(in HomeReturn? line) => this.line = line;

    public void Tick()
    {
        Cycle++;
        ReturnIsFree = line is null || ReturnPace();
        if (line is HomeReturn home && ReturnIsFree)
        {
            OnReturn(home);
            byte[] mask = new byte[16];
            byte[] data = new byte[128];
            home.Mask.CopyTo(mask);
            home.Data.CopyTo(data);
            for (int i = 0; i < 128; i++)
            {
                if (((mask[i / 8] >> (i % 8)) & 1) != 0)
                {
                    Line(home.Line)[i] = data[i];
                }
            }

            if (home.IsAnswer)
            {
                Assert.True(fetching.Remove(home.Line), "an answer to no fetch");
            }

            line = null;
        }

        if (read is HomeRead asked)
        {
            OnRead(asked);
            Kinds.Add(asked.Kind);
            long hold = Hold(asked);
            waiting.Add((asked, hold < 0 ? -1 : Cycle + hold));
            read = null;
        }
    }
}
