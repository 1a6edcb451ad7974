// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Rpc;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>
/// Extracts the payload from the frames in the buffer and aligns it to the beginning of its beats. A beat of payload is the end of
/// one beat of the frame and the beginning of the next; both come rotated by the same number of bytes, which takes two steps,
/// and are then put together.
/// <para>
/// Accepts one beat per tick as long as its output is ready, however short the frames: the last beat of a payload leaves while the next
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

/// <summary>The aligner's pipeline enable.</summary>
public interface IAlignerFlow : IBus
{
    /// <summary>Whether all stages of the pipeline advance in this tick.</summary>
    bool Moves { get; set; }

    /// <summary>Whether a beat is accepted in this tick.</summary>
    bool Takes { get; set; }
}

/// <summary>A rotated beat in the aligner's pipeline.</summary>
public interface ITurnedBeat : IBus
{
    /// <summary>Whether there is a beat in this stage.</summary>
    bool Valid { get; set; }

    /// <summary>Its bytes, rotated by whole words; the 2 bytes of a call are left to the join.</summary>
    Bits<W512> Data { get; set; }

    /// <summary>Whether a beat of payload begins in this beat.</summary>
    bool Begins { get; set; }

    /// <summary>Whether this beat is its frame's last.</summary>
    bool IsFrameEnd { get; set; }

    /// <summary>Whether the beat of payload that begins in it is the last.</summary>
    bool IsPayloadEnd { get; set; }

    /// <summary>Bytes in the beat of payload that begins in it.</summary>
    byte Bytes { get; set; }

    /// <summary>Whether the payload begins with the frame; otherwise 4·Turn + 2 bytes from the beginning of a beat.</summary>
    bool IsWhole { get; set; }

    /// <summary>By how many words it is rotated in the end, 0 to 15; 0 for a whole frame.</summary>
    byte Turn { get; set; }
}

/// <summary>
/// Enables the aligner's pipeline when its output register is empty or accepted. Combinational: ready goes back through the whole aligner
/// in one tick, and all of its stages stall together.
/// </summary>
public sealed class AlignerFlow(
    [InputBus] Stream<StoredBeat> beats,
    [InputBus] Stream<PayloadCut> cuts,
    Stream<PayloadBeat> output) : SimpleProcess
{
    [InputBus] private readonly IStream<PayloadBeat> output = output.Forward;
    [InputBus] private readonly IReady outputReady = output.Backward;
    [OutputBus] private readonly IAlignerFlow flow = Scope.CreateBus<IAlignerFlow>("flow");

    internal IAlignerFlow Flow => flow;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool moves = !output.Valid || outputReady.Ready;
        flow.Moves = moves;
        flow.Takes = moves && beats.Valid && cuts.Valid;
        beats.Ready = moves && cuts.Valid;
        cuts.Ready = moves && beats.Valid && beats.Item.Last;
    }
}

/// <summary>
/// Finds what a beat has of the payload, and rotates by 0 to 3 words.
/// Latency 1 tick; one beat per tick; stalls with the whole aligner.
/// </summary>
[ClockedProcess]
public sealed class AlignerFirstTurn(Stream<StoredBeat> beats, Stream<PayloadCut> cuts, [InputBus] IAlignerFlow flow) : SimpleProcess
{
    private const byte BeatBytes = 64;

    [InputBus] private readonly IStream<StoredBeat> beats = beats.Forward;
    [InputBus] private readonly IStream<PayloadCut> cuts = cuts.Forward;
    [OutputBus] private readonly ITurnedBeat turned = Scope.CreateBus<ITurnedBeat>("turned");

    /// <summary>Number of the beat that comes next.</summary>
    private byte index;

    internal ITurnedBeat Output => turned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            StoredBeat beat = beats.Item;
            PayloadCut cut = cuts.Item;
            turned.Valid = flow.Takes;
            Bits<W512> data = beat.Data;

            // The inner choice is by a Gray code. With the plain bits its results could be shared between bytes, which synthesis
            // then does, at the price of twice the look-up tables.
            bool gray = ((cut.FirstWord & 1) != 0) != ((cut.FirstWord & 2) != 0);
            turned.Data = (cut.FirstWord & 2) != 0
                ? (gray ? Bits.Concat<W64, W448, W512>(data.Slice<W64>(0), data.Slice<W448>(64))
                    : Bits.Concat<W96, W416, W512>(data.Slice<W96>(0), data.Slice<W416>(96)))
                : (gray ? Bits.Concat<W32, W480, W512>(data.Slice<W32>(0), data.Slice<W480>(32)) : data);
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
}

/// <summary>Rotates by 0, 4, 8 or 12 words. Latency 1 tick; one beat per tick; stalls with the whole aligner.</summary>
[ClockedProcess]
public sealed class AlignerSecondTurn([InputBus] ITurnedBeat input, [InputBus] IAlignerFlow flow) : SimpleProcess
{
    [OutputBus] private readonly ITurnedBeat turned = Scope.CreateBus<ITurnedBeat>("turned");

    internal ITurnedBeat Output => turned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            turned.Valid = input.Valid;
            Bits<W512> data = input.Data;
            bool gray = ((input.Turn & 4) != 0) != ((input.Turn & 8) != 0);
            turned.Data = (input.Turn & 8) != 0
                ? (gray ? Bits.Concat<W256, W256, W512>(data.Slice<W256>(0), data.Slice<W256>(256))
                    : Bits.Concat<W384, W128, W512>(data.Slice<W384>(0), data.Slice<W128>(384)))
                : (gray ? Bits.Concat<W128, W384, W512>(data.Slice<W128>(0), data.Slice<W384>(128)) : data);
            turned.Begins = input.Begins;
            turned.IsFrameEnd = input.IsFrameEnd;
            turned.IsPayloadEnd = input.IsPayloadEnd;
            turned.Bytes = input.Bytes;
            turned.IsWhole = input.IsWhole;
            turned.Turn = input.Turn;
        }
    }
}

/// <summary>
/// Puts the end of one beat and the beginning of the next together. Holds one beat until the next has come, or, if it is its frame's
/// last, for one tick. Latency 1 tick behind the later of both beats; one beat per tick; stalls with the whole aligner.
/// </summary>
[ClockedProcess]
public sealed class AlignerJoin([InputBus] ITurnedBeat input, [InputBus] IAlignerFlow flow, Stream<PayloadBeat> output) : SimpleProcess
{
    private const int BeatBytes = 64;

    [OutputBus] private readonly IStream<PayloadBeat> output = output.Forward;

    // The beat that is held. Its payload waits for the next beat of the frame, or leaves alone.
    private Bits<W512> data;
    private bool waits;
    private bool leavesAlone;
    private bool isWhole;
    private bool isPayloadEnd;
    private byte bytes;

    /// <summary>Which bytes come from the held beat, unless the frame is whole; the others come from the next.</summary>
    private ulong fromHeld;

    /// <summary>Which bytes are there.</summary>
    private ulong there;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (flow.Moves)
        {
            Bits<W512> next = input.Data;
            bool leaves = waits && (leavesAlone || input.Valid);
            output.Valid = leaves;
            output.Item = new PayloadBeat(Join(data, next, isWhole, fromHeld, there), bytes, isPayloadEnd);
            if (input.Valid)
            {
                data = next;
                waits = input.Begins;
                leavesAlone = input.IsFrameEnd;
                isPayloadEnd = input.IsPayloadEnd;
                bytes = input.Bytes;
                isWhole = input.IsWhole;
                fromHeld = ulong.MaxValue >> ((input.Turn << 2) + 2);
                there = ulong.MaxValue >> (BeatBytes - input.Bytes);
            }
            else if (leaves)
            {
                waits = false;
            }
        }
    }

    private static Bits<W512> Join(Bits<W512> held, Bits<W512> next, bool isWhole, ulong fromHeld, ulong there)
    {
        // The last two bytes of a call's beat wrap around. One byte of six inputs is one look-up table per bit.
        Bits<W512> result = default;
        for (int i = 0; i < BeatBytes; i++)
        {
            int place = (i + 2) % BeatBytes;
            byte moved = ((fromHeld >> i) & 1) != 0 ? held.GetByte(place) : next.GetByte(place);
            byte chosen = isWhole ? held.GetByte(i) : moved;
            result = result.WithByte(i, ((there >> i) & 1) != 0 ? chosen : (byte)0);
        }

        return result;
    }
}
