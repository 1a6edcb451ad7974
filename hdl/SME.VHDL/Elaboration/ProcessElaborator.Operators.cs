// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <content>Operators.</content>
internal sealed partial class ProcessElaborator
{
    private Node EvaluateBinary(Binary binary, Frame frame)
    {
        Node left = Evaluate(binary.Left, frame);
        switch (binary.Operator)
        {
            case BinaryOperator.AndAlso when left is Constant { Value.IsZero: true }:
            case BinaryOperator.OrElse when left is Constant { Value.IsOne: true }:
                return left;
        }

        Node right = Evaluate(binary.Right, frame);
        if (left is ObjectNode || right is ObjectNode)
        {
            return binary.Operator switch
            {
                BinaryOperator.Equal => Constants.Boolean(Equals((left as ObjectNode)?.Value, (right as ObjectNode)?.Value)),
                BinaryOperator.NotEqual => Constants.Boolean(!Equals((left as ObjectNode)?.Value, (right as ObjectNode)?.Value)),
                _ => throw Rules.Fail(Rules.NotHardware, "an object has no operators but == and !=", location),
            };
        }

        // Vectors and integers differ in what a large count does; the value itself may have lost its type on the way.
        bool isVector = binary.Operator is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight or BinaryOperator.ShiftRightUnsigned
            && Hardware(binary.Left.Type, frame) is HardwareVector;
        return Operate(binary.Operator, left, right, isVector);
    }

    private Node Operate(BinaryOperator @operator, Node left, Node right, bool isVector)
    {
        bool isBoolean = left.Type is HardwareBoolean;
        switch (@operator)
        {
            case BinaryOperator.Add:
                return Make.Wrapping(Operator.Add, left.Type, left, right);
            case BinaryOperator.Subtract:
                return Make.Wrapping(Operator.Subtract, left.Type, left, right);
            case BinaryOperator.Multiply:
                return Make.Wrapping(Operator.Multiply, left.Type, left, right);
            case BinaryOperator.Divide or BinaryOperator.Remainder:
                return Divide(@operator == BinaryOperator.Divide ? Operator.Divide : Operator.Remainder, left, right);
            case BinaryOperator.And or BinaryOperator.AndAlso:
                return isBoolean ? Make.Logical(Operator.And, left, right) : Make.Wrapping(Operator.And, left.Type, left, right);
            case BinaryOperator.Or or BinaryOperator.OrElse:
                return isBoolean ? Make.Logical(Operator.Or, left, right) : Make.Wrapping(Operator.Or, left.Type, left, right);
            case BinaryOperator.Xor:
                return isBoolean ? Make.Logical(Operator.Xor, left, right) : Make.Wrapping(Operator.Xor, left.Type, left, right);
            case BinaryOperator.ShiftLeft:
                return Make.ShiftLeft(left, ShiftCount(left, right, isVector));
            case BinaryOperator.ShiftRight:
                return Make.ShiftRight(left, ShiftCount(left, right, isVector));
            case BinaryOperator.ShiftRightUnsigned:
                HardwareType bits = HardwareType.Unsigned(left.Width);
                return Make.Reinterpret(Make.ShiftRight(Make.Reinterpret(left, bits), ShiftCount(left, right, isVector)), left.Type);
            case BinaryOperator.Equal:
                return AreEqual(left, right);
            case BinaryOperator.NotEqual:
                return Make.Not(AreEqual(left, right));
            case BinaryOperator.Less:
                return Make.Compare(Operator.Less, left, right);
            case BinaryOperator.LessOrEqual:
                return Make.Compare(Operator.LessOrEqual, left, right);
            case BinaryOperator.Greater:
                return Make.Compare(Operator.Less, right, left);
            default:
                return Make.Compare(Operator.LessOrEqual, right, left);
        }
    }

    /// <summary>
    /// Division rounds towards zero, a remainder has the dividend's sign. With signs it goes by the magnitudes: GHDL 2.0
    /// writes the signed operators into Verilog as unsigned ones. What C# throws for (zero, the most negative number by -1) gives
    /// something.
    /// </summary>
    private Node Divide(Operator @operator, Node left, Node right)
    {
        bool isUnsigned = Make.UnsignedWidth(left) >= 0 && Make.UnsignedWidth(right) >= 0;
        if (isUnsigned || (left is Constant && right is Constant) || right is Constant { Value.IsZero: true })
        {
            return Make.Divide(@operator, left, right);
        }

        HardwareType type = left.Type;
        HardwareType magnitude = HardwareType.Unsigned(type.Width);
        left = Hoist(left, "dividend");
        right = Hoist(right, "divisor");
        Node quotient = Hoist(Make.Divide(@operator, Magnitude(left), Magnitude(right)), "quotient");
        Node isNegative = @operator == Operator.Divide ? Make.Logical(Operator.Xor, IsNegative(left), IsNegative(right)) : IsNegative(left);
        return Hoist(Make.Reinterpret(Make.Select(isNegative, Make.Wrapping(Operator.Negate, magnitude, quotient), quotient), type),
            "quotient");

        Node Magnitude(Node node) =>
            Hoist(Make.Reinterpret(Make.Select(IsNegative(node), Make.Wrapping(Operator.Negate, type, node), node), magnitude),
                "magnitude");

        static Node IsNegative(Node node) => Make.UnsignedWidth(node) >= 0 ? Constants.False
            : node is Constant constant ? Constants.Boolean(constant.Value.Sign < 0)
            : Make.Bit(node, Constants.Scalar(HardwareType.Unsigned(32), node.Width - 1));
    }

    /// <summary>Equality of anything with bits: records and arrays are equal if all parts are.</summary>
    private Node AreEqual(Node left, Node right)
    {
        switch (left.Type)
        {
            case HardwareRecord record:
                left = left is Aggregate ? left : Hoist(left, "left");
                right = right is Aggregate ? right : Hoist(right, "right");
                return Enumerable.Range(0, record.Fields.Count)
                    .Select(i => AreEqual(Known(Make.Field(left, i)), Known(Make.Field(right, i))))
                    .Aggregate((a, b) => Make.Logical(Operator.And, a, b));
            case HardwareArray array:
                left = left is Aggregate ? left : Hoist(left, "left");
                right = right is Aggregate ? right : Hoist(right, "right");
                return Enumerable.Range(0, array.Length).Select(i => Constants.Scalar(HardwareType.Unsigned(32), i))
                    .Select(i => AreEqual(EvaluateElement(left, i), EvaluateElement(right, i)))
                    .Aggregate((a, b) => Make.Logical(Operator.And, a, b));
            default:
                return Make.Compare(Operator.Equal, left, right);
        }
    }

    /// <summary>The count of a shift: masked to the width for integers, as it is (never negative) for vectors.</summary>
    private static Node ShiftCount(Node value, Node count, bool isVector) =>
        isVector ? VectorCount(count, value.Width)
        : Make.Truncate(count, Make.IndexWidth(Math.Max(32, value.Width)) + (Plants.Is(Plant.ShiftNotMasked) ? 1 : 0));

    private static Node VectorCount(Node count, int width)
    {
        if (count is Constant constant)
        {
            return Constants.Scalar(HardwareType.Unsigned(32), constant.Value.Sign < 0 ? width : BigInteger.Min(constant.Value, width));
        }

        int bits = Make.UnsignedWidth(count);
        return Make.Convert(count, HardwareType.Unsigned(bits is > 0 and <= 31 ? bits : Math.Min(31, count.Width)));
    }
}
