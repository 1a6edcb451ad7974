// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>Why a frame was dropped. Each frame that is dropped is counted under exactly one reason.</summary>
public enum DropReason : byte
{
    /// <summary>No reason: the frame is not dropped.</summary>
    None = 0,

    /// <summary>The MAC flagged the frame as bad (frame check sequence, code error).</summary>
    FrameError = 1,

    /// <summary>Fewer than 14 bytes: no whole Ethernet header.</summary>
    Runt = 2,

    /// <summary>Longer than the largest frame, 9,618 bytes.</summary>
    Oversize = 3,

    /// <summary>Destination MAC address neither own nor broadcast nor of a group that is accepted, while not promiscuous.</summary>
    OtherDestinationMac = 4,

    /// <summary>IPv4 with fewer than 20 bytes after the Ethernet header.</summary>
    Ipv4Truncated = 5,

    /// <summary>EtherType says IPv4, the version field does not.</summary>
    Ipv4BadVersion = 6,

    /// <summary>Header length field under 5 words.</summary>
    Ipv4BadHeaderLength = 7,

    /// <summary>Total length under the header length, or beyond the end of the frame.</summary>
    Ipv4BadTotalLength = 8,

    /// <summary>Header checksum wrong (20-byte headers only; see <see cref="FrameKind.Ipv4Options"/>).</summary>
    Ipv4BadChecksum = 9,

    /// <summary>Fewer than 8 bytes of IPv4 payload for UDP.</summary>
    UdpTruncated = 10,

    /// <summary>UDP length under 8, or beyond the end of the IPv4 payload.</summary>
    UdpBadLength = 11,

    /// <summary>UDP checksum present (not 0) and wrong.</summary>
    UdpBadChecksum = 12,

    /// <summary>No room in a buffer; the whole frame is dropped.</summary>
    BufferOverrun = 13,

    /// <summary>Source MAC address that no sender has: a group, zero, or the NIC's own.</summary>
    BadSourceMac = 14,

    /// <summary>
    /// A datagram to one of the NIC's ports from an IPv4 address that no sender has: 0.0.0.0/8, loopback, multicast, limited broadcast, our
    /// own, or our subnet's of all zeros or ones (RFC 1122 sections 3.2.1.3 and 4.1.3.6).
    /// </summary>
    BadSourceAddress = 15,

    /// <summary>A datagram to our own address and one of the NIC's ports in a frame to a group (RFC 1122 section 3.3.6).</summary>
    UnicastInGroupFrame = 16,
}

/// <summary>A check of a received frame.</summary>
/// <param name="What">The condition on a frame, in a few words.</param>
/// <param name="Where">The bytes of the frame that it reads; empty if it is about a length.</param>
/// <param name="Drop">Why such a frame is dropped, or <see cref="DropReason.None"/> if it passes.</param>
/// <param name="Kind">The kind with which it passes, if it does.</param>
public sealed record ReceiveCheck(string What, string Where, DropReason Drop, FrameKind Kind)
{
    internal ReceiveCheck(string what, string where, DropReason drop)
        : this(what, where, drop, default)
    {
    }

    internal ReceiveCheck(string what, string where, FrameKind kind)
        : this(what, where, DropReason.None, kind)
    {
    }
}

/// <summary>The checks of received frames. The table of docs/receive-path.md is generated from here.</summary>
public static class ReceiveChecks
{
    /// <summary>Number of values of <see cref="DropReason"/>.</summary>
    public const int DropReasons = 17;

    /// <summary>Number of values of <see cref="FrameKind"/>.</summary>
    public const int FrameKinds = 12;

    /// <summary>All checks, by priority: the first whose condition holds gives the frame's end.</summary>
    public static IReadOnlyList<ReceiveCheck> InOrder { get; } =
    [
        new("the MAC flagged the frame", "last beat", DropReason.FrameError),
        new("fewer than 14 bytes", "", DropReason.Runt),
        new("more than 9,618 bytes", "", DropReason.Oversize),
        new("destination MAC not own, not ff:ff:ff:ff:ff:ff, not a taken group's, not promiscuous", "0–5", DropReason.OtherDestinationMac),
        new("source MAC is a group's, zero, or own", "6–11", DropReason.BadSourceMac),
        new("EtherType is not 0x0800", "12–13", FrameKind.OtherEtherType),
        new("fewer than 34 bytes", "", DropReason.Ipv4Truncated),
        new("version is not 4", "14", DropReason.Ipv4BadVersion),
        new("header length under 5 words", "14", DropReason.Ipv4BadHeaderLength),
        new("total length under the header length, or 14 + total length beyond the frame", "16–17", DropReason.Ipv4BadTotalLength),
        new("header length over 5 words", "14", FrameKind.Ipv4Options),
        new("header checksum wrong", "14–33", DropReason.Ipv4BadChecksum),
        new("destination address is not own", "30–33", FrameKind.Ipv4OtherDestination),
        new("more-fragments flag or fragment offset set", "20–21", FrameKind.Ipv4Fragment),
        new("protocol is not 17", "23", FrameKind.Ipv4OtherProtocol),
        new("total length under 28", "", DropReason.UdpTruncated),
        new("UDP length under 8, or over total length − 20", "38–39", DropReason.UdpBadLength),
        new("destination port is ours, and no sender has the source address", "36–37, 26–29", DropReason.BadSourceAddress),
        new("destination port is ours, and destination MAC is a group's", "36–37, 0", DropReason.UnicastInGroupFrame),
        new("UDP checksum not 0 and wrong, over the pseudo-header and UDP-length bytes", "34–(34 + UDP length)", DropReason.UdpBadChecksum),
        new("destination port is not ours", "36–37", FrameKind.UdpOtherPort),
        new("UDP payload (UDP length − 8) under 8 bytes", "", FrameKind.UdpOther),
        new("message type is 1", "46–49", FrameKind.RpcReply),
        new("message type is not 0", "46–49", FrameKind.UdpOther),
        new("UDP payload under 12 bytes", "", FrameKind.RpcMalformed),
        new("RPC version is not 2", "50–53", FrameKind.RpcVersionMismatch),
        new("UDP payload under 40 bytes", "", FrameKind.RpcMalformed),
        new("credential length c over 400, or 40 + pad(c) over the UDP payload", "70–73", FrameKind.RpcMalformed),
        new("verifier length v over 400, or 40 + pad(c) + pad(v) over the UDP payload", "78 + pad(c)", FrameKind.RpcMalformed),
        new("everything else", "", FrameKind.RpcCall),
    ];
}
