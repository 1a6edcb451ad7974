// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Admission;

/// <summary><see cref="CallHash"/> for a processor: all bits of a piece's word at once. Simulation only.</summary>
public static class CallHashRows
{
    private static readonly ushort[] Rows = TableHashRows.Make(CallHash.Words, CallHash.Width);

    /// <summary>As <see cref="CallHash.Of"/>.</summary>
    /// <param name="key">The call's identity.</param>
    /// <param name="table">0 or 1.</param>
    /// <param name="bits">Bits of the result, up to 16.</param>
    public static ushort Of(CallKey key, int table, int bits)
    {
        UInt128 value = (UInt128)key.ClientAddress << 64 | (ulong)key.Xid << 32 | (uint)key.ClientPort << 16 | key.Service;
        return TableHashRows.Fold(Rows, table * CallHash.Pieces, CallHash.Pieces, value, bits);
    }
}
