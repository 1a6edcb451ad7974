// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>How much of everything the NIC was built with.</summary>
public sealed record NicCapabilities
{
    /// <summary>Cores, each with a kernel endpoint: endpoints 0 to this minus 1.</summary>
    public required int Cores { get; init; }

    /// <summary>Processes, with the kernel.</summary>
    public required int Processes { get; init; }

    /// <summary>Services.</summary>
    public required int Services { get; init; }

    /// <summary>Programs.</summary>
    public required int Programs { get; init; }

    /// <summary>Endpoints.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Calls and frames that can wait or be under way at a time.</summary>
    public required int PendingCalls { get; init; }

    /// <summary>Aux lines of an endpoint in each direction.</summary>
    public required int AuxLines { get; init; }

    /// <summary>Packet slots of received messages.</summary>
    public required int PacketSlots { get; init; }

    /// <summary>Of the packet slots of received messages, those that only frames for the kernel take.</summary>
    public int BypassPacketSlots { get; init; }

    /// <summary>Packet slots of endpoints that send.</summary>
    public required int TransmitPacketSlots { get; init; }

    /// <summary>Neighbours.</summary>
    public required int Neighbours { get; init; }

    /// <summary>The clock's frequency in MHz.</summary>
    public required int ClockMegahertz { get; init; }

    /// <summary>How many colours are left to lines that never stall, as a power of two; see <see cref="LineMap"/>.</summary>
    public required int ProgressColourBits { get; init; }

    /// <summary>The most bytes of a message: what a control line and all aux lines hold.</summary>
    public int LargestMessage => LineMessage.InlineBytes + (AuxLines * LineMessage.LineBytes);
}
