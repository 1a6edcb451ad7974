// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// A memory of constants with a read port. See docs/components/Rom.md. (A small table that is read without a clock needs no
/// component: a <c>private readonly T[]</c> of a process is one.)
/// </summary>
/// <typeparam name="T">What a word is.</typeparam>
[ClockedProcess]
[VhdlTemplate("rom")]
public sealed class Rom<T> : SimpleProcess, IVhdlTemplate
    where T : struct
{
    [InputBus] private readonly IRamRead read;
    [OutputBus] private readonly IRamData<T> data = Scope.CreateBus<IRamData<T>>();
    private readonly T[] contents;
    private readonly RamStyle style;

    /// <summary>Creates the memory.</summary>
    /// <param name="read">The read port.</param>
    /// <param name="contents">The words; copied. An access beyond them ends the simulation.</param>
    /// <param name="style">What it should be made of: block RAM or look-up tables.</param>
    /// <exception cref="ElaborationException">There are no words.</exception>
    public Rom(IRamRead read, ReadOnlySpan<T> contents, RamStyle style = RamStyle.Block)
    {
        this.read = read;
        this.style = style;
        Ram.CheckDepth(contents.Length, $"{Scope.Path}.Rom");
        this.contents = contents.ToArray();
    }

    /// <summary>The word read: one tick after its address.</summary>
    public IRamData<T> Data => data;

    /// <inheritdoc/>
    public IReadOnlyList<VhdlGeneric> Generics =>
    [
        new("data_width", typeof(T)),
        new("address_width", Ram.AddressWidth(contents.Length)),
        new("ram_style_name", Ram.StyleName(style)),
        new("contents", contents),
    ];

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (read.Enable)
        {
            data.Item = Ram.Read(contents, read.Address, this, nameof(read));
        }
    }
}
