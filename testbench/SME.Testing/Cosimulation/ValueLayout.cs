// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Testing.Cosimulation;

/// <summary>A run of bits in the memory of a C# value: little-endian, from the lowest bit of its first byte.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Bytes">How many bytes it has in memory.</param>
/// <param name="Width">How many bits of them count.</param>
internal readonly record struct ValueLeaf(int Offset, int Bytes, int Width);

/// <summary>Finds where the bits of a C# value lie in memory, in the order in which a port carries them.</summary>
internal static class ValueLayout
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The field behind a member of a record: itself, or that of an automatic property.</summary>
    /// <exception cref="CosimulationException">There is none.</exception>
    internal static FieldInfo FieldOf(Type type, string member) =>
        type.GetField(member, InstanceFields) ?? type.GetField($"<{member}>k__BackingField", InstanceFields)
            ?? throw new CosimulationException($"{type} has no field or automatic property {member}");

    /// <summary>Bytes from the start of a value to a field of it, or a field of that, and so on.</summary>
    internal static int OffsetOf(Type type, IEnumerable<FieldInfo> path)
    {
        DynamicMethod method = new("OffsetOf", typeof(int), [], typeof(ValueLayout).Module, true);
        ILGenerator code = method.GetILGenerator();
        LocalBuilder value = code.DeclareLocal(type);
        code.Emit(OpCodes.Ldloca, value);
        foreach (FieldInfo field in path)
        {
            code.Emit(OpCodes.Ldflda, field);
        }

        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Ldloca, value);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Conv_I4);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    /// <summary>The runs of bits of a value, lowest bits first; neighbours are one run.</summary>
    /// <param name="type">A hardware type.</param>
    /// <param name="offset">Where the value begins.</param>
    internal static List<ValueLeaf> Leaves(Type type, int offset)
    {
        List<ValueLeaf> merged = [];
        foreach (ValueLeaf leaf in Parts(type, offset))
        {
            ValueLeaf last = merged.Count > 0 ? merged[^1] : default;
            if (merged.Count > 0 && last.Width == last.Bytes * 8 && last.Offset + last.Bytes == leaf.Offset)
            {
                merged[^1] = new ValueLeaf(last.Offset, last.Bytes + leaf.Bytes, last.Width + leaf.Width);
            }
            else
            {
                merged.Add(leaf);
            }
        }

        return merged;
    }

    private static IEnumerable<ValueLeaf> Parts(Type type, int offset)
    {
        if (type.IsEnum)
        {
            return Parts(type.GetEnumUnderlyingType(), offset);
        }

        if (type == typeof(bool))
        {
            return [new ValueLeaf(offset, 1, 1)];
        }

        int size = SizeOf(type);
        if (type.IsPrimitive || type == typeof(Int128) || type == typeof(UInt128))
        {
            return [new ValueLeaf(offset, size, size * 8)];
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Bits<>))
        {
            return [new ValueLeaf(offset, size, (int)type.GetProperty(nameof(Bits<W1>.Width))!.GetValue(null)!)];
        }

        FieldInfo[] fields = type.GetFields(InstanceFields).OrderBy(field => field.MetadataToken).ToArray();
        if (type.GetCustomAttribute<InlineArrayAttribute>() is { } array)
        {
            int stride = SizeOf(fields[0].FieldType);
            return Enumerable.Range(0, array.Length).SelectMany(index => Parts(fields[0].FieldType, offset + (index * stride)));
        }

        return fields.SelectMany(field => Parts(field.FieldType, offset + OffsetOf(type, [field])));
    }

    private static int SizeOf(Type type)
    {
        DynamicMethod method = new("SizeOf", typeof(int), [], typeof(ValueLayout).Module, true);
        ILGenerator code = method.GetILGenerator();
        code.Emit(OpCodes.Sizeof, type);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }
}
