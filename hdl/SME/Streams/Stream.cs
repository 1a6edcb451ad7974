// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Both halves of a stream, and the monitor that checks its contract in every simulation. The sender drives
/// <see cref="Forward"/> and reads <see cref="Backward"/>, the receiver the other way round.
/// </summary>
/// <typeparam name="T">What an item is.</typeparam>
public sealed class Stream<T>
    where T : struct
{
    /// <summary>Creates both buses in the current scope.</summary>
    /// <param name="name">Name of the stream; both buses have it, so that the top level's ports are name_valid, name_item and name_ready.</param>
    public Stream(string name)
    {
        Name = name;
        Forward = Scope.CreateBus<IStream<T>>(name);
        Backward = Scope.CreateBus<IReady>(name);
        Monitor = new StreamMonitor<T>(this);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Valid and item.</summary>
    public IStream<T> Forward { get; }

    /// <summary>Ready.</summary>
    public IReady Backward { get; }

    /// <summary>Checks the contract.</summary>
    public StreamMonitor<T> Monitor { get; }

    /// <summary>Whether an item passes in this tick.</summary>
    public bool Passes => Forward.Valid && Backward.Ready;
}

/// <summary>Creates streams.</summary>
public static class Stream
{
    /// <summary>Creates a stream in the current scope.</summary>
    /// <typeparam name="T">What an item is.</typeparam>
    /// <param name="name">Its name.</param>
    public static Stream<T> Create<T>(string name)
        where T : struct => new(name);
}
