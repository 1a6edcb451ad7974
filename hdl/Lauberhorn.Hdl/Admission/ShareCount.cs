// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>The parties that have a share.</summary>
public enum ShareOf : byte
{
    /// <summary>Calls, of all processes together.</summary>
    Calls = 0,

    /// <summary>Frames for the kernel, all of them.</summary>
    Frames = 1,

    /// <summary>Of these, all but what finds neighbours.</summary>
    Others = 2,

    /// <summary>Of these, frames of the NIC's own whose neighbour is not known.</summary>
    Missed = 3,
}

/// <summary>
/// The split of the bypass's slots: what finds neighbours (ARP, and the neighbour discovery of IPv6) may take all of them, all else
/// leaves an eighth and one at least, and frames of the NIC's own that missed their neighbour leave a quarter and one at least. With one
/// slot there is nothing to share; missed frames are never admitted then.
/// </summary>
public static class BypassShares
{
    /// <summary>
    /// Slots that only what finds neighbours can have. A frame keeps its slot until the kernel has loaded the line after it, when its
    /// answer may be out for long; so from five on there are two at least, one for such a frame and one for the next.
    /// </summary>
    /// <param name="slots">Slots of the bypass.</param>
    public static int Neighbours(int slots) => slots == 1 ? 0 : Math.Max(slots < 5 ? 1 : 2, slots / 8);

    /// <summary>Slots that all but what finds neighbours can have.</summary>
    /// <param name="slots">Slots of the bypass.</param>
    public static int Others(int slots) => slots - Neighbours(slots);

    /// <summary>Slots, or packet slots, that missed frames can have.</summary>
    /// <param name="slots">Slots, or packet slots, of the bypass.</param>
    public static int Missed(int slots) => slots == 1 ? 0 : slots - Math.Max(1, slots / 4);
}

/// <summary>What is left of a share; registers. Read it through <see cref="ShareCount.Has"/>.</summary>
public interface IShareCount : IBus
{
    /// <summary>Whether one or more were left before the last tick.</summary>
    bool HadOne { get; set; }

    /// <summary>Whether two or more were left then.</summary>
    bool HadTwo { get; set; }

    /// <summary>Whether one was taken in the last tick.</summary>
    bool Took { get; set; }
}

/// <summary>The slots that a message takes in this tick. Wires.</summary>
public interface ISlotTaking : IBus
{
    /// <summary>Whether a message takes a slot.</summary>
    bool Enable { get; set; }

    /// <summary>Whether it is a frame for the kernel.</summary>
    bool IsBypass { get; set; }

    /// <summary>If so: the part of the bypass's share that it counts in.</summary>
    BypassShare Share { get; set; }

    /// <summary>Whether it takes a packet slot too.</summary>
    bool HasPacketSlot { get; set; }
}

/// <summary>
/// Counts what a party has left of the slots or packet slots in its share, so that neither can starve the other. What is taken
/// takes effect in the next tick, what is given back two ticks later. One message admitted and one given back per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ShareCount(
    int count,
    ShareOf of,
    bool isPacket,
    [InputBus] ISlotTaking taking,
    [InputBus] ISlotReturn returned) : SimpleProcess
{
    [OutputBus] private readonly IShareCount share = Scope.CreateBus<IShareCount>("share");
    private readonly ShareOf of = of;
    private readonly bool isPacket = isPacket;
    private ushort count = (ushort)count;
    private bool returns;

    internal IShareCount Share => share;

    /// <summary>Whether anything is left.</summary>
    /// <param name="share">The share.</param>
    internal static bool Has(IShareCount share) => share.Took ? share.HadTwo : share.HadOne;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The end of a message comes late in the tick, so the number itself changes a tick later.
        count = (ushort)(count + (returns ? 1 : 0) - (share.Took ? 1 : 0));
        share.HadOne = count != 0;
        share.HadTwo = count > 1;
        SlotResources resources = returned.Resources;
        share.Took = taking.Enable && Counts(taking.IsBypass, taking.Share) && (taking.HasPacketSlot || !isPacket);
        returns = returned.Enable && Counts(resources.IsBypass, resources.Share) && (resources.HasPacketSlot || !isPacket);
    }

    private bool Counts(bool isBypass, BypassShare which) => of switch
    {
        ShareOf.Calls => !isBypass,
        ShareOf.Frames => isBypass,
        ShareOf.Others => isBypass && which != BypassShare.Neighbour,
        _ => isBypass && which == BypassShare.Missed,
    };
}
