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

/// <summary>Whether there is room for what an event may cause; registers' values, a few items early.</summary>
public interface IEndpointRoom : IBus
{
    /// <summary>For notices to the scheduler.</summary>
    bool Notices { get; set; }

    /// <summary>For answers to reads.</summary>
    bool Answers { get; set; }

    /// <summary>For fetches.</summary>
    bool Fetches { get; set; }

    /// <summary>For TRYAGAINs.</summary>
    bool TryAgains { get; set; }
}

/// <summary>Compares how full the engine's FIFOs are. No latency, no state.</summary>
public sealed class EndpointRoom(
    [InputBus] IFifoState notices,
    [InputBus] IFifoState answers,
    [InputBus] IFifoState fetches,
    [InputBus] IFifoState tryAgains,
    [OutputBus] IEndpointRoom room) : SimpleProcess
{
    /// <summary>Places that stay free in each FIFO: for the events in the pipeline.</summary>
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

/// <summary>
/// Chooses the event that the engine deals with: time is up, dispatch, lines home, line sent, a core's leave, command, read; in this
/// order. A dispatch waits for nothing but the CPU taking answers, so that the scheduler and the engine never wait for each other. The
/// endpoint's state, its message's resources and what is home of it are read in the same tick. No latency, no state; one event per tick.
/// </summary>
internal sealed class EndpointIntake(
    [InputBus] Stream<TimeUp> timer,
    [InputBus] Stream<Dispatch> dispatches,
    [InputBus] Stream<Drained> drained,
    [InputBus] Stream<Drained> recalled,
    [InputBus] Stream<SendDone> sent,
    [InputBus] Stream<ushort> leaves,
    [InputBus] Stream<EndpointCommand> commands,
    [InputBus] Stream<HomeRead> reads,
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
        bool takesTimer = timer.Valid && room.Notices && room.TryAgains;
        bool takesDispatch = !takesTimer && dispatches.Valid && room.Answers && room.TryAgains;
        bool isBusy = takesTimer || takesDispatch;
        bool takesDrained = !isBusy && drained.Valid && room.Notices && room.Answers;
        isBusy |= takesDrained;
        bool takesRecalled = !isBusy && recalled.Valid;
        isBusy |= takesRecalled;
        bool takesSent = !isBusy && sent.Valid && room.Answers;
        isBusy |= takesSent;
        bool takesLeave = !isBusy && leaves.Valid && room.Notices;
        isBusy |= takesLeave;
        bool takesCommand = !isBusy && commands.Valid && room.Notices && room.Fetches && room.Answers;
        isBusy |= takesCommand;
        bool takesRead = !isBusy && reads.Valid && room.Notices && room.Fetches && room.Answers;

        EndpointLine line = map.Line(reads.Item.Line);
        bool isStatistics = line.Kind == LineKind.ProcessStatistics || line.Kind == LineKind.CoreStatistics || line.Kind == LineKind.ServiceStatistics;
        uint whose = line.Kind == LineKind.ProcessStatistics ? processes : line.Kind == LineKind.CoreStatistics ? cores : services;
        bool isOfEndpoint = line.Kind != LineKind.None && !isStatistics && line.Endpoint < endpoints;
        bool isLine = isOfEndpoint || (isStatistics && line.Endpoint < whose);
        EndpointEventKind kind = EndpointEventKind.None;
        ushort endpoint = isOfEndpoint ? line.Endpoint : (ushort)0;
        ushort slot = dispatches.Item.Slot;
        if (takesTimer)
        {
            kind = EndpointEventKind.Timer;
            endpoint = timer.Item.Endpoint;
            slot = timer.Item.Wait;
        }
        else if (takesDispatch)
        {
            kind = dispatches.Item.Kind == DispatchKind.Deliver ? EndpointEventKind.Deliver
                : dispatches.Item.Kind == DispatchKind.Yield ? EndpointEventKind.Yield
                : dispatches.Item.Kind == DispatchKind.Reschedule ? EndpointEventKind.Reschedule
                : EndpointEventKind.Withdrawn;
            endpoint = dispatches.Item.Endpoint;
        }
        else if (takesDrained)
        {
            kind = EndpointEventKind.Drained;
            endpoint = drained.Item.Endpoint;
        }
        else if (takesRecalled)
        {
            kind = EndpointEventKind.Drained;
            endpoint = recalled.Item.Endpoint;
        }
        else if (takesSent)
        {
            kind = EndpointEventKind.Sent;
            endpoint = sent.Item.Endpoint;
        }
        else if (takesLeave)
        {
            kind = EndpointEventKind.Leave;
            endpoint = leaves.Item;
        }
        else if (takesCommand)
        {
            kind = commands.Item.Kind;
            endpoint = commands.Item.Endpoint;
        }
        else if (takesRead)
        {
            kind = EndpointEventKind.Read;
            slot = line.Endpoint;
        }

        timer.Ready = takesTimer;
        dispatches.Ready = takesDispatch;
        drained.Ready = takesDrained;
        recalled.Ready = takesRecalled;
        sent.Ready = takesSent;
        leaves.Ready = takesLeave;
        commands.Ready = takesCommand;
        reads.Ready = takesRead;
        chosen.Event = new EndpointEvent
        {
            Kind = kind,
            Endpoint = (ushort)(endpoint & endpointMask),
            Line = isLine ? line.Kind : LineKind.None,
            Index = takesCommand ? commands.Item.Step : line.Index,
            Due = timer.Item.Due,
            Tag = reads.Item.Tag,
            Slot = slot,
            Group = takesDrained ? drained.Item.Group : LineGroup.Control,
            Time = time.Now,
            Binding = commands.Item.Binding,
        };
        stateRead.Enable = true;
        stateRead.Address = endpoint & endpointMask;
        resourceRead.Enable = true;
        resourceRead.Address = dispatches.Item.Slot & slotMask;
    }
}

/// <summary>The register between the choice of an event and the decision. Latency 1 tick; one event per tick; cannot be held up.</summary>
[ClockedProcess]
public sealed class EndpointEventRegister([InputBus] IEndpointEvent chosen, [OutputBus] IEndpointEvent held) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => held.Event = chosen.Event;
}
