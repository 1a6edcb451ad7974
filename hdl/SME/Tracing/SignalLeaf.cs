// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Tracing;

/// <summary>A part of a bus that is one number: a signal, or a member of a record or an element of an array in it.</summary>
/// <param name="Path">The signal's name, then members and indices.</param>
/// <param name="Type">Its type.</param>
/// <param name="Offset">Where it lies in the bus's values, in bytes.</param>
/// <param name="Width">Its width in bits.</param>
internal sealed record SignalLeaf(IReadOnlyList<string> Path, Type Type, int Offset, int Width)
{
    private readonly Dictionary<UInt128, string> names = Type.IsEnum ? NamesOf(Type) : [];

    /// <summary>Bytes that it takes in memory.</summary>
    internal int Size => Type == typeof(Int128) || Type == typeof(UInt128) ? 16
        : Width <= 8 && !IsVector ? 1 : Width <= 16 && !IsVector ? 2 : Width <= 32 && !IsVector ? 4 : (Width + 63) / 64 * 8;

    /// <summary>Its name: the path, joined by dots.</summary>
    internal string Name => string.Join('.', Path);

    private bool IsVector => Type.IsGenericType;

    private bool IsSigned => Type == typeof(sbyte) || Type == typeof(short) || Type == typeof(int) || Type == typeof(long)
        || Type == typeof(Int128);

    /// <summary>The digits, most significant first, without leading zeros beyond the first.</summary>
    internal string Binary(ReadOnlySpan<byte> values)
    {
        ReadOnlySpan<byte> bytes = values.Slice(Offset, Size);
        Span<char> digits = stackalloc char[Width];
        for (int i = 0; i < Width; i++)
        {
            digits[Width - 1 - i] = (char)('0' + (bytes[i >> 3] >> (i & 7) & 1));
        }

        int first = digits.IndexOf('1');
        return first < 0 ? "0" : new string(digits[first..]);
    }

    /// <summary>The name of an enum's value; its number if it has none.</summary>
    internal string EnumName(ReadOnlySpan<byte> values)
    {
        UInt128 value = Low(values);
        return names.TryGetValue(value, out string? name) ? name : value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As a reader of a table wants it: decimal, a name, or hexadecimal for a vector.</summary>
    internal string Text(ReadOnlySpan<byte> values)
    {
        if (Type.IsEnum)
        {
            return EnumName(values);
        }

        if (IsVector)
        {
            ReadOnlySpan<byte> bytes = values.Slice(Offset, Size);
            Span<char> digits = stackalloc char[(Width + 3) / 4];
            for (int i = 0; i < digits.Length; i++)
            {
                digits[^(i + 1)] = "0123456789abcdef"[bytes[i >> 1] >> ((i & 1) * 4) & 15];
            }

            return new string(digits);
        }

        UInt128 value = Low(values);
        return IsSigned ? ((Int128)(value << (128 - Width)) >> (128 - Width)).ToString(CultureInfo.InvariantCulture)
            : value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>All leaves of a bus.</summary>
    internal static SignalLeaf[] Of(BusStorage bus)
    {
        List<SignalLeaf> leaves = [];
        if (bus.GetType().GetField("Current")?.FieldType is { } values)
        {
            foreach (SignalDescription signal in bus.Signals)
            {
                FieldInfo field = values.GetField(signal.Name)!;
                Add(leaves, [signal.Name], field.FieldType, OffsetOf(field));
            }
        }

        return [.. leaves];
    }

    private static void Add(List<SignalLeaf> leaves, string[] path, Type type, int offset)
    {
        if (WidthOf(type) is { } width)
        {
            leaves.Add(new SignalLeaf(path, type, offset, width));
        }
        else if (type.GetCustomAttribute<InlineArrayAttribute>() is { } array)
        {
            Type element = Fields(type)[0].FieldType;
            int size = SizeOf(type) / array.Length;
            for (int i = 0; i < array.Length; i++)
            {
                Add(leaves, [.. path[..^1], $"{path[^1]}_{i}"], element, offset + (i * size));
            }
        }
        else if (type.IsValueType)
        {
            foreach (FieldInfo field in Fields(type))
            {
                Add(leaves, [.. path, ProcessInstance.SourceMember(field).Name], field.FieldType, offset + OffsetOf(field));
            }
        }
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static int? WidthOf(Type type)
    {
        Type plain = type.IsEnum ? type.GetEnumUnderlyingType() : type;
        if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(Bits<>))
        {
            return (int)plain.GetProperty(nameof(Bits<W1>.Width))!.GetValue(null)!;
        }

        return plain == typeof(bool) ? 1
            : plain == typeof(byte) || plain == typeof(sbyte) ? 8
            : plain == typeof(short) || plain == typeof(ushort) || plain == typeof(char) ? 16
            : plain == typeof(int) || plain == typeof(uint) ? 32
            : plain == typeof(long) || plain == typeof(ulong) ? 64
            : plain == typeof(Int128) || plain == typeof(UInt128) ? 128
            : null;
    }

    /// <summary>Where the runtime has put a field of a struct; asked from the runtime, since its layout is its own business.</summary>
    private static int OffsetOf(FieldInfo field)
    {
        DynamicMethod method = new("Offset", typeof(int), null, typeof(SignalLeaf).Module, true);
        ILGenerator generator = method.GetILGenerator();
        LocalBuilder value = generator.DeclareLocal(field.DeclaringType!);
        generator.Emit(OpCodes.Ldloca, value);
        generator.Emit(OpCodes.Ldflda, field);
        generator.Emit(OpCodes.Ldloca, value);
        generator.Emit(OpCodes.Sub);
        generator.Emit(OpCodes.Conv_I4);
        generator.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    private static int SizeOf(Type type)
    {
        DynamicMethod method = new("Size", typeof(int), null, typeof(SignalLeaf).Module, true);
        ILGenerator generator = method.GetILGenerator();
        generator.Emit(OpCodes.Sizeof, type);
        generator.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    private static Dictionary<UInt128, string> NamesOf(Type type)
    {
        Dictionary<UInt128, string> names = [];
        int width = WidthOf(type)!.Value;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            UInt128 value = UInt128.CreateTruncating(Int128.Parse(((Enum)field.GetValue(null)!).ToString("D"),
                CultureInfo.InvariantCulture));
            names.TryAdd(value << (128 - width) >> (128 - width), field.Name);
        }

        return names;
    }

    private UInt128 Low(ReadOnlySpan<byte> values)
    {
        ReadOnlySpan<byte> bytes = values.Slice(Offset, Math.Min(Size, 16));
        UInt128 value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = value << 8 | bytes[i];
        }

        return value;
    }

    /// <summary>A copy of the values of a bus, and whether they have changed since the last one.</summary>
    internal sealed class Snapshot
    {
        private readonly BusStorage bus;
        private readonly Action<BusStorage, byte[]> copy;
        private byte[] current;
        private byte[] last;

        internal Snapshot(BusStorage bus)
        {
            this.bus = bus;
            FieldInfo? field = bus.GetType().GetField("Current");
            int size = field is null ? 0 : SizeOf(field.FieldType);
            current = new byte[size];
            last = new byte[size];
            copy = size == 0 ? static (_, _) => { } : CopyOf(field!);
        }

        /// <summary>The bus's storage, byte for byte, as of the last <see cref="Take"/>.</summary>
        internal ReadOnlySpan<byte> Values => current;

        /// <summary>Takes the values of this tick; false if they are those of the last.</summary>
        internal bool Take()
        {
            (current, last) = (last, current);
            copy(bus, current);
            return !current.AsSpan().SequenceEqual(last);
        }

        /// <summary>Whether a leaf differs from the last tick.</summary>
        internal bool HasChanged(SignalLeaf leaf) => !current.AsSpan(leaf.Offset, leaf.Size)
            .SequenceEqual(last.AsSpan(leaf.Offset, leaf.Size));

        private static Action<BusStorage, byte[]> CopyOf(FieldInfo values)
        {
            DynamicMethod method = new("Copy", typeof(void), [typeof(BusStorage), typeof(byte[])], typeof(SignalLeaf).Module, true);
            ILGenerator generator = method.GetILGenerator();
            generator.Emit(OpCodes.Ldarg_1);
            generator.Emit(OpCodes.Ldc_I4_0);
            generator.Emit(OpCodes.Ldelema, typeof(byte));
            generator.Emit(OpCodes.Ldarg_0);
            generator.Emit(OpCodes.Castclass, values.DeclaringType!);
            generator.Emit(OpCodes.Ldflda, values);
            generator.Emit(OpCodes.Sizeof, values.FieldType);
            generator.Emit(OpCodes.Cpblk);
            generator.Emit(OpCodes.Ret);
            return method.CreateDelegate<Action<BusStorage, byte[]>>();
        }
    }
}
