// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl;
using Lauberhorn.Reference.Captures;
using Lauberhorn.Reference.Frames;

namespace Lauberhorn.Wire.Tests;

public class KernelNetworkTests
{
    private const ulong Mac = 0x024C_4800_0002;
    private const uint Address = 0x0A4D_0002;

    private static readonly byte[] Answer = Convert.FromHexString("024C48000002024C4800000108060001080006040002024C480000010A4D0001024C480000020A4D0002");

    [Fact]
    public void An_arp_request_is_answered_byte_by_byte_as_RFC_826_says()
    {
        byte[] request = Convert.FromHexString("FFFFFFFFFFFF024C4800000108060001080006040001024C480000010A4D00010000000000000A4D0002");
        byte[] answer = Assert.Single(new KernelNetwork(Mac, Address).Handle(request));
        Assert.Equal("024C48000001024C4800000208060001080006040002024C480000020A4D0002024C480000010A4D0001", Convert.ToHexString(answer));
    }

    [Fact]
    public void Requests_for_others_and_answers_are_ignored()
    {
        var kernel = new KernelNetwork(Mac, Address);
        Assert.Empty(kernel.Handle(Convert.FromHexString("FFFFFFFFFFFF024C4800000108060001080006040001024C480000010A4D00010000000000000A4D0003")));
        Assert.Empty(kernel.Handle(Convert.FromHexString("024C48000002024C4800000108060001080006040002024C480000010A4D0001024C480000020A4D0002")));
        Assert.Equal(2, kernel.Ignored);
    }

    [Fact]
    public void A_neighbour_is_asked_for_once_and_its_frames_go_out_in_order_before_the_NIC_is_told()
    {
        List<string> done = [];
        var kernel = new KernelNetwork(Mac, Address, (address, mac) => done.Add($"set {address:X8} {mac:X12}"));
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
        var kernel = new KernelNetwork(Mac, Address, static (_, _) => { });
        int questions = Enumerable.Range(0, 12).Sum(i => kernel.Handle(Unresolved((byte)i), FrameKind.UnresolvedNeighbour).Count());
        Assert.Equal(1 + 4, questions);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], kernel.Handle(Answer).Select(frame => (int)frame[^1]));
    }

    [Fact]
    public void Frames_to_unknown_neighbours_are_ignored_if_there_is_nobody_to_tell()
    {
        var kernel = new KernelNetwork(Mac, Address);
        Assert.Empty(kernel.Handle(Unresolved(1), FrameKind.UnresolvedNeighbour));
        Assert.Equal(1, kernel.Ignored);
    }

    [Fact]
    public void No_frame_makes_it_fail() =>
        Gen.Byte.Array[0, 100].Sample(
            bytes =>
            {
                _ = new KernelNetwork(Mac, Address).Handle(bytes);

                // The same behind an Ethernet header of what it answers to.
                _ = new KernelNetwork(Mac, Address).Handle((byte[])[.. Convert.FromHexString("024C48000002024C480000010806"), .. bytes]);
                _ = new KernelNetwork(Mac, Address).Handle((byte[])[.. Convert.FromHexString("024C48000002024C4800000108004500"), .. bytes]);
            },
            iter: 2000);

    /// <summary>An IPv4 frame as the NIC gives it to the kernel: without a destination MAC address.</summary>
    private static byte[] Unresolved(byte number) => [.. new byte[6], .. Convert.FromHexString("024C4800000208004500001C0000400040110000" + "0A4D00020A4D0001"), .. new byte[25], number];
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
