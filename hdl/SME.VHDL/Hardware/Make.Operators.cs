// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace SME.VHDL.Hardware;

/// <content>Operators.</content>
internal static partial class Make
{
    /// <summary>Logical not of a bool; constants are folded, and two of them cancel out.</summary>
    public static Node Not(Node operand) => operand switch
    {
        Constant constant => Constants.Boolean(constant.Value.IsZero),
        Operation { Operator: Operator.Not } not => not[0],
        Operation { Operator: Operator.Equal } operation => new Operation(operand.Type, Operator.NotEqual, operation.Operands),
        Operation { Operator: Operator.NotEqual } operation => new Operation(operand.Type, Operator.Equal, operation.Operands),
        Operation { Operator: Operator.Less } operation => new Operation(operand.Type, Operator.LessOrEqual, [operation[1], operation[0]]),
        Operation { Operator: Operator.LessOrEqual } operation => new Operation(operand.Type, Operator.Less, [operation[1], operation[0]]),
        _ => new Operation(operand.Type, Operator.Not, [operand]),
    };

    /// <summary>And, or, exclusive or of truth values.</summary>
    public static Node Logical(Operator @operator, Node left, Node right)
    {
        if (left is Constant && right is not Constant)
        {
            (left, right) = (right, left);
        }

        if (right is Constant constant)
        {
            bool value = !constant.Value.IsZero;
            return @operator switch
            {
                Operator.And => value ? left : Constants.False,
                Operator.Or => value ? Constants.True : left,
                _ => value ? Not(left) : left,
            };
        }

        return new Operation(HardwareBoolean.Instance, @operator, [left, right]);
    }

    /// <summary>An operator whose low bits depend on the low bits of its operands only; the operands have the result's width.</summary>
    public static Node Wrapping(Operator @operator, HardwareType type, params IReadOnlyList<Node> operands)
    {
        if (type is HardwareBoolean)
        {
            return operands.Count == 1 ? Not(operands[0]) : Logical(@operator, operands[0], operands[1]);
        }

        // The same bits come out whatever the sign, so all of it is done in the result's.
        Node left = Reinterpret(operands[0], type);
        Node? right = operands.Count > 1 ? Reinterpret(operands[1], type) : null;
        if (left is Constant a && right is null or Constant)
        {
            BigInteger b = (right as Constant)?.Value ?? BigInteger.Zero;
            return Constants.Scalar(type, @operator switch
            {
                Operator.Add => a.Value + b,
                Operator.Subtract => a.Value - b,
                Operator.Multiply => a.Value * b,
                Operator.And => a.Value & b,
                Operator.Or => a.Value | b,
                Operator.Xor => a.Value ^ b,
                Operator.Not => ~a.Value,
                _ => -a.Value,
            });
        }

        if (left is Constant && right is not null && @operator != Operator.Subtract)
        {
            (left, right) = (right, left);
        }

        if (right is Constant constant && Simplify(@operator, left, constant) is { } simple)
        {
            return simple;
        }

        return new Operation(type, @operator, right is null ? [left] : [left, right]);
    }

    /// <summary>Quotient and remainder of two constants, or of two values that are known not to be negative.</summary>
    public static Node Divide(Operator @operator, Node left, Node right)
    {
        HardwareType type = left.Type;
        if (right is Constant { Value.IsZero: true })
        {
            return Constants.Zero(type);
        }

        if (left is Constant a && right is Constant b)
        {
            return Constants.Scalar(type, @operator == Operator.Divide ? BigInteger.Divide(a.Value, b.Value)
                : BigInteger.Remainder(a.Value, b.Value));
        }

        HardwareType narrow = HardwareType.Unsigned(Math.Max(1, Math.Max(UnsignedWidth(left), UnsignedWidth(right))));
        Node dividend = Convert(left, narrow);
        if (right is not Constant { Value.IsPowerOfTwo: true } power)
        {
            return Convert(new Operation(narrow, @operator, [dividend, Convert(right, narrow)]), type);
        }

        int shift = (int)power.Value.GetBitLength() - 1;
        return @operator == Operator.Divide
            ? Convert(ShiftRight(dividend, Constants.Scalar(HardwareType.Unsigned(32), shift)), type)
            : Convert(shift == 0 ? Constants.Scalar(narrow, 0) : Truncate(dividend, Math.Min(shift, narrow.Width)), type);
    }

    /// <summary>Shift left by an unsigned count; a count of the width or more gives zero.</summary>
    public static Node ShiftLeft(Node value, Node count)
    {
        if (count is not Constant constant)
        {
            return value is Constant { Value.IsZero: true } ? value : new Operation(value.Type, Operator.ShiftLeft, [value, count]);
        }

        return constant.Value.IsZero ? value
            : constant.Value >= value.Width ? Constants.Zero(value.Type)
            : value is Constant known ? Constants.Scalar(value.Type, known.Value << (int)constant.Value)
            : new Operation(value.Type, Operator.ShiftLeft, [value, Constants.Scalar(HardwareType.Unsigned(32), constant.Value)]);
    }

    /// <summary>Shift right by an unsigned count, by the value's sign.</summary>
    public static Node ShiftRight(Node value, Node count)
    {
        if (count is not Constant constant)
        {
            if (!value.Type.IsSigned || value is Constant { Value.IsZero: true })
            {
                return value is Constant { Value.IsZero: true } ? value : new Operation(value.Type, Operator.ShiftRight, [value, count]);
            }

            // GHDL 2.0 writes the arithmetic shift into Verilog as a logical one, so the signs are put in front first.
            HardwareType wide = HardwareType.Unsigned(2 * value.Width);
            Node extended = Reinterpret(Convert(value, new HardwareInteger(wide.Width, true)), wide);
            return Reinterpret(Slice(new Operation(wide, Operator.ShiftRight, [extended, count]), 0, value.Width), value.Type);
        }

        if (value is Constant known)
        {
            return Constants.Scalar(value.Type, known.Value >> (int)BigInteger.Min(constant.Value, value.Width));
        }

        if (constant.Value.IsZero)
        {
            return value;
        }

        if (!value.Type.IsSigned)
        {
            return constant.Value >= value.Width ? Constants.Zero(value.Type)
                : Convert(Slice(value, (int)constant.Value, value.Width - (int)constant.Value), value.Type);
        }

        BigInteger shift = BigInteger.Min(constant.Value, value.Width - 1);
        return Convert(Reinterpret(Slice(value, (int)shift, value.Width - (int)shift), new HardwareInteger(value.Width - (int)shift, true)),
            value.Type);
    }

    /// <summary>Comparison of scalars of one type.</summary>
    public static Node Compare(Operator @operator, Node left, Node right)
    {
        if (left.Type is HardwareBoolean)
        {
            return @operator == Operator.Equal ? Not(Logical(Operator.Xor, left, right)) : Logical(Operator.Xor, left, right);
        }

        if (left is Constant a && right is Constant b)
        {
            return Constants.Boolean(@operator switch
            {
                Operator.Equal => a.Value == b.Value,
                Operator.NotEqual => a.Value != b.Value,
                Operator.Less => a.Value < b.Value,
                _ => a.Value <= b.Value,
            });
        }

        if (left is Constant && @operator is Operator.Equal or Operator.NotEqual)
        {
            (left, right) = (right, left);
        }

        int leftWidth = UnsignedWidth(left);
        int rightWidth = UnsignedWidth(right);
        if (leftWidth >= 0 && rightWidth >= 0)
        {
            // A constant that the other side cannot reach decides.
            if (right is Constant && rightWidth > leftWidth)
            {
                return Constants.Boolean(@operator is not Operator.Equal);
            }

            if (left is Constant && leftWidth > rightWidth)
            {
                return Constants.False;
            }

            if (@operator == Operator.Less && right is Constant { Value.IsZero: true })
            {
                return Constants.False;
            }

            int width = Math.Max(1, Math.Max(leftWidth, rightWidth));
            if (width < left.Width || left.Type.IsSigned)
            {
                HardwareType narrow = HardwareType.Unsigned(width);
                left = Convert(left, narrow);
                right = Convert(right, narrow);
            }
        }
        else if (right is Constant { Value.Sign: < 0 } && leftWidth >= 0)
        {
            return Constants.Boolean(@operator == Operator.NotEqual);
        }
        else if (left is Constant { Value.Sign: < 0 } && rightWidth >= 0)
        {
            return Constants.True;
        }

        return new Operation(HardwareBoolean.Instance, @operator, [left, right]);
    }

    /// <summary>Whether the number of ones is odd.</summary>
    public static Node XorReduce(Node value) => value switch
    {
        Constant constant => Constants.Boolean(!BigInteger.IsEvenInteger(Ones(Constants.Bits(constant)))),
        Operation { Operator: Operator.Extend } extend when !extend[0].Type.IsSigned => XorReduce(extend[0]),
        _ => new Operation(HardwareBoolean.Instance, Operator.XorReduce, [value]),
    };

    private static BigInteger Ones(BigInteger value)
    {
        BigInteger ones = BigInteger.Zero;
        for (; !value.IsZero; value >>= 1)
        {
            ones += value & 1;
        }

        return ones;
    }

    private static Node? Simplify(Operator @operator, Node left, Constant right)
    {
        HardwareType type = left.Type;
        BigInteger bits = Constants.Bits(right);
        BigInteger ones = (BigInteger.One << type.Width) - 1;
        switch (@operator)
        {
            case Operator.Add or Operator.Subtract or Operator.Or or Operator.Xor when bits.IsZero:
            case Operator.Multiply when bits.IsOne:
            case Operator.And when bits == ones:
                return left;
            case Operator.Multiply or Operator.And when bits.IsZero:
                return Constants.Zero(type);
            case Operator.Or when bits == ones:
                return right;
            case Operator.Xor when bits == ones:
                return Wrapping(Operator.Not, type, left);
            case Operator.Multiply when bits.IsPowerOfTwo:
                return ShiftLeft(left, Constants.Scalar(HardwareType.Unsigned(32), bits.GetBitLength() - 1));
            case Operator.And when (bits & (bits + 1)).IsZero:
                // A mask of the lowest bits: what it leaves is just these.
                return Convert(Truncate(left, (int)bits.GetBitLength()), type);
            case Operator.And when bits.GetBitLength() < type.Width:
                int width = (int)bits.GetBitLength();
                HardwareType narrow = HardwareType.Unsigned(width);
                return Convert(Wrapping(Operator.And, narrow, Truncate(left, width), Constants.Scalar(narrow, bits)), type);
            default:
                return null;
        }
    }
}
