// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SME;

/// <content>The words that a vector is made of, and loops over them.</content>
public partial struct Bits<TWidth>
{
    internal TWidth storage;

    internal static int WordCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TWidth.Bits + 63) / 64;
    }

    /// <summary>Mask of the bits of the highest word that exist.</summary>
    internal static ulong TopMask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Bits % 64 == 0 ? ulong.MaxValue : (1UL << (TWidth.Bits % 64)) - 1;
    }

    [UnscopedRef]
    internal ref ulong Word(int index) => ref Unsafe.Add(ref Unsafe.As<TWidth, ulong>(ref storage), index);

    /// <summary>The words, least significant first; for simulation code only.</summary>
    [UnscopedRef]
    internal Span<ulong> Words => MemoryMarshal.CreateSpan(ref Unsafe.As<TWidth, ulong>(ref storage), WordCount);

    [UnscopedRef]
    internal readonly ReadOnlySpan<ulong> ReadOnlyWords =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TWidth, ulong>(ref Unsafe.AsRef(in storage)), WordCount);

    [UnscopedRef]
    internal readonly ref ulong First => ref Unsafe.As<TWidth, ulong>(ref Unsafe.AsRef(in storage));

    [UnscopedRef]
    internal readonly ref byte FirstByte => ref Unsafe.As<TWidth, byte>(ref Unsafe.AsRef(in storage));

    /// <summary>The low 128 bits; of a narrower vector what there is.</summary>
    private readonly UInt128 LowWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(WordCount > 1 ? Unsafe.Add(ref First, 1) : 0, First);
    }

    /// <summary>A vector of one word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Bits<TWidth> OfWord(ulong word)
    {
        Bits<TWidth> result = default;
        result.Word(0) = word & TopMask;
        return result;
    }

    /// <summary>A vector of two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Bits<TWidth> OfWords(UInt128 words)
    {
        Bits<TWidth> result = default;
        result.Word(0) = (ulong)words;
        result.Word(1) = (ulong)(words >> 64) & TopMask;
        return result;
    }

    /// <summary>Adds words to words, the carry going from each to the next.</summary>
    private static void AddWords(ref ulong word, ref ulong other, int count)
    {
        ulong carry = 0;
        for (int i = 0; i < count; i++)
        {
            ulong addend = Unsafe.Add(ref other, i);
            ulong partial = Unsafe.Add(ref word, i) + addend;
            ulong sum = partial + carry;
            carry = (partial < addend ? 1UL : 0) | (sum < partial ? 1UL : 0);
            Unsafe.Add(ref word, i) = sum;
        }
    }

    /// <summary>Takes words from words, the borrow going from each to the next.</summary>
    private static void SubtractWords(ref ulong word, ref ulong other, int count)
    {
        ulong borrow = 0;
        for (int i = 0; i < count; i++)
        {
            ulong minuend = Unsafe.Add(ref word, i);
            ulong partial = minuend - Unsafe.Add(ref other, i);
            Unsafe.Add(ref word, i) = partial - borrow;
            borrow = (partial > minuend ? 1UL : 0) | (partial < borrow ? 1UL : 0);
        }
    }

    private readonly Bits<TWidth> ShiftedLeft(int count)
    {
        Padded padded = default;
        padded.High = storage;
        ref ulong from = ref Unsafe.Add(ref Unsafe.As<TWidth, ulong>(ref padded.High), -(count >> 6));
        int bits = count & 63;
        Bits<TWidth> result = default;
        for (int i = 0; i < WordCount; i++)
        {
            result.Word(i) = Unsafe.Add(ref from, i) << bits | Unsafe.Add(ref from, i - 1) >> 1 >> (63 - bits);
        }

        return result.Trimmed();
    }

    private readonly Bits<TWidth> ShiftedRight(int count)
    {
        Padded padded = default;
        padded.Low = storage;
        ref ulong from = ref Unsafe.Add(ref Unsafe.As<TWidth, ulong>(ref padded.Low), count >> 6);
        int bits = count & 63;
        Bits<TWidth> result = default;
        for (int i = 0; i < WordCount; i++)
        {
            result.Word(i) = Unsafe.Add(ref from, i) >> bits | Unsafe.Add(ref from, i + 1) << 1 << (63 - bits);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckCount(int count)
    {
        if (count < 0)
        {
            ThrowCount(count);
        }
    }

    [DoesNotReturn]
    private static void ThrowCount(int count) =>
        throw new ArgumentOutOfRangeException(nameof(count), count, "a shift by a negative number of bits");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Compare(Bits<TWidth> other) => WordCount == 1 ? First.CompareTo(other.First) : CompareWords(ref other.First);

    private readonly int CompareWords(ref ulong other)
    {
        for (int i = WordCount - 1; i >= 0; i--)
        {
            ulong word = Unsafe.Add(ref First, i);
            if (word != Unsafe.Add(ref other, i))
            {
                return word < Unsafe.Add(ref other, i) ? -1 : 1;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly Bits<TWidth> Trimmed()
    {
        if (TWidth.Bits % 64 == 0)
        {
            return this;
        }

        Bits<TWidth> result = this;
        result.Word(WordCount - 1) &= TopMask;
        return result;
    }

    private interface IBitwise
    {
        static abstract Vector512<ulong> Of(Vector512<ulong> left, Vector512<ulong> right);

        static abstract Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right);

        static abstract ulong Of(ulong left, ulong right);
    }

    /// <summary>All words, four at a time; the counts are constants of each width, so that only the steps that are needed remain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Bits<TWidth> Bitwise<TOperation>(Bits<TWidth> left, Bits<TWidth> right)
        where TOperation : struct, IBitwise
    {
        Bits<TWidth> result = default;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 8 <= WordCount; i += 8)
            {
                TOperation.Of(Vector512.LoadUnsafe(ref left.First, (nuint)i), Vector512.LoadUnsafe(ref right.First, (nuint)i))
                    .StoreUnsafe(ref result.First, (nuint)i);
            }
        }

        for (; i + 4 <= WordCount; i += 4)
        {
            TOperation.Of(Vector256.LoadUnsafe(ref left.First, (nuint)i), Vector256.LoadUnsafe(ref right.First, (nuint)i))
                .StoreUnsafe(ref result.First, (nuint)i);
        }

        for (; i < WordCount; i++)
        {
            result.Word(i) = TOperation.Of(left.Word(i), right.Word(i));
        }

        return result;
    }

    private readonly struct And : IBitwise
    {
        public static Vector512<ulong> Of(Vector512<ulong> left, Vector512<ulong> right) => left & right;

        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left & right;

        public static ulong Of(ulong left, ulong right) => left & right;
    }

    private readonly struct AndNot : IBitwise
    {
        public static Vector512<ulong> Of(Vector512<ulong> left, Vector512<ulong> right) => left & ~right;

        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left & ~right;

        public static ulong Of(ulong left, ulong right) => left & ~right;
    }

    private readonly struct Or : IBitwise
    {
        public static Vector512<ulong> Of(Vector512<ulong> left, Vector512<ulong> right) => left | right;

        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left | right;

        public static ulong Of(ulong left, ulong right) => left | right;
    }

    private readonly struct Xor : IBitwise
    {
        public static Vector512<ulong> Of(Vector512<ulong> left, Vector512<ulong> right) => left ^ right;

        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left ^ right;

        public static ulong Of(ulong left, ulong right) => left ^ right;
    }

    /// <summary>A vector with zeros below or above, so that a shift is a load from elsewhere.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Padded
    {
        public TWidth Low;
        public TWidth High;
    }
}
