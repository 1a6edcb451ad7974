// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using SME.Form;

namespace SME.Analyzers.Forms;

/// <summary>
/// What a combinational process must not do: keep state, leave an output unwritten on some path, read its own output. Calls
/// into other assemblies are given the benefit of the doubt; the generator looks again at the elaborated design.
/// </summary>
internal sealed class CombinationalChecks
{
    private readonly FormBuilder builder;
    private readonly INamedTypeSymbol process;
    private readonly Dictionary<string, ITypeSymbol> outputs = [];
    private readonly HashSet<string> visited = [];

    public CombinationalChecks(FormBuilder builder, INamedTypeSymbol process)
    {
        this.builder = builder;
        this.process = process;
        foreach (ISymbol member in Bases(process).SelectMany(type => type.GetMembers()))
        {
            foreach ((ISymbol bus, ITypeSymbol type) in BusMembers(member))
            {
                AddOutputs(bus, bus.Name, type);
            }
        }
    }

    public void Run()
    {
        if (Bases(process).Any(type => Names.Has(type, "ClockedProcess")))
        {
            return;
        }

        Method? tick = Bases(process).SelectMany(type => type.GetMembers("OnTick").OfType<IMethodSymbol>())
            .Where(method => method.IsOverride)
            .Select(builder.FormOf).FirstOrDefault(form => form is not null);
        if (tick is null)
        {
            return;
        }

        State? end = new Walk(this, tick, new Dictionary<int, string>()).Run(new State());
        Look(tick, new Dictionary<int, string>());
        if (end is null || end.IsUnknown)
        {
            return;
        }

        Location where = builder.Sources.Origin(tick.Location) ?? process.Locations.FirstOrDefault() ?? Location.None;
        foreach (KeyValuePair<string, ITypeSymbol> output in outputs)
        {
            foreach (IPropertySymbol signal in Signals(output.Value))
            {
                if (!end.Written.Contains($"{output.Key}.{signal.Name}"))
                {
                    builder.Report(process, new Finding(Rules.Unwritten, where, $"{output.Key}.{signal.Name}", process.Name));
                }
            }
        }
    }

    /// <summary>
    /// Notes the buses that a member drives: itself, half of a stream, or what the members of an object with ports drive.
    /// </summary>
    private void AddOutputs(ISymbol member, string path, ITypeSymbol type)
    {
        if (Names.Has(member, "InternalBus"))
        {
            return;
        }

        bool isInput = Names.Has(member, "InputBus");
        bool isOutput = Names.Has(member, "OutputBus");
        ITypeSymbol element = type is IArrayTypeSymbol array ? array.ElementType : type;
        if (isInput != isOutput && Names.Is(type, "SME.Stream`1"))
        {
            string half = isInput ? "Backward" : "Forward";
            outputs[$"{path}.{half}"] = type.GetMembers(half).OfType<IPropertySymbol>().First().Type;
        }
        else if (isOutput && !isInput && Names.IsBus(element))
        {
            outputs[path + (type is IArrayTypeSymbol ? "[]" : string.Empty)] = element;
        }
        else if (Names.Has(member, "Ports"))
        {
            foreach ((ISymbol inner, ITypeSymbol innerType) in type.GetMembers().SelectMany(BusMembers))
            {
                AddOutputs(inner, $"{path}.{inner.Name}", innerType);
            }
        }
    }

    private static IEnumerable<(ISymbol Bus, ITypeSymbol Type)> BusMembers(ISymbol member) => member switch
    {
        IFieldSymbol { AssociatedSymbol: null } field => [(field, field.Type)],
        IPropertySymbol property => [(property, property.Type)],
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor =>
            constructor.Parameters.Select(parameter => ((ISymbol)parameter, parameter.Type)),
        _ => [],
    };

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null
            && current.ContainingNamespace?.Name != "System"; current = current.BaseType)
        {
            yield return current;
        }
    }

    private static IEnumerable<IPropertySymbol> Signals(ITypeSymbol bus) =>
        bus.AllInterfaces.Where(extended => !Names.Is(extended, "SME.IBus")).Append(bus)
            .SelectMany(type => type.GetMembers().OfType<IPropertySymbol>());

    /// <summary>The form that a call reaches: the process's own override of a virtual method.</summary>
    private Method? Resolve(MethodReference reference)
    {
        if (!builder.MethodsById.TryGetValue(reference.Id, out IMethodSymbol? symbol))
        {
            if (!reference.IsVirtual)
            {
                return null;
            }
        }
        else if (!reference.IsVirtual)
        {
            return builder.FormOf(symbol);
        }

        return Bases(process).SelectMany(type => type.GetMembers().OfType<IMethodSymbol>()).Select(builder.FormOf)
            .FirstOrDefault(form => form is not null && (form.Id == reference.Id || form.Overrides.Contains(reference.Id)));
    }

    /// <summary>The path of a bus from the process, such as <c>output</c> or <c>outputs[]</c>; null if unknown.</summary>
    private static string? Path(Expression bus, IReadOnlyDictionary<int, string> parameters) => bus switch
    {
        Field { Target: This } field => field.Name,
        Field { Target: not null } field => Path(field.Target, parameters) is string outer ? $"{outer}.{field.Name}" : null,
        Element element => Path(element.Target, parameters) is string array ? array + "[]" : null,
        Variable variable => parameters.TryGetValue(variable.Index, out string? path) ? path : null,
        _ => null,
    };

    private static Dictionary<int, string> Bind(IReadOnlyList<Expression> arguments, IReadOnlyDictionary<int, string> parameters)
    {
        Dictionary<int, string> bound = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            if (Path(arguments[i], parameters) is string path)
            {
                bound[i] = path;
            }
        }

        return bound;
    }

    /// <summary>Looks for state and for own outputs that are read, in a method and in those that it calls.</summary>
    private void Look(Method method, IReadOnlyDictionary<int, string> parameters)
    {
        if (!visited.Add(
            $"{method.Id}({string.Join(",", parameters.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"))})"))
        {
            return;
        }

        foreach (Statement statement in FormTree.All(method.Body))
        {
            IEnumerable<Expression> read = FormTree.Expressions(statement);
            List<Expression> written = [];
            if (statement is Assign assign)
            {
                written.Add(assign.Target);
                read = FormTree.Children(assign.Target).Append(assign.Value);
            }
            else if (statement is CallStatement call)
            {
                Method? callee = Resolve(call.Method);
                written.AddRange(call.Arguments.Where((_, i) => callee is not null && i < callee.Parameters
                    && callee.Variables[i].Kind is VariableKind.ReferenceParameter or VariableKind.OutParameter));
                written.AddRange(call.Result is null ? [] : [call.Result]);
                if (call.Target is not null and not This)
                {
                    written.Add(call.Target);
                }

                Enter(callee, call.Target, call.Arguments, parameters);
            }

            foreach (Expression target in written)
            {
                if (target is not Signal && target is Field or Element && FormTree.Root(target) is This && StateName(target) is string name)
                {
                    Report(Rules.State, statement, name);
                }
            }

            foreach (Expression expression in read.SelectMany(FormTree.All))
            {
                if (expression is Signal signal && Path(signal.Bus, parameters) is string path && outputs.ContainsKey(path))
                {
                    Report(Rules.OwnOutput, statement, $"{path}.{signal.Name}");
                }
                else if (expression is Call call)
                {
                    Enter(Resolve(call.Method), call.Target, call.Arguments, parameters);
                }
            }
        }
    }

    private void Enter(Method? callee, Expression? target, IReadOnlyList<Expression> arguments, IReadOnlyDictionary<int, string> parameters)
    {
        if (callee is not null && (target is null or This))
        {
            Look(callee, Bind(arguments, parameters));
        }
    }

    private static string? StateName(Expression target) => target switch
    {
        Field { Target: This } field => field.Name,
        Field { Target: not null } field => StateName(field.Target),
        Element element => StateName(element.Target),
        _ => null,
    };

    private void Report(DiagnosticDescriptor rule, Statement statement, string name)
    {
        Location where = builder.Sources.Origin(statement.Location) ?? process.Locations.FirstOrDefault() ?? Location.None;
        object[] arguments = [name, process.Name];
        builder.Report(process, new Finding(rule, where, arguments));
    }

    /// <summary>What has been written on every way to a point.</summary>
    private sealed class State
    {
        public HashSet<string> Written { get; private set; } = [];

        /// <summary>Whether a call to a method without a form has happened, which may have written anything.</summary>
        public bool IsUnknown { get; set; }

        public State Copy() => new() { Written = [.. Written], IsUnknown = IsUnknown };

        public static State? Merge(IEnumerable<State?> states)
        {
            State? result = null;
            foreach (State? state in states)
            {
                if (state is null)
                {
                    continue;
                }

                if (result is null)
                {
                    result = state.Copy();
                }
                else
                {
                    result.Written.IntersectWith(state.Written);
                    result.IsUnknown |= state.IsUnknown;
                }
            }

            return result;
        }
    }

    /// <summary>Follows all ways through a method.</summary>
    private sealed class Walk(CombinationalChecks checks, Method method, IReadOnlyDictionary<int, string> parameters, int depth = 0)
    {
        private const int MaximumDepth = 50;

        private readonly List<State> returns = [];
        private readonly Stack<(List<State> Breaks, List<State> Continues)> loops = new();

        public State? Run(State start)
        {
            State? end = Follow(method.Body, start.Copy());
            return State.Merge(returns.Append(end));
        }

        private State? Follow(Statement statement, State state)
        {
            switch (statement)
            {
                case Block block:
                    State? current = state;
                    foreach (Statement inner in block.Statements)
                    {
                        if (current is null)
                        {
                            return null;
                        }

                        current = Follow(inner, current);
                    }

                    return current;
                case Assign assign:
                    if (assign.Target is Signal signal && Path(signal.Bus, parameters) is string path)
                    {
                        state.Written.Add($"{path}.{signal.Name}");
                    }

                    return state;
                case If conditional:
                    State? then = Follow(conditional.Then, state.Copy());
                    State? otherwise = conditional.Else is null ? state : Follow(conditional.Else, state.Copy());
                    return State.Merge([then, otherwise]);
                case Switch choice:
                    List<State?> ends = [.. choice.Sections.Select(section => Follow(section.Body, state.Copy()))];
                    ends.Add(choice.Default is null ? state : Follow(choice.Default, state.Copy()));
                    return State.Merge(ends);
                case For loop:
                    // Its rounds are counted at elaboration only; here one round is assumed.
                    return Loop(loop.Body, state);
                case While loop:
                    return Loop(loop.Body, state);
                case Break:
                    loops.Peek().Breaks.Add(state);
                    return null;
                case Continue:
                    loops.Peek().Continues.Add(state);
                    return null;
                case Return:
                    returns.Add(state);
                    return null;
                case CallStatement call:
                    return Call(call, state);
                default:
                    return state;
            }
        }

        private State? Loop(Statement body, State state)
        {
            loops.Push(([], []));
            State? end = Follow(body, state.Copy());
            (List<State> breaks, List<State> continues) = loops.Pop();
            return State.Merge([end, .. breaks, .. continues]);
        }

        private State? Call(CallStatement call, State state)
        {
            Method? callee = checks.Resolve(call.Method);
            if (callee is null || depth > MaximumDepth)
            {
                state.IsUnknown = true;
                return state;
            }

            bool isOnProcess = call.Target is null or This;
            return isOnProcess ? new Walk(checks, callee, Bind(call.Arguments, parameters), depth + 1).Run(state) : state;
        }
    }
}
