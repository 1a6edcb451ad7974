// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// What the NIC does with a message's words between XDR (big-endian) and memory (little-endian), and what it checks: two bits for each of
/// the 24 words of a control line. If the values do not fit such a layout, the bytes stay as they are and software reads XDR;
/// <see cref="RawReason"/> says why.
/// </summary>
public sealed class MessageLayout
{
    /// <summary>Words in a control line that a layout speaks of.</summary>
    public const int Words = ControlLine.InlineBytes / 4;

    /// <summary>Value of <see cref="LengthWord"/> if there is none.</summary>
    public const byte NoLengthWord = 31;

    /// <summary>The word's bytes stay as they are.</summary>
    internal const uint AsIs = (uint)ArgumentWord.AsIs;

    /// <summary>The word's bytes are reversed.</summary>
    internal const uint Swap = (uint)ArgumentWord.Swap;

    /// <summary>The first word of a 64-bit value.</summary>
    internal const uint First = (uint)ArgumentWord.First;

    /// <summary>The second word of a 64-bit value.</summary>
    internal const uint Second = (uint)ArgumentWord.Second;

    internal MessageLayout(IReadOnlyList<XdrShape> shapes, ulong code, byte lengthWord, ushort lengthLimit, int maximumBytes,
        string? rawReason)
    {
        Shapes = shapes;
        Code = code;
        LengthWord = lengthWord;
        LengthLimit = lengthLimit;
        MaximumBytes = maximumBytes;
        RawReason = rawReason;
    }

    /// <summary>The shapes of the values, in their order.</summary>
    public IReadOnlyList<XdrShape> Shapes { get; }

    /// <summary>The 48 bits for the NIC: word 0 in the lowest two.</summary>
    public ulong Code { get; }

    /// <summary>Index of the word that is the length of a variable-length item, or <see cref="NoLengthWord"/>.</summary>
    public byte LengthWord { get; }

    /// <summary>The largest value of this length, in bytes.</summary>
    public ushort LengthLimit { get; }

    /// <summary>The smallest size of the values, in bytes.</summary>
    public int MinimumBytes => Shapes.Sum(shape => shape.MinimumBytes);

    /// <summary>The largest size of the values in bytes, as far as a message can hold them.</summary>
    public int MaximumBytes { get; }

    /// <summary>Whether the NIC makes the values native; otherwise they are XDR in memory too.</summary>
    public bool IsNative => RawReason is null;

    /// <summary>Why the values stay XDR, a sentence; null if they do not.</summary>
    public string? RawReason { get; }

    /// <summary>Reads the values.</summary>
    /// <param name="bytes">The message's bytes, from the first argument on.</param>
    /// <exception cref="GarbageArgumentsException">They make no sense.</exception>
    public object[] Read(ReadOnlySpan<byte> bytes) => XdrCodec.Read(bytes, Shapes, IsNative);

    /// <summary>Writes values as the layout has them: native words, or XDR if the values stay XDR.</summary>
    /// <param name="values">As many as there are shapes.</param>
    /// <returns>The bytes as they must be in memory.</returns>
    /// <exception cref="InvalidOperationException">A value cannot be written, or all are longer than a message can be.</exception>
    public byte[] Write(params object?[] values)
    {
        byte[] bytes = XdrCodec.Write(values, Shapes, IsNative);
        return bytes.Length <= MaximumBytes
            ? bytes
            : throw new InvalidOperationException(
                $"the results have {bytes.Length} bytes; at most {MaximumBytes} were declared or fit a message");
    }

    /// <summary>What the NIC does to a message, as plain C#: XDR to memory, or memory to XDR, which is the same.</summary>
    /// <param name="message">The message's bytes; whole words.</param>
    /// <returns>The bytes after it.</returns>
    public byte[] Convert(ReadOnlySpan<byte> message)
    {
        byte[] result = message.ToArray();
        for (int word = 0; word < Words && (4 * word) + 4 <= message.Length; word++)
        {
            uint kind = (uint)(Code >> (2 * word)) & 3;
            int from = kind == First ? word + 1 : kind == Second ? word - 1 : word;
            for (int i = 0; kind != AsIs && i < 4; i++)
            {
                int place = (4 * from) + 3 - i;
                result[(4 * word) + i] = place < message.Length ? message[place] : (byte)0;
            }
        }

        return result;
    }
}
