// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using CsCheck;

namespace SME.Tests;

/// <summary>Vectors of any width against integers of any size.</summary>
public class BitsTests
{
    /// <summary>Widths below, at and above each border of the storage and of the machine's vectors.</summary>
    private static readonly IChecks[] Widths =
    [
        new Checks<W1, W1>(), new Checks<W5, W3>(), new Checks<W8, W8>(), new Checks<W13, W12>(), new Checks<W63, W8>(),
        new Checks<W64, W64>(), new Checks<W66, W64>(),
        new Checks<W72, W16>(), new Checks<W128, W66>(), new Checks<W136, W72>(), new Checks<W192, W128>(), new Checks<W256, W5>(),
        new Checks<W512, W128>(), new Checks<W512, W13>(),
        new Checks<W528, W512>(), new Checks<W1024, W512>(), new Checks<W1024, W48>(),
        new Checks<W9, W9>(), new Checks<W16, W9>(), new Checks<W48, W16>(), new Checks<W80, W9>(), new Checks<W128, W128>(),
        new Checks<W256, W256>(),
        new Checks<W336, W16>(), new Checks<W768, W32>(), new Checks<W832, W32>(), new Checks<W1088, W1024>(),
    ];

    private interface IChecks
    {
        void Run(Random random);
    }

    private sealed class Checks<TWidth, TSlice> : IChecks
        where TWidth : unmanaged, IWidth
        where TSlice : unmanaged, IWidth
    {
        private static readonly int Width = Bits<TWidth>.Width;
        private static readonly BigInteger Modulus = BigInteger.One << Width;

        public void Run(Random random)
        {
            BigInteger a = Number(random, Width);
            BigInteger b = random.Next(4) == 0 ? a : Number(random, Width);
            Bits<TWidth> x = Vector<TWidth>(a);
            Bits<TWidth> y = Vector<TWidth>(b);
            Same(a, x);
            Same(a & b, x & y);
            Same(a | b, x | y);
            Same(a ^ b, x ^ y);
            Same(Modulus - 1 - a, ~x);
            Same((a + b) % Modulus, x + y);
            Same((a - b + Modulus) % Modulus, x - y);
            Assert.Equal(a == b, x == y);
            Assert.Equal(a < b, x < y);
            Assert.Equal(a >= b, x >= y);
            int count = random.Next(Width + 70);
            Same((a << count) % Modulus, x << count);
            Same(a >> count, x >> count);
            byte bytes = (byte)random.Next(256);
            Same((a << (8 * bytes)) % Modulus, x.ShiftLeftBytes(bytes));
            Same(a >> (8 * bytes), x.ShiftRightBytes(bytes));
            Parts(random, a, x);
            Bytes(random, a, x);
            Reductions(a, x);
        }

        private static void Parts(Random random, BigInteger a, Bits<TWidth> x)
        {
            int slice = Bits<TSlice>.Width;
            int low = random.Next(2) == 0 ? random.Next(Width - slice + 1) : random.Next(Width - slice + 1) / 8 * 8;
            BigInteger part = Number(random, slice);
            Same((a >> low) % (BigInteger.One << slice), x.Slice<TSlice>(low));
            BigInteger mask = ((BigInteger.One << slice) - 1) << low;
            Same((a & (Modulus - 1 - mask)) | part << low, x.WithSlice(low, Vector<TSlice>(part)));
            Same(a % (BigInteger.One << slice), x.Resize<TSlice>());
            Same(part, Vector<TSlice>(part).Resize<TWidth>());
            int bit = random.Next(Width);
            Assert.Equal(!(a >> bit).IsEven, x[bit]);
            Same(a | BigInteger.One << bit, x.WithBit(bit, true));
            Same(a & (Modulus - 1 - (BigInteger.One << bit)), x.WithBit(bit, false));
            Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice<TSlice>(Width - slice + 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => x.WithSlice(-1, Vector<TSlice>(part)));
            Assert.Throws<ArgumentOutOfRangeException>(() => x[Width]);
        }

        private static void Bytes(Random random, BigInteger a, Bits<TWidth> x)
        {
            byte[] bytes = new byte[(Width + 7) / 8];
            x.CopyTo(bytes);
            Assert.Equal(a, new BigInteger(bytes, true));
            Same(a, Bits<TWidth>.FromBytes(bytes));
            Assert.Throws<ArgumentOutOfRangeException>(() => x.GetByte(Width / 8));
            Assert.Throws<ArgumentOutOfRangeException>(() => x.GetByte(0x20000000));
            if (Width % 8 != 0)
            {
                return;
            }

            int index = random.Next(Width / 8);
            Assert.Equal(bytes[index], x.GetByte(index));
            byte value = (byte)random.Next(256);
            Bits<TWidth> changed = x.WithByte(index, value);
            byte[] reversed = [.. bytes.Reverse()];
            bytes[index] = value;
            Same(new BigInteger(bytes, true), changed);
            Same(new BigInteger(reversed, true), x.ReverseBytes());
            changed.CopyTo(bytes);
            if (index >= 1)
            {
                Assert.Equal(bytes[index - 1] << 8 | bytes[index], changed.GetUInt16BigEndian(index - 1));
            }

            if (index >= 3)
            {
                Assert.Equal((uint)(bytes[index - 3] << 24 | bytes[index - 2] << 16 | bytes[index - 1] << 8 | bytes[index]),
                    changed.GetUInt32BigEndian(index - 3));
            }
        }

        private static void Reductions(BigInteger a, Bits<TWidth> x)
        {
            int ones = Enumerable.Range(0, Width).Count(bit => !(a >> bit).IsEven);
            Assert.Equal(ones, x.PopCount());
            Assert.Equal(ones == Width, x.AndReduce());
            Assert.Equal(ones > 0, x.OrReduce());
            Assert.Equal(ones % 2 == 1, x.XorReduce());
            Assert.Equal((ulong)(a & ulong.MaxValue), (ulong)x);
            Assert.Equal((UInt128)(a & UInt128.MaxValue), (UInt128)x);
            Same((a & ulong.MaxValue) % Modulus, (Bits<TWidth>)(ulong)x);
            Assert.Equal(x, Bits<TWidth>.Parse(x.ToString()));
            Assert.Equal(x.GetHashCode(), Bits<TWidth>.Parse(x.ToString()).GetHashCode());
        }
    }

    /// <summary>Random, with long runs of ones and zeros so that carries run far.</summary>
    private static BigInteger Number(Random random, int width)
    {
        BigInteger value = random.Next(4) switch
        {
            0 => BigInteger.Zero,
            1 => (BigInteger.One << width) - 1,
            _ => new BigInteger([.. Enumerable.Range(0, (width / 8) + 1).Select(_ => (byte)random.Next(256))], true),
        };
        return (value ^ BigInteger.One << random.Next(width)) % (BigInteger.One << width);
    }

    private static Bits<TWidth> Vector<TWidth>(BigInteger value)
        where TWidth : unmanaged, IWidth => Bits<TWidth>.FromBytes(value.ToByteArray(true));

    private static void Same<TWidth>(BigInteger expected, Bits<TWidth> actual)
        where TWidth : unmanaged, IWidth =>
        Assert.Equal(expected, BigInteger.Parse("0" + actual, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    [Fact]
    public void Every_operation_means_what_it_means_for_integers() =>
        Gen.Select(Gen.Int[0, Widths.Length - 1], Gen.Int).Sample((width, seed) => Widths[width].Run(new Random(seed)), iter: 4000);

    [Fact]
    public void Vectors_side_by_side_are_one_number() =>
        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                Check<W8, W8, W16>(random);
                Check<W8, W64, W72>(random);
                Check<W136, W8, W144>(random);
                Check<W3, W5, W8>(random);
                Check<W63, W1, W64>(random);
                Check<W512, W512, W1024>(random);
                Check<W61, W11, W72>(random);
            },
            iter: 300);

    [Fact]
    public void Widths_that_do_not_add_up_are_an_error() =>
        Assert.Contains("8 and 8 bits do not make 17",
            Assert.Throws<InvalidOperationException>(() => Bits.Concat<W8, W8, W17>(default, default)).Message, StringComparison.Ordinal);

    private static void Check<THigh, TLow, TResult>(Random random)
        where THigh : unmanaged, IWidth
        where TLow : unmanaged, IWidth
        where TResult : unmanaged, IWidth
    {
        BigInteger high = Number(random, Bits<THigh>.Width);
        BigInteger low = Number(random, Bits<TLow>.Width);
        Same(high << Bits<TLow>.Width | low, Bits.Concat<THigh, TLow, TResult>(Vector<THigh>(high), Vector<TLow>(low)));
    }
}
