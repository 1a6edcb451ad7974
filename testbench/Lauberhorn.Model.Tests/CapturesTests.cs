// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Model.Captures;

namespace Lauberhorn.Model.Tests;

/// <summary>The captures are what docs/captures.md says they are.</summary>
public class CapturesTests
{
    [Theory]
    [MemberData(nameof(CaptureFiles.Names), MemberType = typeof(CaptureFiles))]
    public void Frames_are_whole_and_recorded_with_real_checksums(string name)
    {
        foreach (var frame in CaptureReader.Read(CaptureFiles.PathOf(name)))
        {
            Assert.True(frame.IsWhole);
            var decoded = Decode(frame, promiscuous: true);
            Assert.True(name == "refused.pcap" || !decoded.IsDropped, $"{decoded.Drop}: {Convert.ToHexString(frame.Bytes)}");
        }
    }

    [Theory]
    [InlineData("libtirpc-auth-none.pcap", 0, 0)]
    [InlineData("libtirpc-auth-sys.pcap", 1, 32)]
    public void The_clients_call_every_procedure_and_what_is_not_there(string name, uint flavor, int length)
    {
        var calls = Calls(name);
        Assert.Equal(30, calls.Count);
        Assert.All(calls, call => Assert.Equal((flavor, length, 0u, 0),
            (call.Rpc!.CredentialFlavor, call.Rpc.CredentialLength, call.Rpc.VerifierFlavor, call.Rpc.VerifierLength)));
        Assert.Equal([0u, 1, 2, 3, 99], calls.Select(call => call.Rpc!.Procedure).Distinct().Order().ToArray());
        Assert.Contains(calls, call => call.Rpc!.Version == 7);
        Assert.Contains(calls, call => call.Rpc!.Program == 0x2000_4C49);
        Assert.Contains(calls, call => call.Payload.SequenceEqual<byte>([0, 0, 0, 19, 0, 0, 0, 23]));
        Assert.Equal(0, calls.Min(call => call.Rpc!.ArgumentsLength));
        Assert.Equal(1404, calls.Max(call => call.Rpc!.ArgumentsLength));
    }

    [Fact]
    public void Large_calls_are_in_one_frame_or_in_fragments()
    {
        Assert.Equal([4 + 4, 4 + 100, 4 + 1500, 4 + 4000, 4 + 8000, 4 + 8700],
            Calls("libtirpc-jumbo.pcap").Select(call => call.Rpc!.ArgumentsLength));
        Assert.All(Calls("libtirpc-jumbo.pcap"), call => Assert.Equal(92, call.Rpc!.CredentialLength));
        Assert.Contains(
            CaptureReader.Read(CaptureFiles.PathOf("libtirpc-fragments.pcap")),
            frame => Decode(frame).Kind == FrameKind.Ipv4Fragment && !Decode(frame).IsDropped);
    }

    [Fact]
    public void Background_traffic_is_of_many_kinds()
    {
        var kinds = CaptureReader.Read(CaptureFiles.PathOf("background.pcap")).Select(frame => Decode(frame))
            .Where(decoded => !decoded.IsDropped).Select(decoded => decoded.Kind).ToHashSet();
        FrameKind[] expected =
        [
            FrameKind.OtherEtherType, FrameKind.Ipv4Options, FrameKind.Ipv4OtherDestination, FrameKind.Ipv4Fragment,
            FrameKind.Ipv4OtherProtocol, FrameKind.UdpOther,
        ];
        Assert.Empty(expected.Except(kinds));
    }

    /// <summary>The same list as in tools/captures-src/refused.py and docs/captures.md.</summary>
    [Fact]
    public void Refused_frames_are_refused_for_the_reasons_listed()
    {
        string[] expected =
        [
            "RpcCall", "Runt", "Oversize", "OtherDestinationMac", "Ipv4Truncated", "Ipv4BadVersion", "Ipv4BadHeaderLength",
            "Ipv4BadTotalLength", "Ipv4BadTotalLength", "Ipv4BadTotalLength", "Ipv4BadChecksum", "UdpTruncated",
            "UdpBadLength", "UdpBadLength", "UdpBadChecksum", "Ipv4Options", "Ipv4OtherDestination", "Ipv4Fragment",
            "Ipv4Fragment", "UdpOther", "UdpOther", "RpcReply", "RpcMalformed", "RpcVersionMismatch", "RpcMalformed",
            "RpcMalformed", "RpcMalformed", "RpcMalformed", "OtherEtherType", "OtherEtherType", "Ipv4OtherProtocol", "RpcCall", "RpcCall",
        ];
        Assert.Equal(expected, CaptureReader.Read(CaptureFiles.PathOf("refused.pcap")).Select(frame => Decode(frame)).Select(Verdict));

        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "captures.md"));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| {i + 1} | `{expected[i]}` |"), page, StringComparison.Ordinal);
        }
    }

    private static string Verdict(DecodedFrame decoded) => decoded.IsDropped ? decoded.Drop.ToString() : decoded.Kind.ToString();

    private static DecodedFrame Decode(CapturedFrame frame, bool promiscuous = false) =>
        ReferenceDecoder.Decode(frame.Bytes, false, promiscuous ? CaptureFiles.Bystander : ReceiveSettings.Captures);

    private static List<DecodedFrame> Calls(string name) =>
        [.. CaptureReader.Read(CaptureFiles.PathOf(name)).Select(frame => Decode(frame)).Where(decoded => decoded.IsCall)];
}
