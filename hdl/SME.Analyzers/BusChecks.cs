// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;

namespace SME.Analyzers;

/// <summary>Finds what is wrong with a bus, so that the message is about the bus and not about the code generated for it.</summary>
internal static class BusChecks
{
    /// <summary>All that is wrong; empty if the storage can be written.</summary>
    /// <param name="bus">The interface.</param>
    /// <param name="declarers">The interfaces whose members it has, itself last.</param>
    internal static IReadOnlyList<Diagnostic> Of(INamedTypeSymbol bus, IEnumerable<INamedTypeSymbol> declarers)
    {
        List<Diagnostic> problems = [];
        Dictionary<string, INamedTypeSymbol> signals = [];
        CheckReachable(bus, problems);
        foreach (INamedTypeSymbol declarer in declarers)
        {
            foreach (ISymbol member in declarer.GetMembers())
            {
                // What an inherited bus does wrong is told where that is declared; here it may only clash.
                bool isOwn = SymbolEqualityComparer.Default.Equals(declarer, bus);
                if (member is IPropertySymbol { IsIndexer: false, IsAbstract: true, IsStatic: false } signal)
                {
                    CheckSignal(bus, signal, isOwn, problems);
                    if (signals.TryGetValue(signal.Name, out INamedTypeSymbol? other))
                    {
                        problems.Add(Diagnostic.Create(BusRules.Duplicate, Location(bus), signal.Name, bus.Name, other.Name,
                            declarer.Name));
                    }

                    signals[signal.Name] = declarer;
                }
                else if (isOwn && member is not IMethodSymbol { AssociatedSymbol: not null } && member is not INamedTypeSymbol
                    && member is not IFieldSymbol { IsConst: true })
                {
                    problems.Add(Diagnostic.Create(BusRules.OnlySignals, Location(member), member.Name, bus.Name));
                }
            }
        }

        return problems;
    }

    private static void CheckSignal(INamedTypeSymbol bus, IPropertySymbol signal, bool isOwn, List<Diagnostic> problems)
    {
        Location location = isOwn ? Location(signal) : Location(bus);
        if (signal.GetMethod is null || signal.SetMethod is null or { IsInitOnly: true })
        {
            problems.Add(Diagnostic.Create(BusRules.Accessors, location, signal.Name, bus.Name));
        }

        if (NotHardware(signal.Type, []) is { } reason)
        {
            problems.Add(Diagnostic.Create(BusRules.SignalType, location, signal.Name, bus.Name,
                signal.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), reason));
        }
    }

    /// <summary>Why a type has no fixed number of bits; null if it has.</summary>
    private static string? NotHardware(ITypeSymbol type, HashSet<ITypeSymbol> inside)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_SByte or SpecialType.System_Byte
                or SpecialType.System_Int16 or SpecialType.System_UInt16
                or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64:
                return null;
            case SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal:
                return "floating point needs a circuit of its own";
            case SpecialType.System_IntPtr or SpecialType.System_UIntPtr:
                return "its size depends on the machine";
        }

        if (type.TypeKind == TypeKind.Error)
        {
            // The compiler has its own message.
            return null;
        }

        if (type is ITypeParameterSymbol parameter)
        {
            return parameter.HasValueTypeConstraint || parameter.HasUnmanagedTypeConstraint ? null
                : $"constrain it with 'where {parameter.Name} : struct'";
        }

        if (!type.IsValueType)
        {
            return "it is a reference";
        }

        if (type.TypeKind == TypeKind.Enum
            || (type.ContainingNamespace?.ToDisplayString() == "System" && type.Name is "Int128" or "UInt128")
            || type.OriginalDefinition.ToDisplayString() == "SME.Bits<TWidth>")
        {
            return null;
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return "null is no value of hardware; add a bool";
        }

        if (!inside.Add(type))
        {
            return null;
        }

        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst))
        {
            if (NotHardware(field.Type, inside) is { } reason)
            {
                string name = field.AssociatedSymbol?.Name ?? field.Name;
                return $"its member '{name}' is {field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}: {reason}";
            }
        }

        return null;
    }

    private static void CheckReachable(INamedTypeSymbol bus, List<Diagnostic> problems)
    {
        for (INamedTypeSymbol? type = bus; type is not null; type = type.ContainingType)
        {
            string? why = type.IsFileLocal ? "local to its file" : type.DeclaredAccessibility switch
            {
                Accessibility.Private => "private",
                Accessibility.Protected => "protected",
                Accessibility.ProtectedAndInternal => "private protected",
                _ => null,
            };
            if (why is not null)
            {
                problems.Add(Diagnostic.Create(BusRules.Reachable, Location(bus), bus.Name, type.Name, why));
                return;
            }
        }
    }

    private static Location Location(
        ISymbol symbol) => symbol.Locations.FirstOrDefault(location => location.IsInSource) ?? Microsoft.CodeAnalysis.Location.None;
}
