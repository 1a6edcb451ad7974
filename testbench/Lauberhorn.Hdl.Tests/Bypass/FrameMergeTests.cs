// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Tests.Bypass;

public class FrameMergeTests
{
    [Fact]
    public void Each_frame_comes_out_once_with_its_payload_and_in_its_sources_order() =>
        Gen.Select(Gen.Int[0, 5].Array[0, 20], Gen.Int[1, 5].Array[0, 10], Gen.Int,
            Gen.OneOf(Gen.Const(1), Gen.Const(5), Gen.Const(FrameMerge.Patience)))
            .Sample(Check, iter: 400);

    /// <summary>
    /// At line rate, without any gap, a frame that could not be sent waits for its patience, the received frame in flight, and what it
    /// takes itself. A received frame has as many beats as <paramref name="beats"/>; 0 is one without payload.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_frame_that_could_not_be_sent_passes_at_line_rate(int beats)
    {
        const int Patience = 100;
        const int MissedBeats = 3;
        using Simulation simulation = new();
        Random random = new(1);
        Stream<RoutedFrame> received = new("received");
        Stream<PayloadBeat> receivedPayload = new("receivedPayload");
        Stream<RoutedFrame> missed = new("missed");
        Stream<PayloadBeat> missedPayload = new("missedPayload");
        FrameMerge merge = new(received, receivedPayload, missed, missedPayload, Patience);
        _ = new StreamSource<RoutedFrame>(received, Enumerable.Range(0, 900).Select(i => Frame(i, beats)), () => true);
        _ = new StreamSource<PayloadBeat>(receivedPayload, Enumerable.Range(0, 900).SelectMany(i => Payload(i, beats)), () => true);
        _ = new StreamSource<RoutedFrame>(missed, Enumerable.Range(0, 5).Select(i => Frame(1000 + i, MissedBeats)), () => true);
        _ = new StreamSource<PayloadBeat>(
            missedPayload, Enumerable.Range(0, 5).SelectMany(i => Payload(1000 + i, MissedBeats)), () => true);
        FrameTaker taker = new(merge, random) { IsQuick = true };
        for (int ticks = Patience + beats + MissedBeats + 12, i = 1; i <= 5; i++)
        {
            for (int tick = 0; tick < ticks; tick++)
            {
                simulation.Tick();
            }

            Assert.True(taker.Taken.Count(number => number >= 1000) >= i, $"after {i * ticks} ticks: {string.Join(' ', taker.Taken)}");
        }

        Assert.Equal(Enumerable.Range(1000, 5), taker.Taken.Where(number => number >= 1000));
        int[] others = [.. taker.Taken.Where(number => number < 1000)];
        Assert.Equal(Enumerable.Range(0, others.Length), others);
        Assert.True(others.Length > 300 / (beats + 1), $"{others.Length} received frames passed beside");
    }

    [Fact]
    public void A_patience_that_is_none_is_refused()
    {
        using Simulation simulation = new();
        ElaborationException refused = Assert.Throws<ElaborationException>(() => new FrameMerge(
            new Stream<RoutedFrame>("a"), new Stream<PayloadBeat>("b"), new Stream<RoutedFrame>("c"), new Stream<PayloadBeat>("d"), 0));
        Assert.Contains("frameMerge: patience is 0", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Frames have as many beats as the numbers say; a beat carries its frame's number.</summary>
    private static void Check(int[] receivedBeats, int[] missedBeats, int seed, int patience)
    {
        using Simulation simulation = new();
        Random random = new(seed);
        Stream<RoutedFrame> received = new("received");
        Stream<PayloadBeat> receivedPayload = new("receivedPayload");
        Stream<RoutedFrame> missed = new("missed");
        Stream<PayloadBeat> missedPayload = new("missedPayload");
        FrameMerge merge = new(received, receivedPayload, missed, missedPayload, patience);
        _ = new StreamSource<RoutedFrame>(received, receivedBeats.Select((beats, i) => Frame(i, beats)), () => random.Next(3) == 0);
        _ = new StreamSource<PayloadBeat>(receivedPayload, receivedBeats.SelectMany((beats, i) => Payload(i, beats)),
            () => random.Next(2) == 0);
        _ = new StreamSource<RoutedFrame>(missed, missedBeats.Select((beats, i) => Frame(1000 + i, beats)), () => random.Next(3) == 0);
        _ = new StreamSource<PayloadBeat>(missedPayload, missedBeats.SelectMany((beats, i) => Payload(1000 + i, beats)),
            () => random.Next(2) == 0);
        FrameTaker taker = new(merge, random);
        for (int i = 0; i < 5000 && taker.Taken.Count < receivedBeats.Length + missedBeats.Length; i++)
        {
            simulation.Tick();
        }

        Assert.Equal(Enumerable.Range(0, receivedBeats.Length), taker.Taken.Where(number => number < 1000));
        Assert.Equal(Enumerable.Range(1000, missedBeats.Length), taker.Taken.Where(number => number >= 1000));
    }

    /// <summary>Takes a frame and then its payload, as Admission does.</summary>
    private sealed class FrameTaker : SimulationProcess
    {
        [InputBus] private readonly IStream<RoutedFrame> frames;
        [OutputBus] private readonly IReady framesReady;
        [InputBus] private readonly IStream<PayloadBeat> payload;
        [OutputBus] private readonly IReady payloadReady;
        private readonly Random random;

        public FrameTaker(FrameMerge merge, Random random)
        {
            frames = merge.Frames.Forward;
            framesReady = merge.Frames.Backward;
            payload = merge.Payload.Forward;
            payloadReady = merge.Payload.Backward;
            this.random = random;
        }

        public List<int> Taken { get; } = [];

        public bool IsQuick { get; init; }

        public override async Task Run()
        {
            while (true)
            {
                framesReady.Ready = true;
                await ClockAsync();
                if (!frames.Valid)
                {
                    continue;
                }

                FrameMetadata metadata = frames.Item.Metadata;
                framesReady.Ready = false;
                int beats = metadata.PayloadBytes / 64;
                while (beats > 0)
                {
                    bool takes = IsQuick || random.Next(2) == 0;
                    payloadReady.Ready = takes;
                    await ClockAsync();
                    if (takes && payload.Valid)
                    {
                        Assert.Equal((Bits<W512>)(ulong)metadata.Xid, payload.Item.Data);
                        Assert.Equal(beats == 1, payload.Item.Last);
                        beats--;
                    }
                }

                payloadReady.Ready = false;
                Taken.Add((int)metadata.Xid);
            }
        }
    }

    private static RoutedFrame Frame(int number, int beats) =>
        new() { Metadata = new FrameMetadata { Xid = (uint)number, PayloadBytes = (ushort)(64 * beats) } };

    private static IEnumerable<PayloadBeat> Payload(int number, int beats) =>
        Enumerable.Range(1, beats).Select(beat => new PayloadBeat((Bits<W512>)(ulong)number, 64, beat == beats));
}
