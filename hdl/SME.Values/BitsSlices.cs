// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME;

/// <content>Parts of a vector, and its bytes.</content>
public partial struct Bits<TWidth>
{
    /// <summary>The same value in another width: cut off, or extended with zeros.</summary>
    /// <typeparam name="TOther">The other width.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TOther> Resize<TOther>()
        where TOther : unmanaged, IWidth
    {
        Bits<TOther> result = default;
        if (Bits<TOther>.WordCount <= WordCount)
        {
            result.storage = Unsafe.As<TWidth, TOther>(ref Unsafe.AsRef(in storage));
            return result.Trimmed();
        }

        Unsafe.As<TOther, TWidth>(ref result.storage) = storage;
        return result;
    }

    /// <summary>Adjacent bits, as many as the slice is wide.</summary>
    /// <typeparam name="TSlice">How many.</typeparam>
    /// <param name="lowBit">Index of the lowest; the slice must lie inside the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TSlice> Slice<TSlice>(int lowBit)
        where TSlice : unmanaged, IWidth
    {
        CheckRange(lowBit, TSlice.Bits);
        Bits<TSlice> result = default;
        if ((lowBit & 7) == 0 && (lowBit >> 3) + (Bits<TSlice>.WordCount * 8) <= WordCount * 8)
        {
            // On a byte boundary, and not so near the end that whole words would lie outside: one load.
            result.storage = Unsafe.ReadUnaligned<TSlice>(ref Unsafe.Add(ref FirstByte, lowBit >> 3));
            return result.Trimmed();
        }

        int bits = lowBit & 63;
        if (Bits<TSlice>.WordCount == 1)
        {
            // Of a slice that lies in one word the upper part is masked away.
            int word = lowBit >> 6;
            ulong above = (bits + TSlice.Bits > 64) ? Unsafe.Add(ref First, word + 1) : 0;
            result.Word(0) = (Unsafe.Add(ref First, word) >> bits | above << 1 << (63 - bits)) & Bits<TSlice>.TopMask;
            return result;
        }

        for (int i = 0; i < Bits<TSlice>.WordCount; i++)
        {
            int at = (lowBit >> 6) + i;
            ulong upper = at + 1 < WordCount ? Unsafe.Add(ref First, at + 1) : 0;
            result.Word(i) = Unsafe.Add(ref First, at) >> bits | upper << 1 << (63 - bits);
        }

        return result.Trimmed();
    }

    /// <summary>This vector with some adjacent bits replaced.</summary>
    /// <typeparam name="TSlice">How many.</typeparam>
    /// <param name="lowBit">Index of the lowest; the slice must lie inside the vector.</param>
    /// <param name="value">The new bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TWidth> WithSlice<TSlice>(int lowBit, Bits<TSlice> value)
        where TSlice : unmanaged, IWidth
    {
        Bits<TWidth> result = this;
        result.SetSlice(lowBit, value);
        return result;
    }

    /// <summary>This vector with one bit replaced.</summary>
    /// <param name="bit">Index of the bit, below the width.</param>
    /// <param name="value">The new bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TWidth> WithBit(int bit, bool value)
    {
        Bits<TWidth> result = this;
        result.SetBit(bit, value);
        return result;
    }

    /// <summary>Byte <paramref name="index"/>, bits 8·index to 8·index + 7.</summary>
    /// <param name="index">Index of the byte; all its bits must lie inside the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte GetByte(int index)
    {
        CheckBytes(index, 1);
        return Unsafe.Add(ref FirstByte, index);
    }

    /// <summary>This vector with byte <paramref name="index"/> replaced.</summary>
    /// <param name="index">Index of the byte; all its bits must lie inside the vector.</param>
    /// <param name="value">The new byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TWidth> WithByte(int index, byte value)
    {
        Bits<TWidth> result = this;
        result.SetByte(index, value);
        return result;
    }

    /// <summary>The 16-bit field in network byte order whose first byte is byte <paramref name="byteIndex"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ushort GetUInt16BigEndian(int byteIndex)
    {
        CheckBytes(byteIndex, 2);
        return BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref FirstByte, byteIndex)));
    }

    /// <summary>The 32-bit field in network byte order whose first byte is byte <paramref name="byteIndex"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint GetUInt32BigEndian(int byteIndex)
    {
        CheckBytes(byteIndex, 4);
        return BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref FirstByte, byteIndex)));
    }

    /// <summary>
    /// Shifts towards the most significant byte by whole bytes; the count may be dynamic, 0 to 255, and a count of the width or more gives
    /// zero.
    /// </summary>
    /// <param name="count">How many bytes.</param>
    public readonly Bits<TWidth> ShiftLeftBytes(byte count) => this << (count * 8);

    /// <summary>
    /// Shifts towards the least significant byte by whole bytes; the count may be dynamic, 0 to 255, and a count of the width or more gives
    /// zero.
    /// </summary>
    /// <param name="count">How many bytes.</param>
    public readonly Bits<TWidth> ShiftRightBytes(byte count) => this >> (count * 8);

    /// <summary>The bytes in the opposite order. The width must be a multiple of 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Bits<TWidth> ReverseBytes()
    {
        if (WordCount == 1)
        {
            Bits<TWidth> only = default;
            only.Word(0) = BinaryPrimitives.ReverseEndianness(First) >> ((64 - TWidth.Bits) & 56);
            return only;
        }

        return WordsReversed();
    }

    /// <summary>The bytes of the words in the opposite order, the words too; then what was above the highest byte is moved away.</summary>
    private readonly Bits<TWidth> WordsReversed()
    {
        Bits<TWidth> result = default;
        for (int i = 0; i < WordCount; i++)
        {
            result.Word(i) = BinaryPrimitives.ReverseEndianness(Unsafe.Add(ref First, WordCount - 1 - i));
        }

        int above = ((WordCount * 64) - TWidth.Bits) & 56;
        if (above == 0)
        {
            return result;
        }

        for (int i = 0; i < WordCount; i++)
        {
            ulong upper = i + 1 < WordCount ? result.Word(i + 1) : 0;
            result.Word(i) = result.Word(i) >> above | upper << (64 - above);
        }

        return result;
    }

    /// <summary>Little-endian bytes into a vector; missing bytes are zero. For simulation code.</summary>
    /// <param name="bytes">At most ceil(width / 8) bytes.</param>
    public static Bits<TWidth> FromBytes(ReadOnlySpan<byte> bytes)
    {
        Bits<TWidth> result = default;
        bytes.CopyTo(MemoryMarshal.AsBytes(result.Words)[..((TWidth.Bits + 7) / 8)]);
        return result.Trimmed();
    }

    /// <summary>The bytes, byte 0 first. For simulation code.</summary>
    /// <param name="destination">Takes ceil(width / 8) bytes.</param>
    public readonly void CopyTo(Span<byte> destination) =>
        MemoryMarshal.AsBytes(ReadOnlyWords)[..((TWidth.Bits + 7) / 8)].CopyTo(destination);

    /// <summary>As <see cref="WithSlice"/>, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetSlice<TSlice>(int lowBit, Bits<TSlice> value)
        where TSlice : unmanaged, IWidth
    {
        CheckRange(lowBit, TSlice.Bits);
        if ((lowBit & 7) == 0 && TSlice.Bits % 8 == 0)
        {
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref FirstByte, lowBit >> 3), ref value.FirstByte, (uint)(TSlice.Bits / 8));
            return;
        }

        int bits = lowBit & 63;
        if (Bits<TSlice>.WordCount == 1)
        {
            ref ulong word = ref Word(lowBit >> 6);
            word = (word & ~(Bits<TSlice>.TopMask << bits)) | value.First << bits;
            if (bits + TSlice.Bits > 64)
            {
                ref ulong above = ref Word((lowBit >> 6) + 1);
                above = (above & ~(Bits<TSlice>.TopMask >> 1 >> (63 - bits))) | value.First >> 1 >> (63 - bits);
            }

            return;
        }

        for (int i = 0; i < Bits<TSlice>.WordCount; i++)
        {
            int at = (lowBit >> 6) + i;
            ulong mask = i == Bits<TSlice>.WordCount - 1 ? Bits<TSlice>.TopMask : ulong.MaxValue;
            Word(at) = (Word(at) & ~(mask << bits)) | value.Word(i) << bits;
            ulong spill = mask >> 1 >> (63 - bits);
            if (spill != 0)
            {
                Word(at + 1) = (Word(at + 1) & ~spill) | value.Word(i) >> 1 >> (63 - bits);
            }
        }
    }

    /// <summary>As <see cref="WithBit"/>, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetBit(int bit, bool value)
    {
        CheckRange(bit, 1);
        ref ulong word = ref Word(bit >> 6);
        word = (word & ~(1UL << (bit & 63))) | (value ? 1UL : 0) << (bit & 63);
    }

    /// <summary>As <see cref="WithByte"/>, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SetByte(int index, byte value)
    {
        CheckBytes(index, 1);
        Unsafe.Add(ref FirstByte, index) = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckRange(int lowBit, int count)
    {
        if (lowBit < 0 || lowBit > TWidth.Bits - count)
        {
            ThrowRange(lowBit, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckBytes(int index, int count)
    {
        if (index < 0 || index > (TWidth.Bits / 8) - count)
        {
            ThrowBytes(index, count);
        }
    }

    [DoesNotReturn]
    private static void ThrowBytes(int index, int count) =>
        throw new ArgumentOutOfRangeException(
            nameof(index), $"bytes {index} to {(long)index + count - 1} do not lie inside a vector of {TWidth.Bits} bits");

    [DoesNotReturn]
    private static void ThrowRange(int lowBit, int count) =>
        throw new ArgumentOutOfRangeException(nameof(lowBit),
            $"bits {lowBit} to {lowBit + count - 1} lie outside a vector of {TWidth.Bits} bits");
}
