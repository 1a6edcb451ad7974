// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>Destination of a frame.</summary>
public enum FrameTarget : byte
{
    /// <summary>To the MAC.</summary>
    Mac = 0,

    /// <summary>To the kernel, because its neighbour is not known.</summary>
    Kernel = 1,

    /// <summary>Dropped: too many are queued for the kernel.</summary>
    Nowhere = 2,
}

/// <summary>The frame that is being sent; registers.</summary>
public interface IFrameSendState : IBus
{
    /// <summary>Whether a frame has begun and its last beat has not passed.</summary>
    bool IsSending { get; set; }

    /// <summary>Destination of the frame, for all of its beats.</summary>
    FrameTarget Target { get; set; }

    /// <summary>Bytes in its last beat, modulo 64.</summary>
    byte LastBytes { get; set; }
}

/// <summary>What is sent in this tick.</summary>
public interface IFrameSendStep : IBus
{
    /// <summary>Whether a beat is accepted.</summary>
    bool TakesBeat { get; set; }

    /// <summary>Whether it is a frame's first, and its header is accepted too.</summary>
    bool TakesHeader { get; set; }

    /// <summary>The frame's destination.</summary>
    FrameTarget Target { get; set; }
}

/// <summary>
/// Accepts a frame's header and beats when the MAC is ready, or when they go to the kernel. A frame begins when its header is there, and
/// then all its beats are. Combinational.
/// </summary>
public sealed class FrameSendAdvance(
    [InputBus] Stream<ReplyHeader> headers,
    [InputBus] Stream<ReplyBeat> beats,
    Stream<TransmitBeat> frames,
    [InputBus] IFrameSendState state,
    [InputBus] IFifoState missedBeats,
    [InputBus] IFifoState missedFrames,
    int mostMissedBeats) : SimpleProcess
{
    [InputBus] private readonly IStream<TransmitBeat> frames = frames.Forward;
    [InputBus] private readonly IReady framesReady = frames.Backward;
    [OutputBus] private readonly IFrameSendStep step = Scope.CreateBus<IFrameSendStep>("sendStep");
    private readonly uint mostMissedBeats = (uint)mostMissedBeats;

    internal IFrameSendStep Step => step;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool hasRoom = missedBeats.Count <= mostMissedBeats && missedFrames.Count <= Replies.MissedFrameDepth - 2;
        FrameTarget first = headers.Item.IsKnown ? FrameTarget.Mac : hasRoom ? FrameTarget.Kernel : FrameTarget.Nowhere;
        FrameTarget target = state.IsSending ? state.Target : first;
        bool isFree = target != FrameTarget.Mac || !frames.Valid || framesReady.Ready;
        bool takes = (state.IsSending || headers.Valid) && beats.Valid && isFree;
        step.TakesBeat = takes;
        step.TakesHeader = takes && !state.IsSending;
        step.Target = target;
        beats.Ready = takes;
        headers.Ready = takes && !state.IsSending;
    }
}

/// <summary>
/// Writes the headers into a frame's first beat and sends it to the MAC: whole frames, one beat per tick as long as the MAC is ready,
/// padded to 60 bytes. A frame whose neighbour is not known goes to the kernel, or is dropped when several are queued there. Latency 1
/// tick.
/// </summary>
[ClockedProcess]
public sealed class FrameSend(
    Stream<ReplyHeader> headers,
    Stream<ReplyBeat> beats,
    [InputBus] IFrameSendStep step,
    [OutputBus] IFrameSendState state,
    [OutputBus] Stream<TransmitBeat> frames,
    Stream<RoutedFrame> missedFrames,
    Stream<PayloadBeat> missedPayload) : SimpleProcess
{
    [InputBus] private readonly IStream<ReplyHeader> headers = headers.Forward;
    [InputBus] private readonly IStream<ReplyBeat> beats = beats.Forward;
    [OutputBus] private readonly IStream<RoutedFrame> missedFrames = missedFrames.Forward;
    [OutputBus] private readonly IStream<PayloadBeat> missedPayload = missedPayload.Forward;
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("sendEvents");

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ReplyHeader header = headers.Item;
        ReplyBeat beat = beats.Item;
        ushort padded = header.FrameBytes < ReplyHeaders.ShortestFrame ? (ushort)ReplyHeaders.ShortestFrame : header.FrameBytes;
        byte lastBytes = step.TakesHeader ? (byte)(padded & 63) : state.LastBytes;
        Bits<W336> front = ReplyHeaders.Make(header);
        Bits<W512> data = step.TakesHeader && header.Class != FrameClass.Frame ? beat.Data | front.Resize<W512>() : beat.Data;
        ulong keep = 0;
        for (int i = 0; i < NicConfig.DatapathBytes; i++)
        {
            keep |= !beat.Last || lastBytes == 0 || i < lastBytes ? 1ul << i : 0;
        }

        if (step.TakesBeat)
        {
            state.IsSending = !beat.Last;
            state.Target = step.Target;
            state.LastBytes = lastBytes;
        }

        bool sends = step.TakesBeat && step.Target == FrameTarget.Mac;
        frames.Valid = sends || (frames.Valid && !frames.Ready);
        if (sends)
        {
            frames.Item = new TransmitBeat(data, keep, beat.Last);
        }

        bool misses = step.TakesBeat && step.Target == FrameTarget.Kernel;
        missedPayload.Valid = misses;
        missedPayload.Item = new PayloadBeat(data, beat.Last && lastBytes != 0 ? lastBytes : (byte)NicConfig.DatapathBytes, beat.Last);
        missedFrames.Valid = misses && step.TakesHeader;
        missedFrames.Item = new RoutedFrame
        {
            Route = RouteKind.Bypass,
            Metadata = new FrameMetadata
            {
                Kind = FrameKind.UnresolvedNeighbour,
                FrameBytes = padded,
                PayloadBytes = padded,
                SourceMac = header.OwnMacAddress,
                EtherType = WireFormat.Ipv4EtherType,
                SourceAddress = header.OwnAddress,
                DestinationAddress = header.Address,
                SourcePort = header.SourcePort,
                DestinationPort = header.DestinationPort,
            },
        };

        NicEvent sent = header.Class == FrameClass.Reply ? NicEvent.ReplySent
            : header.Class == FrameClass.Frame ? NicEvent.FrameSent : NicEvent.DatagramSent;
        ulong flags = step.Target == FrameTarget.Mac ? (header.Class == FrameClass.Answer ? 0 : 1ul << (int)sent)
            : step.Target == FrameTarget.Kernel ? 1ul << (int)NicEvent.NeighbourMiss
            : 1ul << (int)NicEvent.MissedFrameDropped;
        events.Flags = step.TakesHeader ? flags : 0;
    }
}
