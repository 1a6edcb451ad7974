// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SME.VHDL.Hardware;

/// <summary>Finds the hardware type of a C# type.</summary>
internal static class HardwareTypes
{
    private static readonly ConcurrentDictionary<Type, HardwareType?> Known = new();

    /// <summary>The hardware type; null if the C# type has none (classes, interfaces, floating point, ...).</summary>
    /// <param name="type">A closed C# type; the length of a C# array is not in its type, so it has none here.</param>
    public static HardwareType? Find(Type type)
    {
        if (Known.TryGetValue(type, out HardwareType? known))
        {
            return known;
        }

        HardwareType? made = Make(type);
        Known[type] = made;
        return made;
    }

    /// <summary>The width that a type argument of <see cref="Bits{TWidth}"/> stands for.</summary>
    public static int WidthOf(Type width) => (int)Helper(nameof(WidthCore)).MakeGenericMethod(width).Invoke(null, null)!;

    /// <summary>The bits of a <see cref="Bits{TWidth}"/>.</summary>
    public static System.Numerics.BigInteger BitsOf(object value) =>
        System.Numerics.BigInteger.Parse("0" + value, System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The elements of an inline array.</summary>
    public static object[] ElementsOf(object inlineArray)
    {
        Type type = inlineArray.GetType();
        return (object[])Helper(nameof(ElementsCore)).MakeGenericMethod(type, InlineElement(type).FieldType).Invoke(null, [inlineArray])!;
    }

    /// <summary>The fields that make up a struct's value, in the order of declaration.</summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken);

    /// <summary>Name in the source of a field that the compiler may have made (auto-property, captured parameter).</summary>
    public static string SourceName(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static HardwareType? Make(Type type)
    {
        if (type.IsEnum)
        {
            HardwareType underlying = Find(Enum.GetUnderlyingType(type))!;
            return new HardwareEnum(type, underlying.Width, underlying.IsSigned);
        }

        if (Integer(type) is { } integer)
        {
            return integer;
        }

        if (type == typeof(bool))
        {
            return HardwareBoolean.Instance;
        }

        if (!type.IsValueType || type.IsPrimitive || type.IsPointer || type.IsByRefLike || type.ContainsGenericParameters
            || type == typeof(decimal))
        {
            return null;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Bits<>))
        {
            return new HardwareVector(WidthOf(type.GetGenericArguments()[0]));
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } inline)
        {
            return Find(InlineElement(type).FieldType) is { } element ? new HardwareArray(element, inline.Length) : null;
        }

        List<HardwareField> fields = [];
        foreach (FieldInfo field in FieldsOf(type))
        {
            if (Find(field.FieldType) is not { } fieldType)
            {
                return null;
            }

            fields.Add(new HardwareField(SourceName(field), fieldType, field));
        }

        return fields.Count == 0 ? null : new HardwareRecord(type, fields);
    }

    private static HardwareInteger? Integer(Type type) => type switch
    {
        _ when type == typeof(byte) => new(8, false),
        _ when type == typeof(sbyte) => new(8, true),
        _ when type == typeof(ushort) || type == typeof(char) => new(16, false),
        _ when type == typeof(short) => new(16, true),
        _ when type == typeof(uint) => new(32, false),
        _ when type == typeof(int) => new(32, true),
        _ when type == typeof(ulong) => new(64, false),
        _ when type == typeof(long) => new(64, true),
        _ when type == typeof(UInt128) => new(128, false),
        _ when type == typeof(Int128) => new(128, true),
        _ => null,
    };

    private static FieldInfo InlineElement(
        Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0];

    private static MethodInfo Helper(string name) => typeof(HardwareTypes).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static int WidthCore<TWidth>()
        where TWidth : unmanaged, IWidth => TWidth.Bits;

    private static object[] ElementsCore<TArray, TElement>(object boxed)
        where TArray : struct
    {
        TArray array = (TArray)boxed;
        ref TElement first = ref Unsafe.As<TArray, TElement>(ref array);
        object[] elements = new object[typeof(TArray).GetCustomAttribute<InlineArrayAttribute>()!.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Unsafe.Add(ref first, i)!;
        }

        return elements;
    }
}
