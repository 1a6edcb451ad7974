// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// <see cref="TableHash"/> for a processor: all bits of a piece's word at once, instead of a table for each bit. Simulation only.
/// </summary>
public static class TableHashRows
{
    private static readonly ushort[] Rows = Make(TableHash.Words, TableHash.Width);

    /// <summary>As <see cref="TableHash.OfRest"/>.</summary>
    /// <param name="key">The call's key.</param>
    /// <param name="table">0 or 1.</param>
    /// <param name="bits">Bits of the result.</param>
    public static ushort OfRest(ServiceKey key, int table, int bits) =>
        Fold(Rows, table * TableHash.Pieces, TableHash.RestPieces, (UInt128)key.Port << 64 | (ulong)key.Program << 32 | key.Version, bits);

    /// <summary>As <see cref="TableHash.OfProcedure"/>.</summary>
    /// <param name="procedure">The procedure.</param>
    /// <param name="table">0 or 1.</param>
    /// <param name="bits">Bits of the result.</param>
    public static ushort OfProcedure(uint procedure, int table, int bits) =>
        Fold(Rows, (table * TableHash.Pieces) + TableHash.RestPieces, TableHash.ProcedurePieces, procedure, bits);

    /// <summary>As <see cref="TableHash.OfProgram"/>.</summary>
    /// <param name="port">UDP port.</param>
    /// <param name="program">The program.</param>
    /// <param name="table">0 or 1.</param>
    /// <param name="bits">Bits of the result.</param>
    public static ushort OfProgram(ushort port, uint program, int table, int bits) => Fold(
        Rows,
        (table * TableHash.Pieces) + TableHash.RestPieces + TableHash.ProcedurePieces,
        TableHash.ProgramPieces,
        (UInt128)port << 32 | program,
        bits);

    /// <summary>The hash of the table of neighbours: that of a procedure.</summary>
    /// <param name="address">The IPv4 address.</param>
    /// <param name="table">0 or 1.</param>
    /// <param name="bits">Bits of the result.</param>
    public static uint OfNeighbour(uint address, int table, int bits) => OfProcedure(address, table, bits);

    /// <summary>Turns a table for each bit, of 64 values of a piece, into a row for each value.</summary>
    /// <param name="words">For each piece and bit, that bit for each of the 64 values.</param>
    /// <param name="width">Bits, 16 at most.</param>
    public static ushort[] Make(ulong[] words, int width)
    {
        ArgumentNullException.ThrowIfNull(words);
        ushort[] rows = new ushort[words.Length / width * 64];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int bit = 0; bit < width; bit++)
            {
                rows[i] |= (ushort)((words[(i / 64 * width) + bit] >> (i % 64) & 1) << bit);
            }
        }

        return rows;
    }

    /// <summary>The exclusive or of the rows of a key's pieces of 6 bits.</summary>
    /// <param name="rows">What <see cref="Make"/> gave.</param>
    /// <param name="firstPiece">The first piece of which there are rows for this key.</param>
    /// <param name="pieces">How many.</param>
    /// <param name="value">The key.</param>
    /// <param name="bits">Bits of the result.</param>
    public static ushort Fold(ushort[] rows, int firstPiece, int pieces, UInt128 value, int bits)
    {
        ArgumentNullException.ThrowIfNull(rows);
        uint hash = 0;
        for (int piece = firstPiece; piece < firstPiece + pieces; piece++)
        {
            hash ^= rows[(64 * piece) + (int)((uint)value & 63)];
            value >>= 6;
        }

        return (ushort)(hash & ((1u << bits) - 1));
    }
}
