// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Endpoint;

/// <summary>What the current receive line holds.</summary>
public enum LineContent : byte
{
    /// <summary>It was never given out, or is home again.</summary>
    None = 0,

    /// <summary>A message, in the line store.</summary>
    Message = 1,

    /// <summary>TRYAGAIN.</summary>
    TryAgain = 2,

    /// <summary>RETIRE.</summary>
    Retire = 3,

    /// <summary>TRYAGAIN, because another process wants the core.</summary>
    Yield = 4,

    /// <summary>A process's load.</summary>
    Reschedule = 5,
}

/// <summary>How far the OS's wish to have an endpoint's thread back is.</summary>
public enum RetireStep : byte
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>The load that waits is to be answered with RETIRE.</summary>
    Asked = 1,

    /// <summary>It was.</summary>
    Given = 2,

    /// <summary>A message came first.</summary>
    Overtaken = 3,
}

/// <summary>All that the engine knows of an endpoint: a word of its memory. An unbound endpoint keeps its sequence bits only.</summary>
public readonly record struct EndpointState
{
    /// <summary>Whether it has an owner.</summary>
    public bool IsBound { get; init; }

    /// <summary>The owner.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether it is a kernel endpoint: messages of any process come to it.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Of a kernel endpoint: the process of the message in its line, which a reply is from.</summary>
    public ushort MessageProcess { get; init; }

    /// <summary>The owner's generation.</summary>
    public ushort Generation { get; init; }

    /// <summary>The UDP port from which it may send, 0 for none.</summary>
    public ushort TransmitPort { get; init; }

    /// <summary>Whether it may send frames.</summary>
    public bool MaySendFrames { get; init; }

    /// <summary>Whether it has a packet slot for transmit aux lines.</summary>
    public bool HasTransmitPacketSlot { get; init; }

    /// <summary>That slot.</summary>
    public ushort TransmitPacketSlot { get; init; }

    /// <summary>Whether software writes its lines back itself and uses one control line in each direction; <see cref="Current"/> never changes then.</summary>
    public bool WritesBack { get; init; }

    /// <summary>Whether it is being released: nothing new begins.</summary>
    public bool IsReleasing { get; init; }

    /// <summary>Whether its thread is wanted back.</summary>
    public RetireStep Retiring { get; init; }

    /// <summary>Which receive line is current.</summary>
    public bool Current { get; init; }

    /// <summary>What that line holds.</summary>
    public LineContent Content { get; init; }

    /// <summary>The slot of the message in it; of <see cref="LineContent.Reschedule"/>, what the scheduler said in its place.</summary>
    public ushort Slot { get; init; }

    /// <summary>Whether the message has a packet slot.</summary>
    public bool HasPacketSlot { get; init; }

    /// <summary>That slot.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>Aux lines that the message fills.</summary>
    public byte MessageLines { get; init; }

    /// <summary>Receive aux lines that were read while the line was current.</summary>
    public uint Touched { get; init; }

    /// <summary>Per receive line, a bit that changes whenever the line is given out. The return path has one that follows when it comes home.</summary>
    public bool Sequence0 { get; init; }

    /// <summary>The same of receive line 1.</summary>
    public bool Sequence1 { get; init; }

    /// <summary>The same of the current transmit line.</summary>
    public bool TransmitSequence { get; init; }

    /// <summary>Whether a read of the other receive line waits for its answer.</summary>
    public bool IsStalled { get; init; }

    /// <summary>That read's tag.</summary>
    public ushort Tag { get; init; }

    /// <summary>When it came: the low bits of the tick.</summary>
    public ushort WaitNumber { get; init; }

    /// <summary>Whether its time was up and the scheduler was told so.</summary>
    public bool IsTimedOut { get; init; }

    /// <summary>When TRYAGAIN is due: the low bits of the tick.</summary>
    public byte Due { get; init; }

    /// <summary>Whether aux lines of the line left last are still on their way home; the scheduler does not know of a stalled read until they are.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Which transmit line is current.</summary>
    public bool TransmitCurrent { get; init; }

    /// <summary>Whether that line was given out.</summary>
    public bool TransmitIsGiven { get; init; }

    /// <summary>Whether it is being sent, so that a read of the other one waits.</summary>
    public bool IsSending { get; init; }

    /// <summary>That read's tag.</summary>
    public ushort TransmitTag { get; init; }

    /// <summary>Whether transmit aux lines are on their way home.</summary>
    public bool IsTransmitDraining { get; init; }

    /// <summary>Transmit aux lines that were read since the last message was sent.</summary>
    public uint TransmitTouched { get; init; }
}

/// <summary>
/// What the return path knows of a control line; written by the engine, a word for each line that can be out: receive line 0 and 1, the current transmit line.
/// The line is out while <see cref="Sequence"/> differs from the bit that the return path keeps.
/// </summary>
public readonly record struct LineUse
{
    /// <summary>Changes whenever the line is given out.</summary>
    public bool Sequence { get; init; }

    /// <summary>Of a transmit line: which.</summary>
    public bool Index { get; init; }

    /// <summary>Whether bytes that come home are kept; otherwise the line holds nothing (TRYAGAIN).</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether a write-back with software's kind is the answer: the endpoint writes its lines back itself.</summary>
    public bool WritesBack { get; init; }

    /// <summary>Whether it is a kernel endpoint's.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Whether the line was fetched, so that its answer is due.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>What goes on with the line when it is home.</summary>
    public LeftHeader Header { get; init; }
}

/// <summary>A <see cref="LeftLine"/> without its bytes.</summary>
public readonly record struct LeftHeader
{
    /// <summary>See <see cref="LeftLine.Process"/>.</summary>
    public ushort Process { get; init; }

    /// <summary>See <see cref="LeftLine.IsDiscarded"/>.</summary>
    public bool IsDiscarded { get; init; }

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

/// <summary>A line whose control line is home and whose aux lines are to be fetched before it goes on.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="IsTransmit">Which direction.</param>
/// <param name="Header">What goes on then.</param>
/// <param name="Touched">The aux lines, never none.</param>
public readonly record struct AuxJob(ushort Endpoint, bool IsTransmit, LeftHeader Header, uint Touched);

/// <summary>What the return path knows of the aux lines of one direction of an endpoint; written by the engine.</summary>
/// <param name="PacketSlot">Where they are kept.</param>
/// <param name="Touched">Which of them are out.</param>
/// <param name="WritesBack">Whether they are out only as long as their control line is, because software writes lines back itself.</param>
/// <param name="Line">Of received messages: which control line that is.</param>
/// <param name="Sequence">That line's sequence bit.</param>
public readonly record struct AuxUse(ushort PacketSlot, uint Touched, bool WritesBack, bool Line, bool Sequence);

/// <summary>A stalled read, as the timer sees it.</summary>
/// <param name="IsWaiting">Whether there is one.</param>
/// <param name="Start">When it came.</param>
public readonly record struct WaitStart(bool IsWaiting, uint Start);
