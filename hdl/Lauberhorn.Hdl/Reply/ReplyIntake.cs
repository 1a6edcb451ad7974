// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Endpoint;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>The item that the reply stage has accepted: a line that was left, or an answer of the NIC's own.</summary>
public interface IReplyTaken : IBus
{
    /// <summary>Whether there is an item.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is an answer of the NIC's own.</summary>
    bool IsAnswer { get; set; }

    /// <summary>The line that was left, unless it is an answer.</summary>
    LeftLine Left { get; set; }

    /// <summary>The answer, if it is one.</summary>
    NicReply Answer { get; set; }
}

/// <summary>The arbitration between lines and answers; a register.</summary>
public interface IReplyTurn : IBus
{
    /// <summary>Whether answers have priority, when both are valid.</summary>
    bool IsAnswers { get; set; }
}

/// <summary>
/// Accepts a line that was left or an answer of the NIC's own, alternately when both are valid, and reads what belongs to the line. The
/// stages up to the <see cref="ReplyJob"/> advance together: when that is empty or accepted in this tick. Combinational; one item per tick
/// while they advance.
/// </summary>
public sealed class ReplyIntake(
    [InputBus] Stream<LeftLine> left,
    [InputBus] Stream<NicReply> answers,
    [InputBus] IReplyTurn turn,
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format,
    [OutputBus] IRamRead replyLineRead,
    [OutputBus] IRamRead transmitRead,
    int processes) : SimpleProcess
{
    [OutputBus] private readonly IRamRead pendingRead = Scope.CreateBus<IRamRead>("pendingRead");
    [OutputBus] private readonly IRamRead generationRead = Scope.CreateBus<IRamRead>("generationRead");

    private readonly uint processMask = (uint)processes - 1;

    internal IRamRead PendingRead => pendingRead;

    internal IRamRead GenerationRead => generationRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool moves = !job.Valid || format.IsFree;
        bool isAnswer = answers.Valid && (turn.IsAnswers || !left.Valid);
        left.Ready = moves && !isAnswer;
        answers.Ready = moves && isAnswer;

        // While the stages stall, what was read stays at the memories' outputs. A line has a slot or is sent by its endpoint.
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

/// <summary>Registers the item while its memories are read. Latency 1 tick; one item per tick; stalls with the stages behind it.</summary>
[ClockedProcess]
public sealed class ReplyTaking(
    Stream<LeftLine> left,
    Stream<NicReply> answers,
    [OutputBus] IReplyTurn turn,
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format) : SimpleProcess
{
    [InputBus] private readonly IStream<LeftLine> left = left.Forward;
    [InputBus] private readonly IReady leftReady = left.Backward;
    [InputBus] private readonly IStream<NicReply> answers = answers.Forward;
    [InputBus] private readonly IReady answersReady = answers.Backward;
    [OutputBus] private readonly IReplyTaken taken = Scope.CreateBus<IReplyTaken>("taken");

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
    /// <summary>Whether there is an item.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is an answer of the NIC's own.</summary>
    bool IsAnswer { get; set; }

    /// <summary>The line that was left, without its bytes.</summary>
    LeftLine Left { get; set; }

    /// <summary>The line's bytes, merged with what came home before.</summary>
    Bits<W1024> Line { get; set; }

    /// <summary>Whether a reply of its length is longer than the MTU allows.</summary>
    bool IsReplyOverMtu { get; set; }

    /// <summary>Whether a datagram of its length is longer than the MTU allows.</summary>
    bool IsDatagramOverMtu { get; set; }

    /// <summary>The pending call that the line replies to.</summary>
    PendingCall Pending { get; set; }

    /// <summary>Whether the call was for an earlier process with the same number (generation mismatch).</summary>
    bool IsOfEarlier { get; set; }

    /// <summary>The answer, if it is one.</summary>
    NicReply Answer { get; set; }
}

/// <summary>
/// Merges, by byte, what came with the fetch and what came home before, and compares the length with the MTU. Latency 1 tick;
/// one item per tick; stalls with the stages behind it.
/// </summary>
[ClockedProcess]
public sealed class ReplyMerge(
    [InputBus] IReplyTaken taken,
    [InputBus] IRamData<Bits<W1024>> replyLine,
    [InputBus] IRamData<Bits<W1024>> transmitLine,
    [InputBus] IRamData<PendingCall> pending,
    [InputBus] IRamData<ushort> generation,
    [InputBus] IReplyJob job,
    [InputBus] IReplyFormat format,
    [InputBus] INicSettings settings) : SimpleProcess
{
    [OutputBus] private readonly IReplyLine line = Scope.CreateBus<IReplyLine>("line");

    // The most bytes of results and of a datagram's payload; a register, so that there is only the comparison behind the line's memory.
    private ushort mostResults;
    private ushort mostPayload;

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
