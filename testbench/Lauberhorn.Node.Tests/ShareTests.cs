// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>Calls and the kernel's frames have a share each of slots and packet slots: a flood of one does not starve the other.</summary>
public class ShareTests
{
    private const int Rounds = 60;

    // While a frame of 13 beats goes on, as many frames of one may come as the smallest preset has room for; with twice that none is lost.
    private static readonly NicConfig Small = NicConfig.Tiny with { AuxLines = 8, MetadataDepth = 32 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_flood_of_frames_for_the_kernel_does_not_starve_calls(ulong seed)
    {
        using BypassBench bench = new(Small);
        bench.ServeEcho(1);
        bench.Run(500);
        long quiet = Call(bench, static () => { });

        SeededRandom random = new(seed);
        long flooded = Call(bench, Flood(bench, () => random.OneIn(3) ? BypassBench.ArpRequest() : Garbage(random)));
        bench.Node.OnTick = static _ => { };
        bench.Run(5000);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal(2ul * Rounds, counters[nameof(NicEvent.CallAdmitted)]);
        Assert.Equal(2ul * Rounds, counters[nameof(NicEvent.ReplySent)]);
        Assert.Equal((0ul, 0ul), (counters[nameof(NicEvent.CallDroppedNoSlot)], counters[nameof(NicEvent.CallDroppedNoPacketSlot)]));
        Assert.Equal(0ul, counters["Dropped.BufferOverrun"]);
        Assert.True(counters[nameof(NicEvent.FrameDroppedNoSlot)] > 500,
            $"seed {seed}: {counters[nameof(NicEvent.FrameDroppedNoSlot)]} frames dropped");

        // The kernel has its share too, and all that was admitted was given back.
        Assert.True(counters[nameof(NicEvent.FrameTaken)] > 50,
            $"seed {seed}: the kernel had {counters[nameof(NicEvent.FrameTaken)]} frames");
        Assert.Equal(counters[nameof(NicEvent.FrameAdmitted)], counters[nameof(NicEvent.FrameTaken)]);
        Assert.True(flooded < 2 * quiet, $"seed {seed}: {Rounds} calls took {quiet} ticks, and {flooded} in the flood");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_flood_of_calls_does_not_starve_the_kernel(ulong seed)
    {
        using BypassBench bench = new(Small, cores: 3);
        bench.ServeEcho(1);
        CalculatorNode.Serve(bench.Node, bench.Nic, 2, 1);
        bench.Run(500);
        SeededRandom random = new(seed);
        uint xid = 1;
        Queue<byte[]> answers = new();
        Action flood = Flood(bench, () => random.OneIn(2) ? CalculatorNode.Call(xid++, 1, 2, 3)
            : BypassBench.EchoCall(xid++, random.Pick(4, 200, 800)));
        bench.Node.OnTick = _ =>
        {
            flood();
            while (bench.Node.Wire.Received.TryDequeue(out SentByNic? frame))
            {
                if (frame.Bytes[12..14] is not [8, 0] || frame.Bytes[23] != 17)
                {
                    answers.Enqueue(frame.Bytes);
                }
            }
        };
        for (ushort i = 0; i < Rounds; i++)
        {
            bool isPing = i % 2 == 0;
            bench.Node.Wire.Send(isPing ? BypassBench.EchoRequest(i, 400) : BypassBench.ArpRequest());
            bench.Node.RunUntil(() => answers.Count > 0, 20_000);
            Assert.Equal(Convert.ToHexString(isPing ? BypassBench.EchoAnswer(i, 400) : BypassBench.ArpAnswer()),
                Convert.ToHexString(answers.Dequeue()));
        }

        bench.Node.OnTick = static _ => { };
        bench.Run(20_000);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal(((ulong)Rounds, (ulong)Rounds), (counters[nameof(NicEvent.FrameAdmitted)], counters[nameof(NicEvent.FrameSent)]));
        Assert.Equal(0ul, counters[nameof(NicEvent.FrameDroppedNoSlot)]);
        Assert.Equal(0ul, counters["Dropped.BufferOverrun"]);
        Assert.True(counters[nameof(NicEvent.CallDroppedNoSlot)] > 200,
            $"seed {seed}: {counters[nameof(NicEvent.CallDroppedNoSlot)]} calls dropped");
        Assert.True(counters[nameof(NicEvent.CallDroppedNoPacketSlot)] > 100,
            $"seed {seed}: {counters[nameof(NicEvent.CallDroppedNoPacketSlot)]} long calls dropped");
        Assert.Equal(counters[nameof(NicEvent.CallAdmitted)], counters[nameof(NicEvent.ReplySent)]);
        Assert.True(counters[nameof(NicEvent.ReplySent)] > 100, $"seed {seed}: {counters[nameof(NicEvent.ReplySent)]} calls answered");
    }

    [Fact]
    public void A_neighbour_is_found_in_a_flood_of_its_calls()
    {
        using BypassBench bench = new(Small, learns: false);
        CalculatorNode.Serve(bench.Node, bench.Nic, 1, 1);
        bench.Run(500);
        uint xid = 1;
        int questions = 0;
        int replies = 0;
        Action flood = Flood(bench, () => CalculatorNode.Call(xid++, 1, 2, 3));
        bench.Node.OnTick = _ =>
        {
            flood();
            while (bench.Node.Wire.Received.TryDequeue(out SentByNic? frame))
            {
                if (frame.Bytes[12..14] is [8, 6])
                {
                    // The answer is one of the kernel's frames like those without a neighbour, and may be dropped: then the kernel asks
                    // again.
                    questions++;
                    bench.Node.Wire.Send(BypassBench.ArpAnswerOfClient(BypassBench.ClientAddress));
                }
                else
                {
                    replies++;
                }
            }
        };
        bench.Node.RunUntil(() => questions > 0, 20_000);
        Assert.Equal(0, replies);

        // More than the kernel has kept.
        bench.Node.RunUntil(() => replies > 100, 40_000);
    }

    /// <summary>
    /// A frame keeps its slot until the kernel has loaded the line after it, though its answer is out. With one slot for neighbours' frames
    /// a client is always answered that asks when that is home; with two, one that asks as soon as it has its answer.
    /// </summary>
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 5, 2)]
    [InlineData(4, 5, 2)]
    [InlineData(5, 16, 2)]
    public void A_flood_of_fragments_does_not_starve_ARP(ulong seed, int slots, int ofNeighbours)
    {
        using BypassBench bench = new(Small with { PendingCalls = slots + 8, BypassSlots = slots });
        bench.Run(500);
        SeededRandom random = new(seed);
        byte[] Fragment() =>
            new FrameBuilder().WithFragment(0x2000).WithRpc(1).WithArguments(random.Bytes(random.Pick(60, 200, 700))).Build();
        Action flood = Flood(bench, Fragment);
        Hdl.Admission.PoolMonitor pool = bench.Node.Nic.FastPath.Admission.SlotPool.Monitor;
        int answers = 0;
        bench.Node.OnTick = _ =>
        {
            flood();
            while (bench.Node.Wire.Received.TryDequeue(out SentByNic? frame))
            {
                answers += frame.Bytes[12..14] is [8, 6] ? 1 : 0;
            }
        };
        for (int i = 0; i < Rounds; i++)
        {
            bench.Node.Wire.Send(BypassBench.ArpRequest());
            bench.Node.RunUntil(() => answers == i + 1, 5000);
            if (ofNeighbours == 1)
            {
                // No fragment has that slot, so it is home when all slots but what fragments may have are free. That takes a turn of the
                // kernel.
                bench.Node.RunUntil(() => pool.Free >= slots + 8 - (slots - ofNeighbours), 300);
            }
        }

        bench.Node.OnTick = static _ => { };
        bench.Run(5000);
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        ulong dropped = counters[nameof(NicEvent.FrameDroppedNoSlot)];
        Assert.True(dropped > 500, $"seed {seed}: {dropped} fragments dropped");
        Assert.Equal(0ul, counters["Dropped.BufferOverrun"]);
    }

    [Theory]
    [InlineData(Machine.CSharp)]
    [InlineData(Machine.Lockstep)]
    public async Task A_flood_of_another_process_s_long_calls_leaves_a_process_what_it_is_guaranteed(Machine hardware)
    {
        NicConfig config = Small with { PendingCalls = 24, PacketSlots = 8 };
        using BypassBench bench = new(config, hardware, cores: 2);
        bench.ServeEcho(1, new ProcessPolicy { GuaranteedPackets = 2, GuaranteedQueue = 2 });
        NicProcess deaf = bench.Nic.CreateProcess("deaf");
        await deaf.RegisterAsync(0x2000_0300, 1, 1, 2070, ([MaximumBytes(1000)] byte[] data) => data);
        bench.Run(500);
        uint xid = 0x4000_0000;
        byte[] arguments = [0, 0, 1, 0, .. new byte[256]];
        byte[] Deaf() =>
            new FrameBuilder().WithPorts(1000, 2070).WithRpc(++xid).WithProcedure(0x2000_0300, 1, 1).WithArguments(arguments).Build();
        for (int i = 0; i < 20; i++)
        {
            bench.Node.Wire.Send(Deaf());
        }

        bench.Run(2000);
        Call(bench, Flood(bench, Deaf));
        IReadOnlyDictionary<string, ulong> counters = bench.Counters();
        Assert.Equal(0ul, counters["Dropped.BufferOverrun"]);
        Assert.True(counters[nameof(NicEvent.CallDroppedNoPacketSlot)] > 100);
    }

    /// <summary>Sends frames as fast as 100 Gb/s Ethernet can.</summary>
    private static Action Flood(BypassBench bench, Func<byte[]> next)
    {
        // 50 bytes in 4 ns; preamble, frame check sequence and gap are 24 bytes more (IEEE 802.3).
        byte[] frame = next();
        int credit = 0;
        return () =>
        {
            credit += 50;
            while (credit >= frame.Length + 24)
            {
                credit -= frame.Length + 24;
                bench.Node.Wire.Send(frame);
                frame = next();
            }
        };
    }

    /// <summary>Calls one after the other, short and long; how many ticks they took.</summary>
    private static long Call(BypassBench bench, Action flood)
    {
        Queue<byte[]> replies = new();
        bench.Node.OnTick = _ =>
        {
            flood();
            while (bench.Node.Wire.Received.TryDequeue(out SentByNic? frame))
            {
                if (frame.Bytes[12..14] is [8, 0])
                {
                    replies.Enqueue(frame.Bytes);
                }
            }
        };
        long start = bench.Node.Ticks;
        for (int i = 0; i < Rounds; i++)
        {
            uint xid = (uint)(start + i);
            int bytes = i % 2 == 0 ? 8 : 600;
            bench.Node.Wire.Send(BypassBench.EchoCall(xid, bytes));
            bench.Node.RunUntil(() => replies.Count > 0, 20_000);
            byte[] reply = replies.Dequeue();
            Assert.Equal((xid, 0u, (uint)bytes), (Word(reply, 42), Word(reply, 62), Word(reply, 66)));
        }

        return bench.Node.Ticks - start;
    }

    private static uint Word(byte[] frame, int at) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));

    private static byte[] Garbage(
        SeededRandom random) => [2, 0x4C, 0x48, 0, 0, 2, 2, 0x4C, 0x48, 0, 0, 1, 0x88, 0xCC,
            .. random.Bytes(random.Pick(46, 90, 300, 800))];
}
