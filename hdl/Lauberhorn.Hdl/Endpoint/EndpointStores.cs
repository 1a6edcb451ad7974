// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// The write port of the line store: what has come home has priority over what Admission writes. Accepting a <see cref="LineWrite"/> is
/// writing it. Combinational; one write per tick.
/// </summary>
internal sealed class LineStoreWrite(
    [InputBus] IReturnMerge merge, [InputBus] Stream<LineWrite> writes, EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamByteWrite<W1024, W128> write = Scope.CreateBus<IRamByteWrite<W1024, W128>>("write");
    private readonly uint slotMask = (uint)shape.SlotDepth - 1;

    internal IRamByteWrite<W1024, W128> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool merges = merge.Line.OrReduce();
        writes.Ready = !merges;
        write.Enable = merges ? merge.Line : writes.Valid ? writes.Item.Mask : Bits<W128>.Zero;
        write.Address = merges ? merge.Slot : writes.Item.Slot & slotMask;
        write.Item = merges ? merge.Data : writes.Item.Data;
    }
}

/// <summary>
/// The ports of the packet buffer. Writing: lines that the engine fills with zeros, what has come home (never in the same tick),
/// Admission's halves; accepting one of those is writing it. Reading: the engine's answers, then the reply stage's reads. Combinational; a
/// write and a read per tick.
/// </summary>
internal sealed class PacketBufferPorts(
    [InputBus] IEndpointActions decided,
    [InputBus] IReturnMerge merge,
    [InputBus] Stream<PacketWrite> writes,
    [InputBus] Stream<PacketRead> reads,
    [InputBus] IFifoState lines,
    EndpointShape shape) : SimpleProcess
{
    [OutputBus] private readonly IRamByteWrite<W1024, W128> write = Scope.CreateBus<IRamByteWrite<W1024, W128>>("write");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("read");
    private readonly uint auxDepth = (uint)shape.AuxDepth;
    private readonly uint mask = (uint)(shape.PacketDepth * shape.AuxDepth) - 1;

    internal IRamByteWrite<W1024, W128> Write => write;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool merges = merge.Packet.OrReduce();
        PacketWrite half = writes.Item;
        bool isUpper = (half.Half & 1) != 0;
        writes.Ready = !decided.Scrubs && !merges;
        write.Enable = decided.Scrubs ? Bits<W128>.AllOnes
            : merges ? merge.Packet
            : !writes.Valid ? Bits<W128>.Zero
            : isUpper ? Bits.Concat<W64, W64, W128>(Bits<W64>.AllOnes, Bits<W64>.Zero)
            : Bits.Concat<W64, W64, W128>(Bits<W64>.Zero, Bits<W64>.AllOnes);
        write.Address = decided.Scrubs ? decided.PacketLine
            : merges ? merge.PacketLine
            : ((half.PacketSlot * auxDepth) + ((uint)half.Half >> 1)) & mask;
        write.Item = decided.Scrubs ? Bits<W1024>.Zero
            : merges ? merge.Data
            : Bits.Concat<W512, W512, W1024>(half.Data, half.Data);

        bool takes = !decided.ReadsPacket && reads.Valid && lines.Count <= Endpoints.QueueDepth - EndpointRoom.Margin;
        reads.Ready = takes;
        read.Enable = true;
        read.Address = decided.ReadsPacket ? decided.PacketLine : ((reads.Item.PacketSlot * auxDepth) + reads.Item.Line) & mask;
    }
}

/// <summary>
/// The write port of the transmit store: scrubbing, or what has come home (never in the same tick). Combinational; one write per tick.
/// </summary>
public sealed class TransmitStoreWrite([InputBus] IEndpointActions decided, [InputBus] IReturnMerge merge) : SimpleProcess
{
    [OutputBus] private readonly IRamByteWrite<W1024, W128> write = Scope.CreateBus<IRamByteWrite<W1024, W128>>("write");

    internal IRamByteWrite<W1024, W128> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = decided.ScrubsTransmit ? Bits<W128>.AllOnes : merge.Transmit;
        write.Address = decided.ScrubsTransmit ? decided.Endpoint : merge.Endpoint;
        write.Item = decided.ScrubsTransmit ? Bits<W1024>.Zero : merge.Data;
    }
}

/// <summary>What is read from the stores in this tick; registers.</summary>
public interface IStoreReads : IBus
{
    /// <summary>Whether an answer's bytes are at the memories' outputs.</summary>
    bool Answers { get; set; }

    /// <summary>
    /// Tag and source of the answer whose bytes the memories deliver in this tick; means something if <see cref="Answers"/>.
    /// </summary>
    Delivery Answer { get; set; }

    /// <summary>Whether a line that the reply stage asked for is at the packet buffer's output.</summary>
    bool HasPacketLine { get; set; }
}

/// <summary>Registers the reads' attributes, beside the memories. Latency 1 tick, like theirs; no back-pressure.</summary>
[ClockedProcess]
public sealed class StoreReadRegister([InputBus] IEndpointActions decided, Stream<PacketRead> reads) : SimpleProcess
{
    [InputBus] private readonly IStream<PacketRead> reads = reads.Forward;
    [InputBus] private readonly IReady readsReady = reads.Backward;
    [OutputBus] private readonly IStoreReads under = Scope.CreateBus<IStoreReads>("under");

    internal IStoreReads Under => under;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        under.Answers = decided.Answers;
        under.Answer = decided.Answer;
        under.HasPacketLine = reads.Valid && readsReady.Ready;
    }
}

/// <summary>Selects an answer's bytes and inserts the generation. Combinational; one answer per tick; there is room behind it.</summary>
public sealed class LineReader(
    [InputBus] IStoreReads under,
    [InputBus] IRamData<Bits<W1024>> line,
    [InputBus] IRamData<Bits<W1024>> packet,
    [InputBus] IRamData<Bits<W1024>> transmit,
    [InputBus] IRamData<Bits<W1024>> statistics,
    [OutputBus] IStream<Home.HomeData> answers,
    [OutputBus] IStream<PacketLine> packetLines) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Delivery answer = under.Answer;
        Bits<W1024> bytes = Bits<W1024>.Zero;
        switch (answer.Source)
        {
            case DeliverySource.Line:
                bytes = line.Item.WithByte(ControlLine.Generation, (byte)answer.Generation).WithByte(ControlLine.Generation + 1,
                    (byte)(answer.Generation >> 8));
                break;
            case DeliverySource.KernelLine:
                bytes = line.Item;
                break;
            case DeliverySource.Packet:
                bytes = packet.Item;
                break;
            case DeliverySource.Transmit:
                bytes = transmit.Item;
                break;
            case DeliverySource.Statistics:
                bytes = statistics.Item;
                break;
            case DeliverySource.Reschedule:
                bytes = bytes.WithByte(ControlLine.Kind, (byte)MessageKind.Reschedule)
                    .WithByte(ControlLine.Flags, (byte)(answer.Change >> 15))
                    .WithByte(ControlLine.Process, (byte)answer.Change)
                    .WithByte(ControlLine.Process + 1, (byte)((answer.Change >> 8) & 0x7F));
                break;
            default:
                bytes = WithoutMessage(answer.Source);
                break;
        }

        answers.Valid = under.Answers;
        answers.Item = new Home.HomeData(answer.Tag, bytes);
        packetLines.Valid = under.HasPacketLine;
        packetLines.Item = new PacketLine(packet.Item);
    }

    /// <summary>A line that says why there is no message: all other bytes are 0.</summary>
    /// <param name="source">Why; of others, the line is 0.</param>
    internal static Bits<W1024> WithoutMessage(DeliverySource source)
    {
        bool isTryAgain = source == DeliverySource.TryAgain || source == DeliverySource.Yield || source == DeliverySource.NotRunning;
        MessageKind kind = isTryAgain ? MessageKind.TryAgain : source == DeliverySource.Retire ? MessageKind.Retire : MessageKind.None;
        TryAgainReason reason = source == DeliverySource.Yield ? TryAgainReason.Yield
            : source == DeliverySource.NotRunning ? TryAgainReason.NotRunning
            : TryAgainReason.TimeUp;
        return Bits<W1024>.Zero.WithByte(ControlLine.Kind, (byte)kind).WithByte(ControlLine.Flags, (byte)reason);
    }
}
