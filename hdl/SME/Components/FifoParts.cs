// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>The state of a FIFO; registers.</summary>
public interface IFifoState : IBus
{
    /// <summary>Items in it at the beginning of this tick, a valid one at its output included.</summary>
    uint Count { get; set; }

    /// <summary>The address at which the next item will be written.</summary>
    uint WriteAddress { get; set; }

    /// <summary>Whether the FIFO has an item to read.</summary>
    bool NotEmpty { get; set; }
}

/// <summary>Turns an item that passes at a FIFO's input into a write to its memory.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoWritePort<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady inputReady;
    [InputBus] private readonly IFifoState state;
    [OutputBus] private readonly IRamWrite<T> write = Scope.CreateBus<IRamWrite<T>>("write");

    internal FifoWritePort(Stream<T> input, IFifoState state)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        this.state = state;
    }

    internal IRamWrite<T> Write => write;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = input.Valid && inputReady.Ready;
        write.Address = state.WriteAddress;
        write.Item = input.Item;
    }
}

/// <summary>Outputs the item that a FIFO's memory has read.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoOutput<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IFifoState state;
    [InputBus] private readonly IRamData<T> data;
    [OutputBus] private readonly IStream<T> output;

    internal FifoOutput(IFifoState state, IRamData<T> data, Stream<T> output)
    {
        this.state = state;
        this.data = data;
        this.output = output.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Valid = state.NotEmpty;
        output.Item = data.Item;
    }
}

/// <summary>Checks that a FIFO neither loses nor makes items: accepted minus output is its fill level.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class FifoMonitor<T> : Monitor
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady inputReady;
    [InputBus] private readonly IStream<T> output;
    [InputBus] private readonly IReady outputReady;
    [InputBus] private readonly IFifoState state;
    private readonly int capacity;
    private long inside;

    internal FifoMonitor(Stream<T> input, Stream<T> output, IFifoState state, int capacity)
    {
        (this.input, inputReady) = (input.Forward, input.Backward);
        (this.output, outputReady) = (output.Forward, output.Backward);
        this.state = state;
        this.capacity = capacity;
    }

    /// <inheritdoc/>
    protected override void Check()
    {
        if (state.Count != inside || inside > capacity)
        {
            Fail($"the FIFO counts {state.Count} items; {inside} are in it, and {capacity} fit");
        }

        bool enters = input.Valid && inputReady.Ready;
        bool leaves = output.Valid && outputReady.Ready;
        inside += (enters ? 1 : 0) - (leaves ? 1 : 0);
        Rests = !enters && !leaves;
    }
}
