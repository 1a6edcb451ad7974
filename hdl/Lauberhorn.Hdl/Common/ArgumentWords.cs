// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>
/// Turns the words of a control line from XDR (big-endian, RFC 4506) into memory (little-endian) or back, by a layout of
/// <see cref="ArgumentWord"/>. Each bit of the result is one look-up table: four candidates and two bits of layout.
/// </summary>
[Hardware]
public static class ArgumentWords
{
    /// <summary>Words of a control line.</summary>
    public const int Count = 24;

    /// <summary>
    /// Converts the 24 words. The conversion is its own inverse with a layout in which each <see cref="ArgumentWord.First"/> is followed by
    /// an <see cref="ArgumentWord.Second"/> and the other way round; otherwise a half that has no other reads as the word beside it, and as
    /// 0 beyond the ends.
    /// </summary>
    /// <param name="words">The 96 bytes behind the header, the first one in the lowest bits.</param>
    /// <param name="layout">2 bits for each word, word 0 in the lowest bits; 0 leaves all as it is.</param>
    [SimulatedBy(typeof(ArgumentWordsInMemory), nameof(ArgumentWordsInMemory.Convert))]
    public static Bits<W768> Convert(Bits<W768> words, Bits<W48> layout)
    {
        // A word of zeros on either side, for the halves that would be there.
        Bits<W832> padded = words.Resize<W832>() << 32;
        Bits<W768> result = default;
        for (int i = 0; i < Count; i++)
        {
            Bits<W32> before = padded.Slice<W32>(32 * i);
            Bits<W32> word = padded.Slice<W32>(32 * (i + 1));
            Bits<W32> next = padded.Slice<W32>(32 * (i + 2));
            bool low = layout[2 * i];
            bool high = layout[(2 * i) + 1];
            Bits<W32> chosen = high ? (low ? before.ReverseBytes() : next.ReverseBytes()) : low ? word.ReverseBytes() : word;
            result = result.WithSlice(32 * i, chosen);
        }

        return result;
    }
}
