// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using static SME.Testing.Fuzzing.FuzzTypes;

namespace SME.Testing.Fuzzing;

/// <content>Expressions: a random one of any type, at most so deep.</content>
internal sealed partial class ProgramGenerator
{
    private static readonly Node[] None = [];

    private Node Expression(FuzzType type, int depth) => depth <= 0 ? Leaf(type)
        : HasKit && type == kit && random.Percent(40) ? Kit(depth) : random.Below(12) switch
        {
            0 => new Node(type, "($0 ? $1 : $2)", [Expression(Bool, depth - 1), Expression(type, depth - 1), Expression(type, depth - 1)]),
            1 when depth > 1 && random.Percent(50) => SwitchExpression(type, depth),
            2 => Call(type, depth) ?? Leaf(type),
            3 when random.Percent(50) => Assignment(type, depth) ?? Leaf(type),
            _ => type switch
            {
                BoolType => Boolean(depth),
                IntegerType integer => Integer(integer, depth),
                EnumType enumeration => Enumeration(enumeration, depth),
                VectorType vector => VectorExpression(vector, depth),
                RecordType record => Record(record, depth),
                _ => Leaf(type),
            },
        };

    /// <summary>As <see cref="Expression"/>, but not one that the compiler calculates.</summary>
    private Node Variable(FuzzType type, int depth)
    {
        Node node = Expression(type, depth);
        return node.IsConstant ? Source(type, false) ?? Convert(type) : node;
    }

    private Node Leaf(FuzzType type) => (random.Percent(80) ? Source(type) : null) ?? (random.Percent(30) ? Convert(type) : Default(type));

    /// <summary>A literal or the like.</summary>
    private Node Default(FuzzType type) => type switch
    {
        BoolType => new Node(type, random.Percent(50) ? "true" : "false", None, true),
        IntegerType integer => new Node(type, Literal(integer), None, integer.Width <= 64),
        EnumType enumeration => new Node(type, $"{enumeration.Name}.{random.Pick(enumeration.Members).Name}", None, true),
        VectorType vector => new Node(type, VectorLiteral(vector), None),
        RecordType record when random.Percent(70) =>
            new Node(type, $"new {type}({string.Join(", ", record.Fields.Select(field => Default(field.Type).ToString()))})", None),
        _ => new Node(type, $"default({type})", None),
    };

    /// <summary>A value made from some input, whatever its type.</summary>
    private Node Convert(FuzzType type)
    {
        Place[] integers = scope.Where(place => place is { Type: IntegerType, Length: 0, Limit: >= 0 }).ToArray();
        if (integers.Length == 0)
        {
            return Default(type);
        }

        Place place = random.Pick(integers);
        Node origin = new(place.Type, place.Text, None);
        return type switch
        {
            BoolType => new Node(type, "($0 > 0)", [origin]),
            IntegerType => new Node(type, $"unchecked(({type})$0)", [origin]),
            EnumType => new Node(type, $"unchecked(({type})$0)", [AsPrimitive(origin)]),
            VectorType => new Node(type, $"(({type})unchecked((ulong)$0))", [origin]),
            _ => Default(type),
        };
    }

    // An explicit conversion to an enum exists from the primitive integers only.
    private static Node AsPrimitive(
        Node node) => node.Type is IntegerType { Width: > 64 } ? new Node(U64, "unchecked((ulong)$0)", [node]) : node;

    private string Literal(IntegerType type)
    {
        BigInteger low = type.IsSigned ? -(BigInteger.One << (type.Width - 1)) : 0;
        BigInteger high = (BigInteger.One << (type.IsSigned ? type.Width - 1 : type.Width)) - 1;
        BigInteger value = random.Below(10) switch
        {
            0 => low,
            1 => high,
            2 => 0,
            3 => 1,
            4 => type.IsSigned ? -1 : high - 1,
            5 => BigInteger.One << random.Below(type.Width - 1),
            6 => low + ((((BigInteger)random.Next() << 64) | random.Next()) % (high - low + 1)),
            _ => random.Below(100),
        };
        return Literal(type, value);
    }

    private static string Literal(IntegerType type, BigInteger value)
    {
        string digits = value.ToString(CultureInfo.InvariantCulture);
        switch (type.Name)
        {
            case "int":
                return value == int.MinValue ? "int.MinValue" : value < 0 ? $"({digits})" : digits;
            case "uint":
                return digits + "U";
            case "long":
                return value == long.MinValue ? "long.MinValue" : value < 0 ? $"({digits}L)" : digits + "L";
            case "ulong":
                return digits + "UL";
            case "Int128" or "UInt128":
                if (value >= long.MinValue && value <= long.MaxValue)
                {
                    string literal = value == long.MinValue ? "long.MinValue"
                        : value < 0 ? $"({digits}L)"
                        : digits + (type.IsSigned ? "L" : "UL");
                    return $"(({type}){literal})";
                }

                BigInteger bits = value & ((BigInteger.One << 128) - 1);
                return $"((({type}){(ulong)(bits >> 64)}UL << 64) | ({type}){(ulong)(bits & ulong.MaxValue)}UL)";
            default:
                return $"({type}){(value < 0 ? $"({digits})" : digits)}";
        }
    }

    /// <summary>Something in scope, or a part of it, that has the type.</summary>
    private Node? Source(FuzzType type, bool withConstants = true)
    {
        List<Func<Node>> found = [];
        foreach (Place place in scope.Where(place => !(place.Limit == -1)))
        {
            if (place.Length > 0)
            {
                if (place.Type == type)
                {
                    found.Add(() => new Node(type, $"{place.Text}[$0]", [Index(place.Length, false)]));
                }
            }
            else
            {
                if (withConstants || place.Limit != -2)
                {
                    Collect(place.Text, place.Type, place.Limit == -2, 0);
                }
            }
        }

        return found.Count == 0 ? null : random.Pick(found)();

        void Collect(string text, FuzzType at, bool isConstant, int depth)
        {
            if (at == type)
            {
                found.Add(() => new Node(type, text, None, isConstant));
            }

            if (at is RecordType record && depth < 2)
            {
                foreach ((string field, FuzzType fieldType) in record.Fields)
                {
                    Collect($"{text}.{field}", fieldType, false, depth + 1);
                }
            }

            if (at is InlineArrayType array && array.Element == type)
            {
                found.Add(() => new Node(type, $"{text}[$0]", [Index(array.Count, true)]));
            }
        }
    }

    /// <summary>An index that is in range whatever happens.</summary>
    private Node Index(int length, bool asInt)
    {
        Place[] loops = scope.Where(place => place.Limit > 0 && place.Limit <= length).ToArray();
        if (loops.Length > 0 && random.Percent(60))
        {
            return new Node(S32, random.Pick(loops).Text, None);
        }

        if (random.Percent(30))
        {
            return new Node(S32, random.Below(length).ToString(CultureInfo.InvariantCulture), None);
        }

        IntegerType type = random.Pick(asInt ? (IntegerType[])[S32] : [S32, U32, S64]);
        Node value = Variable(type, 1);
        return int.IsPow2(length)
            ? new Node(type, $"$0 & {length - 1}", [value])
            : type == U32 ? new Node(type, $"$0 % {length}U", [value]) : new Node(S32, $"(int)((uint)$0 % {length}U)", [value]);
    }

    private Node Boolean(int depth)
    {
        switch (random.Below(12))
        {
            case 0:
                return new Node(Bool, "(!$0)", [Expression(Bool, depth - 1)]);
            case 1 or 2:
                return new Node(Bool, $"($0 {random.Pick(["&&", "||"])} $1)", [Variable(Bool, depth - 1), Expression(Bool, depth - 1)]);
            case 3:
                return new Node(Bool, $"($0 {random.Pick(["&", "|", "^", "==", "!="])} $1)",
                    [Variable(Bool, depth - 1), Expression(Bool, depth - 1)]);
            case 4 when enums.Count > 0:
                return new Node(Bool, $"($0 {random.Pick(["==", "!=", "<", ">="])} $1)",
                    [Variable(enums[0], depth - 1), Expression(enums[0], depth - 1)]);
            case 5:
                return VectorTest(Vector(random.Pick(Widths)), depth);
            case 6 when records.Where(IsComparable).ToArray() is { Length: > 0 } comparable:
                RecordType record = random.Pick(comparable);
                return new Node(Bool, $"($0 {random.Pick(["==", "!="])} $1)",
                    [Expression(record, depth - 1), Expression(record, depth - 1)]);
            case 7:
                return Pattern(depth);
            default:
                IntegerType type = random.Pick(CommonIntegers);
                return new Node(Bool, $"($0 {random.Pick(["<", "<=", ">", ">=", "==", "!="])} $1)",
                    [Variable(type, depth - 1), Operand(type, depth - 1)]);
        }
    }

    // The equality of a record compares its fields by their own; an inline array has none.
    private static bool IsComparable(
        RecordType record) => record.Fields.All(field => field.Type is not InlineArrayType
            && (field.Type is not RecordType inner || IsComparable(inner)));

    private Node Pattern(int depth)
    {
        IntegerType type = random.Pick([U8, S8, U16, S16, S32, U32, S64, U64]);
        string text = random.Below(4) switch
        {
            0 => $"> {Small(type, 10, 40)} and < {Small(type, 60, 100)}",
            1 => $"{Small(type, 0, 20)} or {Small(type, 21, 50)} or > {Small(type, 60, 100)}",
            2 => $"not {Small(type, 0, 3)}",
            _ => $"<= {Small(type, 1, 100)}",
        };
        return new Node(Bool, $"($0 is {text})", [Variable(type, depth - 1)]);
    }

    private string Small(IntegerType type, int low, int high) =>
        Literal(type, random.Between(low, high)) is var text && type.Width < 32 ? text[(text.IndexOf(')', StringComparison.Ordinal) + 1)..]
            : text;

    /// <summary>An operand beside one of the type: of the same, or of one that C# converts to it.</summary>
    private Node Operand(IntegerType type, int depth)
    {
        IntegerType[] others = Integers.Where(other => other != type && other.ConvertsTo(type)).ToArray();
        return others.Length > 0 && random.Percent(30) ? Expression(random.Pick(others), depth) : Expression(type, depth);
    }

    private Node Integer(IntegerType type, int depth)
    {
        if (!type.IsArithmetic)
        {
            return SmallInteger(type, depth);
        }

        switch (random.Below(16))
        {
            case 0 or 1 or 2 or 3:
                {
                    string operation = random.Pick(["+", "-", "*", "&", "|", "^"]);
                    (Node left, Node right) = (Variable(type, depth - 1), Operand(type, depth - 1));
                    return random.Percent(50) ? new Node(type, $"($0 {operation} $1)", [left, right])
                        : new Node(type, $"($0 {operation} $1)", [right, left]);
                }

            case 4 when type == S32:
                {
                    IntegerType[] small = [S8, U8, S16, U16, Character];
                    return new Node(type, $"($0 {random.Pick(["+", "-", "*", "&", "|", "^"])} $1)",
                        [Variable(random.Pick(small), depth - 1), Expression(random.Pick(small), depth - 1)]);
                }

            case 5 or 6 or 7:
                return new Node(type, $"($0 {random.Pick(["<<", ">>", ">>>"])} $1)",
                    [Variable(type, depth - 1), ShiftCount(type.Width, depth)]);
            case 8 when type.Width <= 64 || random.Percent(20):
                return type.IsSigned
                    ? new Node(type, $"(($0 >> 1) {random.Pick(["/", "%"])} ($1 | 1))",
                        [Variable(type, depth - 1), Expression(type, depth - 1)])
                    : new Node(type, $"($0 {random.Pick(["/", "%"])} ($1 | 1))", [Variable(type, depth - 1), Expression(type, depth - 1)]);
            case 9:
                return new Node(type, type.IsSigned ? random.Pick(["(-$0)", "(~$0)", "(+$0)"]) : "(~$0)", [Variable(type, depth - 1)]);
            case 10 when type.Width <= 64:
                return new Node(type, $"Math.{random.Pick(["Min", "Max"])}($0, $1)",
                    [Variable(type, depth - 1), Expression(type, depth - 1)]);
            case 11 when type == S32:
                return new Node(type, $"BitOperations.{random.Pick(["PopCount", "LeadingZeroCount", "TrailingZeroCount"])}($0)",
                    [Variable(random.Pick([U32, U64]), depth - 1)]);
            case 11 when type == U32 || type == U64:
                return new Node(type, $"BitOperations.{random.Pick(["RotateLeft", "RotateRight"])}($0, $1)",
                    [Variable(type, depth - 1), Variable(U8, depth - 1)]);
            case 12:
                return FromVector(type, depth);
            case 13 when type.Width <= 64 && enums.Count > 0:
                return new Node(type, $"(({type})$0)", [Variable(enums[0], depth - 1)]);
            default:
                return new Node(type, $"(({type})$0)", [Variable(random.Pick(CommonIntegers), depth - 1)]);
        }
    }

    private Node SmallInteger(IntegerType type, int depth) => random.Below(8) switch
    {
        0 => FromVector(type, depth),
        1 when enums.Count > 0 => new Node(type, $"(({type})$0)", [Variable(enums[0], depth - 1)]),
        2 when type != Character => new Node(type, $"Math.{random.Pick(["Min", "Max"])}($0, $1)",
            [Variable(type, depth - 1), Variable(type, depth - 1)]),
        3 => new Node(type, $"(({type})$0)", [Variable(random.Pick(CommonIntegers), depth - 1)]),
        _ => new Node(type, $"(({type})$0)", [Variable(S32, depth)]),
    };

    private Node ShiftCount(int width, int depth) => random.Below(3) switch
    {
        0 => new Node(S32, random.Between(0, width - 1).ToString(CultureInfo.InvariantCulture), None, true),
        1 => new Node(S32, random.Between(-3, 2 * width) is var count && count < 0 ? $"({count})"
            : count.ToString(CultureInfo.InvariantCulture), None, true),
        _ => Expression(random.Pick([S32, S32, U8, S8, U16]), depth - 1),
    };

    private Node Enumeration(EnumType type, int depth) => random.Below(4) switch
    {
        0 => new Node(type, $"({type})$0", [Variable(type.Underlying, depth - 1)]) is var node ? node with { Template = $"(({type})$0)" }
            : null!,
        1 => new Node(type, $"($0 {random.Pick(["&", "|", "^"])} $1)", [Variable(type, depth - 1), Expression(type, depth - 1)]),
        2 => new Node(type, "(~$0)", [Variable(type, depth - 1)]),
        _ => Leaf(type),
    };

    private Node Record(RecordType type, int depth)
    {
        if (random.Percent(50))
        {
            return new Node(type, $"new {type}({string.Join(", ", type.Fields.Select((_, index) => $"${index}"))})",
                type.Fields.Select(field => Expression(field.Type, depth - 1)).ToArray());
        }

        (string name, FuzzType fieldType) = random.Pick(type.Fields);
        return new Node(type, $"($0 with {{ {name} = $1 }})", [Expression(type, depth - 1), Expression(fieldType, depth - 1)]);
    }

    private Node SwitchExpression(FuzzType type, int depth)
    {
        bool onEnum = enums.Count > 0 && random.Percent(30);
        IntegerType integer = random.Pick([U8, S8, U16, S32, U32, S64, Character]);
        List<string> arms = [];
        List<Node> operands = [onEnum ? Variable(enums[0], depth - 1) : Variable(integer, depth - 1)];
        int count = random.Between(1, 3);
        int[] values = Enumerable.Range(0, 30).OrderBy(_ => random.Next()).Take(count).ToArray();
        for (int i = 0; i < count; i++)
        {
            string pattern = onEnum ? $"{enums[0].Name}.{enums[0].Members[i % enums[0].Members.Count].Name}"
                : integer == Character ? $"(char){values[i]}"
                : Small(integer, values[i], values[i]);
            if (onEnum && i >= enums[0].Members.Count)
            {
                break;
            }

            string guard = string.Empty;
            operands.Add(Expression(type, depth - 1));
            int arm = operands.Count - 1;
            if (random.Percent(25) && operands.Count < 8)
            {
                operands.Add(Variable(Bool, depth - 1));
                guard = $" when ${operands.Count - 1}";
            }

            arms.Add($"{pattern}{guard} => ${arm}");
        }

        if (!onEnum && integer != Character && random.Percent(40))
        {
            operands.Add(Expression(type, depth - 1));
            arms.Add($"> {Small(integer, 40, 100)} => ${operands.Count - 1}");
        }

        operands.Add(Expression(type, depth - 1));
        arms.Add($"_ => ${operands.Count - 1}");
        return new Node(type, $"($0 switch {{ {string.Join(", ", arms)} }})", operands.ToArray());
    }

    private Node? Call(FuzzType type, int depth)
    {
        if (genericHelpers.Count > 0 && random.Percent(30))
        {
            return new Node(type, $"{random.Pick(genericHelpers)}<{type}>($0, $1, $2)",
                [Expression(Bool, depth - 1), Expression(type, depth - 1), Expression(type, depth - 1)]);
        }

        Helper[] fitting = helpers.Where(helper => helper.Result == type && (helper.IsStatic || !isInStatic)).ToArray();
        return fitting.Length == 0 ? null : CallOf(random.Pick(fitting), type, depth);
    }

    private Node? CallOf(Helper helper, FuzzType type, int depth)
    {
        List<Node> arguments = [];
        HashSet<string> taken = [];
        foreach ((string mode, FuzzType parameter) in helper.Parameters)
        {
            if (mode is "ref " or "out ")
            {
                // Two references to one variable would alias, which hardware cannot; the subset forbids it.
                Place[] variables = scope.Where(place => place is { IsWritable: true, Length: 0, Limit: 0 } && place.Type == parameter
                    && !taken.Contains(place.Text)).ToArray();
                if (variables.Length == 0)
                {
                    return null;
                }

                Place variable = random.Pick(variables);
                taken.Add(variable.Text);
                arguments.Add(new Node(parameter, $"{mode}{variable.Text}", None));
            }
            else
            {
                arguments.Add(Expression(parameter, depth - 1));
            }
        }

        effects += helper.HasEffects ? 1 : 0;
        return new Node(type, $"{helper.Name}({string.Join(", ", arguments.Select((_, index) => $"${index}"))})", arguments.ToArray());
    }

    /// <summary>An assignment that has a value.</summary>
    private Node? Assignment(FuzzType type, int depth)
    {
        Place[] variables = scope.Where(place => place is { IsWritable: true, Length: 0, Limit: 0 } && place.Type == type).ToArray();
        if (variables.Length == 0)
        {
            return null;
        }

        effects++;
        string variable = random.Pick(variables).Text;
        return type is IntegerType && random.Percent(60)
            ? new Node(type, random.Pick([$"{variable}++", $"{variable}--", $"(++{variable})", $"(--{variable})"]), None)
            : new Node(type, $"({variable} = $0)", [Expression(type, depth - 1)]);
    }
}
