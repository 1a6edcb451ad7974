// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using SME.Form;

namespace SME.Analyzers.Forms;

/// <summary>Names of symbols in the form.</summary>
internal static class Names
{
    private const string Local = "#";

    /// <summary>A type as the form names it.</summary>
    public static FormType Of(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => new ArrayType(Of(array.ElementType)),
        ITypeParameterSymbol parameter => Of(parameter),
        INamedTypeSymbol named => Of(named),
        _ => new NamedType(type.ToDisplayString(), "?", []),
    };

    /// <summary>A named type as the form names it.</summary>
    public static NamedType Of(INamedTypeSymbol type)
    {
        INamedTypeSymbol real = type.TupleUnderlyingType ?? type;
        List<FormType> arguments = [];
        AddArguments(real, arguments);
        return new NamedType(Reflection(real), Assembly(real), arguments);
    }

    /// <summary>Name of a definition as reflection knows it, such as <c>Namespace.Outer`1+Inner</c>.</summary>
    public static string Reflection(INamedTypeSymbol type)
    {
        if (type.ContainingType is not null)
        {
            return Reflection(type.ContainingType) + "+" + type.MetadataName;
        }

        return type.ContainingNamespace is null or { IsGlobalNamespace: true } ? type.MetadataName
            : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";
    }

    /// <summary>Full name of a definition without arity, such as <c>SME.Bits</c>.</summary>
    public static string Full(INamedTypeSymbol type)
    {
        if (type.ContainingType is not null)
        {
            return Full(type.ContainingType) + "." + type.Name;
        }

        return type.ContainingNamespace is null or { IsGlobalNamespace: true } ? type.Name
            : $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";
    }

    /// <summary>Id of a method's definition, unique within its assembly.</summary>
    public static string Id(IMethodSymbol method)
    {
        IMethodSymbol definition = method.OriginalDefinition;
        if (definition.MethodKind != MethodKind.LocalFunction)
        {
            return definition.GetDocumentationCommentId() ?? definition.ToDisplayString();
        }

        // Two local functions of one method may have the same name in different blocks; their order tells them apart.
        int position = definition.DeclaringSyntaxReferences.FirstOrDefault()?.Span.Start ?? 0;
        IMethodSymbol outer = (IMethodSymbol)definition.ContainingSymbol;
        int start = outer.DeclaringSyntaxReferences.FirstOrDefault()?.Span.Start ?? 0;
        return $"{Id(outer)}{Local}{definition.Name}@{position - start}";
    }

    /// <summary>Type arguments of a method as the form lists them: for a local function, those of the methods around it first.</summary>
    public static IReadOnlyList<FormType> TypeArguments(IMethodSymbol method)
    {
        List<FormType> arguments = [];
        if (method.MethodKind == MethodKind.LocalFunction && method.ContainingSymbol is IMethodSymbol outer)
        {
            arguments.AddRange(TypeArguments(outer));
        }

        arguments.AddRange(method.TypeArguments.Select(Of));
        return arguments;
    }

    /// <summary>Whether a type is this definition, such as <c>SME.Bits`1</c>.</summary>
    public static bool Is(ITypeSymbol? type, string reflectionName) =>
        type is INamedTypeSymbol named && Reflection(named.OriginalDefinition) == reflectionName;

    /// <summary>Whether a symbol has an attribute of the namespace SME.</summary>
    public static bool Has(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().Any(data => data.AttributeClass is
        {
            ContainingNamespace:
            {
                Name: "SME",
                ContainingNamespace.IsGlobalNamespace: true
            }
        } type && type.Name == attribute + "Attribute");

    /// <summary>Whether a member, or a member or type around it, is for simulation only.</summary>
    public static bool IsSimulationOnly(ISymbol symbol)
    {
        for (ISymbol? current = symbol is IMethodSymbol { AssociatedSymbol: not null } accessor ? accessor.AssociatedSymbol
            : symbol; current is IMethodSymbol or IFieldSymbol or IPropertySymbol or INamedTypeSymbol; current = current.ContainingSymbol)
        {
            if (Has(current, "SimulationOnly"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a type derives from a class, given by its full name.</summary>
    public static bool DerivesFrom(ITypeSymbol? type, string name)
    {
        for (ITypeSymbol? current = type?.BaseType; current is not null; current = current.BaseType)
        {
            if (Is(current, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a type is an interface that extends <c>SME.IBus</c>.</summary>
    public static bool IsBus(ITypeSymbol? type) => type is { TypeKind: TypeKind.Interface }
        && type.AllInterfaces.Any(extended => Is(extended, "SME.IBus"));

    /// <summary>The half of a stream whose signal a property of the stream is; null for any other property.</summary>
    public static IPropertySymbol? HalfOf(
        IPropertySymbol property) => property.Name is "Valid" or "Item" or "Ready" && Is(property.ContainingType, "SME.Stream`1")
        ? property.ContainingType.GetMembers(property.Name == "Ready" ? "Backward" : "Forward").OfType<IPropertySymbol>().FirstOrDefault()
        : null;

    private static FormType Of(ITypeParameterSymbol parameter)
    {
        if (parameter.TypeParameterKind == TypeParameterKind.Method)
        {
            int offset = 0;
            for (ISymbol? outer = parameter.ContainingSymbol.ContainingSymbol; outer is IMethodSymbol method; outer =
                outer.ContainingSymbol)
            {
                offset += method.TypeParameters.Length;
            }

            return new TypeParameter(true, offset + parameter.Ordinal, parameter.Name);
        }

        int before = 0;
        for (INamedTypeSymbol? outer = parameter.ContainingType?.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            before += outer.TypeParameters.Length;
        }

        return new TypeParameter(false, before + parameter.Ordinal, parameter.Name);
    }

    private static void AddArguments(INamedTypeSymbol type, List<FormType> arguments)
    {
        if (type.ContainingType is not null)
        {
            AddArguments(type.ContainingType, arguments);
        }

        arguments.AddRange(type.TypeArguments.Select(Of));
    }

    private static string Assembly(INamedTypeSymbol type)
    {
        if (type.SpecialType != SpecialType.None)
        {
            return string.Empty;
        }

        IAssemblySymbol? assembly = type.ContainingAssembly;
        bool isCore = assembly is null || assembly.GetTypeByMetadataName("System.Object") is not null
            || assembly.Name is "System.Private.CoreLib" or "System.Runtime";
        return isCore ? string.Empty : assembly!.Name;
    }
}
