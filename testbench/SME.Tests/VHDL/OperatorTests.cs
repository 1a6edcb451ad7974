// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace SME.Tests.VHDL;

/// <summary>Operators mean in VHDL what C# says they mean.</summary>
public class OperatorTests
{
    public interface IIntegers : IBus
    {
        sbyte S8 { get; set; }

        byte U8 { get; set; }

        short S16 { get; set; }

        char C16 { get; set; }

        int S32 { get; set; }

        uint U32 { get; set; }

        int T32 { get; set; }

        uint V32 { get; set; }

        long S64 { get; set; }

        ulong U64 { get; set; }

        ulong V64 { get; set; }

        UInt128 U128 { get; set; }

        Int128 S128 { get; set; }
    }

    public interface IArithmetic : IBus
    {
        int Sum { get; set; }

        int Product { get; set; }

        int Quotient { get; set; }

        int Remainder { get; set; }

        uint UnsignedQuotient { get; set; }

        uint UnsignedRemainder { get; set; }

        int ByConstant { get; set; }

        long Mixed { get; set; }

        ulong Wide { get; set; }

        sbyte Narrow { get; set; }

        UInt128 Widest { get; set; }

        int Shifts { get; set; }

        long LongShifts { get; set; }

        uint UnsignedShifts { get; set; }

        UInt128 WidestShift { get; set; }

        Int128 SignedShift { get; set; }

        int Bitwise { get; set; }

        short Extended { get; set; }

        long FromSByte { get; set; }

        bool Less { get; set; }

        bool LessUnsigned { get; set; }

        bool Compare { get; set; }

        int Library { get; set; }

        ulong Rotated { get; set; }

        uint Reversed { get; set; }

        bool AtTheLimit { get; set; }
    }

    private sealed class Arithmetic(IIntegers input) : SimpleProcess
    {
        [InputBus] private readonly IIntegers input = input;
        [OutputBus] public readonly IArithmetic Output = Scope.CreateBus<IArithmetic>("result");

        protected override void OnTick()
        {
            int a = input.S32;
            int b = input.T32;
            bool divides = b != 0 && !(a == int.MinValue && b == -1);
            Output.Sum = a + b - 3;
            Output.Product = a * b;
            Output.Quotient = divides ? a / b : 0;
            Output.Remainder = divides ? a % b : 0;
            Output.UnsignedQuotient = input.V32 == 0 ? 1 : input.U32 / input.V32;
            Output.UnsignedRemainder = input.V32 == 0 ? 1 : input.U32 % input.V32;
            Output.ByConstant = (a / 7) + (a % 16) + (b / -4) + (input.U8 / 10) + (input.U8 % 8);
            Output.Mixed = input.S64 + input.U32 - input.S8;
            Output.Wide = (input.U64 * input.V64) + input.U8;
            Output.Narrow = (sbyte)(input.S8 - input.U8);
            Output.Widest = input.U128 + ((UInt128)input.U64 * input.V64);
            Output.Shifts = (a << b) ^ (a >> input.U8) ^ (a >>> input.S8) ^ (a >> 3) ^ (b << 5);
            Output.LongShifts = (input.S64 >> a) ^ (input.S64 << 70) ^ (input.S64 >>> input.U8);
            Output.UnsignedShifts = (input.U32 >> b) | (input.V32 << (b & 7));
            Output.WidestShift = input.U128 << a;
            Output.SignedShift = input.S128 >> b;
            Output.Bitwise = (a & 0xff0) | (b & ~a) ^ (a & 15);
            Output.Extended = (short)(input.S8 + input.C16 + (ushort)input.S8);
            Output.FromSByte = input.S8 * (long)input.U32;
            Output.Less = a < b || input.S64 <= a;
            Output.LessUnsigned = input.U32 < input.V32 ^ input.U64 >= input.V64;
            Output.Compare = (input.U8 < input.S32) | (input.S8 == input.U8) | (input.U8 > 200) & (input.S8 != -5);
            Output.Library = Math.Min(a, b) + Math.Max(input.S8, (sbyte)-3) + BitOperations.PopCount(input.U32)
                + BitOperations.LeadingZeroCount(input.V32) + BitOperations.TrailingZeroCount(input.U64) + BitOperations.Log2(input.U32)
                + Math.Clamp(b, -5, 1000) + Math.Sign(a);
            Output.Rotated = BitOperations.RotateLeft(input.U64, input.U8) ^ BitOperations.RotateRight(input.V64, b);
            Output.AtTheLimit = a >= 2147483616 || b < -2147483600 || a == 1073741824 || input.U32 + 2147483640u > 4294967290u;
            Output.Reversed = BinaryPrimitives.ReverseEndianness(input.U32);
        }
    }

    public interface IVectors : IBus
    {
        Bits<W13> A { get; set; }

        Bits<W13> B { get; set; }

        Bits<W128> Line { get; set; }

        Bits<W40> Part { get; set; }

        byte Count { get; set; }
    }

    public interface IVectorResults : IBus
    {
        Bits<W13> Sum { get; set; }

        Bits<W13> Shifted { get; set; }

        Bits<W26> Joined { get; set; }

        Bits<W40> Slice { get; set; }

        Bits<W128> Replaced { get; set; }

        Bits<W128> Bytes { get; set; }

        byte One { get; set; }

        uint BigEndian { get; set; }

        ushort Constant { get; set; }

        bool Bit { get; set; }

        int Ones { get; set; }

        bool Reduced { get; set; }

        ulong Low { get; set; }
    }

    private sealed class Vectors(IVectors input) : SimpleProcess
    {
        [InputBus] private readonly IVectors input = input;
        [OutputBus] public readonly IVectorResults Output = Scope.CreateBus<IVectorResults>("result");

        protected override void OnTick()
        {
            int count = input.Count & 15;
            Output.Sum = input.A + input.B - (Bits<W13>)5ul;
            Output.Shifted = (input.A << count) ^ (input.B >> (input.Count & 31)) ^ (input.A >> 2);
            Output.Joined = Bits.Concat<W13, W13, W26>(input.A, ~input.B);
            Output.Slice = input.Line.Slice<W40>(input.Count % 89) | input.Line.Slice<W40>(17);
            Output.Replaced = input.Line.WithSlice(input.Count % 89, input.Part).WithSlice(3, input.A).WithBit(127, input.A == input.B)
                .WithBit(count, true);
            Output.Bytes = input.Line.ShiftLeftBytes(input.Count)
                | input.Line.ShiftRightBytes((byte)count) ^ input.Line.ReverseBytes().WithByte(count, input.Count).WithByte(2, 9);
            Output.One = (byte)(input.Line.GetByte(count) + input.Line.GetByte(7));
            Output.BigEndian = input.Line.GetUInt32BigEndian(count % 13) + input.Line.GetUInt32BigEndian(4);
            Output.Constant = input.Line.GetUInt16BigEndian(12);
            Output.Bit = input.A[count % 13] ^ input.Line[100] ^ input.Line[input.Count & 127];
            Output.Ones = input.Line.PopCount() + input.A.PopCount();
            Output.Reduced = input.A.AndReduce() | input.B.XorReduce() & input.Part.OrReduce() ^ input.A < input.B;
            Output.Low = (ulong)input.Line + (ulong)input.A + (ulong)input.Line.Resize<W40>().Resize<W128>();
        }
    }

    public interface IMasked : IBus
    {
        ulong Top { get; set; }

        UInt128 Wide { get; set; }

        bool IsTop { get; set; }

        bool IsSmall { get; set; }

        Bits<W17> Cast { get; set; }

        [InitialValue(0x8000_0000_0000_0000ul)]
        ulong Held { get; set; }

        Bits<W96> Vector { get; set; }
    }

    [ClockedProcess]
    private sealed class Masks(IIntegers input) : SimpleProcess
    {
        [InputBus] private readonly IIntegers input = input;
        [OutputBus] public readonly IMasked Output = Scope.CreateBus<IMasked>("result");
        private long state = long.MinValue;

        protected override void OnTick()
        {
            Output.Top = (input.U64 & 0x8000_0000_0000_0000) | (ulong)state;
            Output.Wide = input.U128 & (UInt128.One << 127);
            Output.IsTop = input.S64 == long.MinValue || input.U64 > 0x1_0000_0000;
            Output.Vector = ((Bits<W96>)input.U128) ^ (Bits<W96>)(UInt128.One << 95);
            Output.IsSmall = (input.S64 > -5 && input.S64 - 3 != -7) || input.S128 < -2;
            Output.Cast = (Bits<W17>)(ulong)input.S32 << (int)(input.U32 % 40);
            if (input.S8 > 0)
            {
                Output.Held = input.U64;
                state = input.S8 == 5 ? long.MinValue : input.S64;
            }
        }
    }

    [Fact]
    public void Constants_beyond_32_bits() =>
        LockstepTests.Check("masks", () => [Scope.CreateBus<IIntegers>("x")], bus => [new Masks((IIntegers)bus[0]).Output], 2000);

    [Fact]
    public void Integers() =>
        LockstepTests.Check("integers", () => [Scope.CreateBus<IIntegers>("x")], bus => [new Arithmetic((IIntegers)bus[0]).Output], 2000);

    [Fact]
    public void Vectors_of_any_width() =>
        LockstepTests.Check("vectors", () => [Scope.CreateBus<IVectors>("x")], bus => [new Vectors((IVectors)bus[0]).Output], 2000);
}
