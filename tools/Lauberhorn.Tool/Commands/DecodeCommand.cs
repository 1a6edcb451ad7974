// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Reference;
using Lauberhorn.Reference.Captures;
using Lauberhorn.Tool.Frames;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>decode CAPTURE</c>: what the NIC would make of recorded traffic, by the reference decoder.</summary>
[Verb("decode", HelpText = "Say what the NIC would make of each frame of a capture.")]
public sealed class DecodeCommand : ICommand
{
    /// <summary>Which.</summary>
    [Value(0, MetaName = "CAPTURE", Required = true, HelpText = "A pcap or pcapng file of Ethernet frames, as tcpdump and Wireshark write them.")]
    public string Capture { get; set; } = string.Empty;

    /// <summary>The NIC's own IPv4 address.</summary>
    [Option("host", MetaValue = "ADDRESS", HelpText = "The NIC's IPv4 address. Without: that of the captures in testbench/captures.")]
    public string? Host { get; set; }

    /// <summary>The NIC's own MAC address.</summary>
    [Option("mac", MetaValue = "ADDRESS", HelpText = "The NIC's MAC address, like 02:4c:48:00:00:02. Without: with --host any; otherwise that of the captures.")]
    public string? Mac { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (capture, frames, counts) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        ReceiveSettings settings = Settings();
        IReadOnlyList<CapturedFrame> frames = CaptureReader.Read(Capture);
        List<FrameRow> rows = [.. frames.Select(frame => FrameRow.Of(ReferenceDecoder.Decode(frame.Bytes, false, settings)))];
        reporter.Json(new
        {
            name = "decode",
            command = commandLine,
            capture = Capture,
            frames = rows.Select((row, i) => new
            {
                number = i + 1,
                bytes = frames[i].Bytes.Length,
                drop = row.Drop == DropReason.None ? null : row.Drop.ToString(),
                kind = row.Drop == DropReason.None ? row.Kind.ToString() : null,
                from = row.From,
                to = row.To,
                call = row.Call is not { } call ? null : new
                {
                    xid = call.Xid,
                    program = call.Program,
                    version = call.Version,
                    procedure = call.Procedure,
                    credential = call.Credential,
                    argumentsOffset = call.ArgumentsOffset,
                    arguments = Convert.ToHexStringLower(call.Arguments),
                },
            }),
            counts = rows.GroupBy(row => row.Verdict).ToDictionary(group => group.Key, group => group.Count()),
        });
        FrameTable.Write(reporter, rows.Select((row, i) => (i + 1, frames[i].Bytes.Length, row)));
        FrameTable.WriteCounts(reporter, rows);
        int cut = frames.Count(frame => !frame.IsWhole);
        if (cut > 0)
        {
            reporter.Line($"[yellow]{cut} of them were not recorded whole, and look broken for that reason; record with: tcpdump -s 0[/]");
        }

        return ExitCode.Success;
    }

    private ReceiveSettings Settings()
    {
        ReceiveSettings settings = ReceiveSettings.Captures with { Promiscuous = Host is not null && Mac is null };
        if (Host is not null)
        {
            if (!IPAddress.TryParse(Host, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetwork)
            {
                throw new ToolException($"--host wants an IPv4 address like 10.77.0.2, not '{Host}'");
            }

            byte[] bytes = address.GetAddressBytes();
            settings = settings with { Ipv4Address = BinaryPrimitives.ReadUInt32BigEndian(bytes) };
        }

        if (Mac is not null)
        {
            string digits = Mac.Replace(":", string.Empty, StringComparison.Ordinal);
            if (digits.Length != 12 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mac))
            {
                throw new ToolException($"--mac wants a MAC address like 02:4c:48:00:00:02, not '{Mac}'");
            }

            settings = settings with { MacAddress = mac };
        }

        return settings;
    }
}
