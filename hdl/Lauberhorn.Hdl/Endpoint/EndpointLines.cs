// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Lines of an endpoint that are fetched together.</summary>
public enum LineGroup : byte
{
    /// <summary>The aux lines by which it receives.</summary>
    ReceiveAux = 0,

    /// <summary>The aux lines by which it sends.</summary>
    TransmitAux = 1,

    /// <summary>Its four control lines: bits 0 and 1 are receive lines 0 and 1, bits 2 and 3 transmit lines 0 and 1.</summary>
    Control = 2,
}

/// <summary>
/// A bit for each line of an endpoint. There are two of these: the engine turns a line's bit in <see cref="EndpointState.Given"/> when it
/// gives the line out, whatever for, and the return path toggles the bit in its own when the line has come home. A line may be in one of
/// the CPU's caches if and only if its two bits differ: nothing else is concluded from what a reader is supposed to have done.
/// </summary>
/// <param name="Control">4 bits: receive lines 0 and 1, transmit lines 0 and 1.</param>
/// <param name="ReceiveAux">32 bits, bit n is aux line n.</param>
/// <param name="TransmitAux">32 bits, bit n is aux line n.</param>
[Hardware]
public readonly record struct LineBits(byte Control, uint ReceiveAux, uint TransmitAux)
{
    /// <summary>The place of a control line's bit.</summary>
    /// <param name="line">A control line.</param>
    public static int Place(EndpointLine line) => (line.Kind == LineKind.TransmitControl ? 2 : 0) | (line.Index & 1);

    /// <summary>The lines that are out: a one where the bits differ.</summary>
    /// <param name="given">What was given out.</param>
    /// <param name="home">What came home.</param>
    public static LineBits Out(LineBits given, LineBits home) => new(
        (byte)((given.Control ^ home.Control) & 15),
        given.ReceiveAux ^ home.ReceiveAux,
        given.TransmitAux ^ home.TransmitAux);

    /// <summary>Marks a control line as out, whether it was or not.</summary>
    /// <param name="given">What was given out.</param>
    /// <param name="home">What came home.</param>
    /// <param name="place">The line's place, 0 to 3.</param>
    public static LineBits GiveControl(LineBits given, LineBits home, int place)
    {
        int bit = 1 << place;
        return given with { Control = (byte)((given.Control & ~bit) | (~home.Control & bit)) };
    }

    /// <summary>Marks an aux line as out, whether it was or not.</summary>
    /// <param name="given">What was given out.</param>
    /// <param name="home">What came home.</param>
    /// <param name="isTransmit">Which direction.</param>
    /// <param name="index">Which line, 0 to 31.</param>
    public static LineBits GiveAux(LineBits given, LineBits home, bool isTransmit, byte index)
    {
        uint bit = 1u << (index & 31);
        uint changed = isTransmit ? (given.TransmitAux & ~bit) | (~home.TransmitAux & bit)
            : (given.ReceiveAux & ~bit) | (~home.ReceiveAux & bit);
        return given with { ReceiveAux = isTransmit ? given.ReceiveAux : changed, TransmitAux = isTransmit ? changed : given.TransmitAux };
    }
}

/// <summary>The return path's state of a control line; written by the engine, a word for each of an endpoint's four.</summary>
public readonly record struct LineUse
{
    /// <summary>The line's bit of <see cref="EndpointState.Given"/>.</summary>
    public bool Given { get; init; }

    /// <summary>
    /// Whether bytes that come home are stored; otherwise the line holds no message (TRYAGAIN, or zeros after a read out of turn).
    /// </summary>
    public bool IsKept { get; init; }

    /// <summary>
    /// Whether a write-back whose kind byte software has written is the reply: the endpoint writes its lines back itself.
    /// </summary>
    public bool WritesBack { get; init; }

    /// <summary>Whether it is a kernel endpoint's.</summary>
    public bool IsKernel { get; init; }

    /// <summary>
    /// Whether the line was left and is fetched because of that; a line that is fetched without was taken away, and what comes is
    /// discarded.
    /// </summary>
    public bool IsLeaving { get; init; }

    /// <summary>The header that accompanies the line to the reply stage when it is home.</summary>
    public LeftHeader Header { get; init; }
}

/// <summary>A <see cref="LeftLine"/> without its bytes.</summary>
public readonly record struct LeftHeader
{
    /// <summary>See <see cref="LeftLine.Process"/>.</summary>
    public ushort Process { get; init; }

    /// <summary>See <see cref="LeftLine.Slot"/>.</summary>
    public ushort Slot { get; init; }

    /// <summary>See <see cref="LeftLine.TransmitPort"/>.</summary>
    public ushort TransmitPort { get; init; }

    /// <summary>See <see cref="LeftLine.MaySendFrames"/>.</summary>
    public bool MaySendFrames { get; init; }

    /// <summary>See <see cref="LeftLine.PacketSlot"/>.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>See <see cref="LeftLine.AuxLines"/>.</summary>
    public byte AuxLines { get; init; }
}

/// <summary>Lines of an endpoint that are to be fetched.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Group">Which kind of line.</param>
/// <param name="GoesOn">Whether a line that was left goes to the reply stage when they are home; its bytes are in the stores.</param>
/// <param name="Header">If so: the header that goes with it.</param>
/// <param name="Lines">The lines, never none: bit n is line n of the group.</param>
public readonly record struct FetchJob(ushort Endpoint, LineGroup Group, bool GoesOn, LeftHeader Header, uint Lines);

/// <summary>The return path's state of an endpoint's aux lines of one direction; written by the engine.</summary>
/// <param name="PacketSlot">The packet slot that stores them.</param>
/// <param name="Given">Their bits of <see cref="EndpointState.Given"/>.</param>
/// <param name="Touched">Which of them hold bytes of the current message: only these are stored when they come home.</param>
/// <param name="WritesBack">Whether they do so only as long as their control line is out, because software writes lines back
/// itself.</param>
/// <param name="Line">Of received messages: which control line that is.</param>
/// <param name="ControlGiven">That line's bit of <see cref="EndpointState.Given"/> while it is out.</param>
public readonly record struct AuxUse(ushort PacketSlot, uint Given, uint Touched, bool WritesBack, bool Line, bool ControlGiven);

/// <summary>A stalled read, as the timer sees it.</summary>
/// <param name="IsWaiting">Whether there is one.</param>
/// <param name="Start">When it came.</param>
public readonly record struct WaitStart(bool IsWaiting, uint Start);
