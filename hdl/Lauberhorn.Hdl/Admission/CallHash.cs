// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>The identity of a call: two calls with the same are one call, sent twice.</summary>
/// <param name="ClientAddress">The client's IPv4 address.</param>
/// <param name="ClientPort">The client's UDP port.</param>
/// <param name="Xid">The transaction identifier.</param>
/// <param name="Service">The service's number.</param>
public readonly record struct CallKey(uint ClientAddress, ushort ClientPort, uint Xid, ushort Service);

/// <summary>An entry of the table of pending calls.</summary>
/// <param name="IsTaken">Whether the entry is valid.</param>
/// <param name="Key">The call's identity.</param>
public readonly record struct CallEntry(bool IsTaken, CallKey Key);

/// <summary>
/// The hash functions of the table of calls: simple tabulation hashing, as in <see cref="TableHash"/>, because addresses, ports and
/// transaction identifiers come in sequences too. Three levels of look-up tables.
/// </summary>
[Hardware]
public static class CallHash
{
    /// <summary>Tables, each with a function of its own.</summary>
    public const int Tables = 2;

    /// <summary>The widest result, in bits.</summary>
    public const int Width = 16;

    internal const int Pieces = 16;

    /// <summary>For each table, piece and bit of the result: that bit for each of the 64 values of the piece.</summary>
    internal static readonly ulong[] Words = MakeWords();

    /// <summary>The bucket of a call.</summary>
    /// <param name="key">The call's identity.</param>
    /// <param name="table">0 or 1; a constant in hardware.</param>
    /// <param name="bits">Bits of the result, up to 16; a constant in hardware.</param>
    [SimulatedBy(typeof(CallHashRows), nameof(CallHashRows.Of))]
    public static ushort Of(CallKey key, int table, int bits)
    {
        UInt128 value = (UInt128)key.ClientAddress << 64 | (UInt128)key.Xid << 32 | (uint)key.ClientPort << 16 | key.Service;
        uint hash = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            ulong sum = 0;
            for (int piece = 0; piece < Pieces; piece++)
            {
                sum ^= Words[(((table * Pieces) + piece) * Width) + bit] >> (int)((uint)(value >> (6 * piece)) & 63);
            }

            hash |= (uint)(sum & 1) << bit;
        }

        return (ushort)hash;
    }

    /// <summary>Random words, the same ever after: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    private static ulong[] MakeWords()
    {
        ulong[] words = new ulong[Tables * Pieces * Width];
        ulong state = 0x4164_6D69_7373_696F;
        for (int i = 0; i < words.Length; i++)
        {
            state += 0x9E37_79B9_7F4A_7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            words[i] = mixed ^ (mixed >> 31);
        }

        return words;
    }
}
