// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <content>Statements.</content>
internal sealed partial class ProcessElaborator
{
    private Flow Execute(Statement statement, Frame frame)
    {
        if (++statements > StatementLimit)
        {
            throw Rules.Fail(Rules.TooLarge,
                $"{instance.Path} unrolls to more than {StatementLimit} statements; use smaller loops, or spread the work over several "
                    + $"ticks", statement.Location);
        }

        location = statement.Location;
        switch (statement)
        {
            case Form.Block block:
                return ExecuteList(block.Statements, 0, frame);
            case Assign assign:
                ExecuteAssign(assign, frame);
                return Flow.Next;
            case If or Switch:
                return ExecuteList([statement], 0, frame);
            case For counted:
                return ExecuteFor(counted, frame);
            case CallStatement call:
                ExecuteCall(call, frame);
                return Flow.Next;
            case Return leave:
                ExecuteReturn(leave, frame);
                return Flow.Return;
            case Break:
                Take(LoopOf(frame, statement).Break, "leave_loop");
                return Flow.Break;
            case Form.Continue:
                Take(LoopOf(frame, statement).Continue, "next_round");
                return Flow.Continue;
            case While:
                throw Rules.Fail(Rules.NotConstant,
                    "the number of rounds of this loop is not known at elaboration; use 'for' with constant bounds, or a state process "
                        + "with an await in the loop", statement.Location);
            default:
                throw Rules.Fail(Rules.NotHardware, $"a statement of the kind {statement.GetType().Name} has no VHDL here",
                    statement.Location);
        }
    }

    /// <summary>
    /// Runs statements in order. What comes after a branch that leaves goes into the other branch; where that is not
    /// possible, flags say which way was taken.
    /// </summary>
    private Flow ExecuteList(IReadOnlyList<Statement> list, int start, Frame frame)
    {
        Flow left = 0;
        for (int i = start; i < list.Count; i++)
        {
            Statement statement = list[i];
            Flow flow;
            if (statement is If branch)
            {
                location = branch.Location;
                Node condition = Evaluate(branch.Condition, frame);
                if (condition is Constant known)
                {
                    Statement? chosen = known.Value.IsZero ? branch.Else : branch.Then;
                    flow = chosen is null ? Flow.Next : Execute(chosen, frame);
                }
                else
                {
                    State before = state;
                    SourceLocation where = branch.Location;
                    (List<Lowered> then, State afterThen, Flow flowThen) = Branch(before, () => Execute(branch.Then, frame));
                    (List<Lowered> otherwise, State afterElse,
                        Flow flowElse) = Branch(before, () => branch.Else is null ? Flow.Next : Execute(branch.Else, frame));
                    if (flowThen.HasFlag(Flow.Next) != flowElse.HasFlag(Flow.Next) && i + 1 < list.Count)
                    {
                        // The rest belongs to the one branch that goes on.
                        bool goesOnInThen = flowThen.HasFlag(Flow.Next);
                        (List<Lowered> rest, State afterRest, Flow flowRest) = Branch(
                            goesOnInThen ? afterThen : afterElse,
                            () => Guarded(goesOnInThen ? flowThen : flowElse, list, i + 1, frame));
                        (goesOnInThen ? then : otherwise).AddRange(rest);
                        output.Add(new LoweredIf(where, condition, then, otherwise));
                        state = State.Join([goesOnInThen ? afterElse : afterThen, afterRest]);
                        return left | (goesOnInThen ? flowElse : flowThen) | flowRest;
                    }

                    output.Add(new LoweredIf(where, condition, then, otherwise));
                    state = State.Join([afterThen, afterElse]);
                    flow = flowThen | flowElse;
                }
            }
            else if (statement is Switch choice)
            {
                flow = ExecuteSwitch(choice, frame);
            }
            else
            {
                flow = Execute(statement, frame);
            }

            if (!flow.HasFlag(Flow.Next))
            {
                return left | flow;
            }

            if (flow != Flow.Next && i + 1 < list.Count)
            {
                return left | Guarded(flow, list, i + 1, frame);
            }

            left |= flow & ~Flow.Next;
        }

        return left | Flow.Next;
    }

    /// <summary>Runs the rest of a list unless one of the exits was taken.</summary>
    private Flow Guarded(Flow flow, IReadOnlyList<Statement> list, int start, Frame frame)
    {
        if (flow == Flow.Next || Plants.Is(Plant.ExitForgotten))
        {
            return ExecuteList(list, start, frame);
        }

        return WithoutExits(flow, frame, () => ExecuteList(list, start, frame));
    }

    private Flow WithoutExits(Flow flow, Frame frame, Func<Flow> rest)
    {
        Node goesOn = Constants.True;
        List<Cell> flags = [];
        foreach (Exit exit in Exits(flow, frame))
        {
            Node flag = Known(new Read(exit.Flag!));
            goesOn = Make.Logical(Operator.And, goesOn, Make.Not(flag));
            flags.Add(exit.Flag!);
        }

        if (goesOn is Constant)
        {
            return goesOn == Constants.False ? flow & ~Flow.Next : rest() | (flow & ~Flow.Next);
        }

        State before = state;
        SourceLocation where = location;
        (List<Lowered> then, State after, Flow flowRest) = Branch(before, () =>
        {
            foreach (Cell flag in flags)
            {
                state.Assign(new Place(flag, []), Constants.False);
            }

            return rest();
        });
        output.Add(new LoweredIf(where, goesOn, then, []));
        HashSet<Cell>? written = after.Written;
        state = State.Join([before, after]);
        state.Written = written;
        return (flow & ~Flow.Next) | flowRest;
    }

    private static IEnumerable<Exit> Exits(Flow flow, Frame frame)
    {
        if (flow.HasFlag(Flow.Return))
        {
            yield return frame.Return;
        }

        if (flow.HasFlag(Flow.Break))
        {
            yield return frame.Loops.Peek().Break;
        }

        if (flow.HasFlag(Flow.Continue))
        {
            yield return frame.Loops.Peek().Continue;
        }
    }

    /// <summary>Runs something on a copy of a state and with its own output.</summary>
    private (List<Lowered> Output, State After, Flow Flow) Branch(State before, Func<Flow> run)
    {
        List<Lowered> outer = output;
        State outerState = state;
        output = [];
        state = before.Copy();
        Flow flow = run();
        (List<Lowered> Output, State After, Flow Flow) result = (output, state, flow);
        output = outer;
        state = outerState;
        return result;
    }

    private void Take(Exit exit, string name)
    {
        // The flag is cleared where the exit could first be taken: at the very beginning, so that every path defines it.
        exit.Flag ??= NewFlag(name);
        EmitAssign(new Place(exit.Flag, []), Constants.True);
        exit.Written = State.Intersect(exit.Written, state.Written);
        state.Written = null;
    }

    private Cell NewFlag(string name) => new(name, HardwareBoolean.Instance, CellKind.Local)
    {
        IsTemporary = true,
        Value = Constants.False
    };

    private static Loop LoopOf(Frame frame, Statement statement) =>
        frame.Loops.TryPeek(out Loop? loop) ? loop
            : throw Rules.Fail(Rules.Internal, "'break' or 'continue' outside of a loop", statement.Location);

    private void ExecuteReturn(Return leave, Frame frame)
    {
        if (leave.Value is not null)
        {
            Node value = Evaluate(leave.Value, frame);
            if (ReferenceEquals(output, frame.Output) && frame.Result is null && frame.Return.Flag is null)
            {
                frame.DirectResult = value;
                frame.Return.Written = State.Intersect(frame.Return.Written, state.Written);
                state.Written = null;
                return;
            }

            if (value is ObjectNode)
            {
                throw Rules.Fail(Rules.NotConstant,
                    $"which object '{frame.Method.Name}' returns depends on values; it must be known at elaboration", leave.Location);
            }

            frame.Result ??= new Cell($"{frame.Method.Name}_result", value.Type, CellKind.Local) { IsTemporary = true };
            EmitAssign(new Place(frame.Result, []), value);
        }

        Take(frame.Return, frame.Depth == 0 ? "is_done" : $"{frame.Method.Name}_is_done");
    }

    private void ExecuteAssign(Assign assign, Frame frame)
    {
        if (assign.Target is Signal signal)
        {
            AssignSignal(signal, Evaluate(assign.Value, frame), frame);
            return;
        }

        Node value = Evaluate(assign.Value, frame);
        AssignTo(assign.Target, value, frame);
    }

    private void AssignTo(Expression target, Node value, Frame frame)
    {
        if (target is Signal signal)
        {
            AssignSignal(signal, value, frame);
            return;
        }

        if (target is Variable variable
            && (value is ObjectNode || (value.Type is HardwareArray && !frame.Variables.ContainsKey(variable.Index))))
        {
            if (value is ObjectNode)
            {
                frame.Variables[variable.Index] = value;
                return;
            }

            frame.Variables[variable.Index] = NewLocal(frame.Method.Variables[variable.Index], value.Type);
        }

        if (Locate(target, frame) is { } place)
        {
            EmitAssign(place, value);
        }
    }

    private void EmitAssign(Place place, Node value)
    {
        HardwareType type = place.Type;
        if (value is ObjectNode)
        {
            throw Rules.Fail(Rules.NotHardware, $"'{place.Cell.Name}' is assigned an object, which has no bits", location);
        }

        if (states.Count > 0 && place.Cell == registerList[0] && value is Constant next)
        {
            // The machine's state is an int in the form, and here only as wide as it must be.
            value = states[(int)next.Value];
        }

        if (type.Width != value.Width)
        {
            throw Rules.Fail(Rules.Internal, $"'{place.Cell.Name}' has {type.Width} bits and is assigned {value.Width}", location);
        }

        if (type.IsScalar)
        {
            value = value.Type.IsSigned == type.IsSigned ? value : Make.Reinterpret(value, type);
        }

        if (place.Cell.Kind == CellKind.Local || place.Cell.Kind == CellKind.Register)
        {
            // What it has already need not be written again.
            if (value.IsConstant && state.Of(place.Value)?.Whole(type) is { } known && Constants.AreEqual(known, value))
            {
                return;
            }

            if (value is Aggregate aggregate && TryAssignParts(place, aggregate))
            {
                return;
            }
        }

        foreach ((Cell cell, Method method, int parameter) in copies)
        {
            if (cell == place.Cell)
            {
                seeing.TryAdd(method, []);
                hasChanged |= seeing[method].Add(parameter);
            }
        }

        output.Add(new LoweredAssign(location, place, value));
        state.Assign(place, value);
    }

    /// <summary>A record that is assigned a copy of itself with one field replaced needs only that field assigned.</summary>
    private bool TryAssignParts(Place place, Aggregate value)
    {
        int replaced = -1;
        for (int i = 0; i < value.Parts.Count; i++)
        {
            Place part = place.Then(value.Type is HardwareRecord ? new Accessor(i, null)
                : new Accessor(-1, Constants.Scalar(HardwareType.Unsigned(32), i)));
            bool isSame = AreSame(part.Value, value.Parts[i])
                || (value.Parts[i].IsConstant && state.Of(part.Value)?.Whole(part.Type) is { } known
                    && Constants.AreEqual(known, value.Parts[i]));
            if (!isSame)
            {
                if (replaced >= 0)
                {
                    return false;
                }

                replaced = i;
            }
        }

        if (replaced < 0)
        {
            return true;
        }

        if (value.Parts.Count == 1)
        {
            return false;
        }

        EmitAssign(place.Then(value.Type is HardwareRecord ? new Accessor(replaced, null)
            : new Accessor(-1, Constants.Scalar(HardwareType.Unsigned(32), replaced))), value.Parts[replaced]);
        return true;
    }

    private static bool AreSame(Node left, Node right) => (left, right) switch
    {
        (Read a, Read b) => a.Cell == b.Cell,
        (Member a, Member b) => a.Index == b.Index && AreSame(a.Target, b.Target),
        (Item { Index: Constant i } a, Item { Index: Constant j } b) => i.Value == j.Value && AreSame(a.Target, b.Target),
        _ => false,
    };

    private Flow ExecuteSwitch(Switch choice, Frame frame)
    {
        location = choice.Location;
        SourceLocation where = choice.Location;
        Node value = Evaluate(choice.Value, frame);
        List<(IReadOnlyList<Constant> Labels, Statement Body)> sections = choice.Sections
            .Select(section => ((IReadOnlyList<Constant>)section.Labels.Select(label => EvaluateConstant(label, frame, "a label"))
                .ToArray(), section.Body)).ToList();
        if (value is Constant known)
        {
            Statement? chosen = sections.Find(section => section.Labels.Any(label => label.Value == known.Value)).Body ?? choice.Default;
            return chosen is null ? Flow.Next : Execute(chosen, frame);
        }

        State before = state;
        List<(IReadOnlyList<Constant> Labels, List<Lowered> Body)> lowered = [];
        List<State> after = [];
        Flow flow = 0;
        HashSet<BigInteger> seen = [];
        foreach ((IReadOnlyList<Constant> labels, Statement body) in sections)
        {
            Constant[] fresh = labels.Where(label => seen.Add(label.Value)).ToArray();
            if (fresh.Length == 0)
            {
                continue;
            }

            (List<Lowered> list, State end, Flow flowSection) = Branch(before, () => Execute(body, frame));
            lowered.Add((fresh, list));
            after.Add(end);
            flow |= flowSection;
        }

        List<Lowered> defaultList = [];
        if (value.Width > 20 || seen.Count < 1 << value.Width)
        {
            (defaultList, State afterDefault,
                Flow flowDefault) = Branch(before, () => choice.Default is null ? Flow.Next : Execute(choice.Default, frame));
            after.Add(afterDefault);
            flow |= flowDefault;
        }

        state = State.Join(after);
        output.Add(new LoweredCase(where, value, lowered, defaultList));
        return flow;
    }

    private Flow ExecuteFor(For counted, Frame frame)
    {
        HardwareType type = Hardware(frame.Method.Variables[counted.Variable].Type, frame);
        Constant value = Constants.Scalar(type, EvaluateConstant(counted.Start, frame, "the start of the loop").Value);
        Loop loop = new();
        frame.Loops.Push(loop);
        Flow left = 0;
        for (int round = 0; ; round++)
        {
            if (round > StatementLimit)
            {
                throw Rules.Fail(Rules.LoopLimit, "this loop does not end", counted.Location);
            }

            frame.Variables[counted.Variable] = value;
            location = counted.Location;
            Constant limit = EvaluateConstant(counted.Limit, frame, "the limit of the loop");
            if (!Holds(counted.Comparison, value.Value, limit.Value))
            {
                break;
            }

            loop.Continue = new Exit();
            Flow flow = left == 0 ? Execute(counted.Body, frame)
                : WithoutExits(left | Flow.Next, frame, () => Execute(counted.Body, frame));
            state.Written = State.Intersect(state.Written, loop.Continue.Written);
            if (flow.HasFlag(Flow.Continue))
            {
                flow = (flow & ~Flow.Continue) | Flow.Next;
            }

            left |= flow & (Flow.Break | Flow.Return);
            if (!flow.HasFlag(Flow.Next))
            {
                frame.Loops.Pop();
                state.Written = State.Intersect(state.Written, loop.Break.Written);
                return (left & Flow.Return) | (left.HasFlag(Flow.Break) ? Flow.Next : 0);
            }

            Constant step = EvaluateConstant(counted.Step, frame, "the step of the loop");
            value = Constants.Scalar(type, value.Value + step.Value);
        }

        frame.Loops.Pop();
        state.Written = State.Intersect(state.Written, loop.Break.Written);
        return Flow.Next | (left & Flow.Return);
    }

    private static bool Holds(BinaryOperator comparison, BigInteger value, BigInteger limit) => comparison switch
    {
        BinaryOperator.Less => value < limit,
        BinaryOperator.LessOrEqual => value <= limit,
        BinaryOperator.Greater => value > limit,
        BinaryOperator.GreaterOrEqual => value >= limit,
        BinaryOperator.NotEqual => value != limit,
        _ => value == limit,
    };
}
