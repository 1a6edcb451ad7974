// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SME;

/// <summary>
/// An unsigned vector of any width: <c>Bits&lt;W512&gt;</c> is a beat, <c>Bits&lt;W1024&gt;</c> a line. Bit 0 is the least
/// significant; byte <c>i</c> is bits <c>8i</c> to <c>8i + 7</c>, so that byte 0 of a beat is the first byte on the wire.
/// Every member has a VHDL form; arithmetic wraps around at the width, and bits beyond the width do not exist.
/// </summary>
/// <typeparam name="TWidth">The width.</typeparam>
public partial struct Bits<TWidth> : IEquatable<Bits<TWidth>>
    where TWidth : unmanaged, IWidth
{
    /// <summary>The width in bits.</summary>
    public static int Width => TWidth.Bits;

    /// <summary>All bits 0.</summary>
    public static Bits<TWidth> Zero => default;

    /// <summary>All bits 1.</summary>
    public static Bits<TWidth> AllOnes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Bits<TWidth> result = default;
            result.Words.Fill(ulong.MaxValue);
            return result.Trimmed();
        }
    }

    /// <summary>A bit by its index: bit 0 is the least significant.</summary>
    /// <param name="bit">Index from the least significant, below the width.</param>
    public readonly bool this[int bit]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            CheckRange(bit, 1);
            return (Unsafe.Add(ref First, bit >> 6) >> (bit & 63) & 1) != 0;
        }
    }

    /// <summary>The low bits of an integer, extended with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator Bits<TWidth>(ulong value)
    {
        Bits<TWidth> result = default;
        result.Word(0) = value;
        return result.Trimmed();
    }

    /// <summary>The low bits of an integer, extended with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator Bits<TWidth>(UInt128 value)
    {
        Bits<TWidth> result = default;
        result.Word(0) = (ulong)value;
        if (WordCount > 1)
        {
            result.Word(1) = (ulong)(value >> 64);
        }

        return result.Trimmed();
    }

    /// <summary>The low 64 bits, extended with zeros if the vector is narrower.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator ulong(Bits<TWidth> value) => value.First;

    /// <summary>The low 128 bits, extended with zeros if the vector is narrower.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator UInt128(Bits<TWidth> value) => value.LowWords;

    /// <summary>Bitwise and; the result has the operands' width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator &(Bits<TWidth> left, Bits<TWidth> right) => Bitwise<And>(left, right);

    /// <summary>Bitwise or; the result has the operands' width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator |(Bits<TWidth> left, Bits<TWidth> right) => Bitwise<Or>(left, right);

    /// <summary>Bitwise exclusive or.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator ^(Bits<TWidth> left, Bits<TWidth> right) => Bitwise<Xor>(left, right);

    /// <summary>Bitwise complement of all bits within the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator ~(Bits<TWidth> value) => Bitwise<AndNot>(AllOnes, value);

    /// <summary>Sum, wrapping at the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator +(Bits<TWidth> left, Bits<TWidth> right)
    {
        if (WordCount == 1)
        {
            return OfWord(left.First + right.First);
        }

        if (WordCount == 2)
        {
            return OfWords(left.LowWords + right.LowWords);
        }

        AddWords(ref left.First, ref right.First, WordCount);
        return left.Trimmed();
    }

    /// <summary>Difference, wrapping at the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator -(Bits<TWidth> left, Bits<TWidth> right)
    {
        if (WordCount == 1)
        {
            return OfWord(left.First - right.First);
        }

        if (WordCount == 2)
        {
            return OfWords(left.LowWords - right.LowWords);
        }

        SubtractWords(ref left.First, ref right.First, WordCount);
        return left.Trimmed();
    }

    /// <summary>Shifts towards the most significant bit; a count of the width or more gives zero. A negative count is an error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator <<(Bits<TWidth> value, int count)
    {
        CheckCount(count);
        if (count >= TWidth.Bits)
        {
            return default;
        }

        return WordCount == 1 ? OfWord(value.First << count)
            : WordCount == 2 ? OfWords(value.LowWords << count)
            : value.ShiftedLeft(count);
    }

    /// <summary>
    /// Shifts towards the least significant bit, filling with zeros; a count of the width or more gives zero. A negative count is an error.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TWidth> operator >>(Bits<TWidth> value, int count)
    {
        CheckCount(count);
        if (count >= TWidth.Bits)
        {
            return default;
        }

        return WordCount == 1 ? OfWord(value.First >> count)
            : WordCount == 2 ? OfWords(value.LowWords >> count)
            : value.ShiftedRight(count);
    }

    /// <summary>Whether all bits are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator ==(Bits<TWidth> left, Bits<TWidth> right) => left.Equals(right);

    /// <summary>Whether any bit differs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator !=(Bits<TWidth> left, Bits<TWidth> right) => !left.Equals(right);

    /// <summary>Whether the left is less; both are unsigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator <(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) < 0;

    /// <summary>Whether the left is greater; both are unsigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator >(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) > 0;

    /// <summary>Whether the left is less or equal; both are unsigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator <=(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) <= 0;

    /// <summary>Whether the left is greater or equal; both are unsigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool operator >=(Bits<TWidth> left, Bits<TWidth> right) => left.Compare(right) >= 0;

    /// <summary>Whether all bits are 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool AndReduce() => WordCount == 1 ? First == TopMask : this == AllOnes;

    /// <summary>Whether any bit is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool OrReduce() => WordCount == 1 ? First != 0 : this != default;

    /// <summary>Whether the number of ones is odd.</summary>
    public readonly bool XorReduce()
    {
        ulong folded = First;
        for (int i = 1; i < WordCount; i++)
        {
            folded ^= Unsafe.Add(ref First, i);
        }

        return (BitOperations.PopCount(folded) & 1) != 0;
    }

    /// <summary>The number of ones.</summary>
    public readonly int PopCount()
    {
        int count = BitOperations.PopCount(First);
        for (int i = 1; i < WordCount; i++)
        {
            count += BitOperations.PopCount(Unsafe.Add(ref First, i));
        }

        return count;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Equals(Bits<TWidth> other)
    {
        if (WordCount >= 4)
        {
            Vector256<ulong> differences = Vector256<ulong>.Zero;
            int at = 0;
            for (; at + 4 <= WordCount; at += 4)
            {
                differences |= Vector256.LoadUnsafe(ref First, (nuint)at) ^ Vector256.LoadUnsafe(ref other.First, (nuint)at);
            }

            // The last words once more, some of them a second time.
            int last = WordCount - 4;
            differences |= Vector256.LoadUnsafe(ref First, (nuint)last) ^ Vector256.LoadUnsafe(ref other.First, (nuint)last);
            return differences == Vector256<ulong>.Zero;
        }

        ulong different = First ^ other.First;
        for (int i = 1; i < WordCount; i++)
        {
            different |= Unsafe.Add(ref First, i) ^ other.Word(i);
        }

        return different == 0;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Bits<TWidth> other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(MemoryMarshal.AsBytes(ReadOnlyWords));
        return hash.ToHashCode();
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits<TResult> Concat<THigh, TLow, TResult>(Bits<THigh> high, Bits<TLow> low)
        where THigh : unmanaged, IWidth
        where TLow : unmanaged, IWidth
        where TResult : unmanaged, IWidth
    {
        if (THigh.Bits + TLow.Bits != TResult.Bits)
        {
            throw new InvalidOperationException($"{THigh.Bits} and {TLow.Bits} bits do not make {TResult.Bits}");
        }

        Bits<TResult> result = low.Resize<TResult>();
        if (TLow.Bits % 8 == 0)
        {
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref result.FirstByte, TLow.Bits / 8), ref high.FirstByte,
                (uint)((THigh.Bits + 7) / 8));
            return result;
        }

        return result.WithSlice(TLow.Bits, high);
    }
}
