// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;

namespace SME.Analyzers.Forms;

/// <summary>Which types have a hardware form, as far as that is known before elaboration.</summary>
internal static class HardwareTypes
{
    /// <summary>Whether a type is an integer (also of 128 bits) or char.</summary>
    public static bool IsInteger(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_SByte or SpecialType.System_Byte
        or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32
        or SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Char || IsWideInteger(type);

    /// <summary>Whether a type is Int128 or UInt128.</summary>
    public static bool IsWideInteger(ITypeSymbol? type) =>
        type is INamedTypeSymbol
        {
            Name: "Int128" or "UInt128",
            ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true }
        };

    /// <summary>Whether a type is <c>SME.Bits</c> of some width.</summary>
    public static bool IsBits(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Bits", Arity: 1 } && Names.Is(type, "SME.Bits`1");

    /// <summary>Length of an inline array; null if the type is none.</summary>
    public static int? InlineArrayLength(ITypeSymbol? type)
    {
        AttributeData? attribute = type is { TypeKind: TypeKind.Struct }
            ? type.GetAttributes().FirstOrDefault(data => Names.Is(data.AttributeClass,
                "System.Runtime.CompilerServices.InlineArrayAttribute"))
            : null;
        return attribute?.ConstructorArguments.FirstOrDefault().Value as int?;
    }

    /// <summary>Finds the rule that a value of a type breaks; null if it has a hardware form.</summary>
    public static Finding? Check(ITypeSymbol type, Location location)
    {
        switch (type)
        {
            case IErrorTypeSymbol:
                return null;
            case IDynamicTypeSymbol:
                return new Finding(Rules.Dynamic, location);
            case IPointerTypeSymbol or IFunctionPointerTypeSymbol:
                return new Finding(Rules.Unsafe, location, "A pointer");
            case ITypeParameterSymbol { HasReferenceTypeConstraint: true }:
                return new Finding(Rules.Type, location, type.ToDisplayString(), "it is a reference type");
            case ITypeParameterSymbol:
                return null;
            case IArrayTypeSymbol array:
                return array.Rank != 1
                    ? new Finding(Rules.Array, location, "An array of several dimensions has no hardware form",
                        "use one dimension and compute the index")
                    : array.ElementType is IArrayTypeSymbol
                    ? new Finding(Rules.Array, location, "An array of arrays has no hardware form",
                        "use one dimension, or an inline array as element")
                    : Check(array.ElementType, location);
        }

        switch (type.SpecialType)
        {
            case SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal:
                return new Finding(Rules.Float, location, type.ToDisplayString());
            case SpecialType.System_String:
                return new Finding(Rules.Text, location);
            case SpecialType.System_Boolean:
                return null;
            case SpecialType.System_IntPtr or SpecialType.System_UIntPtr:
                return new Finding(Rules.Type, location, type.ToDisplayString(), "its width depends on the machine");
        }

        if (IsInteger(type) || IsBits(type) || type.TypeKind is TypeKind.Enum or TypeKind.Error || Names.IsBus(type))
        {
            return null;
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return new Finding(Rules.Nullable, location);
        }

        if (type.TypeKind == TypeKind.Delegate)
        {
            return new Finding(Rules.Delegate, location);
        }

        if (type.IsRefLikeType)
        {
            return new Finding(Rules.Unsafe, location, $"'{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'");
        }

        if (type.IsReferenceType)
        {
            return new Finding(Rules.Type, location, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
                "it is a reference type");
        }

        if (Names.Is(type, "System.Half") || type.ContainingNamespace?.ToDisplayString() is "System.Runtime.Intrinsics")
        {
            return new Finding(Rules.Float, location, type.ToDisplayString());
        }

        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
        {
            if (field.Type is IArrayTypeSymbol)
            {
                return new Finding(Rules.Array, location,
                    $"The array '{field.Name}' in struct '{type.Name}' has no hardware form, because a copy of the struct shares it",
                    "use an inline array");
            }

            if (!SymbolEqualityComparer.Default.Equals(field.Type, type) && Check(field.Type, location) is Finding finding)
            {
                return finding;
            }
        }

        return null;
    }
}
