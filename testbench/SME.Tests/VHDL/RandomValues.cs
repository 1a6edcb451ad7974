// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME.Tests.VHDL;

/// <summary>Values of any hardware type; small ones and those at the limits come more often than chance would have it.</summary>
internal static class RandomValues
{
    public static object Of(Type type, Random random) =>
        typeof(RandomValues).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null,
            [random])!;

    private static T Make<T>(Random random)
        where T : struct
    {
        T value = default;
        if (typeof(T) == typeof(bool))
        {
            return (T)(object)(random.Next(2) != 0);
        }

        if (typeof(T).IsEnum)
        {
            Array values = typeof(T).GetEnumValues();
            return (T)values.GetValue(random.Next(values.Length))!;
        }

        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(Bits<>))
        {
            byte[] bytes = new byte[(int)typeof(T).GetProperty("Width")!.GetValue(null)! / 8 + 1];
            Fill(bytes, random);
            int width = (int)typeof(T).GetProperty("Width")!.GetValue(null)!;
            return (T)FromBytes(typeof(T).GetGenericArguments()[0], bytes.AsSpan(0, (width + 7) / 8).ToArray());
        }

        if (!typeof(T).IsPrimitive && typeof(T) != typeof(UInt128) && typeof(T) != typeof(Int128)
            && typeof(T).GetCustomAttribute<InlineArrayAttribute>() is null)
        {
            object boxed = value;
            foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                field.SetValue(boxed, Of(field.FieldType, random));
            }

            return (T)boxed;
        }

        Span<byte> raw = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>()));
        Fill(raw, random);
        return value;
    }

    private static object FromBytes(Type width, byte[] bytes) =>
        typeof(RandomValues).GetMethod(nameof(FromBytesCore), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(width)
            .Invoke(null, [bytes])!;

    private static Bits<TWidth> FromBytesCore<TWidth>(byte[] bytes)
        where TWidth : unmanaged, IWidth => Bits<TWidth>.FromBytes(bytes);

    private static void Fill(Span<byte> bytes, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                bytes[0] = (byte)random.Next(40);
                break;
            case 1:
                bytes.Fill(255);
                bytes[0] -= (byte)random.Next(10);
                break;
            case 2:
                bytes[^1] = 0x80;
                break;
            default:
                random.NextBytes(bytes);
                break;
        }
    }
}
