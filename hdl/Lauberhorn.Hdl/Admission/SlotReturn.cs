// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Reply;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>The slot that is given back; registers.</summary>
public interface IReturningSlot : IBus
{
    /// <summary>Whether there is one, whose <see cref="SlotResources"/> have been read.</summary>
    bool Valid { get; set; }

    /// <summary>Which.</summary>
    ushort Slot { get; set; }

    /// <summary>Whether the reply stage's turn is next if both have one.</summary>
    bool IsRepliesTurn { get; set; }
}

/// <summary>What is given back in this tick. Wires.</summary>
public interface ISlotReturn : IBus
{
    /// <summary>Whether a slot is.</summary>
    bool Enable { get; set; }

    /// <summary>What belonged to it.</summary>
    SlotResources Resources { get; set; }
}

/// <summary>
/// Gives slots back, with all that belongs to them: it takes a release from the scheduler or the reply stage, in turn, reads what the slot had, and
/// gives that to the pools and the table of calls. Latency 1 tick; a release per tick, but for ticks in which a call enters the table: then a slot
/// that has a place in it waits.
/// </summary>
public sealed class SlotReturner
{
    internal SlotReturner(
        Stream<SlotRelease> fromScheduler, Stream<SlotRelease> fromReplies, IRamWrite<SlotResources> resourceWrite, ICallInsertion insertion, int slots)
    {
        using Scope scope = Scope.Open("slotReturner");
        IReturningSlot returning = Scope.CreateBus<IReturningSlot>("returning");
        Slots = Scope.CreateBus<IPoolReturn>("slots");
        Packets = Scope.CreateBus<IPoolReturn>("packets");
        Removal = Scope.CreateBus<ICallRemoval>("removal");
        Return = Scope.CreateBus<ISlotReturn>("return");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        IRamData<SlotResources> resources = new SimpleDualPortRam<SlotResources>(resourceWrite, read, slots) { Name = "resources" }.Data;
        _ = new ReturnChoice(fromScheduler, fromReplies, returning, resources, insertion, read) { Name = "choice" };
        _ = new ReturnRegister(fromScheduler, fromReplies, read, Return, returning) { Name = "register" };
        _ = new ReturnGive(returning, resources, insertion, Slots, Packets, Removal, Return) { Name = "give" };
    }

    /// <summary>The slot itself.</summary>
    public IPoolReturn Slots { get; }

    /// <summary>Its packet slot.</summary>
    public IPoolReturn Packets { get; }

    /// <summary>Its place in the table of calls.</summary>
    public ICallRemoval Removal { get; }

    /// <summary>All that.</summary>
    public ISlotReturn Return { get; }
}

/// <summary>Chooses the release that is taken. Combinational; one per tick, unless the one before has to wait.</summary>
public sealed class ReturnChoice : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> fromScheduler;
    [InputBus] private readonly IStream<SlotRelease> fromReplies;
    [InputBus] private readonly IReturningSlot returning;
    [InputBus] private readonly IRamData<SlotResources> resources;
    [InputBus] private readonly ICallInsertion insertion;
    [OutputBus] private readonly IReady schedulerReady;
    [OutputBus] private readonly IReady repliesReady;
    [OutputBus] private readonly IRamRead read;

    internal ReturnChoice(
        Stream<SlotRelease> fromScheduler,
        Stream<SlotRelease> fromReplies,
        IReturningSlot returning,
        IRamData<SlotResources> resources,
        ICallInsertion insertion,
        IRamRead read)
    {
        (this.fromScheduler, schedulerReady) = (fromScheduler.Forward, fromScheduler.Backward);
        (this.fromReplies, repliesReady) = (fromReplies.Forward, fromReplies.Backward);
        this.returning = returning;
        this.resources = resources;
        this.insertion = insertion;
        this.read = read;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool waits = returning.Valid && resources.Item.IsIndexed && insertion.Enable;
        bool isReplies = fromReplies.Valid && (returning.IsRepliesTurn || !fromScheduler.Valid);
        repliesReady.Ready = !waits && isReplies;
        schedulerReady.Ready = !waits && !isReplies;
        read.Enable = !waits && (fromReplies.Valid || fromScheduler.Valid);
        read.Address = isReplies ? fromReplies.Item.Slot : fromScheduler.Item.Slot;
    }
}

/// <summary>Keeps the slot whose resources are being read. Latency 1 tick; one per tick; waits as long as it is told to.</summary>
[ClockedProcess]
public sealed class ReturnRegister : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> fromScheduler;
    [InputBus] private readonly IStream<SlotRelease> fromReplies;
    [InputBus] private readonly IRamRead read;
    [InputBus] private readonly ISlotReturn given;
    [OutputBus] private readonly IReturningSlot returning;

    internal ReturnRegister(Stream<SlotRelease> fromScheduler, Stream<SlotRelease> fromReplies, IRamRead read, ISlotReturn given, IReturningSlot returning)
    {
        this.fromScheduler = fromScheduler.Forward;
        this.fromReplies = fromReplies.Forward;
        this.read = read;
        this.given = given;
        this.returning = returning;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (read.Enable)
        {
            returning.Valid = true;
            returning.Slot = (ushort)read.Address;
            if (fromScheduler.Valid && fromReplies.Valid)
            {
                returning.IsRepliesTurn = !returning.IsRepliesTurn;
            }
        }
        else if (given.Enable)
        {
            returning.Valid = false;
        }
    }
}

/// <summary>Gives back what has been read. Combinational; one per tick.</summary>
public sealed class ReturnGive : SimpleProcess
{
    [InputBus] private readonly IReturningSlot returning;
    [InputBus] private readonly IRamData<SlotResources> resources;
    [InputBus] private readonly ICallInsertion insertion;
    [OutputBus] private readonly IPoolReturn slots;
    [OutputBus] private readonly IPoolReturn packets;
    [OutputBus] private readonly ICallRemoval removal;
    [OutputBus] private readonly ISlotReturn given;

    internal ReturnGive(
        IReturningSlot returning,
        IRamData<SlotResources> resources,
        ICallInsertion insertion,
        IPoolReturn slots,
        IPoolReturn packets,
        ICallRemoval removal,
        ISlotReturn given)
    {
        this.returning = returning;
        this.resources = resources;
        this.insertion = insertion;
        this.slots = slots;
        this.packets = packets;
        this.removal = removal;
        this.given = given;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        SlotResources item = resources.Item;
        bool gives = returning.Valid && !(item.IsIndexed && insertion.Enable);
        slots.Enable = gives;
        slots.Number = returning.Slot;
        packets.Enable = gives && item.HasPacketSlot;
        packets.Number = item.PacketSlot;
        removal.Enable = gives && item.IsIndexed;
        removal.Place = item.IndexPlace;
        given.Enable = gives;
        given.Resources = item;
    }
}
