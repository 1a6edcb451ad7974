// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Patterns.</content>
internal sealed partial class MethodLowering
{
    /// <summary>What a pattern looks at: a value, or the elements of a tuple that need not exist as a whole.</summary>
    private sealed record Subject(ITypeSymbol Type, Expression? Value, IReadOnlyList<Subject> Elements);

    /// <param name="operation">The value looked at.</param>
    /// <param name="isKept">Whether something between two looks (a guard) might change it.</param>
    private Subject SubjectOf(IOperation operation, bool isKept)
    {
        IOperation inner = Operations.Strip(operation);
        if (inner is ITupleOperation tuple)
        {
            Expression[] values = InOrder(tuple.Elements.Select(element => (Func<Expression>)(() => Value(element))).ToArray());
            return new Subject(tuple.Type!, null,
                tuple.Elements.Select((element, i) => new Subject(element.Type!, Settled(values[i], isKept), [])).ToList());
        }

        return new Subject(operation.Type!, Settled(Value(operation), isKept), []);
    }

    /// <summary>A value that is cheap to look at more than once and does not change.</summary>
    private Expression Settled(Expression value, bool isKept) => value switch
    {
        _ when Plants.Is(Plant.SubjectReadAgain) => value,
        Literal or Signal { Bus: Field { Target: This } } => value,
        Variable or Field { Target: null or This } when !isKept => value,
        _ => Keep(value, "subject"),
    };

    private Expression AsValue(Subject subject) => subject.Value
        ?? new With(Names.Of(subject.Type), new Default(Names.Of(subject.Type)),
            subject.Elements.Select((element, i) => new FieldValue($"Item{i + 1}", AsValue(element))).ToList());

    /// <summary>The condition under which a value matches a pattern; variables that it declares are assigned before.</summary>
    private Expression Pattern(Subject subject, IPatternOperation pattern)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return new Literal(Boolean, "true");
            case IConstantPatternOperation constant:
                if (constant.Value.ConstantValue is { HasValue: true, Value: null })
                {
                    return Fail(Rules.Nullable, pattern);
                }

                return Equality(subject, Value(constant.Value), pattern);
            case IRelationalPatternOperation relational when Comparison(relational.OperatorKind) is BinaryOperator comparison:
                return new Binary(Boolean, comparison, AsValue(subject), Value(relational.Value));
            case INegatedPatternOperation negated:
                return Not(Pattern(subject, negated.Pattern));
            case IBinaryPatternOperation both:
                return both.OperatorKind == BinaryOperatorKind.Or
                    ? OrElse(Pattern(subject, both.LeftPattern), () => Pattern(subject, both.RightPattern))
                    : AndAlso(Pattern(subject, both.LeftPattern), () => Pattern(subject, both.RightPattern));
            case IDeclarationPatternOperation declaration when declaration.MatchesNull || IsSameType(declaration.MatchedType, subject.Type):
                DeclarePattern(declaration.DeclaredSymbol, subject);
                return new Literal(Boolean, "true");
            case ITypePatternOperation type when IsSameType(type.MatchedType, subject.Type):
                return new Literal(Boolean, "true");
            case IRecursivePatternOperation recursive when IsSameType(recursive.MatchedType, subject.Type):
                return Recursive(subject, recursive);
            case IListPatternOperation:
                return FailPattern(pattern, "A list pattern");
            default:
                return FailPattern(pattern, "This pattern");
        }
    }

    private Expression FailPattern(IPatternOperation pattern, string what)
    {
        Report(Rules.Pattern, pattern, what);
        return new Literal(Boolean, "false");
    }

    private static bool IsSameType(ITypeSymbol? left, ITypeSymbol? right) =>
        left is not null && right is not null && FormPrinter.Describe(Names.Of(left)) == FormPrinter.Describe(Names.Of(right));

    private void DeclarePattern(ISymbol? symbol, Subject subject)
    {
        if (symbol is not ILocalSymbol local)
        {
            return;
        }

        CheckType(local.Type, local.Locations.FirstOrDefault() ?? Location.None);
        Variable variable = indices.TryGetValue(local, out int known)
            ? new Variable(Names.Of(local.Type), known)
            : new Variable(Names.Of(local.Type), AddVariable(local, local.Name, local.Type, VariableKind.Local));
        Emit(new Assign(place, variable, AsValue(subject)));
    }

    private Expression Recursive(Subject subject, IRecursivePatternOperation recursive)
    {
        DeclarePattern(recursive.DeclaredSymbol, subject);
        List<(Func<Subject> Part, IPatternOperation Pattern)> parts = [];
        if (recursive.DeconstructionSubpatterns.Length > 0)
        {
            IReadOnlyList<Subject>? elements = PositionalElements(subject, recursive);
            if (elements is null || elements.Count != recursive.DeconstructionSubpatterns.Length)
            {
                return FailPattern(recursive, "A positional pattern of something other than a tuple or record struct");
            }

            for (int i = 0; i < elements.Count; i++)
            {
                Subject element = elements[i];
                parts.Add((() => element, recursive.DeconstructionSubpatterns[i]));
            }
        }

        foreach (IPropertySubpatternOperation property in recursive.PropertySubpatterns)
        {
            parts.Add((() => Member(subject, property), property.Pattern));
        }

        Expression condition = new Literal(Boolean, "true");
        foreach ((Func<Subject> part, IPatternOperation pattern) in parts)
        {
            condition = AndAlso(condition, () => Pattern(part(), pattern));
        }

        return condition;
    }

    private static IReadOnlyList<Subject>? PositionalElements(Subject subject, IRecursivePatternOperation recursive)
    {
        if (subject.Elements.Count > 0)
        {
            return subject.Elements;
        }

        if (subject.Type is INamedTypeSymbol { IsTupleType: true } tuple)
        {
            return tuple.TupleElements.Select((
                element, i) => new Subject(element.Type, new Field(Names.Of(element.Type), subject.Value, Names.Of(subject.Type),
                    $"Item{i + 1}", false), [])).ToList();
        }

        if (recursive.DeconstructSymbol is IMethodSymbol deconstruct
            && RecordProperties(deconstruct) is IReadOnlyList<IPropertySymbol> properties)
        {
            return properties.Select(property => new Subject(property.Type,
                new Field(Names.Of(property.Type), subject.Value, Names.Of(subject.Type), property.Name, false), [])).ToList();
        }

        return null;
    }

    private Subject Member(Subject subject, IPropertySubpatternOperation property)
    {
        switch (property.Member)
        {
            case IFieldReferenceOperation { Field: var field }:
                IFieldSymbol real = field.CorrespondingTupleField ?? field;
                if (subject.Elements.Count > 0 && int.TryParse(real.Name.Replace("Item", string.Empty), out int number)
                    && number <= subject.Elements.Count)
                {
                    return subject.Elements[number - 1];
                }

                return new Subject(field.Type,
                    new Field(Names.Of(field.Type), AsValue(subject), Names.Of(field.ContainingType), real.Name,
                        IsConstant(AsValue(subject))), []);
            case IPropertyReferenceOperation { Property: var signal } when Names.IsBus(signal.ContainingType):
                return new Subject(signal.Type,
                    new Signal(Names.Of(signal.Type), AsValue(subject), Names.Of(signal.ContainingType), signal.Name), []);
            case IPropertyReferenceOperation { Property: var ofStream } when Names.HalfOf(ofStream) is { } half:
                Field place = new(Names.Of(half.Type), AsValue(subject), Names.Of(half.ContainingType), half.Name, true);
                return new Subject(ofStream.Type, new Signal(Names.Of(ofStream.Type), place, Names.Of(half.Type), ofStream.Name), []);
            case IPropertyReferenceOperation { Property: var reference } when Operations.IsAuto(reference):
                return new Subject(reference.Type,
                    new Field(Names.Of(reference.Type), AsValue(subject), Names.Of(reference.ContainingType), reference.Name,
                        IsConstant(AsValue(subject))), []);
            case IPropertyReferenceOperation { Property.GetMethod: IMethodSymbol getter } reference:
                Expression value = CallMethod(getter, AsValue(subject), null, [], reference, isUsed: true);
                return new Subject(reference.Type!, Settled(value, true), []);
            default:
                return new Subject(property.Member.Type!, Fail(Rules.Pattern, property.Member, "This member"), []);
        }
    }

    private Expression Equality(Subject subject, Expression constant, IOperation operation)
    {
        Expression value = AsValue(subject);
        if (FormPrinter.Describe(value.Type) != FormPrinter.Describe(constant.Type))
        {
            if (!HardwareTypes.IsInteger(subject.Type) && subject.Type.TypeKind != TypeKind.Enum)
            {
                return FailPattern(operation);
            }

            constant = constant is Literal literal ? new Literal(value.Type, literal.Value) : new SME.Form.Convert(value.Type, constant);
        }

        if (value.Type == Boolean || (value.Type is NamedType { Name: "System.Boolean" } && constant is Literal))
        {
            return constant is Literal { Value: "true" } ? value
                : constant is Literal ? Not(value) : new Binary(Boolean, BinaryOperator.Equal, value, constant);
        }

        return new Binary(Boolean, BinaryOperator.Equal, value, constant);

        Expression FailPattern(IOperation where)
        {
            Report(Rules.Pattern, where, "A constant of another type");
            return new Literal(Boolean, "false");
        }
    }

    private static Expression Not(Expression condition) => condition switch
    {
        Literal { Value: "true" } literal => literal with { Value = "false" },
        Literal { Value: "false" } literal => literal with { Value = "true" },
        Unary { Operator: UnaryOperator.Not } unary => unary.Operand,
        _ => new Unary(Boolean, UnaryOperator.Not, condition),
    };

    /// <summary>Logical and; if the right side has effects, they happen only if the left side is true.</summary>
    private Expression AndAlso(Expression left, Func<Expression> right) => Shortcut(left, right, isAnd: true);

    /// <summary>Logical or; if the right side has effects, they happen only if the left side is false.</summary>
    private Expression OrElse(Expression left, Func<Expression> right) => Shortcut(left, right, isAnd: false);

    private Expression Shortcut(Expression left, Func<Expression> right, bool isAnd)
    {
        SourceLocation location = place;
        Expression value = left;
        Block effects = Capture(location, () => value = right());
        if (left is Literal known)
        {
            if (known.Value == "true" != isAnd)
            {
                return left;
            }

            effects.Statements.ToList().ForEach(Emit);
            return value;
        }

        if (effects.Statements.Count == 0)
        {
            return value is Literal { Value: var text } && text == "true" == isAnd ? left
                : new Binary(Boolean, isAnd ? BinaryOperator.AndAlso : BinaryOperator.OrElse, left, value);
        }

        if (Plants.Is(Plant.ShortcutRunsAlways))
        {
            left = Keep(left);
            effects.Statements.ToList().ForEach(Emit);
            return new Binary(Boolean, isAnd ? BinaryOperator.AndAlso : BinaryOperator.OrElse, left, value);
        }

        Variable result = Temporary(Boolean, "test");
        Emit(new Assign(location, result, left));
        Block then = new(location, [.. effects.Statements, new Assign(location, result, value)]);
        Emit(new If(location, isAnd ? result : Not(result), then, null));
        return result;
    }
}
