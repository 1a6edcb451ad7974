// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The headers in front of a message: Ethernet, IPv4 without options (RFC 791) and UDP (RFC 768).</summary>
[Hardware]
public static class ReplyHeaders
{
    /// <summary>First byte of the IPv4 header.</summary>
    public const int IpOffset = WireFormat.Ipv4Begin;

    /// <summary>First byte of the UDP header.</summary>
    public const int UdpOffset = WireFormat.UdpBegin;

    /// <summary>Bytes of all three headers.</summary>
    public const int Bytes = UdpOffset + 8;

    /// <summary>The RPC header of an accepted reply without a verifier's body (RFC 5531 section 9).</summary>
    public const int AcceptedReply = 24;

    /// <summary>The smallest frame without frame check sequence (IEEE 802.3); a shorter one is padded with zeros.</summary>
    public const int ShortestFrame = 60;

    /// <summary>The headers, the first byte in the lowest bits.</summary>
    /// <param name="header">The values of their fields.</param>
    public static Bits<W336> Make(ReplyHeader header)
    {
        Bits<W336> result = default;
        result = result.WithSlice(0, header.MacAddress.ReverseBytes());
        result = result.WithSlice(48, header.OwnMacAddress.ReverseBytes());
        result = result.WithSlice(96, BigEndian(WireFormat.Ipv4EtherType));
        result = result.WithSlice(112, BigEndian(WireFormat.Ipv4FirstWord));
        result = result.WithSlice(128, BigEndian((ushort)(header.FrameBytes - IpOffset)));
        result = result.WithSlice(144, BigEndian(header.Identification));
        result = result.WithSlice(160, BigEndian(0x4000));
        result = result.WithSlice(176, BigEndian(0x4011));
        result = result.WithSlice(192, BigEndian((ushort)~Fold(header.IpSum)));
        result = result.WithSlice(208, BigEndian((ushort)(header.OwnAddress >> 16)));
        result = result.WithSlice(224, BigEndian((ushort)header.OwnAddress));
        result = result.WithSlice(240, BigEndian((ushort)(header.Address >> 16)));
        result = result.WithSlice(256, BigEndian((ushort)header.Address));
        result = result.WithSlice(272, BigEndian(header.SourcePort));
        result = result.WithSlice(288, BigEndian(header.DestinationPort));
        result = result.WithSlice(304, BigEndian((ushort)(header.FrameBytes - UdpOffset)));

        // A checksum of 0 would say that there is none (RFC 768).
        ushort sum = (ushort)~Fold(header.UdpSum);
        return result.WithSlice(320, BigEndian(sum == 0 ? (ushort)0xFFFF : sum));
    }

    /// <summary>Adds the carries of a sum of up to 29 bits to its low 16 bits (RFC 1071).</summary>
    private static ushort Fold(uint sum)
    {
        uint once = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((once & 0xFFFF) + (once >> 16));
    }

    private static Bits<W16> BigEndian(ushort word) => ((Bits<W16>)(ulong)word).ReverseBytes();
}
