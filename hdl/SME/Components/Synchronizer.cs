// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>A pointer that crosses from one clock to another: in Gray code, so that one bit at most changes in a tick.</summary>
public interface IGrayPointer : IBus
{
    /// <summary>The pointer in Gray code.</summary>
    uint Value { get; set; }
}

/// <summary>
/// Brings a pointer into the clock domain of the scope in which it is constructed, through two registers: the first one may be metastable
/// for a moment, the second one is not. Its VHDL tells the tools to place them together (<c>ASYNC_REG</c>).
/// </summary>
[ClockedProcess]
[VhdlTemplate("synchronizer", HasReset = true)]
public sealed class Synchronizer : SimpleProcess, IVhdlTemplate
{
    [InputBus] private readonly IGrayPointer source;
    [OutputBus] private readonly IGrayPointer output = Scope.CreateBus<IGrayPointer>("synchronized");
    private readonly int width;
    private uint first;

    /// <summary>Creates the registers.</summary>
    /// <param name="source">The pointer, a register of the other clock domain.</param>
    /// <param name="width">How many of its bits are used.</param>
    public Synchronizer(IGrayPointer source, int width)
    {
        this.source = source;
        this.width = width;
    }

    /// <summary>The pointer, two ticks later.</summary>
    public IGrayPointer Output => output;

    /// <inheritdoc/>
    public IReadOnlyList<VhdlGeneric> Generics => [new("width", width)];

    /// <inheritdoc/>
    protected override void OnTick()
    {
        output.Value = first;
        first = source.Value;
    }
}

/// <summary>Checks that a pointer that crosses changes by one bit at most.</summary>
public sealed class GrayMonitor : Monitor
{
    [InputBus] private readonly IGrayPointer pointer;
    private uint last;

    internal GrayMonitor(IGrayPointer pointer) => this.pointer = pointer;

    /// <inheritdoc/>
    protected override void Check()
    {
        uint value = pointer.Value;
        if (System.Numerics.BitOperations.PopCount(value ^ last) > 1)
        {
            Fail($"the pointer goes from {last:b} to {value:b}: more than one bit changes, and the other clock may see any mixture");
        }

        last = value;
        Rests = true;
    }
}
