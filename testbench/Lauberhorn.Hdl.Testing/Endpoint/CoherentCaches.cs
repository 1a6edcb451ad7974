// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using SME;

namespace Lauberhorn.Hdl.Testing.Endpoint;

/// <summary>
/// The CPU's caches at the home port of a test bench, all in one: they keep the port's contract (docs/home-port.md) whatever programs do,
/// and nothing else. A line is in a cache from a read's answer until it is evicted or fetched; a fetch that crosses a read of its line is
/// answered after the read.
/// </summary>
public sealed class CoherentCaches
{
    private readonly HomeWire home;
    private readonly Dictionary<uint, CachedCopy> copies = [];
    private readonly Dictionary<ushort, uint> reads = [];
    private readonly HashSet<uint> reading = [];
    private readonly HashSet<uint> fetched = [];
    private readonly Queue<uint> asked = new();
    private ushort tag;

    /// <summary>Puts the caches before a home port.</summary>
    /// <param name="home">The CPU's side of it.</param>
    public CoherentCaches(HomeWire home)
    {
        ArgumentNullException.ThrowIfNull(home);
        this.home = home;
        home.OnData = (data, _) => Answered(data);
        home.OnFetch = (fetch, _) => Fetched(fetch.Line);
        home.OnDrive = Show;
    }

    /// <summary>Called with each line that a read has brought, with its bytes.</summary>
    public Action<uint, byte[]> OnLine { get; set; } = static (_, _) => { };

    /// <summary>Lines of which a copy is there.</summary>
    public IReadOnlyCollection<uint> Held => copies.Keys;

    /// <summary>Lines of which a read waits.</summary>
    public IReadOnlyCollection<uint> Reading => reading;

    /// <summary>
    /// Whether a line may be read: it is not there, not asked for, not being fetched, and all that was evicted has been accepted.
    /// </summary>
    /// <param name="line">The line.</param>
    public bool MayRead(uint line) => !copies.ContainsKey(line) && !reading.Contains(line) && !fetched.Contains(line) && home.IsIdle;

    /// <summary>Asks for a line, which <see cref="MayRead"/>.</summary>
    /// <param name="line">The line.</param>
    public void Read(uint line)
    {
        reading.Add(line);
        asked.Enqueue(line);
    }

    /// <summary>The bytes of a line that is there; null if it is not.</summary>
    /// <param name="line">The line.</param>
    public byte[]? Bytes(uint line) => copies.TryGetValue(line, out CachedCopy? copy) ? copy.Bytes : null;

    /// <summary>Stores a byte to a line that is there.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Which byte.</param>
    /// <param name="value">Its value.</param>
    public void Store(uint line, int at, byte value)
    {
        CachedCopy copy = copies[line];
        (copy.Bytes[at], copy.IsDirty[at]) = (value, true);
    }

    /// <summary>Evicts a line, if it is there: what is dirty goes home, a clean copy is dropped without a word.</summary>
    /// <param name="line">The line.</param>
    public void Evict(uint line)
    {
        if (copies.Remove(line, out CachedCopy? copy) && copy.IsDirty.Contains(true))
        {
            home.Return(copy.Home(line, false));
        }
    }

    // A read is shown when no fetch of its line has passed that is not answered yet, and all that was evicted has been accepted.
    private void Show()
    {
        for (int i = asked.Count; i > 0; i--)
        {
            uint line = asked.Dequeue();
            if (fetched.Contains(line) || !home.IsIdle)
            {
                asked.Enqueue(line);
                continue;
            }

            do
            {
                tag++;
            }
            while (reads.ContainsKey(tag));
            reads.Add(tag, line);
            home.Read(new HomeRead(line, tag, HomeReadKind.Exclusive));
        }
    }

    private void Answered(HomeData data)
    {
        if (!reads.Remove(data.Tag, out uint line))
        {
            throw new InvalidOperationException($"an answer with tag {data.Tag}, of which no read is open");
        }

        reading.Remove(line);
        byte[] bytes = new byte[NicConfig.LineBytes];
        data.Data.CopyTo(bytes);
        copies.Add(line, new CachedCopy([.. bytes]));
        OnLine(line, bytes);
        if (fetched.Contains(line))
        {
            GiveUp(line);
        }
    }

    private void Fetched(uint line)
    {
        fetched.Add(line);
        if (!reading.Contains(line) || asked.Contains(line))
        {
            GiveUp(line);
        }
    }

    private void GiveUp(uint line)
    {
        fetched.Remove(line);
        home.Return(copies.Remove(line, out CachedCopy? copy) ? copy.Home(line, true) : new HomeReturn(line, true, default, default));
    }

    private sealed class CachedCopy(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public bool[] IsDirty { get; } = new bool[bytes.Length];

        public HomeReturn Home(uint line, bool isAnswer)
        {
            Bits<W128> mask = default;
            for (int i = 0; i < IsDirty.Length; i++)
            {
                mask = mask.WithBit(i, IsDirty[i]);
            }

            return new HomeReturn(line, isAnswer, mask, Bits<W1024>.FromBytes(Bytes));
        }
    }
}
