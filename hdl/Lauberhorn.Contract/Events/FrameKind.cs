// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// What a frame that was not dropped turned out to be. All but <see cref="RpcCall"/> go on whole, from the first byte of
/// the Ethernet header to the last of the padding, but for a priority tag. The checks are made in the order of docs/receive-path.md; the
/// first check that applies decides.
/// </summary>
public enum FrameKind : byte
{
    /// <summary>EtherType is not IPv4 (ARP, IPv6, tags of VLANs, ...); a priority tag is taken out before.</summary>
    OtherEtherType = 0,

    /// <summary>IPv4 header longer than 20 bytes; its checksum is left to the kernel (RFC 791 section 3.1).</summary>
    Ipv4Options = 1,

    /// <summary>IPv4 to another address than the NIC's own (multicast, broadcast, other hosts).</summary>
    Ipv4OtherDestination = 2,

    /// <summary>A fragment: more-fragments flag set or fragment offset not 0.</summary>
    Ipv4Fragment = 3,

    /// <summary>IPv4 to the NIC's own address with a protocol other than UDP.</summary>
    Ipv4OtherProtocol = 4,

    /// <summary>A UDP datagram that is no RPC message: under 8 bytes of payload, or a message type other than CALL and REPLY.</summary>
    UdpOther = 5,

    /// <summary>An RPC reply (message type 1, RFC 5531 section 9).</summary>
    RpcReply = 6,

    /// <summary>An RPC call of another RPC version than 2; the answer is RPC_MISMATCH.</summary>
    RpcVersionMismatch = 7,

    /// <summary>An RPC call whose header does not fit the datagram, or whose credential or verifier has more than 400 bytes.</summary>
    RpcMalformed = 8,

    /// <summary>A well-formed RPC call: only its argument bytes go on, aligned.</summary>
    RpcCall = 9,

    /// <summary>A UDP datagram to a port that is not the NIC's.</summary>
    UdpOtherPort = 10,

    /// <summary>A frame of the NIC's own that it could not send, because it does not know the MAC address for the IPv4 address; that of the destination is 0 in it.</summary>
    UnresolvedNeighbour = 11,
}

/// <summary>Why a frame was dropped. Each frame that is dropped is counted under exactly one reason.</summary>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None = 0,

    /// <summary>The MAC flagged the frame as bad (frame check sequence, code error).</summary>
    FrameError = 1,

    /// <summary>Fewer than 14 bytes: no whole Ethernet header.</summary>
    Runt = 2,

    /// <summary>Longer than the largest frame, 9,618 bytes.</summary>
    Oversize = 3,

    /// <summary>Destination MAC address neither own nor broadcast nor of a group that is taken, while not promiscuous.</summary>
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

    /// <summary>Source MAC address that no sender has: a group, zero, or our own.</summary>
    BadSourceMac = 14,

    /// <summary>
    /// A datagram to one of the NIC's ports from an IPv4 address that no sender has: 0.0.0.0/8, loopback, multicast, limited broadcast, our
    /// own, or our subnet's of all zeros or ones (RFC 1122 sections 3.2.1.3 and 4.1.3.6).
    /// </summary>
    BadSourceAddress = 15,

    /// <summary>A datagram to our own address and one of the NIC's ports in a frame to a group (RFC 1122 section 3.3.6).</summary>
    UnicastInGroupFrame = 16,
}
