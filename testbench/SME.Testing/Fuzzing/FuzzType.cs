// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Fuzzing;

/// <summary>A type that a random program uses.</summary>
/// <param name="Name">As C# writes it.</param>
internal abstract record FuzzType(string Name)
{
    public sealed override string ToString() => Name;
}

internal sealed record BoolType() : FuzzType("bool");

/// <summary>An integer of C#, or char.</summary>
internal sealed record IntegerType(string Name, int Width, bool IsSigned) : FuzzType(Name)
{
    /// <summary>Whether C# calculates in it; smaller ones become int first.</summary>
    internal bool IsArithmetic => Width >= 32;

    /// <summary>Whether C# converts to another integer type without being asked.</summary>
    internal bool ConvertsTo(IntegerType other) =>
        this == other || (other.Name != "char" && (other.Width > Width ? other.IsSigned || !IsSigned : false));
}

internal sealed record EnumType(string Name, IntegerType Underlying, IReadOnlyList<(string Name, long Value)> Members) : FuzzType(Name);

internal sealed record VectorType(int Width) : FuzzType($"Bits<W{Width}>");

internal sealed record RecordType(string Name, IReadOnlyList<(string Name, FuzzType Type)> Fields) : FuzzType(Name);

/// <summary>An inline array.</summary>
internal sealed record InlineArrayType(string Name, FuzzType Element, int Count) : FuzzType(Name);

/// <summary>The types that are always there.</summary>
internal static class FuzzTypes
{
    internal static readonly BoolType Bool = new();
    internal static readonly IntegerType S8 = new("sbyte", 8, true);
    internal static readonly IntegerType U8 = new("byte", 8, false);
    internal static readonly IntegerType S16 = new("short", 16, true);
    internal static readonly IntegerType U16 = new("ushort", 16, false);
    internal static readonly IntegerType Character = new("char", 16, false);
    internal static readonly IntegerType S32 = new("int", 32, true);
    internal static readonly IntegerType U32 = new("uint", 32, false);
    internal static readonly IntegerType S64 = new("long", 64, true);
    internal static readonly IntegerType U64 = new("ulong", 64, false);
    internal static readonly IntegerType S128 = new("Int128", 128, true);
    internal static readonly IntegerType U128 = new("UInt128", 128, false);

    internal static readonly IntegerType[] Integers = [S8, U8, S16, U16, Character, S32, U32, S64, U64, S128, U128];

    /// <summary>Small integers appear as often as all wide ones.</summary>
    internal static readonly IntegerType[] CommonIntegers = [S8, U8, U8, S16, U16, Character, S32, S32, S32, U32, U32, S64, U64, S128,
        U128];

    /// <summary>Widths around the sizes of words, and odd ones.</summary>
    internal static readonly int[] Widths = [1, 2, 3, 5, 7, 8, 9, 12, 13, 16, 17, 24, 31, 32, 33, 48, 63, 64, 66, 72, 96, 128, 136, 256];

    internal static VectorType Vector(int width) => new(width);
}
