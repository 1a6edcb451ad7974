// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary><see cref="ArgumentWords"/> for a processor: word by word in memory. Simulation only.</summary>
public static class ArgumentWordsInMemory
{
    /// <summary>As <see cref="ArgumentWords.Convert"/>.</summary>
    /// <param name="words">The 96 bytes behind the header.</param>
    /// <param name="layout">2 bits for each word.</param>
    public static Bits<W768> Convert(Bits<W768> words, Bits<W48> layout)
    {
        ulong kinds = (ulong)layout;
        if (kinds == 0)
        {
            return words;
        }

        // A word of zeros on either side.
        Span<uint> from = stackalloc uint[ArgumentWords.Count + 2];
        from.Clear();
        words.CopyTo(MemoryMarshal.AsBytes(from[1..^1]));
        Span<uint> to = stackalloc uint[ArgumentWords.Count];
        for (int i = 0; i < to.Length; i++)
        {
            uint kind = (uint)(kinds >> (2 * i)) & 3;
            uint word = from[kind == 2 ? i + 2 : kind == 3 ? i : i + 1];
            to[i] = kind == 0 ? word : BinaryPrimitives.ReverseEndianness(word);
        }

        return Bits<W768>.FromBytes(MemoryMarshal.AsBytes(to));
    }
}
