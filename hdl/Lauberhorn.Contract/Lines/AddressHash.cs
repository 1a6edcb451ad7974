// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// How the machine turns the number of a line, as the core's address gives it, into the number by which its directory knows the line.
/// </summary>
public enum AddressHash : byte
{
    /// <summary>No hash: both numbers are the same.</summary>
    None = 0,

    /// <summary>ThunderX-1's: exclusive ors within the low 21 bits, which spread addresses over the L2's sets and slices.</summary>
    ThunderX = 1,
}

/// <summary>The two directions of an <see cref="AddressHash"/>.</summary>
public static class AddressHashExtensions
{
    /// <summary>The directory's number of a line.</summary>
    /// <param name="hash">The machine's hash.</param>
    /// <param name="line">The number in the address: the address divided by the size of a line.</param>
    public static ulong Alias(this AddressHash hash, ulong line)
    {
        if (hash == AddressHash.None)
        {
            return line;
        }

        ulong sets = Field(line, 13, 5) << 8;
        ulong middle = Field(line, 18, 3) << 5;
        ulong slices = (Field(line, 16, 2) ^ Field(line, 5, 2)) << 3;
        ulong low = Field(line, 13, 3) ^ Field(line, 5, 3);
        return line ^ sets ^ middle ^ slices ^ low;
    }

    /// <summary>The number in the address of a line; the inverse of <see cref="Alias"/>.</summary>
    /// <param name="hash">The machine's hash.</param>
    /// <param name="line">The directory's number.</param>
    public static ulong Unalias(this AddressHash hash, ulong line)
    {
        if (hash == AddressHash.None)
        {
            return line;
        }

        ulong sets = Field(line, 13, 5) << 8;
        ulong middle = Field(line, 18, 3) << 5;
        ulong slices = (Field(line, 16, 2) ^ Field(line, 5, 2) ^ Field(line, 18, 2)) << 3;
        ulong low = Field(line, 13, 3) ^ Field(line, 5, 3) ^ Field(line, 18, 3);
        return line ^ sets ^ middle ^ slices ^ low;
    }

    private static ulong Field(ulong value, int low, int bits) => (value >> low) & ((1UL << bits) - 1);
}
