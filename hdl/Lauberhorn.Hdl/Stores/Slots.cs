// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Stores;

/// <summary>Of which part of the bypass's share a frame takes its slot.</summary>
public enum BypassShare : byte
{
    /// <summary>It finds neighbours, or it is no frame for the kernel.</summary>
    Neighbour = 0,

    /// <summary>It is none of the others.</summary>
    Other = 1,

    /// <summary>It is the NIC's own, and its neighbour is not known.</summary>
    Missed = 2,
}

/// <summary>What belongs to a slot and must be given back with it.</summary>
public readonly record struct SlotResources
{
    /// <summary>Whether the slot counts towards the bypass's share.</summary>
    public bool IsBypass { get; init; }

    /// <summary>If so: to which part of it.</summary>
    public BypassShare Share { get; init; }

    /// <summary>Whether there is a packet slot for aux lines.</summary>
    public bool HasPacketSlot { get; init; }

    /// <summary>
    /// If so, and of a call: whether it counts towards what processes share, and not towards what its process is guaranteed.
    /// </summary>
    public bool IsSharedPacket { get; init; }

    /// <summary>The packet slot.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>How many aux lines the message fills.</summary>
    public byte AuxLines { get; init; }

    /// <summary>The process that the message is for: who gets it through a kernel endpoint has to know.</summary>
    public ushort Process { get; init; }
}

/// <summary>A slot that is done with.</summary>
/// <param name="Slot">The slot.</param>
public readonly record struct SlotRelease(ushort Slot);
