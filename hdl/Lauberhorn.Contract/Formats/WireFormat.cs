// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// Where headers begin in a frame without a tag whose IPv4 header has no options, in bytes from the frame's first, and what their fields
/// hold. The reference decoder of the test bench has its own, on purpose.
/// </summary>
public static class WireFormat
{
    /// <summary>Bytes of the Ethernet header.</summary>
    public const int EthernetBytes = 14;

    /// <summary>Bytes of an IPv4 header without options.</summary>
    public const int Ipv4Bytes = 20;

    /// <summary>Bytes of the UDP header.</summary>
    public const int UdpBytes = 8;

    /// <summary>Bytes of an RPC call's header with an empty credential and verifier (RFC 5531 section 9).</summary>
    public const int RpcCallBytes = 40;

    /// <summary>First byte of the IPv4 header.</summary>
    public const int Ipv4Begin = EthernetBytes;

    /// <summary>First byte of the UDP header.</summary>
    public const int UdpBegin = Ipv4Begin + Ipv4Bytes;

    /// <summary>First byte of the RPC header.</summary>
    public const int RpcBegin = UdpBegin + UdpBytes;

    /// <summary>First byte of the arguments of a call with an empty credential and verifier.</summary>
    public const int ArgumentsBegin = RpcBegin + RpcCallBytes;

    /// <summary>EtherType of IPv4.</summary>
    public const int Ipv4EtherType = 0x0800;

    /// <summary>EtherType of a tag of a VLAN, or of a priority (IEEE 802.1Q).</summary>
    public const int TagEtherType = 0x8100;

    /// <summary>IPv4's number of UDP.</summary>
    public const int UdpProtocol = 17;

    /// <summary>The first 16 bits of an IPv4 header without options and with service type 0.</summary>
    public const int Ipv4FirstWord = 0x4500;
}
