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

    internal static int WordCount => (TWidth.Bits + 63) / 64;

    /// <summary>Mask of the bits of the highest word that exist.</summary>
    internal static ulong TopMask => TWidth.Bits % 64 == 0 ? ulong.MaxValue : (1UL << (TWidth.Bits % 64)) - 1;

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
        for (; i + 4 <= WordCount; i += 4)
        {
            TOperation.Of(Vector256.LoadUnsafe(ref left.First, (nuint)i), Vector256.LoadUnsafe(ref right.First, (nuint)i)).StoreUnsafe(ref result.First, (nuint)i);
        }

        for (; i < WordCount; i++)
        {
            result.Word(i) = TOperation.Of(left.Word(i), right.Word(i));
        }

        return result;
    }

    private readonly struct And : IBitwise
    {
        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left & right;

        public static ulong Of(ulong left, ulong right) => left & right;
    }

    private readonly struct AndNot : IBitwise
    {
        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left & ~right;

        public static ulong Of(ulong left, ulong right) => left & ~right;
    }

    private readonly struct Or : IBitwise
    {
        public static Vector256<ulong> Of(Vector256<ulong> left, Vector256<ulong> right) => left | right;

        public static ulong Of(ulong left, ulong right) => left | right;
    }

    private readonly struct Xor : IBitwise
    {
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
