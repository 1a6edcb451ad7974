// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Drives a stream in a test bench: offers items from a queue at a pace of its own, each until it is accepted. It reads and
/// writes like a clocked process and becomes no hardware.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class StreamSource<T> : Process
    where T : struct
{
    [InputBus] private readonly IReady backward;
    [OutputBus] private readonly IStream<T> forward;
    private readonly Func<bool> pace;

    /// <summary>Creates the source.</summary>
    /// <param name="stream">The stream to drive.</param>
    /// <param name="items">The first items; more may be put into <see cref="Items"/> at any time.</param>
    /// <param name="pace">Asked once for each tick in which an item could be offered anew: whether to do so. Null: always.</param>
    public StreamSource(Stream<T> stream, IEnumerable<T>? items = null, Func<bool>? pace = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Name = stream.Name + "Source";
        forward = stream.Forward;
        backward = stream.Backward;
        this.pace = pace ?? (static () => true);
        Items = new Queue<T>(items ?? []);
    }

    /// <summary>The items that have not been valid yet.</summary>
    public Queue<T> Items { get; }

    /// <summary>Whether all items have been accepted.</summary>
    public bool IsDone => Items.Count == 0 && !forward.Valid;

    internal override void Tick()
    {
        if (forward.Valid && !backward.Ready)
        {
            return;
        }

        bool offers = Items.Count > 0 && pace();
        forward.Valid = offers;
        if (offers)
        {
            forward.Item = Items.Dequeue();
        }
    }
}
