// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Endpoint;

/// <summary>Kernel endpoints, and loads that are answered because another process wants the core.</summary>
public class KernelEndpointTests
{
    private static readonly ProcessPolicy Plain = new() { UsesKernelEndpoints = true, Weight = 1 };

    private readonly Dictionary<ushort, (byte[] Bytes, long Tick)> answers = [];
    private readonly List<TakenLine> left = [];
    private ushort lastTag;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_kernel_endpoint_is_given_messages_of_any_process_and_its_replies_are_theirs(bool writesBack)
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        Assert.Equal(CommandStatus.Done, bench.Bind(0, 0, 7, isKernel: true, writesBack: writesBack));
        bench.SetPolicy(2, Plain);
        bench.SetPolicy(3, Plain);
        int line = 0;
        foreach (ushort process in new ushort[] { 2, 3, 3, 2 })
        {
            ushort tag = Ask(bench, 0, line);
            bench.Run(30);
            bench.Arrive(process, process, Message((byte)process));
            bench.RunUntil(() => answers.ContainsKey(tag), 50);
            Assert.Equal(Message((byte)process)[32..], answers[tag].Bytes[32..]);
            if (writesBack)
            {
                byte[] reply = Message(99);
                reply[0] = (byte)MessageKind.Reply;
                bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 0, 0), false, Bits<W128>.AllOnes,
                    Bits<W1024>.FromBytes(reply)));
                bench.Run(20);
            }
            else
            {
                line = 1 - line;
                Ask(bench, 0, line);
                bench.Run(20);
                lastTag--;
            }

            Assert.Equal(process, left[^1].Left.Process);
            if (!writesBack)
            {
                // The load that waits is the next message's.
                lastTag++;
                bench.Arrive(process, (ushort)(4 + process), Message(1));
                bench.Run(30);
                line = 1 - line;
            }
        }
    }

    [Fact]
    public void A_kernel_endpoint_has_its_cores_number_and_no_process()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        Assert.Equal(CommandStatus.BadValue, bench.Bind(NicConfig.Tiny.Cores, 0, 1, isKernel: true));
        Assert.Equal(CommandStatus.BadValue, bench.Bind(0, 1, 1, isKernel: true));
        Assert.Equal(CommandStatus.Done, bench.Bind(0, 0, 1, isKernel: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_load_whose_core_is_wanted_is_answered_and_the_core_interrupted_within_ten_ticks(bool writesBack)
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        bench.Bind(2, 1, 7, writesBack: writesBack);
        bench.SetPolicy(1, Plain);
        bench.SetPolicy(3, Plain);
        bench.Switch(1, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = 2 });
        ushort tag = Ask(bench, 2, 0);
        bench.Run(400);
        bench.Arrive(3, 5, Message(1));
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        byte[] expected = new byte[128];
        expected[ControlLine.Kind] = (byte)MessageKind.TryAgain;
        expected[ControlLine.Flags] = (byte)TryAgainReason.Yield;
        Assert.Equal(expected, answers[tag].Bytes);
        Assert.InRange(answers[tag].Tick - bench.Arrivals[^1].Tick, 1, 10);
        Assert.Equal((ushort)1, Assert.Single(bench.Interrupts).Core);
        Assert.InRange(bench.Interrupts[0].Tick - bench.Arrivals[^1].Tick, 1, 10);
        Assert.Equal(1, bench.Count(NicEvent.TryAgain));

        if (!writesBack)
        {
            // An evicted line reads the same again; a new load of the other waits anew.
            Assert.Equal(expected, answers[Read(bench, 2, 0)].Bytes);
        }

        ushort next = Ask(bench, 2, writesBack ? 0 : 1);
        bench.Run(50);
        Assert.DoesNotContain(next, answers);
        bench.Arrive(1, 6, Message(9));
        bench.RunUntil(() => answers.ContainsKey(next), 50);
        Assert.Equal(Message(9)[32..], answers[next].Bytes[32..]);
        Assert.Equal(0, bench.Count(NicEvent.BadRead));
    }

    [Fact]
    public void Whatever_comes_together_a_load_has_one_answer()
    {
        // A yield at each tick around the time-out, a message of its own, a RETIRE and a release.
        foreach (string other in new[] { "time-out", "message", "retire", "release" })
        {
            for (int shift = -12; shift <= 12; shift++)
            {
                answers.Clear();
                using EndpointBench bench = Bench(NicConfig.Tiny);
                bench.Bind(2, 1, 7);
                bench.SetPolicy(1, Plain);
                bench.SetPolicy(3, Plain);
                bench.Switch(1, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = 2 });
                bench.TryAgainCycles = other == "time-out" ? 300u : 100_000;
                int released = bench.Answers.Count;
                ushort tag = Ask(bench, 2, 0);
                bench.Run(300 - 24 + shift);
                Action<long> wish = _ => bench.Arrive(3, 5, Message(1));
                Action<long> rival = _ =>
                {
                    switch (other)
                    {
                        case "message":
                            bench.Arrive(1, 6, Message(9));
                            break;
                        case "retire":
                            bench.Command(CommandCode.RetireEndpoint, 2);
                            break;
                        case "release":
                            bench.Command(CommandCode.ReleaseEndpoint, 2);
                            break;
                        default:
                            break;
                    }
                };
                wish(0);
                if (shift < 0)
                {
                    bench.Run(-shift);
                }

                rival(0);
                bench.Run(600);
                Assert.True(answers.ContainsKey(tag), $"{other} {shift}");
                MessageKind kind = (MessageKind)answers[tag].Bytes[0];
                Assert.Contains(kind, new[] { MessageKind.TryAgain, MessageKind.Retire, (MessageKind)Message(9)[0] });

                // A message that did not come before the yield is not lost.
                if (other == "message" && kind == MessageKind.TryAgain)
                {
                    ushort next = Ask(bench, 2, 1);
                    bench.RunUntil(() => answers.ContainsKey(next), 100);
                    Assert.Equal(Message(9)[32..], answers[next].Bytes[32..]);
                }

                if (other == "release")
                {
                    Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
                    Assert.Equal(released + 1, bench.Answers.Count);
                }
            }
        }
    }

    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using EndpointBench bench = new(NicConfig.Tiny with { PendingCalls = 64 });
        using Lockstep lockstep = Lockstep.Attach(
            RtlGenerator.Generate(bench.Simulation, EndpointBench.EntityName),
            new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        Attach(bench);
        bench.Bind(0, 0, 7, isKernel: true);
        bench.Bind(2, 1, 7);
        bench.Bind(3, 2, 7, writesBack: true);
        for (ushort process = 1; process < 4; process++)
        {
            bench.SetPolicy(process, Plain);
        }

        int[] lines = [0, 0, 0, 0];
        for (int round = 0; round < 40; round++)
        {
            int endpoint = new[] { 0, 2, 3 }[round % 3];
            bench.StrayLoads = round >= 20;
            bench.Switch(1, new CoreState
            {
                HasProcess = true,
                Process = (ushort)(1 + (round & 1)),
                HasEndpoint = true,
                Endpoint = (ushort)(2 + (round & 1))
            });
            Ask(bench, endpoint, lines[endpoint]);
            lines[endpoint] = endpoint == 3 ? 0 : 1 - lines[endpoint];
            bench.Run(60);
            bench.Arrive((ushort)(1 + (round % 3)), (ushort)round, Message((byte)round));
            bench.Run(100);
        }

        Assert.Equal(bench.Ticks + 1, lockstep.Compared);
        Assert.NotEmpty(bench.Interrupts);
    }

    private EndpointBench Bench(NicConfig config)
    {
        EndpointBench bench = new(config);
        Attach(bench);
        return bench;
    }

    private void Attach(EndpointBench bench)
    {
        bench.Home.OnData = (item, tick) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers.Add(item.Tag, (bytes, tick));
        };
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        bench.OnLeft = left.Add;
    }

    private ushort Ask(EndpointBench bench, int endpoint, int index)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, endpoint, index), lastTag, HomeReadKind.Shared));
        return lastTag;
    }

    private ushort Read(EndpointBench bench, int endpoint, int index)
    {
        ushort tag = Ask(bench, endpoint, index);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        return tag;
    }

    private static byte[] Message(byte seed)
    {
        byte[] line = new byte[128];
        for (int i = 0; i < 128; i++)
        {
            line[i] = (byte)((i * 7) + seed);
        }

        return line;
    }
}
