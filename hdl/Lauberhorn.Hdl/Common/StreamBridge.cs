// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>Passes a stream's forward half on to a stream that was made elsewhere. No latency, no state.</summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class StreamBridge<T> : SimpleProcess
    where T : struct
{
    [InputBus] private readonly IStream<T> input;
    [OutputBus] private readonly IStream<T> output;

    /// <summary>Creates the bridge.</summary>
    /// <param name="input">Where items come from.</param>
    /// <param name="output">Where they go to.</param>
    public StreamBridge(Stream<T> input, Stream<T> output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        this.input = input.Forward;
        this.output = output.Forward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Valid = input.Valid;
        output.Item = input.Item;
    }
}

/// <summary>Passes a stream's backward half on. No latency, no state.</summary>
public sealed class ReadyBridge : SimpleProcess
{
    [InputBus] private readonly IReady input;
    [OutputBus] private readonly IReady output;

    /// <summary>Creates the bridge.</summary>
    /// <param name="input">The receiver's.</param>
    /// <param name="output">What the sender sees.</param>
    public ReadyBridge(IReady input, IReady output)
    {
        this.input = input;
        this.output = output;
    }

    /// <inheritdoc/>
    protected override void OnTick() => output.Ready = input.Ready;
}
