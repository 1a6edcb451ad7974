// SPDX-License-Identifier: Apache-2.0
using SME.VHDL.Elaboration;
using SME.VHDL.Hardware;

namespace SME.VHDL.Waits;

/// <summary>In which directions one value follows another that is a bool.</summary>
[Flags]
internal enum Polarity
{
    /// <summary>It does not depend on the other.</summary>
    None = 0,

    /// <summary>It may become true because the other does.</summary>
    With = 1,

    /// <summary>It may become false because the other becomes true.</summary>
    Against = 2,

    /// <summary>Either, or it is no bool.</summary>
    Any = With | Against,
}

/// <summary>
/// On which signals and registers each output and register of one process depends within a tick: what is read to compute it, and what
/// decides whether it is, each with its polarity. Members of records are not told apart, nor elements of arrays, so that too much is found
/// rather than too little.
/// </summary>
internal sealed class Dependencies
{
    private static readonly Value Nothing = new([], null);
    private readonly Dictionary<Cell, SignalSource> inputs = [];
    private Dictionary<Cell, Value> values = [];

    private Dependencies(LoweredProcess process)
    {
        foreach (OutputSignal read in process.Reads)
        {
            inputs[read.Cell] = new SignalSource(read.Port.Bus, read.Signal, null);
        }
    }

    /// <summary>What each output signal and register depends on.</summary>
    /// <param name="process">The process.</param>
    public static IEnumerable<(SignalSource Target, IReadOnlyDictionary<SignalSource, Polarity> Sources)> Of(LoweredProcess process)
    {
        Dependencies found = new(process);
        found.Run(process.Body);
        foreach (OutputSignal output in process.Outputs)
        {
            Value value = found.values.GetValueOrDefault(output.Cell, Nothing);
            yield return (new SignalSource(output.Port.Bus, output.Signal, null), value.Sources);
        }

        foreach (Cell register in process.Registers)
        {
            yield return (new SignalSource(null, 0, register), found.values.GetValueOrDefault(register, Nothing).Sources);
        }
    }

    /// <summary>The direction of a direction.</summary>
    public static Polarity Through(Polarity outer, Polarity inner) =>
        (outer.HasFlag(Polarity.With) ? inner : Polarity.None) | (outer.HasFlag(Polarity.Against) ? Flipped(inner) : Polarity.None);

    private static Polarity Flipped(Polarity polarity) =>
        (polarity.HasFlag(Polarity.With) ? Polarity.Against : Polarity.None)
        | (polarity.HasFlag(Polarity.Against) ? Polarity.With : Polarity.None);

    private static void Add(Dictionary<SignalSource, Polarity> to, Value value, Polarity polarity)
    {
        foreach ((SignalSource source, Polarity own) in value.Sources)
        {
            to[source] = to.GetValueOrDefault(source) | Through(polarity, own);
        }
    }

    private static Value Chosen(Value condition, Value whenTrue, Value whenFalse, bool isBool)
    {
        Dictionary<SignalSource, Polarity> sources = [];
        Add(sources, whenTrue, Polarity.With);
        Add(sources, whenFalse, Polarity.With);
        Polarity decides = !isBool ? Polarity.Any : (whenTrue.Constant, whenFalse.Constant) switch
        {
            (bool left, bool right) when left == right => Polarity.None,
            (true, _) or (_, false) => Polarity.With,
            (false, _) or (_, true) => Polarity.Against,
            _ => Polarity.Any,
        };
        if (decides != Polarity.None)
        {
            Add(sources, condition, decides);
        }

        return new Value(sources, isBool && whenTrue.Constant == whenFalse.Constant ? whenTrue.Constant : null);
    }

    private void Run(List<Lowered> body)
    {
        foreach (Lowered statement in body)
        {
            switch (statement)
            {
                case LoweredAssign assign:
                    Assign(assign);
                    break;
                case LoweredIf branch:
                    Value condition = Of(branch.Condition);
                    Join([branch.Then, branch.Else], (cell, after) => Chosen(condition, after[0], after[1], cell.Type is HardwareBoolean));
                    break;
                case LoweredCase choice:
                    Value chosen = Of(choice.Value);
                    Join(
                        [.. choice.Sections.Select(section => section.Body), choice.Default],
                        (cell, after) => after.Aggregate((left, right) => Chosen(chosen, left, right, false)));
                    break;
            }
        }
    }

    private void Assign(LoweredAssign assign)
    {
        if (assign.Target.Path.Count == 0)
        {
            values[assign.Target.Cell] = Of(assign.Value);
            return;
        }

        // A part: the others keep their values.
        Dictionary<SignalSource, Polarity> sources = [];
        Add(sources, Of(assign.Value), Polarity.Any);
        Add(sources, Now(assign.Target.Cell), Polarity.Any);
        foreach (Accessor step in assign.Target.Path.Where(step => step.Index is not null))
        {
            Add(sources, Of(step.Index!), Polarity.Any);
        }

        values[assign.Target.Cell] = new Value(sources, null);
    }

    private void Join(IReadOnlyList<List<Lowered>> branches, Func<Cell, Value[], Value> join)
    {
        Dictionary<Cell, Value> before = values;
        List<Dictionary<Cell, Value>> after = [];
        foreach (List<Lowered> branch in branches)
        {
            values = new Dictionary<Cell, Value>(before);
            Run(branch);
            after.Add(values);
        }

        values = before;
        Dictionary<Cell, Value> joined = new(before);
        foreach (Cell cell in after.SelectMany(one => one.Keys).Distinct())
        {
            Value? old = before.GetValueOrDefault(cell);
            if (!after.All(one => ReferenceEquals(one.GetValueOrDefault(cell), old)))
            {
                joined[cell] = join(cell, [.. after.Select(one => one.GetValueOrDefault(cell) ?? Now(cell))]);
            }
        }

        values = joined;
    }

    private Value Now(Cell cell) => values.TryGetValue(cell, out Value? value) ? value : cell.Kind switch
    {
        CellKind.Register => new Value(new() { [new SignalSource(null, 0, cell)] = Polarity.With }, null),
        CellKind.Input when inputs.TryGetValue(cell, out SignalSource source) => new Value(new() { [source] = Polarity.With }, null),
        _ => Nothing,
    };

    private Value Of(Node node)
    {
        switch (node)
        {
            case Constant { Type: HardwareBoolean } constant:
                return new Value([], !constant.Value.IsZero);
            case Read read:
                return Now(read.Cell);
            case Member member:
                return Any([member.Target]);
            case Item item:
                return Any([item.Target, item.Index]);
            case Aggregate aggregate:
                return Any(aggregate.Parts);
            case Operation { Operator: Operator.Select } select:
                return Chosen(Of(select[0]), Of(select[1]), Of(select[2]), select.Type is HardwareBoolean);
            case Operation { Type: HardwareBoolean, Operator: Operator.Not } not:
                Value operand = Of(not[0]);
                Dictionary<SignalSource, Polarity> flipped = [];
                Add(flipped, operand, Polarity.Against);
                return new Value(flipped, !operand.Constant);
            case Operation { Type: HardwareBoolean, Operator: Operator.And } and:
                return Logical(and, false);
            case Operation { Type: HardwareBoolean, Operator: Operator.Or } or:
                return Logical(or, true);
            case Operation operation:
                return Any(operation.Operands);
            default:
                return Nothing;
        }
    }

    /// <summary>An and, or an or: one operand of some value decides alone.</summary>
    private Value Logical(Operation operation, bool decisive)
    {
        Dictionary<SignalSource, Polarity> sources = [];
        bool? constant = !decisive;
        foreach (Value operand in operation.Operands.Select(Of))
        {
            if (operand.Constant == decisive)
            {
                return new Value([], decisive);
            }

            Add(sources, operand, Polarity.With);
            constant = operand.Constant is null ? null : constant;
        }

        return new Value(sources, constant);
    }

    private Value Any(IEnumerable<Node> nodes)
    {
        Dictionary<SignalSource, Polarity> sources = [];
        foreach (Node node in nodes)
        {
            Add(sources, Of(node), Polarity.Any);
        }

        return new Value(sources, null);
    }

    /// <summary>A value: what it depends on, and which bool it is whatever these are.</summary>
    private sealed record Value(Dictionary<SignalSource, Polarity> Sources, bool? Constant);
}
