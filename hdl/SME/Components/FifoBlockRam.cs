// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A deep FIFO in block RAM whose output stage falls through: the first item shows without being asked for. An item is
/// valid two ticks after the one in which it was accepted. One item per tick in and out. See docs/components/FifoBlockRam.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoBlockRam<T>
    where T : struct
{
    /// <summary>Creates the FIFO in a scope of its own.</summary>
    /// <param name="input">The input; the FIFO drives its backward half.</param>
    /// <param name="depth">Words of memory: a power of two, 2 or more. One more item fits, in the memory's output register.</param>
    /// <param name="name">Name of the scope.</param>
    /// <param name="style">What the memory should be made of.</param>
    /// <exception cref="ElaborationException">The depth is no power of two, or less than 2.</exception>
    public FifoBlockRam(Stream<T> input, int depth, string name = "fifo", RamStyle style = RamStyle.Block)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Scope scope = Scope.Open(name);
        Ram.CheckDepth(depth, scope.Path, powerOfTwo: true, minimum: 2);
        Output = new Stream<T>("output");
        FifoBlockRamControl<T> control = new(input, Output, depth) { Name = "control" };
        FifoWritePort<T> writePort = new(input, control.State) { Name = "writePort" };
        FifoReadPort readPort = new(control.Reader, control.State, Output.Backward) { Name = "readPort" };
        SimpleDualPortRam<T> ram = new(writePort.Write, readPort.Read, depth, style) { Name = "ram" };
        _ = new FifoOutput<T>(control.State, ram.Data, Output) { Name = "outputPort" };
        _ = new FifoMonitor<T>(input, Output, control.State, depth + 1) { Name = "monitor" };
        State = control.State;
    }

    /// <summary>Output: the items, in the order in which they were accepted.</summary>
    public Stream<T> Output { get; }

    /// <summary>The fill level and the pointers.</summary>
    public IFifoState State { get; }
}

/// <summary>The reading side of a FIFO in block RAM; registers.</summary>
public interface IFifoReader : IBus
{
    /// <summary>Whether the memory has an item that has not been read.</summary>
    bool HasItem { get; set; }

    /// <summary>The address of that item.</summary>
    uint Address { get; set; }
}

/// <summary>Reads the next item of a FIFO's memory when the output register is empty or accepted.</summary>
public sealed class FifoReadPort : SimpleProcess
{
    [InputBus] private readonly IFifoReader reader;
    [InputBus] private readonly IFifoState state;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("read");

    internal FifoReadPort(IFifoReader reader, IFifoState state, IReady outputReady)
    {
        this.reader = reader;
        this.state = state;
        this.outputReady = outputReady;
    }

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        read.Enable = reader.HasItem && (!state.NotEmpty || outputReady.Ready);
        read.Address = reader.Address;
    }
}

/// <summary>The pointers of a <see cref="FifoBlockRam{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class FifoBlockRamControl<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IFifoState state = Scope.CreateBus<IFifoState>("state");
    [OutputBus] private readonly IFifoReader reader = Scope.CreateBus<IFifoReader>("reader");
    private readonly uint depth;
    private uint stored;

    internal FifoBlockRamControl(Stream<T> input, Stream<T> output, int depth)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        outputReady = output.Backward;
        this.depth = (uint)depth;
    }

    internal IFifoState State => state;

    internal IFifoReader Reader => reader;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool put = input.Valid && inputReady.Ready;
        bool isFree = !state.NotEmpty || outputReady.Ready;
        bool load = reader.HasItem && isFree;
        if (put)
        {
            state.WriteAddress = (state.WriteAddress + 1) & (depth - 1);
        }

        if (load)
        {
            reader.Address = (reader.Address + 1) & (depth - 1);
        }

        uint next = stored;
        if (put && !load)
        {
            next = stored + 1;
        }
        else if (load && !put)
        {
            next = stored - 1;
        }

        bool offers = load || !isFree;
        stored = next & ((2 * depth) - 1);
        reader.HasItem = next != 0;
        state.NotEmpty = offers;
        state.Count = stored + (offers ? 1u : 0u);
        inputReady.Ready = next != depth;
    }
}
