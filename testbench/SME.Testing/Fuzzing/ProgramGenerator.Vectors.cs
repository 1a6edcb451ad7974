// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using static SME.Testing.Fuzzing.FuzzTypes;

namespace SME.Testing.Fuzzing;

/// <content>Expressions with vectors.</content>
internal sealed partial class ProgramGenerator
{
    private string VectorLiteral(VectorType type) => random.Below(5) switch
    {
        0 => $"{type}.Zero",
        1 => $"{type}.AllOnes",
        _ => $"(({type}){Literal(U64)})",
    };

    private Node FromVector(IntegerType type, int depth)
    {
        Node vector = Expression(Vector(random.Pick(Widths)), depth - 1);
        return random.Below(5) switch
        {
            0 when type == S32 => new Node(type, "$0.PopCount()", [vector]),
            1 when type == U8 && ((VectorType)vector.Type).Width >= 8 =>
                new Node(type, "$0.GetByte($1)", [vector, Position((((VectorType)vector.Type).Width / 8) - 1)]),
            2 when type == U32 && ((VectorType)vector.Type).Width >= 64 =>
                new Node(type, $"$0.GetUInt32BigEndian({random.Below(4)})", [vector]),
            3 when type == U16 && ((VectorType)vector.Type).Width >= 24 =>
                new Node(type, $"$0.GetUInt16BigEndian({random.Below(2)})", [vector]),
            4 => new Node(type, $"(({type})(UInt128)$0)", [vector]),
            _ => new Node(type, $"(({type})(ulong)$0)", [vector]),
        };
    }

    private Node VectorTest(VectorType type, int depth) => random.Below(4) switch
    {
        0 => new Node(Bool, $"($0 {random.Pick(["<", "<=", ">", ">="])} $1)", [Expression(type, depth - 1), Expression(type, depth - 1)]),
        1 => new Node(Bool, $"($0 {random.Pick(["==", "!="])} $1)", [Expression(type, depth - 1), Expression(type, depth - 1)]),
        2 => new Node(Bool, $"$0.{random.Pick(["AndReduce", "OrReduce", "XorReduce"])}()", [Expression(type, depth - 1)]),
        _ => new Node(Bool, "$0[$1]", [Expression(type, depth - 1), Position(type.Width - 1)]),
    };

    /// <summary>An int from 0 to a highest value, constant or not.</summary>
    private Node Position(int highest)
    {
        if (random.Percent(50))
        {
            return new Node(S32, random.Between(0, highest).ToString(CultureInfo.InvariantCulture), None);
        }

        Node value = Variable(S32, 1);
        return int.IsPow2(highest + 1) ? new Node(S32, $"($0 & {highest})", [value])
            : new Node(S32, $"(int)((uint)$0 % {highest + 1}U)", [value]);
    }

    private Node VectorExpression(VectorType type, int depth)
    {
        Node Same() => Expression(type, depth - 1);
        switch (random.Below(14))
        {
            case 0 or 1 or 2:
                return new Node(type, $"($0 {random.Pick(["&", "|", "^", "+", "-"])} $1)", [Same(), Same()]);
            case 3:
                return new Node(type, "(~$0)", [Same()]);
            case 4:
                return new Node(type, $"($0 {random.Pick(["<<", ">>"])} $1)", [Same(), Position(Math.Min(255, (2 * type.Width) - 1))]);
            case 5:
                return new Node(type, $"$0.Resize<W{type.Width}>()", [Expression(Vector(random.Pick(Widths)), depth - 1)]);
            case 6:
                {
                    int[] wider = Widths.Where(width => width >= type.Width).ToArray();
                    VectorType from = Vector(random.Pick(wider));
                    return new Node(type, $"$0.Slice<W{type.Width}>($1)", [Expression(from, depth - 1), Position(from.Width - type.Width)]);
                }

            case 7:
                {
                    int[] narrower = Widths.Where(width => width <= type.Width).ToArray();
                    VectorType part = Vector(random.Pick(narrower));
                    return new Node(type, "$0.WithSlice($1, $2)", [Same(), Position(type.Width - part.Width), Expression(part, depth - 1)]);
                }

            case 8:
                return new Node(type, "$0.WithBit($1, $2)", [Same(), Position(type.Width - 1), Expression(Bool, depth - 1)]);
            case 9 when type.Width >= 8:
                return new Node(type, "$0.WithByte($1, $2)", [Same(), Position((type.Width / 8) - 1), Expression(U8, depth - 1)]);
            case 10:
                return new Node(type, $"$0.Shift{random.Pick(["Left", "Right"])}Bytes($1)", [Same(), Expression(U8, depth - 1)]);
            case 11 when type.Width % 8 == 0:
                return new Node(type, "$0.ReverseBytes()", [Same()]);
            case 12:
                {
                    (int High, int Low)[] halves =
                        Widths.SelectMany(high => Widths.Where(low => high + low == type.Width).Select(low => (high, low))).ToArray();
                    if (halves.Length == 0)
                    {
                        return Leaf(type);
                    }

                    (int high, int low) = random.Pick(halves);
                    return new Node(type, $"Bits.Concat<W{high}, W{low}, W{type.Width}>($0, $1)",
                        [Expression(Vector(high), depth - 1), Expression(Vector(low), depth - 1)]);
                }

            default:
                return new Node(type, $"(({type})$0)", [Expression(random.Percent(70) ? U64 : U128, depth - 1)]) is var node
                    && node.Operands[0].IsConstant
                    ? new Node(type, VectorLiteral(type), None)
                    : node;
        }
    }
}
