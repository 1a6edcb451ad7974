// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <summary>
/// Turns one method into its form. Expressions come out free of side effects: what changes something is emitted as a
/// statement before, and what was read before it and would be disturbed is kept in a temporary.
/// </summary>
internal sealed partial class MethodLowering
{
    private static readonly SymbolEqualityComparer Comparer = SymbolEqualityComparer.Default;

    private static readonly NamedType Boolean = new("System.Boolean", string.Empty, []);

    private static readonly NamedType Int32 = new("System.Int32", string.Empty, []);

    private readonly FormBuilder builder;
    private readonly IMethodSymbol method;
    private readonly List<MethodVariable> variables = [];
    private readonly Dictionary<ISymbol, int> indices = new(Comparer);

    // Names for other places: locals that hold buses, arrays or objects, and bus elements in foreach.
    private readonly Dictionary<ISymbol, Expression> aliases = new(Comparer);
    private readonly Dictionary<int, Expression> constants = [];
    private readonly HashSet<ISymbol> reassigned = new(Comparer);
    private readonly HashSet<IOperation> effects = [];
    private readonly HashSet<int> parametersByValue = [];

    // Locals that are assigned once, what a place has that may change later: good for a bound, but not in its stead.
    private readonly HashSet<int> boundLocals = [];
    private readonly FormType thisType;
    private readonly bool isStateMethod;
    private List<Statement> current = [];
    private SourceLocation place = SourceLocation.Unknown;

    private MethodLowering(FormBuilder builder, IMethodSymbol method)
    {
        this.builder = builder;
        this.method = method;
        thisType = Names.Of(method.ContainingType);
        isStateMethod = IsOnTickAsync(method);
    }

    private Facts Facts => builder.Facts;

    /// <summary>Lowers a method that has source.</summary>
    public static Method? Lower(FormBuilder builder, IMethodSymbol method) => new MethodLowering(builder, method).Run();

    // What has an effect is lowered once: a second time, hardware would do it twice.
    private void Once(IOperation operation)
    {
        if (!effects.Add(operation))
        {
            throw new InvalidOperationException($"'{operation.Syntax}' was lowered twice");
        }
    }

    private static bool IsOnTickAsync(IMethodSymbol method)
    {
        for (IMethodSymbol? current = method; current is not null; current = current.OverriddenMethod)
        {
            if (current.Name == "OnTickAsync" && Names.Is(current.ContainingType, "SME.StateProcess"))
            {
                return true;
            }
        }

        return false;
    }

    private Method? Run()
    {
        Location where = method.Locations.FirstOrDefault() ?? Location.None;
        SourceLocation location = builder.Sources.Locate(where);
        place = location;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            VariableKind kind = parameter.RefKind switch
            {
                RefKind.Ref => VariableKind.ReferenceParameter,
                RefKind.Out => VariableKind.OutParameter,
                RefKind.In or RefKind.RefReadOnlyParameter => Plants.Is(Plant.InIsCopy) ? VariableKind.Parameter : VariableKind.InParameter,
                _ when parameter.Type is IArrayTypeSymbol => Facts.IsWritten(parameter) ? VariableKind.ReferenceParameter
                    : Plants.Is(Plant.ArrayIsCopy) ? VariableKind.Parameter : VariableKind.InParameter,
                _ => VariableKind.Parameter,
            };
            CheckType(parameter.Type, parameter.Locations.FirstOrDefault() ?? where, allowsObjects: true);
            AddParameter(parameter, parameter.Type, kind);
        }

        if (method.MethodKind == MethodKind.LocalFunction)
        {
            foreach (ISymbol captured in Facts.Captures(method))
            {
                ITypeSymbol type = TypeOfVariable(captured);
                AddParameter(captured, type, IsCapturedByReference(captured, method) ? VariableKind.ReferenceParameter
                    : Plants.Is(Plant.CapturedIsCopy) ? VariableKind.Parameter : VariableKind.InParameter);
            }
        }

        int parameters = variables.Count;
        if (method.ReturnsByRef || method.ReturnsByRefReadonly)
        {
            Report(Rules.Reference, where, "A 'ref' return");
        }

        if (method.IsAsync && !isStateMethod)
        {
            Report(Rules.Async, where, $"'{method.Name}' is asynchronous");
        }

        bool returnsNothing = method.ReturnsVoid || isStateMethod || method.MethodKind == MethodKind.Constructor;
        if (!returnsNothing)
        {
            CheckType(method.ReturnType, where, allowsObjects: true);
        }

        IOperation? body = builder.Sources.BodyOf(method);
        FindReassigned(body);
        Block block = Capture(location, () => Body(body));
        if (method.ReturnsVoid || isStateMethod)
        {
            block = WithoutLastReturn(block);
        }

        return new Method(
            Names.Id(method),
            method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name
                : method.AssociatedSymbol?.Name is string name && method.MethodKind is MethodKind.PropertyGet or MethodKind.PropertySet
                    ? $"{(method.MethodKind == MethodKind.PropertyGet ? "get" : "set")}_{method.AssociatedSymbol.Name}" : method.Name,
            thisType,
            method.IsStatic || (method.MethodKind == MethodKind.LocalFunction && !HasThis(method)),
            isStateMethod,
            returnsNothing ? null : Names.Of(method.ReturnType),
            parameters,
            variables,
            block,
            Overridden(),
            location);
    }

    private static Block WithoutLastReturn(Block block) =>
        block.Statements.Count > 0 && block.Statements[block.Statements.Count - 1] is Return { Value: null }
            ? block with { Statements = block.Statements.Take(block.Statements.Count - 1).ToList() }
            : block;

    private List<string> Overridden()
    {
        List<string> overridden = [];
        for (IMethodSymbol? current = method.OverriddenMethod; current is not null; current = current.OverriddenMethod)
        {
            overridden.Add(Names.Id(current));
        }

        if (method.MethodKind is not (MethodKind.LocalFunction or MethodKind.Constructor))
        {
            foreach (INamedTypeSymbol contract in method.ContainingType.AllInterfaces.Where(
                contract => contract.ContainingNamespace?.Name != "System"))
            {
                overridden.AddRange(contract.GetMembers().OfType<IMethodSymbol>()
                    .Where(member => Comparer.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method))
                    .Select(Names.Id));
            }
        }

        return overridden;
    }

    /// <summary>
    /// Whether a method, or the methods around a local function, run on an object; in a struct, a local function never does.
    /// </summary>
    private static bool HasThis(IMethodSymbol method)
    {
        for (IMethodSymbol? current = method; current is not null; current = current.ContainingSymbol as IMethodSymbol)
        {
            if (current.IsStatic)
            {
                return false;
            }
        }

        return method.MethodKind != MethodKind.LocalFunction || !method.ContainingType.IsValueType;
    }

    private bool IsCapturedByReference(ISymbol captured, IMethodSymbol localFunction) =>
        Facts.IsAssignedIn(captured, localFunction);

    private static ITypeSymbol TypeOfVariable(
        ISymbol variable) => variable is ILocalSymbol local ? local.Type : ((IParameterSymbol)variable).Type;

    private void FindReassigned(IOperation? body)
    {
        if (body is null)
        {
            return;
        }

        foreach (IOperation target in Operations.Targets(body))
        {
            if (Operations.Root(target) is ISymbol root && target is not IDeclarationExpressionOperation)
            {
                reassigned.Add(root);
            }
        }
    }

    private void AddParameter(ISymbol symbol, ITypeSymbol type, VariableKind kind)
    {
        if (kind == VariableKind.Parameter)
        {
            parametersByValue.Add(variables.Count);
        }

        AddVariable(symbol, symbol.Name, type, kind);
    }

    private int AddVariable(ISymbol? symbol, string name, ITypeSymbol type, VariableKind kind) =>
        AddVariable(symbol, name, Names.Of(type), kind);

    private int AddVariable(ISymbol? symbol, string name, FormType type, VariableKind kind)
    {
        int index = variables.Count;
        variables.Add(new MethodVariable(name, type, kind));
        if (symbol is not null)
        {
            indices[symbol] = index;
        }

        return index;
    }

    private Variable Temporary(FormType type, string name = "t") =>
        new(type, AddVariable(null, $"{name}{variables.Count}", type, VariableKind.Temporary));

    /// <summary>Keeps a value in a temporary.</summary>
    private Expression Keep(Expression value, string name = "t")
    {
        Variable temporary = Temporary(value.Type, name);
        Emit(new Assign(place, temporary, value));
        return temporary;
    }

    private void Emit(Statement statement) => current.Add(statement);

    /// <summary>Collects what an action emits.</summary>
    private Block Capture(SourceLocation location, Action action)
    {
        List<Statement> outer = current;
        SourceLocation outerPlace = place;
        current = [];
        try
        {
            action();
            return new Block(location, current);
        }
        finally
        {
            current = outer;
            place = outerPlace;
        }
    }

    private void Report(DiagnosticDescriptor rule, IOperation operation, params object[] arguments) =>
        Report(rule, operation.Syntax.GetLocation(), arguments);

    private void Report(DiagnosticDescriptor rule, Location location, params object[] arguments) =>
        builder.Report(method, new Finding(rule, location, arguments));

    /// <summary>Reports a broken rule and gives a value to go on with.</summary>
    private Expression Fail(DiagnosticDescriptor rule, IOperation operation, params object[] arguments)
    {
        Report(rule, operation, arguments);
        return Nothing(operation);
    }

    private static Expression Nothing(IOperation operation) => new Default(operation.Type is null ? Int32 : Names.Of(operation.Type));

    private bool CheckType(ITypeSymbol type, Location location, bool allowsObjects = false)
    {
        if (allowsObjects && IsElaborationObject(type))
        {
            return true;
        }

        if (HardwareTypes.Check(type, location) is not Finding finding)
        {
            return true;
        }

        builder.Report(method, finding);
        return false;
    }

    /// <summary>Whether values of a type are objects that exist at elaboration only: a process's parts and parameters.</summary>
    private static bool IsElaborationObject(ITypeSymbol type) =>
        type is { IsReferenceType: true, TypeKind: TypeKind.Class or TypeKind.Interface } and not IArrayTypeSymbol
            && type.SpecialType == SpecialType.None;

    /// <summary>Whether a type's values are shared by copies: arrays, buses, objects.</summary>
    private static bool IsShared(ITypeSymbol type) => type is IArrayTypeSymbol || IsElaborationObject(type) || Names.IsBus(type);

    /// <summary>
    /// Evaluates parts in C#'s order. If a part emits statements, what earlier parts read and these statements change is
    /// kept in temporaries before them.
    /// </summary>
    private Expression[] InOrder(params Func<Expression>[] parts) => InOrder(parts, []);

    private Expression[] InOrder(IReadOnlyList<Func<Expression>> parts, HashSet<int> places)
    {
        Expression[] results = new Expression[parts.Count];
        for (int i = 0; i < parts.Count; i++)
        {
            int before = current.Count;
            results[i] = parts[i]();
            if (current.Count == before)
            {
                continue;
            }

            Effects effects = new(current.Skip(before), variables);
            List<Statement> kept = [];
            for (int earlier = 0; earlier < i; earlier++)
            {
                results[earlier] = places.Contains(earlier) ? StabilisePlace(results[earlier], effects, kept)
                    : Stabilise(results[earlier], effects, kept);
            }

            current.InsertRange(before, kept);
        }

        return results;
    }

    private Expression Stabilise(Expression value, Effects effects, List<Statement> kept)
    {
        if (!effects.Disturb(value) || Plants.Is(Plant.OperandReadLate))
        {
            return value;
        }

        Variable temporary = Temporary(value.Type);
        kept.Add(new Assign(place, temporary, value));
        return temporary;
    }

    /// <summary>Keeps what an assignable expression reads to find its place: the indices.</summary>
    private Expression StabilisePlace(Expression target, Effects effects, List<Statement> kept) => target switch
    {
        _ when Plants.Is(Plant.IndexReadLate) => target,
        Field { Target: not null } field => field with { Target = StabilisePlace(field.Target, effects, kept) },
        Element element => element with
        {
            Target = StabilisePlace(element.Target, effects, kept),
            Index = Stabilise(element.Index, effects, kept)
        },
        Signal signal => signal with { Bus = StabilisePlace(signal.Bus, effects, kept) },
        _ => target,
    };
}
