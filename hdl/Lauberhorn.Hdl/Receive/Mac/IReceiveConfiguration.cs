// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>
/// The operating system's settings for the receive path. A change applies to frames whose first beat comes 4 ticks later.
/// </summary>
[TopLevelInputBus]
public interface IReceiveConfiguration : IBus
{
    /// <summary>The NIC's MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }

    /// <summary>The NIC's IPv4 address; the first byte on the wire is the most significant.</summary>
    uint IpAddress { get; set; }

    /// <summary>
    /// The subnet's mask, ones from the top: gives the subnet's broadcast address; 0 if it is not known.
    /// </summary>
    uint SubnetMask { get; set; }

    /// <summary>Which group MAC addresses are accepted: bit n for those whose <see cref="Receive.Ethernet.MulticastHash"/> is n.</summary>
    ulong MulticastFilter { get; set; }

    /// <summary>Whether all group MAC addresses are accepted.</summary>
    bool AllMulticast { get; set; }

    /// <summary>Whether frames to any MAC address are accepted.</summary>
    bool Promiscuous { get; set; }

    /// <summary>
    /// Whether every UDP port counts as the NIC's, whatever <see cref="Receive.Udp.PortTable"/> says; for a receive path that stands alone.
    /// </summary>
    bool AnyPort { get; set; }
}
