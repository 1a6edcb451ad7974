// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Model.Tests;

/// <summary>tshark, which knows nothing of us, must read the same from the same captures.</summary>
public class TsharkTests
{
    // Named in the order in which tshark prints them; see the places where they are compared.
    private static readonly string[] Fields =
    [
        "eth.dst", "eth.src", "eth.type", "ip.src", "ip.dst", "ip.len", "ip.proto", "ip.checksum.status",
        "udp.srcport", "udp.dstport", "udp.length", "udp.checksum.status",
        "rpc.xid", "rpc.msgtyp", "rpc.version", "rpc.program", "rpc.programversion", "rpc.procedure",
        "rpc.auth.flavor", "rpc.auth.length", "data.len", "vlan.id", "vlan.etype",
    ];

    // Statuses of a checksum.
    private const string Bad = "0";
    private const string Good = "1";

    [Theory]
    [MemberData(nameof(CaptureFiles.Names), MemberType = typeof(CaptureFiles))]
    public void The_captures_hold_what_tshark_says(string name)
    {
        var recognised = Compare(CaptureFiles.PathOf(name), out var calls);

        // Whatever we call a call, tshark must too; that its guess at unknown programs fails would be news.
        Assert.Equal(calls, recognised);
        Assert.True(calls > 0 || name.StartsWith("background", StringComparison.Ordinal));
    }

    [Fact]
    public void Generated_frames_hold_what_tshark_says() => CaptureFiles.WithTemporary(path =>
    {
        const ulong seed = 5;
        var generator = new FrameGenerator(seed, ReceiveSettings.Captures, 2000);
        var frames = new List<byte[]>();
        while (frames.Count < 600)
        {
            frames.Add(generator.Next().Bytes);
        }

        // Flavors and versions as real clients have them, or tshark would not guess that it is RPC.
        for (var i = 0; i < 200; i++)
        {
            frames.Add(generator.Call().WithPorts(700, 2049).WithProcedure(0x2000_4C48, 1, (uint)i)
                .WithCredential(1, Credential(i)).WithVerifier(0, []).Build());
        }

        CaptureWriter.Write(path, frames);
        var recognised = Compare(path, out var calls);
        Assert.True(recognised >= 200 && calls >= recognised, $"seed {seed}: {calls} calls, tshark recognised {recognised}");
    });

    // authsys_parms of RFC 5531 appendix A: stamp, machine name, user, group, groups.
    private static byte[] Credential(int groups) =>
        [0, 0, 0, 1, 0, 0, 0, 2, (byte)'a', (byte)'b', 0, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, (byte)(groups % 17),
            .. new byte[4 * (groups % 17)]];

    /// <summary>Compares each frame of a capture; returns how many RPC calls tshark sees.</summary>
    private static int Compare(string path, out int calls)
    {
        var frames = CaptureReader.Read(path);
        var lines = RunTshark(path);
        Assert.Equal(frames.Count, lines.Length);
        var recognised = 0;
        calls = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            // Replies go to the client: the NIC would drop them before it looks at them.
            var decoded = ReferenceDecoder.Decode(frames[i].Bytes, false, CaptureFiles.Bystander);
            var line = lines[i].Split('\t');
            var seen = Fields.Zip(line).ToDictionary(pair => pair.First, pair => pair.Second);
            try
            {
                CompareHeaders(decoded, seen);
                calls += decoded.IsCall ? 1 : 0;
                if (decoded.IsCall && seen["rpc.xid"].Length > 0)
                {
                    recognised++;
                    CompareCall(decoded.Rpc!, seen);
                }
            }
            catch (Exception exception) when (exception is Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException(
                    $"frame {i + 1} of {Path.GetFileName(path)}, {Convert.ToHexString(frames[i].Bytes)}, tshark says "
                        + $"{string.Join(' ', line)}: {exception.Message}");
            }
        }

        return recognised;
    }

    private static void CompareHeaders(DecodedFrame decoded, Dictionary<string, string> seen)
    {
        if (decoded.Ethernet is EthernetHeader ethernet)
        {
            Assert.Equal(Mac(ethernet.Destination), First(seen["eth.dst"]));
            Assert.Equal(Mac(ethernet.Source), First(seen["eth.src"]));

            // Under 0x0600 it is a length, and tshark says so in another field. Behind a tag it is the tag's.
            var isTagged = seen["vlan.id"].Length > 0 && Number(First(seen["vlan.id"])) == 0;
            var type = First(seen[isTagged ? "vlan.etype" : "eth.type"]);
            Assert.True(ethernet.EtherType < 0x600 || Number(type) == ethernet.EtherType);
        }

        if (decoded.Ipv4 is not Ipv4Header ipv4
            || decoded.Drop is DropReason.Ipv4BadVersion or DropReason.Ipv4BadHeaderLength or DropReason.Ipv4BadTotalLength)
        {
            return;
        }

        Assert.Equal(Address(ipv4.Source), First(seen["ip.src"]));
        Assert.Equal(Address(ipv4.Destination), First(seen["ip.dst"]));
        Assert.Equal(ipv4.TotalLength, Number(First(seen["ip.len"])));
        Assert.Equal(ipv4.Protocol, Number(First(seen["ip.proto"])));
        if (decoded.IsDropped || decoded.Kind != FrameKind.Ipv4Options)
        {
            Assert.Equal(decoded.Drop == DropReason.Ipv4BadChecksum ? Bad : Good, First(seen["ip.checksum.status"]));
        }

        if (decoded.Udp is not UdpHeader udp || decoded.Drop == DropReason.UdpBadLength)
        {
            return;
        }

        Assert.Equal(udp.SourcePort, Number(First(seen["udp.srcport"])));
        Assert.Equal(udp.DestinationPort, Number(First(seen["udp.dstport"])));
        Assert.Equal(udp.Length, Number(First(seen["udp.length"])));
        // A frame with an impossible source is dropped before its checksum is checked.
        if (udp.Checksum != 0 && decoded.Drop is not (DropReason.BadSourceAddress or DropReason.UnicastInGroupFrame))
        {
            Assert.Equal(decoded.Drop == DropReason.UdpBadChecksum ? Bad : Good, First(seen["udp.checksum.status"]));
        }
    }

    private static void CompareCall(RpcCallHeader call, Dictionary<string, string> seen)
    {
        Assert.Equal(call.Xid, Number(seen["rpc.xid"]));
        Assert.Equal(0u, Number(seen["rpc.msgtyp"]));
        Assert.Equal(2u, Number(seen["rpc.version"]));
        Assert.Equal(call.Program, Number(First(seen["rpc.program"])));
        Assert.Equal(call.Version, Number(First(seen["rpc.programversion"])));
        Assert.Equal(call.Procedure, Number(First(seen["rpc.procedure"])));

        // Each appears twice: the credential's and the verifier's.
        Assert.Equal([call.CredentialFlavor, call.VerifierFlavor], seen["rpc.auth.flavor"].Split(',').Select(Number));
        Assert.Equal([(uint)call.CredentialLength, (uint)call.VerifierLength], seen["rpc.auth.length"].Split(',').Select(Number));
        Assert.Equal((uint)call.ArgumentsLength, seen["data.len"].Length == 0 ? 0 : Number(seen["data.len"]));
    }

    private static string First(string values) => values.Split(',')[0];

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? Convert.ToUInt32(text, 16)
        : uint.Parse(text, CultureInfo.InvariantCulture);

    private static string Mac(ulong address) =>
        string.Join(':', Enumerable.Range(0, 6).Select(i => ((byte)(address >> (40 - (8 * i)))).ToString("x2",
            CultureInfo.InvariantCulture)));

    private static string Address(uint address) => $"{address >> 24}.{(byte)(address >> 16)}.{(byte)(address >> 8)}.{(byte)address}";

    private static string[] RunTshark(string path)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-n", "-r", path, "-T", "fields",
            "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.defragment:FALSE",
            "-o", "rpc.dissect_unknown_programs:TRUE",
        }.Concat(Fields.SelectMany(field => new[] { "-e", field })))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"tshark ends with {process.ExitCode}: {errors.Result}");
        return output.TrimEnd('\n').Split('\n');
    }
}
