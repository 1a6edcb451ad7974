// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace SME.Components;

/// <summary>
/// A FIFO whose ends have different clocks, in look-up tables; the pointers cross in Gray code. One item per tick of the
/// slower clock. Both resets must be active together for a tick of each clock at least. See docs/components/AsynchronousFifo.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class AsynchronousFifo<T>
    where T : struct
{
    /// <summary>Creates the FIFO in a scope of its own, which has a scope for each end.</summary>
    /// <param name="input">The input, a stream of <paramref name="writeDomain"/>; the FIFO drives its backward half.</param>
    /// <param name="writeDomain">The clock of the input.</param>
    /// <param name="readDomain">The clock of the output.</param>
    /// <param name="depth">Words of memory: a power of two, 4 or more; 16 or more for full throughput, as a pointer takes three ticks to
    /// cross. One more item fits, in the output register.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">The depth is no power of two, or less than 4.</exception>
    public AsynchronousFifo(Stream<T> input, ClockDomain writeDomain, ClockDomain readDomain, int depth = 32, string name = "fifo")
    {
        ArgumentNullException.ThrowIfNull(input);
        using Scope scope = Scope.Open(name);
        Ram.CheckDepth(depth, scope.Path, powerOfTwo: true, minimum: 4);
        int width = BitOperations.Log2((uint)depth) + 1;
        IGrayPointer writePointer = Scope.CreateBus<IGrayPointer>("writePointer");
        IGrayPointer readPointer = Scope.CreateBus<IGrayPointer>("readPointer");
        IRamAddress readAddress = Scope.CreateBus<IRamAddress>("readAddress");
        DistributedRam<T> ram;
        using (Scope.Open("write", writeDomain))
        {
            Synchronizer synchronizer = new(readPointer, width) { Name = "synchronizer" };
            AsynchronousFifoWriter<T> writer = new(input, synchronizer.Output, writePointer, depth) { Name = "control" };
            FifoWritePort<T> port = new(input, writer.State) { Name = "writePort" };
            ram = new DistributedRam<T>(port.Write, readAddress, depth);
            _ = new GrayMonitor(writePointer) { Name = "monitor" };
            State = writer.State;
        }

        using (Scope.Open("read", readDomain))
        {
            Output = new Stream<T>("output");
            Synchronizer synchronizer = new(writePointer, width) { Name = "synchronizer" };
            _ = new AsynchronousFifoReader<T>(ram.Data, Output, synchronizer.Output, readPointer, readAddress, depth) { Name = "control" };
            _ = new GrayMonitor(readPointer) { Name = "monitor" };
        }
    }

    /// <summary>The output, a stream of the read domain.</summary>
    public Stream<T> Output { get; }

    /// <summary>The fill level's upper bound, as the writing end sees it.</summary>
    public IFifoState State { get; }
}

/// <summary>Reflected binary code, in which successive numbers differ in one bit.</summary>
[Hardware]
public static class GrayCode
{
    /// <summary>The code of a number.</summary>
    /// <param name="number">The number.</param>
    public static uint FromBinary(uint number) => number ^ (number >> 1);

    /// <summary>The number of a code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="width">How many bits of it are used.</param>
    public static uint ToBinary(uint code, int width)
    {
        uint number = code;
        for (int i = 1; i < width; i++)
        {
            number ^= code >> i;
        }

        return number;
    }
}

/// <summary>The writing end of an <see cref="AsynchronousFifo{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class AsynchronousFifoWriter<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IGrayPointer readPointer;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IGrayPointer writePointer;
    [OutputBus] private readonly IFifoState state = Scope.CreateBus<IFifoState>("state");
    private readonly uint depth;
    private readonly int width;
    private uint written;

    internal AsynchronousFifoWriter(Stream<T> input, IGrayPointer readPointer, IGrayPointer writePointer, int depth)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        this.readPointer = readPointer;
        this.writePointer = writePointer;
        this.depth = (uint)depth;
        width = BitOperations.Log2((uint)depth) + 1;
    }

    internal IFifoState State => state;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Numbers count to twice the depth, so that full and empty differ. What was read is known late, so the
        // count may be too high, never too low.
        uint mask = (2 * depth) - 1;
        uint next = input.Valid && inputReady.Ready ? (written + 1) & mask : written;
        uint count = (next - GrayCode.ToBinary(readPointer.Value, width)) & mask;
        written = next;
        writePointer.Value = GrayCode.FromBinary(next);
        inputReady.Ready = count != depth;
        state.WriteAddress = next & (depth - 1);
        state.Count = count;
        state.NotEmpty = count != 0;
    }
}

/// <summary>The reading end of an <see cref="AsynchronousFifo{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class AsynchronousFifoReader<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IRamData<T> data;
    [InputBus] private readonly IReady outputReady;
    [InputBus] private readonly IGrayPointer writePointer;
    [OutputBus] private readonly IStream<T> output;
    [OutputBus] private readonly IGrayPointer readPointer;
    [OutputBus] private readonly IRamAddress address;
    private readonly uint depth;
    private uint read;

    internal AsynchronousFifoReader(
        IRamData<T> data, Stream<T> output, IGrayPointer writePointer, IGrayPointer readPointer, IRamAddress address, int depth)
    {
        this.data = data;
        this.output = output.Forward;
        outputReady = output.Backward;
        this.writePointer = writePointer;
        this.readPointer = readPointer;
        this.address = address;
        this.depth = (uint)depth;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // A write pointer that has moved on says that the word was written two ticks ago at least: it stands still.
        bool hasItem = writePointer.Value != readPointer.Value;
        bool isFree = !output.Valid || outputReady.Ready;
        uint next = hasItem && isFree ? (read + 1) & ((2 * depth) - 1) : read;
        if (isFree)
        {
            output.Valid = hasItem;
            output.Item = data.Item;
        }

        read = next;
        readPointer.Value = GrayCode.FromBinary(next);
        address.Address = next & (depth - 1);
    }
}
