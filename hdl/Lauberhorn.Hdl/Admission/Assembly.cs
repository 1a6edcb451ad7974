// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What is to be done next with the message that is being made.</summary>
public enum AssemblyPhase : byte
{
    /// <summary>Its payload passes.</summary>
    Payload = 0,

    /// <summary>The second half of the last beat makes half an aux line.</summary>
    LastHalf = 1,

    /// <summary>The rest of the last aux line is filled with zeros.</summary>
    Zeros = 2,

    /// <summary>A call is decided.</summary>
    Decide = 3,
}

/// <summary>The message that is being made; registers.</summary>
public interface IAssembly : IBus
{
    /// <summary>Whether there is one.</summary>
    bool Valid { get; set; }

    /// <summary>The frame.</summary>
    RoutedFrame Frame { get; set; }

    /// <summary>Whether it was taken in the tick before.</summary>
    bool IsFirst { get; set; }

    /// <summary>Whether its payload does not fit its control line.</summary>
    bool IsLong { get; set; }

    /// <summary>Whether it does not fit control line and aux lines.</summary>
    bool IsTooLong { get; set; }

    /// <summary>Whether it is a frame that the NIC could not send.</summary>
    bool IsMissed { get; set; }

    /// <summary>Whether it is long and its last beat has bytes in its upper half.</summary>
    bool HasLastHalf { get; set; }

    /// <summary>Whether it needs a packet slot, if it is a call or a frame for the kernel.</summary>
    bool NeedsPacket { get; set; }

    /// <summary>Of a call: <see cref="MessageChecks.Room"/>.</summary>
    short Room { get; set; }

    /// <summary>What is to be done.</summary>
    AssemblyPhase Phase { get; set; }

    /// <summary>Whether <see cref="Beat"/> holds a beat; after the last one it stays.</summary>
    bool HasBeat { get; set; }

    /// <summary>The beat, with zeros behind the payload's end.</summary>
    Bits<W512> Beat { get; set; }

    /// <summary>Whether it is the last.</summary>
    bool IsLast { get; set; }

    /// <summary>The beat before.</summary>
    Bits<W512> Previous { get; set; }

    /// <summary>The beat's number: 0, 1, or 2 for all others.</summary>
    byte Index { get; set; }

    /// <summary>The number of the half aux line that is written next.</summary>
    byte Half { get; set; }

    /// <summary>From the line on: whether the message is being stored.</summary>
    bool IsStored { get; set; }

    /// <summary>From the line on: of a frame for the kernel, which part of the bypass's share it takes.</summary>
    BypassShare Share { get; set; }

    /// <summary>From the line on: whether there was no slot for it.</summary>
    bool LacksSlot { get; set; }

    /// <summary>From the line on: whether a call's arguments do not fit its layout.</summary>
    bool IsGarbage { get; set; }
}

/// <summary>What the message wants to do in this tick, whether its neighbours let it or not. Wires.</summary>
public interface IAssemblyPlan : IBus
{
    /// <summary>Whether there is anything to do.</summary>
    bool IsActive { get; set; }

    /// <summary>Whether the control line is on offer.</summary>
    bool WritesLine { get; set; }

    /// <summary>Whether half an aux line is on offer.</summary>
    bool WritesHalf { get; set; }

    /// <summary>Whether this step decides about the line: then <see cref="IsStored"/>, <see cref="LacksSlot"/> and <see cref="IsGarbage"/> are to be kept.</summary>
    bool IsLineStep { get; set; }

    /// <summary>See <see cref="IAssembly.IsStored"/>.</summary>
    bool IsStored { get; set; }

    /// <summary>See <see cref="IAssembly.LacksSlot"/>.</summary>
    bool LacksSlot { get; set; }

    /// <summary>See <see cref="IAssembly.Share"/>.</summary>
    BypassShare Share { get; set; }

    /// <summary>See <see cref="IAssembly.IsGarbage"/>.</summary>
    bool IsGarbage { get; set; }

    /// <summary>What comes after this step.</summary>
    AssemblyPhase Next { get; set; }

    /// <summary>Whether the message is done with after this step.</summary>
    bool Ends { get; set; }

    /// <summary>Whether it ends as a call that is on offer to the scheduler.</summary>
    bool AdmitsCall { get; set; }

    /// <summary>Whether it ends as a frame that is to be offered to the scheduler in the next tick.</summary>
    bool AdmitsFrame { get; set; }

    /// <summary>Whether it ends with an answer of the NIC's own.</summary>
    bool Answers { get; set; }

    /// <summary>Which event its end is.</summary>
    ulong Event { get; set; }
}

/// <summary>What happens in this tick. Wires.</summary>
public interface IAssemblyAdvance : IBus
{
    /// <summary>Whether the step is done.</summary>
    bool Steps { get; set; }

    /// <summary>Whether the message is done with.</summary>
    bool Ends { get; set; }

    /// <summary>Whether the next frame is taken.</summary>
    bool TakesFrame { get; set; }

    /// <summary>Whether all its payload, if any, is in the metadata.</summary>
    bool IsSelfContained { get; set; }

    /// <summary>Whether a beat is taken.</summary>
    bool TakesBeat { get; set; }
}

/// <summary>
/// Holds the message that is being made: its frame, its last two beats, and how far it is. A frame and its first beat are taken in the
/// same tick if both are on offer. Latency 1 tick; a frame and a beat per tick; waits as long as it is told to.
/// </summary>
[ClockedProcess]
public sealed class AssemblyRegister(
    NicConfig config,
    Stream<RoutedFrame> routed,
    Stream<PayloadBeat> payload,
    [InputBus] IAssemblyPlan plan,
    [InputBus] IAssemblyAdvance advance,
    [OutputBus] IAssembly assembly) : SimpleProcess
{
    [InputBus] private readonly IStream<RoutedFrame> routed = routed.Forward;
    [InputBus] private readonly IStream<PayloadBeat> payload = payload.Forward;

    private readonly uint mostBytes = (uint)(ControlLine.InlineBytes + (NicConfig.LineBytes * config.AuxLines));

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isBeat = assembly.Phase == AssemblyPhase.Payload && assembly.HasBeat;
        assembly.IsFirst = advance.TakesFrame;
        assembly.Valid = advance.TakesFrame || (assembly.Valid && !advance.Ends);
        if (advance.TakesFrame)
        {
            uint bytes = routed.Item.Metadata.PayloadBytes;
            bool isLong = bytes > ControlLine.InlineBytes;
            bool hasLongReply = routed.Item.Route == RouteKind.Call && (routed.Item.Service.Flags & ServiceFlags.LongReplies) != 0;
            assembly.Frame = routed.Item;
            assembly.IsLong = isLong;
            assembly.IsTooLong = bytes > mostBytes;
            assembly.IsMissed = routed.Item.Metadata.Kind == FrameKind.UnresolvedNeighbour;
            assembly.HasLastHalf = isLong && ((bytes - 1) & 32) != 0;
            assembly.NeedsPacket = isLong || hasLongReply;
            assembly.Room = MessageChecks.Room(routed.Item.Service, routed.Item.Metadata.PayloadBytes);
            assembly.Phase = AssemblyPhase.Payload;
            assembly.Index = 0;
            assembly.Half = 0;
        }
        else if (advance.Steps)
        {
            assembly.Phase = plan.Next;
            assembly.Index = (byte)(isBeat && assembly.Index != 2 ? assembly.Index + 1 : assembly.Index);
            assembly.Half = (byte)(plan.WritesHalf ? assembly.Half + 1 : assembly.Half);
        }

        if (advance.TakesFrame || advance.Steps || advance.TakesBeat)
        {
            // After the last beat's step the beat stays where it is, for what is left to do.
            bool stays = !advance.TakesFrame && assembly.HasBeat && assembly.IsLast;
            assembly.HasBeat = stays || advance.TakesBeat || (advance.TakesFrame && advance.IsSelfContained);
            assembly.IsLast = stays || (advance.TakesBeat ? payload.Item.Last : advance.TakesFrame && advance.IsSelfContained);
        }

        if (advance.Steps && isBeat)
        {
            assembly.Previous = assembly.Beat;
        }

        if (advance.TakesBeat)
        {
            assembly.Beat = payload.Item.Data;
        }
        else if (advance.TakesFrame)
        {
            // A call without arguments has zeros here, and not what the frame has there.
            FrameMetadata metadata = routed.Item.Metadata;
            assembly.Beat = metadata.IsInline ? metadata.InlineArguments.Resize<W512>() : Bits<W512>.Zero;
        }

        if (advance.Steps && plan.IsLineStep)
        {
            assembly.IsStored = plan.IsStored;
            assembly.LacksSlot = plan.LacksSlot;
            assembly.Share = plan.Share;
            assembly.IsGarbage = plan.IsGarbage;
        }
    }
}
