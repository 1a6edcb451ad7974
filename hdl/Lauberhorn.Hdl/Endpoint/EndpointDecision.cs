// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>Inputs of the decision about an event.</summary>
/// <param name="State">The endpoint's state.</param>
/// <param name="Home">Which of its lines are home.</param>
/// <param name="Resources">Of a dispatch: what belongs to the message.</param>
/// <param name="InUse">Whether a core uses the endpoint, by what the OS has said.</param>
/// <param name="Settings">The OS's settings.</param>
internal sealed record EndpointKnowledge(
    [InputBus] IRamData<EndpointState> State,
    [InputBus] IRamData<LineBits> Home,
    [InputBus] IRamData<SlotResources> Resources,
    [InputBus] IEndpointInUse InUse,
    [InputBus] INicSettings Settings);

/// <summary>Outputs that an event causes. There is room for all of them: the intake makes sure of that.</summary>
/// <param name="Notices">Notices to the scheduler.</param>
/// <param name="Fetches">Control lines to be fetched.</param>
/// <param name="TryAgains">TRYAGAINs for later.</param>
/// <param name="Jobs">Aux lines to be fetched together.</param>
/// <param name="Recalls">Control lines to be fetched together.</param>
internal sealed record EndpointOutlets(
    [OutputBus] IStream<EndpointNotice> Notices,
    [OutputBus] IStream<HomeFetch> Fetches,
    [OutputBus] IStream<DueAnswer> TryAgains,
    [OutputBus] IStream<FetchJob> Jobs,
    [OutputBus] IStream<FetchJob> Recalls);

/// <summary>
/// The engine's decision: the event, the endpoint's state and, of a dispatch, the message's resources become a new state and actions
/// (docs/endpoint.md has the table). Combinational; one event per tick; no back-pressure: the intake makes sure that there is room.
/// </summary>
internal sealed partial class EndpointDecision(
    [InputBus] IEndpointEvent held,
    [Ports] EndpointKnowledge known,
    [Ports] EndpointOutlets outlets,
    [OutputBus] IRamWrite<EndpointState> stateWrite,
    [OutputBus] IStatisticsRead statisticsRead,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IEndpointActions decided = Scope.CreateBus<IEndpointActions>("decided");
    [OutputBus] private readonly IRamWrite<LineUse> useWrite = Scope.CreateBus<IRamWrite<LineUse>>("useWrite");
    [OutputBus] private readonly IRamWrite<AuxUse> auxWrite = Scope.CreateBus<IRamWrite<AuxUse>>("auxWrite");
    [OutputBus] private readonly IRamWrite<WaitStart> waitWrite = Scope.CreateBus<IRamWrite<WaitStart>>("waitWrite");
    [OutputBus] private readonly IRamRead lineRead = Scope.CreateBus<IRamRead>("lineRead");
    [OutputBus] private readonly IRamRead transmitRead = Scope.CreateBus<IRamRead>("transmitRead");
    private readonly LineMap map = shape.Map;
    private readonly uint slotMask = (uint)shape.SlotDepth - 1;
    private readonly uint auxDepth = (uint)shape.AuxDepth;
    private readonly uint auxLines = (uint)shape.AuxLines;
    private readonly uint packetMask = (uint)(shape.PacketDepth * shape.AuxDepth) - 1;

    internal IEndpointActions Decided => decided;

    internal IRamWrite<LineUse> UseWrite => useWrite;

    internal IRamWrite<AuxUse> AuxWrite => auxWrite;

    internal IRamWrite<WaitStart> WaitWrite => waitWrite;

    internal IRamRead LineRead => lineRead;

    internal IRamRead TransmitRead => transmitRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointEvent happened = held.Event;
        EndpointState old = known.State.Item;
        EndpointActions actions = default;
        actions.State = old;
        actions.Answer = new Delivery(DeliverySource.Zeros, happened.Tag, old.Generation, old.Slot);
        actions.Slot = old.Slot;
        actions.PacketSlot = happened.Line == LineKind.TransmitAux ? old.TransmitPacketSlot : old.PacketSlot;
        Act(happened, old, known.Home.Item, ref actions);
        WriteStores(happened, actions);
        Send(happened, old, actions);
        Announce(happened, old, actions);
    }

    // The actions of each kind of event.
    private void Act(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        bool isStray = known.Settings.StrayLoads && !known.InUse.IsInUse;
        switch (happened.Kind)
        {
            case EndpointEventKind.Timer:
                TimeIsUp(happened, old, home, ref actions);
                break;
            case EndpointEventKind.Deliver:
                Deliver(happened, old, known.Resources.Item, home, ref actions);
                break;
            case EndpointEventKind.Withdrawn:
                Withdrawn(old, home, ref actions);
                break;
            case EndpointEventKind.Yield:
                Yield(old, home, ref actions);
                break;
            case EndpointEventKind.Reschedule:
                Reschedule(happened, old, home, ref actions);
                break;
            case EndpointEventKind.Drained:
                Drained(happened, old, home, ref actions);
                break;
            case EndpointEventKind.Sent:
                Sent(old, home, ref actions);
                break;
            case EndpointEventKind.Bind:
                Bind(happened, old, home, ref actions);
                break;
            case EndpointEventKind.Release:
                Release(old, home, (byte)happened.Time, ref actions);
                break;
            case EndpointEventKind.Retire:
                Retire(happened, old, home, ref actions);
                break;
            case EndpointEventKind.GiveWay:
                Withdraw(old, home, (byte)happened.Time, ref actions);
                break;
            case EndpointEventKind.Leave:
                Leave(happened, old, home, isStray || (known.Settings.StrayLoads && old.IsKernel), ref actions);
                break;
            case EndpointEventKind.Read:
                Read(happened, old, home, auxLines, isStray, ref actions);
                break;
            default:
                break;
        }
    }

    // The endpoint's state, the state of return path and timer, and the stores' reads.
    private void WriteStores(EndpointEvent happened, in EndpointActions actions)
    {
        bool isEvent = happened.Kind != EndpointEventKind.None;
        stateWrite.Enable = isEvent;
        stateWrite.Address = happened.Endpoint;
        stateWrite.Item = actions.State;
        useWrite.Enable = isEvent && actions.WritesUse;
        useWrite.Address = ((uint)happened.Endpoint << 2) | actions.UseOf;
        useWrite.Item = actions.Use;
        auxWrite.Enable = isEvent && actions.WritesAux;
        auxWrite.Address = ((uint)happened.Endpoint << 1) | (actions.AuxIsTransmit ? 1u : 0u);
        auxWrite.Item = actions.Aux;
        waitWrite.Enable = isEvent && actions.WritesWait;
        waitWrite.Address = happened.Endpoint;
        waitWrite.Item = actions.Wait;
        lineRead.Enable = true;
        lineRead.Address = actions.Slot & slotMask;
        transmitRead.Enable = true;
        transmitRead.Address = happened.Endpoint;
        statisticsRead.Of = happened.Line == LineKind.CoreStatistics ? StatisticsOf.Core
            : happened.Line == LineKind.ServiceStatistics ? StatisticsOf.Service
            : StatisticsOf.Process;
        statisticsRead.Index = happened.Slot;
    }

    // Notices to the scheduler, and fetches.
    private void Send(EndpointEvent happened, EndpointState old, in EndpointActions actions)
    {
        bool isEvent = happened.Kind != EndpointEventKind.None;
        bool isRecall = actions.Job.Group == LineGroup.Control;
        ushort process = old.IsKernel ? EndpointNotice.AnyProcess : old.Process;
        outlets.Notices.Valid = isEvent && actions.Notifies;
        outlets.Notices.Item = new EndpointNotice(actions.Notice, happened.Endpoint, process);
        outlets.Fetches.Valid = isEvent && actions.Fetches;
        outlets.Fetches.Item = new HomeFetch(map.Number(actions.Fetch with { Endpoint = happened.Endpoint }));
        outlets.TryAgains.Valid = isEvent && actions.TriesAgain;
        outlets.TryAgains.Item = actions.TryAgain;
        outlets.Jobs.Valid = isEvent && actions.StartsJob && !isRecall;
        outlets.Jobs.Item = actions.Job with { Endpoint = happened.Endpoint };
        outlets.Recalls.Valid = isEvent && actions.StartsJob && isRecall;
        outlets.Recalls.Item = actions.Job with { Endpoint = happened.Endpoint };
    }

    // What other blocks see of the engine.
    private void Announce(EndpointEvent happened, EndpointState old, in EndpointActions actions)
    {
        bool isEvent = happened.Kind != EndpointEventKind.None;
        bool beginsToWait = happened.Kind == EndpointEventKind.Read && actions.WritesWait && actions.Wait.IsWaiting;
        decided.Valid = isEvent;
        decided.Endpoint = happened.Endpoint;
        decided.Answers = isEvent && actions.Answers;
        decided.Answer = actions.Answer;
        decided.PacketLine = ((actions.PacketSlot * auxDepth) + happened.Index) & packetMask;
        decided.Scrubs = isEvent && actions.Scrubs;
        decided.ReadsPacket = isEvent && actions.Answers && actions.Answer.Source == DeliverySource.Packet;
        decided.ScrubsTransmit = isEvent && actions.ScrubsTransmit;
        decided.Ends = isEvent && actions.Ends;
        decided.Status = actions.Status;
        decided.Stalls = beginsToWait;
        decided.Asks = happened.Kind is EndpointEventKind.Bind or EndpointEventKind.Release or EndpointEventKind.Retire;
        decided.Lines = actions.ControlLines;
        decided.EntersKernel = beginsToWait && old.IsKernel;
        decided.Events = isEvent ? actions.Events : 0;
    }

    private static void Count(NicEvent what, ref EndpointActions actions) => actions.Events |= 1ul << (int)what;

    private static LineBits Out(EndpointState state, LineBits home) => LineBits.Out(state.Given, home);

    private static bool IsOut(EndpointState state, LineBits home, int place) => (((state.Given.Control ^ home.Control) >> place) & 1) != 0;

    // The current receive line, the only one of an endpoint that writes back.
    private static int ReceivePlace(EndpointState state) => state.Current ? 1 : 0;

    private static int TransmitPlace(EndpointState state) => state.TransmitCurrent ? 3 : 2;

    // Whether the receive line that was left last is not home yet.
    private static bool IsAway(EndpointState state, LineBits home) => state.IsLeaving && IsOut(state, home, ReceivePlace(state));

    // Whether the scheduler has been notified of the stalled read, or is by the return path, so that it may be asked to withdraw the
    // endpoint.
    private static bool IsWithScheduler(
        EndpointState state, LineBits home) => state.IsStalled && !state.IsTimedOut && !state.IsDraining && !IsAway(state, home);

    // The return path's state of the receive aux lines.
    private static AuxUse ReceiveUse(EndpointState state, LineBits home) => new(
        state.PacketSlot, state.Given.ReceiveAux, state.Touched, state.WritesBack, state.Current,
        ((home.Control >> ReceivePlace(state)) & 1) == 0);

    private static AuxUse TransmitUse(EndpointState state, LineBits home) => new(
        state.TransmitPacketSlot, state.Given.TransmitAux, state.TransmitTouched, state.WritesBack, false, ((home.Control >> 2) & 1) == 0);

    private static void WriteReceiveUse(LineBits home, ref EndpointActions actions)
    {
        actions.WritesAux = true;
        actions.AuxIsTransmit = false;
        actions.Aux = ReceiveUse(actions.State, home);
    }

    private static void WriteTransmitUse(LineBits home, ref EndpointActions actions)
    {
        actions.WritesAux = true;
        actions.AuxIsTransmit = true;
        actions.Aux = TransmitUse(actions.State, home);
    }

    // The line is given out from now on, with the return path's state of it.
    private static void Give(LineBits home, int place, LineUse use, ref EndpointActions actions)
    {
        actions.State = actions.State with { Given = LineBits.GiveControl(actions.State.Given, home, place) };
        actions.WritesUse = true;
        actions.UseOf = (byte)place;
        actions.Use = use with { Given = ((home.Control >> place) & 1) == 0 };
    }

    private static void StartJob(LineGroup group, uint lines, ref EndpointActions actions)
    {
        actions.StartsJob = true;
        actions.Job = new FetchJob(0, group, false, default, lines);
    }

    // The other receive line is answered and becomes the current one; or the only one, which may be out still if it held TRYAGAIN.
    private static void GiveOut(EndpointState old, LineContent content, ushort slot, LineBits home, ref EndpointActions actions)
    {
        bool line = old.Current ^ !old.WritesBack;
        bool isMessage = content == LineContent.Message;
        actions.State = old with
        {
            Current = line,
            Content = content,
            Slot = slot,
            IsStalled = false,
            IsTimedOut = false,
            IsStray = false,
            IsHolding = false,
            IsLeaving = false,
            Retiring = old.Retiring != RetireStep.Asked ? old.Retiring
                : isMessage || content == LineContent.Reschedule ? RetireStep.Overtaken : RetireStep.Given,
        };
        LineUse use = new()
        {
            IsKept = isMessage,
            WritesBack = old.WritesBack,
            IsKernel = old.IsKernel,
            Header = new LeftHeader
            {
                Slot = slot,
                Process = isMessage && old.IsKernel ? old.MessageProcess : old.Process,
                PacketSlot = isMessage ? old.PacketSlot : (ushort)0,
                AuxLines = isMessage && old.HasPacketSlot ? old.MessageLines : (byte)0,
            },
        };
        Give(home, line ? 1 : 0, use, ref actions);
        actions.WritesWait = true;
    }

    // The current receive line has been left: it is fetched.
    private static void Leave(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        actions.Fetches = true;
        actions.Fetch = new EndpointLine(LineKind.ReceiveControl, 0, old.Current ? (byte)1 : (byte)0);
        LineUse use = new()
        {
            IsKept = old.Content == LineContent.Message,
            IsLeaving = true,
            IsKernel = old.IsKernel,
            Header = new LeftHeader
            {
                Process = old.IsKernel ? old.MessageProcess : old.Process,
                Slot = old.Slot,
                PacketSlot = old.PacketSlot,
                AuxLines = old.HasPacketSlot ? EndpointShape.LeadingLines(old.MessageLines, old.Touched) : (byte)0,
            },
        };
        Give(home, ReceivePlace(old), use, ref actions);
    }
}
