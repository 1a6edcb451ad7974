// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Reference;
using Lauberhorn.Reference.Frames;

namespace Lauberhorn.Hdl.Tests.Top;

/// <summary>The receive path against the reference decoder.</summary>
public class ReceivePathTests
{
    private static void Check(IEnumerable<byte[]> frames, Action<ReceivePathBench>? configure = null, bool mayOverrun = false)
    {
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
        configure?.Invoke(bench);
        List<SentFrame> sent = frames.Select(frame => bench.Send(frame)).ToList();
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent, mayOverrun));
    }

    private static byte[] Call(int argumentBytes, int credential = 0, int verifier = 0) =>
        new FrameBuilder().WithCredential(1, Pattern(credential)).WithVerifier(2, Pattern(verifier)).WithArguments(Pattern(argumentBytes)).Build();

    private static byte[] Pattern(int bytes) => Enumerable.Range(1, bytes).Select(i => (byte)i).ToArray();

    [Fact]
    public void A_call_comes_out_with_its_arguments() => Check([Call(4)]);

    [Fact]
    public void A_call_without_arguments_has_no_payload() => Check([Call(0), Call(0), Call(4)]);

    [Fact]
    public void Metadata_of_an_86_byte_frame_are_there_6_ticks_after_its_first_beat()
    {
        using ReceivePathBench bench = new(NicConfig.Enzian, ReceiveSettings.Captures);
        byte[] frame = Call(4);
        Assert.Equal(86, frame.Length);
        SentFrame sent = bench.Send(frame);
        bench.Run();
        Assert.Equal(6, bench.Received[0].Tick - sent.FirstTick);
        Assert.Equal(6, bench.Received[0].PayloadTick - sent.FirstTick);
    }

    [Fact]
    public void Arguments_that_need_the_aligner_are_there_14_ticks_after_a_frames_first_beat()
    {
        using ReceivePathBench bench = new(NicConfig.Enzian, ReceiveSettings.Captures);
        SentFrame sent = bench.Send(Call(50));
        bench.Run();
        Assert.False(bench.Received[0].Metadata.IsInline);
        Assert.Equal(14, bench.Received[0].PayloadTick - sent.FirstTick);
    }

    [Theory]
    [InlineData(4, 86, 2)]
    [InlineData(1432, 1514, 24)]
    public void Calls_go_through_without_a_bubble(int argumentBytes, int frameBytes, int ticks)
    {
        using ReceivePathBench bench = new(NicConfig.Enzian, ReceiveSettings.Captures);
        byte[] frame = Call(argumentBytes);
        Assert.Equal(frameBytes, frame.Length);
        for (int i = 0; i < 500; i++)
        {
            bench.Send(frame);
        }

        bench.Run();
        Assert.Equal(500, bench.Received.Count);
        Assert.Equal(499 * ticks, bench.Received[^1].Tick - bench.Received[0].Tick);
        Assert.Equal(499 * ticks, bench.Received[^1].PayloadTick - bench.Received[0].PayloadTick);
    }

    [Fact]
    public void Arguments_begin_anywhere() =>
        Check(Enumerable.Range(0, 101).Select(i => Call(200, 4 * i, 0)).Concat(Enumerable.Range(0, 401).Select(i => Call(60 + (i % 130), i, 400 - i))));

    [Fact]
    public void Every_length_from_60_to_9618_bytes_goes_through() =>
        Check(Enumerable.Range(60, 9618 - 60 + 1).Select(length => Call(Math.Max(length - 82, 0)) is var frame && frame.Length > length ? frame[..length] : frame));

    [Fact]
    public void Frames_up_to_the_largest_pass_and_longer_ones_do_not() =>
        Check(new[] { 9616, 9617, 9618, 9619, 9620, 12_000, 16_320, 16_384, 20_000, 86 }.Select(length => Call(length - 82)));

    [Fact]
    public void Every_truncation_is_what_the_table_says()
    {
        byte[] whole = Call(30, 37, 90);
        Check(Enumerable.Range(1, whole.Length).Select(length => whole[..length]));
    }

    [Fact]
    public void Every_truncation_with_right_lengths_and_checksums_is_what_the_table_says()
    {
        byte[] message = Call(30, 37, 90)[42..];
        Check(Enumerable.Range(0, message.Length).Select(length => new FrameBuilder().WithUdpPayload(message[..length]).Build()));
        Check(Enumerable.Range(0, message.Length).Select(length => new FrameBuilder().WithUdpPayload(message[..length]).WithUdpChecksum(0).WithSmallestLength(0).Build()));
    }

    [Fact]
    public void Frames_that_the_MAC_flags_are_dropped()
    {
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
        List<SentFrame> sent = Enumerable.Range(0, 100).Select(i => bench.Send(Call(i * 5), i % 3 == 0)).ToList();
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
    }

    [Fact]
    public void A_promiscuous_receiver_takes_frames_to_any_MAC_address()
    {
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures with { Promiscuous = true });
        List<SentFrame> sent = [bench.Send(new FrameBuilder().WithMac(1, 2).Build()), bench.Send(Call(5))];
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
        Assert.Equal(2u, bench.Passed(FrameKind.RpcCall));
    }

    [Fact]
    public void Any_frames_back_to_back_are_what_the_table_says() =>
        FrameGenerators.Frames.Array[1, 60].Sample(frames => Check(frames), iter: 300);

    [Fact]
    public void Any_frames_with_gaps_and_stalls_are_what_the_table_says() =>
        Gen.Select(FrameGenerators.Frames.Array[1, 30], Gen.Int).Sample(
            (frames, seed) =>
            {
                Random random = new(seed);
                int slowness = random.Next(1, 5);
                Check(frames, bench =>
                {
                    bench.Gap = () => random.Next(8) == 0 ? random.Next(6 * slowness) : slowness;
                    bench.MetadataPace = () => random.Next(slowness) == 0;
                    bench.PayloadPace = () => random.Next(slowness) == 0;
                });
            },
            iter: 200);

    [Fact]
    public void A_frame_without_room_is_dropped_whole() =>
        Gen.Select(FrameGenerators.Frames.Array[20, 80], Gen.Int).Sample(
            (frames, seed) =>
            {
                Random random = new(seed);
                int until = 0;
                bool stalls = false;
                Check(Distinct(frames), bench =>
                {
                    bench.MetadataPace = () =>
                    {
                        if (until-- <= 0)
                        {
                            stalls = !stalls;
                            until = random.Next(stalls ? 400 : 100);
                        }

                        return !stalls && random.Next(4) != 0;
                    };
                    bench.PayloadPace = () => !stalls && random.Next(3) == 0;
                }, mayOverrun: true);
            },
            iter: 200);

    // A source MAC address for each, so that it shows which of the frames has come out.
    private static IEnumerable<byte[]> Distinct(byte[][] frames) => frames.Select((frame, i) =>
    {
        if (frame.Length > 11)
        {
            (frame[10], frame[11]) = ((byte)(i >> 8), (byte)i);
        }

        return frame;
    });
}
