// SPDX-License-Identifier: Apache-2.0
using static SME.Testing.Fuzzing.FuzzTypes;

namespace SME.Testing.Fuzzing;

/// <summary>
/// Makes a random process from the whole subset of C# that becomes hardware. What it makes always compiles, never throws
/// (indices are masked, divisors odd, dividends halved if signed) and always ends.
/// </summary>
internal sealed partial class ProgramGenerator
{
    // Names that C# allows and VHDL, Verilog or a reader of either do not, and some that differ in case only.
    private static readonly string[] AwkwardNames =
    [
        "signal", "Signal", "process", "entity", "begin", "end", "Out", "downto", "wire", "reg", "module", "clk", "rst", "_x", "x_", "x__y",
        "X", "x",
        "variable", "architecture", "integer", "result", "next", "state", "output", "Größe", "nextState", "next_state", "NextState", "bit",
        "logic", "others",
    ];

    private readonly FuzzRandom random;
    private readonly ulong seed;
    private readonly List<string> declarations = [];
    private readonly List<EnumType> enums = [];
    private readonly List<RecordType> records = [];
    private readonly List<InlineArrayType> arrays = [];
    private readonly List<Member> members = [];
    private readonly List<Helper> helpers = [];
    private readonly HashSet<string> usedNames = ["input", "Output", "OnTick", "OnTickAsync"];
    private List<Place> scope = [];
    private int budget;
    private int number;
    private bool isClocked;
    private bool isState;

    /// <summary>Something that has a value, and perhaps can be given another one.</summary>
    /// <param name="Text">As C# writes it.</param>
    /// <param name="Type">Its type; that of the elements if it is a C# array.</param>
    /// <param name="IsWritable">Whether it can be assigned.</param>
    /// <param name="Length">Number of elements if it is a C# array, otherwise 0.</param>
    /// <param name="Limit">If it is the variable of a loop: all its values are below.</param>
    private sealed record Place(string Text, FuzzType Type, bool IsWritable, int Length = 0, int Limit = 0);

    /// <summary>A method that can be called.</summary>
    private sealed record Helper(string Name, FuzzType? Result, IReadOnlyList<(string Mode, FuzzType Type)> Parameters, bool HasEffects,
        bool IsStatic);

    private ProgramGenerator(ulong seed)
    {
        this.seed = seed;
        random = new FuzzRandom(seed);
    }

    /// <summary>Makes a program.</summary>
    /// <param name="seed">Decides it.</param>
    internal static FuzzProgram Make(ulong seed) => new ProgramGenerator(seed).Make();

    private FuzzProgram Make()
    {
        DeclareTypes();
        int kind = random.Below(10);
        isState = kind >= 8;
        isClocked = kind >= 3;
        (string Name, FuzzType Type)[] inputs = Signals(random.Between(2, 6));
        (string Name, FuzzType Type)[] outputs = Signals(random.Between(1, 5));
        List<Place> global = inputs.Select(signal => new Place($"input.{signal.Name}", signal.Type, false)).ToList();
        DeclareConstants(global);
        scope = global.ToList();
        if (random.Percent(40))
        {
            DeclareHelper(true);
        }

        if (isClocked)
        {
            DeclareState(global);
            scope = global.ToList();
        }

        for (int i = random.Below(3); i > 0; i--)
        {
            DeclareHelper(random.Percent(50));
        }

        scope = global.ToList();
        List<Line> body = [];
        Line[] kitLines = isClocked && random.Percent(60) ? DeclareKit() : [];
        if (kit is not null)
        {
            outputs = [.. outputs, ("Kit", U32)];
        }

        foreach ((string signal, FuzzType type) in outputs)
        {
            if (!isClocked)
            {
                body.Add(new Line($"Output.{signal} = $0;", [random.Percent(60) ? Default(type) : Expression(type, 1)], [], true));
            }
            else if (random.Percent(50))
            {
                global.Add(new Place($"Output.{signal}", type, false));
            }
        }

        scope = global.ToList();
        scope.AddRange(outputs.Select(signal => new Place($"Output.{signal.Name}", signal.Type, true, 0, -1)));
        budget = random.Between(4, 30);
        body.AddRange(kitLines);
        body.AddRange(Statements(random.Between(2, 7), 0));
        foreach ((string signal, FuzzType type) in outputs)
        {
            if (kit is not null && signal == "Kit")
            {
                body.AddRange(FoldKit(signal));
            }
            else if (random.Percent(75))
            {
                body.Add(new Line($"Output.{signal} = $0;", [Expression(type, 3)], []));
            }
        }

        if (isState)
        {
            body.Add(new Line("await ClockAsync();", [], [], true));
        }

        members.Add(new Member(isState ? "protected override async Task OnTickAsync()" : "protected override void OnTick()", body.ToArray(),
            true));
        return new FuzzProgram(seed, isState ? "StateProcess" : "SimpleProcess", isClocked && !isState, declarations.ToArray(), inputs,
            outputs, members.ToArray());
    }

    private (string Name, FuzzType Type)[] Signals(int count)
    {
        HashSet<string> names = [];
        List<(string, FuzzType)> signals = [];
        for (int i = 0; i < count; i++)
        {
            string signal = random.Percent(8) ? random.Pick(AwkwardNames) : $"S{i}";

            // The first one is an integer, so that there is always something that no compiler knows.
            signals.Add((names.Add(signal) ? signal : $"S{i}", i == 0 ? random.Pick(CommonIntegers) : AnyType()));
        }

        return signals.ToArray();
    }

    private string NewName(string stem)
    {
        if (random.Percent(12))
        {
            string awkward = random.Pick(AwkwardNames);
            if (usedNames.Add(awkward))
            {
                return awkward;
            }
        }

        string plain = $"{stem}{number++}";
        usedNames.Add(plain);
        return plain;
    }

    private FuzzType AnyType()
    {
        int choice = random.Below(100);
        return choice switch
        {
            < 12 => Bool,
            < 58 => random.Pick(CommonIntegers),
            < 76 => Vector(random.Pick(Widths)),
            < 84 when enums.Count > 0 => random.Pick(enums),
            < 94 when records.Count > 0 => random.Pick(records),
            _ when arrays.Count > 0 => random.Pick(arrays),
            _ => S32,
        };
    }

    private void DeclareTypes()
    {
        if (random.Percent(50))
        {
            IntegerType underlying = random.Pick([U8, U8, S8, U16, S16, S32, U32]);
            List<(string, long)> values = [];
            HashSet<long> used = [];
            for (int i = random.Between(2, 5); i > 0; i--)
            {
                long value = underlying.IsSigned ? random.Between(-100, 100) : random.Between(0, 200);
                if (used.Add(value))
                {
                    values.Add(($"M{values.Count}", value));
                }
            }

            EnumType type = new($"{FuzzProgram.NamePlace}Enum", underlying, values);
            enums.Add(type);
            declarations.Add(
                $"public enum {type.Name} : "
                    + $"{underlying}\n{{\n{string.Concat(values.Select(value => $"    {value.Item1} = {value.Item2},\n"))}}}");
        }

        for (int i = random.Below(3); i > 0; i--)
        {
            List<(string, FuzzType)> fields = [];
            for (int j = random.Between(1, 4); j > 0; j--)
            {
                fields.Add(($"F{fields.Count}", AnyType()));
            }

            RecordType type = new($"{FuzzProgram.NamePlace}Record{records.Count}", fields);
            string read = random.Percent(30) ? "readonly record struct" : "record struct";
            declarations.Add($"public {read} {type.Name}({string.Join(", ", fields.Select(field => $"{field.Item2} {field.Item1}"))});");
            records.Add(type);
            if (read[0] == 'r' && read.StartsWith("readonly", StringComparison.Ordinal))
            {
                readOnly.Add(type);
            }
        }

        if (random.Percent(40))
        {
            InlineArrayType type = new($"{FuzzProgram.NamePlace}Array", AnyType(), random.Between(2, 5));
            declarations.Add($"[InlineArray({type.Count})]\npublic struct {type.Name}\n{{\n    private {type.Element} element;\n}}");
            arrays.Add(type);
        }
    }

    private readonly HashSet<RecordType> readOnly = [];

    private void DeclareConstants(List<Place> global)
    {
        for (int i = random.Below(3); i > 0; i--)
        {
            string constant = NewName("c");
            IntegerType type = random.Pick(Integers);
            if (random.Percent(30))
            {
                int length = random.Between(2, 6);
                int factor = random.Between(1, 50);
                members.Add(new Member($"private readonly {type}[] {constant} = Enumerable.Range(0, {length}).Select(i => ({type})(i * "
                    + $"{factor})).ToArray();", null));
                global.Add(new Place(constant, type, false, length));
            }
            else
            {
                bool isConst = random.Percent(40) && type.Width <= 64;
                members.Add(new Member($"private {(isConst ? "const" : "readonly")} {type} {constant} = {Literal(type)};", null));
                global.Add(new Place(constant, type, false, 0, isConst ? -2 : 0));
            }
        }
    }

    private void DeclareState(List<Place> global)
    {
        for (int i = random.Between(1, 4); i > 0; i--)
        {
            string field = NewName("f");
            FuzzType type = AnyType();
            if (random.Percent(20) && type is not InlineArrayType)
            {
                int length = random.Between(2, 8);
                members.Add(new Member($"private readonly {type}[] {field} = new {type}[{length}];", null));
                global.Add(new Place(field, type, true, length));
            }
            else
            {
                members.Add(new Member($"private {type} {field}{(random.Percent(50) ? $" = {Default(type)}" : string.Empty)};", null));
                global.Add(new Place(field, type, true));
            }
        }
    }

    private void DeclareHelper(bool isStatic)
    {
        List<Place> outside = scope;
        FuzzType? result = random.Percent(80) ? AnyType() : null;
        List<(string Mode, FuzzType Type)> parameters = [];
        List<string> texts = [];
        List<Line> body = [];
        List<Place> inside = isStatic ? outside.Where(place => place.Limit == -2).ToList() : outside.ToList();
        for (int i = random.Between(1, 3); i > 0; i--)
        {
            // The first one is an integer, so that there is always something that no compiler knows.
            string mode = parameters.Count == 0 ? string.Empty : random.Below(10) switch
            {
                0 or 1 => "ref ",
                2 => "out ",
                3 => "in ",
                _ => string.Empty,
            };
            FuzzType type = parameters.Count == 0 ? random.Pick(CommonIntegers) : AnyType();
            string parameter = NewName("p");
            parameters.Add((mode, type));
            texts.Add($"{mode}{type} {parameter}");
            inside.Add(new Place(parameter, type, mode != "in "));
            if (mode == "out ")
            {
                scope = inside[..^1];
                body.Add(new Line($"{parameter} = $0;", [Default(type)], [], true));
            }
        }

        scope = inside;
        string method = NewName("Helper");
        bool hasEffects = parameters.Any(parameter => parameter.Mode is "ref " or "out ");
        bool isGeneric = isStatic && result is not null && random.Percent(25);
        if (isGeneric)
        {
            members.Add(new Member($"private static T {method}<T>(bool condition, T first, T second)\n    where T : struct", [
                new Line("if (condition)\n@0", [], [[new Line("return first;", [], [])]]),
                new Line("return second;", [], [], true)]));
            helpers.Add(new Helper(method, null, [], true, true));
            genericHelpers.Add(method);
            scope = outside;
            return;
        }

        (int budgetBefore, bool stateBefore, FuzzType? resultBefore, bool inHelperBefore) = (budget, isState, returns, isInHelper);
        (budget, isState, returns, isInHelper, isInStatic) = (random.Between(1, 6), false, result, true, isStatic);
        effects = 0;
        body.AddRange(Statements(random.Between(1, 3), 1));
        hasEffects |= effects > 0;
        if (result is not null)
        {
            body.Add(new Line("return $0;", [Expression(result, 3)], [], true));
        }

        (budget, isState, returns, isInHelper, isInStatic) = (budgetBefore, stateBefore, resultBefore, inHelperBefore, false);
        members.Add(new Member($"private {(isStatic ? "static " : string.Empty)}{(result is null ? "void" : result.Name)} "
            + $"{method}({string.Join(", ", texts)})", body.ToArray()));
        helpers.Add(new Helper(method, result, parameters, hasEffects || result is null, isStatic));
        scope = outside;
    }

    private readonly List<string> genericHelpers = [];
    private FuzzType? returns;
    private bool isInHelper;
    private bool isInStatic;
    private int effects;
}
