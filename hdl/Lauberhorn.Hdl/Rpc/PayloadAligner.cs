// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Top;
using SME;

namespace Lauberhorn.Hdl.Rpc;

/// <summary>
/// Cuts the payload out of the frames in the buffer and moves it to the beginning of its beats. A beat of payload is the end of
/// one beat of the frame and the beginning of the next; both come rotated by the same number of bytes, which takes two steps,
/// and are then put together.
/// <para>
/// Takes one beat per tick as long as its output is taken, however short the frames: the last beat of a payload leaves while the next
/// frame's first comes in. From a beat of a frame to the beat of payload that ends with it: 3 ticks.
/// </para>
/// </summary>
public sealed class PayloadAligner
{
    /// <summary>Creates the aligner in a scope of its own.</summary>
    /// <param name="beats">Beats of frames.</param>
    /// <param name="cuts">An entry for each frame; it must not come later than the frame's first beat.</param>
    /// <param name="output">The payload.</param>
    public PayloadAligner(Stream<StoredBeat> beats, Stream<PayloadCut> cuts, Stream<PayloadBeat> output)
    {
        ArgumentNullException.ThrowIfNull(beats);
        ArgumentNullException.ThrowIfNull(cuts);
        ArgumentNullException.ThrowIfNull(output);
        using Scope scope = Scope.Open("aligner");
        AlignerFlow control = new(beats, cuts, output) { Name = "flow" };
        AlignerFirstTurn first = new(beats, cuts, control.Flow) { Name = "firstTurn" };
        AlignerSecondTurn second = new(first.Output, control.Flow) { Name = "secondTurn" };
        _ = new AlignerJoin(second.Output, control.Flow, output) { Name = "join" };
    }
}

/// <summary>Whether the aligner moves.</summary>
public interface IAlignerFlow : IBus
{
    /// <summary>Whether all its stages move on in this tick.</summary>
    bool Moves { get; set; }

    /// <summary>Whether it takes a beat.</summary>
    bool Takes { get; set; }
}

/// <summary>A rotated beat on its way through the aligner.</summary>
public interface ITurnedBeat : IBus
{
    /// <summary>Whether there is a beat.</summary>
    bool Valid { get; set; }

    /// <summary>Its bytes, rotated.</summary>
    Bits<W512> Data { get; set; }

    /// <summary>Whether a beat of payload begins in it.</summary>
    bool Begins { get; set; }

    /// <summary>Whether it is its frame's last.</summary>
    bool IsFrameEnd { get; set; }

    /// <summary>Whether the beat of payload that begins in it is the last.</summary>
    bool IsPayloadEnd { get; set; }

    /// <summary>Bytes in the beat of payload that begins in it.</summary>
    byte Bytes { get; set; }

    /// <summary>How far it is rotated in the end: 0, or 2 + 4·Turn.</summary>
    bool IsWhole { get; set; }

    /// <summary>See <see cref="IsWhole"/>.</summary>
    byte Turn { get; set; }
}

/// <summary>
/// Moves the aligner when its output is free or becomes so. Combinational: ready goes back through the whole aligner in one tick,
/// and all of its stages wait together.
/// </summary>
public sealed class AlignerFlow : SimpleProcess
{
    [InputBus] private readonly IStream<StoredBeat> beats;
    [InputBus] private readonly IStream<PayloadCut> cuts;
    [InputBus] private readonly IStream<PayloadBeat> output;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady beatsReady;
    [OutputBus] private readonly IReady cutsReady;
    [OutputBus] private readonly IAlignerFlow flow = Scope.CreateBus<IAlignerFlow>("flow");

    internal AlignerFlow(Stream<StoredBeat> beats, Stream<PayloadCut> cuts, Stream<PayloadBeat> output)
    {
        this.beats = beats.Forward;
        beatsReady = beats.Backward;
        this.cuts = cuts.Forward;
        cutsReady = cuts.Backward;
        this.output = output.Forward;
        outputReady = output.Backward;
    }

    internal IAlignerFlow Flow => flow;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool moves = !output.Valid || outputReady.Ready;
        flow.Moves = moves;
        flow.Takes = moves && beats.Valid && cuts.Valid;
        beatsReady.Ready = moves && cuts.Valid;
        cutsReady.Ready = moves && beats.Valid && beats.Item.Last;
    }
}

/// <summary>
/// Finds what a beat has of the payload, and rotates by 0, 2, 6, 10 or 14 bytes.
/// Latency 1 tick; one beat per tick; waits with the whole aligner.
/// </summary>
[ClockedProcess]
public sealed class AlignerFirstTurn : SimpleProcess
{
    private const byte BeatBytes = 64;

    [InputBus] private readonly IStream<StoredBeat> beats;
    [InputBus] private readonly IStream<PayloadCut> cuts;
    [InputBus] private readonly IAlignerFlow flow;
    [OutputBus] private readonly ITurnedBeat turned = Scope.CreateBus<ITurnedBeat>("turned");

    /// <summary>Number of the beat that comes next.</summary>
    private byte index;

    internal AlignerFirstTurn(Stream<StoredBeat> beats, Stream<PayloadCut> cuts, IAlignerFlow flow)
    {
        this.beats = beats.Forward;
        this.cuts = cuts.Forward;
        this.flow = flow;
    }

    internal ITurnedBeat Output => turned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            StoredBeat beat = beats.Item;
            PayloadCut cut = cuts.Item;
            turned.Valid = flow.Takes;
            turned.Data = cut.IsWhole ? beat.Data : Turn(beat.Data, (byte)(cut.FirstWord & 3));
            turned.Begins = index >= cut.FirstBeat && index <= cut.LastBeat;
            turned.IsFrameEnd = beat.Last;
            turned.IsPayloadEnd = index == cut.LastBeat;
            turned.Bytes = index == cut.LastBeat ? cut.LastBytes : BeatBytes;
            turned.IsWhole = cut.IsWhole;
            turned.Turn = cut.FirstWord;
            if (flow.Takes)
            {
                index = beat.Last ? (byte)0 : (byte)(index + 1);
            }
        }
    }

    private static Bits<W512> Turn(Bits<W512> data, byte turn) => turn switch
    {
        0 => (data >> 16) | (data << 496),
        1 => (data >> 48) | (data << 464),
        2 => (data >> 80) | (data << 432),
        _ => (data >> 112) | (data << 400),
    };
}

/// <summary>Rotates by 0, 16, 32 or 48 bytes. Latency 1 tick; one beat per tick; waits with the whole aligner.</summary>
[ClockedProcess]
public sealed class AlignerSecondTurn : SimpleProcess
{
    [InputBus] private readonly ITurnedBeat input;
    [InputBus] private readonly IAlignerFlow flow;
    [OutputBus] private readonly ITurnedBeat turned = Scope.CreateBus<ITurnedBeat>("turned");

    internal AlignerSecondTurn(ITurnedBeat input, IAlignerFlow flow)
    {
        this.input = input;
        this.flow = flow;
    }

    internal ITurnedBeat Output => turned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            turned.Valid = input.Valid;
            turned.Data = Turn(input.Data, input.IsWhole ? (byte)0 : (byte)(input.Turn >> 2));
            turned.Begins = input.Begins;
            turned.IsFrameEnd = input.IsFrameEnd;
            turned.IsPayloadEnd = input.IsPayloadEnd;
            turned.Bytes = input.Bytes;
            turned.IsWhole = input.IsWhole;
            turned.Turn = input.Turn;
        }
    }

    private static Bits<W512> Turn(Bits<W512> data, byte turn) => turn switch
    {
        0 => data,
        1 => (data >> 128) | (data << 384),
        2 => (data >> 256) | (data << 256),
        _ => (data >> 384) | (data << 128),
    };
}

/// <summary>
/// Puts the end of one beat and the beginning of the next together. Holds one beat until the next has come, or, if it is its frame's
/// last, for one tick. Latency 1 tick behind the later of both beats; one beat per tick; waits with the whole aligner.
/// </summary>
[ClockedProcess]
public sealed class AlignerJoin : SimpleProcess
{
    private const int BeatBytes = 64;

    [InputBus] private readonly ITurnedBeat input;
    [InputBus] private readonly IAlignerFlow flow;
    [OutputBus] private readonly IStream<PayloadBeat> output;

    // The beat that is held. Its payload waits for the next beat of the frame, or leaves alone.
    private Bits<W512> data;
    private bool waits;
    private bool leavesAlone;
    private bool isPayloadEnd;
    private byte bytes;

    /// <summary>Which bytes come from the held beat; the others come from the next.</summary>
    private ulong fromHeld;

    /// <summary>Which bytes are there.</summary>
    private ulong there;

    internal AlignerJoin(ITurnedBeat input, IAlignerFlow flow, Stream<PayloadBeat> output)
    {
        this.input = input;
        this.flow = flow;
        this.output = output.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            Bits<W512> next = input.Data;
            bool leaves = waits && (leavesAlone || input.Valid);
            output.Valid = leaves;
            output.Item = new PayloadBeat(Join(data, next, fromHeld, there), bytes, isPayloadEnd);
            if (input.Valid)
            {
                data = next;
                waits = input.Begins;
                leavesAlone = input.IsFrameEnd;
                isPayloadEnd = input.IsPayloadEnd;
                bytes = input.Bytes;
                fromHeld = input.IsWhole ? ulong.MaxValue : ulong.MaxValue >> ((input.Turn << 2) + 2);
                there = ulong.MaxValue >> (BeatBytes - input.Bytes);
            }
            else if (leaves)
            {
                waits = false;
            }
        }
    }

    private static Bits<W512> Join(Bits<W512> held, Bits<W512> next, ulong fromHeld, ulong there)
    {
        Bits<W512> result = default;
        for (int i = 0; i < BeatBytes; i++)
        {
            if (((there >> i) & 1) != 0)
            {
                result = result.WithByte(i, ((fromHeld >> i) & 1) != 0 ? held.GetByte(i) : next.GetByte(i));
            }
        }

        return result;
    }
}
