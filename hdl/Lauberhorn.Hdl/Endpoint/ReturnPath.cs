// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>A line that comes home, on its way.</summary>
public interface IReturnStep : IBus
{
    /// <summary>Whether there is one.</summary>
    bool Valid { get; set; }

    /// <summary>Which line.</summary>
    EndpointLine Line { get; set; }

    /// <summary>What comes home.</summary>
    HomeReturn Return { get; set; }
}

/// <summary>An aux line's answer to a fetch.</summary>
public interface IAuxAnswer : IBus
{
    /// <summary>Whether there is one.</summary>
    bool Valid { get; set; }

    /// <summary>Which line.</summary>
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

    /// <summary>The bytes.</summary>
    Bits<W1024> Data { get; set; }

    /// <summary>Whether bytes came that the protocol does not allow.</summary>
    bool IsBad { get; set; }
}

/// <summary>
/// Takes what comes home, and reads what is known of its line. It waits while the reply stage takes no lines or the scheduler no notices, or while the engine
/// fills a line of a store with zeros, which needs the same write port a tick later. No latency, no state; one line per tick.
/// </summary>
public sealed class ReturnIntake : SimpleProcess
{
    [InputBus] private readonly IStream<HomeReturn> returns;
    [InputBus] private readonly IEndpointEvent chosen;
    [InputBus] private readonly IFifoState left;
    [InputBus] private readonly IFifoState notices;
    [OutputBus] private readonly IReady returnsReady;
    [OutputBus] private readonly IReturnStep step = Scope.CreateBus<IReturnStep>("taken");
    [OutputBus] private readonly IRamRead useRead = Scope.CreateBus<IRamRead>("useRead");
    [OutputBus] private readonly IRamRead auxRead = Scope.CreateBus<IRamRead>("auxRead");
    [OutputBus] private readonly IRamRead homeRead = Scope.CreateBus<IRamRead>("homeRead");
    private readonly LineMap map;
    private readonly uint endpoints;
    private readonly uint endpointMask;

    internal ReturnIntake(Stream<HomeReturn> returns, IEndpointEvent chosen, IFifoState left, IFifoState notices, EndpointShape shape)
    {
        (this.returns, returnsReady) = (returns.Forward, returns.Backward);
        this.chosen = chosen;
        this.left = left;
        this.notices = notices;
        map = shape.Map;
        endpoints = (uint)shape.Endpoints;
        endpointMask = (uint)shape.EndpointDepth - 1;
    }

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
        bool hasRoom = left.Count <= Endpoints.QueueDepth - EndpointRoom.Margin && notices.Count <= Endpoints.QueueDepth - EndpointRoom.Margin;
        bool takes = returns.Valid && !scrubs && hasRoom;
        EndpointLine line = map.Line(returns.Item.Line);
        bool isLine = line.Kind != LineKind.None && line.Endpoint < endpoints;
        uint endpoint = line.Endpoint & endpointMask;
        bool isTransmit = line.Kind == LineKind.TransmitControl || line.Kind == LineKind.TransmitAux;
        returnsReady.Ready = takes;
        step.Valid = takes;
        step.Line = isLine ? line : new EndpointLine(LineKind.None, 0, 0);
        step.Return = returns.Item;
        useRead.Enable = true;
        useRead.Address = (endpoint << 2) | (isTransmit ? 2u : line.Index & 1u);
        auxRead.Enable = true;
        auxRead.Address = (endpoint << 1) | (isTransmit ? 1u : 0u);
        homeRead.Enable = true;
        homeRead.Address = endpoint;
    }
}

/// <summary>The register behind the intake. Latency 1 tick; one line per tick; cannot be held up.</summary>
[ClockedProcess]
public sealed class ReturnRegister : SimpleProcess
{
    [InputBus] private readonly IReturnStep taken;
    [OutputBus] private readonly IReturnStep step = Scope.CreateBus<IReturnStep>("step");

    internal ReturnRegister(IReturnStep taken) => this.taken = taken;

    internal IReturnStep Step => step;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        step.Valid = taken.Valid;
        step.Line = taken.Line;
        step.Return = taken.Return;
    }
}

/// <summary>
/// Decides what becomes of what has come home: merges it if its line is out, and hands a fetched control line on: to the reply stage, or, when aux lines
/// are still to come, to the <see cref="AuxFetcher"/>, its bytes merged into the store. What comes of a line that is not out changes nothing and is counted.
/// No latency, no state; one line per tick; cannot be held up.
/// </summary>
public sealed class ReturnDecision : SimpleProcess
{
    [InputBus] private readonly IReturnStep step;
    [InputBus] private readonly IRamData<LineUse> use;
    [InputBus] private readonly IRamData<AuxUse> aux;
    [InputBus] private readonly IRamData<byte> home;
    [OutputBus] private readonly IRamWrite<byte> homeWrite;
    [OutputBus] private readonly IReturnMerge merge = Scope.CreateBus<IReturnMerge>("merge");
    [OutputBus] private readonly IAuxAnswer auxAnswer;
    [OutputBus] private readonly IStream<AuxJob> jobs;
    [OutputBus] private readonly IStream<LeftLine> left;
    [OutputBus] private readonly IStream<EndpointNotice> notices;
    private readonly uint slotMask;
    private readonly uint endpointMask;
    private readonly uint auxDepth;
    private readonly uint packetMask;

    internal ReturnDecision(
        IReturnStep step,
        IRamData<LineUse> use,
        IRamData<AuxUse> aux,
        IRamData<byte> home,
        IRamWrite<byte> homeWrite,
        IAuxAnswer auxAnswer,
        Stream<AuxJob> jobs,
        IStream<LeftLine> left,
        IStream<EndpointNotice> notices,
        EndpointShape shape)
    {
        this.step = step;
        this.use = use;
        this.aux = aux;
        this.home = home;
        this.homeWrite = homeWrite;
        this.auxAnswer = auxAnswer;
        this.jobs = jobs.Forward;
        this.left = left;
        this.notices = notices;
        slotMask = (uint)shape.SlotDepth - 1;
        endpointMask = (uint)shape.EndpointDepth - 1;
        auxDepth = (uint)shape.AuxDepth;
        packetMask = (uint)(shape.PacketDepth * shape.AuxDepth) - 1;
    }

    internal IReturnMerge Merge => merge;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        EndpointLine line = step.Line;
        HomeReturn returned = step.Return;
        LineUse known = use.Item;
        LeftHeader header = known.Header;
        bool isReceive = step.Valid && line.Kind == LineKind.ReceiveControl;
        bool isTransmit = step.Valid && line.Kind == LineKind.TransmitControl;
        bool isAux = step.Valid && (line.Kind == LineKind.ReceiveAux || line.Kind == LineKind.TransmitAux);
        bool index = (line.Index & 1) != 0;

        byte bit = isTransmit ? (byte)4 : index ? (byte)2 : (byte)1;
        bool wasHome = (home.Item & bit) != 0;
        byte auxBit = line.Kind == LineKind.TransmitAux ? (byte)4 : aux.Item.Line ? (byte)2 : (byte)1;
        bool isControlOut = aux.Item.Sequence != ((home.Item & auxBit) != 0);
        bool isOut = known.Sequence != wasHome && ((isTransmit && known.Index == index) || isReceive);

        // An endpoint that writes its lines back itself has answered, or sent, when software's kind comes home.
        bool isAnswered = isOut && !returned.IsAnswer && known.WritesBack && known.IsKept && returned.Mask[0] && returned.Data.GetByte(ControlLine.Kind) >> 4 != 0;
        bool comesHome = (isOut && returned.IsAnswer && known.IsLeaving) || isAnswered;
        bool waitsForAux = aux.Item.Touched != 0;
        bool isJob = comesHome && known.IsKept && waitsForAux && !isAnswered;
        bool goesOn = comesHome && known.IsKept && (!waitsForAux || isAnswered) && !(isTransmit && header.IsDiscarded);
        bool merges = isOut && known.IsKept && (!returned.IsAnswer || isJob) && !isAnswered;
        bool isAuxOut = isAux && ((aux.Item.Touched >> (line.Index & 31)) & 1) != 0 && (!aux.Item.WritesBack || isControlOut);

        homeWrite.Enable = comesHome;
        homeWrite.Address = line.Endpoint & endpointMask;
        homeWrite.Item = (byte)(home.Item ^ bit);

        merge.Line = merges && isReceive ? returned.Mask : Bits<W128>.Zero;
        merge.Transmit = merges && isTransmit ? returned.Mask : Bits<W128>.Zero;
        merge.Packet = isAuxOut ? returned.Mask : Bits<W128>.Zero;
        merge.Slot = header.Slot & slotMask;
        merge.Endpoint = line.Endpoint & endpointMask;
        merge.PacketLine = ((aux.Item.PacketSlot * auxDepth) + line.Index) & packetMask;
        merge.Data = returned.Data;
        merge.IsBad = step.Valid && !isAuxOut && !merges && !comesHome && returned.Mask.OrReduce();

        auxAnswer.Valid = isAuxOut && returned.IsAnswer;
        auxAnswer.Line = line;
        jobs.Valid = isJob;
        jobs.Item = new AuxJob(line.Endpoint, isTransmit, header, aux.Item.Touched);

        // Who left the line waits at the other one.
        notices.Valid = comesHome && isReceive && !isJob && !isAnswered && !header.IsDiscarded;
        notices.Item = new EndpointNotice(NoticeKind.Waiting, line.Endpoint, known.IsKernel ? EndpointNotice.AnyProcess : header.Process);
        left.Valid = goesOn;
        left.Item = new LeftLine
        {
            Endpoint = line.Endpoint,
            Process = header.Process,
            IsTransmit = isTransmit,
            IsDiscarded = header.IsDiscarded,
            Slot = header.Slot,
            TransmitPort = header.TransmitPort,
            MaySendFrames = header.MaySendFrames,
            PacketSlot = header.PacketSlot,
            AuxLines = isAnswered ? EndpointShape.LeadingLines(header.AuxLines, aux.Item.Touched) : header.AuxLines,
            Mask = returned.Mask,
            Data = returned.Data,
        };
    }
}
