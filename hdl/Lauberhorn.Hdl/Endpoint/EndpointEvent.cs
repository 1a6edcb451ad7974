// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>The event that the engine executes in one tick.</summary>
public enum EndpointEventKind : byte
{
    /// <summary>No event: the engine is idle in this tick, and nothing of its state changes.</summary>
    None = 0,

    /// <summary>A stalled read's timer expires.</summary>
    Timer = 1,

    /// <summary>The scheduler dispatches a message to the endpoint.</summary>
    Deliver = 2,

    /// <summary>The scheduler took the endpoint from its list of waiting ones.</summary>
    Withdrawn = 3,

    /// <summary>Lines that were fetched together are home.</summary>
    Drained = 4,

    /// <summary>A line to be sent was read out of the stores.</summary>
    Sent = 5,

    /// <summary>The OS binds the endpoint to a process.</summary>
    Bind = 6,

    /// <summary>The OS releases the endpoint; repeated until all lines are home.</summary>
    Release = 7,

    /// <summary>A load or store of the CPU that missed its caches.</summary>
    Read = 8,

    /// <summary>The OS wants the endpoint's thread back (RETIRE); repeated until it has been answered.</summary>
    Retire = 9,

    /// <summary>The scheduler took the endpoint from its list, because the core is preempted for another process.</summary>
    Yield = 10,

    /// <summary>The scheduler reports that a process's load has crossed a threshold.</summary>
    Reschedule = 11,

    /// <summary>
    /// A line of the colour on which the endpoint's load is stalled is to be fetched: the load is answered with TRYAGAIN.
    /// </summary>
    GiveWay = 12,

    /// <summary>The OS has said that a core no longer uses the endpoint, or, of a kernel endpoint, that it uses another.</summary>
    Leave = 13,
}

/// <summary>An event with its operands.</summary>
public readonly record struct EndpointEvent
{
    /// <summary>The event's type; the other members mean something only for the types that they name.</summary>
    public EndpointEventKind Kind { get; init; }

    /// <summary>Number of the endpoint, 0 to 1023.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>Of a read: what the line is for.</summary>
    public LineKind Line { get; init; }

    /// <summary>Of a timer event: low 8 bits of the tick in which TRYAGAIN is to be valid at the home port.</summary>
    public byte Due { get; init; }

    /// <summary>
    /// Of a read: which of them. Of <see cref="EndpointEventKind.Bind"/>: the repetition's number, modulo
    /// <see cref="EndpointCommands.BindSteps"/>.
    /// </summary>
    public byte Index { get; init; }

    /// <summary>Of a read: the tag of the home port's request, which its answer carries.</summary>
    public ushort Tag { get; init; }

    /// <summary>Of a message: its slot. Of a timer event: the wait's number. Of a read of statistics: the process or core.</summary>
    public ushort Slot { get; init; }

    /// <summary>Of <see cref="EndpointEventKind.Drained"/>: which of its lines.</summary>
    public LineGroup Group { get; init; }

    /// <summary>The tick in which it was accepted, modulo 2^32.</summary>
    public uint Time { get; init; }

    /// <summary>Of <see cref="EndpointEventKind.Bind"/>: the new owner and its rights.</summary>
    public EndpointBinding Binding { get; init; }
}

/// <summary>The event that enters the engine in this tick.</summary>
public interface IEndpointEvent : IBus
{
    /// <summary>The event; <see cref="EndpointEventKind.None"/> if there is none.</summary>
    EndpointEvent Event { get; set; }
}

/// <summary>The NIC's time.</summary>
public interface IEndpointTime : IBus
{
    /// <summary>Ticks since the reset, modulo 2^32.</summary>
    uint Now { get; set; }
}

/// <summary>Source of an answer's bytes.</summary>
public enum DeliverySource : byte
{
    /// <summary>None: all bytes are 0.</summary>
    Zeros = 0,

    /// <summary>The line store; the endpoint's generation is inserted.</summary>
    Line = 1,

    /// <summary>The packet buffer.</summary>
    Packet = 2,

    /// <summary>The transmit store.</summary>
    Transmit = 3,

    /// <summary>TRYAGAIN, again.</summary>
    TryAgain = 4,

    /// <summary>RETIRE, again.</summary>
    Retire = 5,

    /// <summary>TRYAGAIN because the core is preempted.</summary>
    Yield = 6,

    /// <summary>The statistics' memories: a process's, a core's or a service's line.</summary>
    Statistics = 7,

    /// <summary>A process's load has crossed a threshold.</summary>
    Reschedule = 8,

    /// <summary>TRYAGAIN because the OS names no core that uses the endpoint.</summary>
    NotRunning = 9,

    /// <summary>The line store, of a kernel endpoint: the generation of the message's process is there.</summary>
    KernelLine = 10,
}

/// <summary>An answer to a read, while its bytes are read from the stores.</summary>
/// <param name="Source">Where its bytes come from.</param>
/// <param name="Tag">The read's tag.</param>
/// <param name="Generation">The endpoint's generation.</param>
/// <param name="Change">Of <see cref="DeliverySource.Reschedule"/>: the process, and whether its load is high, as the scheduler said
/// it.</param>
public readonly record struct Delivery(DeliverySource Source, ushort Tag, ushort Generation, ushort Change = 0);

/// <summary>A TRYAGAIN that is scheduled for a later tick.</summary>
/// <param name="Tag">The read's tag.</param>
/// <param name="Due">The low bits of the tick in which it is to be valid.</param>
/// <param name="Source">TRYAGAIN, TRYAGAIN because the OS names no core that uses the endpoint, or RETIRE in its place.</param>
public readonly record struct DueAnswer(ushort Tag, byte Due, DeliverySource Source);

/// <summary>A stalled read whose timer expires soon.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Wait">Low bits of the tick in which it began to wait.</param>
/// <param name="Due">Low bits of the tick in which TRYAGAIN is to be valid.</param>
public readonly record struct TimeUp(ushort Endpoint, ushort Wait, byte Due);

/// <summary>Lines of an endpoint that were fetched together and are home.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Group">Which of its lines.</param>
public readonly record struct Drained(ushort Endpoint, LineGroup Group);

/// <summary>A command of the OS, as an event for the engine.</summary>
/// <param name="Kind">Bind, release or retire; or, because a release or bind needs its colour, give way.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Step">Of bind: the repetition's number, modulo <see cref="EndpointCommands.BindSteps"/>.</param>
/// <param name="Binding">Of bind: the new owner and its rights.</param>
public readonly record struct EndpointCommand(EndpointEventKind Kind, ushort Endpoint, byte Step, EndpointBinding Binding);

/// <summary>
/// The engine's outputs for an event. It never stalls: the intake accepts no event for whose outputs there might be no room.
/// </summary>
public struct EndpointActions
{
    /// <summary>The endpoint's new state, which is written back.</summary>
    public EndpointState State;

    /// <summary>Write enable of the memory with the control lines' uses.</summary>
    public bool WritesUse;

    /// <summary>Which control line's use is written: 0 and 1 receive, 2 transmit.</summary>
    public byte UseOf;

    /// <summary>The control line's new use.</summary>
    public LineUse Use;

    /// <summary>Write enable of the memory with the aux lines' use.</summary>
    public bool WritesAux;

    /// <summary>Whether that is the transmit aux lines' use; otherwise the receive aux lines'.</summary>
    public bool AuxIsTransmit;

    /// <summary>The aux lines' new use.</summary>
    public AuxUse Aux;

    /// <summary>Whether the stall timer starts or stops a wait.</summary>
    public bool WritesWait;

    /// <summary>The wait that starts or stops.</summary>
    public WaitStart Wait;

    /// <summary>Whether a notice goes to the scheduler.</summary>
    public bool Notifies;

    /// <summary>The notice's kind; its endpoint is the event's.</summary>
    public NoticeKind Notice;

    /// <summary>Whether a control line is fetched (fetch-exclusive).</summary>
    public bool Fetches;

    /// <summary>The control line that is fetched.</summary>
    public EndpointLine Fetch;

    /// <summary>Whether a read is answered, with bytes that are read from the stores in this tick.</summary>
    public bool Answers;

    /// <summary>Tag of the answer, and where its bytes are read.</summary>
    public Delivery Answer;

    /// <summary>Whether lines of the endpoint are to be fetched together.</summary>
    public bool StartsJob;

    /// <summary>The lines that are fetched together; the endpoint is put in at the end.</summary>
    public FetchJob Job;

    /// <summary>
    /// Of a load that stalls: its control line, as in <see cref="LineGroup.Control"/>. Of a bind or a release: those that are out.
    /// </summary>
    public byte ControlLines;

    /// <summary>Whether a TRYAGAIN is scheduled for a later tick.</summary>
    public bool TriesAgain;

    /// <summary>Tag and tick of that TRYAGAIN.</summary>
    public DueAnswer TryAgain;

    /// <summary>The message slot whose line is read.</summary>
    public ushort Slot;

    /// <summary>The packet slot of which a line is read or scrubbed.</summary>
    public ushort PacketSlot;

    /// <summary>Whether that packet slot's line is overwritten with zeros.</summary>
    public bool Scrubs;

    /// <summary>Whether the endpoint's line in the transmit store is overwritten with zeros.</summary>
    public bool ScrubsTransmit;

    /// <summary>Whether a command of the OS ends in this tick.</summary>
    public bool Ends;

    /// <summary>Status with which that command ended.</summary>
    public CommandStatus Status;

    /// <summary>The events that are counted: bit i is number i of the NIC's events.</summary>
    public ulong Events;
}
