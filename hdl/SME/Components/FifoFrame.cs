// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>What is written to a <see cref="FifoFrame{T}"/>. No back-pressure: the writer may write in every tick.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public interface IFrameWrite<T> : IBus
    where T : struct
{
    /// <summary>Whether an item of the current frame is written in this tick.</summary>
    bool Write { get; set; }

    /// <summary>The item that is written; without meaning unless <see cref="Write"/>.</summary>
    T Item { get; set; }

    /// <summary>
    /// Whether the frame is complete, an item of this tick included, and goes to the reader. If an item of the frame
    /// was lost for want of room, this rolls back instead.
    /// </summary>
    bool Commit { get; set; }

    /// <summary>Whether the frame is discarded, an item of this tick included. Has priority over <see cref="Commit"/>.</summary>
    bool Rollback { get; set; }
}

/// <summary>The state of a <see cref="FifoFrame{T}"/> that its writer sees; registers.</summary>
public interface IFrameState : IBus
{
    /// <summary>Whether an item written in this tick finds room.</summary>
    [InitialValue(true)]
    bool HasRoom { get; set; }

    /// <summary>Whether an item of the current frame was lost in an earlier tick.</summary>
    bool IsLost { get; set; }

    /// <summary>Words of memory that neither the current frame nor committed ones occupy; 0 in the first tick after a reset.</summary>
    uint Free { get; set; }
}

/// <summary>
/// A FIFO in block RAM into which frames are written speculatively. The reader sees nothing of a frame until it is
/// committed, and then all of it; a frame that is rolled back, or that lost an item because the FIFO was full, is
/// never seen. One item per tick in and out. See docs/components/FifoFrame.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoFrame<T>
    where T : struct
{
    /// <summary>Creates the FIFO in a scope of its own.</summary>
    /// <param name="write">The write port.</param>
    /// <param name="depth">Words of memory: a power of two, 2 or more. A longer frame can never be committed.</param>
    /// <param name="name">Name of the scope.</param>
    /// <param name="style">What the memory should be made of.</param>
    /// <exception cref="ElaborationException">The depth is no power of two, or less than 2.</exception>
    public FifoFrame(IFrameWrite<T> write, int depth, string name = "fifo", RamStyle style = RamStyle.Block)
    {
        using Scope scope = Scope.Open(name);
        Ram.CheckDepth(depth, scope.Path, powerOfTwo: true, minimum: 2);
        Output = new Stream<T>("output");
        FifoFrameControl<T> control = new(write, Output, depth) { Name = "control" };
        FifoFrameWritePort<T> writePort = new(write, control.Frame, control.State) { Name = "writePort" };
        FifoReadPort readPort = new(control.Reader, control.State, Output.Backward) { Name = "readPort" };
        SimpleDualPortRam<T> ram = new(writePort.Ram, readPort.Read, depth, style) { Name = "ram" };
        _ = new FifoOutput<T>(control.State, ram.Data, Output) { Name = "outputPort" };
        _ = new FifoFrameMonitor<T>(write, Output, control.Frame, control.State, depth) { Name = "monitor" };
        Frame = control.Frame;
        State = control.State;
    }

    /// <summary>The output: the items of committed frames.</summary>
    public Stream<T> Output { get; }

    /// <summary>The state that the writer sees.</summary>
    public IFrameState Frame { get; }

    /// <summary>The fill level: committed items.</summary>
    public IFifoState State { get; }
}

/// <summary>Turns a write to a <see cref="FifoFrame{T}"/> into one to its memory.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoFrameWritePort<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IFrameWrite<T> write;
    [InputBus] private readonly IFrameState frame;
    [InputBus] private readonly IFifoState state;
    [OutputBus] private readonly IRamWrite<T> ram = Scope.CreateBus<IRamWrite<T>>("write");

    internal FifoFrameWritePort(IFrameWrite<T> write, IFrameState frame, IFifoState state)
    {
        this.write = write;
        this.frame = frame;
        this.state = state;
    }

    internal IRamWrite<T> Ram => ram;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ram.Enable = write.Write && frame.HasRoom;
        ram.Address = state.WriteAddress;
        ram.Item = write.Item;
    }
}

/// <summary>The pointers of a <see cref="FifoFrame{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class FifoFrameControl<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IFrameWrite<T> write;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IFrameState frame = Scope.CreateBus<IFrameState>("frame");
    [OutputBus] private readonly IFifoState state = Scope.CreateBus<IFifoState>("state");
    [OutputBus] private readonly IFifoReader reader = Scope.CreateBus<IFifoReader>("reader");
    private readonly uint depth;

    // Pointers count to twice the depth, so that full and empty differ.
    private uint writePointer;
    private uint committedPointer;
    private uint readPointer;

    internal FifoFrameControl(IFrameWrite<T> write, Stream<T> output, int depth)
    {
        this.write = write;
        outputReady = output.Backward;
        this.depth = (uint)depth;
    }

    internal IFrameState Frame => frame;

    internal IFifoState State => state;

    internal IFifoReader Reader => reader;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint mask = (2 * depth) - 1;
        bool writes = write.Write && frame.HasRoom;
        bool isLost = frame.IsLost || (write.Write && !frame.HasRoom);
        bool ends = write.Commit || write.Rollback;
        bool commits = write.Commit && !write.Rollback && !isLost;
        bool isFree = !state.NotEmpty || outputReady.Ready;
        bool load = reader.HasItem && isFree;
        bool offers = load || !isFree;

        uint written = writes ? (writePointer + 1) & mask : writePointer;
        uint committed = commits ? written : committedPointer;
        written = ends && !commits ? committedPointer : written;
        uint nextRead = (readPointer + 1) & mask;
        uint read = load ? nextRead : readPointer;
        uint stored = (committed - read) & mask;

        // Whether the output is ready may come late in the tick; so both results are computed beside it, and it only selects.
        bool hasItem = load ? committed != nextRead : committed != readPointer;
        bool hasRoom = load ? (written ^ depth) != nextRead : (written ^ depth) != readPointer;

        writePointer = written;
        committedPointer = committed;
        readPointer = read;
        frame.IsLost = isLost && !ends;
        frame.Free = (depth + read - written) & mask;
        frame.HasRoom = hasRoom;
        state.WriteAddress = written & (depth - 1);
        state.NotEmpty = offers;
        state.Count = stored + (offers ? 1u : 0u);
        reader.HasItem = hasItem;
        reader.Address = read & (depth - 1);
    }
}

/// <summary>Checks that the reader of a <see cref="FifoFrame{T}"/> gets as many items as were committed.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoFrameMonitor<T> : Monitor
    where T : struct
{
    [InputBus] private readonly IFrameWrite<T> write;
    [InputBus] private readonly IStream<T> output;
    [InputBus] private readonly IReady outputReady;
    [InputBus] private readonly IFrameState frame;
    [InputBus] private readonly IFifoState state;
    private readonly int depth;
    private long committed;
    private long current;
    private bool isLost;

    internal FifoFrameMonitor(IFrameWrite<T> write, Stream<T> output, IFrameState frame, IFifoState state, int depth)
    {
        this.write = write;
        (this.output, outputReady) = (output.Forward, output.Backward);
        this.frame = frame;
        this.state = state;
        this.depth = depth;
    }

    /// <inheritdoc/>
    protected override void Check()
    {
        if (state.Count != committed || committed + current > depth + 1)
        {
            Fail($"the FIFO counts {state.Count} items; {committed} are committed, {current} are on trial, and {depth} words are there");
        }

        if (write.Write)
        {
            isLost |= !frame.HasRoom;
            current += frame.HasRoom ? 1 : 0;
        }

        if (write.Commit || write.Rollback)
        {
            committed += write.Commit && !write.Rollback && !isLost ? current : 0;
            current = 0;
            isLost = false;
        }

        bool leaves = output.Valid && outputReady.Ready;
        committed -= leaves ? 1 : 0;
        Rests = !write.Write && !write.Commit && !write.Rollback && !leaves;
    }
}
