// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Endpoint;

public class EndpointTrafficTests
{
    /// <summary>To replay a run: CsCheck_Seed with the seed that CsCheck prints.</summary>
    [Fact]
    public void Whatever_caches_do_no_message_is_lost_doubled_or_mixed_up() =>
        Gen.Int[0, int.MaxValue].Sample(seed => new Traffic(seed).Run(), iter: 12, threads: 1);

    /// <summary>
    /// The same with kernel endpoints, endpoints that write back, loads that are made to yield, and a scheduler as slow as it likes.
    /// </summary>
    [Fact]
    public void Whatever_the_scheduler_does_no_message_is_lost_doubled_or_mixed_up() =>
        Gen.Int[0, int.MaxValue].Sample(seed => new Traffic(seed, new StandInScheduler()).Run(), iter: 24, threads: 1);

    [Fact]
    public void The_RTL_does_what_the_processes_do_with_yields_and_kernel_endpoints()
    {
        Traffic traffic = new(71, new StandInScheduler());
        BusDesign design = RtlGenerator.Generate(traffic.Bench.Simulation, EndpointBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        traffic.Run(() => Assert.Equal(traffic.Bench.Ticks + 1, lockstep.Compared));
    }

    private sealed class CachedLine(uint number, byte[] bytes)
    {
        public uint Number { get; } = number;

        public byte[] Bytes { get; } = bytes;

        public bool[] Dirty { get; } = new bool[128];
    }

    private sealed class Core(int endpoint)
    {
        public int Endpoint { get; } = endpoint;

        /// <summary>Its process; null for a kernel endpoint.</summary>
        public int? Process { get; set; } = endpoint == 2 ? 2 : 1;

        public bool WritesBack { get; set; }

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
        private readonly StandInScheduler? standIn;
        private ushort tag;
        private int strays;
        private int yields;

        public Traffic(int seed, StandInScheduler? standIn = null)
        {
            random = new Random(seed);
            this.standIn = standIn;
            bench = new EndpointBench(NicConfig.Tiny with { AuxLines = 4 }, standIn) { TryAgainCycles = 150 };
            if (standIn is not null)
            {
                cores[0].Process = null;
                int noticePace = random.Next(1, 8);
                int dispatchPace = random.Next(1, 8);
                standIn.NoticePace = () => random.Next(noticePace) == 0;
                standIn.DispatchPace = () => random.Next(dispatchPace) == 0;
            }

            bench.Home.OnData = (item, _) => Answered(item);
            bench.Home.DataPace = () => random.Next(4) != 0;
            bench.Home.FetchPace = () => random.Next(3) != 0;
            bench.LeftPace = () => random.Next(4) == 0;
            bench.Home.OnFetch = (fetch, _) => Evict(fetch.Line, true);
            bench.OnLeft = Left;
        }

        public EndpointBench Bench => bench;

        public void Run(Action? check = null)
        {
            using (bench)
            {
                foreach (Core core in cores)
                {
                    core.WritesBack = standIn is not null && random.Next(2) == 0;
                    core.Current = core.WritesBack ? random.Next(2) : 1;
                    Assert.Equal(CommandStatus.Done,
                        bench.Bind(core.Endpoint, core.Process ?? 0, 100 + core.Endpoint, isKernel: core.Process is null,
                            writesBack: core.WritesBack, receiveLine: core.WritesBack ? core.Current : 0));
                }

                for (int i = 0; i < 6000; i++)
                {
                    Step();
                    bench.Tick();
                }

                bench.Run(500);
                Assert.Equal(strays, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
                Assert.InRange(bench.Count(NicEvent.Delivered), 50, long.MaxValue);
                Assert.InRange(bench.Count(NicEvent.TryAgain), 1, long.MaxValue);
                Assert.InRange(yields, standIn is null ? 0 : 10, standIn is null ? 0 : int.MaxValue);
                check?.Invoke();
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
                (line[1], line[2], line[3]) = ((byte)slot, (byte)random.Next(1, standIn is null ? 3 : 4), 0);
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
                uint stray = random.Next(2) == 0 ? bench.Line(LineKind.ReceiveControl, 3, random.Next(2))
                    : bench.Line(LineKind.ReceiveAux, 3, random.Next(4));
                if (random.Next(2) == 0)
                {
                    bench.Home.Return(new HomeReturn(stray, false, Bits<W128>.AllOnes, Bits<W1024>.AllOnes));
                }
                else
                {
                    Ask(stray, null);
                }
            }

            if (standIn is { Waiting.Count: > 0 } && random.Next(30) == 0)
            {
                yields++;
                Assert.True(standIn.Yield(standIn.Waiting[random.Next(standIn.Waiting.Count)].Endpoint));
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
            else if (core.WritesBack)
            {
                if (what < 8)
                {
                    GoOn(core, current);
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

        // With one line: an answer is written back whole, its kind last; anything else that the line holds is given up. Then it is loaded
        // again.
        private void GoOn(Core core, uint current)
        {
            if (core.Slot is not int leaves)
            {
                // Not before the NIC has what was written back.
                if (bench.Home.IsIdle)
                {
                    cache.Remove(current);
                    core.IsLoading = true;
                    Ask(current, core);
                }

                return;
            }

            if (!cache.TryGetValue(current, out CachedLine? copy))
            {
                return;
            }

            for (int i = 0; i < 4; i++)
            {
                uint line = bench.Line(LineKind.ReceiveAux, core.Endpoint, i);
                if (cache.ContainsKey(line))
                {
                    Evict(line, false);
                }
            }

            (copy.Bytes[0], copy.Dirty[0]) = ((byte)MessageKind.Reply, true);
            replies[leaves] = [.. copy.Bytes];
            core.Slot = null;
            Evict(current, false);
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
            if (line.Kind == LineKind.ReceiveControl && (core.WritesBack ? core.Slot is null : line.Index != core.Current))
            {
                core.Current = line.Index;
                core.Slot = null;
                if (bytes[0] == (byte)MessageKind.TryAgain)
                {
                    Assert.InRange(bytes[1], 0, standIn is null ? 0 : (byte)TryAgainReason.Yield);
                    Assert.All(bytes[2..], value => Assert.Equal(0, value));
                }
                else
                {
                    int slot = bytes[1];
                    byte[] expected = [.. messages[slot]!];
                    if (core.Process is not null)
                    {
                        // A kernel endpoint's line has the generation of the message's process.
                        (expected[4], expected[5]) = ((byte)(100 + core.Endpoint), 0);
                    }

                    Assert.Equal(expected, bytes);
                    Assert.False(delivered[slot]);
                    Assert.Equal(core.Process ?? bytes[2], bytes[2]);
                    delivered[slot] = true;
                    core.Slot = slot;
                    core.Aux.Clear();
                    for (int i = 0; i < 4; i++)
                    {
                        memory[bench.Line(LineKind.ReceiveAux, core.Endpoint, i)] = i < auxLines[slot]
                            ? aux[slot]![(i * 128)..((i + 1) * 128)] : new byte[128];
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
            Assert.Equal(messages[slot]![2], line.Left.Process);
            byte[] expected = [.. replies[slot]!];
            (expected[4], expected[5]) = (messages[slot]![4], messages[slot]![5]);
            Assert.Equal(expected, line.Bytes);
            Assert.InRange(line.Left.AuxLines, auxLines[slot], slot < 4 ? 4 : 0);
            messages[slot] = null;
            delivered[slot] = false;
        }
    }
}
