// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>How far the formatter is; registers.</summary>
public interface IReplyFormat : IBus
{
    /// <summary>Whether it takes a job in this tick.</summary>
    bool IsFree { get; set; }

    /// <summary>Whether this is the tick after the one in which it took a job of more than one beat.</summary>
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

    /// <summary>Whether what it makes goes out with UDP headers and is added up.</summary>
    bool IsDatagram { get; set; }

    /// <summary>Whether there is more to be added up than the first 64 bytes of the message.</summary>
    bool HasSecondSum { get; set; }

    /// <summary>Bytes 64 to 119 of the message.</summary>
    Bits<W448> SecondSum { get; set; }
}

/// <summary>What happens in this tick.</summary>
public interface IReplyStep : IBus
{
    /// <summary>Whether a job is taken.</summary>
    bool Takes { get; set; }

    /// <summary>Whether half an aux line is used.</summary>
    bool UsesHalf { get; set; }

    /// <summary>The half line, zeros behind the end of the message.</summary>
    Bits<W512> Half { get; set; }

}

/// <summary>
/// Says what the formatter does, and cuts off what is behind the end of the message in an aux line. No latency, no state; a half line per tick.
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

/// <summary>
/// Makes beats of jobs: the message behind 42 bytes for the headers, or a frame from its first byte on, and then the aux lines, shifted to where they belong. The first beat is on offer in the
/// tick after the job was taken; a beat per tick, and for aux lines as fast as they come. A job whose message is in the line takes as many ticks as it has beats. What a
/// job holds is given back when its last byte was read. There is room behind it for all that it begins, or it does not begin.
/// </summary>
[ClockedProcess]
public sealed class ReplyFormatter(
    [InputBus] IReplyJob job,
    [InputBus] IReplyStep step,
    [OutputBus] IReplyFormat format,
    Stream<ReplyBeat> beats,
    [InputBus] IFifoState beatState,
    int beatDepth,
    [InputBus] IFifoState headerState,
    Stream<SlotRelease> releases,
    [InputBus] IFifoState releaseState,
    Stream<SendDone> done,
    [InputBus] IFifoState doneState,
    [OutputBus] Stream<PacketRead> reads) : SimpleProcess
{
    private const int HeaderBits = 8 * ReplyHeaders.Bytes;

    // Where in a beat the first aux byte goes: behind the headers, the RPC header and 96 bytes; the headers and 96 bytes; 96 bytes.
    private const int ReplyCarry = 8 * ((ReplyHeaders.Bytes + 24 + ControlLine.InlineBytes) % NicConfig.DatapathBytes);
    private const int DatagramCarry = 8 * ((ReplyHeaders.Bytes + ControlLine.InlineBytes) % NicConfig.DatapathBytes);
    private const int FrameCarry = 8 * (ControlLine.InlineBytes % NicConfig.DatapathBytes);

    [OutputBus] private readonly IStream<ReplyBeat> beats = beats.Forward;
    [OutputBus] private readonly IStream<SlotRelease> releases = releases.Forward;
    [OutputBus] private readonly IStream<SendDone> done = done.Forward;
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
        ReplyJob item = job.Job;
        bool ends = false;
        bool emits = false;
        Bits<W512> beat = default;
        format.IsSecond = false;
        if (step.Takes)
        {
            bool isFrame = item.Class == FrameClass.Frame;
            byte count = item.Class == FrameClass.None ? (byte)0 : (byte)((item.FrameBytes + NicConfig.DatapathBytes - 1) >> 6);
            bool hasAux = item.AuxBytes != 0;
            beat = isFrame ? item.Message.Slice<W512>(0) : item.Message.Resize<W512>() << HeaderBits;
            next = isFrame ? item.Message.Slice<W448>(512).Resize<W512>() : item.Message.Slice<W512>(512 - HeaderBits);
            afterNext = (item.Message >> (1024 - HeaderBits)).Resize<W512>();
            emits = count != 0;
            kind = item.Class;
            beatsLeft = (byte)(emits ? count - 1 : 0);
            inlineLeft = (byte)(!hasAux ? beatsLeft : isFrame ? 0 : 1);
            halvesLeft = (byte)((item.AuxBytes + NicConfig.DatapathBytes - 1) >> 6);
            byte rest = (byte)(item.AuxBytes & 63);
            ulong bytes = 0;
            for (int i = 0; i < NicConfig.DatapathBytes; i++)
            {
                bytes |= rest == 0 || i < rest ? 1ul << i : 0;
            }

            format.LastBytes = bytes;
            isUpper = false;
            linesLeft = (byte)((item.AuxBytes + NicConfig.LineBytes - 1) >> 7);
            ends = !hasAux;
            hasSlot = item.HasSlot;
            slot = item.Slot;
            hasSender = item.HasSender;
            endpoint = item.Endpoint;
            format.IsSecond = count > 1;
            format.IsDatagram = item.Class != FrameClass.None && !isFrame;
            format.HasSecondSum = item.FrameBytes > ReplyHeaders.Bytes + NicConfig.DatapathBytes;
            format.SecondSum = item.Message.Slice<W448>(512);
            reads.Valid = hasAux;
            reads.Item = new PacketRead(item.PacketSlot, 0);
        }
        else
        {
            if (inlineLeft != 0)
            {
                emits = true;
                beat = next;
                next = afterNext;
                inlineLeft--;
            }
            else if (step.UsesHalf)
            {
                emits = true;
                bool isReply = kind is FrameClass.Reply or FrameClass.Answer;
                Bits<W512> low = isReply ? step.Half << ReplyCarry : kind == FrameClass.Datagram ? step.Half << DatagramCarry : step.Half << FrameCarry;
                beat = next | low;
                next = isReply ? step.Half >> (512 - ReplyCarry) : kind == FrameClass.Datagram ? step.Half >> (512 - DatagramCarry) : step.Half >> (512 - FrameCarry);
                halvesLeft--;
                isUpper = !isUpper;
                ends = format.IsLastHalf;
            }
            else if (halvesLeft == 0 && beatsLeft != 0)
            {
                emits = true;
                beat = next;
            }

            if (emits)
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

        beats.Valid = emits;
        beats.Item = new ReplyBeat(beat, beatsLeft == 0);
        releases.Valid = ends && hasSlot;
        releases.Item = new SlotRelease(slot);
        done.Valid = ends && hasSender;
        done.Item = new SendDone(endpoint);

        bool hasRoom = beatState.Count <= mostBeats && headerState.Count <= Replies.QueueDepth - Replies.Margin;
        bool canGiveBack = releaseState.Count <= Replies.QueueDepth - Replies.Margin && doneState.Count <= Replies.QueueDepth - Replies.Margin;
        format.IsFree = beatsLeft == 0 && halvesLeft == 0 && hasRoom && canGiveBack;
        format.WantsHalf = halvesLeft != 0 && inlineLeft == 0;
        format.IsUpper = isUpper;
        format.IsLastHalf = halvesLeft == 1;
        format.HasAux = halvesLeft != 0;
    }
}
