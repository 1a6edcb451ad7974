// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>What goes out.</summary>
public enum FrameClass : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An answer of the NIC's own.</summary>
    Answer = 1,

    /// <summary>The answer to a call that a handler has had.</summary>
    Reply = 2,

    /// <summary>A datagram of a process's own.</summary>
    Datagram = 3,

    /// <summary>A whole frame of the kernel's.</summary>
    Frame = 4,
}

/// <summary>A frame to be made, and what is to be given back once it is.</summary>
public readonly record struct ReplyJob
{
    /// <summary>What goes out.</summary>
    public FrameClass Class { get; init; }

    /// <summary>
    /// The first bytes, the first one in the lowest bits, zeros behind the end: of a reply its RPC header and up to 96 bytes of results, otherwise up to 96
    /// bytes.
    /// </summary>
    public Bits<W960> Message { get; init; }

    /// <summary>Bytes of the frame: 14 to 4,258, without padding.</summary>
    public ushort FrameBytes { get; init; }

    /// <summary>Bytes that are in aux lines, the first one in line 0.</summary>
    public ushort AuxBytes { get; init; }

    /// <summary>The packet slot of the aux lines.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>IPv4 address of the destination; not of a whole frame.</summary>
    public uint Address { get; init; }

    /// <summary>UDP port of the destination; not of a whole frame.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Our UDP port; not of a whole frame.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Whether a slot is given back.</summary>
    public bool HasSlot { get; init; }

    /// <summary>The slot.</summary>
    public ushort Slot { get; init; }

    /// <summary>Whether an endpoint waits until its lines were read.</summary>
    public bool HasSender { get; init; }

    /// <summary>The endpoint.</summary>
    public ushort Endpoint { get; init; }
}

/// <summary>The job that the formatter takes next; registers.</summary>
public interface IReplyJob : IBus
{
    /// <summary>Whether there is one.</summary>
    bool Valid { get; set; }

    /// <summary>The job.</summary>
    ReplyJob Job { get; set; }
}

/// <summary>The time by which the age of calls is measured; a register.</summary>
public interface IReplyTime : IBus
{
    /// <summary>Cycles since reset, this one included, in units of 2^16.</summary>
    uint Now { get; set; }
}

/// <summary>
/// Counts the cycles for <see cref="ReplyCheck"/>, which need not run in every tick for that. Latency 1 tick, which is counted already; no
/// back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ReplyClock : SimpleProcess
{
    [OutputBus] private readonly IReplyTime time = Scope.CreateBus<IReplyTime>("time");
    private ulong cycle = 1;

    internal IReplyTime Time => time;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        cycle++;
        time.Now = (uint)(cycle >> 16);
    }
}

/// <summary>
/// Decides what becomes of a line that was left, and makes the beginning of the message. A reply counts only with the handle of the slot's
/// call, from the process that the call was for, if that is still there, in time, and if it is no longer than what belongs to it
/// (docs/reply.md). Latency 1 tick; one item per tick; waits with the stages behind it.
/// </summary>
[ClockedProcess]
public sealed class ReplyCheck(
    [InputBus] IReplyLine line,
    [InputBus] IErrorLimit errorLimit,
    [InputBus] IReplyFormat format,
    [InputBus] INicSettings settings,
    [InputBus] IReplyTime time,
    [OutputBus] IReplyJob job) : SimpleProcess
{
    private const int EthernetBytes = WireFormat.EthernetBytes;
    private const int DatagramHeaders = WireFormat.RpcBegin;
    private const int AcceptedHeader = ReplyHeaders.AcceptedReply;
    private const int ShortestError = 20;
    private const int MismatchBytes = 8;
    private const uint GarbageArgumentsStatus = 4;
    private const uint SystemErrorStatus = 5;

    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        LeftLine left = line.Left;
        PendingCall pending = line.Pending;
        NicReply answer = line.Answer;
        Bits<W1024> bytes = line.Line;
        MessageKind kind = (MessageKind)bytes.GetByte(ControlLine.Kind);
        ushort count = (ushort)bytes.Slice<W16>(8 * ControlLine.Bytes);
        int room = ControlLine.InlineBytes + (left.AuxLines << 7);
        bool isTooLong = count > room;

        // What the line is.
        bool hasHandle = (ulong)bytes.Slice<W64>(8 * ControlLine.ReplyHandle) == (((ulong)pending.Generation << 16) | left.Slot);
        uint age = time.Now - pending.ArrivalTime;
        bool isLate = settings.CallAgeLimit != 0 && age > settings.CallAgeLimit;
        bool isReplyKind = kind is MessageKind.Reply or MessageKind.GarbageArguments or MessageKind.SystemError;
        bool isOfCall = hasHandle && left.Process == pending.Process && !line.IsOfEarlier;
        bool isGood = isReplyKind && isOfCall && !(kind == MessageKind.Reply && isTooLong);
        bool isReceived = !line.IsAnswer && !left.IsTransmit;
        bool isCall = isReceived && pending.IsCall && !left.IsDiscarded;
        bool isSend = !line.IsAnswer && left.IsTransmit;
        bool isFrame = isSend && kind == MessageKind.SendFrame && left.MaySendFrames && count >= EthernetBytes && !isTooLong;
        bool mayBeDatagram = isSend && kind == MessageKind.SendDatagram && left.TransmitPort != 0 && !isTooLong;
        bool isDatagram = mayBeDatagram && !line.IsDatagramOverMtu;
        bool isReply = isCall && isGood && !isLate;
        bool isOverMtu = kind == MessageKind.Reply && line.IsReplyOverMtu;
        bool isAnswer = line.IsAnswer && !errorLimit.IsReached;

        // The RPC message (RFC 5531 section 9): reply, accepted or denied, and what follows.
        bool isOwn = line.IsAnswer;
        uint accepted = isOwn ? AcceptStatus(answer.Kind)
            : kind == MessageKind.GarbageArguments ? GarbageArgumentsStatus
            : kind == MessageKind.SystemError || isOverMtu ? SystemErrorStatus
            : 0;
        bool isMismatch = isOwn && answer.Kind == NicReplyKind.ProgramMismatch;
        bool isRpcMismatch = isOwn && answer.Kind == NicReplyKind.RpcMismatch;
        bool isAuthError = isOwn && answer.Kind == NicReplyKind.AuthError;
        bool isDenied = isRpcMismatch || isAuthError;
        Bits<W256> header = default;
        header = header.WithSlice(0, BigEndian(isOwn ? answer.Xid : pending.Xid));
        header = header.WithSlice(32, BigEndian(1));
        header = header.WithSlice(64, BigEndian(isDenied ? 1u : 0));
        header = header.WithSlice(96, BigEndian(isAuthError ? 1u : 0));
        header = header.WithSlice(128, BigEndian(isDenied ? answer.Low : 0));
        header = header.WithSlice(160, BigEndian(isRpcMismatch ? answer.High : isDenied ? 0 : accepted));
        header = header.WithSlice(192, BigEndian(isMismatch ? answer.Low : 0));
        header = header.WithSlice(224, BigEndian(isMismatch ? answer.High : 0));

        // The bytes of the line that belong to the message, in the order of the wire. What is behind them must not come in when words are turned, and a
        // last word that is not whole must not grow.
        bool hasResults = isSend || (!isOwn && kind == MessageKind.Reply && !line.IsReplyOverMtu);
        Bits<W768> whole = bytes.Slice<W768>(8 * ControlLine.Arguments);
        Bits<W768> results = LineBytes.First(whole, count);
        Bits<W768> words = ArgumentWords.Convert(results, isSend ? Bits<W48>.Zero : pending.ReplyLayout);
        bool isFull = hasResults && count >> 7 != 0;
        byte last = (byte)(hasResults ? count & 127 : 0);
        Bits<W768> body = LineBytes.FirstOrAll(words, last, isFull);
        Bits<W960> reply = Bits.Concat<W768, W192, W960>(body, header.Slice<W192>(0)) | (header.Resize<W960>() >> 192 << 192);
        ushort messageBytes = hasResults ? count : (ushort)0;
        int headers = isFrame ? 0 : isDatagram ? DatagramHeaders : isAuthError ? DatagramHeaders + ShortestError : isMismatch ? DatagramHeaders + AcceptedHeader + MismatchBytes : DatagramHeaders + AcceptedHeader;
        bool goesOut = isReply || isFrame || isDatagram || isAnswer;
        bool hasAux = hasResults && count > ControlLine.InlineBytes && goesOut;

        bool moves = !job.Valid || format.IsFree;
        if (moves)
        {
            job.Valid = line.Valid;
            job.Job = new ReplyJob
            {
                Class = isReply ? FrameClass.Reply : isFrame ? FrameClass.Frame : isDatagram ? FrameClass.Datagram : isAnswer ? FrameClass.Answer : FrameClass.None,
                Message = isSend ? body.Resize<W960>() : reply,
                FrameBytes = (ushort)(headers + messageBytes),
                AuxBytes = (ushort)(hasAux ? count - ControlLine.InlineBytes : 0),
                PacketSlot = left.PacketSlot,
                Address = isOwn ? answer.ClientAddress : isSend ? (uint)bytes.Slice<W32>(8 * ControlLine.DestinationAddress) : pending.ClientAddress,
                DestinationPort = isOwn ? answer.ClientPort : isSend ? (ushort)bytes.Slice<W16>(8 * ControlLine.DestinationPort) : pending.ClientPort,
                SourcePort = isOwn ? answer.ServerPort : isSend ? left.TransmitPort : pending.ServerPort,
                HasSlot = isReceived,
                Slot = left.Slot,
                HasSender = isSend,
                Endpoint = left.Endpoint,
            };
        }

        NicEvent happens = NicEvent.BadReply;
        bool isCounted = moves && line.Valid;
        if (isOwn)
        {
            // Admission has counted what it answers.
            happens = NicEvent.ErrorReplyLimited;
            isCounted &= errorLimit.IsReached;
        }
        else if (isSend)
        {
            happens = mayBeDatagram ? NicEvent.DatagramOverMtu : NicEvent.BadSend;
            isCounted &= !isFrame && !isDatagram;
        }
        else if (!pending.IsCall)
        {
            happens = NicEvent.FrameTaken;
        }
        else if (left.IsDiscarded)
        {
            happens = NicEvent.CallDiscarded;
        }
        else if (kind == MessageKind.NoReply)
        {
            happens = NicEvent.NoReply;
        }
        else
        {
            happens = isReply ? NicEvent.ReplyOverMtu : isGood ? NicEvent.LateReply : NicEvent.BadReply;
            isCounted &= !isReply || isOverMtu;
        }

        events.Flags = isCounted ? 1ul << (int)happens : 0;
    }

    private static uint AcceptStatus(NicReplyKind kind) => kind switch
    {
        NicReplyKind.ProgramUnavailable => 1,
        NicReplyKind.ProgramMismatch => 2,
        NicReplyKind.ProcedureUnavailable => 3,
        NicReplyKind.GarbageArguments => GarbageArgumentsStatus,
        NicReplyKind.SystemError => SystemErrorStatus,
        _ => 0,
    };

    private static Bits<W32> BigEndian(uint word) => ((Bits<W32>)(ulong)word).ReverseBytes();
}
