// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Endpoint;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>What the reply stage has taken: a line that was left, or an answer of the NIC's own.</summary>
public interface IReplyTaken : IBus
{
    /// <summary>Whether there is something.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is an answer of the NIC's own.</summary>
    bool IsAnswer { get; set; }

    /// <summary>The line that was left, unless it is an answer.</summary>
    LeftLine Left { get; set; }

    /// <summary>The answer.</summary>
    NicReply Answer { get; set; }
}

/// <summary>Whose turn it is when both a line and an answer are there; a register.</summary>
public interface IReplyTurn : IBus
{
    /// <summary>Whether it is an answer's.</summary>
    bool IsAnswers { get; set; }
}

/// <summary>
/// Takes a line that was left or an answer of the NIC's own, in turns when there are both, and reads what belongs to the line. The stages up to the
/// <see cref="ReplyJob"/> move together: when that is empty or taken in this tick. Combinational; one item per tick while they move.
/// </summary>
public sealed class ReplyIntake : SimpleProcess
{
    [InputBus] private readonly IStream<LeftLine> left;
    [InputBus] private readonly IStream<NicReply> answers;
    [InputBus] private readonly IReplyTurn turn;
    [InputBus] private readonly IReplyJob job;
    [InputBus] private readonly IReplyFormat format;
    [OutputBus] private readonly IReady leftReady;
    [OutputBus] private readonly IReady answersReady;
    [OutputBus] private readonly IRamRead replyLineRead;
    [OutputBus] private readonly IRamRead transmitRead;
    [OutputBus] private readonly IRamRead pendingRead = Scope.CreateBus<IRamRead>("pendingRead");
    [OutputBus] private readonly IRamRead generationRead = Scope.CreateBus<IRamRead>("generationRead");

    private readonly uint processMask;

    internal ReplyIntake(
        Stream<LeftLine> left,
        Stream<NicReply> answers,
        IReplyTurn turn,
        IReplyJob job,
        IReplyFormat format,
        IRamRead replyLineRead,
        IRamRead transmitRead,
        int processes)
    {
        processMask = (uint)processes - 1;
        (this.left, leftReady) = (left.Forward, left.Backward);
        (this.answers, answersReady) = (answers.Forward, answers.Backward);
        this.turn = turn;
        this.job = job;
        this.format = format;
        this.replyLineRead = replyLineRead;
        this.transmitRead = transmitRead;
    }

    internal IRamRead PendingRead => pendingRead;

    internal IRamRead GenerationRead => generationRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool moves = !job.Valid || format.IsFree;
        bool isAnswer = answers.Valid && (turn.IsAnswers || !left.Valid);
        leftReady.Ready = moves && !isAnswer;
        answersReady.Ready = moves && isAnswer;

        // While the stages stand, what was read stays at the memories' outputs. A line has a slot or is sent by its endpoint.
        bool isReceived = left.Valid && !left.Item.IsTransmit;
        replyLineRead.Enable = moves && isReceived;
        replyLineRead.Address = left.Item.Slot;
        transmitRead.Enable = moves && left.Valid && left.Item.IsTransmit;
        transmitRead.Address = left.Item.Endpoint;
        pendingRead.Enable = moves && isReceived;
        pendingRead.Address = left.Item.Slot;
        generationRead.Enable = moves && isReceived;
        generationRead.Address = left.Item.Process & processMask;
    }
}

/// <summary>Keeps what was taken while its memories are read. Latency 1 tick; one item per tick; waits with the stages behind it.</summary>
[ClockedProcess]
public sealed class ReplyTaking : SimpleProcess
{
    [InputBus] private readonly IStream<LeftLine> left;
    [InputBus] private readonly IReady leftReady;
    [InputBus] private readonly IStream<NicReply> answers;
    [InputBus] private readonly IReady answersReady;
    [InputBus] private readonly IReplyJob job;
    [InputBus] private readonly IReplyFormat format;
    [OutputBus] private readonly IReplyTaken taken = Scope.CreateBus<IReplyTaken>("taken");
    [OutputBus] private readonly IReplyTurn turn;

    internal ReplyTaking(Stream<LeftLine> left, Stream<NicReply> answers, IReplyTurn turn, IReplyJob job, IReplyFormat format)
    {
        (this.left, leftReady) = (left.Forward, left.Backward);
        (this.answers, answersReady) = (answers.Forward, answers.Backward);
        this.turn = turn;
        this.job = job;
        this.format = format;
    }

    internal IReplyTaken Taken => taken;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool takesLeft = left.Valid && leftReady.Ready;
        bool takesAnswer = answers.Valid && answersReady.Ready;
        if (!job.Valid || format.IsFree)
        {
            taken.Valid = takesLeft || takesAnswer;
            taken.IsAnswer = takesAnswer;
            taken.Left = left.Item;
            taken.Answer = answers.Item;
        }

        if (takesLeft || takesAnswer)
        {
            turn.IsAnswers = takesLeft;
        }
    }
}

/// <summary>A line with all its bytes, and the call that it belongs to; or an answer of the NIC's own.</summary>
public interface IReplyLine : IBus
{
    /// <summary>Whether there is something.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is an answer of the NIC's own.</summary>
    bool IsAnswer { get; set; }

    /// <summary>The line that was left, without its bytes.</summary>
    LeftLine Left { get; set; }

    /// <summary>Its bytes.</summary>
    Bits<W1024> Line { get; set; }

    /// <summary>Whether a reply of its length is longer than the MTU allows.</summary>
    bool IsReplyOverMtu { get; set; }

    /// <summary>Whether a datagram of its length is longer than the MTU allows.</summary>
    bool IsDatagramOverMtu { get; set; }

    /// <summary>The call.</summary>
    PendingCall Pending { get; set; }

    /// <summary>Whether its process's number is another's by now.</summary>
    bool IsOfEarlier { get; set; }

    /// <summary>The answer.</summary>
    NicReply Answer { get; set; }
}

/// <summary>
/// Puts a line together of what came with the fetch and what came before, by byte, and compares its length with the MTU. Latency 1 tick;
/// one item per tick; waits with the stages behind it.
/// </summary>
[ClockedProcess]
public sealed class ReplyMerge : SimpleProcess
{
    [InputBus] private readonly IReplyTaken taken;
    [InputBus] private readonly IRamData<Bits<W1024>> replyLine;
    [InputBus] private readonly IRamData<Bits<W1024>> transmitLine;
    [InputBus] private readonly IRamData<PendingCall> pending;
    [InputBus] private readonly IRamData<ushort> generation;
    [InputBus] private readonly IReplyJob job;
    [InputBus] private readonly IReplyFormat format;
    [InputBus] private readonly INicSettings settings;
    [OutputBus] private readonly IReplyLine line = Scope.CreateBus<IReplyLine>("line");

    // The most bytes of results and of a datagram's payload; a register, so that there is only the comparison behind the line's memory.
    private ushort mostResults;
    private ushort mostPayload;

    internal ReplyMerge(
        IReplyTaken taken,
        IRamData<Bits<W1024>> replyLine,
        IRamData<Bits<W1024>> transmitLine,
        IRamData<PendingCall> pending,
        IRamData<ushort> generation,
        IReplyJob job,
        IReplyFormat format,
        INicSettings settings)
    {
        this.generation = generation;
        this.taken = taken;
        this.settings = settings;
        this.replyLine = replyLine;
        this.transmitLine = transmitLine;
        this.pending = pending;
        this.job = job;
        this.format = format;
    }

    internal IReplyLine Line => line;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (!job.Valid || format.IsFree)
        {
            LeftLine left = taken.Left;
            Bits<W1024> stored = left.IsTransmit ? transmitLine.Item : replyLine.Item;
            Bits<W1024> whole = LineBytes.Merge(left.Mask, left.Data, stored);

            line.Valid = taken.Valid;
            line.IsAnswer = taken.IsAnswer;
            line.Left = left with { Data = default, Mask = default };
            line.Line = whole;
            line.Pending = pending.Item;
            line.IsOfEarlier = pending.Item.ProcessGeneration != generation.Item;
            line.Answer = taken.Answer;
            ushort count = (ushort)whole.Slice<W16>(8 * ControlLine.Bytes);
            line.IsReplyOverMtu = count > mostResults;
            line.IsDatagramOverMtu = count > mostPayload;
        }

        mostResults = Room(settings.Mtu, ReplyHeaders.Bytes - ReplyHeaders.IpOffset + ReplyHeaders.AcceptedReply);
        mostPayload = Room(settings.Mtu, ReplyHeaders.Bytes - ReplyHeaders.IpOffset);
    }

    private static ushort Room(ushort mtu, ushort headers) => (ushort)(mtu < headers ? 0 : mtu - headers);
}
