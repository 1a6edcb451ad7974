// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>A line that comes home, in the return path's register.</summary>
public interface IReturnStep : IBus
{
    /// <summary>Whether there is a line.</summary>
    bool Valid { get; set; }

    /// <summary>The line, by its endpoint.</summary>
    EndpointLine Line { get; set; }

    /// <summary>The return, with the line's bytes and mask.</summary>
    HomeReturn Return { get; set; }
}

/// <summary>An answer to a fetch.</summary>
public interface IFetchAnswer : IBus
{
    /// <summary>Whether there is a line.</summary>
    bool Valid { get; set; }

    /// <summary>The line, by its endpoint.</summary>
    EndpointLine Line { get; set; }
}

/// <summary>Bytes to be merged into a store.</summary>
public interface IReturnMerge : IBus
{
    /// <summary>Which bytes are merged into the line store.</summary>
    Bits<W128> Line { get; set; }

    /// <summary>Which bytes are merged into the transmit store.</summary>
    Bits<W128> Transmit { get; set; }

    /// <summary>Which bytes are merged into the packet buffer.</summary>
    Bits<W128> Packet { get; set; }

    /// <summary>The slot's line.</summary>
    uint Slot { get; set; }

    /// <summary>The endpoint's line.</summary>
    uint Endpoint { get; set; }

    /// <summary>The packet buffer's line.</summary>
    uint PacketLine { get; set; }

    /// <summary>The bytes, of which the masks select some.</summary>
    Bits<W1024> Data { get; set; }

    /// <summary>Whether bytes came that the protocol does not allow.</summary>
    bool IsBad { get; set; }
}

/// <summary>
/// Accepts lines that come home, and reads their state. It stalls while the reply stage accepts no lines or the scheduler no notices, or
/// while the engine fills a line of a store with zeros, which needs the same write port a tick later. Combinational; one line per tick.
/// </summary>
internal sealed class ReturnIntake(
    [InputBus] Stream<HomeReturn> returns,
    [InputBus] IEndpointEvent chosen,
    [InputBus] IFifoState left,
    [InputBus] IFifoState notices,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IReturnStep step = Scope.CreateBus<IReturnStep>("taken");
    [OutputBus] private readonly IRamRead useRead = Scope.CreateBus<IRamRead>("useRead");
    [OutputBus] private readonly IRamRead auxRead = Scope.CreateBus<IRamRead>("auxRead");
    [OutputBus] private readonly IRamRead homeRead = Scope.CreateBus<IRamRead>("homeRead");
    private readonly LineMap map = shape.Map;
    private readonly uint endpoints = (uint)shape.Endpoints;
    private readonly uint endpointMask = (uint)shape.EndpointDepth - 1;

    internal IReturnStep Step => step;

    internal IRamRead UseRead => useRead;

    internal IRamRead AuxRead => auxRead;

    internal IRamRead HomeRead => homeRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointEvent other = chosen.Event;
        bool isAux = other.Kind == EndpointEventKind.Read && (other.Line == LineKind.ReceiveAux || other.Line == LineKind.TransmitAux);
        bool scrubs = isAux || other.Kind == EndpointEventKind.Sent || other.Kind == EndpointEventKind.Bind;
        bool hasRoom = left.Count <= Endpoints.QueueDepth - EndpointRoom.Margin
            && notices.Count <= Endpoints.QueueDepth - EndpointRoom.Margin;
        bool takes = returns.Valid && !scrubs && hasRoom;
        EndpointLine line = map.Line(returns.Item.Line);
        bool isLine = line.Kind != LineKind.None && line.Endpoint < endpoints;
        uint endpoint = line.Endpoint & endpointMask;
        bool isTransmit = line.Kind == LineKind.TransmitControl || line.Kind == LineKind.TransmitAux;
        returns.Ready = takes;
        step.Valid = takes;
        step.Line = isLine ? line : new EndpointLine(LineKind.None, 0, 0);
        step.Return = returns.Item;
        useRead.Enable = true;
        useRead.Address = (endpoint << 2) | (uint)LineBits.Place(line);
        auxRead.Enable = true;
        auxRead.Address = (endpoint << 1) | (isTransmit ? 1u : 0u);
        homeRead.Enable = true;
        homeRead.Address = endpoint;
    }
}

/// <summary>The register behind the intake. Latency 1 tick; one line per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class ReturnRegister([InputBus] IReturnStep taken) : SimpleProcess
{
    [OutputBus] private readonly IReturnStep step = Scope.CreateBus<IReturnStep>("step");

    internal IReturnStep Step => step;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        step.Valid = taken.Valid;
        step.Line = taken.Line;
        step.Return = taken.Return;
    }
}

/// <summary>Outputs that a line causes that comes home.</summary>
/// <param name="Jobs">Aux lines to be fetched together.</param>
/// <param name="Left">Control lines for the reply stage.</param>
/// <param name="Notices">Notices to the scheduler.</param>
internal sealed record ReturnOutlets(
    [OutputBus] IStream<FetchJob> Jobs,
    [OutputBus] IStream<LeftLine> Left,
    [OutputBus] IStream<EndpointNotice> Notices);

/// <summary>Facts about the line that has come home.</summary>
internal readonly record struct ReturnFacts
{
    /// <summary>Whether it is of a receive control line.</summary>
    public bool IsReceive { get; init; }

    /// <summary>Whether it is of a transmit control line.</summary>
    public bool IsTransmit { get; init; }

    /// <summary>Whether the line, if it is an aux line, is a transmit aux line.</summary>
    public bool IsTransmitAux { get; init; }

    /// <summary>Whether software has answered, or sent, by writing its control line back.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Whether the control line is home from now on.</summary>
    public bool ComesHome { get; init; }

    /// <summary>If so: whether it had not been left.</summary>
    public bool IsTaken { get; init; }

    /// <summary>If so: whether aux lines of its message have to come home first.</summary>
    public bool IsJob { get; init; }

    /// <summary>Whether it goes to the reply stage.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Whether its bytes are merged into the store.</summary>
    public bool Merges { get; init; }

    /// <summary>Which aux lines of its direction were home before, toggled each time.</summary>
    public uint AuxHome { get; init; }

    /// <summary>The line's bit there, if it is an aux line.</summary>
    public uint AuxBit { get; init; }

    /// <summary>Whether an aux line's bytes are the message's.</summary>
    public bool KeepsAux { get; init; }

    /// <summary>Whether the aux line is home from now on.</summary>
    public bool AuxComesHome { get; init; }
}

/// <summary>
/// Decides about what has come home: merges it if its line holds a message, and hands on a control line that was left or answered: to the
/// reply stage, or, when aux lines are still to come, to the <see cref="LineFetcher"/>, its bytes merged into the store. A line that was
/// fetched though it had not been left was taken from its reader: a call in it goes on to be dropped. The line is home when a fetch of it
/// was answered, or when software has written its answer back; what comes home of a line without a message changes nothing, and is counted.
/// Combinational; one line per tick; no back-pressure.
/// </summary>
internal sealed class ReturnDecision(
    [InputBus] IReturnStep step,
    [InputBus] IRamData<LineUse> use,
    [InputBus] IRamData<AuxUse> auxUse,
    [InputBus] IRamData<LineBits> home,
    [OutputBus] IRamWrite<LineBits> homeWrite,
    [OutputBus] IFetchAnswer fetchAnswer,
    [Ports] ReturnOutlets outlets,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IReturnMerge merge = Scope.CreateBus<IReturnMerge>("merge");
    private readonly uint slotMask = (uint)shape.SlotDepth - 1;
    private readonly uint endpointMask = (uint)shape.EndpointDepth - 1;
    private readonly uint auxDepth = (uint)shape.AuxDepth;
    private readonly uint packetMask = (uint)(shape.PacketDepth * shape.AuxDepth) - 1;

    internal IReturnMerge Merge => merge;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ReturnFacts facts = Find();
        fetchAnswer.Valid = step.Valid && step.Return.IsAnswer;
        fetchAnswer.Line = step.Line;
        ComeHome(facts);
        Store(facts);
        HandOn(facts);
    }

    private ReturnFacts Find()
    {
        EndpointLine line = step.Line;
        HomeReturn returned = step.Return;
        LineUse known = use.Item;
        AuxUse aux = auxUse.Item;
        LineBits before = home.Item;
        bool isReceive = step.Valid && line.Kind == LineKind.ReceiveControl;
        bool isTransmit = step.Valid && line.Kind == LineKind.TransmitControl;
        bool isAux = step.Valid && (line.Kind == LineKind.ReceiveAux || line.Kind == LineKind.TransmitAux);
        bool isTransmitAux = line.Kind == LineKind.TransmitAux;

        // An endpoint that writes its lines back itself has answered, or sent, when software's kind comes home.
        bool isOut = (isReceive || isTransmit) && known.Given != (((before.Control >> LineBits.Place(line)) & 1) != 0);
        bool isWritten = returned.Mask[0] && returned.Data.GetByte(ControlLine.Kind) >> 4 != 0;
        bool isAnswered = isOut && !returned.IsAnswer && known.WritesBack && known.IsKept && isWritten;
        bool comesHome = isOut && (returned.IsAnswer || isAnswered);
        bool isTaken = comesHome && !isAnswered && !known.IsLeaving;
        bool isJob = comesHome && known.IsKept && known.IsLeaving && aux.Touched != 0;

        // Bytes of aux lines are merged while they are the message's: of an endpoint that writes back until its answer, or what it sends,
        // has come home.
        uint auxHome = isTransmitAux ? before.TransmitAux : before.ReceiveAux;
        uint auxBit = 1u << (line.Index & 31);
        int controlPlace = isTransmitAux ? 2 : aux.Line ? 1 : 0;
        bool isControlOut = aux.ControlGiven != (((before.Control >> controlPlace) & 1) != 0);
        return new ReturnFacts
        {
            IsReceive = isReceive,
            IsTransmit = isTransmit,
            IsTransmitAux = isTransmitAux,
            IsAnswered = isAnswered,
            ComesHome = comesHome,
            IsTaken = isTaken,
            IsJob = isJob,
            GoesOn = comesHome && known.IsKept && !isJob && !(isTransmit && isTaken),
            Merges = isOut && known.IsKept && (!returned.IsAnswer || isJob) && !isAnswered,
            AuxHome = auxHome,
            AuxBit = auxBit,
            KeepsAux = isAux && (aux.Touched & auxBit) != 0 && (!aux.WritesBack || isControlOut),
            AuxComesHome = isAux && returned.IsAnswer && ((aux.Given ^ auxHome) & auxBit) != 0,
        };
    }

    // The line is home from the next tick on.
    private void ComeHome(in ReturnFacts facts)
    {
        LineBits before = home.Item;
        uint turned = facts.AuxComesHome ? facts.AuxHome ^ facts.AuxBit : facts.AuxHome;
        homeWrite.Enable = facts.ComesHome || facts.AuxComesHome;
        homeWrite.Address = step.Line.Endpoint & endpointMask;
        homeWrite.Item = new LineBits(
            (byte)(before.Control ^ (facts.ComesHome ? 1 << LineBits.Place(step.Line) : 0)),
            facts.IsTransmitAux ? before.ReceiveAux : turned,
            facts.IsTransmitAux ? turned : before.TransmitAux);
    }

    // Its bytes go into the store of its message.
    private void Store(in ReturnFacts facts)
    {
        HomeReturn returned = step.Return;
        merge.Line = facts.Merges && facts.IsReceive ? returned.Mask : Bits<W128>.Zero;
        merge.Transmit = facts.Merges && facts.IsTransmit ? returned.Mask : Bits<W128>.Zero;
        merge.Packet = facts.KeepsAux ? returned.Mask : Bits<W128>.Zero;
        merge.Slot = use.Item.Header.Slot & slotMask;
        merge.Endpoint = step.Line.Endpoint & endpointMask;
        merge.PacketLine = ((auxUse.Item.PacketSlot * auxDepth) + step.Line.Index) & packetMask;
        merge.Data = returned.Data;
        merge.IsBad = step.Valid && !facts.KeepsAux && !facts.Merges && !facts.ComesHome && returned.Mask.OrReduce();
    }

    // The reader that left the line is stalled at the other one; what was in it goes to the reply stage, if no aux lines have to come
    // before.
    private void HandOn(in ReturnFacts facts)
    {
        EndpointLine line = step.Line;
        LineUse known = use.Item;
        AuxUse aux = auxUse.Item;
        LeftHeader header = known.Header;
        uint auxHome = facts.IsTransmit ? home.Item.TransmitAux : home.Item.ReceiveAux;
        LineGroup group = facts.IsTransmit ? LineGroup.TransmitAux : LineGroup.ReceiveAux;
        outlets.Jobs.Valid = facts.IsJob;
        outlets.Jobs.Item = new FetchJob(line.Endpoint, group, true, header, aux.Given ^ auxHome);
        outlets.Notices.Valid = facts.ComesHome && facts.IsReceive && known.IsLeaving && !facts.IsJob;
        outlets.Notices.Item = new EndpointNotice(
            NoticeKind.Waiting, line.Endpoint, known.IsKernel ? EndpointNotice.AnyProcess : header.Process);
        outlets.Left.Valid = facts.GoesOn;
        outlets.Left.Item = new LeftLine
        {
            Endpoint = line.Endpoint,
            Process = header.Process,
            IsTransmit = facts.IsTransmit,
            IsDiscarded = facts.IsTaken,
            Slot = header.Slot,
            TransmitPort = header.TransmitPort,
            MaySendFrames = header.MaySendFrames,
            PacketSlot = header.PacketSlot,
            AuxLines = facts.IsAnswered ? EndpointShape.LeadingLines(header.AuxLines, aux.Touched) : header.AuxLines,
            Mask = step.Return.Mask,
            Data = step.Return.Data,
        };
    }
}
