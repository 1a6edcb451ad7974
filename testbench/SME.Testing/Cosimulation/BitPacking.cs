// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Cosimulation;

/// <summary>Reads and writes some bits of a port that carries several values side by side.</summary>
internal static unsafe class BitPacking
{
    /// <summary>Replaces a field of a port's packed bits.</summary>
    /// <param name="port">The port's first byte.</param>
    /// <param name="bit">Index of the lowest bit.</param>
    /// <param name="width">How many, 1 to 64.</param>
    /// <param name="value">The new bits, in the lowest places.</param>
    internal static void Insert(byte* port, int bit, int width, ulong value)
    {
        while (width > 0)
        {
            int shift = bit & 7;
            int count = Math.Min(8 - shift, width);
            int mask = ((1 << count) - 1) << shift;
            ref byte place = ref port[bit >> 3];
            place = (byte)((place & ~mask) | ((int)(value << shift) & mask));
            value >>= count;
            bit += count;
            width -= count;
        }
    }

    /// <summary>Reads a field of a port's packed bits.</summary>
    /// <param name="port">The port's first byte.</param>
    /// <param name="bit">Index of the lowest bit.</param>
    /// <param name="width">How many, 1 to 64.</param>
    /// <returns>The bits, in the lowest places.</returns>
    internal static ulong Extract(byte* port, int bit, int width)
    {
        ulong value = 0;
        for (int done = 0; done < width;)
        {
            int shift = bit & 7;
            int count = Math.Min(8 - shift, width - done);
            value |= (ulong)(port[bit >> 3] >> shift & ((1 << count) - 1)) << done;
            bit += count;
            done += count;
        }

        return value;
    }
}
