// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model;

/// <summary>What the operating system has told the NIC about itself.</summary>
/// <param name="MacAddress">Own MAC address: 48 bits, the byte sent first in bits 47 to 40.</param>
/// <param name="Ipv4Address">Own IPv4 address: the byte sent first in bits 31 to 24.</param>
/// <param name="Promiscuous">Whether frames for any destination MAC address are taken.</param>
public sealed record ReceiveSettings(ulong MacAddress, uint Ipv4Address, bool Promiscuous = false)
{
    /// <summary>Whether every UDP port counts as the NIC's.</summary>
    public bool AnyPort { get; init; } = true;

    /// <summary>The mask of the NIC's subnet, the byte sent first on top; 0 if it is not known.</summary>
    public uint SubnetMask { get; init; }

    /// <summary>Which groups' frames are taken: bit n for those with hash n (docs/receive-path.md).</summary>
    public ulong MulticastFilter { get; init; }

    /// <summary>Whether the frames of all groups are accepted.</summary>
    public bool AllMulticast { get; init; }

    /// <summary>The NIC's UDP ports, if not every one counts.</summary>
    public IReadOnlyCollection<ushort> Ports { get; init; } = [];

    /// <summary>The addresses of the captures in testbench/captures: 02:4c:48:00:00:02 and 10.77.0.2.</summary>
    public static ReceiveSettings Captures { get; } = new(0x024C_4800_0002, 0x0A4D_0002);
}
