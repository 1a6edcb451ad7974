// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Text;

/// <content>Expressions. What VHDL cannot write in place is put into a variable before the statement.</content>
internal sealed partial class ProcessWriter
{
    /// <summary>A condition, of VHDL's type boolean.</summary>
    private string Condition(Node node)
    {
        switch (node)
        {
            case Constant constant:
                return constant.Value.IsZero ? "false" : "true";
            case Operation { Operator: Operator.And or Operator.Or } logical:
                return string.Join(logical.Operator == Operator.And ? " and " : " or ",
                    logical.Operands.Select(operand => ConditionOperand(operand, logical.Operator)));
            case Operation { Operator: Operator.Xor } different:
                return $"{ConditionOperand(different[0], Operator.Xor)} xor {ConditionOperand(different[1], Operator.Xor)}";
            case Operation { Operator: Operator.Not } not when IsBit(not[0]):
                return $"{Operand(not[0])} = '0'";
            case Operation { Operator: Operator.Not } not:
                return $"not ({Condition(not[0])})";
            case Operation { Operator: Operator.Equal or Operator.NotEqual or Operator.Less or Operator.LessOrEqual } comparison:
                return Comparison(comparison);
            default:
                return $"{Operand(node)} = '1'";
        }
    }

    private string ConditionOperand(Node node, Operator outer)
    {
        string text = Condition(node);
        bool isPlain = node is Operation { Operator: Operator.And or Operator.Or or Operator.Xor } inner
            ? inner.Operator == outer && outer != Operator.Xor : true;
        return isPlain ? text : $"({text})";
    }

    /// <summary>Whether a truth value is a std_logic by itself, not the outcome of a comparison.</summary>
    private static bool IsBit(Node node) => node is Read or Member or Item
        or Operation { Operator: Operator.Bit or Operator.XorReduce or Operator.Select };

    private string Comparison(Operation comparison)
    {
        string sign = comparison.Operator switch
        {
            Operator.Equal => "=",
            Operator.NotEqual => "/=",
            Operator.Less => "<",
            _ => "<=",
        };
        if (comparison[0] is Constant left)
        {
            // A reader expects the constant on the right.
            return $"{Operand(comparison[1])} {sign.Replace('<', '>')} {CompareLiteral(left)}";
        }

        return comparison[1] is Constant right
            ? $"{Operand(comparison[0])} {sign} {CompareLiteral(right)}"
            : $"{Operand(comparison[0])} {sign} {Operand(comparison[1])}";
    }

    private string CompareLiteral(Constant constant) =>
        Guarded(constant) is { } guarded ? guarded
        : constant.Type is HardwareEnum type && types.EnumName(type, constant.Value) is { } name ? name
        : !Literals.IsSmall(constant) ? Literals.BitString(Constants.Bits(constant), constant.Width)
        : IsWideNegative(constant) ? Qualified(constant)
        : constant.Value.Sign < 0 ? $"({constant.Value.ToString(CultureInfo.InvariantCulture)})"
        : constant.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether GHDL 2.0 would take an integer literal for the constant without its sign: it extends negative ones beyond 32 bits with
    /// zeros.
    /// </summary>
    private static bool IsWideNegative(Constant constant) => constant.Value.Sign < 0 && constant.Width > 32;

    private string Qualified(Constant constant) => Guarded(constant) ?? Literals.Qualified(constant, types);

    /// <summary>A value where its type and length are known from the context.</summary>
    private string InContext(Node node)
    {
        switch (node)
        {
            case { IsConstant: true }:
                return Literal(node);
            case Aggregate { Type: HardwareRecord record } aggregate:
                return $"({string.Join(", ", aggregate.Parts.Select((part, i) => $"{types.FieldName(record, i)} => {InContext(part)}"))})";
            case Aggregate { Parts.Count: 1 } aggregate:
                return $"(0 => {Part(aggregate.Parts[0])})";
            case Aggregate aggregate:
                // Among the elements of an array, '&' might also join arrays.
                return $"({string.Join(", ", aggregate.Parts.Select(Part))})";
            case Operation { Operator: Operator.Concatenate } concatenate:
                return Concatenation(concatenate);
            case Operation { Operator: Operator.FromBoolean } boolean:
                return $"(0 => {Value(boolean[0])})";
            default:
                return Value(node);
        }
    }

    /// <summary>An operand: in parentheses if it is an operation.</summary>
    private string Operand(Node node)
    {
        string text = Value(node);
        return NeedsParentheses(node) ? $"({text})" : text;
    }

    private static bool NeedsParentheses(Node node) => node is Operation operation && operation.Operator switch
    {
        Operator.Add or Operator.Subtract or Operator.And or Operator.Or or Operator.Xor or Operator.Not or Operator.Negate
            or Operator.Divide or Operator.Remainder or Operator.XorReduce => true,
        _ => false,
    };

    private string Part(Node part) => part is Operation { Operator: Operator.Concatenate } ? Value(part) : InContext(part);

    /// <summary>A value: std_logic for truth values, signed or unsigned for other scalars.</summary>
    private string Value(Node node)
    {
        switch (node)
        {
            case Constant constant:
                return Qualified(constant);
            case Read read:
                return NameOf(read.Cell);
            case Member member:
                return $"{Name(member.Target)}.{types.FieldName((HardwareRecord)member.Target.Type, member.Index)}";
            case Item item:
                string elements = Name(item.Target);
                return $"{elements}({Index(item.Index, ((HardwareArray)item.Target.Type).Length)})";
            case Operation operation:
                return node.Type is HardwareBoolean ? BooleanValue(operation) : VectorValue(operation);
            default:
                return Name(node);
        }
    }

    /// <summary>A name for a value, so that parts of it can be named.</summary>
    private string Name(Node node)
    {
        if (node is Read or Member or Item)
        {
            return Value(node);
        }

        string name = Temporary(node.Type, "part");
        WriteValue(name, ":=", node, SourceLocation.Unknown);
        return name;
    }

    private string BooleanValue(Operation operation)
    {
        switch (operation.Operator)
        {
            case Operator.And or Operator.Or or Operator.Xor when operation.Operands.All(IsBitwise):
                string sign = operation.Operator.ToString().ToLowerInvariant();
                return string.Join($" {sign} ", operation.Operands.Select(operand =>
                    operand is Operation { Operator: Operator.And or Operator.Or or Operator.Xor } inner
                        && (inner.Operator != operation.Operator)
                        ? $"({Value(operand)})"
                        : NeedsParentheses(operand) && operand is Operation { Operator: Operator.Not or Operator.XorReduce }
                            ? $"({Value(operand)})" : Value(operand)));
            case Operator.Not when IsBitwise(operation[0]):
                return $"not {Operand(operation[0])}";
            case Operator.Bit:
                string vector = Name(operation[0]);
                return $"{vector}({Index(operation[1], operation[0].Width)})";
            case Operator.XorReduce:
                return $"xor {Operand(operation[0])}";
            case Operator.Select:
                return Chosen(operation);
            default:
                return $"{types.StdLogic}({Condition(operation)})";
        }
    }

    /// <summary>Whether a truth value can be computed in std_logic without a condition in it.</summary>
    private static bool IsBitwise(Node node) => IsBit(node)
        || (node is Operation { Operator: Operator.And or Operator.Or or Operator.Xor or Operator.Not } operation
            && operation.Operands.All(IsBitwise));

    private string Chosen(Operation select)
    {
        string name = Temporary(select.Type, "chosen");
        WriteValue(name, ":=", select, SourceLocation.Unknown);
        return name;
    }

    private string VectorValue(Operation operation)
    {
        bool isSigned = operation.Type.IsSigned;
        string width = operation.Width.ToString(CultureInfo.InvariantCulture);
        switch (operation.Operator)
        {
            case Operator.Add or Operator.Subtract:
                return $"{LeftOperand(operation[0])} {(operation.Operator == Operator.Add ? "+" : "-")} {RightOperand(operation[1])}";
            case Operator.Multiply:
                return Product(operation);
            case Operator.Divide:
                return $"{Operand(operation[0])} / {Operand(operation[1])}";
            case Operator.Remainder:
                return $"{Operand(operation[0])} rem {Operand(operation[1])}";
            case Operator.And or Operator.Or or Operator.Xor:
                string sign = operation.Operator.ToString().ToLowerInvariant();
                string right = operation[1] is Constant constant
                    ? Guarded(constant) ?? Literals.BitString(Constants.Bits(constant), constant.Width) : Operand(operation[1]);
                return $"{Operand(operation[0])} {sign} {right}";
            case Operator.Not:
                return $"not {Operand(operation[0])}";
            case Operator.Negate:
                return isSigned ? $"-{Operand(operation[0])}" : $"0 - {Operand(operation[0])}";
            case Operator.ShiftLeft:
                return $"shift_left({Value(operation[0])}, {Count(operation[1])})";
            case Operator.ShiftRight:
                return $"shift_right({Value(operation[0])}, {Count(operation[1])})";
            case Operator.Extend:
                string extended = $"resize({Value(operation[0])}, {width})";
                return operation[0].Type.IsSigned == isSigned ? extended : Cast(extended, isSigned);
            case Operator.Reinterpret:
                return Cast(Value(operation[0]), isSigned);
            case Operator.Slice:
                return Slice(operation);
            case Operator.Concatenate:
                return $"unsigned'({Concatenation(operation)})";
            case Operator.FromBoolean:
                return $"unsigned'(0 => {Value(operation[0])})";
            case Operator.Select:
                return Chosen(operation);
            default:
                throw Rules.Fail(Rules.Internal, $"{operation.Operator} has no text", SourceLocation.Unknown);
        }
    }

    private static string Cast(string value, bool isSigned) => isSigned ? $"signed({value})" : $"unsigned({value})";

    private string LeftOperand(Node node) => node is Constant constant ? Qualified(constant) : Operand(node);

    private string RightOperand(Node node) => node is Constant { Type: not HardwareEnum } constant && Literals.IsSmall(constant)
        && !IsWideNegative(constant)
        ? constant.Value.Sign < 0 ? $"({constant.Value.ToString(CultureInfo.InvariantCulture)})"
            : constant.Value.ToString(CultureInfo.InvariantCulture)
        : Operand(node);

    /// <summary>
    /// The low bits of a product do not depend on the signs, so it is computed unsigned; operands that were extended with
    /// zeros are multiplied as narrow as they are.
    /// </summary>
    private string Product(Operation product)
    {
        string[] factors = product.Operands.Select(Factor).ToArray();
        string text = string.Create(CultureInfo.InvariantCulture, $"resize({factors[0]} * {factors[1]}, {product.Width})");
        return product.Type.IsSigned ? $"signed({text})" : text;

        string Factor(Node node)
        {
            if (node is Operation { Operator: Operator.Extend } extend && !extend[0].Type.IsSigned)
            {
                node = extend[0];
            }
            else if (node is Constant { Value.Sign: > 0 } constant)
            {
                node = Constants.Scalar(HardwareType.Unsigned(Math.Max(1, (int)constant.Value.GetBitLength())), constant.Value);
            }

            return Operand(Make.Reinterpret(node, HardwareType.Unsigned(node.Width)));
        }
    }

    private string Count(Node count) => count is Constant constant ? constant.Value.ToString(CultureInfo.InvariantCulture)
        : $"to_integer({Value(count)})";

    private string Slice(Operation slice)
    {
        Node source = slice[0];
        string text;
        if (source is Read or Member or Item)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{Name(source)}({slice.Low + slice.Width - 1} downto {slice.Low})");
            return source.Type.IsSigned ? $"unsigned({text})" : text;
        }

        text = source.Type.IsSigned ? $"unsigned({Value(source)})" : Value(source);
        return slice.Low == 0
            ? string.Create(CultureInfo.InvariantCulture, $"resize({text}, {slice.Width})")
            : string.Create(CultureInfo.InvariantCulture, $"resize(shift_right({text}, {slice.Low}), {slice.Width})");
    }

    private string Concatenation(Operation concatenate) => string.Join(" & ", concatenate.Operands.Select(part => part switch
    {
        Constant constant => Guarded(constant) ?? Literals.BitString(Constants.Bits(constant), constant.Width),
        Operation { Operator: Operator.FromBoolean } boolean => NeedsParentheses(boolean[0]) ? $"({Value(boolean[0])})" : Value(boolean[0]),
        _ => Operand(part),
    }));
}
