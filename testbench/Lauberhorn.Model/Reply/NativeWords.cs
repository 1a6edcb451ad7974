// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Reply;

/// <summary>
/// What becomes of the first 96 bytes of arguments and results between XDR (big-endian, RFC 4506) and memory (little-endian), byte by byte.
/// </summary>
public static class NativeWords
{
    /// <summary>Bytes that are converted; what lies behind them is never touched.</summary>
    public const int Bytes = 96;

    private const int WordBytes = 4;

    /// <summary>Converts; the same both ways.</summary>
    /// <param name="bytes">At most 96 bytes; missing ones count as 0.</param>
    /// <param name="layout">
    /// 2 bits for each of the 24 words, word 0 in the lowest: 0 as it is, 1 reversed, 2 the reverse of the word behind it, 3 the reverse of
    /// the word in front of it; 0 where there is none.
    /// </param>
    /// <returns>96 bytes.</returns>
    public static byte[] Convert(ReadOnlySpan<byte> bytes, ulong layout)
    {
        byte[] source = new byte[Bytes];
        bytes.CopyTo(source);
        byte[] result = new byte[Bytes];
        for (int word = 0; word < Bytes / WordBytes; word++)
        {
            int code = (int)(layout >> (2 * word)) & 3;
            int from = code switch
            {
                2 => word + 1,
                3 => word - 1,
                _ => word,
            };
            for (int i = 0; i < WordBytes; i++)
            {
                int at = (WordBytes * from) + (code == 0 ? i : WordBytes - 1 - i);
                result[(WordBytes * word) + i] = at >= 0 && at < Bytes ? source[at] : (byte)0;
            }
        }

        return result;
    }
}
