// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>
/// Lets the frames that the transmit path could not send join the received ones on their way to the kernel, each with its payload. Received
/// frames pass in the same tick as long as there is nothing else; a missed frame goes in between when no received one is under way, and
/// holds the others up for as many ticks as it has beats.
/// </summary>
public sealed class FrameMerge
{
    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="received">Frames received.</param>
    /// <param name="receivedPayload">Their payload; it may come before its frame.</param>
    /// <param name="missed">Frames that could not be sent.</param>
    /// <param name="missedPayload">Their payload; each has some.</param>
    public FrameMerge(Stream<RoutedFrame> received, Stream<PayloadBeat> receivedPayload, Stream<RoutedFrame> missed, Stream<PayloadBeat> missedPayload)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(receivedPayload);
        ArgumentNullException.ThrowIfNull(missed);
        ArgumentNullException.ThrowIfNull(missedPayload);
        using Scope scope = Scope.Open("frameMerge");
        Frames = new Stream<RoutedFrame>("frames");
        Payload = new Stream<PayloadBeat>("payload");
        FrameMergeTurn turn = new(received, receivedPayload, missed, missedPayload) { Name = "turn" };
        _ = new FrameMergeSwitch<RoutedFrame>(received, missed, Frames, turn.Turn) { Name = "frameSwitch" };
        _ = new FrameMergeReady<RoutedFrame>(received, missed, Frames, turn.Turn) { Name = "frameReady" };
        _ = new FrameMergeReady<PayloadBeat>(receivedPayload, missedPayload, Payload, turn.Turn) { Name = "payloadReady" };
        _ = new FrameMergeSwitch<PayloadBeat>(receivedPayload, missedPayload, Payload, turn.Turn) { Name = "payloadSwitch" };
    }

    /// <summary>All frames.</summary>
    public Stream<RoutedFrame> Frames { get; }

    /// <summary>Their payload, in their order.</summary>
    public Stream<PayloadBeat> Payload { get; }
}

/// <summary>Whose turn it is.</summary>
public interface IFrameMergeTurn : IBus
{
    /// <summary>Whether frames pass that could not be sent; otherwise received ones.</summary>
    bool IsMissed { get; set; }

    /// <summary>Whether the frame itself has passed and only its payload is still to come.</summary>
    bool HasPassed { get; set; }
}

/// <summary>
/// Decides whose turn it is. Latency 1 tick: the turn changes in the tick after nothing of a received frame was on offer or under way.
/// </summary>
[ClockedProcess]
public sealed class FrameMergeTurn(
    Stream<RoutedFrame> received,
    Stream<PayloadBeat> receivedPayload,
    Stream<RoutedFrame> missed,
    Stream<PayloadBeat> missedPayload) : SimpleProcess
{
    [InputBus] private readonly IStream<RoutedFrame> received = received.Forward;
    [InputBus] private readonly IReady receivedReady = received.Backward;
    [InputBus] private readonly IStream<PayloadBeat> receivedPayload = receivedPayload.Forward;
    [InputBus] private readonly IReady receivedPayloadReady = receivedPayload.Backward;
    [InputBus] private readonly IStream<RoutedFrame> missed = missed.Forward;
    [InputBus] private readonly IReady missedReady = missed.Backward;
    [InputBus] private readonly IStream<PayloadBeat> missedPayload = missedPayload.Forward;
    [InputBus] private readonly IReady missedPayloadReady = missedPayload.Backward;
    [OutputBus] private readonly IFrameMergeTurn turn = Scope.CreateBus<IFrameMergeTurn>("turn");

    // Received frames whose payload has not all passed; less than 0 if payload is ahead. Both are far fewer than 128: the buffers in front hold 32.
    private sbyte outstanding;

    internal IFrameMergeTurn Turn => turn;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool begins = received.Valid && receivedReady.Ready && received.Item.Metadata is { PayloadBytes: not 0, IsInline: false };
        bool ends = receivedPayload.Valid && receivedPayloadReady.Ready && receivedPayload.Item.Last;
        outstanding = (sbyte)(outstanding + (begins ? 1 : 0) - (ends ? 1 : 0));
        if (!turn.IsMissed)
        {
            turn.IsMissed = missed.Valid && !received.Valid && !receivedPayload.Valid && outstanding == 0;
        }
        else
        {
            bool isOver = missedPayload.Valid && missedPayloadReady.Ready && missedPayload.Item.Last;
            turn.HasPassed = !isOver && (turn.HasPassed || (missed.Valid && missedReady.Ready));
            turn.IsMissed = !isOver;
        }
    }
}

/// <summary>Offers the item of one of two streams. Combinational; the way back is <see cref="FrameMergeReady{T}"/>'s.</summary>
/// <typeparam name="T">What passes: frames, or payload.</typeparam>
public sealed class FrameMergeSwitch<T>(
    Stream<T> received,
    Stream<T> missed,
    Stream<T> output,
    [InputBus] IFrameMergeTurn turn) : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> received = received.Forward;
    [InputBus] private readonly IStream<T> missed = missed.Forward;
    [OutputBus] private readonly IStream<T> output = output.Forward;
    private readonly bool isFrame = typeof(T) == typeof(RoutedFrame);

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // One missed frame passes in a turn: its payload passes only after it, or the turn could end before the frame is taken.
        output.Valid = turn.IsMissed ? missed.Valid && isFrame != turn.HasPassed : received.Valid;
        output.Item = turn.IsMissed ? missed.Item : received.Item;
    }
}

/// <summary>Tells one of two streams that its item is taken. Combinational.</summary>
/// <typeparam name="T">What passes: frames, or payload.</typeparam>
public sealed class FrameMergeReady<T>(
    Stream<T> received,
    Stream<T> missed,
    Stream<T> output,
    [InputBus] IFrameMergeTurn turn) : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IReady outputReady = output.Backward;
    [OutputBus] private readonly IReady receivedReady = received.Backward;
    [OutputBus] private readonly IReady missedReady = missed.Backward;
    private readonly bool isFrame = typeof(T) == typeof(RoutedFrame);

    /// <inheritdoc/>
    protected override void OnTick()
    {
        receivedReady.Ready = !turn.IsMissed && outputReady.Ready;
        missedReady.Ready = turn.IsMissed && isFrame != turn.HasPassed && outputReady.Ready;
    }
}
