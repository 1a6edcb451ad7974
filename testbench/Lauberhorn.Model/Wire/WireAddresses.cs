// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Wire;

/// <summary>MAC addresses in frames: 48 bits, the byte sent first on top.</summary>
internal static class WireAddresses
{
    /// <summary>Every station's.</summary>
    public const ulong Broadcast = 0xFFFF_FFFF_FFFF;

    /// <summary>Reads a MAC address from the first 6 bytes.</summary>
    public static ulong Mac(ReadOnlySpan<byte> bytes) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    /// <summary>Writes a MAC address to the first 6 bytes.</summary>
    public static void Write(Span<byte> to, ulong address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)(address >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(to[2..], (uint)address);
    }

    /// <summary>Writes an Ethernet header.</summary>
    public static void Header(Span<byte> to, ulong destination, ulong source, ushort etherType)
    {
        Write(to, destination);
        Write(to[6..], source);
        BinaryPrimitives.WriteUInt16BigEndian(to[12..], etherType);
    }

    /// <summary>Whether it is a group's (IEEE 802.3 clause 3.2.3).</summary>
    public static bool IsGroup(ulong address) => ((address >> 40) & 1) != 0;

    /// <summary>Whether it can be a host's: no group's, and not zero.</summary>
    public static bool IsHost(ulong address) => address != 0 && !IsGroup(address);

    /// <summary>The group MAC address of an IPv4 group (RFC 1112 section 6.4).</summary>
    public static ulong OfGroup(uint address) => 0x0100_5E00_0000ul | (address & 0x7F_FFFF);

    /// <summary>Whether what is behind an Ethernet header is ARP of IPv4 addresses over Ethernet (RFC 826).</summary>
    public static bool IsArp(ReadOnlySpan<byte> arp) =>
        arp.Length >= 28 && BinaryPrimitives.ReadUInt64BigEndian(arp) >> 16 == 0x0001_0800_0604;
}
