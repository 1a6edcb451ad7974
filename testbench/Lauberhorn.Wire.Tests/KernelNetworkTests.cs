// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Reference.Captures;
using Lauberhorn.Reference.Frames;

namespace Lauberhorn.Wire.Tests;

public class KernelNetworkTests
{
    private const ulong Mac = 0x024C_4800_0002;
    private const uint Address = 0x0A4D_0002;

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
