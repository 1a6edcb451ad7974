// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What is left of each share.</summary>
/// <param name="CallSlots">Of calls: slots.</param>
/// <param name="CallPackets">Of calls: packet slots.</param>
/// <param name="FrameSlots">Of frames for the kernel: slots.</param>
/// <param name="OtherSlots">Of those that find no neighbours: slots.</param>
/// <param name="MissedSlots">Of those that the NIC could not send: slots.</param>
/// <param name="FramePackets">Of frames for the kernel: packet slots.</param>
/// <param name="MissedPackets">Of those that the NIC could not send: packet slots.</param>
internal sealed record AdmissionShares(
    [InputBus] IShareCount CallSlots,
    [InputBus] IShareCount CallPackets,
    [InputBus] IShareCount FrameSlots,
    [InputBus] IShareCount OtherSlots,
    [InputBus] IShareCount MissedSlots,
    [InputBus] IShareCount FramePackets,
    [InputBus] IShareCount MissedPackets);

/// <summary>The numbers that the next message gets, if any are free.</summary>
/// <param name="Slots">Its slot.</param>
/// <param name="Packets">Its packet slot.</param>
internal sealed record FreeNumbers([InputBus] IStream<ushort> Slots, [InputBus] IStream<ushort> Packets);

/// <summary>The outputs of a message.</summary>
/// <param name="Lines">Control lines.</param>
/// <param name="Packets">Half aux lines.</param>
/// <param name="Arrivals">Messages, to the scheduler.</param>
internal sealed record MessageOffers(
    [OutputBus] IStream<LineWrite> Lines,
    [OutputBus] IStream<PacketWrite> Packets,
    [OutputBus] IStream<Arrival> Arrivals);

/// <summary>The facts about the message in this tick.</summary>
internal readonly record struct AssemblyFacts
{
    /// <summary>Whether it is a call.</summary>
    public bool IsCall { get; init; }

    /// <summary>Whether the NIC answers it by itself.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>Whether it is a frame for the kernel.</summary>
    public bool IsFrame => !IsCall && !IsAnswer;

    /// <summary>Whether a beat of its payload is there.</summary>
    public bool IsBeat { get; init; }

    /// <summary>Whether this step decides about its line: with its second beat, or its only one.</summary>
    public bool IsLineStep { get; init; }

    /// <summary>The first 96 bytes of its payload, if this step decides about its line.</summary>
    public Bits<W768> Words { get; init; }

    /// <summary>Of a frame for the kernel: the part of the bypass's share that it counts in, if this step decides about its line.</summary>
    public BypassShare Share { get; init; }

    /// <summary>Whether there is a slot for it.</summary>
    public bool HasSlot { get; init; }

    /// <summary>Whether there is all that it takes to store it.</summary>
    public bool CanStore { get; init; }

    /// <summary>Whether it is being stored: known with the line, and kept for all that follows.</summary>
    public bool IsStored { get; init; }

    /// <summary>Whether there is room for the packet slot of its process; of a call that is decided.</summary>
    public bool MayTake { get; init; }
}

/// <summary>
/// Decides what the message does in this tick, from what is known of it: writes its line or half an aux line, ends as a message, an answer
/// or a drop. All is written to the next free slot and packet slot, which are claimed only at the end, when all checks have passed; so
/// nothing is ever given back from here. Nothing is claimed while it waits: the message's records are written once it was admitted ( see
/// cref="AdmissionCommit"/>). Combinational; a step per tick; what is valid stays valid until it is accepted, since slots become free and
/// never less so meanwhile.
/// </summary>
internal sealed class AssemblyPlan(
    [InputBus] IAssembly assembly,
    [InputBus] ICallOutcome outcome,
    [InputBus] IPacketStanding standing,
    [Ports] AdmissionShares shares,
    [Ports] FreeNumbers free,
    [InputBus] IAdmissionState state,
    [OutputBus] IAssemblyPlan plan,
    [Ports] MessageOffers offers) : SimpleProcess
{
    /// <inheritdoc/>
    protected override void OnTick()
    {
        AssemblyFacts facts = Find();
        AssemblyPhase next = Next(facts);
        bool ends = assembly.Phase == AssemblyPhase.Decide || (!facts.IsCall && next == AssemblyPhase.Decide);
        WriteLine(facts);
        WriteHalf(facts);
        End(facts, ends);
        plan.IsActive = assembly.Valid && (assembly.Phase != AssemblyPhase.Payload || assembly.HasBeat);
        plan.IsLineStep = facts.IsLineStep;
        plan.IsStored = facts.CanStore;
        plan.LacksSlot = !facts.HasSlot;
        plan.Share = facts.IsLineStep ? facts.Share : assembly.Share;
        plan.Next = next;
        plan.Ends = ends;
        plan.Event = 1ul << (int)(facts.IsCall ? EventOfCall(facts) : EventOfOther(facts));
    }

    private AssemblyFacts Find()
    {
        RouteKind route = assembly.Frame.Route;
        bool isCall = route == RouteKind.Call;
        bool isAnswer = route == RouteKind.Answer;
        bool isBeat = assembly.Valid && assembly.Phase == AssemblyPhase.Payload && assembly.HasBeat;
        bool isLineStep = isBeat && (assembly.Index == 1 || (assembly.Index == 0 && assembly.IsLast));
        Bits<W768> words = assembly.Index == 0
            ? assembly.Beat.Resize<W768>()
            : Bits.Concat<W256, W512, W768>(assembly.Beat.Slice<W256>(0), assembly.Previous);
        BypassShare share = MessageChecks.Share(words, assembly.IsMissed);
        bool hasSlot = free.Slots.Valid && (isCall ? ShareCount.Has(shares.CallSlots) : HasFrameSlot(share));
        bool hasPacketShare = isCall ? ShareCount.Has(shares.CallPackets) : HasFramePacket();
        bool hasPacket = !assembly.NeedsPacket || (free.Packets.Valid && hasPacketShare);
        bool canStore = !isAnswer && !assembly.IsTooLong && hasSlot && hasPacket;
        return new AssemblyFacts
        {
            IsCall = isCall,
            IsAnswer = isAnswer,
            IsBeat = isBeat,
            IsLineStep = isLineStep,
            Words = words,
            Share = share,
            HasSlot = hasSlot,
            CanStore = canStore,
            IsStored = isLineStep ? canStore : assembly.IsStored,
            MayTake = !assembly.NeedsPacket || standing.MayTake,
        };
    }

    // Neighbours' frames leave nothing to others; what the NIC could not send leaves the most, since the kernel waits for a neighbour's
    // answer.
    private bool HasFrameSlot(BypassShare share) =>
        ShareCount.Has(shares.FrameSlots)
        && (share == BypassShare.Neighbour || ShareCount.Has(shares.OtherSlots))
        && (!assembly.IsMissed || ShareCount.Has(shares.MissedSlots));

    private bool HasFramePacket() =>
        ShareCount.Has(shares.FramePackets) && (!assembly.IsMissed || ShareCount.Has(shares.MissedPackets));

    // After the last beat: its upper half if it has bytes there, then zeros if the last line is half full.
    private AssemblyPhase Next(in AssemblyFacts facts)
    {
        AssemblyPhase phase = assembly.Phase;
        bool isAfterPayload = facts.IsBeat && assembly.IsLast;
        bool isEven = (assembly.Half & 1) == 0;
        if (isAfterPayload && assembly.HasLastHalf && facts.IsStored)
        {
            return AssemblyPhase.LastHalf;
        }

        if ((isAfterPayload || phase == AssemblyPhase.LastHalf) && assembly.IsLong && facts.IsStored && isEven)
        {
            return AssemblyPhase.Zeros;
        }

        bool isOver = isAfterPayload || phase == AssemblyPhase.LastHalf || phase == AssemblyPhase.Zeros;
        return isOver ? AssemblyPhase.Decide : AssemblyPhase.Payload;
    }

    private void WriteLine(in AssemblyFacts facts)
    {
        RoutedFrame frame = assembly.Frame;
        bool writes = facts.IsLineStep && facts.CanStore;
        plan.WritesLine = writes;
        plan.IsGarbage = facts.IsCall
            && MessageChecks.AreGarbage(frame.Service, facts.Words, frame.Metadata.PayloadBytes, assembly.Room);
        offers.Lines.Valid = writes;
        offers.Lines.Item = new LineWrite(
            free.Slots.Item, Bits<W128>.AllOnes, MessageChecks.Line(frame, facts.Words, free.Slots.Item, state.Generation));
    }

    // Half aux lines lie half a beat off: the upper half of a beat and the lower half of the next.
    private void WriteHalf(in AssemblyFacts facts)
    {
        AssemblyPhase phase = assembly.Phase;
        bool isPayload = phase == AssemblyPhase.Payload;
        bool isLastHalf = phase == AssemblyPhase.LastHalf;
        bool isHalf = (facts.IsBeat && assembly.Index == 2) || isLastHalf || phase == AssemblyPhase.Zeros;
        Bits<W256> lower = isPayload ? assembly.Previous.Slice<W256>(256) : isLastHalf ? assembly.Beat.Slice<W256>(256) : default;
        Bits<W256> upper = isPayload ? assembly.Beat.Slice<W256>(0) : default;
        bool writes = assembly.Valid && isHalf && assembly.IsStored;
        plan.WritesHalf = writes;
        offers.Packets.Valid = writes;
        offers.Packets.Item = new PacketWrite(free.Packets.Item, assembly.Half, Bits.Concat<W256, W256, W512>(upper, lower));
    }

    // A frame's arrival is valid in the tick after its line was written, and has priority over that of the call behind it.
    private void End(in AssemblyFacts facts, bool ends)
    {
        RoutedFrame frame = assembly.Frame;
        bool decides = assembly.Valid && assembly.Phase == AssemblyPhase.Decide;
        bool isActive = assembly.Valid && (assembly.Phase != AssemblyPhase.Payload || assembly.HasBeat);
        bool isTaken = assembly.IsStored && facts.MayTake && !assembly.IsGarbage && !outcome.IsKnown && outcome.HasPlace;
        bool admitsCall = decides && isTaken;
        bool isGarbage = decides && (assembly.IsTooLong || assembly.IsGarbage);
        plan.AdmitsCall = admitsCall;
        plan.AdmitsFrame = isActive && ends && facts.IsFrame && facts.IsStored;
        plan.Answers = isGarbage || (isActive && ends && facts.IsAnswer);
        offers.Arrivals.Valid = state.HasFrame || admitsCall;
        offers.Arrivals.Item = new Arrival(
            state.HasFrame ? (ushort)0 : frame.Service.Process,
            state.HasFrame ? state.FrameSlot : free.Slots.Item,
            !state.HasFrame,
            state.HasFrame ? (ushort)0 : frame.ServiceNumber,
            state.HasFrame ? (ushort)0 : frame.Service.ProcessGeneration);
    }

    // The event that the end of a call counts as.
    private NicEvent EventOfCall(in AssemblyFacts facts)
    {
        if (assembly.IsTooLong)
        {
            return NicEvent.CallTooLong;
        }

        if (assembly.IsGarbage)
        {
            return NicEvent.GarbageArguments;
        }

        if (outcome.IsKnown)
        {
            return NicEvent.Retransmission;
        }

        if (!assembly.IsStored)
        {
            bool lacksSlot = facts.IsLineStep ? !facts.HasSlot : assembly.LacksSlot;
            return lacksSlot ? NicEvent.CallDroppedNoSlot : NicEvent.CallDroppedNoPacketSlot;
        }

        if (!facts.MayTake)
        {
            return NicEvent.CallDroppedNoPacketSlot;
        }

        return outcome.HasPlace ? NicEvent.CallAdmitted : NicEvent.CallDroppedIndexFull;
    }

    // The event that the end of an answer, or of a frame for the kernel, counts as.
    private NicEvent EventOfOther(in AssemblyFacts facts)
    {
        if (facts.IsAnswer)
        {
            return assembly.Frame.Answer == NicReplyKind.Null ? NicEvent.NullCall : NicEvent.ErrorReply;
        }

        return assembly.IsTooLong ? NicEvent.FrameDroppedTooLong
            : facts.IsStored ? NicEvent.FrameAdmitted
            : NicEvent.FrameDroppedNoSlot;
    }
}
