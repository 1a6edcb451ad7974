// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;

namespace SME.Analyzers.Lowering;

/// <summary>Questions about Roslyn's operations that more than one part of the front end asks.</summary>
internal static class Operations
{
    /// <summary>An operation without the conversions and parentheses around it that keep the value.</summary>
    public static IOperation Strip(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null, Conversion: { IsIdentity: true } or { IsReference: true } } conversion:
                    operation = conversion.Operand;
                    break;
                case IConversionOperation { OperatorMethod: null } conversion
                    when conversion.Operand.Type is { IsReferenceType: true } && conversion.Type is { IsReferenceType: true }:
                    operation = conversion.Operand;
                    break;
                case IConversionOperation { OperatorMethod: null, Operand: ICollectionExpressionOperation collection }:
                    return collection;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>
    /// All places that an operation assigns: targets of assignments, increments, and arguments by reference; struct values on which methods
    /// are called that may change them.
    /// </summary>
    public static IEnumerable<IOperation> Targets(IOperation body)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IDeconstructionAssignmentOperation deconstruction:
                    foreach (IOperation element in Elements(deconstruction.Target))
                    {
                        yield return element;
                    }

                    break;
                case IAssignmentOperation assignment:
                    yield return assignment.Target;
                    break;
                case IIncrementOrDecrementOperation increment:
                    yield return increment.Target;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                    yield return argument.Value;
                    break;
                case IInvocationOperation { Instance: { Type.IsValueType: true } instance, TargetMethod.IsReadOnly: false } call
                    when call.TargetMethod.ContainingType is { IsReadOnly: false } type && !HardwareTypes.IsBits(type)
                        && type.SpecialType == SpecialType.None && call.TargetMethod.DeclaringSyntaxReferences.Length > 0:
                    yield return instance;
                    break;
            }
        }
    }

    /// <summary>The targets of a deconstruction, tuples in tuples included.</summary>
    public static IEnumerable<IOperation> Elements(IOperation target) => target switch
    {
        IDeclarationExpressionOperation declaration => Elements(declaration.Expression),
        ITupleOperation tuple => tuple.Elements.SelectMany(Elements),
        _ => [target],
    };

    /// <summary>The methods that an operation calls and that are neither known to the back end nor for simulation only.</summary>
    public static IEnumerable<IMethodSymbol> Callees(IOperation body)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            IMethodSymbol? callee = operation switch
            {
                IInvocationOperation call => call.TargetMethod,
                IPropertyReferenceOperation { Property: var property } reference
                    when !IsAssigned(reference) && !Names.IsBus(property.ContainingType) && Names.HalfOf(property) is null
                        && !IsAuto(property) => property.GetMethod,
                IBinaryOperation binary => binary.OperatorMethod,
                IUnaryOperation unary => unary.OperatorMethod,
                IConversionOperation conversion => conversion.OperatorMethod,
                _ => null,
            };
            if (callee is not null && !Names.IsSimulationOnly(callee) && !Intrinsics.IsKnown(callee))
            {
                yield return callee;
            }
        }
    }

    /// <summary>
    /// The local, parameter, field or property that a place is part of; null for another object's, a signal, or no place at all.
    /// </summary>
    public static ISymbol? Root(IOperation place)
    {
        place = Strip(place);
        switch (place)
        {
            case IDeclarationExpressionOperation declaration:
                return Root(declaration.Expression);
            case ILocalReferenceOperation local:
                return local.Local;
            case IParameterReferenceOperation parameter:
                return parameter.Parameter;
            case IFieldReferenceOperation field
                when field.Instance is null or IInstanceReferenceOperation || field.Field.ContainingType.IsReferenceType:
                return IsOfNewObject(field) ? null : field.Field;
            case IFieldReferenceOperation field:
                return Root(field.Instance!);
            case IPropertyReferenceOperation property
                when property.Instance is null or IInstanceReferenceOperation || property.Property.ContainingType.IsReferenceType:
                return IsOfNewObject(property) ? null : property.Property;
            case IPropertyReferenceOperation property:
                return Root(property.Instance!);
            case IArrayElementReferenceOperation element:
                return Root(element.ArrayReference);
            case IInlineArrayAccessOperation element:
                return Root(element.Instance);
            default:
                return null;
        }
    }

    /// <summary>Whether a place is a member named in an object initialiser or <c>with</c>.</summary>
    public static bool IsOfNewObject(IOperation place) => place switch
    {
        IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } } =>
            true,
        _ => false,
    };

    /// <summary>Whether a place is a simulation-only member.</summary>
    public static bool IsSimulationOnly(IOperation place) => Strip(place) switch
    {
        IMemberReferenceOperation member =>
            Names.IsSimulationOnly(member.Member) || (member.Instance is not null && IsSimulationOnly(member.Instance)),
        IArrayElementReferenceOperation element => IsSimulationOnly(element.ArrayReference),
        _ => false,
    };

    /// <summary>Whether a property keeps its value in a field that the compiler makes.</summary>
    public static bool IsAuto(IPropertySymbol property)
    {
        IPropertySymbol definition = property.OriginalDefinition;
        if (definition.DeclaringSyntaxReferences.Length > 0)
        {
            return definition.ContainingType.GetMembers().OfType<IFieldSymbol>()
                .Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, definition))
                && !HasOwnAccessor(definition);
        }

        return definition.GetMethod?.GetAttributes().Any(data => data.AttributeClass?.Name == "CompilerGeneratedAttribute") ?? false;
    }

    /// <summary>Whether a property reference is (only) assigned.</summary>
    public static bool IsAssigned(
        IPropertyReferenceOperation reference) =>
            reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference;

    private static bool HasOwnAccessor(IPropertySymbol property) =>
        HasBody(property.GetMethod) || HasBody(property.SetMethod);

    // The 'field' keyword gives a property a field of its own beside accessors with bodies.
    private static bool HasBody(IMethodSymbol? accessor) => accessor?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
    {
        Microsoft.CodeAnalysis.CSharp.Syntax.AccessorDeclarationSyntax syntax =>
            syntax.Body is not null || syntax.ExpressionBody is not null,
        Microsoft.CodeAnalysis.CSharp.Syntax.ArrowExpressionClauseSyntax => true,
        _ => false,
    };
}
