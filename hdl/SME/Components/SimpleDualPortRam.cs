// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory with a write port and a read port on one clock. A word that is read and written in the same tick reads as
/// it was before. Its contents are zero (or as given) at power-up and survive a reset. See docs/components/SimpleDualPortRam.md.
/// </summary>
/// <typeparam name="T">What a word is.</typeparam>
[ClockedProcess]
[VhdlTemplate("simple_dual_port_ram")]
public sealed class SimpleDualPortRam<T> : SimpleProcess, IVhdlTemplate
    where T : struct
{
    [InputBus] private readonly IRamWrite<T> write;
    [InputBus] private readonly IRamRead read;
    [OutputBus] private readonly IRamData<T> data = Scope.CreateBus<IRamData<T>>();
    private readonly T[] memory;
    private readonly RamStyle style;

    /// <summary>Creates the memory.</summary>
    /// <param name="write">The write port.</param>
    /// <param name="read">The read port.</param>
    /// <param name="depth">Number of words, 1 or more. Hardware rounds it up to a power of two; an access beyond it ends the
    /// simulation.</param>
    /// <param name="style">What it should be made of.</param>
    /// <exception cref="ElaborationException">The depth is less than 1.</exception>
    public SimpleDualPortRam(IRamWrite<T> write, IRamRead read, int depth, RamStyle style = RamStyle.Block)
    {
        this.write = write;
        this.read = read;
        this.style = style;
        memory = new T[Ram.CheckDepth(depth, $"{Scope.Path}.SimpleDualPortRam")];
    }

    /// <summary>The word read: one tick after its address.</summary>
    public IRamData<T> Data => data;

    /// <summary>What the memory holds, word by word, for tests.</summary>
    [SimulationOnly]
    public IReadOnlyList<T> Contents => memory;

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
        if (read.Enable)
        {
            data.Item = Ram.Read(memory, read.Address, this, nameof(read));
        }

        if (write.Enable)
        {
            Ram.At(memory, write.Address, this, nameof(write)) = write.Item;
        }
    }
}
