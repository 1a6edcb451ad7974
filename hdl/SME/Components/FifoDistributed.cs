// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A shallow FIFO in look-up tables: an item is valid at the output in the tick after the one in which it was accepted.
/// One item per tick in and out. See docs/components/FifoDistributed.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoDistributed<T>
    where T : struct
{
    /// <summary>Creates the FIFO in a scope of its own.</summary>
    /// <param name="input">The input; the FIFO drives its backward half.</param>
    /// <param name="depth">How many items fit: a power of two, 2 or more. 32 and 64 fill the look-up tables.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">The depth is no power of two, or less than 2.</exception>
    public FifoDistributed(Stream<T> input, int depth, string name = "fifo")
    {
        ArgumentNullException.ThrowIfNull(input);
        using Scope scope = Scope.Open(name);
        Ram.CheckDepth(depth, scope.Path, powerOfTwo: true, minimum: 2);
        Output = new Stream<T>("output");
        FifoDistributedControl<T> control = new(input, Output, depth) { Name = "control" };
        FifoWritePort<T> port = new(input, control.State) { Name = "writePort" };
        DistributedRam<T> ram = new(port.Write, control.Read, depth);
        _ = new FifoOutput<T>(control.State, ram.Data, Output) { Name = "outputPort" };
        _ = new FifoMonitor<T>(input, Output, control.State, depth) { Name = "monitor" };
        State = control.State;
    }

    /// <summary>Output: the items, in the order in which they were accepted.</summary>
    public Stream<T> Output { get; }

    /// <summary>The fill level and the pointers.</summary>
    public IFifoState State { get; }
}

/// <summary>The pointers of a <see cref="FifoDistributed{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class FifoDistributedControl<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IFifoState state = Scope.CreateBus<IFifoState>("state");
    [OutputBus] private readonly IRamAddress read = Scope.CreateBus<IRamAddress>("read");
    private readonly uint depth;

    internal FifoDistributedControl(Stream<T> input, Stream<T> output, int depth)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        outputReady = output.Backward;
        this.depth = (uint)depth;
    }

    internal IFifoState State => state;

    internal IRamAddress Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool put = input.Valid && inputReady.Ready;
        bool take = state.NotEmpty && outputReady.Ready;
        uint count = state.Count;
        if (put)
        {
            state.WriteAddress = (state.WriteAddress + 1) & (depth - 1);
        }

        if (take)
        {
            read.Address = (read.Address + 1) & (depth - 1);
        }

        // Put and take may come late in the tick, so the logic behind them is as short as it can be: the counts that matter
        // are compared beside them and not computed first.
        bool isOne = count == 1;
        bool isFull = count == depth;
        bool hasOneRoom = count == depth - 1;
        state.NotEmpty = put || (state.NotEmpty && !(take && isOne));
        inputReady.Ready = take || !(isFull || (put && hasOneRoom));
        if (put && !take)
        {
            state.Count = (count + 1) & ((2 * depth) - 1);
        }
        else if (take && !put)
        {
            state.Count = (count - 1) & ((2 * depth) - 1);
        }
    }
}
