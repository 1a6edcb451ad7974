// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Ip;

/// <summary>What the IPv4 header says; right on the frame's last beat, and only if the frame has such a header.</summary>
public interface IIpv4Flags : IBus
{
    /// <summary>Version other than 4.</summary>
    bool IsBadVersion { get; set; }

    /// <summary>Header length under 5 words.</summary>
    bool IsBadHeaderLength { get; set; }

    /// <summary>Total length under the header length, or beyond the frame.</summary>
    bool IsBadTotalLength { get; set; }

    /// <summary>Header length over 5 words.</summary>
    bool HasOptions { get; set; }

    /// <summary>To another address than our own.</summary>
    bool IsOtherDestination { get; set; }

    /// <summary>
    /// From an address that no sender has: this network (0.0.0.0/8), loopback, multicast, broadcast, our own, or our subnet's of all zeros
    /// or ones.
    /// </summary>
    bool IsBadSource { get; set; }

    /// <summary>More-fragments flag or fragment offset set.</summary>
    bool IsFragment { get; set; }

    /// <summary>Protocol other than UDP.</summary>
    bool IsOtherProtocol { get; set; }

    /// <summary>Total length under 28 bytes, too short for a UDP header.</summary>
    bool LacksUdpHeader { get; set; }
}

/// <summary>
/// Checks 8 to 11, 13 to 16 and 18 of docs/receive-path.md: the fields of the IPv4 header (RFC 791 section 3.1, RFC 1122 section 3.2.1.3).
/// Latency 1 tick; one beat per tick; cannot be held up.
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

    /// <summary>What was found, one tick after the header.</summary>
    public IIpv4Flags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W160> bytes = header.Bytes;
        uint words = bytes.GetByte(0) & 0x0Fu;
        uint totalLength = bytes.GetUInt16BigEndian(2);
        flags.IsBadVersion = (bytes.GetByte(0) >> 4) != 4;
        flags.IsBadHeaderLength = words < 5;
        flags.IsBadTotalLength = totalLength < words << 2 || totalLength + EthernetBytes > beat.FrameBytes;
        flags.HasOptions = words > 5;
        flags.IsOtherDestination = bytes.GetUInt32BigEndian(16) != configuration.IpAddress;
        flags.IsBadSource = IsBadSource(bytes.GetUInt32BigEndian(12));
        flags.IsFragment = (bytes.GetUInt16BigEndian(6) & 0x3FFF) != 0;
        flags.IsOtherProtocol = bytes.GetByte(9) != UdpProtocol;
        flags.LacksUdpHeader = totalLength < UdpHeaderEnd;
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
