// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory with a write port that writes bytes one by one and a read port, on one clock. A word that is read and written in the same tick
/// reads as it was before. Its contents are zero (or as given) at power-up and survive a reset. See
/// docs/components/SimpleDualPortByteRam.md.
/// </summary>
/// <typeparam name="TWidth">Width of a word.</typeparam>
/// <typeparam name="TBytes">Bytes in a word: an eighth of <typeparamref name="TWidth"/>.</typeparam>
[ClockedProcess]
[VhdlTemplate("simple_dual_port_byte_ram")]
public sealed class SimpleDualPortByteRam<TWidth, TBytes> : SimpleProcess, IVhdlTemplate
    where TWidth : unmanaged, IWidth
    where TBytes : unmanaged, IWidth
{
    [InputBus] private readonly IRamByteWrite<TWidth, TBytes> write;
    [InputBus] private readonly IRamRead read;
    [OutputBus] private readonly IRamData<Bits<TWidth>> data = Scope.CreateBus<IRamData<Bits<TWidth>>>();
    private readonly Bits<TWidth>[] memory;
    private readonly RamStyle style;

    /// <summary>Creates the memory.</summary>
    /// <param name="write">The write port.</param>
    /// <param name="read">The read port.</param>
    /// <param name="depth">Number of words, 1 or more. Hardware rounds it up to a power of two; an access beyond it ends the
    /// simulation.</param>
    /// <param name="style">What it should be made of.</param>
    /// <exception cref="ElaborationException">The depth is less than 1, or the widths don't match.</exception>
    public SimpleDualPortByteRam(IRamByteWrite<TWidth, TBytes> write, IRamRead read, int depth, RamStyle style = RamStyle.Block)
    {
        this.write = write;
        this.read = read;
        this.style = style;
        Ram.CheckBytes<TWidth, TBytes>($"{Scope.Path}.SimpleDualPortByteRam");
        memory = new Bits<TWidth>[Ram.CheckDepth(depth, $"{Scope.Path}.SimpleDualPortByteRam")];
    }

    /// <summary>The word read: one tick after its address.</summary>
    public IRamData<Bits<TWidth>> Data => data;

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
        if (read.Enable)
        {
            data.Item = Ram.Read(memory, read.Address, this, nameof(read));
        }

        if (write.Enable.OrReduce())
        {
            ref Bits<TWidth> word = ref Ram.At(memory, write.Address, this, nameof(write));
            word = Ram.Merge(word, write.Item, write.Enable);
        }
    }
}
