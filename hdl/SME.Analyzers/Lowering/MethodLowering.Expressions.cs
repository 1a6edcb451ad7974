// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Expressions, but for calls and assignments.</content>
internal sealed partial class MethodLowering
{
    /// <summary>A constant of the compiler's as a literal; null if the operation is none or has no hardware type.</summary>
    private static Expression? Constant(IOperation operation)
    {
        if (!operation.ConstantValue.HasValue || operation.Type is null)
        {
            return null;
        }

        string? text = operation.ConstantValue.Value switch
        {
            bool value => value ? "true" : "false",
            char value => ((int)value).ToString(CultureInfo.InvariantCulture),
            sbyte or byte or short or ushort or int or uint or long or ulong =>
                ((IFormattable)operation.ConstantValue.Value).ToString(null, CultureInfo.InvariantCulture),
            _ => null,
        };
        bool isHardware = HardwareTypes.IsInteger(operation.Type) || operation.Type.TypeKind == TypeKind.Enum
            || operation.Type.SpecialType == SpecialType.System_Boolean;
        return text is null || !isHardware ? null : new Literal(Names.Of(operation.Type), text);
    }

    /// <summary>
    /// Lowers an expression and hands its value on; a switch expression or <c>?:</c> with effects hands on from each branch.
    /// </summary>
    private void ValueInto(IOperation operation, Action<Expression> store)
    {
        if (operation is IParenthesizedOperation parenthesized)
        {
            ValueInto(parenthesized.Operand, store);
        }
        else if (operation is ISwitchExpressionOperation choice && !operation.ConstantValue.HasValue)
        {
            SwitchExpression(choice, store);
        }
        else
        {
            store(Value(operation));
        }
    }

    /// <summary>Lowers an expression; its effects are emitted before.</summary>
    private Expression Value(IOperation operation)
    {
        builder.Sources.Cancel.ThrowIfCancellationRequested();
        if (Constant(operation) is Expression constant)
        {
            return constant;
        }

        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Value(parenthesized.Operand);
            case ILocalReferenceOperation local:
                return Local(local.Local, local);
            case IParameterReferenceOperation parameter:
                return Parameter(parameter);
            case IInstanceReferenceOperation instance:
                return Instance(instance);
            case IFieldReferenceOperation field:
                return FieldValue(field);
            case IPropertyReferenceOperation property:
                return PropertyValue(property);
            case IArrayElementReferenceOperation element:
                return ArrayElement(element, Value);
            case IInlineArrayAccessOperation element:
                return InlineElement(element, Value);
            case IConversionOperation conversion:
                return Conversion(conversion);
            case IUnaryOperation unary:
                return UnaryValue(unary);
            case IBinaryOperation binary:
                return BinaryValue(binary);
            case ITupleBinaryOperation comparison:
                return TupleComparison(comparison);
            case IConditionalOperation conditional:
                return ConditionalValue(conditional);
            case ISwitchExpressionOperation choice:
                Variable result = Temporary(Names.Of(choice.Type!), "chosen");
                SwitchExpression(choice, value => Emit(new Assign(place, result, value)));
                return result;
            case IIsPatternOperation test:
                Subject subject = SubjectOf(test.Value, false);
                return Pattern(subject, test.Pattern);
            case IInvocationOperation call:
                return Invocation(call, isUsed: true);
            case IObjectCreationOperation creation:
                return Creation(creation);
            case IWithOperation with:
                return Initialised(Value(with.Operand), with.Initializer, with.Type!);
            case IDefaultValueOperation when operation.Type is { IsValueType: true } or ITypeParameterSymbol:
                return Zero(operation.Type);
            case ITypeParameterObjectCreationOperation { Initializer: null }:
                return Zero(operation.Type!);
            case ITupleOperation tuple:
                return Tuple(tuple);
            case IArrayCreationOperation creation:
                return ArrayCreation(creation);
            case ICollectionExpressionOperation collection:
                return Collection(collection);
            case ISimpleAssignmentOperation assignment:
                return Assignment(assignment, isUsed: true);
            case ICompoundAssignmentOperation assignment:
                return Compound(assignment, isUsed: true);
            case IIncrementOrDecrementOperation increment:
                return Increment(increment, isUsed: true);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruction(deconstruction, isUsed: true);
            case IInvalidOperation:
                return Nothing(operation);
            default:
                return Unsupported(operation);
        }
    }

    private static Expression Zero(ITypeSymbol type)
    {
        FormType form = Names.Of(type);
        return type.SpecialType == SpecialType.System_Boolean ? new Literal(form, "false")
            : HardwareTypes.IsInteger(type) || type.TypeKind == TypeKind.Enum ? new Literal(form, "0")
            : new Default(form);
    }

    private Expression Unsupported(IOperation operation)
    {
        switch (operation)
        {
            case ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }:
                return Fail(Rules.Nullable, operation);
            case IConditionalAccessOperation or ICoalesceOperation or ICoalesceAssignmentOperation:
                return Fail(Rules.Nullable, operation);
            case IInterpolatedStringOperation:
                return Fail(Rules.Text, operation);
            case IAnonymousFunctionOperation or IDelegateCreationOperation or IMethodReferenceOperation or IEventAssignmentOperation
                or IEventReferenceOperation:
                return Fail(Rules.Delegate, operation);
            case IThrowOperation:
                return Fail(Rules.Exception, operation, "throw");
            case IAwaitOperation:
                return Fail(Rules.Async, operation, "'await' inside an expression");
            case IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation
                or IDynamicObjectCreationOperation:
                return Fail(Rules.Dynamic, operation);
            case IAnonymousObjectCreationOperation:
                return Fail(Rules.Allocation, operation, "an anonymous type");
            case IAddressOfOperation:
                return Fail(Rules.Unsafe, operation, "A pointer");
            case IIsTypeOperation or ITypeOfOperation:
                return Fail(Rules.Construct, operation, "A test of a type", "use a type parameter and its static abstract members");
            case IRangeOperation:
                return Fail(Rules.Construct, operation, "A range", "use a 'for' loop, or Bits<TWidth>.Slice");
        }

        if (operation.ConstantValue.HasValue && operation.Type is not null)
        {
            return HardwareTypes.Check(operation.Type, operation.Syntax.GetLocation()) is Finding finding ? Found(finding, operation)
                : Nothing(operation);
        }

        if (operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.StackAllocArrayCreationExpressionSyntax
            or Microsoft.CodeAnalysis.CSharp.Syntax.ImplicitStackAllocArrayCreationExpressionSyntax)
        {
            return Fail(Rules.Unsafe, operation, "'stackalloc'");
        }

        if (operation.Syntax.RawKind == (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.PointerIndirectionExpression
            || operation.Type is IPointerTypeSymbol)
        {
            return Fail(Rules.Unsafe, operation, "A pointer");
        }

        string kind = operation.Kind == OperationKind.None
            ? operation.Syntax.RawKind.ToString(CultureInfo.InvariantCulture)
            : operation.Kind.ToString();
        return Fail(Rules.Construct, operation, $"This expression ({kind})", "see docs/subset.md for what has one");
    }

    private Expression Found(Finding finding, IOperation operation)
    {
        builder.Report(method, finding);
        return Nothing(operation);
    }

    private Expression Local(ILocalSymbol local, IOperation operation)
    {
        if (aliases.TryGetValue(local, out Expression? alias))
        {
            return alias;
        }

        if (indices.TryGetValue(local, out int index))
        {
            return new Variable(Names.Of(local.Type), index);
        }

        // Declared by a statement that was not lowered, which has been reported.
        return local.IsConst ? Unsupported(operation)
            : new Variable(Names.Of(local.Type), AddVariable(local, local.Name, local.Type, VariableKind.Local));
    }

    private Expression Parameter(IParameterReferenceOperation operation)
    {
        IParameterSymbol parameter = operation.Parameter;
        FormType type = Names.Of(parameter.Type);
        if (indices.TryGetValue(parameter, out int index))
        {
            return new Variable(type, index);
        }

        if (parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor })
        {
            return Member(parameter, parameter.Name, parameter.Type, new This(thisType), parameter.ContainingType, operation);
        }

        return Fail(Rules.Construct, operation, $"The parameter '{parameter.Name}' of a method around this one", "pass it as a parameter");
    }

    private Expression Instance(IInstanceReferenceOperation operation) =>
        operation.ReferenceKind == InstanceReferenceKind.ContainingTypeInstance
            ? new This(thisType)
            : Fail(Rules.Construct, operation, "This reference to an object", "name the member's object");

    private Expression FieldValue(IFieldReferenceOperation operation)
    {
        IFieldSymbol field = operation.Field;
        if (field.IsConst || operation.ConstantValue.HasValue)
        {
            return Unsupported(operation);
        }

        if (field.IsStatic && !field.IsReadOnly)
        {
            return Fail(Rules.StaticState, operation, field.Name);
        }

        return Member(field, (field.CorrespondingTupleField ?? field).Name, field.Type,
            operation.Instance is null ? null : Value(operation.Instance), field.ContainingType, operation);
    }

    /// <summary>A field, auto-property or captured constructor parameter.</summary>
    private Expression Member(ISymbol member, string name, ITypeSymbol type, Expression? target, INamedTypeSymbol declaringType,
        IOperation operation)
    {
        if (Names.IsSimulationOnly(member))
        {
            return Fail(Rules.SimulationOnly, operation, member.Name);
        }

        if (type is IArrayTypeSymbol { ElementType: var element } && IsElaborationObject(element))
        {
            // An array of buses or of a process's parts.
        }
        else if (!CheckType(type, operation.Syntax.GetLocation(), allowsObjects: true))
        {
            return Nothing(operation);
        }

        bool isReadOnly = declaringType.IsValueType && target is not null and not This ? IsConstant(target)
            : !declaringType.IsValueType && Facts.IsReadOnly(member);
        if (target is null)
        {
            isReadOnly = true;
        }

        if (IsElaborationObject(type) && !isReadOnly && !declaringType.IsValueType)
        {
            Report(Rules.Array, operation, $"'{name}' may refer to another bus or object later", "make the field readonly");
        }

        return new Field(Names.Of(type), target, Names.Of(declaringType), name, isReadOnly);
    }

    private Expression PropertyValue(IPropertyReferenceOperation operation)
    {
        IPropertySymbol property = operation.Property;
        if (Names.IsSimulationOnly(property))
        {
            return Fail(Rules.SimulationOnly, operation, property.Name);
        }

        if (property.ContainingType is INamedTypeSymbol bus && Names.IsBus(bus))
        {
            CheckType(property.Type, operation.Syntax.GetLocation());
            return new Signal(Names.Of(property.Type), Value(operation.Instance!), Names.Of(bus), property.Name);
        }

        if (Names.HalfOf(property) is { } half)
        {
            // What a stream says of itself is what one of its halves says, so that it is written as well as read.
            CheckType(property.Type, operation.Syntax.GetLocation());
            Expression place = Member(half, half.Name, half.Type, Value(operation.Instance!), property.ContainingType, operation);
            return new Signal(Names.Of(property.Type), place, Names.Of(half.Type), property.Name);
        }

        if (property.ContainingType.SpecialType == SpecialType.System_Array && property.Name == "Length" && operation.Instance is not null)
        {
            return new Length(Int32, Value(operation.Instance));
        }

        if (property.GetMethod is not IMethodSymbol getter)
        {
            return Nothing(operation);
        }

        if (Intrinsics.Name(getter) is string intrinsic)
        {
            return IntrinsicCall(intrinsic, getter, operation.Instance, operation.Arguments, operation.ConstrainedToType, operation);
        }

        // Generic arithmetic: T.Zero and T.One are numbers.
        if (property is { IsStatic: true, Name: "Zero" or "One" }
            && property.ContainingNamespace?.ToDisplayString() is "System.Numerics" or "System"
            && CheckType(operation.Type!, operation.Syntax.GetLocation()))
        {
            return Converted(new Literal(Int32, property.Name == "One" ? "1" : "0"), Names.Of(operation.Type!));
        }

        if (!property.IsAbstract && !property.IsVirtual && !property.IsOverride && Operations.IsAuto(property))
        {
            if (property.IsStatic && property.SetMethod is not null)
            {
                return Fail(Rules.StaticState, operation, property.Name);
            }

            return Member(property, property.Name, property.Type, operation.Instance is null ? null : Value(operation.Instance),
                property.ContainingType, operation);
        }

        return CallMethod(getter, null, operation.Instance, operation.Arguments, operation, isUsed: true, operation.ConstrainedToType);
    }

    private Expression ArrayElement(IArrayElementReferenceOperation operation, Func<IOperation, Expression> target)
    {
        if (operation.Indices.Length != 1)
        {
            return Fail(Rules.Array, operation, "An array of several dimensions has no hardware form",
                "use one dimension and compute the index");
        }

        if (operation.Indices[0].Type is { SpecialType: SpecialType.None } type && Names.Is(type, "System.Range"))
        {
            return Fail(Rules.Construct, operation, "A range", "use a 'for' loop");
        }

        Expression[] parts = InOrder([() => target(operation.ArrayReference),
            () => Index(operation.Indices[0], () => new Length(Int32, target(operation.ArrayReference)))], [0]);
        return new Element(Names.Of(operation.Type!), parts[0], parts[1]);
    }

    private Expression InlineElement(IInlineArrayAccessOperation operation, Func<IOperation, Expression> target)
    {
        if (Names.Is(operation.Argument.Type, "System.Range"))
        {
            return Fail(Rules.Construct, operation, "A range", "use a 'for' loop");
        }

        string length = (HardwareTypes.InlineArrayLength(operation.Instance.Type) ?? 0).ToString(CultureInfo.InvariantCulture);
        Expression[] parts = InOrder([() => target(operation.Instance), () => Index(operation.Argument, () => new Literal(Int32, length))],
            [0]);
        return new Element(Names.Of(operation.Type!), parts[0], parts[1]);
    }

    /// <summary>An index, also one counted from the end.</summary>
    private Expression Index(IOperation operation, Func<Expression> length)
    {
        IOperation inner = operation is IConversionOperation conversion && Names.Is(conversion.Type, "System.Index") ? conversion.Operand
            : operation;
        return inner is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat
            ? new Binary(Int32, BinaryOperator.Subtract, length(), Value(hat.Operand))
            : Names.Is(inner.Type, "System.Index") ? Fail(Rules.Construct, operation, "A value of type Index", "use an int") : Value(inner);
    }

    private Expression UnaryValue(IUnaryOperation operation)
    {
        if (operation.IsLifted)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (operation.IsChecked)
        {
            return Fail(Rules.Checked, operation);
        }

        if (operation.OperatorMethod is IMethodSymbol custom && !Intrinsics.IsBuiltInOperator(custom))
        {
            return CallOperator(custom, [operation.Operand], operation);
        }

        if (!CheckType(operation.Operand.Type!, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        FormType type = Names.Of(operation.Type!);
        switch (operation.OperatorKind)
        {
            case UnaryOperatorKind.Plus:
                return Value(operation.Operand);
            case UnaryOperatorKind.Minus:
                return new Unary(type, UnaryOperator.Negate, Value(operation.Operand));
            case UnaryOperatorKind.BitwiseNegation:
                return new Unary(type, UnaryOperator.Complement, Value(operation.Operand));
            case UnaryOperatorKind.Not:
                return Not(Value(operation.Operand));
            default:
                return Fail(Rules.Construct, operation, "This operator", "see docs/subset.md for what has one");
        }
    }

    private static BinaryOperator? Operator(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => BinaryOperator.Add,
        BinaryOperatorKind.Subtract => BinaryOperator.Subtract,
        BinaryOperatorKind.Multiply => BinaryOperator.Multiply,
        BinaryOperatorKind.Divide => BinaryOperator.Divide,
        BinaryOperatorKind.Remainder => BinaryOperator.Remainder,
        BinaryOperatorKind.And => BinaryOperator.And,
        BinaryOperatorKind.Or => BinaryOperator.Or,
        BinaryOperatorKind.ExclusiveOr => BinaryOperator.Xor,
        BinaryOperatorKind.LeftShift => BinaryOperator.ShiftLeft,
        BinaryOperatorKind.RightShift => BinaryOperator.ShiftRight,
        BinaryOperatorKind.UnsignedRightShift => BinaryOperator.ShiftRightUnsigned,
        _ => Comparison(kind),
    };

    private static bool CanOverflow(BinaryOperatorKind kind) =>
        kind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply;

    private Expression BinaryValue(IBinaryOperation operation)
    {
        if (operation.IsLifted)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (operation.IsChecked && CanOverflow(operation.OperatorKind))
        {
            return Fail(Rules.Checked, operation);
        }

        if (operation.OperatorMethod is IMethodSymbol custom && !Intrinsics.IsBuiltInOperator(custom))
        {
            if (IsRecordEquality(custom))
            {
                Expression[] records = InOrder(() => Value(operation.LeftOperand), () => Value(operation.RightOperand));
                return new Binary(Boolean, custom.Name == "op_Equality" ? BinaryOperator.Equal : BinaryOperator.NotEqual, records[0],
                    records[1]);
            }

            return CallOperator(custom, [operation.LeftOperand, operation.RightOperand], operation);
        }

        switch (operation.OperatorKind)
        {
            case BinaryOperatorKind.ConditionalAnd:
                return AndAlso(Value(operation.LeftOperand), () => Value(operation.RightOperand));
            case BinaryOperatorKind.ConditionalOr:
                return OrElse(Value(operation.LeftOperand), () => Value(operation.RightOperand));
        }

        if (Operator(operation.OperatorKind) is not BinaryOperator symbol)
        {
            return Fail(Rules.Construct, operation, "This operator", "see docs/subset.md for what has one");
        }

        if (operation.LeftOperand.Type is not ITypeSymbol leftType || operation.RightOperand.Type is not ITypeSymbol rightType)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (!CheckType(leftType, operation.LeftOperand.Syntax.GetLocation())
            || !CheckType(rightType, operation.RightOperand.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        Expression[] operands = InOrder(() => Value(operation.LeftOperand), () => Value(operation.RightOperand));
        return Arithmetic(symbol, leftType, rightType, operation.Type!, operands[0], operands[1]);
    }

    /// <summary>An operator on values of C#'s operand types; arithmetic of enums is done in their underlying type.</summary>
    private static Expression Arithmetic(
        BinaryOperator symbol, ITypeSymbol leftType, ITypeSymbol rightType, ITypeSymbol resultType, Expression left, Expression right)
    {
        FormType result = Names.Of(resultType);
        bool isArithmetic = symbol is BinaryOperator.Add or BinaryOperator.Subtract;
        if (isArithmetic && (leftType.TypeKind == TypeKind.Enum || rightType.TypeKind == TypeKind.Enum))
        {
            INamedTypeSymbol enumeration = (INamedTypeSymbol)(leftType.TypeKind == TypeKind.Enum ? leftType : rightType);
            FormType underlying = Names.Of(enumeration.EnumUnderlyingType!);
            return Converted(new Binary(underlying, symbol, Converted(left, underlying), Converted(right, underlying)), result);
        }

        return new Binary(result, symbol, left, right);
    }

    private static Expression Converted(Expression value, FormType type)
    {
        if (FormPrinter.Describe(value.Type) == FormPrinter.Describe(type))
        {
            return value;
        }

        return new SME.Form.Convert(type, value);
    }

    private Expression TupleComparison(ITupleBinaryOperation operation)
    {
        Subject left = SubjectOf(operation.LeftOperand, true);
        Subject right = SubjectOf(operation.RightOperand, true);
        IReadOnlyList<Subject> lefts = Parts(left);
        IReadOnlyList<Subject> rights = Parts(right);
        Expression equal = new Literal(Boolean, "true");
        for (int i = 0; i < lefts.Count; i++)
        {
            Expression a = AsValue(lefts[i]);
            Expression b = AsValue(rights[i]);
            equal = AndAlso(equal, () => new Binary(Boolean, BinaryOperator.Equal, a, b));
        }

        return operation.OperatorKind == BinaryOperatorKind.Equals ? equal : Not(equal);

        static IReadOnlyList<Subject> Parts(Subject subject) => subject.Elements.Count > 0 ? subject.Elements
            : ((INamedTypeSymbol)subject.Type).TupleElements.Select((
                element, i) => new Subject(element.Type, new Field(Names.Of(element.Type), subject.Value, Names.Of(subject.Type),
                    $"Item{i + 1}", false), [])).ToList();
    }

    private Expression ConditionalValue(IConditionalOperation operation)
    {
        if (operation.IsRef)
        {
            return Fail(Rules.Reference, operation, "A 'ref' choice");
        }

        Expression condition = Value(operation.Condition);
        Expression whenTrue = condition;
        Expression whenFalse = condition;
        SourceLocation location = place;
        Block then = Capture(location, () => whenTrue = Value(operation.WhenTrue));
        Block otherwise = Capture(location, () => whenFalse = Value(operation.WhenFalse!));
        FormType type = Names.Of(operation.Type!);
        if (then.Statements.Count == 0 && otherwise.Statements.Count == 0)
        {
            return condition is Literal known ? (known.Value == "true" ? whenTrue : whenFalse)
                : new Conditional(type, condition, whenTrue, whenFalse);
        }

        if (Plants.Is(Plant.ConditionalRunsBoth))
        {
            condition = Keep(condition);
            then.Statements.Concat(otherwise.Statements).ToList().ForEach(Emit);
            return new Conditional(type, condition, whenTrue, whenFalse);
        }

        Variable result = Temporary(type, "chosen");
        Emit(new If(
            location,
            condition,
            new Block(location, [.. then.Statements, new Assign(location, result, whenTrue)]),
            new Block(location, [.. otherwise.Statements, new Assign(location, result, whenFalse)])));
        return result;
    }

    private Expression Conversion(IConversionOperation operation)
    {
        IOperation operand = operation.Operand;
        ITypeSymbol type = operation.Type!;
        if (operation.OperatorMethod is IMethodSymbol custom)
        {
            if (!Intrinsics.IsBuiltInOperator(custom))
            {
                return CallOperator(custom, [operand], operation);
            }

            if (operation.IsChecked && custom.Name == "op_CheckedExplicit")
            {
                return Fail(Rules.Checked, operation);
            }

            return CheckType(operand.Type!, operation.Syntax.GetLocation()) && CheckType(type, operation.Syntax.GetLocation())
                ? Converted(Value(operand), Names.Of(type))
                : Nothing(operation);
        }

        if (operation.Conversion.IsIdentity || operand is IDefaultValueOperation)
        {
            return operand.Type is null || operand is IDefaultValueOperation ? Zero(type) : Value(operand);
        }

        if (operand.ConstantValue is { HasValue: true, Value: null }
            || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (operation.Conversion.IsReference || operand is ICollectionExpressionOperation
            || (operand is ISwitchExpressionOperation or IConditionalOperation && operand.Type is null))
        {
            return Value(operand);
        }

        if (operand.Type is not ITypeSymbol from)
        {
            return operand is IAnonymousFunctionOperation or IMethodReferenceOperation ? Fail(Rules.Delegate, operation) : Value(operand);
        }

        if (operand is ITupleOperation
            || (from is INamedTypeSymbol { IsTupleType: true } && type is INamedTypeSymbol { IsTupleType: true }))
        {
            return TupleConversion(operand, (INamedTypeSymbol)type);
        }

        if (!CheckType(from, operand.Syntax.GetLocation()) || !CheckType(type, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        // Such as 'new(...)' and 'default', which take their type from what is around them.
        if (IsSameType(from, type))
        {
            return Value(operand);
        }

        bool isNumber = (HardwareTypes.IsInteger(from) || from.TypeKind == TypeKind.Enum)
            && (HardwareTypes.IsInteger(type) || type.TypeKind == TypeKind.Enum);
        if (!isNumber)
        {
            return Fail(Rules.Construct, operation, $"A conversion from '{from.ToDisplayString()}' to '{type.ToDisplayString()}'",
                "convert between integers and enums only");
        }

        return operation.IsChecked && !operation.IsImplicit ? Fail(Rules.Checked, operation) : Converted(Value(operand), Names.Of(type));
    }

    private Expression TupleConversion(IOperation operand, INamedTypeSymbol type)
    {
        Subject subject = SubjectOf(operand, true);
        FormType form = Names.Of(type);
        if (subject.Value is not null && FormPrinter.Describe(subject.Value.Type) == FormPrinter.Describe(form))
        {
            return subject.Value;
        }

        List<FieldValue> fields = [];
        for (int i = 0; i < type.TupleElements.Length; i++)
        {
            FormType element = Names.Of(type.TupleElements[i].Type);
            Expression value = subject.Elements.Count > 0
                ? AsValue(subject.Elements[i])
                : new Field(Names.Of(((INamedTypeSymbol)subject.Type).TupleElements[i].Type), subject.Value, Names.Of(subject.Type),
                    $"Item{i + 1}", false);
            fields.Add(new FieldValue($"Item{i + 1}", Converted(value, element)));
        }

        return new With(form, new Default(form), fields);
    }

    private Expression Tuple(ITupleOperation operation)
    {
        if (operation.Elements.Length > 7)
        {
            return Fail(Rules.Construct, operation, "A tuple of more than 7 elements", "use a record struct");
        }

        if (!CheckType(operation.Type!, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        Expression[] elements = InOrder(operation.Elements.Select(element => (Func<Expression>)(() => Value(element))).ToArray());
        FormType type = Names.Of(operation.Type!);
        return new With(type, new Default(type), elements.Select((element, i) => new FieldValue($"Item{i + 1}", element)).ToList());
    }

    private Expression ArrayCreation(IArrayCreationOperation operation)
    {
        if (!CheckType(operation.Type!, operation.Syntax.GetLocation()) || operation.DimensionSizes.Length != 1)
        {
            return Nothing(operation);
        }

        Expression length = Bound(operation.DimensionSizes[0], "length of an array");
        IReadOnlyList<IOperation> initial = operation.Initializer?.ElementValues.ToArray() ?? [];
        Expression[] elements = InOrder(initial.Select(element => (Func<Expression>)(() => Value(element))).ToArray());
        return new NewArray(Names.Of(operation.Type!), length, elements);
    }

    private Expression Collection(ICollectionExpressionOperation operation)
    {
        if (!CheckType(operation.Type!, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        if (operation.Type is not IArrayTypeSymbol && HardwareTypes.InlineArrayLength(operation.Type) is null)
        {
            return Fail(Rules.Array, operation, "A collection expression of this type has no hardware form",
                "use an array or an inline array");
        }

        if (operation.Elements.Any(element => element is ISpreadOperation))
        {
            return Fail(Rules.Array, operation, "A spread '..' has no hardware form", "copy the elements in a 'for' loop");
        }

        Expression[] elements = InOrder(operation.Elements.Select(element => (Func<Expression>)(() => Value(element))).ToArray());
        return new NewArray(Names.Of(operation.Type!), new Literal(Int32, elements.Length.ToString(CultureInfo.InvariantCulture)),
            elements);
    }
}
