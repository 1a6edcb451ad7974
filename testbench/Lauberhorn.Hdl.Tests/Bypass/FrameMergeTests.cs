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
        Gen.Select(Gen.Int[0, 5].Array[0, 20], Gen.Int[1, 5].Array[0, 10], Gen.Int).Sample(Check, iter: 200);

    /// <summary>Frames have as many beats as the numbers say; a beat carries its frame's number.</summary>
    private static void Check(int[] receivedBeats, int[] missedBeats, int seed)
    {
        using Simulation simulation = new();
        Random random = new(seed);
        Stream<RoutedFrame> received = new("received");
        Stream<PayloadBeat> receivedPayload = new("receivedPayload");
        Stream<RoutedFrame> missed = new("missed");
        Stream<PayloadBeat> missedPayload = new("missedPayload");
        FrameMerge merge = new(received, receivedPayload, missed, missedPayload);
        _ = new StreamSource<RoutedFrame>(received, receivedBeats.Select((beats, i) => Frame(i, beats)), () => random.Next(3) == 0);
        _ = new StreamSource<PayloadBeat>(receivedPayload, receivedBeats.SelectMany((beats, i) => Payload(i, beats)), () => random.Next(2) == 0);
        _ = new StreamSource<RoutedFrame>(missed, missedBeats.Select((beats, i) => Frame(1000 + i, beats)), () => random.Next(3) == 0);
        _ = new StreamSource<PayloadBeat>(missedPayload, missedBeats.SelectMany((beats, i) => Payload(1000 + i, beats)), () => random.Next(2) == 0);
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
                    bool takes = random.Next(2) == 0;
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
