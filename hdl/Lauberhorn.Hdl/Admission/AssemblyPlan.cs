// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What is left of all shares.</summary>
/// <param name="CallSlots">Of calls: slots.</param>
/// <param name="CallPackets">Of calls: packet slots.</param>
/// <param name="FrameSlots">Of frames for the kernel: slots.</param>
/// <param name="OtherSlots">Of those that find no neighbours: slots.</param>
/// <param name="MissedSlots">Of those that the NIC could not send: slots.</param>
/// <param name="FramePackets">Of frames for the kernel: packet slots.</param>
/// <param name="MissedPackets">Of those that the NIC could not send: packet slots.</param>
internal sealed record AdmissionShares(
    IShareCount CallSlots,
    IShareCount CallPackets,
    IShareCount FrameSlots,
    IShareCount OtherSlots,
    IShareCount MissedSlots,
    IShareCount FramePackets,
    IShareCount MissedPackets);

/// <summary>
/// Decides what the message does in this tick, from what is known of it: writes its line or half an aux line, ends as a message, an answer or a drop.
/// All is written to the next free slot and packet slot, which are taken only at the end, when all checks have passed; so nothing is ever given back from here.
/// Nothing is held while it waits: what is to be known of the message is written once it was taken up (<see cref="AdmissionCommit"/>).
/// Combinational; a step per tick; what it offers stays on offer until it is taken, since slots become free and never less so meanwhile.
/// </summary>
internal sealed class AssemblyPlan(
    [InputBus] IAssembly assembly,
    [InputBus] ICallOutcome outcome,
    [InputBus] IPacketStanding standing,
    AdmissionShares shares,
    [InputBus] IStream<ushort> slots,
    [InputBus] IStream<ushort> packets,
    [InputBus] IAdmissionState state,
    [OutputBus] IAssemblyPlan plan,
    Stream<LineWrite> lineWrites,
    Stream<PacketWrite> packetWrites,
    Stream<Arrival> arrivals) : SimpleProcess
{
    [InputBus] private readonly IShareCount callSlots = shares.CallSlots;
    [InputBus] private readonly IShareCount callPackets = shares.CallPackets;
    [InputBus] private readonly IShareCount frameSlots = shares.FrameSlots;
    [InputBus] private readonly IShareCount otherSlots = shares.OtherSlots;
    [InputBus] private readonly IShareCount missedSlots = shares.MissedSlots;
    [InputBus] private readonly IShareCount framePackets = shares.FramePackets;
    [InputBus] private readonly IShareCount missedPackets = shares.MissedPackets;
    [OutputBus] private readonly IStream<LineWrite> lineWrites = lineWrites.Forward;
    [OutputBus] private readonly IStream<PacketWrite> packetWrites = packetWrites.Forward;
    [OutputBus] private readonly IStream<Arrival> arrivals = arrivals.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        RoutedFrame frame = assembly.Frame;
        AssemblyPhase phase = assembly.Phase;
        bool isCall = frame.Route == RouteKind.Call;
        bool isAnswer = frame.Route == RouteKind.Answer;
        bool isFrame = !isCall && !isAnswer;
        bool isTooLong = assembly.IsTooLong;
        bool isActive = assembly.Valid && (phase != AssemblyPhase.Payload || assembly.HasBeat);
        bool isBeat = assembly.Valid && phase == AssemblyPhase.Payload && assembly.HasBeat;
        bool isLineStep = isBeat && (assembly.Index == 1 || (assembly.Index == 0 && assembly.IsLast));

        // Whether it is stored is known with the line and kept for all that follows.
        Bits<W768> words = assembly.Index == 0
            ? assembly.Beat.Resize<W768>()
            : Bits.Concat<W256, W512, W768>(assembly.Beat.Slice<W256>(0), assembly.Previous);

        // Neighbours' frames leave nothing to others; what the NIC could not send leaves the most, since the kernel waits for a neighbour's
        // answer.
        bool isMissed = assembly.IsMissed;
        BypassShare share = MessageChecks.Share(words, isMissed);
        bool hasFrameSlot = ShareCount.Has(frameSlots)
            && (share == BypassShare.Neighbour || ShareCount.Has(otherSlots))
            && (!isMissed || ShareCount.Has(missedSlots));
        bool hasFramePacket = ShareCount.Has(framePackets) && (!isMissed || ShareCount.Has(missedPackets));
        bool hasSlot = slots.Valid && (isCall ? ShareCount.Has(callSlots) : hasFrameSlot);
        bool hasPacket = !assembly.NeedsPacket || (packets.Valid && (isCall ? ShareCount.Has(callPackets) : hasFramePacket));
        bool canStore = !isAnswer && !isTooLong && hasSlot && hasPacket;
        bool isStored = isLineStep ? canStore : assembly.IsStored;

        lineWrites.Valid = isLineStep && canStore;
        lineWrites.Item = new LineWrite(slots.Item, Bits<W128>.AllOnes, MessageChecks.Line(frame, words, slots.Item, state.Generation));

        // Half aux lines lie half a beat off: the upper half of a beat and the lower half of the next.
        bool isHalfStep = assembly.Valid && ((isBeat && assembly.Index == 2) || phase == AssemblyPhase.LastHalf || phase == AssemblyPhase.Zeros);
        bool writesHalf = isHalfStep && assembly.IsStored;
        bool isPayload = phase == AssemblyPhase.Payload;
        Bits<W256> lower = isPayload ? assembly.Previous.Slice<W256>(256) : phase == AssemblyPhase.LastHalf ? assembly.Beat.Slice<W256>(256) : default;
        Bits<W256> upper = isPayload ? assembly.Beat.Slice<W256>(0) : default;
        packetWrites.Valid = writesHalf;
        packetWrites.Item = new PacketWrite(packets.Item, assembly.Half, Bits.Concat<W256, W256, W512>(upper, lower));

        // After the last beat: its upper half if it has bytes there, then zeros if the last line is half full.
        bool isAfterPayload = isBeat && assembly.IsLast;
        bool hasLastHalf = assembly.HasLastHalf && isStored;
        bool isEven = (assembly.Half & 1) == 0;
        bool needsZeros = assembly.IsLong && isStored && isEven;
        AssemblyPhase next = AssemblyPhase.Payload;
        bool ends = false;
        if (isAfterPayload && hasLastHalf)
        {
            next = AssemblyPhase.LastHalf;
        }
        else if ((isAfterPayload || phase == AssemblyPhase.LastHalf) && needsZeros)
        {
            next = AssemblyPhase.Zeros;
        }
        else if (isAfterPayload || phase == AssemblyPhase.LastHalf || phase == AssemblyPhase.Zeros)
        {
            next = AssemblyPhase.Decide;
            ends = !isCall;
        }
        else if (phase == AssemblyPhase.Decide)
        {
            ends = true;
        }

        bool decides = assembly.Valid && phase == AssemblyPhase.Decide;
        bool mayTake = !assembly.NeedsPacket || standing.MayTake;
        bool admitsCall = decides && assembly.IsStored && mayTake && !assembly.IsGarbage && !outcome.IsKnown && outcome.HasPlace;
        bool isGarbage = decides && (isTooLong || assembly.IsGarbage);
        bool admitsFrame = isActive && ends && isFrame && isStored;
        bool lacksSlot = isLineStep ? !hasSlot : assembly.LacksSlot;
        NicEvent happens = NicEvent.CallAdmitted;
        if (isAnswer)
        {
            happens = frame.Answer == NicReplyKind.Null ? NicEvent.NullCall : NicEvent.ErrorReply;
        }
        else if (isFrame)
        {
            happens = isTooLong ? NicEvent.FrameDroppedTooLong : isStored ? NicEvent.FrameAdmitted : NicEvent.FrameDroppedNoSlot;
        }
        else if (isTooLong)
        {
            happens = NicEvent.CallTooLong;
        }
        else if (assembly.IsGarbage)
        {
            happens = NicEvent.GarbageArguments;
        }
        else if (outcome.IsKnown)
        {
            happens = NicEvent.Retransmission;
        }
        else if (!assembly.IsStored)
        {
            happens = lacksSlot ? NicEvent.CallDroppedNoSlot : NicEvent.CallDroppedNoPacketSlot;
        }
        else if (!mayTake)
        {
            happens = NicEvent.CallDroppedNoPacketSlot;
        }
        else if (!outcome.HasPlace)
        {
            happens = NicEvent.CallDroppedIndexFull;
        }

        plan.IsActive = isActive;
        plan.WritesLine = isLineStep && canStore;
        plan.WritesHalf = writesHalf;
        plan.IsLineStep = isLineStep;
        plan.IsStored = canStore;
        plan.LacksSlot = !hasSlot;
        plan.Share = isLineStep ? share : assembly.Share;
        plan.IsGarbage = isCall && MessageChecks.AreGarbage(frame.Service, words, frame.Metadata.PayloadBytes, assembly.Room);
        plan.Next = next;
        plan.Ends = ends;
        plan.AdmitsCall = admitsCall;
        plan.AdmitsFrame = admitsFrame;
        plan.Answers = isGarbage || (isActive && ends && isAnswer);
        plan.Event = 1ul << (int)happens;

        // A frame's arrival is offered in the tick after its line was written, and goes before that of the call behind it.
        arrivals.Valid = state.HasFrame || admitsCall;
        arrivals.Item = new Arrival(
            state.HasFrame ? (ushort)0 : frame.Service.Process,
            state.HasFrame ? state.FrameSlot : slots.Item,
            !state.HasFrame,
            state.HasFrame ? (ushort)0 : frame.ServiceNumber,
            state.HasFrame ? (ushort)0 : frame.Service.ProcessGeneration);
    }
}
