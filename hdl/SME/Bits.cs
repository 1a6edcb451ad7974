// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME;

/// <summary>
/// An unsigned vector of any width: <c>Bits&lt;W512&gt;</c> is a beat, <c>Bits&lt;W1024&gt;</c> a line. Bit 0 is the least
/// significant; byte <c>i</c> is bits <c>8i</c> to <c>8i + 7</c>, so that byte 0 of a beat is the first byte on the wire.
/// Every member has a VHDL form; arithmetic wraps around at the width, and bits beyond the width do not exist.
/// </summary>
/// <typeparam name="TWidth">The width.</typeparam>
public struct Bits<TWidth> : IEquatable<Bits<TWidth>>
    where TWidth : unmanaged, IWidth
{
    private TWidth storage;

    /// <summary>The width in bits.</summary>
    public static int Width => TWidth.Bits;

    /// <summary>All bits 0.</summary>
    public static Bits<TWidth> Zero => default;

    /// <summary>All bits 1.</summary>
    public static Bits<TWidth> AllOnes => ~default(Bits<TWidth>);

    private static int WordCount => (TWidth.Bits + 63) / 64;

    /// <summary>Mask of the bits of the highest word that exist.</summary>
    private static ulong TopMask => TWidth.Bits % 64 == 0 ? ulong.MaxValue : (1UL << (TWidth.Bits % 64)) - 1;

    /// <summary>The words, least significant first; for simulation code only.</summary>
    [UnscopedRef]
    internal Span<ulong> Words => MemoryMarshal.CreateSpan(ref Unsafe.As<TWidth, ulong>(ref storage), WordCount);

    [UnscopedRef]
    internal readonly ReadOnlySpan<ulong> ReadOnlyWords =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TWidth, ulong>(ref Unsafe.AsRef(in storage)), WordCount);

    /// <summary>One bit.</summary>
    /// <param name="bit">Index from the least significant, below the width.</param>
    public readonly bool this[int bit]
    {
        get
        {
            CheckRange(bit, 1);
            return (ReadOnlyWords[bit >> 6] >> (bit & 63) & 1) != 0;
        }
    }

    /// <summary>The low bits of an integer, extended with zeros.</summary>
    public static explicit operator Bits<TWidth>(ulong value)
    {
        Bits<TWidth> result = default;
        result.Words[0] = value;
        return result.Trimmed();
    }

    /// <summary>The low bits of an integer, extended with zeros.</summary>
    public static explicit operator Bits<TWidth>(UInt128 value)
    {
        Bits<TWidth> result = default;
        result.Words[0] = (ulong)value;
        if (WordCount > 1)
        {
            result.Words[1] = (ulong)(value >> 64);
        }

        return result.Trimmed();
    }

    /// <summary>The low 64 bits, extended with zeros if the vector is narrower.</summary>
    public static explicit operator ulong(Bits<TWidth> value) => value.ReadOnlyWords[0];

    /// <summary>The low 128 bits, extended with zeros if the vector is narrower.</summary>
    public static explicit operator UInt128(Bits<TWidth> value) =>
        new(WordCount > 1 ? value.ReadOnlyWords[1] : 0, value.ReadOnlyWords[0]);

    /// <summary>Bitwise and.</summary>
    public static Bits<TWidth> operator &(Bits<TWidth> left, Bits<TWidth> right)
    {
        for (int i = 0; i < WordCount; i++)
        {
            left.Words[i] &= right.ReadOnlyWords[i];
        }

        return left;
    }

    /// <summary>Bitwise or.</summary>
    public static Bits<TWidth> operator |(Bits<TWidth> left, Bits<TWidth> right)
    {
        for (int i = 0; i < WordCount; i++)
        {
            left.Words[i] |= right.ReadOnlyWords[i];
        }

        return left;
    }

    /// <summary>Bitwise exclusive or.</summary>
    public static Bits<TWidth> operator ^(Bits<TWidth> left, Bits<TWidth> right)
    {
        for (int i = 0; i < WordCount; i++)
        {
            left.Words[i] ^= right.ReadOnlyWords[i];
        }

        return left;
    }

    /// <summary>Bitwise complement.</summary>
    public static Bits<TWidth> operator ~(Bits<TWidth> value)
    {
        for (int i = 0; i < WordCount; i++)
        {
            value.Words[i] = ~value.Words[i];
        }

        return value.Trimmed();
    }

    /// <summary>Sum, wrapping at the width.</summary>
    public static Bits<TWidth> operator +(Bits<TWidth> left, Bits<TWidth> right)
    {
        ulong carry = 0;
        for (int i = 0; i < WordCount; i++)
        {
            UInt128 sum = (UInt128)left.Words[i] + right.ReadOnlyWords[i] + carry;
            left.Words[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }

        return left.Trimmed();
    }

    /// <summary>Difference, wrapping at the width.</summary>
    public static Bits<TWidth> operator -(Bits<TWidth> left, Bits<TWidth> right)
    {
        ulong borrow = 0;
        for (int i = 0; i < WordCount; i++)
        {
            UInt128 difference = (UInt128)left.Words[i] - right.ReadOnlyWords[i] - borrow;
            left.Words[i] = (ulong)difference;
            borrow = (ulong)(difference >> 64) & 1;
        }

        return left.Trimmed();
    }

    /// <summary>Shifts towards the most significant bit; a count of the width or more gives zero. A negative count is an error.</summary>
    public static Bits<TWidth> operator <<(Bits<TWidth> value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Bits<TWidth> result = default;
        int words = count >> 6;
        int bits = count & 63;
        for (int i = WordCount - 1; i >= words; i--)
        {
            ulong word = value.ReadOnlyWords[i - words] << bits;
            if (bits != 0 && i - words > 0)
            {
                word |= value.ReadOnlyWords[i - words - 1] >> (64 - bits);
            }

            result.Words[i] = word;
        }

        return result.Trimmed();
    }

    /// <summary>Shifts towards the least significant bit, filling with zeros; a count of the width or more gives zero. A negative count is an error.</summary>
    public static Bits<TWidth> operator >>(Bits<TWidth> value, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Bits<TWidth> result = default;
        int words = count >> 6;
        int bits = count & 63;
        for (int i = 0; i + words < WordCount; i++)
        {
            ulong word = value.ReadOnlyWords[i + words] >> bits;
            if (bits != 0 && i + words + 1 < WordCount)
            {
                word |= value.ReadOnlyWords[i + words + 1] << (64 - bits);
            }

            result.Words[i] = word;
        }

        return result;
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(Bits<TWidth> left, Bits<TWidth> right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Bits<TWidth> left, Bits<TWidth> right) => !left.Equals(right);

    /// <summary>Unsigned comparison.</summary>
    public static bool operator <(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) < 0;

    /// <summary>Unsigned comparison.</summary>
    public static bool operator >(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) > 0;

    /// <summary>Unsigned comparison.</summary>
    public static bool operator <=(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) <= 0;

    /// <summary>Unsigned comparison.</summary>
    public static bool operator >=(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) >= 0;

    /// <summary>The same value in another width: cut off, or extended with zeros.</summary>
    /// <typeparam name="TOther">The other width.</typeparam>
    public readonly Bits<TOther> Resize<TOther>()
        where TOther : unmanaged, IWidth
    {
        Bits<TOther> result = default;
        int words = Math.Min(ReadOnlyWords.Length, result.Words.Length);
        ReadOnlyWords[..words].CopyTo(result.Words);
        return result.Trimmed();
    }

    /// <summary>Some adjacent bits.</summary>
    /// <typeparam name="TSlice">How many.</typeparam>
    /// <param name="lowBit">Index of the lowest; the slice must lie inside the vector.</param>
    public readonly Bits<TSlice> Slice<TSlice>(int lowBit)
        where TSlice : unmanaged, IWidth
    {
        CheckRange(lowBit, TSlice.Bits);
        return (this >> lowBit).Resize<TSlice>();
    }

    /// <summary>This vector with some adjacent bits replaced.</summary>
    /// <typeparam name="TSlice">How many.</typeparam>
    /// <param name="lowBit">Index of the lowest; the slice must lie inside the vector.</param>
    /// <param name="value">The new bits.</param>
    public readonly Bits<TWidth> WithSlice<TSlice>(int lowBit, Bits<TSlice> value)
        where TSlice : unmanaged, IWidth
    {
        CheckRange(lowBit, TSlice.Bits);
        Bits<TWidth> mask = Bits<TSlice>.AllOnes.Resize<TWidth>() << lowBit;
        return (this & ~mask) | (value.Resize<TWidth>() << lowBit);
    }

    /// <summary>This vector with one bit replaced.</summary>
    /// <param name="bit">Index of the bit, below the width.</param>
    /// <param name="value">The new bit.</param>
    public readonly Bits<TWidth> WithBit(int bit, bool value)
    {
        CheckRange(bit, 1);
        Bits<TWidth> result = this;
        ulong mask = 1UL << (bit & 63);
        result.Words[bit >> 6] = value ? result.Words[bit >> 6] | mask : result.Words[bit >> 6] & ~mask;
        return result;
    }

    /// <summary>Byte <paramref name="index"/>, bits 8·index to 8·index + 7.</summary>
    /// <param name="index">Index of the byte; all its bits must lie inside the vector.</param>
    public readonly byte GetByte(int index)
    {
        CheckRange(index * 8, 8);
        return (byte)(ReadOnlyWords[index >> 3] >> (index & 7) * 8);
    }

    /// <summary>This vector with byte <paramref name="index"/> replaced.</summary>
    /// <param name="index">Index of the byte; all its bits must lie inside the vector.</param>
    /// <param name="value">The new byte.</param>
    public readonly Bits<TWidth> WithByte(int index, byte value) => WithSlice(index * 8, (Bits<W8>)value);

    /// <summary>The 16-bit field in network byte order whose first byte is byte <paramref name="byteIndex"/>.</summary>
    public readonly ushort GetUInt16BigEndian(int byteIndex) => (ushort)(GetByte(byteIndex) << 8 | GetByte(byteIndex + 1));

    /// <summary>The 32-bit field in network byte order whose first byte is byte <paramref name="byteIndex"/>.</summary>
    public readonly uint GetUInt32BigEndian(int byteIndex) =>
        (uint)GetUInt16BigEndian(byteIndex) << 16 | GetUInt16BigEndian(byteIndex + 2);

    /// <summary>Shifts towards the most significant byte by whole bytes; the count may be dynamic, 0 to 255, and a count of the width or more gives zero.</summary>
    /// <param name="count">How many bytes.</param>
    public readonly Bits<TWidth> ShiftLeftBytes(byte count) => this << (count * 8);

    /// <summary>Shifts towards the least significant byte by whole bytes; the count may be dynamic, 0 to 255, and a count of the width or more gives zero.</summary>
    /// <param name="count">How many bytes.</param>
    public readonly Bits<TWidth> ShiftRightBytes(byte count) => this >> (count * 8);

    /// <summary>The bytes in the opposite order. The width must be a multiple of 8.</summary>
    public readonly Bits<TWidth> ReverseBytes()
    {
        Bits<TWidth> result = default;
        for (int i = 0; i < TWidth.Bits / 8; i++)
        {
            result = result.WithByte(i, GetByte((TWidth.Bits / 8) - 1 - i));
        }

        return result;
    }

    /// <summary>Whether all bits are 1.</summary>
    public readonly bool AndReduce() => this == AllOnes;

    /// <summary>Whether any bit is 1.</summary>
    public readonly bool OrReduce() => this != default;

    /// <summary>Whether the number of ones is odd.</summary>
    public readonly bool XorReduce() => (PopCount() & 1) != 0;

    /// <summary>The number of ones.</summary>
    public readonly int PopCount()
    {
        int count = 0;
        foreach (ulong word in ReadOnlyWords)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <inheritdoc/>
    public readonly bool Equals(Bits<TWidth> other) => ReadOnlyWords.SequenceEqual(other.ReadOnlyWords);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Bits<TWidth> other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(MemoryMarshal.AsBytes(ReadOnlyWords));
        return hash.ToHashCode();
    }

    /// <summary>Hexadecimal digits, most significant first, as many as the width needs.</summary>
    public override readonly string ToString()
    {
        int digits = (TWidth.Bits + 3) / 4;
        return string.Create(digits, this, static (characters, value) =>
        {
            for (int i = 0; i < characters.Length; i++)
            {
                int digit = characters.Length - 1 - i;
                characters[i] = "0123456789abcdef"[(int)(value.ReadOnlyWords[digit >> 4] >> (digit & 15) * 4 & 15)];
            }
        });
    }

    /// <summary>Reads hexadecimal digits, most significant first.</summary>
    /// <param name="hexadecimal">The digits; the value must fit the width.</param>
    /// <exception cref="FormatException">Not hexadecimal, or too large.</exception>
    public static Bits<TWidth> Parse(string hexadecimal)
    {
        ArgumentNullException.ThrowIfNull(hexadecimal);
        Bits<TWidth> result = default;
        foreach (char character in hexadecimal)
        {
            if (!(result & ~(AllOnes >> 4)).Equals(default) && TWidth.Bits > 4)
            {
                throw new FormatException($"'{hexadecimal}' has more than {TWidth.Bits} bits");
            }

            ulong digit = ulong.Parse(character.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            result = (result << 4) | (Bits<TWidth>)digit;
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

    private static void CheckRange(int lowBit, int count)
    {
        if (lowBit < 0 || lowBit + count > TWidth.Bits)
        {
            ThrowRange(lowBit, count);
        }
    }

    private static void ThrowRange(int lowBit, int count) =>
        throw new ArgumentOutOfRangeException(nameof(lowBit), $"bits {lowBit} to {lowBit + count - 1} lie outside a vector of {TWidth.Bits} bits");

    private readonly int Compare(Bits<TWidth> other)
    {
        for (int i = WordCount - 1; i >= 0; i--)
        {
            int comparison = ReadOnlyWords[i].CompareTo(other.ReadOnlyWords[i]);
            if (comparison != 0)
            {
                return comparison;
            }
        }

        return 0;
    }

    internal readonly Bits<TWidth> Trimmed()
    {
        Bits<TWidth> result = this;
        result.Words[WordCount - 1] &= TopMask;
        return result;
    }
}

/// <summary>Operations on vectors of more than one width.</summary>
public static class Bits
{
    /// <summary>Puts two vectors side by side. The widths must add up, which is checked at elaboration.</summary>
    /// <typeparam name="THigh">Width of the upper part.</typeparam>
    /// <typeparam name="TLow">Width of the lower part.</typeparam>
    /// <typeparam name="TResult">Their sum.</typeparam>
    /// <param name="high">The upper part.</param>
    /// <param name="low">The lower part, at bit 0.</param>
    public static Bits<TResult> Concat<THigh, TLow, TResult>(Bits<THigh> high, Bits<TLow> low)
        where THigh : unmanaged, IWidth
        where TLow : unmanaged, IWidth
        where TResult : unmanaged, IWidth
    {
        if (THigh.Bits + TLow.Bits != TResult.Bits)
        {
            throw new InvalidOperationException($"{THigh.Bits} and {TLow.Bits} bits do not make {TResult.Bits}");
        }

        return (high.Resize<TResult>() << TLow.Bits) | low.Resize<TResult>();
    }
}
