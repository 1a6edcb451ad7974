// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Receives from a stream in a test bench, at a pace of its own. It reads and writes like a clocked process and becomes no
/// hardware.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class StreamSink<T> : Process
    where T : struct
{
    [InputBus] private readonly IStream<T> forward;
    [OutputBus] private readonly IReady backward;
    private readonly Func<bool> pace;

    /// <summary>Creates the sink.</summary>
    /// <param name="stream">The stream to take from.</param>
    /// <param name="pace">Asked once per tick: whether to be ready in the next one. Null: always.</param>
    public StreamSink(Stream<T> stream, Func<bool>? pace = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Name = stream.Name + "Sink";
        forward = stream.Forward;
        backward = stream.Backward;
        this.pace = pace ?? (static () => true);
    }

    /// <summary>The items that were accepted, in order.</summary>
    public List<T> Items { get; } = [];

    /// <summary>The tick in which each item was accepted.</summary>
    public List<long> Ticks { get; } = [];

    internal override void Tick()
    {
        if (forward.Valid && backward.Ready)
        {
            Items.Add(forward.Item);
            Ticks.Add(Scope.Simulation.Ticks);
        }

        backward.Ready = pace();
    }
}
