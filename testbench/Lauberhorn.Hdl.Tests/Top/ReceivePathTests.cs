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
}
