// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Stores;

/// <summary>The part of the bypass's share that a frame's slot is counted in.</summary>
public enum BypassShare : byte
{
    /// <summary>Frames that find neighbours (ARP); also anything that is no frame for the kernel.</summary>
    Neighbour = 0,

    /// <summary>All other frames for the kernel.</summary>
    Other = 1,

    /// <summary>Frames of the NIC's own whose neighbour is not known.</summary>
    Missed = 2,
}

/// <summary>What belongs to a slot and must be given back with it.</summary>
public readonly record struct SlotResources
{
    /// <summary>Whether the slot counts towards the bypass's share.</summary>
    public bool IsBypass { get; init; }

    /// <summary>If so: to which part of that share.</summary>
    public BypassShare Share { get; init; }

    /// <summary>Whether there is a packet slot for aux lines.</summary>
    public bool HasPacketSlot { get; init; }

    /// <summary>
    /// If so, and of a call: whether it counts towards what processes share, and not towards what its process is guaranteed.
    /// </summary>
    public bool IsSharedPacket { get; init; }

    /// <summary>Number of the packet slot, if there is one.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>How many aux lines the message fills.</summary>
    public byte AuxLines { get; init; }

    /// <summary>Number of the process that the message is for: a kernel endpoint's line names it.</summary>
    public ushort Process { get; init; }
}

/// <summary>A slot that is given back.</summary>
/// <param name="Slot">Number of the slot.</param>
public readonly record struct SlotRelease(ushort Slot);
