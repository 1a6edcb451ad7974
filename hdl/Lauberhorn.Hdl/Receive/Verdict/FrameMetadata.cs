// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>
/// The parsed headers of a frame, and what the receive path concluded from them. Numbers are in the machine's order; a field that the
/// frame's kind does not have (see each) is 0.
/// </summary>
public readonly record struct FrameMetadata
{
    /// <summary>The frame's kind, which decides which of the fields below have values.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>The frame's length in bytes, with padding, without a priority tag: 14 to 9,618.</summary>
    public ushort FrameBytes { get; init; }

    /// <summary>
    /// Where the payload begins, in bytes from the beginning of the frame: behind the verifier for <see cref="FrameKind.RpcCall"/>,
    /// otherwise 0.
    /// </summary>
    public ushort PayloadOffset { get; init; }

    /// <summary>
    /// Bytes that follow in the payload stream, or in <see cref="InlineArguments"/>: the arguments of <see cref="FrameKind.RpcCall"/>,
    /// possibly none, otherwise the whole frame.
    /// </summary>
    public ushort PayloadBytes { get; init; }

    /// <summary>Destination MAC address; the first byte on the wire is the most significant.</summary>
    public Bits<W48> DestinationMac { get; init; }

    /// <summary>Source MAC address; the first byte on the wire is the most significant.</summary>
    public Bits<W48> SourceMac { get; init; }

    /// <summary>EtherType, or a length if under 0x0600.</summary>
    public ushort EtherType { get; init; }

    /// <summary>IPv4 source address; all kinds but <see cref="FrameKind.OtherEtherType"/>.</summary>
    public uint SourceAddress { get; init; }

    /// <summary>IPv4 destination address; all kinds but <see cref="FrameKind.OtherEtherType"/>.</summary>
    public uint DestinationAddress { get; init; }

    /// <summary>UDP source port; <see cref="FrameKind.UdpOther"/>, <see cref="FrameKind.UdpOtherPort"/> and the RPC kinds.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>UDP destination port; <see cref="FrameKind.UdpOther"/>, <see cref="FrameKind.UdpOtherPort"/> and the RPC kinds.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>RPC transaction identifier; the RPC kinds.</summary>
    public uint Xid { get; init; }

    /// <summary>RPC program; <see cref="FrameKind.RpcCall"/>, like all fields after it.</summary>
    public uint Program { get; init; }

    /// <summary>Version of the program.</summary>
    public uint Version { get; init; }

    /// <summary>Procedure of the program.</summary>
    public uint Procedure { get; init; }

    /// <summary>Flavor of the credential (RFC 5531 section 8.2).</summary>
    public uint CredentialFlavor { get; init; }

    /// <summary>Bytes in the credential's body, without padding: 0 to 400.</summary>
    public ushort CredentialBytes { get; init; }

    /// <summary>
    /// Whether the credential's flavor is AUTH_SYS and its body is none (RFC 5531 appendix A): a machine's name of more than 255 bytes,
    /// more than 16 groups, or shorter than it says.
    /// </summary>
    public bool IsBadAuthSys { get; init; }

    /// <summary>Bytes in the verifier's body, without padding: 0 to 400.</summary>
    public ushort VerifierBytes { get; init; }

    /// <summary>Whether the arguments are in <see cref="InlineArguments"/>; then the payload stream has nothing of this call.</summary>
    public bool IsInline { get; init; }

    /// <summary>
    /// If <see cref="IsInline"/>, the arguments, up to 46 bytes, the first one in the lowest bits, and zeros behind them; otherwise any
    /// bytes of the frame.
    /// </summary>
    public Bits<W368> InlineArguments { get; init; }
}
