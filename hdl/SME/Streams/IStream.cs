// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// The forward half of a stream. The contract, checked in every simulation (docs/streams.md): an item passes in each tick
/// in which <see cref="Valid"/> and the backward half's <see cref="IReady.Ready"/> are both true; once valid, the item
/// stays, unchanged, until it has passed; valid does not wait for ready (ready may wait for valid).
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public interface IStream<T> : IBus
    where T : struct
{
    /// <summary>Whether the sender offers an item; once true, it stays so until the item has passed.</summary>
    bool Valid { get; set; }

    /// <summary>The item; without meaning while not valid.</summary>
    T Item { get; set; }
}

/// <summary>The backward half of a stream, driven by the receiver.</summary>
public interface IReady : IBus
{
    /// <summary>Whether a valid item is accepted in this tick.</summary>
    bool Ready { get; set; }
}
