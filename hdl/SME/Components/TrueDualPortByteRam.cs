// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory with two ports on one clock, each of which reads, and writes bytes one by one. A word that is read and written
/// in the same tick, by either port, reads as it was before. Both ports must not write one byte in the same tick. Its
/// contents are zero at power-up and survive a reset. See docs/components/TrueDualPortRam.md.
/// </summary>
/// <typeparam name="TWidth">Width of a word.</typeparam>
/// <typeparam name="TBytes">Bytes in a word: an eighth of <typeparamref name="TWidth"/>.</typeparam>
[ClockedProcess]
[VhdlTemplate("true_dual_port_byte_ram")]
public sealed class TrueDualPortByteRam<TWidth, TBytes> : SimpleProcess, IVhdlTemplate
    where TWidth : unmanaged, IWidth
    where TBytes : unmanaged, IWidth
{
    [InputBus] private readonly IRamBytePort<TWidth, TBytes> portA;
    [InputBus] private readonly IRamBytePort<TWidth, TBytes> portB;
    [OutputBus] private readonly IRamData<Bits<TWidth>> dataA = Scope.CreateBus<IRamData<Bits<TWidth>>>();
    [OutputBus] private readonly IRamData<Bits<TWidth>> dataB = Scope.CreateBus<IRamData<Bits<TWidth>>>();
    private readonly Bits<TWidth>[] memory;
    private readonly RamStyle style;

    /// <summary>Creates the memory.</summary>
    /// <param name="portA">The first port.</param>
    /// <param name="portB">The second port.</param>
    /// <param name="depth">Number of words, 1 or more. Hardware rounds it up to a power of two; an access beyond it ends the
    /// simulation.</param>
    /// <param name="style">What it should be made of: block RAM or UltraRAM.</param>
    /// <exception cref="ElaborationException">The depth is less than 1, or the widths don't match.</exception>
    public TrueDualPortByteRam(IRamBytePort<TWidth, TBytes> portA, IRamBytePort<TWidth, TBytes> portB, int depth,
        RamStyle style = RamStyle.Block)
    {
        this.portA = portA;
        this.portB = portB;
        this.style = style;
        Ram.CheckBytes<TWidth, TBytes>($"{Scope.Path}.TrueDualPortByteRam");
        memory = new Bits<TWidth>[Ram.CheckDepth(depth, $"{Scope.Path}.TrueDualPortByteRam")];
    }

    /// <summary>The word that the first port has read: one tick after its address.</summary>
    public IRamData<Bits<TWidth>> DataA => dataA;

    /// <summary>The word that the second port has read: one tick after its address.</summary>
    public IRamData<Bits<TWidth>> DataB => dataB;

    /// <inheritdoc/>
    public IReadOnlyList<VhdlGeneric> Generics =>
    [
        new("byte_count", TBytes.Bits),
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

        if (portA.Enable && portB.Enable && portA.Address == portB.Address && (portA.Write & portB.Write).OrReduce())
        {
            Ram.ThrowCollision(this, portA.Address);
        }

        if (portA.Enable)
        {
            ref Bits<TWidth> word = ref memory[portA.Address];
            word = Ram.Merge(word, portA.Item, portA.Write);
        }

        if (portB.Enable)
        {
            ref Bits<TWidth> word = ref memory[portB.Address];
            word = Ram.Merge(word, portB.Item, portB.Write);
        }
    }
}
