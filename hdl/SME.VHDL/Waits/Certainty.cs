// SPDX-License-Identifier: Apache-2.0
using SME.VHDL.Elaboration;
using SME.VHDL.Hardware;

namespace SME.VHDL.Waits;

/// <summary>
/// What the bool outputs of a process are for certain when only some bools are known: true, false, or unknown. Registers and everything
/// wider than a bool are unknown.
/// </summary>
internal sealed class Certainty
{
    private readonly Dictionary<Cell, bool?> known = [];

    private Certainty()
    {
    }

    /// <summary>An output signal that is known for certain; null if it may be either.</summary>
    /// <param name="process">The process.</param>
    /// <param name="output">One of its output signals.</param>
    /// <param name="value">The value of an input signal; null if unknown.</param>
    public static bool? Of(LoweredProcess process, OutputSignal output, Func<SignalSource, bool?> value)
    {
        Certainty certainty = new();
        foreach (OutputSignal read in process.Reads.Where(read => read.Cell.Type is HardwareBoolean))
        {
            certainty.known[read.Cell] = value(new SignalSource(read.Port.Bus, read.Signal, null));
        }

        certainty.Run(process.Body);
        return certainty.known.GetValueOrDefault(output.Cell);
    }

    private void Run(List<Lowered> body)
    {
        foreach (Lowered statement in body)
        {
            switch (statement)
            {
                case LoweredAssign { Target: { Path.Count: 0, Cell: { Type: HardwareBoolean } cell } } assign:
                    known[cell] = Value(assign.Value);
                    break;
                case LoweredIf branch:
                    if (Value(branch.Condition) is bool chosen)
                    {
                        Run(chosen ? branch.Then : branch.Else);
                    }
                    else
                    {
                        Join([branch.Then, branch.Else]);
                    }

                    break;
                case LoweredCase choice:
                    Join([.. choice.Sections.Select(section => section.Body), choice.Default]);
                    break;
            }
        }
    }

    private void Join(IReadOnlyList<List<Lowered>> branches)
    {
        Dictionary<Cell, bool?> before = new(known);
        Dictionary<Cell, bool?>? joined = null;
        foreach (List<Lowered> branch in branches)
        {
            known.Clear();
            foreach ((Cell cell, bool? value) in before)
            {
                known[cell] = value;
            }

            Run(branch);
            if (joined is null)
            {
                joined = new Dictionary<Cell, bool?>(known);
                continue;
            }

            foreach (Cell cell in joined.Keys.Union(known.Keys).ToArray())
            {
                joined[cell] = joined.GetValueOrDefault(cell) == known.GetValueOrDefault(cell) ? joined.GetValueOrDefault(cell) : null;
            }
        }

        known.Clear();
        foreach ((Cell cell, bool? value) in joined!)
        {
            known[cell] = value;
        }
    }

    private bool? Value(Node node) => node switch
    {
        Constant constant when constant.Type is HardwareBoolean => !constant.Value.IsZero,
        Read read when read.Type is HardwareBoolean => known.GetValueOrDefault(read.Cell),
        Operation { Type: HardwareBoolean } operation => Value(operation),
        _ => null,
    };

    private bool? Value(Operation operation) => operation.Operator switch
    {
        Operator.Not => !Value(operation[0]),
        Operator.And => operation.Operands.Select(Value).Aggregate((bool?)true, (left, right) => left & right),
        Operator.Or => operation.Operands.Select(Value).Aggregate((bool?)false, (left, right) => left | right),
        Operator.Select => Value(operation[0]) switch
        {
            true => Value(operation[1]),
            false => Value(operation[2]),
            null => Value(operation[1]) == Value(operation[2]) ? Value(operation[1]) : null,
        },
        _ => null,
    };
}
