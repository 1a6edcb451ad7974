// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>
/// Assembles messages in slots from routed frames and their payload, or answers or drops them, see docs/admission.md. A call with up to 64
/// bytes of arguments has its line valid in the tick after its frame and its payload were valid, and its arrival in the tick after that. A
/// call of two beats' time, or any frame of one beat, passes in that time; longer messages take a beat per tick and up to two ticks more.
/// It stalls only with its outputs : what there is no room for is dropped as a whole, and counted.
/// </summary>
public sealed class Admission
{
    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="routed">The frames.</param>
    /// <param name="payload">Their payload, in their order; nothing of frames that have none, or have it in their metadata.</param>
    /// <param name="settings">The OS's settings; <see cref="INicSettings.CallAgeLimit"/> and <see cref="INicSettings.SharedPackets"/> are
    /// used here.</param>
    /// <param name="command">The OS's commands; of <see cref="CommandCode.SetProcess"/> the guarantee of packet slots is used
    /// here.</param>
    /// <param name="fromScheduler">Slots that the scheduler gives back.</param>
    /// <param name="fromReplies">Slots that the reply stage gives back.</param>
    /// <param name="ageUnitBits">The unit of age is 2 to this power cycles; tests make it short.</param>
    /// <exception cref="ElaborationException">The shares are larger than the whole.</exception>
    public Admission(
        NicConfig config,
        Stream<RoutedFrame> routed,
        Stream<PayloadBeat> payload,
        INicSettings settings,
        ICommand command,
        Stream<SlotRelease> fromScheduler,
        Stream<SlotRelease> fromReplies,
        int ageUnitBits = 16)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(routed);
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(fromScheduler);
        ArgumentNullException.ThrowIfNull(fromReplies);
        using Scope scope = Scope.Open("admission");
        Check(config.BypassSlots >= 1 && config.BypassSlots < config.PendingCalls, "BypassSlots", config.BypassSlots, "slots",
            config.PendingCalls, scope);
        Check(
            config.BypassPacketSlots >= 1 && config.BypassPacketSlots < config.PacketSlots,
            "BypassPacketSlots",
            config.BypassPacketSlots,
            "packet slots",
            config.PacketSlots,
            scope);
        if (config.AuxLines is < 0 or > 32)
        {
            throw new ElaborationException($"{scope.Path}: AuxLines is {config.AuxLines}; use 0 to 32");
        }

        Arrivals = new Stream<Arrival>("arrivals");
        Answers = new Stream<NicReply>("answers");
        LineWrites = new Stream<LineWrite>("lineWrites");
        PacketWrites = new Stream<PacketWrite>("packetWrites");
        ResourceWrite = Scope.CreateBus<IRamWrite<SlotResources>>("resourceWrite");
        IAssembly assembly = Scope.CreateBus<IAssembly>("assembly");
        IAssemblyPlan plan = Scope.CreateBus<IAssemblyPlan>("plan");
        IAssemblyAdvance advance = Scope.CreateBus<IAssemblyAdvance>("advance");
        IAdmissionState state = Scope.CreateBus<IAdmissionState>("state");
        ISlotTaking taking = Scope.CreateBus<ISlotTaking>("taking");
        ICallInsertion insertion = Scope.CreateBus<ICallInsertion>("insertion");

        // What is free, and how it becomes so again.
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)config.PendingCalls);
        ICallSweep sweep = Scope.CreateBus<ICallSweep>("sweep");
        SlotReturner returner = new((fromScheduler, fromReplies), ResourceWrite, insertion, sweep, state, settings, slots, ageUnitBits);
        AgeEvents = returner.Events;
        SlotPool = new NumberPool(config.PendingCalls, returner.Slots, "slotPool");
        PacketPool = new NumberPool(config.PacketSlots, returner.Packets, "packetPool");
        AdmissionShares shares = new(
            Share(config.PendingCalls - config.BypassSlots, ShareOf.Calls, false, "callSlots"),
            Share(config.PacketSlots - config.BypassPacketSlots, ShareOf.Calls, true, "callPackets"),
            Share(config.BypassSlots, ShareOf.Frames, false, "frameSlots"),
            Share(BypassShares.Others(config.BypassSlots), ShareOf.Others, false, "otherSlots"),
            Share(BypassShares.Missed(config.BypassSlots), ShareOf.Missed, false, "missedSlots"),
            Share(config.BypassPacketSlots, ShareOf.Frames, true, "framePackets"),
            Share(BypassShares.Missed(config.BypassPacketSlots), ShareOf.Missed, true, "missedPackets"));
        IPacketStanding standing = new PacketGuarantee(config, assembly, ResourceWrite, returner.Return, sweep, command, settings).Standing;

        // Four places for each slot, in two tables of four ways.
        int buckets = Math.Max(slots / 2, 2);
        ICallOutcome outcome =
            new CallTable(buckets, routed.Forward, assembly, insertion, returner.Removal, sweep, config.Processes).Outcome;

        _ = new AssemblyRegister(config, routed, payload, plan, advance, assembly) { Name = "assemblyRegister" };
        FreeNumbers free = new(SlotPool.Free.Forward, PacketPool.Free.Forward);
        MessageOffers offers = new(LineWrites.Forward, PacketWrites.Forward, Arrivals.Forward);
        MessageTakers takers = new(LineWrites.Backward, PacketWrites.Backward, Arrivals.Backward, Answers.Forward, Answers.Backward);
        TakenNumbers taken = new(SlotPool.Free.Backward, PacketPool.Free.Backward);
        AssemblyStep now = new(assembly, plan, advance);
        _ = new AssemblyPlan(assembly, outcome, standing, shares, free, state, plan, offers) { Name = "assemblyPlan" };
        _ = new AssemblyAdvance(routed, payload, state, takers, taken, taking, now) { Name = "assemblyAdvance" };
        AdmissionCommit commit = new(now, outcome, free, state, standing, ResourceWrite, insertion, ageUnitBits) { Name = "commit" };
        PendingWrite = commit.PendingWrite;
        Events = new AdmissionOutput(now, SlotPool.Free.Forward, Arrivals, Answers, state) { Name = "output" }.Events;

        IShareCount Share(int count, ShareOf of, bool isPacket, string name) =>
            new ShareCount(count, of, isPacket, taking, returner.Return) { Name = name }.Share;
    }

    /// <summary>Output: messages whose lines are in the line store.</summary>
    public Stream<Arrival> Arrivals { get; }

    /// <summary>Output: replies that the NIC makes itself.</summary>
    public Stream<NicReply> Answers { get; }

    /// <summary>Output: control lines.</summary>
    public Stream<LineWrite> LineWrites { get; }

    /// <summary>Output: half aux lines.</summary>
    public Stream<PacketWrite> PacketWrites { get; }

    /// <summary>Output: write port of the pending calls, by slot.</summary>
    public IRamWrite<PendingCall> PendingWrite { get; }

    /// <summary>Output: write port of the slots' resources.</summary>
    public IRamWrite<SlotResources> ResourceWrite { get; }

    /// <summary>Output: events of what was admitted, answered and dropped.</summary>
    public IEvents Events { get; }

    /// <summary>Output: <see cref="NicEvent.CallOverdue"/>.</summary>
    public IEvents AgeEvents { get; }

    /// <summary>The free slots; for tests and traces.</summary>
    public NumberPool SlotPool { get; }

    /// <summary>The free packet slots; for tests and traces.</summary>
    public NumberPool PacketPool { get; }

    private static void Check(bool isRight, string parameter, int value, string ofWhat, int all, Scope scope)
    {
        if (!isRight)
        {
            throw new ElaborationException(
                $"{scope.Path}: {parameter} is {value} of {all} {ofWhat}; calls and frames both need some: use 1 to {all - 1}");
        }
    }
}
