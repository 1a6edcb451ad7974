// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME.Form;

namespace SME.VHDL.Hardware;

/// <summary>Makes nodes, simplified: constants are folded, widths are no larger than the result needs.</summary>
internal static partial class Make
{
    /// <summary>Bits that count the elements of an array: the width of its index.</summary>
    public static int IndexWidth(int length) => Math.Max(1, BitOperations.Log2((uint)Math.Max(length - 1, 1)) + 1);

    /// <summary>A number of bits that the value never exceeds, if it is known not to be negative; otherwise -1.</summary>
    public static int UnsignedWidth(Node node) => node switch
    {
        Constant constant => constant.Value.Sign < 0 ? -1 : (int)constant.Value.GetBitLength(),
        Operation { Operator: Operator.Extend } extend when !extend[0].Type.IsSigned => UnsignedWidth(extend[0]),
        Operation { Operator: Operator.Reinterpret } cast when UnsignedWidth(cast[0]) is int width and >= 0 && width < node.Width => width,
        Operation { Operator: Operator.Select } select =>
            UnsignedWidth(select[1]) is int a and >= 0 && UnsignedWidth(select[2]) is int b and >= 0 ? Math.Max(a, b) : Default(node),
        _ => Default(node),
    };

    /// <summary>Wraps, extends or reinterprets a scalar as C# converts integers.</summary>
    public static Node Convert(Node node, HardwareType type)
    {
        if (node is Constant constant)
        {
            return Constants.Scalar(type, constant.Value);
        }

        if (type is HardwareBoolean)
        {
            return node.Type is HardwareBoolean ? node
                : new Operation(type, Operator.Bit, [node, Constants.Scalar(HardwareType.Unsigned(1), 0)]);
        }

        if (node.Type is HardwareBoolean)
        {
            node = new Operation(HardwareType.Unsigned(1), Operator.FromBoolean, [node]);
        }

        if (type.Width < node.Width)
        {
            return Reinterpret(Truncate(node, type.Width), type);
        }

        if (type.Width == node.Width)
        {
            return Reinterpret(node, type);
        }

        // An extension of an extension by the same sign is one.
        if (node is Operation { Operator: Operator.Extend } inner
            && (inner.Type.IsSigned == inner[0].Type.IsSigned || !inner[0].Type.IsSigned))
        {
            node = inner[0];
        }

        if (node.Type.IsSigned && Plants.Is(Plant.ExtendsWithZeros))
        {
            node = Reinterpret(node, HardwareType.Unsigned(node.Width));
        }

        return new Operation(type, Operator.Extend, [node]);
    }

    /// <summary>The same bits as another type of the same width.</summary>
    public static Node Reinterpret(Node node, HardwareType type)
    {
        switch (node)
        {
            case Constant constant:
                return Constants.Scalar(type, constant.Value);
            case Operation { Operator: Operator.Reinterpret } cast:
                return Reinterpret(cast[0], type);
            case Operation { Operator: Operator.Extend } extend when !extend[0].Type.IsSigned || extend.Type.IsSigned == type.IsSigned:
                return new Operation(type, Operator.Extend, extend.Operands);
        }

        return node.Type.IsSigned == type.IsSigned ? Retype(node, type) : new Operation(type, Operator.Reinterpret, [node]);
    }

    /// <summary>The low bits, unsigned.</summary>
    public static Node Truncate(Node node, int width)
    {
        HardwareType type = HardwareType.Unsigned(width);
        if (node.Width == width)
        {
            return Reinterpret(node, type);
        }

        switch (node)
        {
            case Constant constant:
                return Constants.Scalar(type, constant.Value);
            case Operation { Operator: Operator.Reinterpret } cast:
                return Truncate(cast[0], width);
            case Operation { Operator: Operator.Extend } extend:
                return extend[0].Width >= width ? Truncate(extend[0], width) : Convert(extend[0], type);
            case Operation { Operator: Operator.Slice } slice:
                return Slice(slice[0], slice.Low, width);
            case Operation
            {
                Operator: Operator.Add or Operator.Subtract or Operator.Multiply or Operator.And or Operator.Or
                or Operator.Xor or Operator.Not or Operator.Negate
            } operation:
                return Wrapping(operation.Operator, type, operation.Operands.Select(operand => Truncate(operand, width)).ToArray());
            case Operation { Operator: Operator.Select } select:
                return Select(select[0], Truncate(select[1], width), Truncate(select[2], width));
            case Operation { Operator: Operator.ShiftLeft } shift when shift[1] is Constant count:
                return count.Value >= width ? Constants.Scalar(type, 0) : ShiftLeft(Truncate(shift[0], width), count);
            case Operation { Operator: Operator.Concatenate } concatenate:
                return Slice(concatenate, 0, width);
            default:
                return Slice(node, 0, width);
        }
    }

    /// <summary>Some bits, unsigned.</summary>
    public static Node Slice(Node node, int low, int width)
    {
        HardwareType type = HardwareType.Unsigned(width);
        if (low == 0 && width == node.Width)
        {
            return Reinterpret(node, type);
        }

        switch (node)
        {
            case Constant constant:
                return Constants.Scalar(type, Constants.Bits(constant) >> low);
            case Operation { Operator: Operator.Reinterpret } cast:
                return Slice(cast[0], low, width);
            case Operation { Operator: Operator.Slice } slice:
                return Slice(slice[0], slice.Low + low, width);
            case Operation { Operator: Operator.Extend } extend when low + width <= extend[0].Width:
                return Slice(extend[0], low, width);
            case Operation { Operator: Operator.Extend } extend when low >= extend[0].Width && !extend[0].Type.IsSigned:
                return Constants.Scalar(type, 0);
            case Operation { Operator: Operator.Extend } extend when !extend[0].Type.IsSigned:
                return Convert(Slice(extend[0], low, extend[0].Width - low), type);
            case Operation { Operator: Operator.And or Operator.Or or Operator.Xor or Operator.Not } bitwise
                when node.Type is not HardwareBoolean:
                return Wrapping(bitwise.Operator, type, bitwise.Operands.Select(operand => Slice(operand, low, width)).ToArray());
            case Operation { Operator: Operator.ShiftRight } shift
                when shift[1] is Constant count && count.Value + low + width <= node.Width:
                return Slice(shift[0], (int)count.Value + low, width);
            case Operation { Operator: Operator.ShiftLeft } shift when shift[1] is Constant count && count.Value <= low:
                return Slice(shift[0], low - (int)count.Value, width);
            case Operation { Operator: Operator.Select } select when IsCheap(select[0]):
                return Select(select[0], Slice(select[1], low, width), Slice(select[2], low, width));
            case Operation { Operator: Operator.Concatenate } concatenate:
                int offset = 0;
                List<Node> parts = [];
                foreach (Node part in concatenate.Operands.Reverse())
                {
                    int from = Math.Max(low, offset);
                    int to = Math.Min(low + width, offset + part.Width);
                    if (from < to)
                    {
                        parts.Insert(0, Slice(part, from - offset, to - from));
                    }

                    offset += part.Width;
                }

                return Concatenate(parts);
            default:
                return new Operation(type, Operator.Slice, [node], low);
        }
    }

    /// <summary>Vectors side by side, the highest first.</summary>
    public static Node Concatenate(IReadOnlyList<Node> parts)
    {
        List<Node> joined = [];
        foreach (Node part in parts.Select(part => Convert(part, HardwareType.Unsigned(part.Width)))
            .SelectMany(part => part is Operation { Operator: Operator.Concatenate } inner ? inner.Operands : [part]))
        {
            if (joined.Count > 0 && joined[^1] is Constant high && part is Constant low)
            {
                joined[^1] = Constants.Scalar(HardwareType.Unsigned(high.Width + low.Width),
                    (Constants.Bits(high) << low.Width) | Constants.Bits(low));
            }
            else if (joined.Count > 0 && joined[^1] is Operation { Operator: Operator.Slice } upper
                && part is Operation { Operator: Operator.Slice } lower
                && upper[0] == lower[0] && upper.Low == lower.Low + lower.Width)
            {
                joined[^1] = Slice(lower[0], lower.Low, lower.Width + upper.Width);
            }
            else
            {
                joined.Add(part);
            }
        }

        if (joined.Count > 1 && joined[0] is Constant { Value.IsZero: true })
        {
            Node rest = Concatenate(joined.Skip(1).ToArray());
            return Convert(rest, HardwareType.Unsigned(joined.Sum(part => part.Width)));
        }

        return joined.Count == 1 ? joined[0]
            : new Operation(HardwareType.Unsigned(joined.Sum(part => part.Width)), Operator.Concatenate, joined);
    }

    /// <summary>One of two values.</summary>
    public static Node Select(Node condition, Node whenTrue, Node whenFalse)
    {
        if (condition is Constant constant)
        {
            return constant.Value.IsZero ? whenFalse : whenTrue;
        }

        if (ReferenceEquals(whenTrue, whenFalse)
            || (whenTrue.IsConstant && whenFalse.IsConstant && Constants.AreEqual(whenTrue, whenFalse)))
        {
            return whenTrue;
        }

        if (whenTrue.Type is HardwareBoolean)
        {
            switch (whenTrue, whenFalse)
            {
                case (Constant { Value.IsOne: true }, _):
                    return Logical(Operator.Or, condition, whenFalse);
                case (Constant, _):
                    return Logical(Operator.And, Not(condition), whenFalse);
                case (_, Constant { Value.IsZero: true }):
                    return Logical(Operator.And, condition, whenTrue);
                case (_, Constant):
                    return Logical(Operator.Or, Not(condition), whenTrue);
            }
        }

        return new Operation(whenTrue.Type, Operator.Select, [condition, whenTrue, whenFalse]);
    }

    /// <summary>A bit of a vector by a constant or dynamic index; the index is cut to the bits that count.</summary>
    public static Node Bit(Node vector, Node index)
    {
        if (index is Constant constant)
        {
            Node bit = Slice(vector, (int)constant.Value, 1);
            return bit switch
            {
                Constant known => Constants.Boolean(!known.Value.IsZero),
                Operation { Operator: Operator.FromBoolean } boolean => boolean[0],
                Operation { Operator: Operator.Slice } slice =>
                    new Operation(HardwareBoolean.Instance, Operator.Bit,
                        [slice[0], Constants.Scalar(HardwareType.Unsigned(32), slice.Low)]),
                _ => new Operation(HardwareBoolean.Instance, Operator.Bit, [bit, Constants.Scalar(HardwareType.Unsigned(1), 0)]),
            };
        }

        return new Operation(HardwareBoolean.Instance, Operator.Bit,
            [vector, Convert(index, HardwareType.Unsigned(IndexWidth(vector.Width)))]);
    }

    /// <summary>A field of a record.</summary>
    public static Node Field(Node record, int index) => record is Aggregate aggregate ? aggregate.Parts[index] : new Member(record, index);

    /// <summary>Whether a node is so short that writing it twice does no harm, and free of operations.</summary>
    public static bool IsCheap(Node node) => node switch
    {
        Constant or Read => true,
        Member member => IsCheap(member.Target),
        Item { Index: Constant } item => IsCheap(item.Target),
        Operation { Operator: Operator.Slice or Operator.Reinterpret or Operator.Extend } operation => IsCheap(operation[0]),
        Operation { Operator: Operator.Not } not when node.Type is HardwareBoolean => IsCheap(not[0]),
        Operation { Operator: Operator.Bit } bit => bit[1] is Constant && IsCheap(bit[0]),
        _ => false,
    };

    private static int Default(Node node) => node.Type.IsSigned ? -1 : node.Width;

    private static Node Retype(Node node, HardwareType type)
    {
        // Named constants of enums are the only thing that depends on more than width and sign.
        if (node.Type == type || type is not HardwareEnum)
        {
            return node;
        }

        return node is Operation { Operator: Operator.Select } select ? Select(select[0], Retype(select[1], type), Retype(select[2], type))
            : node;
    }
}
