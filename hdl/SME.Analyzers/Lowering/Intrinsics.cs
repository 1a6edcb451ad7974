// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using SME.Analyzers.Forms;

namespace SME.Analyzers.Lowering;

/// <summary>The members that the back end knows by name. The same list is in docs/subset.md.</summary>
internal static class Intrinsics
{
    private static readonly HashSet<string> BitsMembers =
    [
        "Width", "Zero", "AllOnes", "Item", "Resize", "Slice", "WithSlice", "WithBit", "GetByte", "WithByte", "GetUInt16BigEndian",
        "GetUInt32BigEndian", "ShiftLeftBytes", "ShiftRightBytes", "ReverseBytes", "AndReduce", "OrReduce", "XorReduce", "PopCount",
        "Concat",
    ];

    private static readonly HashSet<string> Library =
    [
        "System.Numerics.BitOperations.PopCount", "System.Numerics.BitOperations.LeadingZeroCount",
        "System.Numerics.BitOperations.TrailingZeroCount",
        "System.Numerics.BitOperations.RotateLeft", "System.Numerics.BitOperations.RotateRight", "System.Numerics.BitOperations.Log2",
        "System.Numerics.BitOperations.IsPow2",
        "System.Buffers.Binary.BinaryPrimitives.ReverseEndianness",
        "System.Math.Min", "System.Math.Max", "System.Math.Abs", "System.Math.Clamp", "System.Math.Sign",
    ];

    // Static members of the integer types that mean the same as one of Math.
    private static readonly HashSet<string> IntegerMembers = ["Min", "Max", "Abs", "Clamp"];

    /// <summary>Whether the back end knows a member by name (operators and conversions included).</summary>
    public static bool IsKnown(IMethodSymbol method) => Name(method) is not null || IsBuiltInOperator(method);

    /// <summary>Name of the intrinsic for a method or accessor; null if it is none.</summary>
    public static string? Name(IMethodSymbol method)
    {
        INamedTypeSymbol? type = method.ContainingType;
        if (type is null || method.MethodKind is not (MethodKind.Ordinary or MethodKind.PropertyGet))
        {
            return null;
        }

        string member = method.AssociatedSymbol is IPropertySymbol property ? (property.IsIndexer ? "Item" : property.Name) : method.Name;
        if (type.Name == "Bits" && type.ContainingNamespace is { Name: "SME", ContainingNamespace.IsGlobalNamespace: true })
        {
            return BitsMembers.Contains(member) ? "SME.Bits." + member : null;
        }

        if (type.Name == "IWidth" && member == "Bits" && Names.Is(type, "SME.IWidth"))
        {
            return "SME.IWidth.Bits";
        }

        if (method.IsStatic && HardwareTypes.IsInteger(type) && IntegerMembers.Contains(member))
        {
            return "System.Math." + member;
        }

        if (!method.IsStatic || type.ContainingNamespace is not { IsGlobalNamespace: false } space
            || (space.Name is not ("System" or "Numerics" or "Binary")))
        {
            return null;
        }

        string name = Names.Full(type) + "." + member;
        return Library.Contains(name) ? name : null;
    }

    /// <summary>
    /// Whether a user-defined operator or conversion is one of the back end's own: of vectors, 128-bit integers, or generic arithmetic.
    /// </summary>
    public static bool IsBuiltInOperator(IMethodSymbol method) =>
        method.MethodKind is MethodKind.UserDefinedOperator or MethodKind.Conversion
        && (HardwareTypes.IsBits(method.ContainingType) || HardwareTypes.IsInteger(method.ContainingType)
            || (method.ContainingType is { TypeKind: TypeKind.Interface } generic
                && generic.ContainingNamespace?.ToDisplayString() == "System.Numerics"));
}
