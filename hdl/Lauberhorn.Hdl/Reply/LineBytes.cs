// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>Bytes of a line one by one: each is kept or cleared, by logic of its own. Combinational.</summary>
[Hardware]
public static class LineBytes
{
    /// <summary>The first bytes; zeros behind them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many.</param>
    [SimulatedBy(typeof(LineBytesInMemory), nameof(LineBytesInMemory.First))]
    public static Bits<W768> First(Bits<W768> bytes, ushort count)
    {
        Bits<W768> result = default;
        for (int i = 0; i < Bits<W768>.Width / 8; i++)
        {
            result = result.WithByte(i, count > i ? bytes.GetByte(i) : (byte)0);
        }

        return result;
    }

    /// <summary>The first bytes, or all of them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="isAll">Whether all are kept.</param>
    [SimulatedBy(typeof(LineBytesInMemory), nameof(LineBytesInMemory.FirstOrAll))]
    public static Bits<W768> FirstOrAll(Bits<W768> bytes, byte count, bool isAll)
    {
        Bits<W768> result = default;
        for (int i = 0; i < Bits<W768>.Width / 8; i++)
        {
            result = result.WithByte(i, isAll || count > i ? bytes.GetByte(i) : (byte)0);
        }

        return result;
    }

    /// <summary>New bytes where a mask has ones, old ones elsewhere.</summary>
    /// <param name="mask">A bit for each byte.</param>
    /// <param name="news">The new bytes.</param>
    /// <param name="olds">The old bytes.</param>
    [SimulatedBy(typeof(LineBytesInMemory), nameof(LineBytesInMemory.Merge))]
    public static Bits<W1024> Merge(Bits<W128> mask, Bits<W1024> news, Bits<W1024> olds)
    {
        Bits<W1024> result = default;
        for (int i = 0; i < Bits<W128>.Width; i++)
        {
            result = result.WithByte(i, mask[i] ? news.GetByte(i) : olds.GetByte(i));
        }

        return result;
    }

    /// <summary>A set of groups, with one added if a condition holds.</summary>
    /// <param name="groups">A bit for each group.</param>
    /// <param name="group">The group.</param>
    /// <param name="isAdded">Whether it is added.</param>
    [SimulatedBy(typeof(LineBytesInMemory), nameof(LineBytesInMemory.WithGroup))]
    public static Bits<W256> WithGroup(Bits<W256> groups, byte group, bool isAdded)
    {
        Bits<W256> result = groups;
        for (int i = 0; i < Bits<W256>.Width; i++)
        {
            result = result.WithBit(i, result[i] || (isAdded && group == i));
        }

        return result;
    }
}
