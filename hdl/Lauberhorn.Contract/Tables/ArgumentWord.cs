// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// The conversion of a 32-bit word between XDR (big-endian, RFC 4506) and memory (little-endian); 2 bits for each of the 24 words of a
/// control line, word 0 in the lowest bits. The same layout serves both directions.
/// </summary>
public enum ArgumentWord : byte
{
    /// <summary>The bytes stay as they are: opaque data, strings, or a service that wants raw bytes.</summary>
    AsIs = 0,

    /// <summary>The word's bytes are reversed: int, unsigned int, enum, bool, float, a length.</summary>
    Swap = 1,

    /// <summary>The first word of a 64-bit value: it gets the reversed bytes of the word after it.</summary>
    First = 2,

    /// <summary>The second word of a 64-bit value: it gets the reversed bytes of the word before it.</summary>
    Second = 3,
}
