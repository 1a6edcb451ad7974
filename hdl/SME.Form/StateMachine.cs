// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;

namespace SME.Form;

/// <summary>One state of a state machine: what runs in a tick that begins in it.</summary>
/// <param name="Index">Its number; 0 is where the method begins.</param>
/// <param name="Name">A name for it: <c>start</c>, or <c>await_</c> and the line of the wait that it goes on from.</param>
/// <param name="Body">What runs, without <see cref="Await"/>, <see cref="While"/> and <see cref="Return"/>; every path assigns the next
/// state.</param>
public sealed record MachineState(int Index, string Name, Statement Body);

/// <summary>
/// The body of a state process as a machine that needs no suspension. A tick runs the body of the state that the last one
/// left; its first wait, or the end of the method, decides the next.
/// </summary>
/// <param name="States">The states.</param>
/// <param name="StateVariable">Index in <paramref name="Variables"/> of the variable that holds the state, an int; a register that resets
/// to 0.</param>
/// <param name="Variables">The method's variables and those that were added.</param>
/// <param name="Registers">Indices of the variables whose value outlives a tick; the state's is among them.</param>
/// <param name="Problems">Why there is no such machine; empty if there is.</param>
public sealed record StateMachine(
    IReadOnlyList<MachineState> States,
    int StateVariable,
    IReadOnlyList<MethodVariable> Variables,
    IReadOnlyCollection<int> Registers,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>Makes the machine of a method whose calls contain no waits.</summary>
    /// <param name="method">The method, with <see cref="Method.IsAsync"/>.</param>
    public static StateMachine From(Method method) => new StateMachineBuilder(method).Build();
}

/// <summary>
/// Unfolds the paths from each wait to the next. What comes after a statement is an immutable chain, so that paths that
/// meet again share it and a wait has one state however it is reached.
/// </summary>
internal sealed class StateMachineBuilder
{
    /// <summary>
    /// Paths multiply where branches that contain waits follow each other within one tick; this many statements are a mistake.
    /// </summary>
    private const int StatementLimit = 20_000;

    private static readonly NamedType Int = new("System.Int32", string.Empty, Array.Empty<FormType>());

    private readonly Method method;
    private readonly List<MethodVariable> variables;
    private readonly int stateVariable;
    private readonly Dictionary<Await, int> stateOf = new(new ByReference<Await>());
    private readonly List<(Await? Wait, Next? After)> pending = [];
    private readonly Dictionary<For, (While Loop, Assign First)> countedLoops = new(new ByReference<For>());
    private readonly List<Problem> problems = [];
    private int statements;

    public StateMachineBuilder(Method method)
    {
        this.method = method;
        variables = [.. method.Variables];
        stateVariable = variables.Count;
        variables.Add(new MethodVariable("state", Int, VariableKind.Temporary));
    }

    public StateMachine Build()
    {
        pending.Add((null, new Next(method.Body, LoopPart.None, null)));
        List<MachineState> states = [];
        for (int index = 0; index < pending.Count; index++)
        {
            (Await? wait, Next? after) = pending[index];
            List<Statement> body = [];
            Unfold(after, body, [], wait?.Location ?? method.Location);
            string name = wait is null ? "start" : "await_" + wait.Location.Line.ToString(CultureInfo.InvariantCulture);
            if (states.Exists(other => other.Name == name))
            {
                name += "_" + index.ToString(CultureInfo.InvariantCulture);
            }

            states.Add(new MachineState(index, name, new Block(wait?.Location ?? method.Location, body)));
        }

        HashSet<int> registers = [stateVariable];
        foreach (MachineState state in states)
        {
            ReadsBeforeWrites.Find(state.Body, registers);
        }

        return new StateMachine(states, stateVariable, variables, registers, problems);
    }

    private void Unfold(Next? next, List<Statement> output, IReadOnlyList<While> entered, SourceLocation last)
    {
        while (next is not null)
        {
            if (++statements > StatementLimit)
            {
                Report("SME041", "the paths between the waits of this method multiply beyond measure; put a wait between the branches, or "
                    + "move branches without waits into a method of their own", last);
                return;
            }

            Statement statement = next.Statement;
            last = statement.Location;
            if (next.Part != LoopPart.None)
            {
                next = LoopAgain(next, output, entered);
                return;
            }

            if (!Suspension.IsIn(statement))
            {
                output.Add(statement);
                next = next.After;
                continue;
            }

            switch (statement)
            {
                case Block block:
                    next = Chain(block.Statements, next.After);
                    break;
                case Await wait:
                    GoTo(StateFor(wait, next.After), output, wait.Location);
                    return;
                case Return:
                    GoTo(0, output, last);
                    return;
                case Break:
                    next = InnermostLoop(next.After)?.After;
                    break;
                case Continue:
                    next = InnermostLoop(next.After);
                    break;
                case If branch:
                    output.Add(new If(branch.Location, branch.Condition, Path(branch.Then, next.After, entered),
                        Path(branch.Else, next.After, entered)));
                    return;
                case Switch choice:
                    SwitchSection[] sections = choice.Sections.Select(section =>
                        new SwitchSection(section.Labels, Path(section.Body, next.After, entered))).ToArray();
                    output.Add(new Switch(choice.Location, choice.Value, sections, Path(choice.Default, next.After, entered)));
                    return;
                case For counted:
                    (While repeated, Assign first) = AsWhile(counted);
                    output.Add(first);
                    next = new Next(repeated, LoopPart.None, next.After);
                    break;
                case While loop:
                    next = new Next(loop, loop.TestFirst ? LoopPart.Test : LoopPart.Body, next.After);
                    break;
                default:
                    Report("SME042", "a wait cannot stand here", last);
                    return;
            }
        }

        GoTo(0, output, last);
    }

    /// <summary>Goes on at a part of a loop. The rest of the path is in the branches that this makes, so nothing comes after it.</summary>
    private Next? LoopAgain(Next next, List<Statement> output, IReadOnlyList<While> entered)
    {
        While loop = (While)next.Statement;
        if (next.Part == LoopPart.Update)
        {
            if (loop.Update is not null)
            {
                output.Add(loop.Update);
            }

            Unfold(next with { Part = LoopPart.Test }, output, entered, loop.Location);
            return null;
        }

        if (entered.Any(other => ReferenceEquals(other, loop)) && next.Part == LoopPart.Test)
        {
            Report("SME040", "there is a way round this loop without 'await ClockAsync()': it would run without end in one cycle; put a "
                + "wait on every way round", loop.Location);
            return null;
        }

        IReadOnlyList<While> inside = [.. entered, loop];
        Next again = new(loop, LoopPart.Update, next.After);
        Next body = new(loop.Body, LoopPart.None, again);
        if (next.Part == LoopPart.Body || loop.Condition is Literal { Value: "true" })
        {
            Unfold(body, output, inside, loop.Location);
            return null;
        }

        List<Statement> around = [];
        Unfold(body, around, inside, loop.Location);
        List<Statement> beyond = [];
        Unfold(next.After, beyond, entered, loop.Location);
        output.Add(new If(loop.Location, loop.Condition, new Block(loop.Location, around), new Block(loop.Location, beyond)));
        return null;
    }

    private Block Path(Statement? first, Next? after, IReadOnlyList<While> entered)
    {
        List<Statement> path = [];
        Unfold(first is null ? after : new Next(first, LoopPart.None, after), path, entered, first?.Location ?? method.Location);
        return new Block(first?.Location ?? method.Location, path);
    }

    private static Next? Chain(IReadOnlyList<Statement> statements, Next? after)
    {
        for (int i = statements.Count - 1; i >= 0; i--)
        {
            after = new Next(statements[i], LoopPart.None, after);
        }

        return after;
    }

    private static Next? InnermostLoop(Next? next)
    {
        while (next is not null && next.Part == LoopPart.None)
        {
            next = next.After;
        }

        return next;
    }

    private int StateFor(Await wait, Next? after)
    {
        if (!stateOf.TryGetValue(wait, out int state))
        {
            state = pending.Count;
            stateOf.Add(wait, state);
            pending.Add((wait, after));
        }

        return state;
    }

    /// <summary>
    /// A counted loop with a wait inside: its variable lives on as an ordinary one. One conversion per loop, so that its waits keep their
    /// states.
    /// </summary>
    private (While Loop, Assign First) AsWhile(For counted)
    {
        if (!countedLoops.TryGetValue(counted, out (While Loop, Assign First) made))
        {
            MethodVariable variable = variables[counted.Variable];
            variables[counted.Variable] = variable with { Kind = VariableKind.Local };
            Variable value = new(variable.Type, counted.Variable);
            Expression Same(Expression expression) =>
                expression.Type.Equals(variable.Type) ? expression : new Convert(variable.Type, expression);
            Assign update = new(counted.Location, value, new Binary(variable.Type, BinaryOperator.Add, value, Same(counted.Step)));
            NamedType boolean = new("System.Boolean", string.Empty, Array.Empty<FormType>());
            made = (new While(counted.Location, new Binary(boolean, counted.Comparison, value, Same(counted.Limit)), true, counted.Body,
                update),
                new Assign(counted.Location, value, Same(counted.Start)));
            countedLoops.Add(counted, made);
        }

        return made;
    }

    private void GoTo(int state, List<Statement> output, SourceLocation location) =>
        output.Add(new Assign(location, new Variable(Int, stateVariable), new Literal(Int, state.ToString(CultureInfo.InvariantCulture))));

    private void Report(string id, string message, SourceLocation location)
    {
        Problem problem = new(id, message, location);
        if (!problems.Contains(problem))
        {
            problems.Add(problem);
        }
    }

    /// <summary>Where in a loop the path goes on.</summary>
    private enum LoopPart
    {
        /// <summary>The statement is not a loop that is being repeated.</summary>
        None,

        /// <summary>At the test of the condition.</summary>
        Test,

        /// <summary>At the body, untested.</summary>
        Body,

        /// <summary>At the update, then the test.</summary>
        Update,
    }

    /// <summary>A statement and what comes after it; null is the end of the method.</summary>
    private sealed record Next(Statement Statement, LoopPart Part, Next? After);

    private sealed class ByReference<T> : IEqualityComparer<T>
        where T : class
    {
        public bool Equals(T? x, T? y) => ReferenceEquals(x, y);

        public int GetHashCode(T obj) => RuntimeHelpers.GetHashCode(obj);
    }
}

/// <summary>Whether a statement suspends the method or leaves it, or leaves a loop around it: then its paths must be unfolded.</summary>
internal static class Suspension
{
    public static bool IsIn(Statement? statement, bool insideLoop = false) => statement switch
    {
        Await or While or Return => true,
        Break or Continue => !insideLoop,
        Block block => block.Statements.Any(inner => IsIn(inner, insideLoop)),
        If branch => IsIn(branch.Then, insideLoop) || IsIn(branch.Else, insideLoop),
        Switch choice => choice.Sections.Any(section => IsIn(section.Body, insideLoop)) || IsIn(choice.Default, insideLoop),
        For counted => IsIn(counted.Body, true),
        _ => false,
    };
}

/// <summary>Finds variables that a state may read before it has written them: their value comes from an earlier tick.</summary>
internal static class ReadsBeforeWrites
{
    public static void Find(Statement body, ISet<int> found) => Walk(body, [], found);

    private static void Walk(Statement? statement, HashSet<int> written, ISet<int> found)
    {
        switch (statement)
        {
            case Block block:
                foreach (Statement inner in block.Statements)
                {
                    Walk(inner, written, found);
                }

                break;
            case Assign assign:
                Read(assign.Value, written, found);
                Write(assign.Target, written, found);
                break;
            case CallStatement call:
                Read(call.Target, written, found);
                foreach (Expression argument in call.Arguments)
                {
                    Read(argument, written, found);
                }

                if (call.Result is not null)
                {
                    Write(call.Result, written, found);
                }

                break;
            case If branch:
                Read(branch.Condition, written, found);
                Join(written, found, [branch.Then, branch.Else]);
                break;
            case Switch choice:
                Read(choice.Value, written, found);
                Join(written, found, [.. choice.Sections.Select(section => section.Body), choice.Default]);
                break;
            case For counted:
                Walk(counted.Body, [.. written, counted.Variable], found);
                break;
        }
    }

    /// <summary>After branches, only what all of them have written is written; an absent branch writes nothing.</summary>
    private static void Join(HashSet<int> written, ISet<int> found, IReadOnlyList<Statement?> branches)
    {
        HashSet<int>? common = null;
        foreach (Statement? branch in branches)
        {
            HashSet<int> after = [.. written];
            Walk(branch, after, found);
            common = common is null ? after : [.. common.Intersect(after)];
        }

        written.UnionWith(common ?? []);
    }

    private static void Write(Expression target, HashSet<int> written, ISet<int> found)
    {
        if (target is Variable variable)
        {
            written.Add(variable.Index);
            return;
        }

        // A member or an element keeps the rest of the value, so this is a use as well.
        Read(target, written, found);
    }

    private static void Read(Expression? expression, HashSet<int> written, ISet<int> found)
    {
        if (expression is Variable variable && !written.Contains(variable.Index))
        {
            found.Add(variable.Index);
        }

        foreach (Expression operand in Operands(expression))
        {
            Read(operand, written, found);
        }
    }

    private static IEnumerable<Expression> Operands(Expression? expression) => expression switch
    {
        Field field => field.Target is null ? [] : [field.Target],
        Element element => [element.Target, element.Index],
        Length length => [length.Target],
        Signal signal => [signal.Bus],
        Unary unary => [unary.Operand],
        Binary binary => [binary.Left, binary.Right],
        Convert convert => [convert.Operand],
        Conditional conditional => [conditional.Condition, conditional.WhenTrue, conditional.WhenFalse],
        With with => with.Fields.Select(field => field.Value).Prepend(with.Source),
        NewArray array => array.Elements.Prepend(array.Length),
        Call call => call.Target is null ? call.Arguments : call.Arguments.Prepend(call.Target),
        Intrinsic intrinsic => intrinsic.Arguments,
        _ => [],
    };
}
