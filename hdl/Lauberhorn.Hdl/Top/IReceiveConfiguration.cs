// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Top;

/// <summary>What the operating system tells the receive path. A change counts for frames whose first beat comes 4 ticks later.</summary>
[TopLevelInputBus]
public interface IReceiveConfiguration : IBus
{
    /// <summary>Our own MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }

    /// <summary>Our own IPv4 address; the first byte on the wire is the most significant.</summary>
    uint IpAddress { get; set; }

    /// <summary>Whether frames to any MAC address are taken.</summary>
    bool Promiscuous { get; set; }

    /// <summary>Whether every UDP port counts as the NIC's, whatever <see cref="Udp.PortTable"/> says; for a receive path that stands alone.</summary>
    bool AnyPort { get; set; }
}
