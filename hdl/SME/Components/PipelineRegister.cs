// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A stage of one item that cuts a stream's forward path: valid and item are registers, ready passes through. An item is
/// valid in the tick after the one in which it was accepted; one item per tick. See docs/components/PipelineRegister.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class PipelineRegister<T>
    where T : struct
{
    /// <summary>Creates the stage in a scope of its own.</summary>
    /// <param name="input">The input; the stage drives its backward half.</param>
    /// <param name="name">Name of the scope.</param>
    public PipelineRegister(Stream<T> input, string name = "pipelineRegister")
    {
        ArgumentNullException.ThrowIfNull(input);
        using Scope scope = Scope.Open(name);
        Output = new Stream<T>("output");
        _ = new PipelineRegisterReady<T>(input, Output) { Name = "ready" };
        _ = new PipelineRegisterItem<T>(input, Output) { Name = "item" };
    }

    /// <summary>Output: the items, in the order in which they were accepted.</summary>
    public Stream<T> Output { get; }
}

/// <summary>The register of a <see cref="PipelineRegister{T}"/>.</summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class PipelineRegisterItem<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IStream<T> output;

    internal PipelineRegisterItem(Stream<T> input, Stream<T> output)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        this.output = output.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (inputReady.Ready)
        {
            output.Valid = input.Valid;
            output.Item = input.Item;
        }
    }
}

/// <summary>The backward path of a <see cref="PipelineRegister{T}"/>: ready if it has no item, or if its item is accepted.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class PipelineRegisterReady<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> output;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;

    internal PipelineRegisterReady(Stream<T> input, Stream<T> output)
    {
        inputReady = input.Backward;
        this.output = output.Forward;
        outputReady = output.Backward;
    }

    /// <inheritdoc/>
    protected override void OnTick() => inputReady.Ready = !output.Valid || outputReady.Ready;
}
