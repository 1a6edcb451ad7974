// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>
/// Lets the frames that the transmit path could not send join the received ones on their way to the kernel, each with its payload. Received
/// frames pass in the same tick as long as there is nothing else; a missed frame passes in a gap, when no received one is in flight, and
/// stalls the others for as many ticks as it has beats. Where there is no gap for <see cref="Patience"/> ticks it makes one: the received
/// frame in flight ends, the next one waits. So it waits for that long, one received frame and the time that Admission takes for it; at
/// line rate the buffers in front of this block may overrun meanwhile, which is counted there.
/// </summary>
public sealed class FrameMerge
{
    /// <summary>
    /// Ticks that a missed frame waits for a gap. With frames of up to 24 beats the kernel's own traffic so takes less than 3 % of the line
    /// rate.
    /// </summary>
    public const int Patience = 1024;

    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="received">Frames received.</param>
    /// <param name="receivedPayload">Their payload; it may come before its frame.</param>
    /// <param name="missed">Frames that could not be sent.</param>
    /// <param name="missedPayload">Their payload; each has some.</param>
    /// <param name="patience">Ticks that a missed frame waits for a gap, 1 to 65,535.</param>
    /// <exception cref="ElaborationException"><paramref name="patience"/> is out of its range.</exception>
    public FrameMerge(
        Stream<RoutedFrame> received,
        Stream<PayloadBeat> receivedPayload,
        Stream<RoutedFrame> missed,
        Stream<PayloadBeat> missedPayload,
        int patience = Patience)
    {
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(receivedPayload);
        ArgumentNullException.ThrowIfNull(missed);
        ArgumentNullException.ThrowIfNull(missedPayload);
        using Scope scope = Scope.Open("frameMerge");
        if (patience is < 1 or > ushort.MaxValue)
        {
            throw new ElaborationException($"{scope.Path}: patience is {patience}; use 1 to {ushort.MaxValue}");
        }

        Frames = new Stream<RoutedFrame>("frames");
        Payload = new Stream<PayloadBeat>("payload");
        FrameMergeTurn turn = new(received, receivedPayload, missed, missedPayload, patience) { Name = "turn" };
        _ = new FrameMergeSwitch<RoutedFrame>(received, missed, Frames, turn.Turn) { Name = "frameSwitch" };
        _ = new FrameMergeReady<RoutedFrame>(received, missed, Frames, turn.Turn) { Name = "frameReady" };
        _ = new FrameMergeReady<PayloadBeat>(receivedPayload, missedPayload, Payload, turn.Turn) { Name = "payloadReady" };
        _ = new FrameMergeSwitch<PayloadBeat>(receivedPayload, missedPayload, Payload, turn.Turn) { Name = "payloadSwitch" };
    }

    /// <summary>Output: all frames.</summary>
    public Stream<RoutedFrame> Frames { get; }

    /// <summary>Output: their payload, in their order.</summary>
    public Stream<PayloadBeat> Payload { get; }
}

/// <summary>The arbitration's state.</summary>
public interface IFrameMergeTurn : IBus
{
    /// <summary>Whether frames pass that could not be sent; otherwise received ones.</summary>
    bool IsMissed { get; set; }

    /// <summary>Whether the frame itself has passed and only its payload is still to come.</summary>
    bool HasPassed { get; set; }

    /// <summary>Whether no received frame may begin, so that there is a gap.</summary>
    bool HoldsFrames { get; set; }

    /// <summary>Whether no payload of a received frame may begin, so that there is a gap.</summary>
    bool HoldsPayload { get; set; }
}

/// <summary>
/// Arbitrates between received and missed frames. Latency 1 tick: the turn changes in the tick after nothing of a received frame was valid
/// or in flight. After <c>patience</c> ticks it stalls what has not begun: nothing that is valid at the output is withdrawn.
/// </summary>
[ClockedProcess]
public sealed class FrameMergeTurn(
    Stream<RoutedFrame> received,
    Stream<PayloadBeat> receivedPayload,
    Stream<RoutedFrame> missed,
    Stream<PayloadBeat> missedPayload,
    int patience) : SimpleProcess
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

    // Received frames whose payload has not all passed; less than 0 if payload is ahead. Both are far fewer than 128: the buffers in front
    // hold 32.
    private sbyte outstanding;
    private readonly ushort patience = (ushort)patience;
    private ushort waited;
    private bool isInPayload;

    internal IFrameMergeTurn Turn => turn;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool framePasses = received.Valid && receivedReady.Ready;
        bool payloadPasses = receivedPayload.Valid && receivedPayloadReady.Ready;
        bool begins = framePasses && received.Item.Metadata is { PayloadBytes: not 0, IsInline: false };
        bool ends = payloadPasses && receivedPayload.Item.Last;
        outstanding = (sbyte)(outstanding + (begins ? 1 : 0) - (ends ? 1 : 0));
        isInPayload = payloadPasses ? !receivedPayload.Item.Last : isInPayload;
        if (!turn.IsMissed)
        {
            bool isGap = (!received.Valid && !receivedPayload.Valid) || (turn.HoldsFrames && turn.HoldsPayload);
            bool takesTurn = missed.Valid && isGap && outstanding == 0 && !isInPayload;
            bool isOverdue = waited == patience;

            // What is valid at the output and not accepted stays so.
            bool mayHoldFrames = framePasses || !received.Valid || turn.HoldsFrames;
            bool mayHoldPayload = payloadPasses || !receivedPayload.Valid || turn.HoldsPayload;
            bool holdsPayload = isOverdue && !takesTurn && mayHoldPayload && outstanding <= 0 && !isInPayload;
            turn.HoldsPayload = holdsPayload;

            // Payload that is valid may be ahead of its frame, which then must pass: Admission accepts no payload before its frame.
            turn.HoldsFrames = isOverdue && !takesTurn && mayHoldFrames && (outstanding > 0 || (outstanding == 0 && holdsPayload));
            turn.IsMissed = takesTurn;
            waited = takesTurn || !missed.Valid ? (ushort)0 : isOverdue ? waited : (ushort)(waited + 1);
        }
        else
        {
            bool isOver = missedPayload.Valid && missedPayloadReady.Ready && missedPayload.Item.Last;
            turn.HasPassed = !isOver && (turn.HasPassed || (missed.Valid && missedReady.Ready));
            turn.IsMissed = !isOver;
        }
    }
}

/// <summary>Multiplexes two streams. Combinational; the backward half is <see cref="FrameMergeReady{T}"/>'s.</summary>
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
        // One missed frame passes in a turn: its payload passes only after it, or the turn could end before the frame is accepted.
        bool isHeld = isFrame ? turn.HoldsFrames : turn.HoldsPayload;
        output.Valid = turn.IsMissed ? missed.Valid && isFrame != turn.HasPassed : received.Valid && !isHeld;
        output.Item = turn.IsMissed ? missed.Item : received.Item;
    }
}

/// <summary>Hands the output's ready to one of two streams. Combinational.</summary>
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
        bool isHeld = isFrame ? turn.HoldsFrames : turn.HoldsPayload;
        receivedReady.Ready = !turn.IsMissed && !isHeld && outputReady.Ready;
        missedReady.Ready = turn.IsMissed && isFrame != turn.HasPassed && outputReady.Ready;
    }
}
