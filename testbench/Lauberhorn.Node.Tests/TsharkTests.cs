// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Model.Captures;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Tests;

/// <summary>tshark, which knows nothing of us, must understand each kind of frame that the NIC makes.</summary>
public class TsharkTests
{
    private static readonly string[] Fields =
    [
        "frame.number", "_ws.malformed", "_ws.expert.message", "ip.checksum.status", "udp.checksum.status", "icmp.checksum.status",
        "arp.opcode", "icmp.type", "udp.srcport",
        "rpc.xid", "rpc.replystat", "rpc.state_accept", "rpc.state_reject", "rpc.state_auth", "rpc.programversion.min",
        "rpc.programversion.max", "rpc.version.min", "rpc.version.max",
    ];

    [Fact]
    public async Task Each_kind_of_frame_is_well_formed_and_has_right_checksums()
    {
        // An echo request that is answered keeps its slot until the kernel loads the next line, and one slot is for ARP alone.
        NicConfig config = NicConfig.Tiny with { AuxLines = 8, TransmitPacketSlots = 2, PendingCalls = 16, BypassSlots = 4, Endpoints = 8 };
        using BypassBench bench = new(config, cores: 3);
        bench.ServeEcho(1);
        await bench.Nic.SetMtuAsync(900);
        byte[] tagged = BypassBench.EchoCall(12, 8);

        // rpc_gss_cred_t of RFC 2203 section 5: version 1, RPCSEC_GSS_INIT, sequence 0, no service, no handle; and the same as
        // authsys_parms with 17 groups.
        byte[] gss = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        byte[] groups = [.. new byte[16], 0, 0, 0, 17, .. new byte[4 * 17]];
        (byte[] Request, string Expected)[] exchanges =
        [
            (BypassBench.ArpRequest(), "arp.opcode=2"),
            (BypassBench.EchoRequest(1, 56), "ip.checksum.status=1 icmp.checksum.status=1 icmp.type=0"),
            (BypassBench.EchoRequest(2, 600), "ip.checksum.status=1 icmp.checksum.status=1 icmp.type=0"),
            (BypassBench.EchoCall(1, 8), "rpc.xid=0x00000001 rpc.replystat=0 rpc.state_accept=0"),
            (BypassBench.EchoCall(2, 33), "rpc.xid=0x00000002 rpc.replystat=0 rpc.state_accept=0"),
            (BypassBench.EchoCall(3, 777), "rpc.xid=0x00000003 rpc.replystat=0 rpc.state_accept=0"),
            (BypassBench.EchoCall(4, 0), "rpc.xid=0x00000004 rpc.replystat=0 rpc.state_accept=5"),
            (Call(5).Build(), "rpc.xid=0x00000005 rpc.replystat=0 rpc.state_accept=4"),
            (Call(6).WithProcedure(BypassBench.EchoProgram, 1, 0).Build(), "rpc.xid=0x00000006 rpc.replystat=0 rpc.state_accept=0"),
            (Call(7).WithProcedure(BypassBench.EchoProgram, 1, 9).Build(), "rpc.xid=0x00000007 rpc.replystat=0 rpc.state_accept=3"),
            (Call(8).WithProcedure(BypassBench.EchoProgram, 5, 1).Build(),
                "rpc.xid=0x00000008 rpc.replystat=0 rpc.state_accept=2 rpc.programversion.min=1 rpc.programversion.max=1"),
            (Call(9).WithProcedure(BypassBench.EchoProgram + 1, 1, 1).Build(), "rpc.xid=0x00000009 rpc.replystat=0 rpc.state_accept=1"),
            (Call(10).WithRpc(10, 0, 3).Build(),
                "rpc.xid=0x0000000a rpc.replystat=1 rpc.state_reject=0 rpc.version.min=2 rpc.version.max=2"),
            (Call(11).WithCredential(99, new byte[8]).Build(), "rpc.xid=0x0000000b rpc.replystat=1 rpc.state_reject=1 rpc.state_auth=2"),
            ([.. tagged[..12], 0x81, 0, 0x60, 0, .. tagged[12..]], "rpc.xid=0x0000000c rpc.replystat=0 rpc.state_accept=0"),
            (BypassBench.EchoCall(13, 1000), "rpc.xid=0x0000000d rpc.replystat=0 rpc.state_accept=5"),
            (
                Call(14).WithProcedure(BypassBench.EchoProgram, 1, 0).WithCredential(6, gss).WithArguments(new byte[4]).Build(),
                "rpc.xid=0x0000000e rpc.replystat=1 rpc.state_reject=1 rpc.state_auth=2"),
            (Call(15).WithCredential(1, groups).Build(), "rpc.xid=0x0000000f rpc.replystat=1 rpc.state_reject=1 rpc.state_auth=1"),
        ];
        List<byte[]> frames = [];
        foreach ((byte[] request, string answer) in exchanges)
        {
            bench.Node.Wire.Send(request);
            Assert.True(bench.Answers(), $"nothing comes for {Convert.ToHexString(request)}, where {answer} should");

            // tshark does not know calls of RPC version 3, and so would not know the answer to one.
            frames.Add(request.Length > 53 && request[53] == 3 ? BypassBench.EchoCall(10, 8) : request);
            frames.Add(bench.Next());
        }

        List<string> expected = [.. exchanges.Select(exchange => exchange.Expected.StartsWith("rpc", StringComparison.Ordinal)
            ? $"ip.checksum.status=1 udp.checksum.status=1 udp.srcport={BypassBench.EchoPort} {exchange.Expected}"
            : exchange.Expected)];
        BoundEndpoint sender = bench.BindSender(7000);
        int[] lengths = [0, 1, 17, 500];
        _ = bench.Node.Cpu.Start(bench.Node.Cpu.Cores[2], async core =>
        {
            DatagramSender datagrams = new(core, sender);
            foreach (int length in lengths)
            {
                await datagrams.SendAsync(BypassBench.ClientAddress, 7001, new byte[length]);
            }
        });
        foreach (int length in lengths)
        {
            // Beside each a request, so that the odd ones are the NIC's.
            frames.Add(BypassBench.ArpRequest());
            frames.Add(bench.Next());
            expected.Add("ip.checksum.status=1 udp.checksum.status=1 udp.srcport=7000");
        }

        Assert.Equal(expected, Read(frames));
    }

    private static FrameBuilder Call(uint xid) =>
        new FrameBuilder().WithPorts(1000, BypassBench.EchoPort).WithRpc(xid).WithProcedure(BypassBench.EchoProgram, 1, 1)
            .WithArguments([]);

    /// <summary>tshark's fields of every other frame.</summary>
    private static IEnumerable<string> Read(IEnumerable<byte[]> frames)
    {
        string path = Path.GetTempFileName();
        try
        {
            CaptureWriter.Write(path, frames);
            ProcessStartInfo start = new("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in new[]
            {
                "-n", "-r", path, "-T", "fields", "-E", "occurrence=f",
                "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "rpc.dissect_unknown_programs:TRUE",
            }.Concat(Fields.SelectMany(field => new[] { "-e", field })))
            {
                start.ArgumentList.Add(argument);
            }

            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string[] lines = process.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n');
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"tshark ends with {process.ExitCode}: {errors.Result}");
            return [.. lines.Where((_, i) => i % 2 == 1)
                .Select(line => string.Join(' ', line.Split('\t').Zip(Fields).Skip(1).Where(pair => pair.First.Length > 0)
                    .Select(pair => $"{pair.Second}={pair.First}")))];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
