// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The kind of frame that is sent.</summary>
public enum FrameClass : byte
{
    /// <summary>No frame.</summary>
    None = 0,

    /// <summary>An answer of the NIC's own.</summary>
    Answer = 1,

    /// <summary>The reply of a handler to a call.</summary>
    Reply = 2,

    /// <summary>A datagram of a process's own.</summary>
    Datagram = 3,

    /// <summary>A whole frame of the kernel's.</summary>
    Frame = 4,
}

/// <summary>A frame to be made, and what is to be given back once it is.</summary>
public readonly record struct ReplyJob
{
    /// <summary>The kind of frame that is sent.</summary>
    public FrameClass Class { get; init; }

    /// <summary>
    /// The first bytes, the first one in the lowest bits, zeros behind the end: of a reply its RPC header and up to 96 bytes of results,
    /// otherwise up to 96 bytes.
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

    /// <summary>Source UDP port; not of a whole frame.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Whether a slot is given back.</summary>
    public bool HasSlot { get; init; }

    /// <summary>Number of the slot that is given back.</summary>
    public ushort Slot { get; init; }

    /// <summary>Whether an endpoint is to be notified when its lines were read.</summary>
    public bool HasSender { get; init; }

    /// <summary>Number of that endpoint.</summary>
    public ushort Endpoint { get; init; }
}

/// <summary>The job that the formatter accepts next; registers.</summary>
public interface IReplyJob : IBus
{
    /// <summary>Whether there is a job.</summary>
    bool Valid { get; set; }

    /// <summary>The job; means something while <see cref="Valid"/>.</summary>
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

/// <summary>Facts about a line that was left, or an answer of the NIC's own.</summary>
internal readonly record struct ReplyFacts
{
    /// <summary>The line's kind, as software has written it.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>Bytes of the message, as software has written them in the line.</summary>
    public ushort Count { get; init; }

    /// <summary>Whether it is an answer of the NIC's own, and no line.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether it is a line in which a message was received.</summary>
    public bool IsReceived { get; init; }

    /// <summary>Whether it is a line that is to be sent.</summary>
    public bool IsSend { get; init; }

    /// <summary>Whether it is a reply to the call in it, in time or not.</summary>
    public bool IsGood { get; init; }

    /// <summary>Whether it is a datagram that may be sent, but for its length.</summary>
    public bool MayBeDatagram { get; init; }

    /// <summary>Whether a reply is sent.</summary>
    public bool IsReply { get; init; }

    /// <summary>Whether a frame of the kernel's is sent.</summary>
    public bool IsFrame { get; init; }

    /// <summary>Whether a datagram is sent.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Whether an answer of the NIC's own is sent.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>Whether a reply's results are longer than the MTU allows: an error is sent in their place.</summary>
    public bool IsOverMtu { get; init; }

    /// <summary>Whether bytes of the line are sent.</summary>
    public bool HasResults { get; init; }

    /// <summary>Whether anything is sent.</summary>
    public bool GoesOut => IsReply || IsFrame || IsDatagram || IsAnswer;

    /// <summary>The kind of frame that is sent.</summary>
    public FrameClass Class => IsReply ? FrameClass.Reply
        : IsFrame ? FrameClass.Frame
        : IsDatagram ? FrameClass.Datagram
        : IsAnswer ? FrameClass.Answer
        : FrameClass.None;
}

/// <summary>
/// Decides about a line that was left, and makes the beginning of the message. A reply is accepted only with the handle of the slot's
/// call, from the process that the call was for, if that is still there, in time, and if it is no longer than what belongs to it
/// (docs/reply.md). Latency 1 tick; one item per tick; stalls with the stages behind it.
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
        ReplyFacts facts = Find();
        bool moves = !job.Valid || format.IsFree;
        if (moves)
        {
            job.Valid = line.Valid;
            job.Job = Job(facts);
        }

        bool counts = moves && line.Valid && IsCounted(facts);
        events.Flags = counts ? 1ul << (int)Happens(facts) : 0;
    }

    private ReplyFacts Find()
    {
        LeftLine left = line.Left;
        PendingCall pending = line.Pending;
        Bits<W1024> bytes = line.Line;
        MessageKind kind = (MessageKind)bytes.GetByte(ControlLine.Kind);
        ushort count = (ushort)bytes.Slice<W16>(8 * ControlLine.Bytes);
        bool isTooLong = count > ControlLine.InlineBytes + (left.AuxLines << 7);

        // A reply to a call.
        bool hasHandle = (ulong)bytes.Slice<W64>(8 * ControlLine.ReplyHandle) == (((ulong)pending.Generation << 16) | left.Slot);
        bool isReplyKind = kind is MessageKind.Reply or MessageKind.GarbageArguments or MessageKind.SystemError;
        bool isOfCall = hasHandle && left.Process == pending.Process && !line.IsOfEarlier;
        bool isGood = isReplyKind && isOfCall && !(kind == MessageKind.Reply && isTooLong);
        bool isReceived = !line.IsAnswer && !left.IsTransmit;
        uint age = time.Now - pending.ArrivalTime;
        bool isLate = settings.CallAgeLimit != 0 && age > settings.CallAgeLimit;

        // What software sends of its own.
        bool isSend = !line.IsAnswer && left.IsTransmit;
        bool isFrame = isSend && kind == MessageKind.SendFrame && left.MaySendFrames && count >= EthernetBytes && !isTooLong;
        bool mayBeDatagram = isSend && kind == MessageKind.SendDatagram && left.TransmitPort != 0 && !isTooLong;
        return new ReplyFacts
        {
            Kind = kind,
            Count = count,
            IsOwn = line.IsAnswer,
            IsReceived = isReceived,
            IsSend = isSend,
            IsGood = isGood,
            MayBeDatagram = mayBeDatagram,
            IsReply = isReceived && pending.IsCall && !left.IsDiscarded && isGood && !isLate,
            IsFrame = isFrame,
            IsDatagram = mayBeDatagram && !line.IsDatagramOverMtu,
            IsAnswer = line.IsAnswer && !errorLimit.IsReached,
            IsOverMtu = kind == MessageKind.Reply && line.IsReplyOverMtu,
            HasResults = isSend || (!line.IsAnswer && kind == MessageKind.Reply && !line.IsReplyOverMtu),
        };
    }

    private ReplyJob Job(in ReplyFacts facts)
    {
        LeftLine left = line.Left;
        PendingCall pending = line.Pending;
        NicReply answer = line.Answer;
        Bits<W1024> bytes = line.Line;
        Bits<W256> header = Header(facts);
        Bits<W768> body = Body(facts);
        Bits<W960> reply = Bits.Concat<W768, W192, W960>(body, header.Slice<W192>(0)) | (header.Resize<W960>() >> 192 << 192);
        ushort messageBytes = facts.HasResults ? facts.Count : (ushort)0;
        bool hasAux = facts.HasResults && facts.Count > ControlLine.InlineBytes && facts.GoesOut;
        uint address = facts.IsSend ? (uint)bytes.Slice<W32>(8 * ControlLine.DestinationAddress) : pending.ClientAddress;
        ushort port = facts.IsSend ? (ushort)bytes.Slice<W16>(8 * ControlLine.DestinationPort) : pending.ClientPort;
        return new ReplyJob
        {
            Class = facts.Class,
            Message = facts.IsSend ? body.Resize<W960>() : reply,
            FrameBytes = (ushort)(HeaderBytes(facts) + messageBytes),
            AuxBytes = (ushort)(hasAux ? facts.Count - ControlLine.InlineBytes : 0),
            PacketSlot = left.PacketSlot,
            Address = facts.IsOwn ? answer.ClientAddress : address,
            DestinationPort = facts.IsOwn ? answer.ClientPort : port,
            SourcePort = facts.IsOwn ? answer.ServerPort : facts.IsSend ? left.TransmitPort : pending.ServerPort,
            HasSlot = facts.IsReceived,
            Slot = left.Slot,
            HasSender = facts.IsSend,
            Endpoint = left.Endpoint,
        };
    }

    // Bytes in front of what the line holds.
    private int HeaderBytes(in ReplyFacts facts)
    {
        bool isAuthError = facts.IsOwn && line.Answer.Kind == NicReplyKind.AuthError;
        bool isMismatch = facts.IsOwn && line.Answer.Kind == NicReplyKind.ProgramMismatch;
        return facts.IsFrame ? 0
            : facts.IsDatagram ? DatagramHeaders
            : isAuthError ? DatagramHeaders + ShortestError
            : isMismatch ? DatagramHeaders + AcceptedHeader + MismatchBytes
            : DatagramHeaders + AcceptedHeader;
    }

    // The RPC message (RFC 5531 section 9): reply, accepted or denied, and what follows.
    private Bits<W256> Header(in ReplyFacts facts)
    {
        NicReply answer = line.Answer;
        uint accepted = facts.IsOwn ? AcceptStatus(answer.Kind)
            : facts.Kind == MessageKind.GarbageArguments ? GarbageArgumentsStatus
            : facts.Kind == MessageKind.SystemError || facts.IsOverMtu ? SystemErrorStatus
            : 0;
        bool isMismatch = facts.IsOwn && answer.Kind == NicReplyKind.ProgramMismatch;
        bool isRpcMismatch = facts.IsOwn && answer.Kind == NicReplyKind.RpcMismatch;
        bool isAuthError = facts.IsOwn && answer.Kind == NicReplyKind.AuthError;
        bool isDenied = isRpcMismatch || isAuthError;
        Bits<W256> header = default;
        header = header.WithSlice(0, BigEndian(facts.IsOwn ? answer.Xid : line.Pending.Xid));
        header = header.WithSlice(32, BigEndian(1));
        header = header.WithSlice(64, BigEndian(isDenied ? 1u : 0));
        header = header.WithSlice(96, BigEndian(isAuthError ? 1u : 0));
        header = header.WithSlice(128, BigEndian(isDenied ? answer.Low : 0));
        header = header.WithSlice(160, BigEndian(isRpcMismatch ? answer.High : isDenied ? 0 : accepted));
        header = header.WithSlice(192, BigEndian(isMismatch ? answer.Low : 0));
        return header.WithSlice(224, BigEndian(isMismatch ? answer.High : 0));
    }

    // The bytes of the line that belong to the message, in the order of the wire. What is behind them must not come in when words are
    // turned, and a last word that is not whole must not grow.
    private Bits<W768> Body(in ReplyFacts facts)
    {
        Bits<W768> whole = line.Line.Slice<W768>(8 * ControlLine.Arguments);
        Bits<W768> results = LineBytes.First(whole, facts.Count);
        Bits<W768> words = ArgumentWords.Convert(results, facts.IsSend ? Bits<W48>.Zero : line.Pending.ReplyLayout);
        bool isFull = facts.HasResults && facts.Count >> 7 != 0;
        byte last = (byte)(facts.HasResults ? facts.Count & 127 : 0);
        return LineBytes.FirstOrAll(words, last, isFull);
    }

    // The event that it counts as, if any.
    private NicEvent Happens(in ReplyFacts facts)
    {
        if (facts.IsOwn)
        {
            return NicEvent.ErrorReplyLimited;
        }

        if (facts.IsSend)
        {
            return facts.MayBeDatagram ? NicEvent.DatagramOverMtu : NicEvent.BadSend;
        }

        if (!line.Pending.IsCall)
        {
            return NicEvent.FrameTaken;
        }

        if (line.Left.IsDiscarded)
        {
            return NicEvent.CallDiscarded;
        }

        if (facts.Kind == MessageKind.NoReply)
        {
            return NicEvent.NoReply;
        }

        return facts.IsReply ? NicEvent.ReplyOverMtu : facts.IsGood ? NicEvent.LateReply : NicEvent.BadReply;
    }

    // What is sent as it is meant to is counted when it has been; what the NIC answers by itself, admission has counted.
    private bool IsCounted(in ReplyFacts facts)
    {
        if (facts.IsOwn)
        {
            return errorLimit.IsReached;
        }

        if (facts.IsSend)
        {
            return !facts.IsFrame && !facts.IsDatagram;
        }

        return !facts.IsReply || facts.IsOverMtu;
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
