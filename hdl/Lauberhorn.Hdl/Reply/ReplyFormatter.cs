// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The formatter's state; registers.</summary>
public interface IReplyFormat : IBus
{
    /// <summary>Whether it accepts a job in this tick.</summary>
    bool IsFree { get; set; }

    /// <summary>Whether this is the tick after the one in which it accepted a job of more than one beat.</summary>
    bool IsSecond { get; set; }

    /// <summary>Whether it needs half an aux line.</summary>
    bool WantsHalf { get; set; }

    /// <summary>Whether that is the upper half.</summary>
    bool IsUpper { get; set; }

    /// <summary>Whether it is the last one.</summary>
    bool IsLastHalf { get; set; }

    /// <summary>Which bytes of the last one belong to the message: bit i is byte i.</summary>
    ulong LastBytes { get; set; }

    /// <summary>Whether half aux lines are still to come.</summary>
    bool HasAux { get; set; }

    /// <summary>Whether the frame has UDP headers, so that the message is summed.</summary>
    bool IsDatagram { get; set; }

    /// <summary>Whether there is more to be summed than the first 64 bytes of the message.</summary>
    bool HasSecondSum { get; set; }

    /// <summary>Bytes 64 to 119 of the message.</summary>
    Bits<W448> SecondSum { get; set; }
}

/// <summary>The formatter's step in this tick.</summary>
public interface IReplyStep : IBus
{
    /// <summary>Whether a job is accepted.</summary>
    bool Takes { get; set; }

    /// <summary>Whether half an aux line is used.</summary>
    bool UsesHalf { get; set; }

    /// <summary>The half line, zeros behind the end of the message.</summary>
    Bits<W512> Half { get; set; }
}

/// <summary>
/// Decides the formatter's step, and clears what is behind the end of the message in an aux line. Combinational; a half line per tick.
/// </summary>
public sealed class ReplyStep(
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format,
    [InputBus] Stream<PacketLine> lines,
    [InputBus] IFifoState beats,
    int beatDepth) : SimpleProcess
{
    [OutputBus] private readonly IReplyStep step = Scope.CreateBus<IReplyStep>("step");
    private readonly uint mostBeats = (uint)(beatDepth - Replies.Margin);

    internal IReplyStep Step => step;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool uses = format.WantsHalf && lines.Valid && beats.Count <= mostBeats;
        Bits<W512> half = lines.Item.Data.Slice<W512>(0);
        if (format.IsUpper)
        {
            half = lines.Item.Data.Slice<W512>(512);
        }

        Bits<W512> cut = default;
        for (int i = 0; i < NicConfig.DatapathBytes; i++)
        {
            cut = cut.WithByte(i, !format.IsLastHalf || ((format.LastBytes >> i) & 1) != 0 ? half.GetByte(i) : (byte)0);
        }

        step.Takes = job.Valid && format.IsFree;
        step.UsesHalf = uses;
        step.Half = cut;
        lines.Ready = uses && (format.IsUpper || format.IsLastHalf);
    }
}

/// <summary>A beat of a frame whose Ethernet, IPv4 and UDP headers are still zeros.</summary>
/// <param name="Data">The bytes; those behind the end of the frame are 0.</param>
/// <param name="Last">Whether it is the frame's last.</param>
public readonly record struct ReplyBeat(Bits<W512> Data, bool Last);

/// <summary>The formatter's outputs, and their room.</summary>
/// <param name="Beats">Beats of frames.</param>
/// <param name="BeatState">Their FIFO.</param>
/// <param name="HeaderState">The FIFO of headers, of which each frame gets one.</param>
/// <param name="Releases">Slots that are given back.</param>
/// <param name="ReleaseState">Their FIFO.</param>
/// <param name="Done">Endpoints whose lines were read.</param>
/// <param name="DoneState">Their FIFO.</param>
internal sealed record FormatterOutlets(
    [OutputBus] IStream<ReplyBeat> Beats,
    [InputBus] IFifoState BeatState,
    [InputBus] IFifoState HeaderState,
    [OutputBus] IStream<SlotRelease> Releases,
    [InputBus] IFifoState ReleaseState,
    [OutputBus] IStream<SendDone> Done,
    [InputBus] IFifoState DoneState);

/// <summary>The formatter's actions in a tick.</summary>
internal struct FormatterActions
{
    /// <summary>Whether a beat goes out.</summary>
    public bool Emits;

    /// <summary>The beat.</summary>
    public Bits<W512> Beat;

    /// <summary>Whether the job's last byte was read: what it holds is given back.</summary>
    public bool Ends;
}

/// <summary>
/// Makes beats of jobs: the message behind 42 bytes for the headers, or a frame from its first byte on, and then the aux lines, shifted to
/// where they belong. The first beat is valid in the tick after the job was accepted; a beat per tick, and for aux lines as fast as they
/// come. A job whose message is in the line takes as many ticks as it has beats. What a job holds is given back when its last byte was
/// read. There is room behind it for all that it begins, or it does not begin.
/// </summary>
[ClockedProcess]
internal sealed class ReplyFormatter(
    [InputBus] IReplyJob job,
    [InputBus] IReplyStep step,
    [OutputBus] IReplyFormat format,
    [Ports] FormatterOutlets outlets,
    int beatDepth,
    [OutputBus] Stream<PacketRead> reads) : SimpleProcess
{
    private const int HeaderBits = 8 * ReplyHeaders.Bytes;

    // Where in a beat the first aux byte goes: behind the headers, the RPC header and 96 bytes; the headers and 96 bytes; 96 bytes.
    private const int ReplyCarry = 8 * ((ReplyHeaders.Bytes + 24 + ControlLine.InlineBytes) % NicConfig.DatapathBytes);
    private const int DatagramCarry = 8 * ((ReplyHeaders.Bytes + ControlLine.InlineBytes) % NicConfig.DatapathBytes);
    private const int FrameCarry = 8 * (ControlLine.InlineBytes % NicConfig.DatapathBytes);

    private readonly uint mostBeats = (uint)(beatDepth - Replies.Margin);

    private Bits<W512> next;
    private Bits<W512> afterNext;
    private FrameClass kind;
    private byte beatsLeft;
    private byte inlineLeft;
    private byte halvesLeft;
    private bool isUpper;
    private byte linesLeft;
    private bool hasSlot;
    private ushort slot;
    private bool hasSender;
    private ushort endpoint;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FormatterActions actions = default;
        format.IsSecond = false;
        if (step.Takes)
        {
            Take(job.Job, ref actions);
        }
        else
        {
            GoOn(ref actions);
        }

        outlets.Beats.Valid = actions.Emits;
        outlets.Beats.Item = new ReplyBeat(actions.Beat, beatsLeft == 0);
        outlets.Releases.Valid = actions.Ends && hasSlot;
        outlets.Releases.Item = new SlotRelease(slot);
        outlets.Done.Valid = actions.Ends && hasSender;
        outlets.Done.Item = new SendDone(endpoint);
        bool hasRoom = outlets.BeatState.Count <= mostBeats && outlets.HeaderState.Count <= Replies.QueueDepth - Replies.Margin;
        bool canGiveBack = outlets.ReleaseState.Count <= Replies.QueueDepth - Replies.Margin
            && outlets.DoneState.Count <= Replies.QueueDepth - Replies.Margin;
        format.IsFree = beatsLeft == 0 && halvesLeft == 0 && hasRoom && canGiveBack;
        format.WantsHalf = halvesLeft != 0 && inlineLeft == 0;
        format.IsUpper = isUpper;
        format.IsLastHalf = halvesLeft == 1;
        format.HasAux = halvesLeft != 0;
    }

    // A bit for each byte that the last half line has; all of them if it is full.
    private static ulong LastBytes(byte rest)
    {
        ulong bytes = 0;
        for (int i = 0; i < NicConfig.DatapathBytes; i++)
        {
            bytes |= rest == 0 || i < rest ? 1ul << i : 0;
        }

        return bytes;
    }

    // The first beat of a job.
    private void Take(ReplyJob item, ref FormatterActions actions)
    {
        bool isFrame = item.Class == FrameClass.Frame;
        byte count = item.Class == FrameClass.None ? (byte)0 : (byte)((item.FrameBytes + NicConfig.DatapathBytes - 1) >> 6);
        bool hasAux = item.AuxBytes != 0;
        actions.Beat = isFrame ? item.Message.Slice<W512>(0) : item.Message.Resize<W512>() << HeaderBits;
        actions.Emits = count != 0;
        actions.Ends = !hasAux;
        next = isFrame ? item.Message.Slice<W448>(512).Resize<W512>() : item.Message.Slice<W512>(512 - HeaderBits);
        afterNext = (item.Message >> (1024 - HeaderBits)).Resize<W512>();
        kind = item.Class;
        beatsLeft = (byte)(count != 0 ? count - 1 : 0);
        inlineLeft = (byte)(!hasAux ? beatsLeft : isFrame ? 0 : 1);
        halvesLeft = (byte)((item.AuxBytes + NicConfig.DatapathBytes - 1) >> 6);
        isUpper = false;
        linesLeft = (byte)((item.AuxBytes + NicConfig.LineBytes - 1) >> 7);
        hasSlot = item.HasSlot;
        slot = item.Slot;
        hasSender = item.HasSender;
        endpoint = item.Endpoint;
        format.LastBytes = LastBytes((byte)(item.AuxBytes & 63));
        format.IsSecond = count > 1;
        format.IsDatagram = item.Class != FrameClass.None && !isFrame;
        format.HasSecondSum = item.FrameBytes > ReplyHeaders.Bytes + NicConfig.DatapathBytes;
        format.SecondSum = item.Message.Slice<W448>(512);
        reads.Valid = hasAux;
        reads.Item = new PacketRead(item.PacketSlot, 0);
    }

    // Its other beats: of the line, of aux lines, and what is left of the last half line.
    private void GoOn(ref FormatterActions actions)
    {
        if (inlineLeft != 0)
        {
            actions.Emits = true;
            actions.Beat = next;
            next = afterNext;
            inlineLeft--;
        }
        else if (step.UsesHalf)
        {
            actions.Emits = true;
            actions.Ends = format.IsLastHalf;
            UseHalf(ref actions);
        }
        else if (halvesLeft == 0 && beatsLeft != 0)
        {
            actions.Emits = true;
            actions.Beat = next;
        }

        if (actions.Emits)
        {
            beatsLeft--;
        }

        // The lines of a message are asked for one after the other.
        if (reads.Valid && reads.Ready)
        {
            reads.Valid = linesLeft > 1;
            reads.Item = reads.Item with { Line = (byte)(reads.Item.Line + 1) };
            linesLeft--;
        }
    }

    private void UseHalf(ref FormatterActions actions)
    {
        Bits<W512> half = step.Half;
        bool isReply = kind is FrameClass.Reply or FrameClass.Answer;
        bool isDatagram = kind == FrameClass.Datagram;
        actions.Beat = next | (isReply ? half << ReplyCarry : isDatagram ? half << DatagramCarry : half << FrameCarry);
        next = isReply ? half >> (512 - ReplyCarry) : isDatagram ? half >> (512 - DatagramCarry) : half >> (512 - FrameCarry);
        halvesLeft--;
        isUpper = !isUpper;
    }
}
