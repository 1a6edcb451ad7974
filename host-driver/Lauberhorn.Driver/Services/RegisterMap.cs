// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// Where the NIC's registers are: offsets in bytes, all registers 64 bits wide. This is all that the driver knows of the register block's layout.
/// </summary>
public static class RegisterMap
{
    /// <summary>Says that this is the NIC: <see cref="MagicValue"/>.</summary>
    public const uint Magic = 0x000;

    /// <summary>"LAUBRHRN", the first letter in the lowest byte.</summary>
    public const ulong MagicValue = 0x4E52_4852_4255_414C;

    /// <summary>Version of the registers' layout.</summary>
    public const uint Version = 0x008;

    /// <summary>The layout that this driver knows.</summary>
    public const ulong VersionValue = 1;

    /// <summary>Capabilities: the first of <see cref="NicCapabilities"/>' numbers, one register each, in its order.</summary>
    public const uint Capabilities = 0x010;

    /// <summary>Our own MAC address.</summary>
    public const uint MacAddress = 0x100;

    /// <summary>Our own IPv4 address.</summary>
    public const uint IpAddress = 0x108;

    /// <summary>Whether frames to any MAC address are taken.</summary>
    public const uint Promiscuous = 0x110;

    /// <summary>Cycles from a load's arrival to TRYAGAIN.</summary>
    public const uint TryAgainCycles = 0x118;

    /// <summary>Age at which a call is forgotten, in units of 2^16 cycles.</summary>
    public const uint CallAgeLimit = 0x120;

    /// <summary>Error replies per port and period.</summary>
    public const uint ErrorReplyLimit = 0x128;

    /// <summary>The period in cycles.</summary>
    public const uint ErrorReplyPeriod = 0x130;

    /// <summary>Whether neighbours are learned.</summary>
    public const uint LearnsNeighbours = 0x138;

    /// <summary>The command's data, eight registers.</summary>
    public const uint CommandData = 0x200;

    /// <summary>The command: its code in the lowest byte, its index from <see cref="CommandIndexBit"/> on; writing it gives the command.</summary>
    public const uint Command = 0x240;

    /// <summary>In <see cref="Command"/>: the lowest bit of the index.</summary>
    public const int CommandIndexBit = 32;

    /// <summary>How the last command ended, in the lowest byte.</summary>
    public const uint CommandStatus = 0x248;

    /// <summary>Counters of NicEvent, one register each.</summary>
    public const uint EventCounters = 0x400;

    /// <summary>Counters of dropped frames by reason, one register each.</summary>
    public const uint DropCounters = 0x800;

    /// <summary>Counters of frames by kind, one register each.</summary>
    public const uint KindCounters = 0xA00;
}
