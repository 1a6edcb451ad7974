// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Both halves of a stream, and the monitor that checks its contract in every simulation. The sender drives
/// <see cref="Forward"/> and reads <see cref="Backward"/>, the receiver the other way round.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class Stream<T> : IStreamHalves
    where T : struct
{
    /// <summary>Creates both buses in the current scope.</summary>
    /// <param name="name">Name of the stream; both buses have it, so that the top level's ports are name_valid, name_item and
    /// name_ready.</param>
    public Stream(string name)
    {
        Name = name;
        Forward = Scope.CreateBus<IStream<T>>(name);
        Backward = Scope.CreateBus<IReady>(name);
        Monitor = new StreamMonitor<T>(this);
    }

    /// <summary>The stream's name within its scope, which both buses have.</summary>
    public string Name { get; }

    /// <summary>Valid and item: the half that the sender drives.</summary>
    public IStream<T> Forward { get; }

    /// <summary>Ready: the half that the receiver drives.</summary>
    public IReady Backward { get; }

    /// <summary>Checks the stream contract (docs/streams.md) in every tick of the simulation.</summary>
    public StreamMonitor<T> Monitor { get; }

    /// <summary>Whether the sender offers an item; once true, it stays so until the item has passed.</summary>
    public bool Valid
    {
        get => Forward.Valid;
        set => Forward.Valid = value;
    }

    /// <summary>The sender's item; means something while it is valid.</summary>
    public T Item
    {
        get => Forward.Item;
        set => Forward.Item = value;
    }

    /// <summary>Whether the receiver accepts a valid item in this tick.</summary>
    public bool Ready
    {
        get => Backward.Ready;
        set => Backward.Ready = value;
    }

    /// <summary>Whether an item passes in this tick: valid and ready.</summary>
    public bool Passes
    {
        [Hardware]
        get => Forward.Valid && Backward.Ready;
    }

    IBus IStreamHalves.Forward => Forward;

    IBus IStreamHalves.Backward => Backward;
}

/// <summary>Both halves of a stream, whatever its items are.</summary>
internal interface IStreamHalves
{
    /// <summary>The half that the sender drives.</summary>
    IBus Forward { get; }

    /// <summary>The half that the receiver drives.</summary>
    IBus Backward { get; }
}

/// <summary>Factory of streams, beside their constructor.</summary>
public static class Stream
{
    /// <summary>Creates a stream in the current scope.</summary>
    /// <typeparam name="T">What an item is.</typeparam>
    /// <param name="name">Its name.</param>
    public static Stream<T> Create<T>(string name)
        where T : struct => new(name);
}
