// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Hdl.Tests.Reply;

public class RepliesTests
{
    private static readonly NicConfig Small = NicConfig.Tiny with
    {
        AuxLines = 3,
        PendingCalls = 16,
        Endpoints = 8,
        PacketSlots = 8,
        Neighbours = 64
    };

    [Fact]
    public void Each_line_becomes_what_the_model_says_and_all_is_given_back_once() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[0, 6]).Sample(
            (seed, linePace, macPace, pace, missedPace, limit) =>
            {
                using RepliesBench bench = Bench(Small, seed, linePace, macPace, pace, missedPace);
                bench.ErrorLimit = limit;
                bench.AgeLimit = (ushort)(seed % 3);
                bench.Mtu = (ushort)(seed % 5 == 0 ? ushort.MaxValue : 68 + (seed / 5 % 550));
                bench.Run(1200);
                bench.Drain();
                Assert.True(bench.Events.Count > 5);
            },
            iter: 60);

    [Fact]
    public void All_ends_occur()
    {
        using RepliesBench bench = Bench(Small, 1, 0, 0, 0, 40);
        bench.ErrorLimit = 10;
        bench.AgeLimit = 3;
        bench.Mtu = 250;
        bench.Run(12_000);
        bench.Drain();
        foreach (NicEvent happens in new[]
        {
            NicEvent.ReplySent, NicEvent.FrameSent, NicEvent.DatagramSent, NicEvent.BadReply, NicEvent.LateReply, NicEvent.CallDiscarded,
            NicEvent.NoReply,
            NicEvent.FrameTaken, NicEvent.BadSend, NicEvent.NeighbourMiss, NicEvent.MissedFrameDropped, NicEvent.ErrorReplyLimited,
            NicEvent.ReplyOverMtu, NicEvent.DatagramOverMtu,
        })
        {
            Assert.True(bench.Events.GetValueOrDefault(happens) >= 20,
                $"{happens} occurred {bench.Events.GetValueOrDefault(happens)} times");
        }
    }

    [Fact]
    public void The_large_preset_does_the_same()
    {
        using RepliesBench bench = Bench(NicConfig.Enzian, 2, 0, 0, 0, 3);
        bench.Run(6000);
        bench.Drain();
        Assert.Contains(bench.Frames, frame => frame.Length > 3800);
    }

    [Fact]
    public void Messages_of_every_length_go_out_whole()
    {
        using RepliesBench bench = new(Small with { AuxLines = 2 });
        RepliesTraffic traffic = Quiet(bench, 3);
        int most = 96 + (2 * 128);
        int next = 0;
        bench.NextLine = () =>
        {
            int bytes = next / 3;
            int auxLines = (Math.Max(bytes, 96) - 96 + 127) / 128;
            ReplyItem? item = bytes > most ? null : (next % 3) switch
            {
                0 => traffic.Received(MessageKind.Reply, ReplyFault.None, auxLines, bytes, 0, true),
                1 => traffic.Transmit(MessageKind.SendDatagram, ReplyFault.None, auxLines, bytes),
                _ => traffic.Transmit(MessageKind.SendFrame, ReplyFault.None, auxLines, Math.Max(14, bytes)),
            };
            next += item is null ? 0 : 1;
            return item;
        };
        bench.Run(8000);
        bench.Drain();
        Assert.Equal(3 * (most + 1), bench.Frames.Count);
    }

    [Fact]
    public void What_is_as_long_as_the_MTU_allows_goes_out_and_a_byte_more_does_not()
    {
        using RepliesBench bench = new(Small with { AuxLines = 12 }) { Mtu = 1500 };
        RepliesTraffic traffic = Quiet(bench, 8);
        Queue<Func<ReplyItem?>> items = new(
        [
            () => traffic.Received(MessageKind.Reply, ReplyFault.None, 12, 1448, 0, true),
            () => traffic.Received(MessageKind.Reply, ReplyFault.None, 12, 1449, 0, true),
            () => traffic.Transmit(MessageKind.SendDatagram, ReplyFault.None, 12, 1472),
            () => traffic.Transmit(MessageKind.SendDatagram, ReplyFault.None, 12, 1473),

            // The kernel knows what it sends.
            () => traffic.Transmit(MessageKind.SendFrame, ReplyFault.None, 12, 1518),
        ]);
        bench.NextLine = () => items.TryDequeue(out Func<ReplyItem?>? next) ? next() : null;
        bench.Run(400);
        bench.Drain();
        Assert.Equal([1514, 66, 1514, 1518], bench.Frames.Select(frame => frame.Length));
        Assert.Equal(1, bench.Events[NicEvent.ReplyOverMtu]);
        Assert.Equal(2, bench.Events[NicEvent.ReplySent]);
        Assert.Equal(1, bench.Events[NicEvent.DatagramOverMtu]);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(8, 7)]
    [InlineData(40, 7)]
    [InlineData(41, 8)]
    [InlineData(62, 8)]
    public void A_line_on_offer_has_its_first_beat_on_offer_7_ticks_later_and_frames_of_two_beats_leave_every_other_tick(
        int bytes, int latency)
    {
        using RepliesBench bench = new(Small);
        RepliesTraffic traffic = Quiet(bench, 4);
        ReplyItem? Reply() => traffic.Received(MessageKind.Reply, ReplyFault.None, 0, bytes, 0, true);
        bool isDone = false;
        bench.NextLine = () => isDone ? null : Reply() is ReplyItem item && (isDone = true) ? item : null;
        bench.Run(40);
        Assert.Equal(bench.OfferTicks[0] + latency, bench.FrameTicks[0]);

        bench.NextLine = Reply;
        bench.Run(400);
        long[] ticks = [.. bench.FrameTicks.Skip(1)];
        Assert.InRange(ticks.Length, 190, 200);
        Assert.Equal(2 * (ticks.Length - 1), ticks[^1] - ticks[0]);
        bench.Drain();
    }

    [Fact]
    public void Aux_lines_leave_at_a_beat_per_tick()
    {
        using RepliesBench bench = new(NicConfig.Enzian);
        RepliesTraffic traffic = Quiet(bench, 5);
        bench.NextLine = () => traffic.Received(MessageKind.Reply, ReplyFault.None, 32, 96 + (32 * 128), 0, true);
        bench.Run(1500);
        long[] ticks = [.. bench.FrameTicks];

        // 67 beats, and what it takes to begin with the next one's aux lines.
        Assert.InRange((ticks[^1] - ticks[0]) / (double)(ticks.Length - 1), 67, 75);
        bench.Drain();
    }

    [Fact]
    public void Frames_to_neighbours_that_are_not_known_hold_nothing_up()
    {
        using RepliesBench bench = Bench(Small, 6, 0, 0, 0, 0);
        bench.MissedPace = static () => false;
        bench.Run(3000);
        Assert.InRange(bench.Waiting, 2, Replies.MissedFrameDepth);
        Assert.InRange(bench.Events[NicEvent.MissedFrameDropped], 50, 3000);
        Assert.InRange(bench.Events[NicEvent.ReplySent], 100, 3000);
        int waited = bench.Waiting;
        Assert.Equal(waited, bench.Events[NicEvent.NeighbourMiss]);
        bench.Drain();
    }

    [Fact]
    public void A_checksum_of_0_is_sent_as_all_ones()
    {
        using RepliesBench bench = new(Small);
        RepliesTraffic traffic = Quiet(bench, 7);
        bool isDone = false;
        bench.NextLine = () =>
        {
            if (isDone || traffic.Transmit(MessageKind.SendDatagram, ReplyFault.None, 0, 2) is not ReplyItem item)
            {
                return null;
            }

            // With the checksum for its only word, the sum becomes all ones.
            isDone = true;
            byte[] line = [.. item.Line];
            (line[32], line[33]) = (0, 0);
            ushort port = (ushort)(line[12] | line[13] << 8);
            ReplyParties parties = new()
            {
                OwnMac = 0,
                OwnAddress = RepliesBench.OwnAddress,
                OwnPort = item.Left.TransmitPort,
                ClientMac = 0,
                ClientAddress = item.Address,
                ClientPort = port,
                Xid = 0,
            };
            byte[] frame = ReferenceReply.Frame(parties, 0, [0, 0]);
            (line[32], line[33]) = (frame[40], frame[41]);
            return item with
            {
                Line = line,
                Left = item.Left with { Mask = SME.Bits<SME.W128>.AllOnes, Data = SME.Bits<SME.W1024>.FromBytes(line) }
            };
        };
        bench.Run(50);
        bench.Drain();
        Assert.Equal([0xFF, 0xFF], Assert.Single(bench.Frames)[40..42]);
    }

    /// <summary>Makes traffic for a bench that knows all neighbours; none comes by itself.</summary>
    private static RepliesTraffic Quiet(RepliesBench bench, ulong seed)
    {
        RepliesTraffic traffic = new(bench, new SeededRandom(seed)) { ChangePace = int.MaxValue };
        bench.NextLine = static () => null;
        bench.NextAnswer = static () => null;
        traffic.Introduce(RepliesTraffic.Addresses.Length);
        return traffic;
    }

    /// <summary>A bench with random traffic.</summary>
    /// <param name="config">The preset.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="linePace">A line comes once in so many ticks and one.</param>
    /// <param name="macPace">A beat is accepted once in so many ticks and one.</param>
    /// <param name="pace">The same of the other outputs.</param>
    /// <param name="missedPace">The same of frames for the kernel.</param>
    internal static RepliesBench Bench(NicConfig config, ulong seed, int linePace, int macPace, int pace, int missedPace)
    {
        RepliesBench bench = new(config);
        Start(bench, seed, linePace, macPace, pace, missedPace);
        return bench;
    }

    /// <summary>Begins with random traffic: see <see cref="Bench"/>.</summary>
    internal static void Start(RepliesBench bench, ulong seed, int linePace, int macPace, int pace, int missedPace)
    {
        SeededRandom random = new(seed);
        RepliesTraffic traffic = new(bench, random) { Pace = linePace };
        bench.NextLine = static () => null;
        bench.NextAnswer = static () => null;
        traffic.Introduce(random.Between(2, 4));
        bench.NextLine = traffic.Line;
        bench.NextAnswer = traffic.Answer;
        bench.MacPace = () => random.OneIn(macPace + 1);
        bench.Pace = () => random.OneIn(pace + 1);
        bench.MissedPace = () => random.OneIn(missedPace + 1);
    }
}
