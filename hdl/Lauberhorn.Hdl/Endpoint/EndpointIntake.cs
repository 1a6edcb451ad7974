// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Counts ticks. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class EndpointClock : SimpleProcess
{
    [OutputBus] private readonly IEndpointTime time = Scope.CreateBus<IEndpointTime>("time");

    internal IEndpointTime Time => time;

    /// <inheritdoc/>
    protected override void OnTick() => time.Now++;
}

/// <summary>Whether there is room for an event's outputs; from registers, a few items early.</summary>
public interface IEndpointRoom : IBus
{
    /// <summary>Whether there is room for a notice to the scheduler.</summary>
    bool Notices { get; set; }

    /// <summary>Whether there is room for an answer to a read.</summary>
    bool Answers { get; set; }

    /// <summary>Whether there is room for a fetch.</summary>
    bool Fetches { get; set; }

    /// <summary>Whether there is room for a scheduled TRYAGAIN.</summary>
    bool TryAgains { get; set; }
}

/// <summary>Compares the fill levels of the engine's FIFOs. Combinational.</summary>
public sealed class EndpointRoom(
    [InputBus] IFifoState notices,
    [InputBus] IFifoState answers,
    [InputBus] IFifoState fetches,
    [InputBus] IFifoState tryAgains,
    [OutputBus] IEndpointRoom room) : SimpleProcess
{
    /// <summary>Entries that stay free in each FIFO: for the events in the pipeline.</summary>
    public const int Margin = 4;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        room.Notices = notices.Count <= Endpoints.QueueDepth - Margin;
        room.Answers = answers.Count <= Endpoints.QueueDepth - Margin;
        room.Fetches = fetches.Count <= Endpoints.QueueDepth - Margin;
        room.TryAgains = tryAgains.Count <= Endpoints.DueDepth - Margin;
    }
}

/// <summary>The sources of the engine's events.</summary>
/// <param name="Timer">Stalled loads whose timer expires.</param>
/// <param name="Dispatches">Dispatches of the scheduler.</param>
/// <param name="Drained">Aux lines that are home.</param>
/// <param name="Recalled">Control lines that are home.</param>
/// <param name="Sent">Lines that were sent.</param>
/// <param name="Leaves">Endpoints that their cores have left.</param>
/// <param name="Commands">Commands of the OS.</param>
/// <param name="Reads">Loads.</param>
internal sealed record EndpointRequests(
    [InputBus] Stream<TimeUp> Timer,
    [InputBus] Stream<Dispatch> Dispatches,
    [InputBus] Stream<Drained> Drained,
    [InputBus] Stream<Drained> Recalled,
    [InputBus] Stream<SendDone> Sent,
    [InputBus] Stream<ushort> Leaves,
    [InputBus] Stream<EndpointCommand> Commands,
    [InputBus] Stream<HomeRead> Reads);

/// <summary>The event that the engine's intake accepts: one of these, or none.</summary>
internal readonly record struct EndpointChoice
{
    /// <summary>A stalled load whose timer expires.</summary>
    public bool Timer { get; init; }

    /// <summary>A dispatch of the scheduler.</summary>
    public bool Dispatch { get; init; }

    /// <summary>Aux lines that are home.</summary>
    public bool Drained { get; init; }

    /// <summary>Control lines that are home.</summary>
    public bool Recalled { get; init; }

    /// <summary>A line that was sent.</summary>
    public bool Sent { get; init; }

    /// <summary>An endpoint that its core has left.</summary>
    public bool Leave { get; init; }

    /// <summary>A command of the OS.</summary>
    public bool Command { get; init; }

    /// <summary>A read of the CPU.</summary>
    public bool Read { get; init; }
}

/// <summary>
/// Arbitrates, with fixed priority, the event that the engine executes: timer, dispatch, lines home, line sent, a core's leave, command,
/// read; in this order. A dispatch stalls only with the CPU's ready for answers, so that the scheduler and the engine never wait for each
/// other. The endpoint's state, its message's resources and its lines' home bits are read in the same tick. Combinational; one event
/// per tick.
/// </summary>
internal sealed class EndpointIntake(
    [Ports] EndpointRequests asked,
    [InputBus] IEndpointRoom room,
    [InputBus] IEndpointTime time,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IEndpointEvent chosen = Scope.CreateBus<IEndpointEvent>("chosen");
    [OutputBus] private readonly IRamRead stateRead = Scope.CreateBus<IRamRead>("stateRead");
    [OutputBus] private readonly IRamRead resourceRead = Scope.CreateBus<IRamRead>("resourceRead");
    private readonly LineMap map = shape.Map;
    private readonly uint endpoints = (uint)shape.Endpoints;
    private readonly uint processes = (uint)shape.Processes;
    private readonly uint services = (uint)shape.Services;
    private readonly uint cores = (uint)shape.Cores;
    private readonly uint endpointMask = (uint)shape.EndpointDepth - 1;
    private readonly uint slotMask = (uint)shape.SlotDepth - 1;

    internal IEndpointEvent Chosen => chosen;

    internal IRamRead StateRead => stateRead;

    internal IRamRead ResourceRead => resourceRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Each is a variable of its own: the graph of what waits for what (docs/waits.md) does not tell members of a record apart.
        bool hasRoom = room.Notices && room.Fetches && room.Answers;
        bool takesTimer = asked.Timer.Valid && room.Notices && room.TryAgains;
        bool takesDispatch = !takesTimer && asked.Dispatches.Valid && room.Answers && room.TryAgains;
        bool isBusy = takesTimer || takesDispatch;
        bool takesDrained = !isBusy && asked.Drained.Valid && room.Notices && room.Answers;
        isBusy |= takesDrained;
        bool takesRecalled = !isBusy && asked.Recalled.Valid;
        isBusy |= takesRecalled;
        bool takesSent = !isBusy && asked.Sent.Valid && room.Answers;
        isBusy |= takesSent;
        bool takesLeave = !isBusy && asked.Leaves.Valid && room.Notices;
        isBusy |= takesLeave;
        bool takesCommand = !isBusy && asked.Commands.Valid && hasRoom;
        isBusy |= takesCommand;
        bool takesRead = !isBusy && asked.Reads.Valid && hasRoom;
        asked.Timer.Ready = takesTimer;
        asked.Dispatches.Ready = takesDispatch;
        asked.Drained.Ready = takesDrained;
        asked.Recalled.Ready = takesRecalled;
        asked.Sent.Ready = takesSent;
        asked.Leaves.Ready = takesLeave;
        asked.Commands.Ready = takesCommand;
        asked.Reads.Ready = takesRead;
        Begin(new EndpointChoice
        {
            Timer = takesTimer,
            Dispatch = takesDispatch,
            Drained = takesDrained,
            Recalled = takesRecalled,
            Sent = takesSent,
            Leave = takesLeave,
            Command = takesCommand,
            Read = takesRead,
        });
    }

    private void Begin(in EndpointChoice choice)
    {
        EndpointLine line = map.Line(asked.Reads.Item.Line);
        ushort endpoint = EndpointOf(choice, line);
        chosen.Event = new EndpointEvent
        {
            Kind = KindOf(choice),
            Endpoint = (ushort)(endpoint & endpointMask),
            Line = IsLine(line) ? line.Kind : LineKind.None,
            Index = choice.Command ? asked.Commands.Item.Step : line.Index,
            Due = asked.Timer.Item.Due,
            Tag = asked.Reads.Item.Tag,
            Slot = choice.Timer ? asked.Timer.Item.Wait : choice.Read ? line.Endpoint : asked.Dispatches.Item.Slot,
            Group = choice.Drained ? asked.Drained.Item.Group : LineGroup.Control,
            Time = time.Now,
            Binding = asked.Commands.Item.Binding,
        };
        stateRead.Enable = true;
        stateRead.Address = endpoint & endpointMask;
        resourceRead.Enable = true;
        resourceRead.Address = asked.Dispatches.Item.Slot & slotMask;
    }

    private static bool IsOfStatistics(EndpointLine line) =>
        line.Kind is LineKind.ProcessStatistics or LineKind.CoreStatistics or LineKind.ServiceStatistics;

    private EndpointEventKind KindOf(in EndpointChoice choice)
    {
        if (choice.Dispatch)
        {
            return asked.Dispatches.Item.Kind switch
            {
                DispatchKind.Deliver => EndpointEventKind.Deliver,
                DispatchKind.Yield => EndpointEventKind.Yield,
                DispatchKind.Reschedule => EndpointEventKind.Reschedule,
                _ => EndpointEventKind.Withdrawn,
            };
        }

        return choice.Timer ? EndpointEventKind.Timer
            : choice.Drained || choice.Recalled ? EndpointEventKind.Drained
            : choice.Sent ? EndpointEventKind.Sent
            : choice.Leave ? EndpointEventKind.Leave
            : choice.Command ? asked.Commands.Item.Kind
            : choice.Read ? EndpointEventKind.Read
            : EndpointEventKind.None;
    }

    private ushort EndpointOf(in EndpointChoice choice, EndpointLine line) =>
        choice.Timer ? asked.Timer.Item.Endpoint
        : choice.Dispatch ? asked.Dispatches.Item.Endpoint
        : choice.Drained ? asked.Drained.Item.Endpoint
        : choice.Recalled ? asked.Recalled.Item.Endpoint
        : choice.Sent ? asked.Sent.Item.Endpoint
        : choice.Leave ? asked.Leaves.Item
        : choice.Command ? asked.Commands.Item.Endpoint
        : IsOfEndpoint(line) ? line.Endpoint
        : (ushort)0;

    private bool IsOfEndpoint(EndpointLine line) =>
        line.Kind != LineKind.None && !IsOfStatistics(line) && line.Endpoint < endpoints;

    // Whether there is such a line.
    private bool IsLine(EndpointLine line)
    {
        uint whose = line.Kind == LineKind.ProcessStatistics ? processes : line.Kind == LineKind.CoreStatistics ? cores : services;
        return IsOfEndpoint(line) || (IsOfStatistics(line) && line.Endpoint < whose);
    }
}

/// <summary>The register between intake and decision. Latency 1 tick; one event per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class EndpointEventRegister([InputBus] IEndpointEvent chosen, [OutputBus] IEndpointEvent held) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => held.Event = chosen.Event;
}
