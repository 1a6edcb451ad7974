// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A shallow FIFO that an item falls through when it is empty: the item is valid at the output in the tick in which it is valid at the
/// input, and is stored only if it is not accepted then. One item per tick in and out. See docs/components/FifoFallThrough.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoFallThrough<T>
    where T : struct
{
    /// <summary>Creates the FIFO in a scope of its own.</summary>
    /// <param name="input">The input; the FIFO drives its backward half.</param>
    /// <param name="depth">How many items fit: a power of two, 2 or more. 32 and 64 fill the look-up tables.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">The depth is no power of two, or less than 2.</exception>
    public FifoFallThrough(Stream<T> input, int depth, string name = "fifo")
    {
        ArgumentNullException.ThrowIfNull(input);
        using Scope scope = Scope.Open(name);
        Ram.CheckDepth(depth, scope.Path, powerOfTwo: true, minimum: 2);
        Output = new Stream<T>("output");
        Stream<T> kept = new("kept");
        FifoDistributed<T> fifo = new(kept, depth, "store");
        _ = new FallThroughOutput<T>(input, fifo.Output, Output) { Name = "outputPort" };
        _ = new FallThroughReady<T>(kept, fifo, Output, input) { Name = "ready" };
        _ = new FallThroughInput<T>(input, fifo.Output, Output, kept) { Name = "inputPort" };
        State = fifo.State;
    }

    /// <summary>Output: the items, in the order in which they were accepted.</summary>
    public Stream<T> Output { get; }

    /// <summary>The fill level and the pointers; an item that falls through is not counted.</summary>
    public IFifoState State { get; }
}

/// <summary>Outputs the oldest item: the store's, or the one at the input. Combinational.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FallThroughOutput<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IStream<T> stored;
    [OutputBus] private readonly IStream<T> output;

    internal FallThroughOutput(Stream<T> input, Stream<T> stored, Stream<T> output)
    {
        this.input = input.Forward;
        this.stored = stored.Forward;
        this.output = output.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Valid = stored.Valid || input.Valid;
        output.Item = stored.Valid ? stored.Item : input.Item;
    }
}

/// <summary>Stores the item at the input unless it falls through. Combinational.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FallThroughInput<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IStream<T> stored;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IStream<T> kept;

    internal FallThroughInput(Stream<T> input, Stream<T> stored, Stream<T> output, Stream<T> kept)
    {
        this.input = input.Forward;
        this.stored = stored.Forward;
        outputReady = output.Backward;
        this.kept = kept.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        kept.Valid = input.Valid && (stored.Valid || !outputReady.Ready);
        kept.Item = input.Item;
    }
}

/// <summary>Drives the ready of both sides: a register's at the input, the receiver's to the store. Combinational.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FallThroughReady<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IReady keptReady;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IReady storedReady;

    internal FallThroughReady(Stream<T> kept, FifoDistributed<T> store, Stream<T> output, Stream<T> input)
    {
        keptReady = kept.Backward;
        outputReady = output.Backward;
        inputReady = input.Backward;
        storedReady = store.Output.Backward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        inputReady.Ready = keptReady.Ready;
        storedReady.Ready = outputReady.Ready;
    }
}
