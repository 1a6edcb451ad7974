// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Bytes that say whose they are: the upper five bits of each are its owner's number, the lower three are its own. A byte of 0 is nobody's.
/// So a single byte that strays is seen, whatever way it took, and
/// whose it is.
/// </summary>
internal static class Mark
{
    /// <summary>
    /// Owners have numbers from 1 to this. Numbers are used again: bytes of an owner so many births ago would pass as another's.
    /// </summary>
    public const int Owners = 31;

    /// <summary>Bytes that a call's number takes.</summary>
    public const int NumberBytes = 8;

    private const int OwnBits = 3;
    private const int OwnMask = (1 << OwnBits) - 1;

    /// <summary>Fills bytes with an owner's.</summary>
    /// <param name="bytes">Gets them.</param>
    /// <param name="owner">The owner's number.</param>
    /// <param name="seed">Decides the lower bits.</param>
    public static void Fill(Span<byte> bytes, int owner, ulong seed)
    {
        SeededRandom random = new(seed);
        for (int at = 0; at < bytes.Length; at += 16)
        {
            ulong bits = random.Next();
            for (int i = at; i < Math.Min(at + 16, bytes.Length); i++, bits >>= OwnBits)
            {
                bytes[i] = Of(owner, bits);
            }
        }
    }

    /// <summary>New bytes of an owner.</summary>
    /// <param name="count">How many.</param>
    /// <param name="owner">The owner's number.</param>
    /// <param name="seed">Decides the lower bits.</param>
    public static byte[] Bytes(int count, int owner, ulong seed)
    {
        byte[] bytes = new byte[count];
        Fill(bytes, owner, seed);
        return bytes;
    }

    /// <summary>Writes a number into the first bytes of an owner's.</summary>
    /// <param name="bytes">At least <see cref="NumberBytes"/>.</param>
    /// <param name="owner">The owner's number.</param>
    /// <param name="number">The number, 24 bits.</param>
    public static void WriteNumber(Span<byte> bytes, int owner, int number)
    {
        for (int i = 0; i < NumberBytes; i++)
        {
            bytes[i] = Of(owner, (ulong)number >> (OwnBits * i));
        }
    }

    /// <summary>The number that was written; -1 if there is none.</summary>
    /// <param name="bytes">The bytes.</param>
    public static int ReadNumber(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NumberBytes)
        {
            return -1;
        }

        int number = 0;
        for (int i = 0; i < NumberBytes; i++)
        {
            number |= (bytes[i] & OwnMask) << (OwnBits * i);
        }

        return number;
    }

    /// <summary>The place of the first byte that is neither 0 nor the owner's; -1 if there is none.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="owner">The owner's number; 0 for nobody, so that all must be 0.</param>
    public static int FindForeign(ReadOnlySpan<byte> bytes, int owner)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != 0 && bytes[i] >> OwnBits != owner)
            {
                return i;
            }
        }

        return -1;
    }

    private static byte Of(int owner, ulong bits) => (byte)((owner << OwnBits) | (int)(bits & OwnMask));
}
