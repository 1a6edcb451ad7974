// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>A slot's entry in the table of calls.</summary>
/// <param name="IsIndexed">Whether its call is in the table.</param>
/// <param name="Place">The entry's number.</param>
/// <param name="Time">When the call came, in units of 2^16 cycles, modulo 2^16.</param>
public readonly record struct SlotIndex(bool IsIndexed, ushort Place, ushort Time);

/// <summary>The slot that is given back, or checked for its age; registers.</summary>
public interface IReturningSlot : IBus
{
    /// <summary>Whether there is a slot, whose records have been read.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the slot.</summary>
    ushort Slot { get; set; }

    /// <summary>Whether it is only checked, for its age.</summary>
    bool IsLook { get; set; }

    /// <summary>Whether the reply stage has priority next, if both releases are valid.</summary>
    bool IsRepliesTurn { get; set; }
}

/// <summary>The read of a slot's records in this tick. Wires.</summary>
public interface IReturnChoice : IBus
{
    /// <summary>Whether there is a read.</summary>
    bool Enable { get; set; }

    /// <summary>Whether it is a check of the age scanner.</summary>
    bool IsLook { get; set; }
}

/// <summary>The release that is executed in this tick. Wires.</summary>
public interface ISlotReturn : IBus
{
    /// <summary>Whether the slot that was read leaves the register.</summary>
    bool Ends { get; set; }

    /// <summary>Whether a slot is given back.</summary>
    bool Enable { get; set; }

    /// <summary>The slot's resources.</summary>
    SlotResources Resources { get; set; }
}

/// <summary>
/// Gives slots back, with their resources: it accepts releases of the scheduler and of the reply stage alternately, reads what the
/// slot had, and gives that to the pools and the table of calls. In between it checks the slots one after the other, and removes calls
/// that are too old from the table. Both go through one register, so that they never meet at one slot. Latency 1 tick; a release per
/// tick, but for ticks in which a call enters the table, where a slot that has an entry in it waits, and for checks: those use a tick in
/// which there is no release, and after <see cref="AgeScan.MostTicks"/> without one three others.
/// </summary>
public sealed class SlotReturner
{
    internal SlotReturner(
        (Stream<SlotRelease> Scheduler, Stream<SlotRelease> Replies) releases,
        IRamWrite<SlotResources> resourceWrite,
        ICallInsertion insertion,
        ICallSweep sweep,
        IAdmissionState state,
        INicSettings settings,
        int slots,
        int ageUnitBits)
    {
        using Scope scope = Scope.Open("slotReturner");
        IReturningSlot returning = Scope.CreateBus<IReturningSlot>("returning");
        Slots = Scope.CreateBus<IPoolReturn>("slots");
        Packets = Scope.CreateBus<IPoolReturn>("packets");
        Removal = Scope.CreateBus<ICallRemoval>("removal");
        Return = Scope.CreateBus<ISlotReturn>("return");
        IRamRead read = Scope.CreateBus<IRamRead>("read");
        IReturnChoice choice = Scope.CreateBus<IReturnChoice>("chosen");
        IRamWrite<SlotIndex> indexWrite = Scope.CreateBus<IRamWrite<SlotIndex>>("indexWrite");
        IRamData<SlotResources> resources = new SimpleDualPortRam<SlotResources>(resourceWrite, read, slots) { Name = "resources" }.Data;
        IRamData<SlotIndex> index = new SimpleDualPortRam<SlotIndex>(indexWrite, read, slots) { Name = "index" }.Data;
        IAgeScan scan = new AgeScan(choice, settings, slots) { Name = "scan" }.Scan;
        _ = new ReturnChoice(releases, returning, scan, Return, read, choice) { Name = "choice" };
        _ = new ReturnRegister(releases, read, choice, Return, returning) { Name = "register" };
        _ = new IndexWrite(sweep, insertion, Removal, returning, indexWrite, slots) { Name = "indexPort" };
        SlotKnowledge slot = new(resources, index);
        ReturnGive give = new(returning, slot, insertion, sweep, state, settings, this, ageUnitBits) { Name = "give" };
        Events = new AgeEvents(give.Verdict) { Name = "events" }.Events;
    }

    /// <summary>The slot itself.</summary>
    public IPoolReturn Slots { get; }

    /// <summary>Its packet slot.</summary>
    public IPoolReturn Packets { get; }

    /// <summary>Its place in the table of calls.</summary>
    public ICallRemoval Removal { get; }

    /// <summary>All that.</summary>
    public ISlotReturn Return { get; }

    /// <summary><see cref="NicEvent.CallOverdue"/>, in the tick after the call left the table.</summary>
    public IEvents Events { get; }
}

/// <summary>
/// Chooses the release that is accepted, or the slot that is checked. A check begins only when no slot is being given back, and nothing
/// else begins in the tick after it: so what a check reads is never about to change. Combinational; one per tick.
/// </summary>
public sealed class ReturnChoice(
    (Stream<SlotRelease> Scheduler, Stream<SlotRelease> Replies) releases,
    [InputBus] IReturningSlot returning,
    [InputBus] IAgeScan scan,
    [InputBus] ISlotReturn given,
    [OutputBus] IRamRead read,
    [OutputBus] IReturnChoice choice) : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> fromScheduler = releases.Scheduler.Forward;
    [InputBus] private readonly IStream<SlotRelease> fromReplies = releases.Replies.Forward;
    [OutputBus] private readonly IReady schedulerReady = releases.Scheduler.Backward;
    [OutputBus] private readonly IReady repliesReady = releases.Replies.Backward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool waits = (returning.Valid && (returning.IsLook || !given.Ends)) || scan.IsUrgent;
        bool isReplies = fromReplies.Valid && (returning.IsRepliesTurn || !fromScheduler.Valid);
        bool releases = !waits && (fromReplies.Valid || fromScheduler.Valid);
        bool looks = scan.Valid && !returning.Valid && (scan.IsUrgent || (!fromReplies.Valid && !fromScheduler.Valid));
        repliesReady.Ready = !waits && isReplies;
        schedulerReady.Ready = !waits && !isReplies;
        read.Enable = releases || looks;
        read.Address = looks ? scan.Slot : isReplies ? fromReplies.Item.Slot : fromScheduler.Item.Slot;
        choice.Enable = releases || looks;
        choice.IsLook = looks;
    }
}

/// <summary>Registers the slot whose records are read. Latency 1 tick; one per tick; stalls with the stage behind it.</summary>
[ClockedProcess]
public sealed class ReturnRegister(
    (Stream<SlotRelease> Scheduler, Stream<SlotRelease> Replies) releases,
    [InputBus] IRamRead read,
    [InputBus] IReturnChoice choice,
    [InputBus] ISlotReturn given,
    [OutputBus] IReturningSlot returning) : SimpleProcess
{
    [InputBus] private readonly IStream<SlotRelease> fromScheduler = releases.Scheduler.Forward;
    [InputBus] private readonly IStream<SlotRelease> fromReplies = releases.Replies.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (choice.Enable)
        {
            returning.Valid = true;
            returning.Slot = (ushort)read.Address;
            returning.IsLook = choice.IsLook;
            if (fromScheduler.Valid && fromReplies.Valid && !choice.IsLook)
            {
                returning.IsRepliesTurn = !returning.IsRepliesTurn;
            }
        }
        else if (given.Ends)
        {
            returning.Valid = false;
        }
    }
}

/// <summary>
/// Writes what slots have in the table of calls: nothing after a reset, as the table is cleared; a call's place when it enters, and
/// nothing when it leaves. Combinational; a write per tick: what leaves does not in a tick in which a call enters.
/// </summary>
public sealed class IndexWrite(
    [InputBus] ICallSweep sweep,
    [InputBus] ICallInsertion insertion,
    [InputBus] ICallRemoval removal,
    [InputBus] IReturningSlot returning,
    [OutputBus] IRamWrite<SlotIndex> write,
    int slots) : SimpleProcess
{
    private readonly uint mask = (uint)slots - 1;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool inserts = insertion.Enable && !sweep.Enable;
        write.Enable = sweep.Enable || insertion.Enable || removal.Enable;
        write.Address = sweep.Enable ? sweep.Address & mask : insertion.Enable ? insertion.Slot : returning.Slot;
        write.Item = new SlotIndex(inserts, inserts ? insertion.Place : (ushort)0, inserts ? insertion.Time : (ushort)0);
    }
}

/// <summary>The result of a slot's check. Wires.</summary>
public interface IAgeVerdict : IBus
{
    /// <summary>Whether its call left the table because of its age.</summary>
    bool IsOverdue { get; set; }
}

/// <summary>The records of the slot that was read.</summary>
/// <param name="Resources">Its resources.</param>
/// <param name="Index">Its call's place in the table.</param>
internal sealed record SlotKnowledge([InputBus] IRamData<SlotResources> Resources, [InputBus] IRamData<SlotIndex> Index);

/// <summary>Gives back what has been read, or removes the call that is too old from the table. Combinational; one per tick.</summary>
internal sealed class ReturnGive(
    [InputBus] IReturningSlot returning,
    [Ports] SlotKnowledge slot,
    [InputBus] ICallInsertion insertion,
    [InputBus] ICallSweep sweep,
    [InputBus] IAdmissionState state,
    [InputBus] INicSettings settings,
    SlotReturner outputs,
    int ageUnitBits) : SimpleProcess
{
    [OutputBus] private readonly IPoolReturn slots = outputs.Slots;
    [OutputBus] private readonly IPoolReturn packets = outputs.Packets;
    [OutputBus] private readonly ICallRemoval removal = outputs.Removal;
    [OutputBus] private readonly ISlotReturn given = outputs.Return;
    [OutputBus] private readonly IAgeVerdict verdict = Scope.CreateBus<IAgeVerdict>("verdict");
    private readonly int ageUnitBits = ageUnitBits;

    internal IAgeVerdict Verdict => verdict;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        SlotResources item = slot.Resources.Item;
        SlotIndex place = slot.Index.Item;

        // What was in the memory before the reset is ignored.
        bool isIndexed = place.IsIndexed && sweep.IsDone;
        ushort age = (ushort)((ushort)(state.Cycle >> ageUnitBits) - place.Time);
        bool isOld = settings.CallAgeLimit != 0 && age > settings.CallAgeLimit;
        bool leaves = isIndexed && (isOld || !returning.IsLook);
        bool ends = returning.Valid && !(leaves && insertion.Enable);
        bool gives = ends && !returning.IsLook;
        slots.Enable = gives;
        slots.Number = returning.Slot;
        packets.Enable = gives && item.HasPacketSlot;
        packets.Number = item.PacketSlot;
        removal.Enable = ends && leaves;
        removal.Place = place.Place;
        given.Ends = ends;
        given.Enable = gives;
        given.Resources = item;
        verdict.IsOverdue = ends && leaves && returning.IsLook;
    }
}
