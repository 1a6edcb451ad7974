// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>The sizes that the NIC was built with, as its registers report them.</summary>
public sealed record NicCapabilities
{
    /// <summary>Cores, each with a kernel endpoint: endpoints 0 to this minus 1.</summary>
    public required int Cores { get; init; }

    /// <summary>Processes, with the kernel, which is number 0.</summary>
    public required int Processes { get; init; }

    /// <summary>Services that the service table can hold.</summary>
    public required int Services { get; init; }

    /// <summary>Places of the program table: program and range of versions each.</summary>
    public required int Programs { get; init; }

    /// <summary>Endpoints, with the kernel's; their numbers are 0 to this minus 1.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Calls and frames that can be queued or in flight at a time: message slots.</summary>
    public required int PendingCalls { get; init; }

    /// <summary>Aux lines of an endpoint in each direction, 0 to 32.</summary>
    public required int AuxLines { get; init; }

    /// <summary>Packet slots of received messages.</summary>
    public required int PacketSlots { get; init; }

    /// <summary>Of the packet slots of received messages, those that are for frames for the kernel only.</summary>
    public int BypassPacketSlots { get; init; }

    /// <summary>Packet slots for the transmit aux lines of endpoints.</summary>
    public required int TransmitPacketSlots { get; init; }

    /// <summary>IPv4 neighbours whose MAC addresses the NIC can hold.</summary>
    public required int Neighbours { get; init; }

    /// <summary>The clock's frequency in MHz.</summary>
    public required int ClockMegahertz { get; init; }

    /// <summary>Number of colours of lines that never stall, as a power of two; see <see cref="LineMap"/>.</summary>
    public required int ProgressColourBits { get; init; }

    /// <summary>The most bytes of a message: what a control line and all aux lines hold.</summary>
    public int LargestMessage => LineMessage.InlineBytes + (AuxLines * LineMessage.LineBytes);
}
