// SPDX-License-Identifier: Apache-2.0
using static SME.Testing.Fuzzing.FuzzTypes;

namespace SME.Testing.Fuzzing;

/// <content>Statements.</content>
internal sealed partial class ProgramGenerator
{
    private int loops;
    private bool isInSwitch;
    private int rounds = 1;

    private Line[] Statements(int count, int depth)
    {
        List<Place> outside = scope;
        scope = scope.ToList();
        List<Line> lines = [];
        for (int i = 0; i < count && budget > 0; i++)
        {
            budget--;
            lines.Add(Statement(depth));
        }

        scope = depth == 0 ? scope : outside;
        return lines.ToArray();
    }

    private Line Statement(int depth)
    {
        if (HasKit && random.Percent(60))
        {
            return KitStatement(depth);
        }

        switch (random.Below(22))
        {
            case 0 or 1 or 2 or 3:
                return Declaration();
            case 4 or 5 when depth < 4:
                {
                    Node condition = Variable(Bool, 2);
                    Line[] then = Statements(random.Between(1, 3), depth + 1);
                    return random.Percent(50)
                        ? new Line("if ($0)\n@0", [condition], [then])
                        : new Line("if ($0)\n@0\nelse\n@1", [condition], [then, Statements(random.Between(1, 3), depth + 1)]);
                }

            case 6 or 7 when depth < 3:
                return Switch(depth);
            case 8 or 9 when depth < 3 && rounds <= 8:
                return For(depth);
            case 10 when loops > 0 && !isInSwitch:
                return new Line("if ($0)\n@0", [Variable(Bool, 1)], [[new Line(random.Percent(50) ? "break;" : "continue;", [], [])]]);
            case 11 when depth > 0 && !isState && random.Percent(50):
                return returns is null ? new Line("if ($0)\n@0", [Variable(Bool, 1)], [[new Line("return;", [], [])]])
                    : new Line("if ($0)\n@0", [Variable(Bool, 1)], [[new Line("return $0;", [Expression(returns, 1)], [])]]);
            case 12 when depth < 2 && !isInHelper && random.Percent(60):
                return LocalFunction();
            case 13 when helpers.Where(helper => helper.Parameters.Count > 0 && (helper.IsStatic || !isInStatic))
                .ToArray() is { Length: > 0 } callable:
                Helper helper = random.Pick(callable);
                return CallOf(helper, helper.Result ?? S32, 2) is { } call ? new Line("$0;", [call], []) : Declaration();
            case 14 or 15 when isState && depth < 3:
                return Wait(depth);
            case 16 when isState:
                return new Line("await ClockAsync();", [], []);
            default:
                return Assign() ?? Declaration();
        }
    }

    private Line Declaration()
    {
        FuzzType type = AnyType();
        Node value = Expression(type, 3);
        string variable = NewName("v");
        bool isArray = random.Percent(8) && type is IntegerType or VectorType && !isState;
        if (isArray && random.Percent(40))
        {
            int length = random.Between(2, 5);
            Line declaration = random.Percent(50)
                ? new Line($"{type}[] {variable} = new {type}[{length}];", [], [])
                : new Line($"{type}[] {variable} = [{string.Join(", ", Enumerable.Range(0, length).Select(index => $"${index}"))}];",
                    Enumerable.Range(0, length).Select(_ => Expression(type, 1)).ToArray(), []);
            scope.Add(new Place(variable, type, true, length));
            return declaration;
        }

        scope.Add(new Place(variable, type, true));
        bool isExact = value.Template.StartsWith('(') || value.Operands.Length > 0;
        return new Line($"{(random.Percent(15) && isExact && type is not IntegerType ? "var" : type.Name)} {variable} = $0;", [value], []);
    }

    private Line? Assign()
    {
        Place[] writable = scope.Where(place => place.IsWritable && place.Limit <= 0).ToArray();
        if (writable.Length == 0)
        {
            return null;
        }

        Place place = random.Pick(writable);
        string text = place.Text;
        FuzzType type = place.Type;
        List<Node> operands = [];
        if (place.Length > 0)
        {
            operands.Add(Index(place.Length, false));
            text += "[$0]";
        }

        // A property of a bus is no variable: its members cannot be assigned one by one.
        bool isSignal = place.Limit == -1;
        while (!isSignal && operands.Count < 3 && random.Percent(60))
        {
            if (type is RecordType record && !readOnly.Contains(record))
            {
                (string field, FuzzType fieldType) = random.Pick(record.Fields);
                text += $".{field}";
                type = fieldType;
            }
            else if (type is InlineArrayType array)
            {
                operands.Add(Index(array.Count, true));
                text += $"[${operands.Count - 1}]";
                type = array.Element;
            }
            else
            {
                break;
            }

            // The property of a record is no variable either.
            if (type is RecordType or InlineArrayType && text.Contains('.', StringComparison.Ordinal))
            {
                break;
            }
        }

        effects++;
        bool readsBack = !isSignal || isClocked;
        if (type is IntegerType integer && readsBack && random.Percent(35))
        {
            if (random.Percent(40))
            {
                return new Line($"{text}{random.Pick(["++", "--"])};", operands.ToArray(), []);
            }

            string operation = random.Pick(["+", "-", "*", "&", "|", "^", "<<", ">>", ">>>"]);
            operands.Add(operation is "<<" or ">>" or ">>>" ? ShiftCount(integer.Width, 2) : Expression(integer, 2));
            return new Line($"{text} {operation}= ${operands.Count - 1};", operands.ToArray(), []);
        }

        if (type is VectorType or BoolType && readsBack && random.Percent(25))
        {
            operands.Add(Expression(type, 2));
            return new Line($"{text} {random.Pick(["&", "|", "^"])}= ${operands.Count - 1};", operands.ToArray(), []);
        }

        operands.Add(Expression(type, 3));
        return new Line($"{text} = ${operands.Count - 1};", operands.ToArray(), []);
    }

    private Line Switch(int depth)
    {
        bool onEnum = enums.Count > 0 && random.Percent(40);
        IntegerType integer = random.Pick([U8, S8, U16, S32, U32, S64, U64]);
        List<Node> operands = [onEnum ? Variable(enums[0], 2) : Variable(integer, 2)];
        List<Line[]> blocks = [];
        string text = "switch ($0)\n{";
        int count = random.Between(1, onEnum ? Math.Min(3, enums[0].Members.Count) : 4);
        int[] values = Enumerable.Range(0, 12).OrderBy(_ => random.Next()).Take(count * 2).ToArray();
        bool before = isInSwitch;
        isInSwitch = true;
        for (int i = 0; i < count; i++)
        {
            string label = onEnum ? $"{enums[0].Name}.{enums[0].Members[i].Name}" : Small(integer, values[2 * i], values[2 * i]);
            string second = !onEnum && random.Percent(25) ? $"\n    case {Small(integer, values[(2 * i) + 1], values[(2 * i) + 1])}:"
                : string.Empty;
            string guard = string.Empty;
            if (second.Length == 0 && random.Percent(20) && operands.Count < 9)
            {
                operands.Add(Variable(Bool, 1));
                guard = $" when ${operands.Count - 1}";
            }

            blocks.Add(Statements(random.Between(1, 2), depth + 1));
            text += $"\n    case {label}{guard}:{second}\n    @{blocks.Count - 1}\n    break;";
        }

        if (!onEnum && random.Percent(25))
        {
            blocks.Add(Statements(random.Between(1, 2), depth + 1));
            text += $"\n    case > {Small(integer, 30, 100)}:\n    @{blocks.Count - 1}\n    break;";
        }

        if (random.Percent(70))
        {
            blocks.Add(Statements(random.Between(1, 2), depth + 1));
            text += $"\n    default:\n    @{blocks.Count - 1}\n    break;";
        }

        isInSwitch = before;
        return new Line(text + "\n}", operands.ToArray(), blocks.ToArray());
    }

    private Line For(int depth)
    {
        int count = random.Between(1, 5);
        int roundsBefore = rounds;
        (bool switchBefore, bool stateBefore) = (isInSwitch, isState);
        rounds *= count;
        loops++;
        isInSwitch = false;
        string variable = NewName("i");
        List<Place> outside = scope;
        scope = scope.ToList();
        scope.Add(new Place(variable, S32, false, 0, count));
        Line[] body = Statements(random.Between(1, 3), depth + 1);
        if (stateBefore && Contains(body, "await ClockAsync();"))
        {
            // A loop that waits waits in each round, before anything can leave the round.
            body = [new Line("await ClockAsync();", [], [], true), .. body];
        }

        scope = outside;
        (isInSwitch, isState) = (switchBefore, stateBefore);
        loops--;
        rounds = roundsBefore;
        string header = random.Below(4) switch
        {
            0 => $"for (int {variable} = {count - 1}; {variable} >= 0; {variable}--)",
            1 => $"for (int {variable} = 0; {variable} <= {count - 1}; {variable}++)",
            2 => $"for (int {variable} = 0; {variable} < {count}; {variable} += 2)",
            _ => $"for (int {variable} = 0; {variable} < {count}; {variable}++)",
        };
        return new Line(header + "\n@0", [], [body]);
    }

    private static bool Contains(Line[] block, string statement) =>
        block.Any(line => line.Template == statement || line.Blocks.Any(inner => Contains(inner, statement)));

    private Line LocalFunction()
    {
        FuzzType result = AnyType();
        bool isStatic = random.Percent(30);
        FuzzType parameter = isStatic ? random.Pick(CommonIntegers) : AnyType();
        string function = NewName("Local");
        string argument = NewName("p");
        List<Place> outside = scope;
        List<Helper> helpersBefore = helpers.ToList();
        scope = isStatic ? [] : scope.Where(place => place.Limit >= 0 && !place.Text.StartsWith("Output.", StringComparison.Ordinal))
            .ToList();
        scope.Add(new Place(argument, parameter, true));
        (int budgetBefore, bool stateBefore, FuzzType? resultBefore, bool inHelperBefore, int loopsBefore, bool switchBefore) = (budget,
            isState, returns, isInHelper, loops, isInSwitch);
        (budget, isState, returns, isInHelper, loops, isInSwitch) = (random.Between(1, 4), false, result, true, 0, false);
        if (isStatic)
        {
            helpers.Clear();
        }

        Line[] statements = Statements(random.Between(0, 2), 1);
        Line end = new("return $0;", [Expression(result, 2)], [], true);
        helpers.Clear();
        helpers.AddRange(helpersBefore);
        (budget, isState, returns, isInHelper, loops, isInSwitch) = (budgetBefore, stateBefore, resultBefore, inHelperBefore, loopsBefore,
            switchBefore);
        scope = outside;
        string variable = NewName("v");
        Line call = new($"{result} {variable} = {function}($0);", [Expression(parameter, 1)], []);
        scope.Add(new Place(variable, result, true));
        return new Line($"{(isStatic ? "static " : string.Empty)}{result} {function}({parameter} {argument})\n@0\n{call.Template}",
            call.Operands, [[.. statements, end]]);
    }

    private Line Wait(int depth)
    {
        (int loopsBefore, bool switchBefore) = (loops, isInSwitch);
        Line await = new("await ClockAsync();", [], [], true);
        switch (random.Below(3))
        {
            case 0:
                // The wait comes first, so that a break or continue cannot avoid it.
                loops++;
                isInSwitch = false;
                Line[] rounds = Statements(random.Between(1, 2), depth + 1);
                (loops, isInSwitch) = (loopsBefore, switchBefore);
                return new Line("while ($0)\n@0", [Variable(Bool, 2)], [[await, .. rounds]]);
            case 1:
                loops++;
                isInSwitch = false;
                Line[] body = Statements(random.Between(1, 2), depth + 1);
                (loops, isInSwitch) = (loopsBefore, switchBefore);
                return new Line("do\n@0\nwhile ($0);", [Variable(Bool, 2)], [[await, .. body]]);
            default:
                return new Line("if ($0)\n@0", [Variable(Bool, 2)], [[.. Statements(1, depth + 1), await]]);
        }
    }
}
