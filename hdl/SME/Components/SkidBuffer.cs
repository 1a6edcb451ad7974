// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A stage of two items that cuts every path through a stream: valid, item and ready are all registers. An item is valid
/// in the tick after the one in which it was accepted; one item per tick. See docs/components/SkidBuffer.md.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
[ClockedProcess]
public sealed class SkidBuffer<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IStream<T> output;
    private T spare;
    private bool hasSpare;

    /// <summary>Creates the stage.</summary>
    /// <param name="input">The input; the stage drives its backward half.</param>
    public SkidBuffer(Stream<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Output = new Stream<T>(input.Name + "Skid");
        this.input = input.Forward;
        inputReady = input.Backward;
        output = Output.Forward;
        outputReady = Output.Backward;
    }

    /// <summary>Output: the items, in the order in which they were accepted.</summary>
    public Stream<T> Output { get; }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool put = input.Valid && inputReady.Ready;
        bool isFree = !output.Valid || outputReady.Ready;
        bool keeps = (hasSpare || put) && !isFree;
        if (isFree)
        {
            output.Valid = hasSpare || put;
            output.Item = hasSpare ? spare : input.Item;
        }

        if (put)
        {
            spare = input.Item;
        }

        hasSpare = keeps;
        inputReady.Ready = !keeps;
    }
}
