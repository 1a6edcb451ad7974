// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>
/// The hash functions of the service table and the program table: simple tabulation hashing (M. Pătraşcu and M. Thorup, "The Power of
/// Simple Tabulation Hashing", J. ACM 59(3), 2012). A key is cut into pieces of 6 bits; each selects a random word, and the words are
/// XORed. A piece is one look-up table for each bit of the result, so a hash is three levels deep, and sequential programs, versions and
/// procedures spread as well as random ones, which functions that are linear in the key's bits do not promise.
/// </summary>
[Hardware]
public static class TableHash
{
    /// <summary>Number of 6-bit pieces of port, program and version.</summary>
    internal const int RestPieces = 14;

    /// <summary>Number of 6-bit pieces of the procedure.</summary>
    internal const int ProcedurePieces = 6;

    /// <summary>Number of 6-bit pieces of port and program.</summary>
    internal const int ProgramPieces = 8;

    /// <summary>All pieces; those of the program table have random words of their own.</summary>
    internal const int Pieces = RestPieces + ProcedurePieces + ProgramPieces;

    /// <summary>The widest result, in bits.</summary>
    internal const int Width = 16;

    /// <summary>For each table, piece and bit of the result: that bit for each of the 64 values of the piece.</summary>
    internal static readonly ulong[] Words = MakeWords();

    /// <summary>The part of a call's hash that does not depend on the procedure; XOR it with <see cref="OfProcedure"/>.</summary>
    /// <param name="key">The call's key.</param>
    /// <param name="table">0 or 1; a constant in hardware.</param>
    /// <param name="bits">Bits of the result; a constant in hardware.</param>
    [SimulatedBy(typeof(TableHashRows), nameof(TableHashRows.OfRest))]
    public static ushort OfRest(ServiceKey key, int table, int bits) =>
        Fold((UInt128)key.Port << 64 | (ulong)key.Program << 32 | key.Version, table, 0, RestPieces, bits);

    /// <summary>The part of a call's hash that the procedure gives.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="table">0 or 1; a constant in hardware.</param>
    /// <param name="bits">Bits of the result; a constant in hardware.</param>
    [SimulatedBy(typeof(TableHashRows), nameof(TableHashRows.OfProcedure))]
    public static ushort OfProcedure(uint procedure, int table, int bits) => Fold(procedure, table, RestPieces, ProcedurePieces, bits);

    /// <summary>The bucket of a program.</summary>
    /// <param name="port">UDP port.</param>
    /// <param name="program">The program.</param>
    /// <param name="table">0 or 1; a constant in hardware.</param>
    /// <param name="bits">Bits of the result; a constant in hardware.</param>
    [SimulatedBy(typeof(TableHashRows), nameof(TableHashRows.OfProgram))]
    public static ushort OfProgram(ushort port, uint program, int table, int bits) =>
        Fold((UInt128)port << 32 | program, table, RestPieces + ProcedurePieces, ProgramPieces, bits);

    private static ushort Fold(UInt128 value, int table, int firstPiece, int pieces, int bits)
    {
        uint hash = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            ulong sum = 0;
            for (int piece = 0; piece < pieces; piece++)
            {
                sum ^= Words[(((table * Pieces) + firstPiece + piece) * Width) + bit] >> (int)((uint)(value >> (6 * piece)) & 63);
            }

            hash |= (uint)(sum & 1) << bit;
        }

        return (ushort)hash;
    }

    /// <summary>Random words, the same ever after: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    private static ulong[] MakeWords()
    {
        ulong[] words = new ulong[ServiceTableShape.Tables * Pieces * Width];
        ulong state = 0x4C61_7562_6572_686F;
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
