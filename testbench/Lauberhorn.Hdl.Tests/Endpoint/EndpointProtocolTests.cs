// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Endpoint;

public class EndpointProtocolTests
{
    private readonly Dictionary<ushort, byte[]> answers = [];
    private readonly List<HomeFetch> fetches = [];
    private readonly List<TakenLine> left = [];
    private ushort lastTag;

    [Fact]
    public void Evicted_parts_are_merged_and_a_line_reads_the_same_again()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        ushort tag = Deliver(bench, 3, Message(9));
        byte[] expected = Message(9);
        (expected[4], expected[5]) = (0x34, 0x12);
        Assert.Equal(expected, answers[tag]);
        byte[] part = Message(40);
        bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 1, 0), false,
            Bits<W128>.Zero.WithBit(32, true).WithBit(127, true), Bits<W1024>.FromBytes(part)));
        bench.Run(5);
        (expected[32], expected[127]) = (part[32], part[127]);
        Assert.Equal(expected, answers[Read(bench, LineKind.ReceiveControl, 0)]);
        ushort stalled = Ask(bench, LineKind.ReceiveControl, 1);
        bench.Run(10);
        Assert.DoesNotContain(stalled, answers);
        byte[] rest = Message(70);
        bench.Home.Return(new HomeReturn(fetches[^1].Line, true, Bits<W128>.Zero.WithBit(0, true).WithBit(127, true),
            Bits<W1024>.FromBytes(rest)));
        bench.Run(10);
        byte[] reply = Message(9);
        (reply[0], reply[32], reply[127]) = (rest[0], part[32], rest[127]);
        Assert.Equal(reply, Assert.Single(left).Bytes);
        Assert.Equal(0, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
    }

    [Fact]
    public void Reads_and_writes_out_of_turn_are_counted_and_change_nothing()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        Assert.All(answers[Read(bench, LineKind.ReceiveControl, 0, endpoint: 2)], value => Assert.Equal(0, value));
        Assert.All(answers[Read(bench, LineKind.ReceiveControl, 1)], value => Assert.Equal(0, value));
        ushort tag = Ask(bench, 0x1F_FFFF);
        bench.Run(10);
        Assert.All(answers[tag], value => Assert.Equal(0, value));
        Assert.Equal(3, bench.Count(NicEvent.BadRead));
        tag = Deliver(bench, 3, Message(9));
        byte[] expected = answers[tag];
        foreach (uint line in new[]
        {
            bench.Line(LineKind.ReceiveControl, 1, 1),
            bench.Line(LineKind.ReceiveControl, 2, 0),
            bench.Line(LineKind.TransmitControl, 1, 0),
            bench.Line(LineKind.ReceiveAux, 1, 0),
            bench.Line(LineKind.TransmitAux, 1, 1),
            0x1F_FFFFu,
        })
        {
            bench.Home.Return(new HomeReturn(line, false, Bits<W128>.AllOnes, Bits<W1024>.AllOnes));
        }

        bench.Run(20);
        Assert.Equal(6, bench.Count(NicEvent.BadWrite));
        Assert.Equal(expected, answers[Read(bench, LineKind.ReceiveControl, 0)]);

        // The line just left: while its answer is not there, and afterwards.
        ushort stalled = Ask(bench, LineKind.ReceiveControl, 1);
        bench.Run(10);
        Answer(bench, null);
        Assert.Single(left);
        Assert.All(answers[Read(bench, LineKind.ReceiveControl, 0)], value => Assert.Equal(0, value));
        bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveControl, 1, 0), false, Bits<W128>.AllOnes, Bits<W1024>.AllOnes));
        bench.Run(10);
        Assert.Equal((4, 7), (bench.Count(NicEvent.BadRead), bench.Count(NicEvent.BadWrite)));
        Assert.DoesNotContain(stalled, answers);
    }

    [Fact]
    public void Aux_lines_hold_the_message_then_zeros_and_come_home_before_the_next_message()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny with { AuxLines = 4 });
        byte[] aux = [.. Message(1), .. Message(2)];
        bench.Arrive(2, 6, Message(5), [.. Message(77), .. Message(78), .. Message(79), .. Message(80)], 2);
        bench.Run(20);
        Read(bench, LineKind.ReceiveControl, 0);
        Ask(bench, LineKind.ReceiveControl, 1);
        bench.Run(20);
        Answer(bench, null);
        bench.Run(20);
        left.Clear();
        bench.Arrive(2, 3, Message(9), aux, 2);
        bench.Run(40);
        Assert.Equal(Message(2), answers[Read(bench, LineKind.ReceiveAux, 1)]);
        Assert.Equal(Message(1), answers[Read(bench, LineKind.ReceiveAux, 0)]);
        Assert.All(answers[Read(bench, LineKind.ReceiveAux, 2)], value => Assert.Equal(0, value));
        bench.Home.Return(new HomeReturn(bench.Line(LineKind.ReceiveAux, 1, 2), false, Bits<W128>.Zero.WithBit(7, true),
            Bits<W1024>.FromBytes(Message(50))));
        bench.Run(10);
        byte[] expected = new byte[128];
        expected[7] = Message(50)[7];
        Assert.Equal(expected, answers[Read(bench, LineKind.ReceiveAux, 2)]);
        int notices = bench.Notices.Count;
        fetches.Clear();
        ushort stalled = Ask(bench, LineKind.ReceiveControl, 0);
        bench.Arrive(2, 4, Message(3));
        bench.Run(20);
        Answer(bench, Message(60));
        bench.Run(40);
        Assert.Equal(4, fetches.Count);
        Assert.Empty(left);
        Assert.Equal(notices, bench.Notices.Count);
        Assert.DoesNotContain(stalled, answers);
        foreach (HomeFetch fetch in fetches.Skip(1).ToArray())
        {
            bench.Home.Return(new HomeReturn(fetch.Line, true, Bits<W128>.Zero.WithBit(0, true), Bits<W1024>.FromBytes(Message(99))));
        }

        bench.Run(40);
        TakenLine line = Assert.Single(left);
        Assert.Equal((3, 3, 2), (line.Left.Slot, line.Left.AuxLines, line.Left.PacketSlot));
        Assert.Equal(Message(60), line.Bytes);
        Assert.Contains(stalled, answers);
        for (byte i = 0; i < 3; i++)
        {
            bench.ReadPacket(new PacketRead(2, i));
        }

        bench.Run(20);
        (aux[0], aux[128], expected[0]) = (Message(99)[0], Message(99)[0], Message(99)[0]);
        Assert.Equal([aux[..128], aux[128..], expected], bench.PacketLines);
        Assert.Equal(0, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
    }

    [Fact]
    public void A_transmit_line_is_sent_and_scrubbed()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny, transmitPacketSlot: 4);
        for (int i = 0; i < 4; i++)
        {
            fetches.Clear();
            left.Clear();
            if (i == 0)
            {
                Assert.All(answers[Read(bench, LineKind.TransmitControl, 0)], value => Assert.Equal(0, value));
            }

            Assert.All(answers[Read(bench, LineKind.TransmitAux, 0)], value => Assert.Equal(0, value));
            bench.Home.Return(new HomeReturn(bench.Line(LineKind.TransmitControl, 1, i & 1), false, Bits<W128>.Zero.WithBit(9, true),
                Bits<W1024>.FromBytes(Message(50))));
            bench.Run(10);
            byte[] expected = new byte[128];
            expected[9] = Message(50)[9];
            Assert.Equal(expected, answers[Read(bench, LineKind.TransmitControl, i & 1)]);
            ushort tag = Ask(bench, LineKind.TransmitControl, (i + 1) & 1);
            bench.Run(20);
            bench.Home.Return(new HomeReturn(Assert.Single(fetches).Line, true, Bits<W128>.Zero.WithBit(3, true),
                Bits<W1024>.FromBytes(Message(60))));
            bench.Run(30);
            Assert.Empty(left);
            Assert.Equal(2, fetches.Count);
            bench.Home.Return(new HomeReturn(fetches[1].Line, true, Bits<W128>.AllOnes, Bits<W1024>.FromBytes(Message(99))));
            bench.Run(30);
            TakenLine line = Assert.Single(left);
            expected[3] = Message(60)[3];
            Assert.Equal(expected, line.Bytes);
            Assert.Equal((true, 1001, 4, 1, true),
                (line.Left.IsTransmit, line.Left.TransmitPort, line.Left.PacketSlot, line.Left.AuxLines, line.Left.MaySendFrames));
            Assert.DoesNotContain(tag, answers);
            bench.SendDone(1);
            bench.Run(10);
            Assert.All(answers[tag], value => Assert.Equal(0, value));
        }

        Assert.Equal(0, bench.Count(NicEvent.BadRead) + bench.Count(NicEvent.BadWrite));
    }

    [Fact]
    public void A_release_answers_fetches_and_discards_and_ends_when_all_is_home()
    {
        using EndpointBench bench = Bench(NicConfig.Tiny);
        bench.Answers.Clear();
        Deliver(bench, 3, Message(9));
        Read(bench, LineKind.TransmitControl, 0);
        bench.Command(CommandCode.ReleaseEndpoint, 1);
        bench.Run(60);
        Assert.Equal(2, fetches.Count);
        Assert.Empty(bench.Answers);
        Answer(bench, null);
        bench.Run(40);
        Assert.Empty(bench.Answers);
        bench.Home.Return(new HomeReturn(fetches[0].Line, true, Bits<W128>.AllOnes, Bits<W1024>.AllOnes));
        bench.Run(40);
        Assert.Equal(CommandStatus.Done, Assert.Single(bench.Answers));
        Assert.True(Assert.Single(left).Left.IsDiscarded);
        bench.Command(CommandCode.ReleaseEndpoint, 1);
        bench.Run(40);
        Assert.Equal(CommandStatus.WrongState, bench.Answers[^1]);

        // Again, with a load that is stalled.
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 3, 1));
        Assert.Equal(CommandStatus.WrongState, bench.Bind(1, 3, 1));
        Assert.Equal(CommandStatus.BadValue, bench.Bind(0, 3, 1, 2));
        Assert.Equal(CommandStatus.IndexOutOfRange, bench.Bind(4, 3, 1));
        ushort tag = Ask(bench, LineKind.ReceiveControl, 0);
        bench.Run(10);
        int answered = bench.Answers.Count;
        fetches.Clear();
        bench.Command(CommandCode.ReleaseEndpoint, 1);
        bench.Run(60);
        Assert.Equal((byte)MessageKind.TryAgain, answers[tag][0]);
        Assert.Equal(answered, bench.Answers.Count);
        Answer(bench, null);
        bench.Run(40);
        Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
        Assert.Equal(answered + 1, bench.Answers.Count);
        Assert.Single(left);
    }

    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using EndpointBench bench = new(NicConfig.Tiny) { TryAgainCycles = 150 };
        BusDesign design = RtlGenerator.Generate(bench.Simulation, EndpointBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        Attach(bench, 4);
        bench.Arrive(2, 3, Message(9), [.. Message(1), .. Message(2)], 2);
        bench.Run(30);
        for (int i = 0; i < 12; i++)
        {
            Ask(bench, LineKind.ReceiveControl, i & 1);
            bench.Run(12);
            GiveUpAll(bench, (byte)i);
            Read(bench, LineKind.ReceiveAux, i & 1);
            Read(bench, LineKind.TransmitControl, 0);
            bench.Run(i < 6 ? 30 : 200);
            GiveUpAll(bench, (byte)i);
            bench.Arrive(2, (ushort)(i & 7), Message((byte)i));
            bench.Run(200);
            GiveUpAll(bench, (byte)i);
        }

        Assert.Equal(bench.Ticks + 1, lockstep.Compared);
        Assert.NotEqual(0, bench.Count(NicEvent.Delivered));
    }

    private void GiveUpAll(EndpointBench bench, byte seed)
    {
        while (fetches.Count > 0)
        {
            bench.Home.Return(new HomeReturn(fetches[0].Line, true, Bits<W128>.Zero.WithBit(5, true),
                Bits<W1024>.FromBytes(Message(seed))));
            fetches.RemoveAt(0);
            bench.Run(10);
        }
    }

    private EndpointBench Bench(NicConfig config, int? transmitPacketSlot = null)
    {
        EndpointBench bench = new(config);
        Attach(bench, transmitPacketSlot);
        return bench;
    }

    private void Attach(EndpointBench bench, int? transmitPacketSlot)
    {
        bench.Home.OnData = (item, _) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers.Add(item.Tag, bytes);
        };
        bench.Home.OnFetch = (fetch, _) => fetches.Add(fetch);
        bench.OnLeft = left.Add;
        Assert.Equal(CommandStatus.Done, bench.Bind(1, 2, 0x1234, transmitPacketSlot));
    }

    private ushort Deliver(EndpointBench bench, ushort slot, byte[] message)
    {
        ushort tag = Ask(bench, LineKind.ReceiveControl, 0);
        bench.Run(10);
        bench.Arrive(2, slot, message);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        return tag;
    }

    private ushort Ask(EndpointBench bench, LineKind kind, int index, int endpoint = 1) => Ask(bench, bench.Line(kind, endpoint, index));

    private ushort Ask(EndpointBench bench, uint line)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(line, lastTag, HomeReadKind.Shared));
        return lastTag;
    }

    private ushort Read(EndpointBench bench, LineKind kind, int index, int endpoint = 1)
    {
        ushort tag = Ask(bench, kind, index, endpoint);
        bench.RunUntil(() => answers.ContainsKey(tag), 50);
        return tag;
    }

    private void Answer(EndpointBench bench, byte[]? bytes)
    {
        bench.Home.Return(bytes is null
            ? new HomeReturn(fetches[^1].Line, true, default, default)
            : new HomeReturn(fetches[^1].Line, true, Bits<W128>.AllOnes, Bits<W1024>.FromBytes(bytes)));
        bench.Run(10);
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
