// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Reply;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>What goes past the fast path: ARP, ping, unknown neighbours, and datagrams of a process's own.</summary>
public class BypassTests
{
    private static readonly NicConfig Small = NicConfig.Tiny with { AuxLines = 16 };

    private static readonly MachineParameters Rough = MachineParameters.Enzian with { EvictionsPerMillion = 2000, ReorderCycles = 60 };

    [Theory]
    [InlineData("tiny", Machine.CSharp)]
    [InlineData("tiny", Machine.Lockstep)]
    [InlineData("enzian", Machine.CSharp)]
    public void ARP_requests_and_pings_are_answered_by_the_kernel(string preset, Machine hardware)
    {
        using BypassBench bench = new(NicConfig.Preset(preset), hardware);
        bench.Node.Wire.Send(BypassBench.ArpRequest());
        Assert.Equal(Convert.ToHexString(BypassBench.ArpAnswer()), Convert.ToHexString(bench.Next()));
        bench.Node.Wire.Send(BypassBench.EchoRequest(1, 56));
        Assert.Equal(Convert.ToHexString(BypassBench.EchoAnswer(1, 56)), Convert.ToHexString(bench.Next()));
        Assert.Equal([FrameKind.OtherEtherType, FrameKind.Ipv4OtherProtocol], bench.Kernel.Frames.Select(frame => frame.Kind));
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal((2ul, 2ul), (counters[nameof(NicEvent.FrameAdmitted)], counters[nameof(NicEvent.FrameSent)]));
    }

    [Theory]
    [InlineData("ideal", 56)]
    [InlineData("ideal", 54)]
    [InlineData("ideal", 0)]
    [InlineData("ideal", 1400)]
    [InlineData("rough", 56)]
    [InlineData("rough", 1400)]
    public void Pings_of_any_size_come_back_in_order(string machine, int bytes)
    {
        using BypassBench bench = new(Small with { BypassSlots = 4, BypassPacketSlots = 3 }, Machine.CSharp,
            machine == "ideal" ? MachineParameters.Ideal : Rough);
        ushort sent = 0;
        for (ushort answered = 0; answered < 30; answered++)
        {
            // Less in flight than the kernel has slots: the one that is answered keeps its own until the kernel loads the next line.
            while (sent < 30 && sent - answered < 2)
            {
                bench.Node.Wire.Send(BypassBench.EchoRequest(sent++, bytes));
            }

            Assert.Equal(Convert.ToHexString(BypassBench.EchoAnswer(answered, bytes)), Convert.ToHexString(bench.Next()));
        }

        Assert.Equal(30, bench.Kernel.Network.EchoAnswers);
    }

    [Theory]
    [InlineData("ideal")]
    [InlineData("rough")]
    public void A_reply_to_a_neighbour_that_is_not_known_goes_out_once_the_kernel_has_found_it(string machine)
    {
        using BypassBench bench = new(Small with { BypassSlots = 4, BypassPacketSlots = 2, PendingCalls = 16 }, Machine.CSharp,
            machine == "ideal" ? MachineParameters.Ideal : Rough, learns: false);
        CalculatorNode.Serve(bench.Node, bench.Nic, 1, 1);
        bench.Run(3000);
        for (uint i = 0; i < 3; i++)
        {
            bench.Node.Wire.Send(CalculatorNode.Call(i, 1, (int)i, 100));
        }

        byte[] question = bench.Next();
        Assert.Equal("FFFFFFFFFFFF024C4800000208060001080006040001024C480000020A4D00020000000000000A4D0001",
            Convert.ToHexString(question)[..84]);
        bench.Run(6000);
        Assert.Empty(bench.Node.Wire.Received);
        Assert.Equal([FrameKind.UnresolvedNeighbour, FrameKind.UnresolvedNeighbour, FrameKind.UnresolvedNeighbour],
            bench.Kernel.Frames.Select(frame => frame.Kind));

        bench.Node.Wire.Send(BypassBench.ArpAnswerOfClient(BypassBench.ClientAddress));
        for (uint i = 0; i < 3; i++)
        {
            Assert.Equal((i, 100 + (int)i), Sum(bench.Next()));
        }

        // Now the NIC knows it.
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal((3ul, 0ul), (counters[nameof(NicEvent.NeighbourMiss)], counters[nameof(NicEvent.ReplySent)]));
        bench.Node.Wire.Send(CalculatorNode.Call(9, 1, 1, 2));
        Assert.Equal((9u, 3), Sum(bench.Next()));
        Assert.Equal(1ul, bench.Counters()[nameof(NicEvent.ReplySent)]);
    }

    [Fact]
    public void Frames_that_the_kernel_cannot_resolve_hold_nothing_up()
    {
        using BypassBench bench = new(Small, learns: false);
        Calculator calculator = CalculatorNode.Serve(bench.Node, bench.Nic, 1, 1);
        for (uint i = 0; i < 100; i++)
        {
            bench.Node.Wire.Send(CalculatorNode.Call(i, 1, (int)i, 100));
            bench.Run(60);
        }

        bench.Node.RunUntil(() => calculator.Calls == 100, 10_000);
        bench.Run(2000);
        bench.Node.Wire.Received.Clear();

        // Not the address behind the client's, which is the NIC's.
        bench.Node.Wire.Send(BypassBench.ArpRequest(BypassBench.ClientAddress + 2));
        Assert.Equal(Convert.ToHexString(BypassBench.ArpAnswer(BypassBench.ClientAddress + 2)), Convert.ToHexString(bench.Next()));
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal(100ul, counters[nameof(NicEvent.NeighbourMiss)] + counters[nameof(NicEvent.MissedFrameDropped)]);
        Assert.Equal(100ul, counters[nameof(NicEvent.CallAdmitted)]);
    }

    [Theory]
    [InlineData("ideal", false)]
    [InlineData("rough", false)]
    [InlineData("ideal", true)]
    [InlineData("rough", true)]
    public void Datagrams_of_a_process_arrive(string machine, bool writesBack)
    {
        using BypassBench bench = new(Small with { TransmitPacketSlots = 2 }, Machine.CSharp,
            machine == "ideal" ? MachineParameters.Ideal : Rough);
        BoundEndpoint endpoint = bench.BindSender(700, writesBack);
        int[] lengths = [0, 1, 18, 22, 54, 55, 96, 97, 300, 1400, 5];
        byte[][] payloads = [.. lengths.Select(length => Enumerable.Range(0, length).Select(i => (byte)(i * 7 + length)).ToArray())];
        _ = bench.Node.Cpu.Start(bench.Node.Cpu.Cores[1], async core =>
        {
            DatagramSender sender = new(core, endpoint);
            foreach (byte[] payload in payloads)
            {
                await sender.SendAsync(BypassBench.ClientAddress, 800, payload);
            }
        });
        ReplyParties parties = new()
        {
            OwnMac = BypassBench.Ours.MacAddress,
            OwnAddress = BypassBench.Ours.Ipv4Address,
            OwnPort = 700,
            ClientMac = BypassBench.ClientMac,
            ClientAddress = BypassBench.ClientAddress,
            ClientPort = 800,
            Xid = 0,
        };
        for (int i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(Convert.ToHexString(ReferenceReply.Frame(parties, (ushort)i, payloads[i])),
                Convert.ToHexString(bench.Next(50_000)));
        }

        Assert.Equal((ulong)lengths.Length, bench.Counters()[nameof(NicEvent.DatagramSent)]);
    }

    /// <summary>Transaction identifier and result of a reply to the client.</summary>
    private static (uint Xid, int Result) Sum(byte[] frame)
    {
        Assert.Equal("024C48000001024C480000020800", Convert.ToHexString(frame)[..28]);
        return (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(42)), BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(66)));
    }
}
