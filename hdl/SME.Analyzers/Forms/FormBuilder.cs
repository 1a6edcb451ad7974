// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using SME.Analyzers.Lowering;
using SME.Form;

namespace SME.Analyzers.Forms;

/// <summary>Makes the forms of all processes of a compilation and of what they call.</summary>
internal sealed class FormBuilder
{
    private readonly Queue<IMethodSymbol> pending = new();
    private readonly HashSet<IMethodSymbol> known = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, Method> methods = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, List<Finding>> findings = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<INamedTypeSymbol, List<Finding>> typeFindings = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, List<(IMethodSymbol Callee, Location Location)>> calls = new(SymbolEqualityComparer.Default);
    private readonly List<INamedTypeSymbol> types = [];

    /// <summary>Lowers all hardware methods of a project to forms, and those that they call.</summary>
    /// <param name="compilation">The project.</param>
    /// <param name="projectDirectory">Its directory, to which locations are relative; empty if unknown.</param>
    /// <param name="cancel">Cancels.</param>
    public FormBuilder(Compilation compilation, string projectDirectory, CancellationToken cancel)
    {
        Sources = new Sources(compilation, projectDirectory, cancel);
        Facts = new Facts(Sources);
        if (compilation.GetTypeByMetadataName("SME.HardwareAttribute") is null)
        {
            return;
        }

        AddTypes(compilation.Assembly.GlobalNamespace);
        List<INamedTypeSymbol> processes = types.Where(IsHardwareProcess).ToList();
        foreach (INamedTypeSymbol process in processes)
        {
            foreach (IMethodSymbol root in Roots(process))
            {
                Require(root);
            }
        }

        foreach (INamedTypeSymbol type in types)
        {
            bool all = Names.Has(type, "Hardware");
            foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>()
                .Where(method => (all || Names.Has(method, "Hardware")) && CanHaveForm(method)))
            {
                Require(method);
            }
        }

        while (pending.Count > 0)
        {
            Lower(pending.Dequeue());
        }

        CheckRecursion();
        foreach (INamedTypeSymbol process in processes.Where(
            process => !process.IsAbstract && Names.DerivesFrom(process, "SME.SimpleProcess")))
        {
            new CombinationalChecks(this, process).Run();
        }
    }

    public Sources Sources { get; }

    public Facts Facts { get; }

    /// <summary>Everything found, in the order of the source.</summary>
    public IEnumerable<Finding> Findings => findings.Values.Concat(typeFindings.Values).SelectMany(list => list)
        .OrderBy(finding => finding.Location.SourceTree?.FilePath, StringComparer.Ordinal)
        .ThenBy(finding => finding.Location.SourceSpan.Start);

    /// <summary>The forms, ordered by the types' names.</summary>
    public IReadOnlyList<TypeForm> Forms()
    {
        SortedDictionary<string, TypeForm> forms = new(StringComparer.Ordinal);
        IEnumerable<INamedTypeSymbol> owners = known.Select(method => method.ContainingType.OriginalDefinition).Concat(typeFindings.Keys)
            .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        foreach (INamedTypeSymbol owner in owners)
        {
            List<IMethodSymbol> own = known.Where(method => SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition,
                owner))
                .OrderBy(method => method.Locations.FirstOrDefault()?.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(method => method.Locations.FirstOrDefault()?.SourceSpan.Start).ThenBy(Names.Id, StringComparer.Ordinal).ToList();
            List<KeyValuePair<string, Problem>> problems = [];
            foreach (IMethodSymbol method in own)
            {
                problems.AddRange(ProblemsOf(Names.Id(method), findings.TryGetValue(method, out List<Finding>? list) ? list : []));
            }

            problems.AddRange(ProblemsOf(string.Empty, typeFindings.TryGetValue(owner, out List<Finding>? ofType) ? ofType : []));
            HashSet<string> broken = [.. problems.Select(problem => problem.Key)];
            List<Method> sound = own.Where(method => methods.ContainsKey(method) && !broken.Contains(Names.Id(method)))
                .Select(method => methods[method]).ToList();
            if (sound.Count > 0 || problems.Count > 0)
            {
                forms[Names.Reflection(owner)] = new TypeForm(Names.Of(owner), sound, problems);
            }
        }

        return [.. forms.Values];
    }

    /// <summary>Asks for the form of a method, if it has source here.</summary>
    public void Require(IMethodSymbol method)
    {
        IMethodSymbol definition = Sources.Definition(method);
        if (Sources.HasSource(definition) && CanHaveForm(definition) && known.Add(definition))
        {
            pending.Enqueue(definition);
        }
    }

    /// <summary>Asks for the forms of all overrides and implementations of a method.</summary>
    public void RequireImplementations(IMethodSymbol method)
    {
        foreach (INamedTypeSymbol type in types)
        {
            if (method.ContainingType.TypeKind == TypeKind.Interface)
            {
                foreach (INamedTypeSymbol contract in type.AllInterfaces.Where(
                    contract => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition,
                        method.ContainingType.OriginalDefinition)))
                {
                    foreach (IMethodSymbol member in contract.GetMembers(method.Name).OfType<IMethodSymbol>()
                        .Where(member => SymbolEqualityComparer.Default.Equals(member.OriginalDefinition, method.OriginalDefinition)))
                    {
                        if (type.FindImplementationForInterfaceMember(member) is IMethodSymbol implementation)
                        {
                            Require(implementation);
                        }
                    }
                }
            }
            else
            {
                foreach (IMethodSymbol candidate in type.GetMembers(method.Name).OfType<IMethodSymbol>()
                    .Where(candidate => Overrides(candidate, method)))
                {
                    Require(candidate);
                }
            }
        }
    }

    public void AddCall(IMethodSymbol caller, IMethodSymbol callee, Location location)
    {
        if (!calls.TryGetValue(caller, out List<(IMethodSymbol, Location)>? list))
        {
            calls.Add(caller, list = []);
        }

        list.Add((callee, location));
    }

    public void Report(IMethodSymbol method, Finding finding) => Add(findings, method, finding);

    public void Report(INamedTypeSymbol type, Finding finding) => Add(typeFindings, type, finding);

    public Method? FormOf(IMethodSymbol method) => methods.TryGetValue(Sources.Definition(method), out Method? form) ? form : null;

    /// <summary>The methods with forms, by id.</summary>
    public IReadOnlyDictionary<string, IMethodSymbol> MethodsById =>
        byId ??= methods.Keys.GroupBy(Names.Id).ToDictionary(group => group.Key, group => group.First());

    private IReadOnlyDictionary<string, IMethodSymbol>? byId;

    private static void Add<TKey>(Dictionary<TKey, List<Finding>> all, TKey key, Finding finding)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out List<Finding>? list))
        {
            all.Add(key, list = []);
        }

        if (!list.Any(other => other.Rule.Id == finding.Rule.Id && other.Location.Equals(finding.Location)
            && other.Message == finding.Message))
        {
            list.Add(finding);
        }
    }

    private static bool IsHardwareProcess(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Class
            || !(Names.DerivesFrom(type, "SME.SimpleProcess") || Names.DerivesFrom(type, "SME.StateProcess")))
        {
            return false;
        }

        // A template stands for its process's VHDL, so its C# may use the whole language.
        bool isTemplate = type.AllInterfaces.Any(contract => Names.Is(contract, "SME.IVhdlTemplatePart")
            || Names.Is(contract, "SME.IVhdlTemplate"));
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            isTemplate |= Names.Has(current, "VhdlTemplate");
        }

        return !isTemplate && !Names.IsSimulationOnly(type);
    }

    /// <summary>The methods of a process that the simulator, or a base class of another assembly, calls.</summary>
    private static IEnumerable<IMethodSymbol> Roots(INamedTypeSymbol process)
    {
        foreach (IMethodSymbol method in process.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.IsOverride && !Names.IsSimulationOnly(method)))
        {
            IMethodSymbol first = method;
            while (first.OverriddenMethod is not null)
            {
                first = first.OverriddenMethod;
            }

            bool isTick = first.Name is "OnTick" or "OnTickAsync"
                && Names.Full(first.ContainingType) is "SME.SimpleProcess" or "SME.StateProcess";
            bool isOfLibrary = first.DeclaringSyntaxReferences.Length == 0 && first.ContainingType.SpecialType != SpecialType.System_Object
                && first.ContainingNamespace?.Name != "SME";
            if (isTick || isOfLibrary)
            {
                yield return method;
            }
        }
    }

    private static bool CanHaveForm(IMethodSymbol method) => !method.IsAbstract && !method.IsExtern && !Names.IsSimulationOnly(method)
        && method.MethodKind is MethodKind.Ordinary or MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.UserDefinedOperator
            or MethodKind.Conversion or MethodKind.LocalFunction or MethodKind.Constructor or MethodKind.ExplicitInterfaceImplementation
        && !(method.MethodKind == MethodKind.Constructor && !method.ContainingType.IsValueType)
        && !(method.AssociatedSymbol is IPropertySymbol property && Operations.IsAuto(property) && !property.IsVirtual
            && !property.IsOverride && property.ExplicitInterfaceImplementations.IsEmpty)
        && !(method.IsImplicitlyDeclared && method.MethodKind != MethodKind.Constructor && method.AssociatedSymbol is null);

    private static bool Overrides(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (IMethodSymbol? current = candidate.OverriddenMethod; current is not null; current = current.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, method.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private void AddTypes(INamespaceOrTypeSymbol container)
    {
        Sources.Cancel.ThrowIfCancellationRequested();
        foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type)
            {
                types.Add(type);
            }

            AddTypes(member);
        }
    }

    private void Lower(IMethodSymbol method)
    {
        Sources.Cancel.ThrowIfCancellationRequested();
        try
        {
            if (MethodLowering.Lower(this, method) is Method form)
            {
                methods.Add(method, form);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of ours must not take the user's build down, nor end in VHDL.
            Report(method, new Finding(Rules.Internal, method.Locations.FirstOrDefault() ?? Location.None,
                $"{failure.GetType().Name}: {failure.Message}"));
        }
    }

    private IEnumerable<KeyValuePair<string, Problem>> ProblemsOf(string key, List<Finding> list) =>
        list.OrderBy(finding => finding.Location.SourceSpan.Start)
            .Select(finding => new KeyValuePair<string, Problem>(key, new Problem(finding.Rule.Id, finding.Message,
                Sources.Locate(finding.Location))));

    private void CheckRecursion()
    {
        foreach (IMethodSymbol method in methods.Keys.ToList())
        {
            HashSet<IMethodSymbol> visited = new(SymbolEqualityComparer.Default);
            foreach ((IMethodSymbol callee, Location location) in CallsOf(method))
            {
                if (Reaches(callee, method, visited))
                {
                    Report(method, new Finding(Rules.Recursion, location, method.Name, callee.Name));
                    break;
                }
            }
        }
    }

    private IReadOnlyList<(IMethodSymbol Callee, Location Location)> CallsOf(IMethodSymbol method) =>
        calls.TryGetValue(method, out List<(IMethodSymbol, Location)>? list) ? list : [];

    private bool Reaches(IMethodSymbol from, IMethodSymbol to, HashSet<IMethodSymbol> visited) =>
        SymbolEqualityComparer.Default.Equals(from, to)
            || (visited.Add(from) && CallsOf(from).Any(call => Reaches(call.Callee, to, visited)));
}
