// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>What the operating system tells the receive path. A change counts for frames whose first beat comes 4 ticks later.</summary>
[TopLevelInputBus]
public interface IReceiveConfiguration : IBus
{
    /// <summary>Our own MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }

    /// <summary>Our own IPv4 address; the first byte on the wire is the most significant.</summary>
    uint IpAddress { get; set; }

    /// <summary>
    /// The mask of our subnet, ones from the top: says which of its addresses is the broadcast address; 0 if it is not known.
    /// </summary>
    uint SubnetMask { get; set; }

    /// <summary>Which group MAC addresses are taken: bit n for those whose <see cref="Receive.Ethernet.MulticastHash"/> is n.</summary>
    ulong MulticastFilter { get; set; }

    /// <summary>Whether all group MAC addresses are taken.</summary>
    bool AllMulticast { get; set; }

    /// <summary>Whether frames to any MAC address are taken.</summary>
    bool Promiscuous { get; set; }

    /// <summary>Whether every UDP port counts as the NIC's, whatever <see cref="Receive.Udp.PortTable"/> says; for a receive path that stands alone.</summary>
    bool AnyPort { get; set; }
}
