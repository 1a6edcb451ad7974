// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Tool.Benchmarks.Sme;

/// <summary>A bus of one number.</summary>
public interface INumberBus : IBus
{
    /// <summary>The number, 32 bits, wrapping.</summary>
    int Value { get; set; }
}

/// <summary>A register with an adder in front of it.</summary>
/// <param name="input">What to add one to.</param>
[ClockedProcess]
public sealed class ClockedIncrement(INumberBus input) : SimpleProcess
{
    [InputBus] private readonly INumberBus input = input;
    [OutputBus] private readonly INumberBus output = Scope.CreateBus<INumberBus>();

    /// <summary>One more than the input, a tick later.</summary>
    public INumberBus Output => output;

    /// <inheritdoc/>
    protected override void OnTick() => output.Value = input.Value + 1;
}

/// <summary>An adder of one, combinational.</summary>
/// <param name="input">What to add one to.</param>
public sealed class CombinationalIncrement(INumberBus input) : SimpleProcess
{
    [InputBus] private readonly INumberBus input = input;
    [OutputBus] private readonly INumberBus output = Scope.CreateBus<INumberBus>();

    /// <summary>One more than the input, in the same tick.</summary>
    public INumberBus Output => output;

    /// <inheritdoc/>
    protected override void OnTick() => output.Value = input.Value + 1;
}

/// <summary>The chain of ten registers as a programmer would write it without SME.</summary>
public sealed class HandWrittenClockedChain
{
    private int input, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9;

    /// <summary>Runs some ticks.</summary>
    /// <param name="value">The input.</param>
    /// <param name="ticks">How many.</param>
    /// <returns>The last register.</returns>
    public int Run(int value, long ticks)
    {
        for (long i = 0; i < ticks; i++)
        {
            r9 = r8 + 1;
            r8 = r7 + 1;
            r7 = r6 + 1;
            r6 = r5 + 1;
            r5 = r4 + 1;
            r4 = r3 + 1;
            r3 = r2 + 1;
            r2 = r1 + 1;
            r1 = r0 + 1;
            r0 = input + 1;
            input = value;
        }

        return r9;
    }
}

/// <summary>The chain of ten adders as a programmer would write it without SME, every value kept where others can see it.</summary>
public sealed class HandWrittenCombinationalChain
{
    private int input, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9;

    /// <summary>Runs some ticks.</summary>
    /// <param name="value">The input.</param>
    /// <param name="ticks">How many.</param>
    /// <returns>The last value.</returns>
    public int Run(int value, long ticks)
    {
        for (long i = 0; i < ticks; i++)
        {
            input = value;
            v0 = input + 1;
            v1 = v0 + 1;
            v2 = v1 + 1;
            v3 = v2 + 1;
            v4 = v3 + 1;
            v5 = v4 + 1;
            v6 = v5 + 1;
            v7 = v6 + 1;
            v8 = v7 + 1;
            v9 = v8 + 1;
        }

        return v9;
    }
}
