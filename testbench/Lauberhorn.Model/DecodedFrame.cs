// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Model;

/// <summary>
/// What becomes of one frame. Fields are native numbers (network byte order undone). A header is present exactly when
/// the checks of docs/receive-path.md went past it: <see cref="Ethernet"/> for all that is not dropped by a check before
/// its own, and so on; a header that was not reached is null.
/// </summary>
public sealed record DecodedFrame
{
    /// <summary>Why the frame was dropped, or <see cref="DropReason.None"/>.</summary>
    public required DropReason Drop { get; init; }

    /// <summary>What the frame is; meaningful only if it was not dropped.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>Whether the frame was dropped.</summary>
    public bool IsDropped => Drop != DropReason.None;

    /// <summary>Whether this is a well-formed RPC call, of which only the arguments go on.</summary>
    public bool IsCall => !IsDropped && Kind == FrameKind.RpcCall;

    /// <summary>The Ethernet header; null if the frame was dropped before it was read.</summary>
    public EthernetHeader? Ethernet { get; init; }

    /// <summary>The IPv4 header's fixed part; null if there is none, or it is not whole.</summary>
    public Ipv4Header? Ipv4 { get; init; }

    /// <summary>The UDP header; null if there is none, or it is not whole.</summary>
    public UdpHeader? Udp { get; init; }

    /// <summary>The RPC call; null unless <see cref="IsCall"/>.</summary>
    public RpcCallHeader? Rpc { get; init; }

    /// <summary>What goes on: the arguments of a call, all bytes of a frame of another kind, nothing of one that was dropped.</summary>
    public required byte[] Payload { get; init; }
}

/// <summary>An Ethernet II header (IEEE 802.3 clause 3.1), 14 bytes.</summary>
/// <param name="Destination">48 bits, the byte sent first in bits 47 to 40.</param>
/// <param name="Source">48 bits, the byte sent first in bits 47 to 40.</param>
/// <param name="EtherType">16 bits; a length if under 0x0600.</param>
public sealed record EthernetHeader(ulong Destination, ulong Source, ushort EtherType);

/// <summary>The fixed 20 bytes of an IPv4 header (RFC 791 section 3.1).</summary>
public sealed record Ipv4Header
{
    /// <summary>4 bits: 4.</summary>
    public required byte Version { get; init; }

    /// <summary>4 bits, in 32-bit words: at least 5.</summary>
    public required byte HeaderWords { get; init; }

    /// <summary>8 bits.</summary>
    public required byte TypeOfService { get; init; }

    /// <summary>Header and payload in bytes.</summary>
    public required ushort TotalLength { get; init; }

    /// <summary>16 bits.</summary>
    public required ushort Identification { get; init; }

    /// <summary>3 bits: reserved, don't fragment, more fragments.</summary>
    public required byte Flags { get; init; }

    /// <summary>13 bits, in units of 8 bytes.</summary>
    public required ushort FragmentOffset { get; init; }

    /// <summary>8 bits.</summary>
    public required byte TimeToLive { get; init; }

    /// <summary>8 bits; 17 is UDP.</summary>
    public required byte Protocol { get; init; }

    /// <summary>16 bits, as received.</summary>
    public required ushort Checksum { get; init; }

    /// <summary>32 bits, the byte sent first on top.</summary>
    public required uint Source { get; init; }

    /// <summary>32 bits, the byte sent first on top.</summary>
    public required uint Destination { get; init; }
}

/// <summary>A UDP header (RFC 768), 8 bytes.</summary>
/// <param name="SourcePort">16 bits.</param>
/// <param name="DestinationPort">16 bits.</param>
/// <param name="Length">Header and payload in bytes.</param>
/// <param name="Checksum">16 bits, as received; 0 means none.</param>
public sealed record UdpHeader(ushort SourcePort, ushort DestinationPort, ushort Length, ushort Checksum);

/// <summary>The header of an RPC call (RFC 5531 section 9, <c>rpc_msg</c> with <c>call_body</c>).</summary>
public sealed record RpcCallHeader
{
    /// <summary>Transaction identifier, 32 bits.</summary>
    public required uint Xid { get; init; }

    /// <summary>Program number, 32 bits.</summary>
    public required uint Program { get; init; }

    /// <summary>Version of the program, 32 bits.</summary>
    public required uint Version { get; init; }

    /// <summary>Procedure number, 32 bits; 0 is the null procedure.</summary>
    public required uint Procedure { get; init; }

    /// <summary>Flavor of the credential, 32 bits (RFC 5531 section 8.2).</summary>
    public required uint CredentialFlavor { get; init; }

    /// <summary>Bytes of the credential's body without padding: at most 400.</summary>
    public required int CredentialLength { get; init; }

    /// <summary>Whether the credential's flavor is AUTH_SYS, but its body is none.</summary>
    public required bool IsBadAuthSys { get; init; }

    /// <summary>Flavor of the verifier, 32 bits.</summary>
    public required uint VerifierFlavor { get; init; }

    /// <summary>Bytes of the verifier's body without padding: at most 400.</summary>
    public required int VerifierLength { get; init; }

    /// <summary>Where the arguments begin, in bytes from the start of the frame.</summary>
    public required int ArgumentsOffset { get; init; }

    /// <summary>Bytes of arguments.</summary>
    public required int ArgumentsLength { get; init; }
}
