// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;

namespace SME.VHDL.Hardware;

/// <summary>Makes constants from values of the elaborated design.</summary>
internal static class Constants
{
    public static Constant True { get; } = new(HardwareBoolean.Instance, BigInteger.One);

    public static Constant False { get; } = new(HardwareBoolean.Instance, BigInteger.Zero);

    public static Constant Boolean(bool value) => value ? True : False;

    /// <summary>All bits zero.</summary>
    public static Node Zero(HardwareType type) => type switch
    {
        HardwareRecord record => new Aggregate(record, record.Fields.Select(field => Zero(field.Type)).ToArray()),
        HardwareArray array => new Aggregate(array, Enumerable.Repeat(Zero(array.Element), array.Length).ToArray()),
        _ => new Constant(type, BigInteger.Zero),
    };

    /// <summary>A scalar constant, wrapped to the type's width.</summary>
    public static Constant Scalar(HardwareType type, BigInteger value) => new(type, Wrap(value, type.Width, type.IsSigned));

    /// <summary>A number modulo 2^width, in the range of the type.</summary>
    public static BigInteger Wrap(BigInteger value, int width, bool isSigned)
    {
        BigInteger modulus = BigInteger.One << width;
        BigInteger wrapped = value & (modulus - 1);
        return isSigned && wrapped >= modulus >> 1 ? wrapped - modulus : wrapped;
    }

    /// <summary>The bits of a scalar constant as an unsigned number.</summary>
    public static BigInteger Bits(Constant constant) => Wrap(constant.Value, constant.Width, false);

    /// <summary>A C# value.</summary>
    /// <param name="value">The value; its C# type must match the hardware type.</param>
    /// <param name="type">The hardware type.</param>
    public static Node From(object value, HardwareType type)
    {
        switch (type)
        {
            case HardwareRecord record:
                return new Aggregate(record, record.Fields.Select(field => From(field.Info.GetValue(value)!, field.Type)).ToArray());
            case HardwareArray array:
                IEnumerable<object> elements = value is Array clr ? clr.Cast<object>() : HardwareTypes.ElementsOf(value);
                return new Aggregate(array, elements.Select(element => From(element, array.Element)).ToArray());
            default:
                return Scalar(type, Number(value));
        }
    }

    /// <summary>All bits of a constant, the first field or element in the lowest bits.</summary>
    public static BigInteger Packed(Node constant)
    {
        if (constant is Constant scalar)
        {
            return Bits(scalar);
        }

        BigInteger packed = BigInteger.Zero;
        int offset = 0;
        foreach (Node part in ((Aggregate)constant).Parts)
        {
            packed |= Packed(part) << offset;
            offset += part.Width;
        }

        return packed;
    }

    /// <summary>The value of a C# integer, bool, char, enum or vector.</summary>
    public static BigInteger Number(object value) => value switch
    {
        bool boolean => boolean ? BigInteger.One : BigInteger.Zero,
        char character => character,
        UInt128 number => number,
        Int128 number => number,
        ulong number => number,
        Enum member => Number(System.Convert.ChangeType(member, Enum.GetUnderlyingType(member.GetType()), CultureInfo.InvariantCulture)),
        IConvertible number => number.ToInt64(CultureInfo.InvariantCulture),
        _ => HardwareTypes.BitsOf(value),
    };

    /// <summary>Whether two constants of one type are the same.</summary>
    public static bool AreEqual(Node left, Node right) => (left, right) switch
    {
        (Constant a, Constant b) => a.Value == b.Value,
        (Aggregate a, Aggregate b) => a.Parts.Zip(b.Parts).All(pair => AreEqual(pair.First, pair.Second)),
        _ => false,
    };
}
