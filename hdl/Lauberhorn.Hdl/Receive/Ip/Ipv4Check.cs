// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Ip;

/// <summary>Results of the checks of the IPv4 header; right on the frame's last beat, and only if the frame has such a header.</summary>
public interface IIpv4Flags : IBus
{
    /// <summary>Why the frame is dropped if its EtherType is IPv4's, whatever the header's other fields say.</summary>
    DropReason HeaderDrop { get; set; }

    /// <summary>Why the frame is dropped if the header is right, and it is a datagram for the NIC.</summary>
    DropReason DatagramDrop { get; set; }

    /// <summary>Header length over 5 words.</summary>
    bool HasOptions { get; set; }

    /// <summary>The destination is another address than the NIC's.</summary>
    bool IsOtherDestination { get; set; }

    /// <summary>
    /// From an address that no sender has: this network (0.0.0.0/8), loopback, multicast, broadcast, the NIC's own, or its subnet's of all
    /// zeros or ones.
    /// </summary>
    bool IsBadSource { get; set; }

    /// <summary>More-fragments flag or fragment offset set.</summary>
    bool IsFragment { get; set; }

    /// <summary>Protocol other than UDP.</summary>
    bool IsOtherProtocol { get; set; }
}

/// <summary>
/// Checks of the fields of the IPv4 header (docs/receive-path.md; RFC 791 section 3.1, RFC 1122 section 3.2.1.3).
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class Ipv4Check(
    [InputBus] IFrameBeat beat,
    [InputBus] IHeader<W160> header,
    [InputBus] IReceiveConfiguration configuration) : SimpleProcess
{
    private const uint EthernetBytes = WireFormat.EthernetBytes;
    private const uint UdpHeaderEnd = 28;
    private const byte UdpProtocol = WireFormat.UdpProtocol;

    [OutputBus] private readonly IIpv4Flags flags = Scope.CreateBus<IIpv4Flags>("flags");

    /// <summary>Output: the results, one tick after the header; registers.</summary>
    public IIpv4Flags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W160> bytes = header.Bytes;
        uint words = bytes.GetByte(0) & 0x0Fu;
        flags.HeaderDrop = HeaderDrop();
        flags.DatagramDrop = DatagramDrop();
        flags.HasOptions = words > 5;
        flags.IsOtherDestination = bytes.GetUInt32BigEndian(16) != configuration.IpAddress;
        flags.IsBadSource = IsBadSource(bytes.GetUInt32BigEndian(12));
        flags.IsFragment = (bytes.GetUInt16BigEndian(6) & 0x3FFF) != 0;
        flags.IsOtherProtocol = bytes.GetByte(9) != UdpProtocol;
    }

    private DropReason HeaderDrop()
    {
        Bits<W160> bytes = header.Bytes;
        uint words = bytes.GetByte(0) & 0x0Fu;
        uint totalLength = bytes.GetUInt16BigEndian(2);
        if ((bytes.GetByte(0) >> 4) != 4)
        {
            return DropReason.Ipv4BadVersion;
        }

        if (words < 5)
        {
            return DropReason.Ipv4BadHeaderLength;
        }

        bool isBadLength = totalLength < words << 2 || totalLength + EthernetBytes > beat.FrameBytes;
        return isBadLength ? DropReason.Ipv4BadTotalLength : DropReason.None;
    }

    private DropReason DatagramDrop()
    {
        if (header.Bytes.GetUInt16BigEndian(2) < UdpHeaderEnd)
        {
            return DropReason.UdpTruncated;
        }

        return DropReason.None;
    }

    private bool IsBadSource(uint source)
    {
        uint own = configuration.IpAddress;
        uint mask = configuration.SubnetMask;
        byte first = (byte)(source >> 24);

        // A subnet of two addresses has no broadcast address (RFC 3021).
        bool isOfSubnet = ((source ^ own) & mask) == 0 && (mask & 2) == 0;
        bool isSubnets = isOfSubnet && ((source | mask) == uint.MaxValue || (source & ~mask) == 0);
        return first == 0 || first == 127 || (first & 0xF0) == 0xE0 || source == uint.MaxValue || source == own || isSubnets;
    }
}
