// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>Whether calls and frames for the kernel have anything left of their shares; registers.</summary>
public interface ISlotShares : IBus
{
    /// <summary>Whether a call may take a slot.</summary>
    bool HasCallSlot { get; set; }

    /// <summary>Whether a call may take a packet slot.</summary>
    bool HasCallPacket { get; set; }

    /// <summary>Whether a frame may take a slot.</summary>
    bool HasFrameSlot { get; set; }

    /// <summary>Whether a frame may take a packet slot.</summary>
    bool HasFramePacket { get; set; }
}

/// <summary>What a message takes in this tick. Wires.</summary>
public interface ISlotTaking : IBus
{
    /// <summary>Whether it takes a slot.</summary>
    bool Enable { get; set; }

    /// <summary>Whether it is a frame for the kernel.</summary>
    bool IsBypass { get; set; }

    /// <summary>Whether it takes a packet slot too.</summary>
    bool HasPacketSlot { get; set; }
}

/// <summary>
/// Counts what calls and frames for the kernel have left of their shares, so that neither side can starve the other. Latency 1 tick; one message
/// taken up and one given back per tick; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class SlotShares : SimpleProcess
{
    [InputBus] private readonly ISlotTaking taking;
    [InputBus] private readonly ISlotReturn returned;
    [OutputBus] private readonly ISlotShares shares;
    private ushort callSlots;
    private ushort callPackets;
    private ushort frameSlots;
    private ushort framePackets;

    internal SlotShares(NicConfig config, ISlotTaking taking, ISlotReturn returned, ISlotShares shares)
    {
        this.taking = taking;
        this.returned = returned;
        this.shares = shares;
        callSlots = (ushort)(config.PendingCalls - config.BypassSlots);
        callPackets = (ushort)(config.PacketSlots - config.BypassPacketSlots);
        frameSlots = (ushort)config.BypassSlots;
        framePackets = (ushort)config.BypassPacketSlots;
    }

    /// <summary>Slots that calls have left.</summary>
    [SimulationOnly]
    public int CallSlots => callSlots;

    /// <summary>Packet slots that calls have left.</summary>
    [SimulationOnly]
    public int CallPackets => callPackets;

    /// <summary>Slots that frames have left.</summary>
    [SimulationOnly]
    public int FrameSlots => frameSlots;

    /// <summary>Packet slots that frames have left.</summary>
    [SimulationOnly]
    public int FramePackets => framePackets;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool takesPacket = taking.Enable && taking.HasPacketSlot;
        bool returnsPacket = returned.Enable && returned.Resources.HasPacketSlot;
        callSlots = After(callSlots, taking.Enable && !taking.IsBypass, returned.Enable && !returned.Resources.IsBypass);
        callPackets = After(callPackets, takesPacket && !taking.IsBypass, returnsPacket && !returned.Resources.IsBypass);
        frameSlots = After(frameSlots, taking.Enable && taking.IsBypass, returned.Enable && returned.Resources.IsBypass);
        framePackets = After(framePackets, takesPacket && taking.IsBypass, returnsPacket && returned.Resources.IsBypass);
        shares.HasCallSlot = callSlots != 0;
        shares.HasCallPacket = callPackets != 0;
        shares.HasFrameSlot = frameSlots != 0;
        shares.HasFramePacket = framePackets != 0;
    }

    private static ushort After(ushort count, bool takes, bool returns) =>
        takes == returns ? count : takes ? (ushort)(count - 1) : (ushort)(count + 1);
}
