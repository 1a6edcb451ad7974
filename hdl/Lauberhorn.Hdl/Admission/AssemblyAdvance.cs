// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>State that outlives a message; registers.</summary>
public interface IAdmissionState : IBus
{
    /// <summary>Whether a frame for the kernel is valid to the scheduler.</summary>
    bool HasFrame { get; set; }

    /// <summary>Number of that frame's slot.</summary>
    ushort FrameSlot { get; set; }

    /// <summary>The generation of the next message's slot: the number of messages admitted, modulo 2^16.</summary>
    ushort Generation { get; set; }

    /// <summary>Cycles since the reset, modulo 2^64.</summary>
    ulong Cycle { get; set; }
}

/// <summary>The message that is being assembled, the step that it requests in this tick, and the one that is executed.</summary>
/// <param name="Assembly">The message.</param>
/// <param name="Plan">The step that it requests.</param>
/// <param name="Advance">The step that is executed.</param>
internal sealed record AssemblyStep(IAssembly Assembly, IAssemblyPlan Plan, IAssemblyAdvance Advance);

/// <summary>The ready of a message's outputs.</summary>
/// <param name="Lines">Its control line.</param>
/// <param name="Packets">Half an aux line.</param>
/// <param name="Arrivals">Its arrival.</param>
/// <param name="Answers">The answer that is valid already, if any.</param>
/// <param name="AnswersReady">Its ready.</param>
internal sealed record MessageTakers(
    [InputBus] IReady Lines,
    [InputBus] IReady Packets,
    [InputBus] IReady Arrivals,
    [InputBus] IStream<NicReply> Answers,
    [InputBus] IReady AnswersReady);

/// <summary>The ready of the streams of free numbers.</summary>
/// <param name="Slots">The slot.</param>
/// <param name="Packets">The packet slot.</param>
internal sealed record TakenNumbers([OutputBus] IReady Slots, [OutputBus] IReady Packets);

/// <summary>
/// Executes the message's step when all of its outputs are accepted, and accepts the next frame and the next beat. Combinational;
/// a step per tick.
/// </summary>
internal sealed class AssemblyAdvance(
    [InputBus] Stream<RoutedFrame> routed,
    [InputBus] Stream<PayloadBeat> payload,
    [InputBus] IAdmissionState state,
    [Ports] MessageTakers takers,
    [Ports] TakenNumbers taken,
    [OutputBus] ISlotTaking taking,
    AssemblyStep now) : SimpleProcess
{
    [InputBus] private readonly IAssembly assembly = now.Assembly;
    [InputBus] private readonly IAssemblyPlan plan = now.Plan;
    [OutputBus] private readonly IAssemblyAdvance advance = now.Advance;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool steps = plan.IsActive
            && (!plan.WritesLine || takers.Lines.Ready)
            && (!plan.WritesHalf || takers.Packets.Ready)
            && (!plan.AdmitsCall || (!state.HasFrame && takers.Arrivals.Ready))
            && (!plan.AdmitsFrame || !state.HasFrame || takers.Arrivals.Ready)
            && (!plan.Answers || !takers.Answers.Valid || takers.AnswersReady.Ready);
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
        taken.Slots.Ready = takes;
        taken.Packets.Ready = takes && assembly.NeedsPacket;
        taking.Enable = takes;
        taking.IsBypass = plan.AdmitsFrame;
        taking.Share = plan.Share;
        taking.HasPacketSlot = assembly.NeedsPacket;
    }
}

/// <summary>
/// The end of a message: a frame's arrival, an answer, an event; and the counters of messages and of cycles. Latency 1 tick; one message
/// per tick; an answer or an arrival that is stalled is held.
/// </summary>
[ClockedProcess]
internal sealed class AdmissionOutput(
    AssemblyStep now,
    [InputBus] IStream<ushort> slots,
    Stream<Arrival> arrivals,
    [OutputBus] Stream<NicReply> answers,
    [OutputBus] IAdmissionState state) : SimpleProcess
{
    [InputBus] private readonly IAssembly assembly = now.Assembly;
    [InputBus] private readonly IAssemblyPlan plan = now.Plan;
    [InputBus] private readonly IAssemblyAdvance advance = now.Advance;
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
