// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Lauberhorn.Contract;
using Lauberhorn.Model;

namespace Lauberhorn.Tool.Frames;

/// <summary>A call, as people and scripts want to see it.</summary>
/// <param name="Xid">Transaction identifier, eight hexadecimal digits.</param>
/// <param name="Program">Program number.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Procedure">Procedure number.</param>
/// <param name="Credential">Flavor of the credential, by name if it has one.</param>
/// <param name="ArgumentsOffset">Where the arguments begin, in bytes from the start of the frame.</param>
/// <param name="Arguments">The arguments' bytes.</param>
public sealed record CallRow(string Xid, uint Program, uint Version, uint Procedure, string Credential, int ArgumentsOffset,
    byte[] Arguments)
{
    private const int Shown = 8;

    /// <summary>How many bytes of arguments there are, and where they begin.</summary>
    public string Place => Arguments.Length == 0 ? "none" : FormattableString.Invariant($"{Arguments.Length} bytes at {ArgumentsOffset}");

    /// <summary>The first bytes of the arguments, in hexadecimal.</summary>
    public string Start => Convert.ToHexStringLower(Arguments.AsSpan(0, Math.Min(Shown, Arguments.Length)))
        + (Arguments.Length > Shown ? "..." : string.Empty);
}

/// <summary>The row of a frame, of any decoder.</summary>
public sealed record FrameRow
{
    /// <summary>Why it was dropped, or <see cref="DropReason.None"/>.</summary>
    public required DropReason Drop { get; init; }

    /// <summary>The frame's kind, if it was not dropped.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>Source: address and port, or the MAC address, as far as decoded.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>Destination, in the same form.</summary>
    public string To { get; init; } = string.Empty;

    /// <summary>The call in it; null if there is none.</summary>
    public CallRow? Call { get; init; }

    /// <summary>The frame's end, in one or two words.</summary>
    public string Verdict => Drop != DropReason.None ? $"dropped: {Drop}" : Kind == FrameKind.RpcCall ? $"{Kind}" : $"whole: {Kind}";

    /// <summary>Of <see cref="Verdict"/>, in Spectre.Console's names.</summary>
    public string Colour => Drop != DropReason.None ? "red" : Kind == FrameKind.RpcCall ? "green" : "yellow";

    /// <summary>The row of the reference decoder's result.</summary>
    /// <param name="frame">Its answer.</param>
    public static FrameRow Of(DecodedFrame frame)
    {
        (ushort Source, ushort Destination)? ports = frame.Udp is { } udp ? (udp.SourcePort, udp.DestinationPort) : null;
        return new FrameRow
        {
            Drop = frame.Drop,
            Kind = frame.Kind,
            From = Address(frame.Ethernet?.Source, frame.Ipv4?.Source, ports?.Source),
            To = Address(frame.Ethernet?.Destination, frame.Ipv4?.Destination, ports?.Destination),
            Call = frame.Rpc is not { } call ? null : new CallRow(
                Hexadecimal(call.Xid), call.Program, call.Version, call.Procedure, Flavor(call.CredentialFlavor), call.ArgumentsOffset,
                frame.Payload),
        };
    }

    private static string Hexadecimal(uint number) => number.ToString("x8", CultureInfo.InvariantCulture);

    private static string Address(ulong? mac, uint? address, ushort? port)
    {
        if (address is not { } ip)
        {
            return mac is null ? string.Empty
                : string.Join(':', mac.Value.ToString("x12", CultureInfo.InvariantCulture).Chunk(2).Select(pair => new string(pair)));
        }

        string host = new IPAddress(IPAddress.HostToNetworkOrder((int)ip) & 0xFFFF_FFFF).ToString();
        return port is null ? host : FormattableString.Invariant($"{host}:{port}");
    }

    // RFC 5531 section 8.2 and IANA's registry of flavors; others by number.
    private static string Flavor(uint flavor) => flavor switch
    {
        0 => "AUTH_NONE",
        1 => "AUTH_SYS",
        2 => "AUTH_SHORT",
        3 => "AUTH_DH",
        6 => "RPCSEC_GSS",
        _ => FormattableString.Invariant($"flavor {flavor}"),
    };
}
