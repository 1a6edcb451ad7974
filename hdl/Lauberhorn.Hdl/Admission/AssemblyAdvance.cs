// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What outlives a message; registers.</summary>
public interface IAdmissionState : IBus
{
    /// <summary>Whether a frame for the kernel is on offer to the scheduler.</summary>
    bool HasFrame { get; set; }

    /// <summary>Its slot.</summary>
    ushort FrameSlot { get; set; }

    /// <summary>The generation of the next message's slot: how many were taken up, modulo 2^16.</summary>
    ushort Generation { get; set; }

    /// <summary>Cycles since the reset, modulo 2^64.</summary>
    ulong Cycle { get; set; }
}

/// <summary>
/// Says whether the message's step is done, which is when all that it offers has been taken, and takes the next frame and the next beat. Combinational;
/// a step per tick.
/// </summary>
public sealed class AssemblyAdvance(
    [InputBus] Stream<RoutedFrame> routed,
    [InputBus] Stream<PayloadBeat> payload,
    [InputBus] IAssembly assembly,
    [InputBus] IAssemblyPlan plan,
    [InputBus] IAdmissionState state,
    Stream<LineWrite> lineWrites,
    Stream<PacketWrite> packetWrites,
    Stream<Arrival> arrivals,
    Stream<NicReply> answers,
    Stream<ushort> slots,
    Stream<ushort> packets,
    [OutputBus] ISlotTaking taking,
    [OutputBus] IAssemblyAdvance advance) : SimpleProcess
{
    [InputBus] private readonly IReady linesReady = lineWrites.Backward;
    [InputBus] private readonly IReady packetsReady = packetWrites.Backward;
    [InputBus] private readonly IReady arrivalsReady = arrivals.Backward;
    [InputBus] private readonly IStream<NicReply> answers = answers.Forward;
    [InputBus] private readonly IReady answersReady = answers.Backward;
    [OutputBus] private readonly IReady slotsReady = slots.Backward;
    [OutputBus] private readonly IReady packetSlotsReady = packets.Backward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool steps = plan.IsActive
            && (!plan.WritesLine || linesReady.Ready)
            && (!plan.WritesHalf || packetsReady.Ready)
            && (!plan.AdmitsCall || (!state.HasFrame && arrivalsReady.Ready))
            && (!plan.AdmitsFrame || !state.HasFrame || arrivalsReady.Ready)
            && (!plan.Answers || !answers.Valid || answersReady.Ready);
        bool ends = steps && plan.Ends;
        bool isFree = !assembly.Valid || ends;
        bool isSelfContained = routed.Item.Metadata.IsInline || routed.Item.Metadata.PayloadBytes == 0;
        bool takesFrame = routed.Valid && isFree;
        bool wantsBeat = assembly.Phase == AssemblyPhase.Payload && (!assembly.HasBeat || (steps && !assembly.IsLast));
        bool takesBeat = isFree ? routed.Valid && !isSelfContained : wantsBeat;
        advance.Steps = steps;
        advance.Ends = ends;
        advance.TakesFrame = takesFrame;
        advance.IsSelfContained = isSelfContained;
        advance.TakesBeat = takesBeat && payload.Valid;
        routed.Ready = isFree;
        payload.Ready = takesBeat;

        bool takes = ends && (plan.AdmitsCall || plan.AdmitsFrame);
        slotsReady.Ready = takes;
        packetSlotsReady.Ready = takes && assembly.NeedsPacket;
        taking.Enable = takes;
        taking.IsBypass = plan.AdmitsFrame;
        taking.Share = plan.Share;
        taking.HasPacketSlot = assembly.NeedsPacket;
    }
}

/// <summary>
/// What becomes of a message that ends: a frame's arrival, an answer, an event; and the counters of messages and of cycles. Latency 1 tick; one message per tick;
/// an answer or an arrival that waits is kept.
/// </summary>
[ClockedProcess]
public sealed class AdmissionOutput(
    [InputBus] IAssembly assembly,
    [InputBus] IAssemblyPlan plan,
    [InputBus] IAssemblyAdvance advance,
    [InputBus] IStream<ushort> slots,
    Stream<Arrival> arrivals,
    [OutputBus] Stream<NicReply> answers,
    [OutputBus] IAdmissionState state) : SimpleProcess
{
    [InputBus] private readonly IReady arrivalsReady = arrivals.Backward;
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        RoutedFrame frame = assembly.Frame;
        bool admitsFrame = advance.Ends && plan.AdmitsFrame;
        state.Cycle++;
        state.HasFrame = admitsFrame || (state.HasFrame && !arrivalsReady.Ready);
        if (admitsFrame)
        {
            state.FrameSlot = slots.Item;
        }

        if (advance.Ends && (plan.AdmitsFrame || plan.AdmitsCall))
        {
            state.Generation++;
        }

        bool makesAnswer = advance.Ends && plan.Answers;
        answers.Valid = makesAnswer || (answers.Valid && !answers.Ready);
        if (makesAnswer)
        {
            bool isGarbage = frame.Route == RouteKind.Call;
            answers.Item = new NicReply
            {
                Kind = isGarbage ? NicReplyKind.GarbageArguments : frame.Answer,
                ClientAddress = frame.Metadata.SourceAddress,
                ClientPort = frame.Metadata.SourcePort,
                ServerPort = frame.Metadata.DestinationPort,
                Xid = frame.Metadata.Xid,
                Low = isGarbage ? 0 : frame.Low,
                High = isGarbage ? 0 : frame.High,
            };
        }

        events.Flags = advance.Ends ? plan.Event : 0;
    }
}
