// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Model.Tests.Wire;

public class KernelNetworkTests
{
    private const ulong ClientMac = 0x024C_4800_0001;
    private const uint ClientAddress = 0x0A4D_0001;
    private static readonly ReceiveSettings Ours = ReceiveSettings.Captures with { SubnetMask = 0xFFFF_FF00 };

    private static readonly byte[] Answer =
        Convert.FromHexString("024C48000002024C4800000108060001080006040002024C480000010A4D0001024C480000020A4D0002");

    [Fact]
    public void An_arp_request_is_answered_byte_by_byte_as_RFC_826_says()
    {
        byte[] request = Convert.FromHexString("FFFFFFFFFFFF024C4800000108060001080006040001024C480000010A4D00010000000000000A4D0002");
        byte[] answer = Assert.Single(new KernelNetwork(Ours).Handle(request));
        Assert.Equal("024C48000001024C4800000208060001080006040002024C480000020A4D0002024C480000010A4D0001", Convert.ToHexString(answer));
    }

    [Fact]
    public void Requests_for_others_and_answers_are_ignored()
    {
        var kernel = new KernelNetwork(Ours);
        Assert.Empty(
            kernel.Handle(Convert.FromHexString("FFFFFFFFFFFF024C4800000108060001080006040001024C480000010A4D00010000000000000A4D0003")));
        Assert.Empty(
            kernel.Handle(Convert.FromHexString("024C48000002024C4800000108060001080006040002024C480000010A4D0001024C480000020A4D0002")));
        Assert.Equal(2, kernel.Ignored);
    }

    [Fact]
    public void A_neighbour_is_asked_for_once_and_its_frames_go_out_in_order_before_the_NIC_is_told()
    {
        List<string> done = [];
        var kernel = new KernelNetwork(Ours, (address, mac) => done.Add($"set {address:X8} {mac:X12}"));
        byte[] question = Assert.Single(kernel.Handle(Unresolved(1), FrameKind.UnresolvedNeighbour));
        Assert.Equal("FFFFFFFFFFFF024C4800000208060001080006040001024C480000020A4D00020000000000000A4D0001", Convert.ToHexString(question));
        Assert.Empty(kernel.Handle(Unresolved(2), FrameKind.UnresolvedNeighbour));
        foreach (byte[] sent in kernel.Handle(Answer))
        {
            Assert.Equal("024C48000001", Convert.ToHexString(sent[..6]));
            done.Add($"sent {sent[^1]}");
        }

        // What the NIC gave away before it knew.
        done.Add($"sent {Assert.Single(kernel.Handle(Unresolved(3), FrameKind.UnresolvedNeighbour))[^1]}");
        Assert.Equal(["sent 1", "sent 2", "set 0A4D0001 024C48000001", "sent 3"], done);
    }

    [Fact]
    public void Of_many_frames_for_a_neighbour_the_last_are_kept_and_the_question_is_asked_again()
    {
        var kernel = new KernelNetwork(Ours, static (_, _) => { });
        int questions = Enumerable.Range(0, 12).Sum(i => kernel.Handle(Unresolved((byte)i), FrameKind.UnresolvedNeighbour).Count());
        Assert.Equal(1 + 4, questions);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], kernel.Handle(Answer).Select(frame => (int)frame[^1]));
    }

    [Fact]
    public void Frames_to_unknown_neighbours_are_ignored_if_there_is_nobody_to_tell()
    {
        var kernel = new KernelNetwork(Ours);
        Assert.Empty(kernel.Handle(Unresolved(1), FrameKind.UnresolvedNeighbour));
        Assert.Equal(1, kernel.Ignored);
    }

    [Theory]
    [InlineData("024C48000001", "00000000", true)]
    [InlineData("024C48000001", "0A4D0002", false)]
    [InlineData("024C48000001", "0A4D00FF", false)]
    [InlineData("024C48000001", "E0000001", false)]
    [InlineData("034C48000001", "0A4D0001", false)]
    [InlineData("000000000000", "0A4D0001", false)]
    public void Who_asks_for_our_address_must_be_somebody_else(string mac, string address, bool isAnswered)
    {
        byte[] request = Convert.FromHexString($"FFFFFFFFFFFF024C4800000108060001080006040001{mac}{address}0000000000000A4D0002");
        IEnumerable<byte[]> answers = new KernelNetwork(Ours).Handle(request);
        Assert.Equal(isAnswered ? 1 : 0, answers.Count());
        Assert.All(answers, answer => Assert.Equal(request[22..32], answer[32..42]));
    }

    [Fact]
    public void An_echo_comes_back_without_the_frame_s_padding() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 60], Gen.Int[0, 10]).Sample(
            (bytes, padding, options) =>
            {
                byte[] data = [.. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7))];
                byte[] answer = Assert.Single(new KernelNetwork(Ours).Handle(Echo(data, new byte[4 * options], padding)));
                Assert.Equal(42 + bytes, answer.Length);
                Assert.Equal((ClientMac, Ours.MacAddress), (UInt48(answer, 0), UInt48(answer, 6)));
                Assert.Equal(0x45, answer[14]);
                Assert.Equal(28 + bytes, (answer[16] << 8) | answer[17]);
                Assert.Equal(0xFFFF, InternetChecksum.Sum(answer.AsSpan(14, 20)));
                Assert.Equal(0xFFFF, InternetChecksum.Sum(answer.AsSpan(34)));
                Assert.Equal(0, answer[34]);
                Assert.Equal(data, answer[42..]);
            },
            iter: 200);

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong sum of the message", false)]
    [InlineData("wrong sum of the header", false)]
    [InlineData("code 1", false)]
    [InlineData("broadcast frame", false)]
    [InlineData("other destination", false)]
    [InlineData("source 255.255.255.255", false)]
    [InlineData("source of the subnet's broadcast", false)]
    [InlineData("source of a group", false)]
    [InlineData("source of loopback", false)]
    [InlineData("our own source", false)]
    [InlineData("source MAC address of a group", false)]
    [InlineData("fragment", false)]
    [InlineData("cut off", false)]
    [InlineData("source route", false)]
    [InlineData("record route", true)]
    public void Echo_requests_are_answered_as_RFC_1122_says(string what, bool isAnswered)
    {
        byte[] data = [1, 2, 3, 4, 5];
        byte[] frame = what switch
        {
            "right" => Echo(data, []),
            "code 1" => Echo(data, [], code: 1),
            "broadcast frame" => Echo(data, [], destination: 0xFFFF_FFFF_FFFF),
            "other destination" => Echo(data, [], to: 0x0A4D_0003),
            "source 255.255.255.255" => Echo(data, [], from: 0xFFFF_FFFF),
            "source of the subnet's broadcast" => Echo(data, [], from: 0x0A4D_00FF),
            "source of a group" => Echo(data, [], from: 0xE000_0001),
            "source of loopback" => Echo(data, [], from: 0x7F00_0001),
            "our own source" => Echo(data, [], from: Ours.Ipv4Address),
            "source MAC address of a group" => Echo(data, [], source: 0x0100_5E00_0001),
            "fragment" => Echo(data, [], fragment: 0x2000),
            "cut off" => Echo(data, [])[..^1],
            "source route" => Echo(data, [1, 131, 7, 4, 1, 2, 3, 4]),
            "record route" => Echo(data, [7, 7, 4, 0, 0, 0, 0, 0]),
            _ => Echo(data, []),
        };
        frame[44] ^= (byte)(what == "wrong sum of the message" ? 1 : 0);
        frame[22] ^= (byte)(what == "wrong sum of the header" ? 1 : 0);
        KernelNetwork kernel = new(Ours);
        Assert.Equal(isAnswered ? 1 : 0, kernel.Handle(frame).Count());
        Assert.Equal(isAnswered ? 1 : 0, kernel.EchoAnswers);
    }

    [Theory]
    [InlineData(0x0A4D_0002u, null)]
    [InlineData(0x7F00_0001u, null)]
    [InlineData(0u, null)]
    [InlineData(0xFFFF_FFFFu, "FFFFFFFFFFFF")]
    [InlineData(0x0A4D_00FFu, "FFFFFFFFFFFF")]
    [InlineData(0xE000_00FBu, "01005E0000FB")]
    [InlineData(0xEFFF_FFFFu, "01005E7FFFFF")]
    public void Nobody_is_asked_for_what_is_no_neighbour(uint destination, string? mac)
    {
        byte[] frame = Unresolved(1);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(30), destination);
        KernelNetwork kernel = new(Ours, static (_, _) => Assert.Fail("a neighbour"));
        IEnumerable<byte[]> sent = kernel.Handle(frame, FrameKind.UnresolvedNeighbour);
        Assert.Equal(mac is null ? [] : [mac], sent.Select(one => Convert.ToHexString(one[..6])));
    }

    [Fact]
    public void A_neighbour_s_MAC_address_is_no_group_s()
    {
        var kernel = new KernelNetwork(Ours, static (_, _) => Assert.Fail("a neighbour"));
        _ = kernel.Handle(Unresolved(1), FrameKind.UnresolvedNeighbour);
        byte[] answer = [.. Answer];
        answer[22] |= 1;
        Assert.Empty(kernel.Handle(answer));
    }

    [Fact]
    public void No_frame_makes_it_fail() =>
        Gen.Byte.Array[0, 100].Sample(
            bytes =>
            {
                _ = new KernelNetwork(Ours).Handle(bytes);

                // The same behind an Ethernet header of what it answers to.
                _ = new KernelNetwork(Ours).Handle((byte[])[.. Convert.FromHexString("024C48000002024C480000010806"), .. bytes]);
                _ = new KernelNetwork(Ours).Handle((byte[])[.. Convert.FromHexString("024C48000002024C4800000108004500"), .. bytes]);
            },
            iter: 2000);

    private static ulong UInt48(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) >> 16;

    /// <summary>An echo request, right but for what is given.</summary>
    private static byte[] Echo(
        byte[] data,
        byte[] options,
        int padding = 0,
        byte code = 0,
        ulong destination = 0x024C_4800_0002,
        ulong source = ClientMac,
        uint from = ClientAddress,
        uint to = 0x0A4D_0002,
        ushort fragment = 0)
    {
        byte[] echo = [8, code, 0, 0, 0, 1, 0, 2, .. data];
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), (ushort)~InternetChecksum.Sum(echo));
        return new FrameBuilder()
            .WithMac(destination, source)
            .WithAddresses(from, to)
            .WithFragment(fragment)
            .WithOptions(options)
            .WithProtocol(1, echo)
            .WithTrailer([.. Enumerable.Repeat((byte)0xEE, padding)])
            .WithSmallestLength(0)
            .Build();
    }

    /// <summary>An IPv4 frame as the NIC gives it to the kernel: without a destination MAC address.</summary>
    private static byte[] Unresolved(
        byte number) => [.. new byte[6], .. Convert.FromHexString("024C4800000208004500001C0000400040110000" + "0A4D00020A4D0001"),
            .. new byte[25], number];
}

public class CaptureWireTests
{
    [Fact]
    public void What_is_recorded_is_replayed()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[][] frames = [.. Enumerable.Range(0, 5).Select(i => new FrameBuilder().WithRpc((uint)i).Build())];
            var recorded = new RecordedWire(new CaptureWire(frames));
            while (recorded.TryReceive(out byte[] frame))
            {
                recorded.Send(frame);
            }

            recorded.Save(path);
            CaptureWire replayed = CaptureWire.Open(path, 0x024C_4800_0002);
            Assert.Equal(10, replayed.Waiting);
            Assert.True(replayed.TryReceive(out byte[] first));
            Assert.Equal(frames[0], first);
            Assert.Equal(0, CaptureWire.Open(path, 1).Waiting);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_no_capture_is_named()
    {
        string path = Path.GetTempFileName();
        Assert.Contains(path, Assert.Throws<CaptureException>(() => CaptureWire.Open(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }
}
