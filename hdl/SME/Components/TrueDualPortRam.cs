// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory with two ports on one clock, each of which reads or writes. A word that is read and written in the same tick,
/// by either port, reads as it was before. Both ports must not write one word in the same tick. Its contents are zero at
/// power-up and survive a reset. See docs/components/TrueDualPortRam.md.
/// </summary>
/// <typeparam name="T">What a word is.</typeparam>
[ClockedProcess]
[VhdlTemplate("true_dual_port_ram")]
public sealed class TrueDualPortRam<T> : SimpleProcess, IVhdlTemplate
    where T : struct
{
    [InputBus] private readonly IRamPort<T> portA;
    [InputBus] private readonly IRamPort<T> portB;
    [OutputBus] private readonly IRamData<T> dataA = Scope.CreateBus<IRamData<T>>();
    [OutputBus] private readonly IRamData<T> dataB = Scope.CreateBus<IRamData<T>>();
    private readonly T[] memory;
    private readonly RamStyle style;

    /// <summary>Creates the memory.</summary>
    /// <param name="portA">The first port.</param>
    /// <param name="portB">The second port.</param>
    /// <param name="depth">Number of words, 1 or more. Hardware rounds it up to a power of two; an access beyond it ends the
    /// simulation.</param>
    /// <param name="style">What it should be made of: block RAM or UltraRAM.</param>
    /// <exception cref="ElaborationException">The depth is less than 1.</exception>
    public TrueDualPortRam(IRamPort<T> portA, IRamPort<T> portB, int depth, RamStyle style = RamStyle.Block)
    {
        this.portA = portA;
        this.portB = portB;
        this.style = style;
        memory = new T[Ram.CheckDepth(depth, $"{Scope.Path}.TrueDualPortRam")];
    }

    /// <summary>The word that the first port has read: one tick after its address.</summary>
    public IRamData<T> DataA => dataA;

    /// <summary>The word that the second port has read: one tick after its address.</summary>
    public IRamData<T> DataB => dataB;

    /// <inheritdoc/>
    public IReadOnlyList<VhdlGeneric> Generics =>
    [
        new("data_width", typeof(T)),
        new("address_width", Ram.AddressWidth(memory.Length)),
        new("ram_style_name", Ram.StyleName(style)),
    ];

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (portA.Enable)
        {
            dataA.Item = Ram.Read(memory, portA.Address, this, nameof(portA));
        }

        if (portB.Enable)
        {
            dataB.Item = Ram.Read(memory, portB.Address, this, nameof(portB));
        }

        bool writesA = portA.Enable && portA.Write;
        bool writesB = portB.Enable && portB.Write;
        if (writesA && writesB && portA.Address == portB.Address)
        {
            Ram.ThrowCollision(this, portA.Address);
        }

        if (writesA)
        {
            memory[portA.Address] = portA.Item;
        }

        if (writesB)
        {
            memory[portB.Address] = portB.Item;
        }
    }
}
