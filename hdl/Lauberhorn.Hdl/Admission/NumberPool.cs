// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Admission;

/// <summary>A number that is given back to its pool. Wires.</summary>
public interface IPoolReturn : IBus
{
    /// <summary>Whether a number is given back in this tick.</summary>
    bool Enable { get; set; }

    /// <summary>The number that is given back, below the pool's count.</summary>
    ushort Number { get; set; }
}

/// <summary>
/// The numbers of slots or packet slots that are free: a FIFO in block RAM, which a counter fills after a reset, a number in each tick in
/// which none is given back. The output is valid as long as a number is free; a number is valid three ticks after it was given back, at the
/// earliest. One per tick in and out.
/// </summary>
public sealed class NumberPool
{
    /// <summary>Creates the pool in a scope of its own.</summary>
    /// <param name="count">How many numbers: 0 to this minus 1.</param>
    /// <param name="returns">The numbers that are given back; never more than were taken.</param>
    /// <param name="name">Name of the scope.</param>
    /// <exception cref="ElaborationException">There are none, or more than 65,536.</exception>
    public NumberPool(int count, IPoolReturn returns, string name)
    {
        using Scope scope = Scope.Open(name);
        if (count is < 1 or > 65536)
        {
            throw new ElaborationException($"{scope.Path}: {count} numbers; use 1 to 65536");
        }

        int depth = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2));
        Stream<ushort> input = new("input");
        IPoolFill fill = new PoolCounter(count, returns, input) { Name = "counter" }.Fill;
        _ = new PoolInput(fill, returns, input) { Name = "inputPort" };
        Free = new FifoBlockRam<ushort>(input, depth).Output;
        Free.Monitor.IsStock = true;
        Monitor = new PoolMonitor(count, returns, input, Free) { Name = "monitor" };
    }

    /// <summary>Output: the next free number.</summary>
    public Stream<ushort> Free { get; }

    /// <summary>Checks that each number is free or taken, and never twice.</summary>
    public PoolMonitor Monitor { get; }
}

/// <summary>The number with which the pool is filled next; registers.</summary>
public interface IPoolFill : IBus
{
    /// <summary>Whether there are numbers left that never were in the pool.</summary>
    [InitialValue(true)]
    bool Enable { get; set; }

    /// <summary>The next of these.</summary>
    ushort Number { get; set; }
}

/// <summary>Counts the numbers with which the pool is filled. One per tick; stalls in ticks in which a number is given back.</summary>
[ClockedProcess]
public sealed class PoolCounter(int count, [InputBus] IPoolReturn returns, Stream<ushort> input) : SimpleProcess
{
    [InputBus] private readonly IReady inputReady = input.Backward;
    [OutputBus] private readonly IPoolFill fill = Scope.CreateBus<IPoolFill>("fill");
    private readonly ushort last = (ushort)(count - 1);

    internal IPoolFill Fill => fill;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (fill.Enable && !returns.Enable && inputReady.Ready)
        {
            fill.Enable = fill.Number != last;
            fill.Number = (ushort)(fill.Number + 1);
        }
    }
}

/// <summary>
/// Puts into the pool what is given back, or else the counter's number. Combinational; there is always room for all numbers that there are.
/// </summary>
public sealed class PoolInput([InputBus] IPoolFill fill, [InputBus] IPoolReturn returns, Stream<ushort> input) : SimpleProcess
{
    [OutputBus] private readonly IStream<ushort> input = input.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        input.Valid = returns.Enable || fill.Enable;
        input.Item = returns.Enable ? returns.Number : fill.Number;
    }
}

/// <summary>
/// Checks that no number is given back that is free, or taken that is not, and that the pool has room for what it is given.
/// </summary>
public sealed class PoolMonitor : SME.Monitor
{
    [InputBus] private readonly IStream<ushort> input;
    [InputBus] private readonly IReady inputReady;
    [InputBus] private readonly IStream<ushort> output;
    [InputBus] private readonly IReady outputReady;
    [InputBus] private readonly IPoolReturn returns;
    private readonly bool[] isFree;

    internal PoolMonitor(int count, IPoolReturn returns, Stream<ushort> input, Stream<ushort> output)
    {
        (this.input, inputReady) = (input.Forward, input.Backward);
        (this.output, outputReady) = (output.Forward, output.Backward);
        this.returns = returns;
        isFree = new bool[count];
    }

    /// <summary>Numbers that are free, on their way through the memory included.</summary>
    public int Free { get; private set; }

    /// <inheritdoc/>
    protected override void Check()
    {
        if (returns.Enable && !inputReady.Ready)
        {
            Fail($"the pool has no room for number {returns.Number}");
        }

        if (input.Valid && inputReady.Ready)
        {
            if (input.Item >= isFree.Length || isFree[input.Item])
            {
                Fail($"number {input.Item} is given back and is free already, or there is no such number");
            }

            isFree[input.Item] = true;
            Free++;
        }

        if (output.Valid && outputReady.Ready)
        {
            if (!isFree[output.Item])
            {
                Fail($"number {output.Item} is taken and is not free");
            }

            isFree[output.Item] = false;
            Free--;
        }
    }
}
