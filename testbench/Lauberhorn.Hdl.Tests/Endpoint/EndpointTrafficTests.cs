// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;

namespace Lauberhorn.Hdl.Tests.Endpoint;

public class EndpointTrafficTests
{
    /// <summary>To replay a run: CsCheck_Seed with the seed that CsCheck prints.</summary>
    [Fact]
    public void Whatever_caches_do_no_message_is_lost_doubled_or_mixed_up() =>
        Gen.Int[0, int.MaxValue].Sample(seed => new Traffic(seed).Run(), iter: 12, threads: 1);

    private sealed class CachedLine(uint number, byte[] bytes)
    {
        public uint Number { get; } = number;

        public byte[] Bytes { get; } = bytes;

        public bool[] Dirty { get; } = new bool[128];
    }

    private sealed class Core(int endpoint)
    {
        public int Endpoint { get; } = endpoint;

        public int Current { get; set; } = 1;

        public bool IsLoading { get; set; }

        public int? Slot { get; set; }

        public HashSet<int> Aux { get; } = [];
    }

    private sealed class Traffic
    {
        private const int Slots = 8;
        private readonly Random random;
        private readonly EndpointBench bench;
        private readonly Core[] cores = [new(0), new(1), new(2)];
        private readonly Dictionary<uint, CachedLine> cache = [];
        private readonly Dictionary<ushort, (uint Line, Core? Core)> open = [];
        private readonly Dictionary<uint, byte[]> memory = [];
        private readonly byte[]?[] messages = new byte[]?[Slots];
        private readonly byte[]?[] aux = new byte[]?[Slots];
        private readonly int[] auxLines = new int[Slots];
        private readonly byte[]?[] replies = new byte[]?[Slots];
        private readonly bool[] delivered = new bool[Slots];
        private ushort tag;
        private int strays;

        public Traffic(int seed)
        {
            random = new Random(seed);
            bench = new EndpointBench(NicConfig.Tiny with { AuxLines = 4 }) { TryAgainCycles = 150 };
            foreach (Core core in cores)
            {
                bench.Bind(core.Endpoint, core.Endpoint == 2 ? 2 : 1, 100 + core.Endpoint);
            }

            bench.Home.DataPace = () => random.Next(4) != 0;
            bench.Home.FetchPace = () => random.Next(3) != 0;
            bench.LeftPace = () => random.Next(4) == 0;
            bench.Home.OnData = (item, _) => Answered(item);
            bench.Home.OnFetch = (fetch, _) => Evict(fetch.Line, true);
            bench.OnLeft = Left;
        }

        public void Run()
        {
            using (bench)
            {
                for (int i = 0; i < 6000; i++)
                {
                    Step();
                    bench.Tick();
                }

                bench.Run(500);
                Assert.Equal(strays, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
                Assert.InRange(bench.Count(NicEvent.Delivered), 50, long.MaxValue);
                Assert.InRange(bench.Count(NicEvent.TryAgain), 1, long.MaxValue);
            }
        }

        private uint Line(Core core, int index) => bench.Line(LineKind.ReceiveControl, core.Endpoint, index);

        private void Step()
        {
            int slot = random.Next(Slots * 20);
            if (slot < Slots && messages[slot] is null)
            {
                byte[] line = new byte[128];
                random.NextBytes(line);
                line[0] = (byte)MessageKind.Request;
                (line[1], line[2]) = ((byte)slot, (byte)random.Next(1, 3));
                auxLines[slot] = slot < 4 ? random.Next(4) : 0;
                byte[] bytes = new byte[128 * auxLines[slot]];
                random.NextBytes(bytes);
                (messages[slot], aux[slot], delivered[slot]) = (line, bytes, false);
                bench.Arrive(line[2], (ushort)slot, line, bytes, slot < 4 ? (ushort)slot : null);
            }

            // What is not under the protocol must change nothing.
            if (random.Next(40) == 0 && bench.Home.IsIdle)
            {
                strays++;
                uint stray = random.Next(2) == 0 ? bench.Line(LineKind.ReceiveControl, 3, random.Next(2)) : bench.Line(LineKind.ReceiveAux, 3, random.Next(4));
                if (random.Next(2) == 0)
                {
                    bench.Home.Return(new HomeReturn(stray, false, Bits<W128>.AllOnes, Bits<W1024>.AllOnes));
                }
                else
                {
                    Ask(stray, null);
                }
            }

            Core core = cores[random.Next(cores.Length)];
            if (core.IsLoading || random.Next(4) != 0)
            {
                return;
            }

            uint current = Line(core, core.Current);
            int what = random.Next(10);
            if (core.Slot is int own && what < 6)
            {
                int index = random.Next(4);
                uint line = what < 3 && own < 4 ? bench.Line(LineKind.ReceiveAux, core.Endpoint, index) : current;
                if (!cache.TryGetValue(line, out CachedLine? copy))
                {
                    if (bench.Home.IsIdle)
                    {
                        core.IsLoading = true;
                        _ = line == current || core.Aux.Add(index);
                        Ask(line, core);
                    }
                }
                else if (random.Next(3) == 0)
                {
                    Evict(line, false);
                }
                else
                {
                    int at = line == current ? random.Next(6, 128) : random.Next(128);
                    (copy.Bytes[at], copy.Dirty[at]) = ((byte)random.Next(256), true);
                    memory[line] = [.. copy.Bytes];
                }
            }
            else if (what < 8 && !cache.ContainsKey(Line(core, 1 - core.Current)))
            {
                core.IsLoading = true;
                if (core.Slot is int leaves)
                {
                    replies[leaves] = [.. memory[current]];
                }

                core.Slot = null;
                Ask(Line(core, 1 - core.Current), core);
            }
        }

        private void Ask(uint line, Core? core)
        {
            tag++;
            open.Add(tag, (line, core));
            bench.Home.Read(new HomeRead(line, tag, HomeReadKind.Exclusive));
        }

        private void Answered(HomeData data)
        {
            Assert.True(open.Remove(data.Tag, out (uint Line, Core? Core) read));
            byte[] bytes = new byte[128];
            data.Data.CopyTo(bytes);
            if (read.Core is not Core core)
            {
                Assert.All(bytes, value => Assert.Equal(0, value));
                return;
            }

            core.IsLoading = false;
            EndpointLine line = bench.Map.Line(read.Line);
            if (line.Kind == LineKind.ReceiveControl && line.Index != core.Current)
            {
                core.Current = line.Index;
                core.Slot = null;
                if (bytes[0] == (byte)MessageKind.TryAgain)
                {
                    Assert.All(bytes[1..], value => Assert.Equal(0, value));
                }
                else
                {
                    int slot = bytes[1];
                    byte[] expected = [.. messages[slot]!];
                    (expected[4], expected[5]) = ((byte)(100 + core.Endpoint), 0);
                    Assert.Equal(expected, bytes);
                    Assert.False(delivered[slot]);
                    Assert.Equal(core.Endpoint == 2 ? 2 : 1, bytes[2]);
                    delivered[slot] = true;
                    core.Slot = slot;
                    core.Aux.Clear();
                    for (int i = 0; i < 4; i++)
                    {
                        memory[bench.Line(LineKind.ReceiveAux, core.Endpoint, i)] = i < auxLines[slot] ? aux[slot]![(i * 128)..((i + 1) * 128)] : new byte[128];
                    }
                }

                memory[read.Line] = [.. bytes];
            }
            else
            {
                Assert.Equal(memory[read.Line], bytes);
            }

            cache.Add(read.Line, new CachedLine(read.Line, bytes));
        }

        private void Evict(uint number, bool isAnswer)
        {
            Bits<W128> mask = default;
            Bits<W1024> data = default;
            if (cache.Remove(number, out CachedLine? copy))
            {
                data = Bits<W1024>.FromBytes(copy.Bytes);
                for (int i = 0; i < 128; i++)
                {
                    mask = mask.WithBit(i, copy.Dirty[i]);
                }
            }

            bench.Home.Return(new HomeReturn(number, isAnswer, mask, data));
        }

        private void Left(TakenLine line)
        {
            int slot = line.Left.Slot;
            Assert.True(delivered[slot]);
            byte[] expected = [.. replies[slot]!];
            (expected[4], expected[5]) = (messages[slot]![4], messages[slot]![5]);
            Assert.Equal(expected, line.Bytes);
            Assert.InRange(line.Left.AuxLines, auxLines[slot], slot < 4 ? 4 : 0);
            messages[slot] = null;
            delivered[slot] = false;
        }
    }
}
