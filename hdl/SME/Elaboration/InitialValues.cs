// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace SME;

/// <summary>Brings the constant of an <see cref="InitialValueAttribute"/> to the type of its signal.</summary>
internal static class InitialValues
{
    /// <summary>A signal's value at reset.</summary>
    /// <exception cref="ElaborationException">The constant does not fit the signal's type.</exception>
    internal static object Of(PropertyInfo signal)
    {
        Type type = signal.PropertyType;
        object? value = signal.GetCustomAttribute<InitialValueAttribute>()?.Value;
        if (value is null || value.GetType() == type)
        {
            return value ?? Activator.CreateInstance(type) ?? throw Unfit(signal, "nothing", "signals are value types");
        }

        if (type.IsEnum)
        {
            object underlying = Fit(signal, value.GetType().IsEnum ? Number(value) : AsInteger(signal, value),
                type.GetEnumUnderlyingType());
            return Enum.ToObject(type, underlying);
        }

        if (type == typeof(bool))
        {
            throw Unfit(signal, value, "use true or false");
        }

        return Fit(signal, AsInteger(signal, value), type);
    }

    private static BigInteger AsInteger(PropertyInfo signal, object value) => value switch
    {
        sbyte or short or int or long or byte or ushort or uint or ulong or char => Number(value),
        string text when BigInteger.TryParse("0" + text.Replace("_", string.Empty, StringComparison.Ordinal),
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger parsed) => parsed,
        _ => throw Unfit(signal, value, "use an integer constant, or hexadecimal digits in a string"),
    };

    private static BigInteger Number(object value) => value switch
    {
        char character => character,
        Enum => BigInteger.Parse(((Enum)value).ToString("D"), CultureInfo.InvariantCulture),
        ulong large => large,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    private static object Fit(PropertyInfo signal, BigInteger value, Type type)
    {
        try
        {
            return type switch
            {
                _ when type == typeof(sbyte) => (object)(sbyte)value,
                _ when type == typeof(byte) => (byte)value,
                _ when type == typeof(short) => (short)value,
                _ when type == typeof(ushort) => (ushort)value,
                _ when type == typeof(char) => (char)(ushort)value,
                _ when type == typeof(int) => (int)value,
                _ when type == typeof(uint) => (uint)value,
                _ when type == typeof(long) => (long)value,
                _ when type == typeof(ulong) => (ulong)value,
                _ when type == typeof(Int128) => (Int128)value,
                _ when type == typeof(UInt128) => (UInt128)value,
                _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Bits<>) => Vector(value, type),
                _ => throw Unfit(signal, value,
                    "a record or an array starts with all bits zero; reset its parts in the process that drives it"),
            };
        }
        catch (OverflowException)
        {
            throw Unfit(signal, value, $"it is out of the range of {Readable(type)}");
        }
    }

    private static object Vector(BigInteger value, Type type)
    {
        MethodInfo parse = type.GetMethod(nameof(Bits<W1>.Parse), [typeof(string)])!;
        int width = (int)type.GetProperty(nameof(Bits<W1>.Width))!.GetValue(null)!;
        if (value.Sign < 0 || value.GetBitLength() > width)
        {
            throw new OverflowException();
        }

        return parse.Invoke(null, [value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0')])!;
    }

    private static string Readable(Type type) => type.IsGenericType ? $"Bits<{type.GetGenericArguments()[0].Name}>" : type.Name;

    private static ElaborationException Unfit(PropertyInfo signal, object value, string reason) =>
        new($"{signal.DeclaringType}.{signal.Name}: the initial value {value} does not fit: {reason}");
}
