// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Calls and construction.</content>
internal sealed partial class MethodLowering
{
    private static bool IsCompilerMade(IMethodSymbol method) =>
        method.IsImplicitlyDeclared || method.GetAttributes().Any(data => data.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static bool IsRecordEquality(IMethodSymbol method) =>
        method.Name is "op_Equality" or "op_Inequality" && method.ContainingType.IsValueType && IsCompilerMade(method);

    /// <summary>The properties behind a record struct's own Deconstruct, in order; null if it was written by hand.</summary>
    private static IReadOnlyList<IPropertySymbol>? RecordProperties(IMethodSymbol deconstruct)
    {
        if (!IsCompilerMade(deconstruct) || !deconstruct.ContainingType.IsValueType)
        {
            return null;
        }

        List<IPropertySymbol> properties = deconstruct.Parameters
            .SelectMany(parameter => deconstruct.ContainingType.GetMembers(parameter.Name).OfType<IPropertySymbol>()).ToList();
        return properties.Count == deconstruct.Parameters.Length && properties.All(Operations.IsAuto) ? properties : null;
    }

    private MethodReference Reference(IMethodSymbol callee, ITypeSymbol? constrainedTo, IOperation operation)
    {
        IMethodSymbol definition = Sources.Definition(callee);
        builder.Require(definition);
        builder.AddCall(method, definition, operation.Syntax.GetLocation());
        bool isVirtual = (callee.IsVirtual || callee.IsAbstract || callee.IsOverride) && !callee.IsSealed
            && callee.ContainingType is { IsSealed: false, IsValueType: false };
        if (operation is IInvocationOperation { IsVirtual: false, Instance: not null } && callee.ContainingType.TypeKind == TypeKind.Class)
        {
            isVirtual = false;
        }

        if (constrainedTo is not null || (callee.ContainingType.TypeKind == TypeKind.Interface && isVirtual) || isVirtual)
        {
            builder.RequireImplementations(definition);
        }

        FormType declaringType = constrainedTo is not null ? Names.Of(constrainedTo) : Names.Of(callee.ContainingType);
        return new MethodReference(declaringType, Names.Id(callee), Names.TypeArguments(callee), isVirtual || constrainedTo is not null);
    }

    private Expression Invocation(IInvocationOperation operation, bool isUsed)
    {
        Once(operation);
        IMethodSymbol callee = operation.TargetMethod;
        if (Names.IsSimulationOnly(callee))
        {
            return isUsed ? Fail(Rules.SimulationOnly, operation, callee.Name) : Nothing(operation);
        }

        string owner = Names.Full(callee.ContainingType);
        if (owner == "System.Diagnostics.Debug" && callee.Name == "Assert")
        {
            return Nothing(operation);
        }

        if (owner is "System.Console" or "System.Diagnostics.Debug" or "System.Diagnostics.Trace")
        {
            return Fail(Rules.Output, operation, $"{callee.ContainingType.Name}.{callee.Name}");
        }

        if (callee.ContainingType.TypeKind == TypeKind.Delegate)
        {
            return Fail(Rules.Delegate, operation);
        }

        if (callee.Name == "ClockAsync" && Names.Is(callee.ContainingType, "SME.StateProcess"))
        {
            return Fail(Rules.Async, operation, "ClockAsync without 'await'");
        }

        if (callee.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask" }
            && callee.ContainingNamespace?.ToDisplayString() != "System.Threading.Tasks.Sources")
        {
            return Fail(Rules.Async, operation, $"'{callee.Name}' is asynchronous");
        }

        if (Intrinsics.Name(callee) is string intrinsic)
        {
            return IntrinsicCall(intrinsic, callee, operation.Instance, operation.Arguments, operation.ConstrainedToType, operation);
        }

        return WellKnown(operation) ?? CallMethod(callee, null, operation.Instance, operation.Arguments, operation, isUsed,
            operation.ConstrainedToType);
    }

    /// <summary>Library methods that are operators by another name.</summary>
    private Expression? WellKnown(IInvocationOperation operation)
    {
        IMethodSymbol callee = operation.TargetMethod;
        if (callee is { Name: "HasFlag", ContainingType.SpecialType: SpecialType.System_Enum })
        {
            Expression[] flags = InOrder(() => Value(Unboxed(operation.Instance!)), () => Value(Unboxed(operation.Arguments[0].Value)));
            Expression flag = flags[1] is Literal ? flags[1] : Keep(flags[1]);
            return new Binary(Boolean, BinaryOperator.Equal, new Binary(flags[0].Type, BinaryOperator.And, flags[0], flag), flag);
        }

        bool isOwnEquals = callee is { Name: "Equals", Parameters.Length: 1, IsStatic: false }
            && operation.Instance?.Type is { IsValueType: true } type
            && FormPrinter.Describe(Names.Of(type)) == FormPrinter.Describe(Names.Of(callee.Parameters[0].Type))
            && (HardwareTypes.IsInteger(type) || HardwareTypes.IsBits(type) || type.SpecialType == SpecialType.System_Boolean
                || IsCompilerMade(callee));
        if (isOwnEquals)
        {
            Expression[] operands = InOrder(
                [() => Value(operation.Instance!), () => Value(operation.Arguments[0].Value)],
                IsVariable(operation.Instance!) ? [0] : []);
            return new Binary(Boolean, BinaryOperator.Equal, operands[0], operands[1]);
        }

        // Generic arithmetic: T.CreateTruncating(x) is a conversion.
        if (callee is { Name: "CreateTruncating", IsStatic: true, Parameters.Length: 1 }
            && callee.ContainingNamespace?.ToDisplayString() is "System.Numerics" or "System"
            && operation.Type is ITypeSymbol result && (HardwareTypes.IsInteger(result) || result is ITypeParameterSymbol))
        {
            return CheckType(operation.Arguments[0].Value.Type!, operation.Syntax.GetLocation())
                ? Converted(Value(operation.Arguments[0].Value), Names.Of(result)) : Nothing(operation);
        }

        return null;
    }

    private static IOperation Unboxed(
        IOperation operation) => operation is IConversionOperation { OperatorMethod: null } conversion ? Unboxed(conversion.Operand)
            : operation;

    private Expression IntrinsicCall(
        string name, IMethodSymbol callee, IOperation? instance, IEnumerable<IArgumentOperation> arguments, ITypeSymbol? constrainedTo,
        IOperation operation)
    {
        // In the order in which they are written; an object that is a variable is only looked at when its member runs.
        List<(int Position, Func<Expression> Part)> written = [];
        if (instance is not null)
        {
            written.Add((-1, () => Value(instance)));
        }

        written.AddRange(arguments.Select(argument => (argument.Parameter?.Ordinal ?? 0, (Func<Expression>)(() => Value(argument.Value)))));
        if (!CheckType(operation.Type!, operation.Syntax.GetLocation())
            || !arguments.All(argument => CheckType(argument.Value.Type ?? argument.Parameter!.Type, argument.Syntax.GetLocation())))
        {
            return Nothing(operation);
        }

        List<FormType> types = constrainedTo is not null
            ? [Names.Of(constrainedTo)]
            : [.. callee.ContainingType.TypeArguments.Select(Names.Of), .. callee.TypeArguments.Select(Names.Of)];
        if (Plants.Is(Plant.LibraryNamedInOrderOfParameters))
        {
            written = written.OrderBy(part => part.Position).ToList();
        }

        Expression[] values = InOrder(written.Select(part => part.Part).ToArray(), instance is not null && IsVariable(instance) ? [0] : []);
        List<Expression> ordered = written.Select((part, i) => (part.Position, Value: values[i])).OrderBy(part => part.Position)
            .Select(part => part.Value).ToList();
        return new Intrinsic(Names.Of(operation.Type!), name, types, ordered);
    }

    /// <summary>Arguments in the order of the parameters, evaluated in the order in which they are written.</summary>
    private Expression[] Arguments(IMethodSymbol callee, IEnumerable<IArgumentOperation> arguments)
    {
        List<IArgumentOperation> written = Plants.Is(Plant.NamedInOrderOfParameters)
            ? arguments.OrderBy(argument => argument.Parameter!.Ordinal).ToList()
            : arguments.ToList();
        HashSet<int> places = [];
        for (int i = 0; i < written.Count; i++)
        {
            if (IsPlace(written[i].Parameter!) || (IsSeen(written[i].Parameter!) && IsVariable(written[i].Value)))
            {
                places.Add(i);
            }
        }

        CheckAliases(written.Where(argument => IsPlace(argument.Parameter!)));
        Expression[] values = InOrder(written.Select(argument => (Func<Expression>)(() => Argument(argument))).ToArray(), places);
        Expression[] ordered = new Expression[callee.Parameters.Length];
        for (int i = 0; i < written.Count; i++)
        {
            ordered[written[i].Parameter!.Ordinal] = values[i];
        }

        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] ??= new Default(Names.Of(callee.Parameters[i].Type));
        }

        return ordered;
    }

    private bool IsPlace(IParameterSymbol parameter) =>
        parameter.RefKind is RefKind.Ref or RefKind.Out || (parameter.Type is IArrayTypeSymbol && Facts.IsWritten(parameter));

    /// <summary>Whether a method sees the place itself that it is given, without writing it.</summary>
    private static bool IsSeen(IParameterSymbol parameter) =>
        parameter.RefKind is RefKind.In or RefKind.RefReadOnlyParameter || parameter.Type is IArrayTypeSymbol;

    /// <summary>Whether an operation stands for a place that has a name, not for a value.</summary>
    private static bool IsVariable(IOperation operation) => operation switch
    {
        IParenthesizedOperation parenthesized => IsVariable(parenthesized.Operand),
        IConversionOperation { IsImplicit: true, Conversion.IsIdentity: true } conversion => IsVariable(conversion.Operand),
        ILocalReferenceOperation { Local.IsConst: false } or IParameterReferenceOperation or IArrayElementReferenceOperation => true,
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => true,
        IFieldReferenceOperation { Field.IsConst: false } field =>
            field.Instance is null or { Type.IsReferenceType: true } || IsVariable(field.Instance),
        IInlineArrayAccessOperation element => IsVariable(element.Instance),
        _ => false,
    };

    /// <summary>Whether C# lets nobody change a variable by this name, so that a method which might change it runs on a copy.</summary>
    private bool IsReadOnlyVariable(IOperation operation) => operation switch
    {
        IParenthesizedOperation parenthesized => IsReadOnlyVariable(parenthesized.Operand),
        IConversionOperation conversion => IsReadOnlyVariable(conversion.Operand),
        IParameterReferenceOperation parameter => parameter.Parameter.RefKind is RefKind.In or RefKind.RefReadOnlyParameter,
        IInstanceReferenceOperation => method.IsReadOnly || method.ContainingType is { IsValueType: true, IsReadOnly: true },
        IFieldReferenceOperation { Field: var field } reference =>
            (field.IsReadOnly && method.MethodKind is not (MethodKind.Constructor or MethodKind.StaticConstructor))
            || (reference.Instance is { Type.IsValueType: true } instance && IsReadOnlyVariable(instance)),
        IInlineArrayAccessOperation element => IsReadOnlyVariable(element.Instance),
        _ => false,
    };

    private Expression Argument(IArgumentOperation argument) =>
        argument.Parameter!.Type is IArrayTypeSymbol
            && Operations.Strip(argument.Value) is IConditionalOperation or ISwitchExpressionOperation
            && !IsSteady(argument.Value) ? PlaceOf(argument.Value)
        : IsPlace(argument.Parameter!)
            && Operations.Strip(argument.Value) is not (IArrayCreationOperation or ICollectionExpressionOperation)
            ? PlaceOf(argument.Value)
            : IsPlace(argument.Parameter!) ? Keep(Value(argument.Value), "array")
            : argument.Parameter!.RefKind is RefKind.In or RefKind.RefReadOnlyParameter && !IsVariable(argument.Value)
                && !Plants.Is(Plant.PropertyIsPlace) ? Copied(Value(argument.Value))
            : Value(argument.Value);

    /// <summary>A value that came from a place (a property's, or by a cast) and is no longer that.</summary>
    private Expression Copied(Expression value) =>
        value is Variable { Index: var index } && variables[index].Kind == VariableKind.Temporary ? value
        : value is Variable or Field or Element or This ? Keep(value) : value;

    private void CheckAliases(IEnumerable<IArgumentOperation> places)
    {
        HashSet<ISymbol> roots = new(Comparer);
        foreach (IArgumentOperation argument in places)
        {
            if (Operations.Root(argument.Value) is ISymbol root && !roots.Add(root))
            {
                Report(Rules.Aliased, argument, root.Name);
            }
        }
    }

    private Expression CallMethod(
        IMethodSymbol callee, Expression? receiver, IOperation? receiverOperation, IEnumerable<IArgumentOperation> arguments,
        IOperation operation, bool isUsed, ITypeSymbol? constrainedTo = null)
    {
        if (!CanCall(callee, constrainedTo))
        {
            return Fail(Rules.Library, operation, callee.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        }

        bool isPure = Facts.IsPure(callee);
        bool hasReceiver = receiverOperation is not null && !callee.IsStatic;
        List<IArgumentOperation> written = arguments.ToList();
        Expression? target = receiver;
        Expression[] values = [];
        if (hasReceiver)
        {
            // A method of a struct runs on the variable itself, if it is one and may be changed; the arguments, and what it calls, may
            // change it too.
            bool isStruct = receiverOperation!.Type is { IsReferenceType: false };
            bool mayChange = isStruct && !callee.IsReadOnly && callee.ContainingType is { IsReadOnly: false, IsReferenceType: false };
            bool isPlace = isStruct
                && (IsVariable(receiverOperation)
                    || (Plants.Is(Plant.PropertyReceiverChanged) && receiverOperation is IPropertyReferenceOperation))
                && !(mayChange && IsReadOnlyVariable(receiverOperation) && !Plants.Is(Plant.ReadOnlyReceiverChanged));
            bool isChanged = mayChange && !isPure;
            Expression[] parts = InOrder(
                [
                    () => !isChanged ? Value(receiverOperation) : isPlace ? PlaceOf(receiverOperation) : Keep(Value(receiverOperation)),
                    () =>
                    {
                        values = Arguments(callee, written);
                        return new Default(Int32);
                    },
                ],
                isPlace && !(Plants.Is(Plant.ReceiverReadEarly) && !isChanged) ? [0] : []);
            target = parts[0];
        }
        else
        {
            values = Arguments(callee, written);
        }

        if (callee.MethodKind == MethodKind.LocalFunction)
        {
            values = [.. values, .. Facts.Captures(callee).Select(captured => Captured(captured, operation))];
            target = HasThis(callee) ? new This(thisType) : null;
        }

        MethodReference reference = Reference(callee, constrainedTo, operation);
        return Result(callee, reference, target, values, isPure, isUsed, operation);
    }

    /// <summary>Whether a method's form is, or can be expected to be, in this assembly or its own.</summary>
    private bool CanCall(IMethodSymbol callee, ITypeSymbol? constrainedTo)
    {
        if (builder.Sources.HasSource(Sources.Definition(callee)) || constrainedTo is not null)
        {
            return true;
        }

        for (ISymbol? owner = Sources.Definition(callee); owner is IMethodSymbol or INamedTypeSymbol; owner = owner.ContainingSymbol)
        {
            if (Names.Has(owner, "Hardware"))
            {
                return true;
            }
        }

        // A library of processes has the forms of what they call; a core library has none.
        string space = callee.ContainingNamespace?.ToDisplayString() ?? string.Empty;
        return !(space == "System" || space.StartsWith("System.", StringComparison.Ordinal)
            || space.StartsWith("Microsoft.", StringComparison.Ordinal));
    }

    private Expression Captured(ISymbol captured, IOperation operation)
    {
        ITypeSymbol type = TypeOfVariable(captured);
        if (aliases.TryGetValue(captured, out Expression? alias))
        {
            return alias;
        }

        if (!indices.TryGetValue(captured, out int index))
        {
            // Declared after the call: the function must not read it before it assigns it, as C# checks.
            index = AddVariable(captured, captured.Name, type, VariableKind.Local);
        }

        _ = operation;
        return new Variable(Names.Of(type), index);
    }

    private Expression Result(IMethodSymbol callee, MethodReference reference, Expression? target, Expression[] values, bool isPure,
        bool isUsed, IOperation operation)
    {
        if (callee.ReturnsVoid)
        {
            Emit(new CallStatement(place, reference, target, values, null));
            return Nothing(operation);
        }

        FormType type = Names.Of(callee.ReturnType);
        if (isPure)
        {
            return isUsed ? new Call(type, reference, target, values) : Nothing(operation);
        }

        Variable? result = isUsed ? Temporary(type, "result") : null;
        Emit(new CallStatement(place, reference, target, values, result));
        return result ?? Nothing(operation);
    }

    private Expression CallOperator(IMethodSymbol custom, IReadOnlyList<IOperation> operands, IOperation operation)
    {
        HashSet<int> places = [.. Enumerable.Range(0, Math.Min(operands.Count, custom.Parameters.Length))
            .Where(i => IsSeen(custom.Parameters[i]) && IsVariable(operands[i]))];
        return Applied(custom, InOrder(operands.Select(operand => (Func<Expression>)(() => Value(operand))).ToArray(), places), operation);
    }

    /// <summary>Calls a user-defined operator.</summary>
    private Expression Applied(IMethodSymbol custom, Expression[] operands, IOperation operation)
    {
        bool isOfParameter = custom.ContainingType.TypeKind == TypeKind.Interface;
        if (isOfParameter || !CanCall(custom, null))
        {
            return operation.Type is not null && HardwareTypes.Check(operation.Type, operation.Syntax.GetLocation()) is Finding finding
                ? Found(finding, operation)
                : Fail(Rules.Library, operation, custom.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        }

        return Result(custom, Reference(custom, null, operation), null, operands, Facts.IsPure(custom), true, operation);
    }

    private Expression Creation(IObjectCreationOperation operation)
    {
        if (operation.Type is not INamedTypeSymbol type)
        {
            return Nothing(operation);
        }

        if (!type.IsValueType)
        {
            return Fail(type.BaseType is not null && Names.Is(type, "System.Exception") ? Rules.Exception : Rules.Allocation, operation,
                type.Name);
        }

        if (!CheckType(type, operation.Syntax.GetLocation()))
        {
            return Nothing(operation);
        }

        Expression value = operation.Constructor is IMethodSymbol constructor ? Constructed(constructor, operation, type) : Zero(type);
        return operation.Initializer is null ? value : Initialised(value, operation.Initializer, type);
    }

    private Expression Constructed(IMethodSymbol constructor, IObjectCreationOperation operation, INamedTypeSymbol type)
    {
        FormType form = Names.Of(type);
        if (constructor.Parameters.Length == 0
            && (constructor.IsImplicitlyDeclared || !builder.Sources.HasSource(constructor.OriginalDefinition)))
        {
            return Zero(type);
        }

        if (HardwareTypes.IsWideInteger(type) && constructor.Parameters.Length == 2)
        {
            Expression[] halves = Arguments(constructor, operation.Arguments);
            Expression upper = new Binary(form, BinaryOperator.ShiftLeft, new SME.Form.Convert(form, halves[0]), new Literal(Int32, "64"));
            return new Binary(form, BinaryOperator.Or, upper, new SME.Form.Convert(form, halves[1]));
        }

        if (FieldsOf(constructor) is IReadOnlyList<string> names)
        {
            Expression[] values = Arguments(constructor, operation.Arguments);
            return new With(form, new Default(form), names.Select((name, i) => new FieldValue(name, values[i])).ToList());
        }

        if (!CanCall(constructor, null))
        {
            return Fail(Rules.Library, operation, constructor.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        }

        Expression[] arguments = Arguments(constructor, operation.Arguments);
        Variable result = Temporary(form, "made");
        Emit(new Assign(place, result, new Default(form)));
        Emit(new CallStatement(place, Reference(constructor, null, operation), result, arguments, null));
        return result;
    }

    /// <summary>
    /// The fields to which a constructor's parameters go one by one, if that is all that it does: a record struct's own, or a tuple's.
    /// </summary>
    private static IReadOnlyList<string>? FieldsOf(IMethodSymbol constructor)
    {
        INamedTypeSymbol type = constructor.ContainingType;
        if (type.IsTupleType || Names.Full(type) == "System.ValueTuple")
        {
            return constructor.Parameters.Select((_, i) => $"Item{i + 1}").ToList();
        }

        IMethodSymbol? deconstruct = type.GetMembers("Deconstruct").OfType<IMethodSymbol>().FirstOrDefault(candidate =>
            IsCompilerMade(candidate) && candidate.Parameters.Select(parameter => (parameter.Name, Names.Of(parameter.Type).ToString()))
                .SequenceEqual(constructor.Parameters.Select(parameter => (parameter.Name, Names.Of(parameter.Type).ToString()))));
        if (deconstruct is null || RecordProperties(deconstruct) is null)
        {
            return null;
        }

        // Initialisers of other fields make it more than that.
        bool hasInitialisers = type.OriginalDefinition.GetMembers().Where(member => !member.IsStatic)
            .Any(member => member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is
            Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: not null }
                or Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { Initializer: not null });
        return hasInitialisers ? null : constructor.Parameters.Select(parameter => parameter.Name).ToList();
    }

    /// <summary>A value with the fields replaced that an initialiser names.</summary>
    private Expression Initialised(Expression value, IObjectOrCollectionInitializerOperation initialiser, ITypeSymbol type)
    {
        List<string> names = [];
        List<Func<Expression>> parts = [() => value];
        foreach (IOperation member in initialiser.Initializers)
        {
            string? name = member is ISimpleAssignmentOperation assignment ? assignment.Target switch
            {
                IFieldReferenceOperation field => field.Field.Name,
                IPropertyReferenceOperation property when Operations.IsAuto(property.Property) => property.Property.Name,
                _ => null,
            } : null;
            if (name is null)
            {
                return Fail(Rules.Construct, member, "This member of an initialiser", "assign fields and auto-properties only");
            }

            names.Add(name);
            parts.Add(() => Value(((ISimpleAssignmentOperation)member).Value));
        }

        Expression[] values = InOrder([.. parts]);
        List<FieldValue> fields = names.Select((name, i) => new FieldValue(name, values[i + 1])).ToList();
        if (fields.Count == 0)
        {
            return values[0];
        }

        // Fields that are given twice keep the later value.
        if (values[0] is With { Source: Default } made)
        {
            List<FieldValue> kept = made.Fields.Where(field => !names.Contains(field.Name)).ToList();
            return made with { Fields = [.. kept, .. fields] };
        }

        return new With(Names.Of(type), values[0], fields);
    }
}
