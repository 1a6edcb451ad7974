// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Common;

/// <summary>
/// A memory with a write port and a read port on one clock in which a word that is read and written in the same tick reads as it is
/// written: what <see cref="SimpleDualPortRam{T}"/> misses is kept in a register beside it. Latency 1 tick; a read and a write per tick;
/// no back-pressure. While the read port is not enabled the data hold.
/// </summary>
/// <typeparam name="T">What a word is.</typeparam>
public sealed class ForwardingRam<T>
    where T : struct
{
    /// <summary>Creates the memory in a scope of its own.</summary>
    /// <param name="write">The write port.</param>
    /// <param name="read">The read port.</param>
    /// <param name="depth">Number of words, a power of two.</param>
    /// <param name="name">Name of the scope.</param>
    /// <param name="style">What it should be made of.</param>
    public ForwardingRam(IRamWrite<T> write, IRamRead read, int depth, string name, RamStyle style = RamStyle.Block)
    {
        using Scope scope = Scope.Open(name);
        SimpleDualPortRam<T> ram = new(write, read, depth, style) { Name = "ram" };
        ForwardedWord<T> forwarded = new(write, read) { Name = "forwarded" };
        Contents = ram.Contents;
        Data = new ForwardingRamData<T>(ram.Data, forwarded.Word) { Name = "choice" }.Data;
    }

    /// <summary>The word read: one tick after its address.</summary>
    public IRamData<T> Data { get; }

    /// <summary>The memory's contents, word by word, for tests.</summary>
    public IReadOnlyList<T> Contents { get; }
}

/// <summary>The bypass register: the word that was written in the tick in which it was read.</summary>
/// <typeparam name="T">What a word is.</typeparam>
public interface IForwardedWord<T> : IBus
    where T : struct
{
    /// <summary>Whether the word read last was written in the same tick.</summary>
    bool Hits { get; set; }

    /// <summary>The word that was written.</summary>
    T Item { get; set; }
}

/// <summary>Keeps what is written while it is read. Latency 1 tick; one word per tick; no back-pressure.</summary>
/// <typeparam name="T">What a word is.</typeparam>
[ClockedProcess]
public sealed class ForwardedWord<T>([InputBus] IRamWrite<T> write, [InputBus] IRamRead read) : SimpleProcess
    where T : struct
{
    [OutputBus] private readonly IForwardedWord<T> word = Scope.CreateBus<IForwardedWord<T>>("word");

    internal IForwardedWord<T> Word => word;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (read.Enable)
        {
            word.Hits = write.Enable && write.Address == read.Address;
            word.Item = write.Item;
        }
    }
}

/// <summary>Chooses between the memory's word and the forwarded one. Combinational.</summary>
/// <typeparam name="T">What a word is.</typeparam>
public sealed class ForwardingRamData<T>([InputBus] IRamData<T> stored, [InputBus] IForwardedWord<T> forwarded) : SimpleProcess
    where T : struct
{
    [OutputBus] private readonly IRamData<T> data = Scope.CreateBus<IRamData<T>>("data");

    internal IRamData<T> Data => data;

    /// <inheritdoc/>
    protected override void OnTick() => data.Item = forwarded.Hits ? forwarded.Item : stored.Item;
}
