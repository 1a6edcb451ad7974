// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <content>What a core loads although no program asked: the next line, or any line of a page that is mapped to it, at any time.</content>
public sealed partial class Core
{
    private const int PageBits = 12;
    private readonly List<ulong> pages = [];
    private ulong lastTouched = ulong.MaxValue;

    /// <summary>Lines that it asked for by itself.</summary>
    public long Speculations { get; private set; }

    /// <summary>
    /// Takes pages from the core, as an operating system does that ends a mapping and waits until no TLB has it: it speculates no more in
    /// them, until a program touches them again. Loads in flight complete.
    /// </summary>
    /// <param name="address">Address of the first byte.</param>
    /// <param name="bytes">How many bytes; pages of which none is among them stay.</param>
    public void Unmap(ulong address, ulong bytes)
    {
        pages.RemoveAll(page => page + (1ul << PageBits) > address && page < address + bytes);
        lastTouched = ulong.MaxValue;
    }

    /// <summary>Asks for a line by itself.</summary>
    internal void Speculate()
    {
        if (pages.Count == 0)
        {
            return;
        }

        ulong stride = machine.Stride;
        ulong page = pages[machine.RandomBelow(pages.Count)];
        int lines = (int)Math.Max(1, (1ul << PageBits) / stride);
        ulong address = lastTouched != ulong.MaxValue && machine.RandomBelow(2) == 0
            ? lastTouched + stride
            : page + ((ulong)machine.RandomBelow(lines) * stride);
        if (!pages.Contains(address & ~((1ul << PageBits) - 1)))
        {
            return;
        }

        Speculations++;
        Prefetch(address, forStore: machine.RandomBelow(4) == 0);
    }

    private void MayTouch(ulong address)
    {
        if (machine.Parameters.SpeculationsPerMillion == 0)
        {
            return;
        }

        lastTouched = address - (address % machine.Stride);
        ulong page = address & ~((1ul << PageBits) - 1);
        if (!pages.Contains(page))
        {
            pages.Add(page);
        }
    }
}
