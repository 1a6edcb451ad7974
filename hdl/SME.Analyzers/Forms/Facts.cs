// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Lowering;

namespace SME.Analyzers.Forms;

/// <summary>What methods change and capture, and which fields stay as the constructor left them. All answers are remembered.</summary>
internal sealed class Facts(Sources sources)
{
    private static readonly SymbolEqualityComparer Comparer = SymbolEqualityComparer.Default;

    private readonly Dictionary<IMethodSymbol, bool> pure = new(Comparer);
    private readonly Dictionary<INamedTypeSymbol, HashSet<ISymbol>> written = new(Comparer);
    private readonly Dictionary<IParameterSymbol, bool> writtenParameters = new(Comparer);
    private readonly Dictionary<IMethodSymbol, IReadOnlyList<ISymbol>> captures = new(Comparer);

    /// <summary>Whether a call changes nothing: neither fields, nor signals, nor arguments, nor captured variables.</summary>
    public bool IsPure(IMethodSymbol method)
    {
        IMethodSymbol definition = Sources.Definition(method);
        if (pure.TryGetValue(definition, out bool known))
        {
            return known;
        }

        pure.Add(definition, false);
        bool result = FindPure(definition);
        pure[definition] = result;
        return result;
    }

    /// <summary>
    /// Whether a field, auto-property or captured constructor parameter keeps the value (for arrays also the elements) that construction
    /// gave it.
    /// </summary>
    public bool IsReadOnly(ISymbol member)
    {
        ISymbol definition = member.OriginalDefinition;
        bool isFixed = definition switch
        {
            IFieldSymbol field => field.IsReadOnly || field.IsConst,
            IPropertySymbol property => property.SetMethod is null or { IsInitOnly: true },
            _ => false,
        };
        if (!sources.HasSource(definition))
        {
            return isFixed;
        }

        INamedTypeSymbol type = definition is IParameterSymbol ? definition.ContainingSymbol.ContainingType : definition.ContainingType;
        bool isPrivate = definition is IParameterSymbol || definition.DeclaredAccessibility == Accessibility.Private;
        return (isFixed || isPrivate) && !Written(type).Contains(definition);
    }

    /// <summary>Whether a method assigns elements of an array that it is given.</summary>
    public bool IsWritten(IParameterSymbol parameter)
    {
        IParameterSymbol definition = parameter.OriginalDefinition;
        if (writtenParameters.TryGetValue(definition, out bool known))
        {
            return known;
        }

        writtenParameters.Add(definition, false);
        bool result = false;
        if (definition.ContainingSymbol is IMethodSymbol method && sources.BodyOf(method) is IOperation body)
        {
            result = WrittenPlaces(body).Any(target => Comparer.Equals(Operations.Root(target), definition));
        }

        writtenParameters[definition] = result;
        return result;
    }

    /// <summary>
    /// Whether a method of the type uses a parameter of its primary constructor, so that the compiler keeps it in a field.
    /// </summary>
    public bool IsKept(IParameterSymbol parameter) => parameter.ContainingType.GetMembers().OfType<IMethodSymbol>()
        .Any(method => method.MethodKind != MethodKind.Constructor && sources.BodyOf(method) is IOperation body
            && body.Descendants().Any(operation => operation is IParameterReferenceOperation reference
                && Comparer.Equals(reference.Parameter, parameter)));

    /// <summary>The variables around a local function that it, or one that it calls, uses; in order of first use.</summary>
    public IReadOnlyList<ISymbol> Captures(IMethodSymbol localFunction)
    {
        IMethodSymbol definition = Sources.Definition(localFunction);
        if (captures.TryGetValue(definition, out IReadOnlyList<ISymbol>? known))
        {
            return known;
        }

        captures.Add(definition, []);
        List<ISymbol> found = [];
        HashSet<IMethodSymbol> visited = new(Comparer) { definition };
        Queue<IMethodSymbol> pending = new([definition]);
        while (pending.Count > 0)
        {
            if (sources.BodyOf(pending.Dequeue()) is not IOperation body)
            {
                continue;
            }

            foreach (IOperation operation in body.DescendantsAndSelf())
            {
                ISymbol? variable = operation switch
                {
                    ILocalReferenceOperation { Local.IsConst: false } local => local.Local,
                    IParameterReferenceOperation parameter => parameter.Parameter,
                    _ => null,
                };
                if (variable is not null && IsOutside(variable, definition) && !found.Contains(variable, Comparer))
                {
                    found.Add(variable);
                }

                if (operation is IInvocationOperation { TargetMethod.MethodKind: MethodKind.LocalFunction } call
                    && visited.Add(Sources.Definition(call.TargetMethod)))
                {
                    pending.Enqueue(Sources.Definition(call.TargetMethod));
                }
            }
        }

        captures[definition] = found;
        return found;
    }

    /// <summary>Whether a local function, or one that it calls, assigns a variable around it.</summary>
    public bool IsAssignedIn(ISymbol variable, IMethodSymbol localFunction) =>
        IsAssignedIn(variable, Sources.Definition(localFunction), new(Comparer));

    /// <summary>All places that an operation writes: what it assigns, and arrays that it hands to methods which write them.</summary>
    private IEnumerable<IOperation> WrittenPlaces(IOperation body) => Operations.Targets(body).Concat(body.DescendantsAndSelf()
        .OfType<IArgumentOperation>()
        .Where(argument => argument.Parameter is { Type: IArrayTypeSymbol } inner && IsWritten(inner)).Select(argument => argument.Value));

    private static bool IsOutside(ISymbol variable, IMethodSymbol localFunction)
    {
        if (variable is IParameterSymbol && variable.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor })
        {
            return false;
        }

        for (ISymbol? owner = variable.ContainingSymbol; owner is IMethodSymbol; owner = owner.ContainingSymbol)
        {
            if (Comparer.Equals(owner.OriginalDefinition, localFunction))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsAssignedIn(ISymbol variable, IMethodSymbol method, HashSet<IMethodSymbol> visited)
    {
        if (!visited.Add(method) || sources.BodyOf(method) is not IOperation body)
        {
            return false;
        }

        return WrittenPlaces(body).Any(target => Comparer.Equals(Operations.Root(target), variable))
            || body.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod.MethodKind == MethodKind.LocalFunction
                && IsAssignedIn(variable, Sources.Definition(call.TargetMethod), visited));
    }

    private bool FindPure(IMethodSymbol definition)
    {
        if (definition.IsAsync || definition.MethodKind == MethodKind.Constructor)
        {
            return false;
        }

        // A static method can change only what it is given, because static variables are no hardware.
        bool receivesPlaces = definition.Parameters.Any(parameter => parameter.RefKind is RefKind.Ref or RefKind.Out
            || parameter.Type is IArrayTypeSymbol || Names.IsBus(parameter.Type));
        bool canBeOverridden = (definition.IsVirtual || definition.IsAbstract || definition.IsOverride) && !definition.IsSealed
            && definition.ContainingType is { IsSealed: false, IsValueType: false };
        if (canBeOverridden && definition.IsStatic)
        {
            return !receivesPlaces;
        }

        // An override may be elsewhere. That of a property's getter is trusted to change nothing.
        if (canBeOverridden && definition.MethodKind != MethodKind.PropertyGet)
        {
            return false;
        }

        if (!sources.HasSource(definition))
        {
            // A method of an object that is no process assigns no field of it: where its source is, that would be SME061.
            bool isOfObject = definition.ContainingType is { TypeKind: TypeKind.Class } owner && !Names.DerivesFrom(owner, "SME.Process")
                && (Names.Has(definition, "Hardware") || Names.Has(owner, "Hardware"));
            return !receivesPlaces
                && (definition.IsStatic || definition.MethodKind == MethodKind.PropertyGet || isOfObject
                    || definition is { ContainingType.IsValueType: true, IsReadOnly: true });
        }

        if (sources.BodyOf(definition) is not IOperation body)
        {
            return definition.MethodKind != MethodKind.PropertySet;
        }

        return !Operations.Targets(body).Any(target => !IsOwn(target, definition)) && Operations.Callees(body).All(IsPure)
            && !body.Descendants().Any(operation => operation is IAwaitOperation);
    }

    /// <summary>Whether an assigned place is a variable of the method itself.</summary>
    private static bool IsOwn(IOperation target, IMethodSymbol method)
    {
        if (Operations.IsSimulationOnly(target))
        {
            return true;
        }

        ISymbol? root = Operations.Root(target);
        return root switch
        {
            null => target is IDiscardOperation || Operations.IsOfNewObject(target),
            ILocalSymbol local => Comparer.Equals(local.ContainingSymbol.OriginalDefinition, method),
            IParameterSymbol { RefKind: RefKind.None } parameter =>
                Comparer.Equals(parameter.ContainingSymbol.OriginalDefinition, method) && parameter.Type is not IArrayTypeSymbol,
            _ => false,
        };
    }

    private HashSet<ISymbol> Written(INamedTypeSymbol type)
    {
        INamedTypeSymbol definition = type.OriginalDefinition;
        if (written.TryGetValue(definition, out HashSet<ISymbol>? known))
        {
            return known;
        }

        HashSet<ISymbol> found = new(Comparer);
        written.Add(definition, found);
        foreach (IMethodSymbol method in definition.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor || Names.IsSimulationOnly(method)
                || sources.BodyOf(method) is not IOperation body)
            {
                continue;
            }

            foreach (ISymbol root in WrittenPlaces(body).Select(Operations.Root).OfType<ISymbol>())
            {
                found.Add(root.OriginalDefinition);
            }
        }

        return found;
    }
}
