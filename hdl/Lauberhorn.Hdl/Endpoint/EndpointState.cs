// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Content of an endpoint's current receive line.</summary>
public enum LineContent : byte
{
    /// <summary>Nothing: it was never given out, or is home again.</summary>
    None = 0,

    /// <summary>A message, in the line store.</summary>
    Message = 1,

    /// <summary>TRYAGAIN.</summary>
    TryAgain = 2,

    /// <summary>RETIRE.</summary>
    Retire = 3,

    /// <summary>TRYAGAIN, because the core is preempted.</summary>
    Yield = 4,

    /// <summary>The report that a process's load has crossed a threshold.</summary>
    Reschedule = 5,

    /// <summary>TRYAGAIN, because the OS names no core that uses the endpoint.</summary>
    NotRunning = 6,
}

/// <summary>Progress of a RETIRE command of the OS.</summary>
public enum RetireStep : byte
{
    /// <summary>No RETIRE command is in progress.</summary>
    None = 0,

    /// <summary>The stalled load is to be answered with RETIRE.</summary>
    Asked = 1,

    /// <summary>The stalled load was answered with RETIRE.</summary>
    Given = 2,

    /// <summary>A message was delivered before it: the command ends without effect.</summary>
    Overtaken = 3,
}

/// <summary>
/// The state of an endpoint: a word of the engine's memory. Of an unbound endpoint it is <see cref="Given"/>, and which of its lines are
/// being fetched: <see cref="Unbound"/> is the only other thing that a bind begins with and a release ends with.
/// </summary>
public readonly record struct EndpointState
{
    /// <summary>Whether it is bound to a process.</summary>
    public bool IsBound { get; init; }

    /// <summary>Number of the process that owns the endpoint; means something if <see cref="IsBound"/>.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether it is a kernel endpoint: messages of any process come to it.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Of a kernel endpoint: the process of the message in its line, which a reply is from.</summary>
    public ushort MessageProcess { get; init; }

    /// <summary>The owner's generation.</summary>
    public ushort Generation { get; init; }

    /// <summary>The UDP port from which it may send, 0 for none.</summary>
    public ushort TransmitPort { get; init; }

    /// <summary>Whether it may send whole Ethernet frames.</summary>
    public bool MaySendFrames { get; init; }

    /// <summary>Whether it has a packet slot for transmit aux lines.</summary>
    public bool HasTransmitPacketSlot { get; init; }

    /// <summary>Number of that packet slot; means something if <see cref="HasTransmitPacketSlot"/>.</summary>
    public ushort TransmitPacketSlot { get; init; }

    /// <summary>
    /// Whether software writes its lines back itself and uses one control line in each direction; <see cref="Current"/> never changes then.
    /// </summary>
    public bool WritesBack { get; init; }

    /// <summary>Whether it is being released: nothing new begins.</summary>
    public bool IsReleasing { get; init; }

    /// <summary>How far a RETIRE command for its thread is.</summary>
    public RetireStep Retiring { get; init; }

    /// <summary>The parity: which receive line is current.</summary>
    public bool Current { get; init; }

    /// <summary>Content of that line.</summary>
    public LineContent Content { get; init; }

    /// <summary>The slot of the message in it; of <see cref="LineContent.Reschedule"/>, what the scheduler said in its place.</summary>
    public ushort Slot { get; init; }

    /// <summary>Whether the message has a packet slot.</summary>
    public bool HasPacketSlot { get; init; }

    /// <summary>Number of that packet slot; means something if <see cref="HasPacketSlot"/>.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>Aux lines that the message fills.</summary>
    public byte MessageLines { get; init; }

    /// <summary>Receive aux lines that were read while the line was current: they hold bytes of the message.</summary>
    public uint Touched { get; init; }

    /// <summary>A bit for each line, see <see cref="LineBits"/>.</summary>
    public LineBits Given { get; init; }

    /// <summary>
    /// Whether a message was accepted for the stalled read, and waits itself until aux lines are home that the CPU had read before it: they
    /// would hide the message's. Aux lines that are read meanwhile are the message's.
    /// </summary>
    public bool IsHolding { get; init; }

    /// <summary>
    /// Whether the current receive line was left and is fetched; it is not home yet if it is out. Not set any more when the line was read
    /// again after it had come home.
    /// </summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether a read of the other receive line is stalled.</summary>
    public bool IsStalled { get; init; }

    /// <summary>Tag of that read, for its answer.</summary>
    public ushort Tag { get; init; }

    /// <summary>Low 16 bits of the tick in which that read was accepted.</summary>
    public ushort WaitNumber { get; init; }

    /// <summary>Whether its timer has expired and the scheduler was asked to withdraw the endpoint.</summary>
    public bool IsTimedOut { get; init; }

    /// <summary>Whether the OS named no core that uses the endpoint when that read came; its TRYAGAIN says so.</summary>
    public bool IsStray { get; init; }

    /// <summary>Low 8 bits of the tick in which TRYAGAIN is due.</summary>
    public byte Due { get; init; }

    /// <summary>Whether receive aux lines are being fetched; a stalled read is not reported to the scheduler until they are home.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Whether control lines are being fetched because the endpoint is released, or bound.</summary>
    public bool IsRecalling { get; init; }

    /// <summary>The parity of the transmit lines: which one is current.</summary>
    public bool TransmitCurrent { get; init; }

    /// <summary>Whether that line was given out to the CPU.</summary>
    public bool TransmitIsGiven { get; init; }

    /// <summary>Whether it is being sent, so that a read of the other one is stalled.</summary>
    public bool IsSending { get; init; }

    /// <summary>Tag of that read, for its answer.</summary>
    public ushort TransmitTag { get; init; }

    /// <summary>Whether transmit aux lines are being fetched.</summary>
    public bool IsTransmitDraining { get; init; }

    /// <summary>Whether that is after a message was sent: lines that are read meanwhile are the next message's.</summary>
    public bool IsTransmitFresh { get; init; }

    /// <summary>Whether the current transmit line, given out, is not to be sent any more, because the endpoint is released.</summary>
    public bool IsTransmitVoid { get; init; }

    /// <summary>Transmit aux lines that were read since the last message was sent.</summary>
    public uint TransmitTouched { get; init; }

    /// <summary>
    /// The state of an endpoint without an owner, of which nothing is kept but what may be in a cache and what is being fetched.
    /// </summary>
    /// <param name="old">Its state before.</param>
    public static EndpointState Unbound(EndpointState old) => new()
    {
        Given = old.Given,
        IsDraining = old.IsDraining,
        IsTransmitDraining = old.IsTransmitDraining,
        IsRecalling = old.IsRecalling,
    };
}
