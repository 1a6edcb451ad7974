// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>The state of the message that is being assembled: its next step.</summary>
public enum AssemblyPhase : byte
{
    /// <summary>Its payload passes to the line.</summary>
    Payload = 0,

    /// <summary>The second half of the last beat makes half an aux line.</summary>
    LastHalf = 1,

    /// <summary>The rest of the last aux line is filled with zeros.</summary>
    Zeros = 2,

    /// <summary>A call is decided.</summary>
    Decide = 3,
}

/// <summary>The message that is being assembled; registers.</summary>
public interface IAssembly : IBus
{
    /// <summary>Whether there is a message.</summary>
    bool Valid { get; set; }

    /// <summary>The frame that it is made of.</summary>
    RoutedFrame Frame { get; set; }

    /// <summary>Whether the frame was accepted in the tick before.</summary>
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

    /// <summary>The next step.</summary>
    AssemblyPhase Phase { get; set; }

    /// <summary>Whether <see cref="Beat"/> holds a beat; after the last one it stays there.</summary>
    bool HasBeat { get; set; }

    /// <summary>The beat, with zeros behind the payload's end.</summary>
    Bits<W512> Beat { get; set; }

    /// <summary>Whether that beat is the message's last.</summary>
    bool IsLast { get; set; }

    /// <summary>The beat before.</summary>
    Bits<W512> Previous { get; set; }

    /// <summary>The beat's number: 0, 1, or 2 for all others.</summary>
    byte Index { get; set; }

    /// <summary>The number of the half aux line that is written next.</summary>
    byte Half { get; set; }

    /// <summary>From the line on: whether the message is stored in a slot.</summary>
    bool IsStored { get; set; }

    /// <summary>From the line on: of a frame for the kernel, which part of the bypass's share it counts in.</summary>
    BypassShare Share { get; set; }

    /// <summary>From the line on: whether there was no slot for it.</summary>
    bool LacksSlot { get; set; }

    /// <summary>From the line on: whether a call's arguments do not fit its layout.</summary>
    bool IsGarbage { get; set; }
}

/// <summary>The step that the message requests in this tick, whether there is room for it or not. Wires.</summary>
public interface IAssemblyPlan : IBus
{
    /// <summary>Whether a step is requested.</summary>
    bool IsActive { get; set; }

    /// <summary>Whether the control line is valid.</summary>
    bool WritesLine { get; set; }

    /// <summary>Whether half an aux line is valid.</summary>
    bool WritesHalf { get; set; }

    /// <summary>
    /// Whether this step decides about the line: then <see cref="IsStored"/>, <see cref="LacksSlot"/> and <see cref="IsGarbage"/> are to be
    /// kept.
    /// </summary>
    bool IsLineStep { get; set; }

    /// <summary>See <see cref="IAssembly.IsStored"/>.</summary>
    bool IsStored { get; set; }

    /// <summary>See <see cref="IAssembly.LacksSlot"/>.</summary>
    bool LacksSlot { get; set; }

    /// <summary>See <see cref="IAssembly.Share"/>.</summary>
    BypassShare Share { get; set; }

    /// <summary>See <see cref="IAssembly.IsGarbage"/>.</summary>
    bool IsGarbage { get; set; }

    /// <summary>The state after this step.</summary>
    AssemblyPhase Next { get; set; }

    /// <summary>Whether this step is the message's last.</summary>
    bool Ends { get; set; }

    /// <summary>Whether it ends as a call that is valid to the scheduler.</summary>
    bool AdmitsCall { get; set; }

    /// <summary>Whether it ends as a frame that is to be offered to the scheduler in the next tick.</summary>
    bool AdmitsFrame { get; set; }

    /// <summary>Whether it ends with an answer of the NIC's own.</summary>
    bool Answers { get; set; }

    /// <summary>The event that its end counts as.</summary>
    ulong Event { get; set; }
}

/// <summary>The step that is executed in this tick. Wires.</summary>
public interface IAssemblyAdvance : IBus
{
    /// <summary>Whether the requested step is executed.</summary>
    bool Steps { get; set; }

    /// <summary>Whether the message ends with it.</summary>
    bool Ends { get; set; }

    /// <summary>Whether the next frame is accepted.</summary>
    bool TakesFrame { get; set; }

    /// <summary>Whether all of its payload, if any, is in the metadata.</summary>
    bool IsSelfContained { get; set; }

    /// <summary>Whether a beat is accepted.</summary>
    bool TakesBeat { get; set; }
}

/// <summary>
/// Holds the message that is being assembled: its frame, its last two beats, and its state. A frame and its first beat are accepted in the
/// same tick if both are valid. Latency 1 tick; a frame and a beat per tick; stalls with the blocks behind it.
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
