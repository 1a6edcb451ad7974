// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>Access rights of a register.</summary>
public enum RegisterAccess
{
    /// <summary>Software reads; a write is answered with SLVERR.</summary>
    ReadOnly,

    /// <summary>Software reads and writes; a read returns what was written, in the fields' bits.</summary>
    ReadWrite,

    /// <summary>Software writes; a read is answered with SLVERR.</summary>
    WriteOnly,
}

/// <summary>A field of a register, or of a command's data.</summary>
/// <param name="Name">Its name, in this project's C# style.</param>
/// <param name="Bit">The field's lowest bit.</param>
/// <param name="Width">Width in bits.</param>
/// <param name="Meaning">A sentence without its full stop.</param>
public sealed record RegisterField(string Name, int Bit, int Width, string Meaning);

/// <summary>A register of 64 bits, or several in a row.</summary>
/// <param name="Name">Its name, in this project's C# style.</param>
/// <param name="Offset">Offset of its first byte from the beginning of the registers.</param>
/// <param name="Access">Its access rights.</param>
/// <param name="Reset">
/// The value that it reads after a reset; of a read-only register without a changing value, always; 0 if it cannot be read.
/// </param>
/// <param name="Meaning">A sentence without its full stop.</param>
/// <param name="Fields">Its fields; bits outside them read 0.</param>
public sealed record Register(
    string Name, int Offset, RegisterAccess Access, ulong Reset, string Meaning, params IReadOnlyList<RegisterField> Fields)
{
    /// <summary>Number of registers in the row, 8 bytes apart.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Of several in a row: the capability with their number, if that depends on the configuration.</summary>
    public string? CountFrom { get; init; }

    /// <summary>The parameter that gives the reset value, if that depends on the configuration.</summary>
    public string? ResetFrom { get; init; }

    /// <summary>Of several in a row: the enumeration whose values number them.</summary>
    public Type? Numbering { get; init; }

    /// <summary>The bits of all fields.</summary>
    public ulong Mask => Fields.Aggregate(0ul, (mask, part) => mask | (ulong.MaxValue >> (64 - part.Width) << part.Bit));
}
