// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Demux;

/// <summary>A frame with right checksums told us where an IPv4 address is on the local network.</summary>
public interface ISighting : IBus
{
    /// <summary>Whether an address was seen in this tick.</summary>
    bool Valid { get; set; }

    /// <summary>The IPv4 address.</summary>
    uint Address { get; set; }

    /// <summary>The MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }
}
