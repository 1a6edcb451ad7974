// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>Passes a stream's forward half on to a stream that was made elsewhere. Combinational.</summary>
/// <typeparam name="T">What an item is.</typeparam>
/// <param name="input">Where items come from.</param>
/// <param name="output">Where they go to.</param>
public sealed class StreamBridge<T>(Stream<T> input, Stream<T> output) : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input = input.Forward;
    [OutputBus] private readonly IStream<T> output = output.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Valid = input.Valid;
        output.Item = input.Item;
    }
}

/// <summary>Passes a stream's backward half on. Combinational.</summary>
/// <param name="input">The receiver's ready.</param>
/// <param name="output">The ready that the sender sees.</param>
public sealed class ReadyBridge([InputBus] IReady input, [OutputBus] IReady output) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => output.Ready = input.Ready;
}
