// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME;

/// <summary>Compares values of hardware types, also those (inline arrays) that have no equality of their own.</summary>
/// <typeparam name="T">A hardware type.</typeparam>
internal static class HardwareValue<T>
    where T : struct
{
    /// <summary>Whether two values have the same bits; allocates nothing if they have.</summary>
    public static bool AreEqual(T left, T right) => HaveEqualStorage(ref left, ref right) || AreEqualObjects(left, right, typeof(T));

    // Equal storage means equal values. The opposite does not hold, because of padding, so that a difference is
    // looked at again, field by field; by then the simulation is about to end in almost every case.
    private static bool HaveEqualStorage(ref T left, ref T right)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return false;
        }

        int size = Unsafe.SizeOf<T>();
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref left), size)
            .SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref right), size));
    }

    private static bool AreEqualObjects(object? left, object? right, Type type)
    {
        if (left is Array leftArray && right is Array rightArray)
        {
            return leftArray.Cast<object>().Zip(rightArray.Cast<object>())
                .All(pair => AreEqualObjects(pair.First, pair.Second, pair.First.GetType()));
        }

        if (left is null || right is null || type.IsPrimitive || type.IsEnum || type == typeof(Int128) || type == typeof(UInt128))
        {
            return Equals(left, right);
        }

        if (type.GetCustomAttribute<InlineArrayAttribute>() is InlineArrayAttribute inline)
        {
            return (bool)typeof(HardwareValue<T>).GetMethod(nameof(AreEqualInlineArrays), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type, type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)[0].FieldType)
                .Invoke(null, [left, right, inline.Length])!;
        }

        return Array.TrueForAll(
            type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public),
            field => AreEqualObjects(field.GetValue(left), field.GetValue(right), field.FieldType));
    }

    private static bool AreEqualInlineArrays<TArray, TElement>(TArray left, TArray right, int length)
        where TArray : struct
        where TElement : struct
    {
        for (int i = 0; i < length; i++)
        {
            if (!HardwareValue<TElement>.AreEqual(Unsafe.Add(ref Unsafe.As<TArray, TElement>(ref left), i),
                Unsafe.Add(ref Unsafe.As<TArray, TElement>(ref right), i)))
            {
                return false;
            }
        }

        return true;
    }
}
