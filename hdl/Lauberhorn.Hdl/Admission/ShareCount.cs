// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What is left of a share; registers. Read it through <see cref="ShareCount.Has"/> and <see cref="ShareCount.HasMore"/>.</summary>
public interface IShareCount : IBus
{
    /// <summary>Whether anything was left before the tick before.</summary>
    bool HadOne { get; set; }

    /// <summary>Whether two or more were.</summary>
    bool HadTwo { get; set; }

    /// <summary>Whether three or more were.</summary>
    bool HadThree { get; set; }

    /// <summary>Whether one was taken in the tick before.</summary>
    bool Took { get; set; }
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
/// Counts what calls or frames for the kernel have left of the slots or packet slots that are their share, so that neither side can starve the other. What is taken
/// counts in the next tick, what is given back two ticks later. One message taken up and one given back per tick; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class ShareCount : SimpleProcess
{
    [InputBus] private readonly ISlotTaking taking;
    [InputBus] private readonly ISlotReturn returned;
    [OutputBus] private readonly IShareCount share = Scope.CreateBus<IShareCount>("share");
    private readonly bool isBypass;
    private readonly bool isPacket;
    private ushort count;
    private bool returns;

    internal ShareCount(int count, bool isBypass, bool isPacket, ISlotTaking taking, ISlotReturn returned)
    {
        this.count = (ushort)count;
        this.isBypass = isBypass;
        this.isPacket = isPacket;
        this.taking = taking;
        this.returned = returned;
    }

    internal IShareCount Share => share;

    /// <summary>Whether anything is left.</summary>
    /// <param name="share">The share.</param>
    internal static bool Has(IShareCount share) => share.Took ? share.HadTwo : share.HadOne;

    /// <summary>Whether more than one is left.</summary>
    /// <param name="share">The share.</param>
    internal static bool HasMore(IShareCount share) => share.Took ? share.HadThree : share.HadTwo;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The end of a message comes late in the tick, so the number itself changes a tick later.
        count = (ushort)(count + (returns ? 1 : 0) - (share.Took ? 1 : 0));
        share.HadOne = count != 0;
        share.HadTwo = count > 1;
        share.HadThree = count > 2;
        share.Took = taking.Enable && taking.IsBypass == isBypass && (taking.HasPacketSlot || !isPacket);
        returns = returned.Enable && returned.Resources.IsBypass == isBypass && (returned.Resources.HasPacketSlot || !isPacket);
    }
}
