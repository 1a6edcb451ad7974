// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Model.Frames;
using SME;

namespace Lauberhorn.Hdl.Tests.Admission;

public class AdmissionTests
{
    private static readonly Service Plain = new()
    {
        Process = 3,
        CodePointer = 0x1122_3344_5566_7788,
        DataPointer = 0x99aa,
        LengthWord = 31
    };

    [Fact]
    public void Each_frame_ends_as_the_model_says_and_nothing_is_lost_or_given_out_twice() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 12]).Sample(
            (seed, inputPace, outputPace, releasePace) =>
            {
                using AdmissionBench bench = Bench(NicConfig.Tiny with { AuxLines = 3, PendingCalls = 16, BypassSlots = 3 }, seed,
                    inputPace, outputPace, releasePace);
                bench.Run(1500);
                Drain(bench);
                Assert.NotEmpty(bench.Events);
            },
            iter: 60);

    [Fact]
    public void All_ends_occur()
    {
        Dictionary<NicEvent, int> events = [];
        foreach (NicConfig config in new[] { NicConfig.Tiny, NicConfig.Tiny with { PacketSlots = 32 } })
        {
            using AdmissionBench bench = Bench(config, 1, 0, 1, 100);
            bench.Run(10_000);
            foreach ((NicEvent happened, int times) in bench.Events)
            {
                events[happened] = events.GetValueOrDefault(happened) + times;
            }

            Drain(bench);
        }

        foreach (NicEvent happens in new[]
        {
            NicEvent.CallAdmitted, NicEvent.FrameAdmitted, NicEvent.CallDroppedNoSlot, NicEvent.CallDroppedNoPacketSlot,
            NicEvent.CallTooLong,
            NicEvent.Retransmission, NicEvent.FrameDroppedNoSlot, NicEvent.FrameDroppedTooLong, NicEvent.GarbageArguments,
            NicEvent.NullCall, NicEvent.ErrorReply,
        })
        {
            Assert.True(events.GetValueOrDefault(happens) >= 3, $"{happens} occurred {events.GetValueOrDefault(happens)} times");
        }
    }

    [Fact]
    public void The_large_preset_does_the_same()
    {
        using AdmissionBench bench = Bench(NicConfig.Enzian, 2, 0, 0, 1);
        bench.Run(2100);
        bench.Run(10_000);
        Assert.InRange(bench.Events[NicEvent.CallAdmitted], 30, 10_000);
        Drain(bench);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(46)]
    public void A_call_whose_arguments_came_with_it_is_on_offer_after_2_ticks_and_calls_pass_in_2_each(int bytes)
    {
        using AdmissionBench bench = Calls(bytes, isInline: bytes > 0);
        bench.Run(400);
        Assert.All(bench.Messages, (message, i) => Assert.Equal(bench.FrameTicks[i] + 2, message.Tick));
        Assert.All(bench.LineTicks[..bench.Messages.Count], (tick, i) => Assert.Equal(bench.FrameTicks[i] + 1, tick));
        Assert.Equal(2 * (bench.Messages.Count - 1), bench.Messages[^1].Tick - bench.Messages[0].Tick);
        Assert.InRange(bench.Messages.Count, 150, 200);
    }

    [Fact]
    public void A_call_with_a_beat_of_arguments_is_on_offer_2_ticks_after_the_beat()
    {
        using AdmissionBench bench = Calls(64, isInline: false);
        bench.Run(400);
        Assert.All(bench.Messages, (message, i) => Assert.Equal(bench.PayloadTicks[i] + 2, message.Tick));
        Assert.All(bench.LineTicks[..bench.Messages.Count], (tick, i) => Assert.Equal(bench.PayloadTicks[i] + 1, tick));
        Assert.Equal(2 * (bench.Messages.Count - 1), bench.Messages[^1].Tick - bench.Messages[0].Tick);
    }

    [Theory]
    [InlineData(RouteKind.Bypass, 60, 1)]
    [InlineData(RouteKind.Answer, 60, 1)]
    [InlineData(RouteKind.Bypass, 1514, 24)]
    public void Frames_that_are_dropped_or_answered_take_a_tick_per_beat(RouteKind route, int bytes, int ticks)
    {
        using AdmissionBench bench = new(NicConfig.Tiny);
        SeededRandom random = new(1);
        AdmissionTraffic traffic = new(NicConfig.Tiny, random);
        bench.NextFrame = () => bench.Simulation.Ticks < 10 ? null : traffic.Make(route, Plain, 0, new byte[bytes]);
        bench.Run(600);
        Assert.Equal(ticks * (bench.FrameTicks.Count - 2), bench.FrameTicks[^1] - bench.FrameTicks[1]);
        Assert.InRange(bench.FrameTicks.Count, (550 / ticks) - 1, 600);
    }

    [Theory]
    [InlineData(31, 0, "0000000500000006", 8, NicEvent.CallAdmitted)]
    [InlineData(31, 0, "00000005", 8, NicEvent.GarbageArguments)]
    [InlineData(0, 8, "0000000361626300", 4, NicEvent.CallAdmitted)]
    [InlineData(0, 2, "0000000361626300", 4, NicEvent.GarbageArguments)]
    [InlineData(0, 8, "00000003616263", 4, NicEvent.GarbageArguments)]
    [InlineData(0, 8, "0000000561626300", 4, NicEvent.GarbageArguments)]
    [InlineData(0, 8, "0001000061626300", 4, NicEvent.GarbageArguments)]
    [InlineData(0, 8, "00000000", 4, NicEvent.CallAdmitted)]
    [InlineData(1, 8, "00000000", 4, NicEvent.GarbageArguments)]
    [InlineData(1, 8, "0000000000000000", 4, NicEvent.CallAdmitted)]
    public void Arguments_are_checked_against_the_message(byte lengthWord, ushort limit, string arguments, ushort minimum, NicEvent end)
    {
        using AdmissionBench bench = new(NicConfig.Tiny);
        Queue<AdmissionFrame> frames = new([new AdmissionFrame(
            new RoutedFrame
            {
                Route = RouteKind.Call,
                Service = Plain with { LengthWord = lengthWord, LengthLimit = limit, MinimumBytes = minimum },
                Metadata = new FrameMetadata { Kind = FrameKind.RpcCall, PayloadBytes = (ushort)(arguments.Length / 2) },
            },
            Convert.FromHexString(arguments))]);
        bench.NextFrame = () => bench.Simulation.Ticks > 20 && frames.TryDequeue(out AdmissionFrame? frame) ? frame : null;
        bench.Run(50);
        Assert.Equal(end, Assert.Single(bench.Events).Key);
        Assert.Equal(end == NicEvent.CallAdmitted ? 1 : 0, bench.Messages.Count);
    }

    [Fact]
    public void Calls_and_frames_cannot_take_each_others_slots()
    {
        foreach (RouteKind greedy in new[] { RouteKind.Call, RouteKind.Bypass })
        {
            using AdmissionBench bench = new(NicConfig.Tiny);
            AdmissionTraffic traffic = new(NicConfig.Tiny, new SeededRandom(3));
            int count = 0;
            RouteKind other = greedy == RouteKind.Call ? RouteKind.Bypass : RouteKind.Call;
            bench.NextFrame = () => bench.Simulation.Ticks < 10 || count > 20 ? null
                : traffic.Make(count++ < 20 ? greedy : other, Plain, 1, new byte[100]);
            bench.Run(400);
            Assert.Equal(1, bench.Events[other == RouteKind.Call ? NicEvent.CallAdmitted : NicEvent.FrameAdmitted]);
            Drain(bench);
        }
    }

    [Fact]
    public void A_call_may_come_again_once_its_slot_was_given_back()
    {
        using AdmissionBench bench = new(NicConfig.Tiny);
        AdmissionTraffic traffic = new(NicConfig.Tiny, new SeededRandom(4));
        AdmissionFrame call = traffic.Make(RouteKind.Call, Plain, 1, []);
        int[] ticks = [20, 22, 40, 80];
        bench.NextFrame = () => ticks.Contains((int)bench.Simulation.Ticks) ? call with { } : null;
        bench.ReleasePace = () => bench.Simulation.Ticks > 60;
        bench.Run(100);
        Assert.Equal(2, bench.Events[NicEvent.CallAdmitted]);
        Assert.Equal(2, bench.Events[NicEvent.Retransmission]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_slot_is_taken_back_while_calls_wait_to_be_taken_up(ulong seed)
    {
        // The scheduler takes no arrival as long as it offers a release: if that waited for the arrival, both would wait for ever.
        using AdmissionBench bench = Bench(NicConfig.Tiny with { PendingCalls = 32 }, seed, 0, 0, 3);
        bench.Run(400);
        bool takes = true;
        int longest = 0;
        int waited = 0;
        SeededRandom random = new(seed);
        bench.Pace = () => takes;
        for (int i = 0; i < 4000; i++)
        {
            takes = i % 200 < 60;
            bench.ReleasePace = () => random.OneIn(6);
            bench.Run(1);
            waited = bench.IsReleaseHeld ? waited + 1 : 0;
            longest = Math.Max(longest, waited);
        }

        // A tick for a call that enters the table.
        Assert.InRange(longest, 0, 1);
        Drain(bench);
    }

    [Fact]
    public void A_call_that_is_too_old_may_come_again_and_its_slot_is_given_back_once()
    {
        int overdue = 0;
        Gen.Select(Gen.ULong, Gen.Int[1, 3], Gen.Int[0, 40], Gen.Int[1, 400]).Sample(
            (seed, limit, inputPace, releasePace) =>
            {
                SeededRandom random = new(seed);
                NicConfig config = NicConfig.Tiny with { PendingCalls = 12, PacketSlots = 8 };
                using AdmissionBench bench = new(config, 9) { AgeLimit = (ushort)limit };
                AdmissionTraffic traffic = new(bench.Config, random) { Repeats = 2 };
                bench.NextFrame = () => bench.Simulation.Ticks > 40 && random.OneIn(inputPace + 1) ? traffic.Frame() : null;
                bench.ReleasePace = () => random.OneIn(releasePace);
                bench.ReleaseChoice = count => random.Between(0, count - 1);
                bench.Run(6000);
                Drain(bench);
                Interlocked.Add(ref overdue, bench.Overdue);
            },
            iter: 40);
        Assert.InRange(overdue, 40, int.MaxValue);
    }

    [Fact]
    public void A_process_has_the_packet_slots_that_it_is_guaranteed_whatever_others_do() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[1, 60]).Sample(
            (seed, first, second, shared, releasePace) =>
            {
                SeededRandom random = new(seed);
                NicConfig config = NicConfig.Tiny with
                {
                    PendingCalls = 24,
                    PacketSlots = 2 + first + second + shared + 1,
                    BypassPacketSlots = 2,
                };
                using AdmissionBench bench = new(config) { SharedPackets = (ushort)shared };
                AdmissionTraffic traffic = new(config, random);
                bench.Run(40);
                bench.Guarantee(1, (ushort)first);
                bench.Guarantee(2, (ushort)second);
                bench.NextFrame = traffic.Frame;
                bench.ReleasePace = () => random.OneIn(releasePace);
                bench.ReleaseChoice = count => random.Between(0, count - 1);
                bench.Run(4000);
                Drain(bench);
            },
            iter: 40);

    [Fact]
    public void A_flood_of_long_calls_leaves_another_process_its_packet_slots()
    {
        NicConfig config = NicConfig.Tiny with { PendingCalls = 32, PacketSlots = 8, BypassPacketSlots = 2 };
        using AdmissionBench bench = new(config) { SharedPackets = 4 };
        AdmissionTraffic traffic = new(config, new SeededRandom(7)) { Repeats = 1000 };
        bench.Run(50);
        bench.Guarantee(2, 2);
        uint xid = 0;
        for (int round = 0; round < 3; round++)
        {
            Send(3, 10);
            Send(2, 3);
            Assert.Equal(4 * (round + 1), Admitted(3));
            Assert.Equal(2 * (round + 1), Admitted(2));
            bench.ReleasePace = static () => true;
            bench.Run(60);
            bench.ReleasePace = static () => false;
        }

        Drain(bench);

        int Admitted(int process) => bench.Messages.Count(message => message.Process == process);

        void Send(ushort process, int count)
        {
            Queue<AdmissionFrame> frames = new();
            for (int i = 0; i < count; i++)
            {
                AdmissionFrame frame = traffic.Make(RouteKind.Call, Plain with { Process = process }, 1, new byte[100]);
                FrameMetadata metadata = frame.Routed.Metadata with { Xid = ++xid, SourcePort = 9 };
                frames.Enqueue(frame with { Routed = frame.Routed with { Metadata = metadata } });
            }

            bench.NextFrame = () => frames.TryDequeue(out AdmissionFrame? next) ? next : null;
            bench.Run(200);
        }
    }

    [Fact]
    public void Releases_do_not_wait_for_the_looks_at_ages_for_long()
    {
        using AdmissionBench bench = Calls(4, isInline: true);
        bench.AgeLimit = 1;
        int longest = 0;
        int waited = 0;
        for (int i = 0; i < 3000; i++)
        {
            bench.Run(1);
            waited = bench.IsReleaseHeld ? waited + 1 : 0;
            longest = Math.Max(longest, waited);
        }

        Assert.InRange(longest, 1, 5);
    }

    [Fact]
    public void Shares_that_leave_nothing_are_refused()
    {
        using Simulation simulation = new();
        ElaborationException exception = Assert.Throws<ElaborationException>(() => new Hdl.Admission.Admission(
            NicConfig.Tiny with { BypassSlots = 8 },
            new Stream<RoutedFrame>("routed"),
            new Stream<PayloadBeat>("payload"),
            Scope.CreateBus<INicSettings>("settings"),
            Scope.CreateBus<ICommand>("command"),
            new Stream<SlotRelease>("fromScheduler"),
            new Stream<SlotRelease>("fromReplies")));
        Assert.Contains("admission: BypassSlots is 8", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A bench with random traffic.</summary>
    /// <param name="config">The preset.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="inputPace">A frame and a beat come once in so many ticks and one.</param>
    /// <param name="outputPace">Outputs are taken once in so many ticks and one.</param>
    /// <param name="releasePace">A message is released once in so many ticks and one.</param>
    internal static AdmissionBench Bench(NicConfig config, ulong seed, int inputPace, int outputPace, int releasePace)
    {
        AdmissionBench bench = new(config);
        SeededRandom random = new(seed);
        AdmissionTraffic traffic = new(config, random);
        int start = config.PendingCalls + 10;
        bench.NextFrame = () => bench.Simulation.Ticks > start && random.OneIn(inputPace + 1) ? traffic.Frame() : null;
        bench.PayloadPace = () => random.OneIn(inputPace + 1);
        bench.Pace = () => random.OneIn(outputPace + 1);
        bench.ReleasePace = () => random.OneIn(releasePace + 1);
        bench.ReleaseChoice = count => random.Between(0, count - 1);
        return bench;
    }

    /// <summary>Lets all end and be given back; then all is free again.</summary>
    private static void Drain(AdmissionBench bench)
    {
        bench.NextFrame = static () => null;
        bench.Pace = bench.PayloadPace = static () => true;
        bench.ReleasePace = static () => false;
        for (int i = 0; i < 100 && !bench.IsIdle; i++)
        {
            bench.Run(10);
        }

        Assert.True(bench.IsIdle);
        bench.ReleasePace = static () => true;
        bench.Run(8 + bench.Held.Count + 5);
        Assert.Equal((0, 0, 0, 0), bench.Used());
        NicConfig config = bench.Config;
        Assert.Equal(config.PendingCalls, bench.Admission.SlotPool.Monitor.Free);
        Assert.Equal(config.PacketSlots, bench.Admission.PacketPool.Monitor.Free);
    }

    private static AdmissionBench Calls(int bytes, bool isInline)
    {
        NicConfig config = NicConfig.Tiny with { PendingCalls = 64 };
        AdmissionBench bench = new(config);
        uint xid = 0;
        bench.NextFrame = () => bench.Simulation.Ticks < 80 ? null : new AdmissionFrame(
            new RoutedFrame
            {
                Route = RouteKind.Call,
                Service = Plain,
                Metadata = new FrameMetadata { Kind = FrameKind.RpcCall, PayloadBytes = (ushort)bytes, Xid = xid++, IsInline = isInline },
            },
            new byte[bytes]);
        bench.ReleasePace = static () => true;
        return bench;
    }
}
