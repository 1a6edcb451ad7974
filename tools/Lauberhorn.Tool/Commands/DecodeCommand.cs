// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Model;
using Lauberhorn.Model.Captures;
using Lauberhorn.Tool.Frames;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>decode CAPTURE</c>: what the NIC would make of recorded traffic, by the reference decoder.</summary>
[Verb("decode", HelpText = "Say what the NIC would make of each frame of a capture.")]
public sealed class DecodeCommand : ICommand
{
    /// <summary>Path of the capture.</summary>
    [Value(0, MetaName = "CAPTURE", Required = true,
        HelpText = "A pcap or pcapng file of Ethernet frames, as tcpdump and Wireshark write them.")]
    [IsFile]
    public string Capture { get; set; } = string.Empty;

    /// <summary>The NIC's own IPv4 address.</summary>
    [Option("host", MetaValue = "ADDRESS", HelpText = "The NIC's IPv4 address. Without: that of the captures in testbench/captures.")]
    [HasForm(TextForm.Ipv4)]
    public string? Host { get; set; }

    /// <summary>The NIC's own MAC address.</summary>
    [Option("mac", MetaValue = "ADDRESS",
        HelpText = "The NIC's MAC address, like 02:4c:48:00:00:02. Without: with --host any; otherwise that of the captures.")]
    [HasForm(TextForm.Mac)]
    public string? Mac { get; set; }

    /// <summary>The NIC's own UDP ports.</summary>
    [Option("port", MetaValue = "N,N", HelpText = "The NIC's UDP ports; what goes to others is no call. Without: every port is the NIC's.")]
    [HasForm(TextForm.Ports)]
    public string? Port { get; set; }

    /// <summary>Whether the frames go through the hardware's receive path too.</summary>
    [Option("rtl", HelpText = "Also send the frames through the NIC's receive path, as C# and as VHDL, and compare all that comes out.")]
    public bool Rtl { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (capture, frames, counts, problem, difference) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        ReceiveSettings settings = Settings();
        FrameTable table = new(reporter);
        using FrameJson? json = Json ? new FrameJson(commandLine, Capture) : null;
        HardwareDecoder? hardware = Rtl ? new HardwareDecoder(NicConfig.Enzian, settings) : null;
        CaptureException? problem = null;
        int number = 0;
        int cut = 0;
        try
        {
            foreach (CapturedFrame frame in CaptureReader.Stream(Capture))
            {
                number++;
                cut += frame.IsWhole ? 0 : 1;
                FrameRow row = FrameRow.Of(ReferenceDecoder.Decode(frame.Bytes, false, settings));
                table.Add(number, frame.Bytes.Length, row);
                json?.Add(number, frame.Bytes.Length, row);
                hardware?.Add(frame.Bytes);
            }
        }
        catch (CaptureException exception) when (number > 0)
        {
            // The frames before the place are sound, and are shown.
            problem = exception;
        }

        hardware?.Flush();
        table.End();
        if (cut > 0)
        {
            reporter.Line($"[yellow]{cut} of them were not recorded whole, and look broken for that reason; record with: tcpdump -s 0[/]");
        }

        if (hardware is not null)
        {
            reporter.Line(hardware.Difference is null
                ? string.Create(CultureInfo.InvariantCulture,
                    $"[green]The receive path says the same of {hardware.Frames} frames[/], as C# and as VHDL, in {hardware.Cycles:#,##0} "
                        + $"cycles.")
                : $"[red]The receive path says something else: {Reporter.Escape(hardware.Difference)}[/]");
        }

        json?.End(table.Counts, problem?.Message, hardware?.Difference);
        return problem is not null ? throw problem : hardware?.Difference is null ? ExitCode.Success : ExitCode.Failure;
    }

    private ReceiveSettings Settings()
    {
        ReceiveSettings settings = ReceiveSettings.Captures with { Promiscuous = Host is not null && Mac is null };
        if (Host is not null)
        {
            // Only with four numbers: IPAddress also takes 10.2 for 10.0.0.2.
            if (Host.Split('.').Length != 4 || !IPAddress.TryParse(Host, out IPAddress? address))
            {
                throw new ToolException($"--host wants an IPv4 address like 10.77.0.2, not '{Host}'");
            }

            settings = settings with { Ipv4Address = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) };
        }

        if (Mac is not null)
        {
            string digits = string.Concat(Mac.Split(':', '-'));
            if (digits.Length != 12 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mac))
            {
                throw new ToolException($"--mac wants a MAC address like 02:4c:48:00:00:02, not '{Mac}'");
            }

            settings = settings with { MacAddress = mac };
        }

        return Port is null ? settings : settings with { AnyPort = false, Ports = [.. Port.Split(',').Select(ParsePort)] };
    }

    private static ushort ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? port
            : throw new ToolException($"--port wants UDP ports from 0 to 65535 like 111,2049, not '{text}'");
}
