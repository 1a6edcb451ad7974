// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Lauberhorn.Driver;

/// <summary>
/// Reads and writes values item by item at their places in XDR (RFC 4506). What the NIC has made native has every item at the same place as
/// in XDR, only little-endian; so one reader and one writer serve both.
/// </summary>
public static class XdrCodec
{
    // A string that is not UTF-8 is refused, not patched.
    private static readonly UTF8Encoding Text = new(false, true);

    /// <summary>Reads values that follow one another.</summary>
    /// <param name="bytes">The message; may be longer than the values.</param>
    /// <param name="shapes">Their shapes.</param>
    /// <param name="isNative">Whether items are little-endian; otherwise they are as in XDR.</param>
    /// <returns>The values.</returns>
    /// <exception cref="GarbageArgumentsException">They do not fit the bytes, are longer than they may be, or a string is not
    /// UTF-8.</exception>
    public static object[] Read(ReadOnlySpan<byte> bytes, IReadOnlyList<XdrShape> shapes, bool isNative)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var values = new object[shapes.Count];
        int at = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Read(bytes, ref at, shapes[i], isNative);
        }

        return values;
    }

    /// <summary>Writes values one after the other.</summary>
    /// <param name="values">The values.</param>
    /// <param name="shapes">Their shapes.</param>
    /// <param name="isNative">Whether items become little-endian; otherwise as in XDR.</param>
    /// <returns>The bytes, a multiple of 4.</returns>
    /// <exception cref="InvalidOperationException">A string or opaque item is null or longer than it may be.</exception>
    public static byte[] Write(IReadOnlyList<object?> values, IReadOnlyList<XdrShape> shapes, bool isNative)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shapes);
        var output = new MemoryStream();
        for (int i = 0; i < shapes.Count; i++)
        {
            Write(output, values[i], shapes[i], isNative);
        }

        return output.ToArray();
    }

    private static object Read(ReadOnlySpan<byte> bytes, ref int at, XdrShape shape, bool isNative)
    {
        switch (shape.Kind)
        {
            case XdrKind.Word:
                return Word(shape.Type, ReadWord(bytes, ref at, isNative));

            case XdrKind.DoubleWord:
                ReadOnlySpan<byte> both = Take(bytes, ref at, 8);
                ulong number = isNative ? BinaryPrimitives.ReadUInt64LittleEndian(both) : BinaryPrimitives.ReadUInt64BigEndian(both);
                return shape.Type == typeof(long) ? (object)(long)number
                    : shape.Type == typeof(double) ? (object)BitConverter.UInt64BitsToDouble(number)
                    : number;

            case XdrKind.Variable:
                uint length = ReadWord(bytes, ref at, isNative);
                if (length > (shape.Limit < 0 ? ushort.MaxValue : shape.Limit))
                {
                    throw new GarbageArgumentsException($"an item of {length} bytes is longer than it may be");
                }

                ReadOnlySpan<byte> content = Take(bytes, ref at, (int)((length + 3) & ~3u))[..(int)length];
                if (shape.Type == typeof(byte[]))
                {
                    return content.ToArray();
                }

                try
                {
                    return Text.GetString(content);
                }
                catch (DecoderFallbackException)
                {
                    throw new GarbageArgumentsException("a string is not UTF-8");
                }

            default:
                object structure = Activator.CreateInstance(shape.Type)!;
                for (int i = 0; i < shape.Fields.Length; i++)
                {
                    shape.Fields[i].SetValue(structure, Read(bytes, ref at, shape.Members[i], isNative));
                }

                return structure;
        }
    }

    private static object Word(Type type, uint word) =>
        type == typeof(int) ? (int)word
        : type == typeof(bool) ? word != 0
        : type == typeof(float) ? BitConverter.UInt32BitsToSingle(word)
        : type.IsEnum ? Enum.ToObject(type, Enum.GetUnderlyingType(type) == typeof(int) ? (int)word : (object)word)
        : word;

    private static uint ReadWord(ReadOnlySpan<byte> bytes, ref int at, bool isNative)
    {
        ReadOnlySpan<byte> word = Take(bytes, ref at, 4);
        return isNative ? BinaryPrimitives.ReadUInt32LittleEndian(word) : BinaryPrimitives.ReadUInt32BigEndian(word);
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        if (count > bytes.Length - at)
        {
            throw new GarbageArgumentsException($"{count} bytes are wanted at byte {at}, but the message has {bytes.Length}");
        }

        at += count;
        return bytes.Slice(at - count, count);
    }

    private static void Write(MemoryStream output, object? value, XdrShape shape, bool isNative)
    {
        Span<byte> item = stackalloc byte[8];
        switch (shape.Kind)
        {
            case XdrKind.Word:
                WriteWord(output, Number(value!), isNative);
                break;

            case XdrKind.DoubleWord:
                ulong number = value switch
                {
                    long signed => (ulong)signed,
                    double real => BitConverter.DoubleToUInt64Bits(real),
                    _ => (ulong)value!,
                };
                if (isNative)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(item, number);
                }
                else
                {
                    BinaryPrimitives.WriteUInt64BigEndian(item, number);
                }

                output.Write(item);
                break;

            case XdrKind.Variable:
                byte[] content = value switch
                {
                    byte[] opaque => opaque,
                    string text => Text.GetBytes(text),
                    _ => throw new InvalidOperationException($"a {shape.Type.Name} is null; XDR has no such value"),
                };
                int limit = shape.Limit < 0 ? ushort.MaxValue : shape.Limit;
                if (content.Length > limit)
                {
                    throw new InvalidOperationException($"an item has {content.Length} bytes; at most {limit} were declared");
                }

                WriteWord(output, (uint)content.Length, isNative);
                output.Write(content);
                output.Write(new byte[-content.Length & 3]);
                break;

            default:
                for (int i = 0; i < shape.Fields.Length; i++)
                {
                    Write(output, shape.Fields[i].GetValue(value), shape.Members[i], isNative);
                }

                break;
        }
    }

    private static uint Number(object value) => value switch
    {
        int signed => (uint)signed,
        uint unsigned => unsigned,
        bool truth => truth ? 1u : 0,
        float real => BitConverter.SingleToUInt32Bits(real),
        Enum named => Enum.GetUnderlyingType(named.GetType()) == typeof(int) ? (uint)Convert.ToInt32(named, null)
            : Convert.ToUInt32(named, null),
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no 32-bit word"),
    };

    private static void WriteWord(MemoryStream output, uint word, bool isNative)
    {
        Span<byte> item = stackalloc byte[4];
        if (isNative)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(item, word);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(item, word);
        }

        output.Write(item);
    }
}
