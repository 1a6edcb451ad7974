// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary><see cref="LineBytes"/> for a processor: whole words. Simulation only.</summary>
public static class LineBytesInMemory
{
    /// <summary>As <see cref="LineBytes.First"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many.</param>
    public static Bits<W768> First(Bits<W768> bytes, ushort count)
    {
        if (count == 0)
        {
            return default;
        }

        int others = Bits<W768>.Width - (8 * count);
        return others <= 0 ? bytes : bytes << others >> others;
    }

    /// <summary>As <see cref="LineBytes.FirstOrAll"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="isAll">Whether all are kept.</param>
    public static Bits<W768> FirstOrAll(Bits<W768> bytes, byte count, bool isAll) => isAll ? bytes : First(bytes, count);

    /// <summary>As <see cref="LineBytes.Merge"/>.</summary>
    /// <param name="mask">A bit for each byte.</param>
    /// <param name="news">The new bytes.</param>
    /// <param name="olds">The old bytes.</param>
    public static Bits<W1024> Merge(Bits<W128> mask, Bits<W1024> news, Bits<W1024> olds)
    {
        if (mask.AndReduce())
        {
            return news;
        }

        Span<byte> result = stackalloc byte[128];
        olds.CopyTo(result);
        UInt128 left = (UInt128)mask;
        while (left != 0)
        {
            int at = (int)UInt128.TrailingZeroCount(left);
            result[at] = news.GetByte(at);
            left &= left - 1;
        }

        return Bits<W1024>.FromBytes(result);
    }

    /// <summary>As <see cref="LineBytes.WithGroup"/>.</summary>
    /// <param name="groups">A bit for each group.</param>
    /// <param name="group">The group.</param>
    /// <param name="isAdded">Whether it is added.</param>
    public static Bits<W256> WithGroup(Bits<W256> groups, byte group, bool isAdded) => isAdded ? groups.WithBit(group, true) : groups;
}
