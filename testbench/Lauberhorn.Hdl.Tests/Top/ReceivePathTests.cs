// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;

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
        new FrameBuilder().WithCredential(1, Pattern(credential)).WithVerifier(2, Pattern(verifier)).WithArguments(Pattern(argumentBytes))
            .Build();

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
        Check(Enumerable.Range(0, 101).Select(i => Call(200, 4 * i, 0))
            .Concat(Enumerable.Range(0, 401).Select(i => Call(60 + (i % 130), i, 400 - i))));

    [Fact]
    public void Every_length_from_60_to_9618_bytes_goes_through() =>
        Check(Enumerable.Range(60, 9618 - 60 + 1)
            .Select(length => Call(Math.Max(length - 82, 0)) is var frame && frame.Length > length ? frame[..length] : frame));

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
        Check(Enumerable.Range(0, message.Length)
            .Select(length => new FrameBuilder().WithUdpPayload(message[..length]).WithUdpChecksum(0).WithSmallestLength(0).Build()));
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
    public void Frames_with_a_priority_tag_are_as_fast_as_others_and_hold_none_up()
    {
        static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0xE0, 0, .. frame[12..]];
        using ReceivePathBench bench = new(NicConfig.Enzian, ReceiveSettings.Captures);

        // Of two beats, with and without; one beat more by the tag; and one that comes last.
        byte[][] frames = [Tagged(Call(4)), Call(4), Tagged(Call(46)), Call(4), Tagged(Call(1432)), Call(4), Tagged(Call(4))];
        List<SentFrame> sent = [.. frames.Select(frame => bench.Send(frame))];
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
        Assert.Equal([5, 5, 4, 5, 5, 5, 5], bench.Received.Zip(sent, (received, frame) => received.Tick - frame.LastTick));
        Assert.Equal(bench.Received[1].Metadata.Xid, bench.Received[0].Metadata.Xid);
    }

    [Fact]
    public void A_priority_tag_is_taken_out_of_frames_of_every_length_and_with_any_gaps()
    {
        List<byte[]> frames = [];
        for (int length = 1; length < 400; length++)
        {
            byte[] call = Call(Math.Max(0, length - 82));
            byte[] frame = call[..Math.Min(call.Length, length)];
            frames.Add(frame.Length < 12 ? frame : [.. frame[..12], 0x81, 0, 0x20, 0, .. frame[12..]]);
        }

        Check(frames);
        Random random = new(1);
        Check(frames, bench => bench.Gap = () => random.Next(3));
    }

    [Theory]
    [InlineData(0x0A4D_0001u, DropReason.None)]
    [InlineData(0x0A4D_0002u, DropReason.BadSourceAddress)]
    [InlineData(0x0A4D_00FFu, DropReason.BadSourceAddress)]
    [InlineData(0x0A4D_0000u, DropReason.BadSourceAddress)]
    [InlineData(0x0A4D_01FFu, DropReason.None)]
    [InlineData(0xFFFF_FFFFu, DropReason.BadSourceAddress)]
    [InlineData(0u, DropReason.BadSourceAddress)]
    [InlineData(0x7F00_0001u, DropReason.BadSourceAddress)]
    [InlineData(0xE000_0001u, DropReason.BadSourceAddress)]
    [InlineData(0xEFFF_FFFFu, DropReason.BadSourceAddress)]
    public void Calls_from_addresses_that_cannot_be_are_dropped(uint source, DropReason reason)
    {
        byte[] call = new FrameBuilder().WithAddresses(source, ReceiveSettings.Captures.Ipv4Address).Build();
        ReceiveSettings settings = ReceiveSettings.Captures with { SubnetMask = 0xFFFF_FF00 };
        using ReceivePathBench bench = new(NicConfig.Tiny, settings);
        List<SentFrame> sent = [bench.Send(call)];
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
        Assert.Equal(reason == DropReason.None ? 0u : 1u, bench.Dropped(reason));

        // What is for no port of ours is the kernel's: a datagram from 0.0.0.0 may be a host that looks for an address.
        using ReceivePathBench other = new(NicConfig.Tiny, settings with { AnyPort = false });
        other.Send(call);
        other.Run();
        Assert.Equal(1u, other.Passed(FrameKind.UdpOtherPort));
    }

    [Theory]
    [InlineData(0xFFFF_FFFF_FFFFul)]
    [InlineData(0x0100_5E4D_0002ul)]
    public void A_call_to_our_address_in_a_frame_to_a_group_is_dropped(ulong group)
    {
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures with { AllMulticast = true });
        List<SentFrame> sent = [bench.Send(new FrameBuilder().WithMac(group, 7).Build())];
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
        Assert.Equal(1u, bench.Dropped(DropReason.UnicastInGroupFrame));
    }

    [Theory]
    [InlineData(16, 255, 0, false)]
    [InlineData(0, 0, 0, false)]
    [InlineData(3, 5, 8, false)]
    [InlineData(17, 0, 0, true)]
    [InlineData(16, 256, 0, true)]
    [InlineData(3, 5, -1, true)]
    [InlineData(0, 0, -1, true)]
    public void Bodies_of_AUTH_SYS_are_judged(int groups, int name, int more, bool isBad)
    {
        byte[] body =
        [
            9, 9, 9, 9, 0, 0, (byte)(name >> 8), (byte)name, .. Pattern((name + 3) / 4 * 4),
            0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, (byte)groups, .. Pattern(4 * groups),
        ];
        body = more < 0 ? body[..(body.Length + more)] : [.. body, .. new byte[more]];
        using ReceivePathBench bench = new(NicConfig.Tiny, ReceiveSettings.Captures);
        List<SentFrame> sent = [bench.Send(new FrameBuilder().WithCredential(1, body).WithArguments(Pattern(20)).Build())];
        bench.Run();
        Assert.Null(ReceiveComparison.Difference(bench, sent));
        Assert.Equal(isBad, bench.Received[0].Metadata.IsBadAuthSys);
    }

    [Fact]
    public void Frames_of_every_recipe_with_any_settings_are_what_the_table_says() => Gen.ULong.Sample(
        seed =>
        {
            SeededRandom random = new(seed);
            ReceiveSettings settings = new((random.Next() >> 16) & ~0x0100_0000_0000ul, (uint)random.Next(), random.OneIn(3))
            {
                SubnetMask = (uint)(ulong.MaxValue << random.Between(0, 32)),
                MulticastFilter = random.Next(),
                AllMulticast = random.OneIn(4),
            };
            using ReceivePathBench bench = new(NicConfig.Enzian, settings);
            int pause = random.Between(0, 2);
            bench.Gap = () => random.Between(0, pause);
            FrameGenerator generator = new(random.Next(), settings, 700);
            List<SentFrame> sent = [];
            for (int i = 0; i < 100; i++)
            {
                GeneratedFrame frame = generator.Next();
                sent.Add(bench.Send(frame.Bytes, frame.ErrorFlag));
            }

            bench.Run();
            Assert.Null(ReceiveComparison.Difference(bench, sent));
        },
        iter: 100);

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
