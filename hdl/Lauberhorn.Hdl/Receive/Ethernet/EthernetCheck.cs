// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Ethernet;

/// <summary>Results of the checks of the Ethernet header.</summary>
public interface IEthernetFlags : IBus
{
    /// <summary>Why the frame is dropped, by its MAC addresses.</summary>
    DropReason Drop { get; set; }

    /// <summary>Whether the destination is a group, as the broadcast address is.</summary>
    bool IsToGroup { get; set; }

    /// <summary>Whether the EtherType is not IPv4.</summary>
    bool IsOtherEtherType { get; set; }
}

/// <summary>
/// Checks of MAC addresses and EtherType (docs/receive-path.md; IEEE 802.3 clause 3.2).
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class EthernetCheck([InputBus] IHeader<W112> header, [InputBus] IReceiveConfiguration configuration) : SimpleProcess
{
    private const ushort Ipv4EtherType = WireFormat.Ipv4EtherType;

    [OutputBus] private readonly IEthernetFlags flags = Scope.CreateBus<IEthernetFlags>("flags");

    /// <summary>Output: the results, one tick after the header; registers.</summary>
    public IEthernetFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W112> bytes = header.Bytes;
        Bits<W48> destination = bytes.Slice<W48>(0);
        Bits<W48> source = bytes.Slice<W48>(48);
        Bits<W48> own = configuration.MacAddress.ReverseBytes();
        bool isToGroup = IsGroup(destination);
        bool isInFilter = ((configuration.MulticastFilter >> MulticastHash.Of(destination)) & 1) != 0;
        bool isOurGroup = isToGroup && (configuration.AllMulticast || isInFilter);
        bool isOther = destination != own && !destination.AndReduce() && !isOurGroup && !configuration.Promiscuous;
        bool isBadSource = IsGroup(source) || !source.OrReduce() || source == own;
        flags.Drop = isOther ? DropReason.OtherDestinationMac : isBadSource ? DropReason.BadSourceMac : DropReason.None;
        flags.IsToGroup = isToGroup;
        flags.IsOtherEtherType = bytes.GetUInt16BigEndian(12) != Ipv4EtherType;
    }

    // The first bit on the wire: the lowest of the first byte.
    private static bool IsGroup(Bits<W48> address) => address[0];
}

/// <summary>Which bit of the multicast filter is that of an address.</summary>
public static class MulticastHash
{
    private const int GroupBits = 6;

    /// <summary>The address's eight groups of six bits, as they lie on the wire (the lowest bit of the first byte first), XORed.</summary>
    /// <param name="address">The MAC address, its first byte on the wire in the lowest bits.</param>
    /// <returns>0 to 63.</returns>
    [Hardware]
    public static int Of(Bits<W48> address)
    {
        Bits<W6> hash = default;
        for (int i = 0; i < 48; i += GroupBits)
        {
            hash ^= address.Slice<W6>(i);
        }

        return (int)(ulong)hash;
    }
}
