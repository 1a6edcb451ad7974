// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <summary>Writes constants as VHDL literals.</summary>
internal static class Literals
{
    /// <summary>A string of bits, hexadecimal where it is long.</summary>
    public static string BitString(BigInteger bits, int width)
    {
        if (width < 8)
        {
            return $"\"{string.Concat(Enumerable.Range(0, width).Select(i => ((bits >> (width - 1 - i)) & 1).IsZero ? '0' : '1'))}\"";
        }

        string digits = bits.ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft((width + 3) / 4, '0');
        return width % 4 == 0 ? $"x\"{digits}\"" : string.Create(CultureInfo.InvariantCulture, $"{width}x\"{digits}\"");
    }

    /// <summary>A constant where the type and the length are known: in an assignment, an aggregate, a declaration.</summary>
    public static string InContext(Node constant, TypesPackage types)
    {
        switch (constant)
        {
            case Aggregate aggregate:
                return Aggregate(aggregate, types);
            case Constant { Type: HardwareBoolean } bit:
                return bit.Value.IsZero ? "'0'" : "'1'";
            case Constant { Type: HardwareEnum type } member when types.EnumName(type, member.Value) is { } name:
                return name;
            case Constant scalar:
                BigInteger bits = Constants.Bits(scalar);
                return bits.IsZero && scalar.Width > 4 ? "(others => '0')"
                    : bits == (BigInteger.One << scalar.Width) - 1 && scalar.Width > 16 ? "(others => '1')"
                    : IsSmall(scalar) && scalar.Width > 8 ? Number(scalar)
                    : BitString(bits, scalar.Width);
            default:
                throw new InvalidOperationException("not a constant");
        }
    }

    private static readonly BigInteger LargestInteger = BigInteger.One << 30;

    /// <summary>A constant of any context, its type and length in it.</summary>
    public static string Qualified(Constant constant, TypesPackage types)
    {
        if (constant.Type is HardwareBoolean || (constant.Type is HardwareEnum type && types.EnumName(type, constant.Value) is not null))
        {
            return InContext(constant, types);
        }

        return IsSmall(constant) ? Number(constant)
            : $"{(constant.Type.IsSigned ? "signed" : "unsigned")}'({BitString(Constants.Bits(constant), constant.Width)})";
    }

    /// <summary>
    /// Whether it is written as an integer. VHDL's have 32 bits, but GHDL 2.0 takes no literals near the largest, such as 2147483616.
    /// </summary>
    public static bool IsSmall(Constant constant) => BigInteger.Abs(constant.Value) < LargestInteger;

    private static string Number(Constant constant) => constant.Type.IsSigned
        ? string.Create(CultureInfo.InvariantCulture, $"to_signed({constant.Value}, {constant.Width})")
        : string.Create(CultureInfo.InvariantCulture, $"to_unsigned({constant.Value}, {constant.Width})");

    private static string Aggregate(Aggregate aggregate, TypesPackage types)
    {
        if (aggregate.Type is HardwareRecord record)
        {
            IEnumerable<string> fields = aggregate.Parts.Select((part, i) => $"{types.FieldName(record, i)} => {InContext(part, types)}");
            return $"({string.Join(", ", fields)})";
        }

        if (aggregate.Parts.All(part => Constants.AreEqual(part, aggregate.Parts[0])))
        {
            return $"(others => {InContext(aggregate.Parts[0], types)})";
        }

        return $"({string.Join(", ", aggregate.Parts.Select(part => InContext(part, types)))})";
    }
}
