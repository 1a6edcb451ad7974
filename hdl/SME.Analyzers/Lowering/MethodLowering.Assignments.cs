// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Assignments.</content>
internal sealed partial class MethodLowering
{
    /// <summary>
    /// Something that can be assigned: a place of the form, or a property with a setter that is called.
    /// </summary>
    private sealed record Target(Expression? Place, IPropertySymbol? Property, Expression? Receiver, IOperation Operation)
    {
        public static Target Nowhere(IOperation operation) => new(null, null, null, operation);
    }

    /// <summary>Lowers what stands on the left of an assignment. What it reads to find the place is evaluated now.</summary>
    private Target TargetOf(IOperation operation)
    {
        IOperation inner = Operations.Strip(operation);
        if (Operations.IsSimulationOnly(inner))
        {
            return Target.Nowhere(inner);
        }

        switch (inner)
        {
            case IDeclarationExpressionOperation declaration:
                return TargetOf(declaration.Expression);
            case IDiscardOperation discard:
                return new Target(Temporary(Names.Of(discard.Type!), "unused"), null, null, inner);
            case IPropertyReferenceOperation { Property: var property } reference
                when !Names.IsBus(property.ContainingType) && Names.HalfOf(property) is null
                    && !(Operations.IsAuto(property) && !property.IsVirtual && !property.IsOverride):
                return new Target(null, property, reference.Instance is null ? null : PlaceOf(reference.Instance), inner);
            default:
                return new Target(PlaceOf(inner), null, null, inner);
        }
    }

    /// <summary>Lowers an operation that names a variable, field, element or signal.</summary>
    private Expression PlaceOf(IOperation operation)
    {
        IOperation inner = Operations.Strip(operation);
        switch (inner)
        {
            case ILocalReferenceOperation local:
                if (!indices.ContainsKey(local.Local) && !aliases.ContainsKey(local.Local))
                {
                    // Declared here: 'out var', or in a deconstruction.
                    CheckType(local.Local.Type, inner.Syntax.GetLocation());
                    AddVariable(local.Local, local.Local.Name, local.Local.Type, VariableKind.Local);
                }

                return Local(local.Local, inner);
            case IArrayElementReferenceOperation element:
                return Checked(ArrayElement(element, PlaceOf), inner);
            case IInlineArrayAccessOperation element:
                return InlineElement(element, PlaceOf);
            case IFieldReferenceOperation { Field: var field } reference:
                if (field.IsStatic)
                {
                    return Fail(Rules.StaticState, inner, field.Name);
                }

                if (IsOtherObject(field, reference.Instance))
                {
                    return Fail(Rules.SharedState, inner, field.Name);
                }

                return reference.Instance is { Type.IsValueType: true } instance
                    ? new Field(Names.Of(field.Type), PlaceOf(instance), Names.Of(field.ContainingType),
                        (field.CorrespondingTupleField ?? field).Name, false)
                    : FieldValue(reference);
            case IPropertyReferenceOperation { Property: var property } reference
                when !Names.IsBus(property.ContainingType) && Operations.IsAuto(property):
                if (property.IsStatic)
                {
                    return Fail(Rules.StaticState, inner, property.Name);
                }

                if (IsOtherObject(property, reference.Instance))
                {
                    return Fail(Rules.SharedState, inner, property.Name);
                }

                return new Field(Names.Of(property.Type), PlaceOf(reference.Instance!), Names.Of(property.ContainingType), property.Name,
                    false);
            case IDiscardOperation discard:
                return Temporary(Names.Of(discard.Type!), "unused");
            case IDeclarationExpressionOperation declaration:
                return PlaceOf(declaration.Expression);
            case IInvocationOperation or IConditionalOperation or ISwitchExpressionOperation
                when inner.Type is IArrayTypeSymbol && !IsSteady(inner):
                return Fail(
                    Rules.Array,
                    inner,
                    "Which array this is depends on values or a call, and it would be a copy here",
                    "write the elements of each array by its name");
            case IInvocationOperation or IConversionOperation or IObjectCreationOperation or IDefaultValueOperation
                or IConditionalOperation or ISwitchExpressionOperation:
                return Keep(Value(inner));
            default:
                return Value(inner);
        }
    }

    /// <summary>Whether a member that is assigned belongs to an object other than a process that runs.</summary>
    private static bool IsOtherObject(ISymbol member, IOperation? instance) => member.ContainingType.IsReferenceType
        && (instance is not IInstanceReferenceOperation
            || !(Names.DerivesFrom(member.ContainingType, "SME.Process") || member.ContainingType.TypeKind == TypeKind.Interface));

    private Expression Checked(Expression target, IOperation operation)
    {
        // Elements of an array that belongs to another object are that object's state.
        Expression inner = target;
        while (true)
        {
            switch (inner)
            {
                case Element element:
                    inner = element.Target;
                    continue;
                case Field { Target: null, Name: var name }:
                    return Fail(Rules.StaticState, operation, name);
                case Field { Target: Field { Type: NamedType } or Element, Type: ArrayType, Name: var name } field
                    when FormTree.Root(field) is This or Field:
                    return Fail(Rules.SharedState, operation, name);
                default:
                    return target;
            }
        }
    }

    private Expression Read(Target target)
    {
        if (target.Place is not null)
        {
            return target.Place;
        }

        return target.Property?.GetMethod is IMethodSymbol getter
            ? CallMethod(getter, target.Receiver, null, [], target.Operation, isUsed: true) : Nothing(target.Operation);
    }

    private void Write(Target target, Expression value)
    {
        if (target.Place is not null)
        {
            Emit(new Assign(place, target.Place, value));
        }
        else if (target.Property is IPropertySymbol property && property.SetMethod is IMethodSymbol setter)
        {
            if (property.IsIndexer)
            {
                Report(Rules.Construct, target.Operation, "Assigning an indexer", "write a method");
                return;
            }

            builder.Require(setter);
            if (property.ContainingType.IsReferenceType && target.Receiver is not This)
            {
                Report(Rules.SharedState, target.Operation, property.Name);
            }

            Emit(new CallStatement(place, Reference(setter, null, target.Operation), target.Receiver, [value], null));
        }
    }

    /// <summary>Keeps the indices of a target while the value is evaluated, if that disturbs them.</summary>
    private (Target Target, Expression Value) TargetAndValue(IOperation left, Func<Target, Expression> right)
    {
        Target? target = null;
        Expression[] parts = InOrder([() => PartOf(target = TargetOf(left)), () => right(target!)], [0]);
        return (Settled(target!, parts[0]), parts[1]);
    }

    /// <summary>What is evaluated of a target before its value is.</summary>
    private static Expression PartOf(Target target) => target.Place ?? target.Receiver ?? new Default(Int32);

    private static Target Settled(Target target, Expression part) =>
        target.Place is not null ? target with { Place = part } : target.Receiver is not null ? target with { Receiver = part } : target;

    private Expression Assignment(ISimpleAssignmentOperation operation, bool isUsed)
    {
        Once(operation);
        if (operation.IsRef)
        {
            return Fail(Rules.Reference, operation, "A 'ref' assignment");
        }

        if (Operations.Strip(operation.Target) is IDiscardOperation)
        {
            Effect(operation.Value);
            return Nothing(operation);
        }

        if (!isUsed && Operations.IsSimulationOnly(operation.Target))
        {
            return Nothing(operation);
        }

        if (IsShared(operation.Target.Type!)
            && Operations.Strip(operation.Value) is not (IArrayCreationOperation or ICollectionExpressionOperation))
        {
            return Fail(Rules.Array, operation,
                $"After this assignment two names stand for one {(operation.Target.Type is IArrayTypeSymbol ? "array" : "object")}",
                "copy the elements in a 'for' loop");
        }

        if (operation.Target.Type is IArrayTypeSymbol && (isUsed || ReplacesForOthers(operation)))
        {
            const string what = "This assignment may replace an array that is being used under this name";
            return Fail(Rules.Array, operation, what, "copy the elements in a 'for' loop");
        }

        if (!isUsed && IsOfProcess(operation.Target) && Operations.Strip(operation.Value) is ISwitchExpressionOperation choice
            && operation.Value is not IConversionOperation)
        {
            Target plain = TargetOf(operation.Target);
            if (plain.Place is Variable or Field { Target: This } or Signal { Bus: Field { Target: This } })
            {
                SwitchExpression(choice, value => Write(plain, value));
                return Nothing(operation);
            }
        }

        (Target target, Expression value) = TargetAndValue(operation.Target, _ => Value(operation.Value));
        if (isUsed && value is not Literal && !Plants.Is(Plant.AssignmentEvaluatedAgain))
        {
            value = Keep(value);
        }

        Write(target, value);
        return value;
    }

    // A local, a field of this process or a signal of one of its buses: nothing is evaluated to find it, so to lower it twice does no harm.
    private static bool IsOfProcess(IOperation target) => Operations.Strip(target) switch
    {
        ILocalReferenceOperation => true,
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } => true,
        IPropertyReferenceOperation { Instance: IFieldReferenceOperation { Instance: IInstanceReferenceOperation } } => true,
        _ => false,
    };

    /// <summary>
    /// Whether an array is replaced where C# may still hold the one before: in a method that others call, in a 'foreach' over it, or beside
    /// another name for it.
    /// </summary>
    private bool ReplacesForOthers(ISimpleAssignmentOperation assignment)
    {
        ISymbol? root = Operations.Root(assignment.Target);
        bool isOwn = root is ILocalSymbol local && Comparer.Equals(local.ContainingSymbol, method);
        bool isTick = method.IsOverride && method.Name is "OnTick" or "OnTickAsync";
        if (root is null || (!isOwn && !isTick) || aliases.Values.Any(IsOfRoot))
        {
            return true;
        }

        for (IOperation? outer = assignment.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IForEachLoopOperation loop && Comparer.Equals(Operations.Root(loop.Collection), root))
            {
                return true;
            }
        }

        return false;

        bool IsOfRoot(Expression alias) => indices.TryGetValue(root!, out int index)
            ? FormTree.Root(alias) is Variable variable && variable.Index == index
            : FormTree.Root(alias) is This or Field && FormTree.All(alias).Any(part => part is Field field && field.Name == root!.Name);
    }

    /// <summary>
    /// Whether an array, whichever it is, keeps the elements that construction gave it, so that it does not matter under how many names it
    /// is known.
    /// </summary>
    private bool IsSteady(IOperation array) => Operations.Strip(array) switch
    {
        IConditionalOperation choice => IsSteady(choice.WhenTrue) && choice.WhenFalse is not null && IsSteady(choice.WhenFalse),
        ISwitchExpressionOperation choice => choice.Arms.All(arm => IsSteady(arm.Value)),
        IFieldReferenceOperation field => field.Field.IsStatic || Facts.IsReadOnly(field.Field),
        IPropertyReferenceOperation property => Facts.IsReadOnly(property.Property),
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter =>
            Facts.IsReadOnly(parameter.Parameter),
        _ => false,
    };

    private Expression Compound(ICompoundAssignmentOperation operation, bool isUsed)
    {
        Once(operation);
        if (!isUsed && Operations.IsSimulationOnly(operation.Target))
        {
            return Nothing(operation);
        }

        if (operation.IsLifted)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (operation.IsChecked && CanOverflow(operation.OperatorKind))
        {
            return Fail(Rules.Checked, operation);
        }

        ITypeSymbol targetType = operation.Target.Type!;
        ITypeSymbol valueType = operation.Value.Type ?? targetType;
        if (!CheckType(targetType, operation.Target.Syntax.GetLocation()) || !CheckType(valueType, operation.Value.Syntax.GetLocation())
            || Operator(operation.OperatorKind) is not BinaryOperator symbol)
        {
            return Nothing(operation);
        }

        IMethodSymbol? custom = operation.OperatorMethod is IMethodSymbol user && !Intrinsics.IsBuiltInOperator(user) ? user : null;
        (Target target, Expression result) = TargetAndValue(operation.Target, target =>
        {
            bool isSeen = custom?.Parameters[0].RefKind == RefKind.In && target.Place is not null;
            Expression[] operands = Plants.Is(Plant.CompoundReadsLate)
                ? Enumerable.Reverse(InOrder(() => Value(operation.Value), () => Read(target))).ToArray()
                : InOrder([() => Read(target), () => Value(operation.Value)], isSeen ? [0] : []);
            if (custom is not null)
            {
                return Applied(custom, operands, operation);
            }

            bool isShift = symbol is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight or BinaryOperator.ShiftRightUnsigned;
            ITypeSymbol type = operation.OperatorMethod is not null ? operation.OperatorMethod.Parameters[0].Type
                : targetType.TypeKind == TypeKind.Enum ? targetType
                : isShift ? Promoted(targetType) : valueType;
            return Converted(Arithmetic(symbol, type, valueType, type, Converted(operands[0], Names.Of(type)), operands[1]),
                Names.Of(targetType));
        });
        if (isUsed)
        {
            result = Keep(result);
        }

        Write(target, result);
        return result;
    }

    /// <summary>The type in which C# shifts a value of a type.</summary>
    private ITypeSymbol Promoted(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_UInt16
            or SpecialType.System_Char =>
            builder.Sources.Compilation.GetSpecialType(SpecialType.System_Int32),
        _ => type,
    };

    private Expression Increment(IIncrementOrDecrementOperation operation, bool isUsed)
    {
        Once(operation);
        if (!isUsed && Operations.IsSimulationOnly(operation.Target))
        {
            return Nothing(operation);
        }

        ITypeSymbol type = operation.Type!;
        if (operation.IsLifted)
        {
            return Fail(Rules.Nullable, operation);
        }

        if (operation.IsChecked)
        {
            return Fail(Rules.Checked, operation);
        }

        if (!CheckType(type, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        Target target = TargetOf(operation.Target);
        Expression old = Read(target);
        if (isUsed && operation.IsPostfix && !Plants.Is(Plant.PostfixGivesNew))
        {
            old = Keep(old);
        }

        FormType form = Names.Of(type);
        FormType arithmetic = type is INamedTypeSymbol { TypeKind: TypeKind.Enum } enumeration ? Names.Of(enumeration.EnumUnderlyingType!)
            : form;
        bool isUp = operation.Kind == OperationKind.Increment;
        Expression result;
        if (operation.OperatorMethod is IMethodSymbol custom && !Intrinsics.IsBuiltInOperator(custom))
        {
            result = Applied(custom, [old], operation);
        }
        else
        {
            result = Converted(new Binary(arithmetic, isUp ? BinaryOperator.Add : BinaryOperator.Subtract, Converted(old, arithmetic),
                new Literal(arithmetic, "1")), form);
        }

        if (isUsed && !operation.IsPostfix)
        {
            result = Keep(result);
        }

        Write(target, result);
        return operation.IsPostfix ? old : result;
    }

    private Expression Deconstruction(IDeconstructionAssignmentOperation operation, bool isUsed)
    {
        List<IOperation> places = Operations.Elements(operation.Target).ToList();
        IOperation whole = operation.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : operation.Target;
        if (whole is not ITupleOperation tuple || tuple.Elements.Length != places.Count)
        {
            return Fail(Rules.Construct, operation, "Taking a tuple inside a tuple apart", "take one apart after the other");
        }

        if (places.FirstOrDefault(place => place.Type is not null && IsShared(place.Type)) is IOperation shared)
        {
            const string what = "After this assignment two names may stand for one array or object";
            return Fail(Rules.Array, shared, what, "copy the elements in a 'for' loop");
        }

        // All places first, then all values, then the writes; each write may change what finds a later place.
        Target[] targets = new Target[places.Count];
        IReadOnlyList<Expression>? values = null;
        List<Func<Expression>> parts = places.Select((place, i) => (Func<Expression>)(() => PartOf(targets[i] = TargetOf(place)))).ToList();
        parts.Add(() =>
        {
            values = Deconstructed(operation.Value, places.Count);
            return new Default(Int32);
        });
        Expression[] settled = InOrder(parts, [.. Enumerable.Range(0, places.Count)]);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = Settled(targets[i], settled[i]);
        }

        if (values is null)
        {
            return Fail(Rules.Construct, operation, "Taking this value apart", "use tuples or record structs");
        }

        int first = current.Count;
        for (int i = 0; i < targets.Length; i++)
        {
            if (places[i].Type is not ITypeSymbol type || Operations.Strip(places[i]) is IDiscardOperation)
            {
                continue;
            }

            int before = current.Count;
            Write(targets[i], Converted(values[i], Names.Of(type)));
            Effects effects = new(current.Skip(before), variables);
            List<Statement> kept = [];
            for (int later = i + 1; later < targets.Length && !Plants.Is(Plant.DeconstructionFindsLate); later++)
            {
                targets[later] = Settled(targets[later], StabilisePlace(PartOf(targets[later]), effects, kept));
            }

            current.InsertRange(first, kept);
            first += kept.Count;
        }

        return isUsed ? Fail(Rules.Construct, operation, "The value of a deconstruction", "use its parts") : Nothing(operation);
    }

    private IReadOnlyList<Expression>? Deconstructed(IOperation operation, int count)
    {
        IOperation inner = operation is IConversionOperation { OperatorMethod: null } conversion
            && conversion.Operand.Type is INamedTypeSymbol { IsTupleType: true } ? conversion.Operand : Operations.Strip(operation);
        if (inner is ITupleOperation tuple)
        {
            // All values are read before the first place is assigned.
            Expression[] values = InOrder(tuple.Elements.Select(element => (Func<Expression>)(() => Value(element))).ToArray());
            return values.Select(value => IsConstant(value) || Plants.Is(Plant.DeconstructionReadsLate) ? value : Keep(value)).ToList();
        }

        if (inner.Type is INamedTypeSymbol { IsTupleType: true } tupleType)
        {
            Expression whole = Keep(Value(inner));
            return tupleType.TupleElements.Select((
                element, i) => (Expression)new Field(Names.Of(element.Type), whole, whole.Type, $"Item{i + 1}", false)).ToList();
        }

        IMethodSymbol? deconstruct = inner.Type?.GetMembers("Deconstruct").OfType<IMethodSymbol>()
            .FirstOrDefault(candidate => candidate.Parameters.Length == count);
        if (deconstruct is null)
        {
            return null;
        }

        if (RecordProperties(deconstruct) is IReadOnlyList<IPropertySymbol> properties)
        {
            Expression whole = Keep(Value(inner));
            return properties.Select(property => (Expression)new Field(Names.Of(property.Type), whole, whole.Type, property.Name, false))
                .ToList();
        }

        builder.Require(deconstruct);
        List<Expression> results = deconstruct.Parameters.Select(parameter => (Expression)Temporary(Names.Of(parameter.Type))).ToList();
        bool isPlace = !deconstruct.IsReadOnly && IsVariable(inner) && !IsReadOnlyVariable(inner);
        Expression subject = isPlace ? PlaceOf(inner) : Keep(Value(inner));
        Emit(new CallStatement(place, Reference(deconstruct, null, operation), subject, results, null));
        return results;
    }
}
