// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// The kind of a frame that was not dropped. All but <see cref="RpcCall"/> go on whole, from the first byte of
/// the Ethernet header to the last of the padding, but for a priority tag. <see cref="ReceiveChecks"/> says what is checked in which order.
/// </summary>
public enum FrameKind : byte
{
    /// <summary>EtherType is not IPv4 (ARP, IPv6, tags of VLANs, ...); a priority tag is removed before.</summary>
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

    /// <summary>
    /// A frame of the NIC's own that it could not send, because it does not know the MAC address for the IPv4 address; that of the
    /// destination is 0 in it.
    /// </summary>
    UnresolvedNeighbour = 11,
}
