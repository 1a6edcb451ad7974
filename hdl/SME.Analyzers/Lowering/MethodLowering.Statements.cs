// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Statements, but for loops and switches.</content>
internal sealed partial class MethodLowering
{
    private void Body(IOperation? body)
    {
        switch (body)
        {
            case IMethodBodyOperation methodBody:
                Statements(methodBody.BlockBody ?? methodBody.ExpressionBody);
                break;
            case IConstructorBodyOperation constructor:
                ConstructorBody(constructor);
                break;
            case null when method.MethodKind == MethodKind.Constructor:
                InitialiseFields();
                break;
            case not null:
                Statements(body);
                break;
        }
    }

    private void ConstructorBody(IConstructorBodyOperation constructor)
    {
        bool callsAnother = false;
        if (constructor.Initializer is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: var other } call }
            && Comparer.Equals(other.ContainingType.OriginalDefinition, method.ContainingType.OriginalDefinition))
        {
            callsAnother = true;
            Locate(call);
            Expression[] arguments = Arguments(other, call.Arguments);
            Emit(new CallStatement(place, Reference(other, null, call), new This(thisType), arguments, null));
        }

        if (!callsAnother)
        {
            InitialiseFields();
        }

        Statements(constructor.BlockBody ?? constructor.ExpressionBody);
    }

    /// <summary>Field and property initialisers, and what a primary constructor does.</summary>
    private void InitialiseFields()
    {
        INamedTypeSymbol type = method.ContainingType;
        bool isPrimary = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax;
        foreach (ISymbol member in type.GetMembers().Where(member => !member.IsStatic))
        {
            switch (member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax())
            {
                case VariableDeclaratorSyntax { Initializer: EqualsValueClauseSyntax initialiser } when member is IFieldSymbol field:
                    Initialise(field.Name, field.Type, initialiser);
                    break;
                case PropertyDeclarationSyntax { Initializer: EqualsValueClauseSyntax initialiser } when member is IPropertySymbol property:
                    Initialise(property.Name, property.Type, initialiser);
                    break;
                case ParameterSyntax when member is IPropertySymbol property && isPrimary:
                    IParameterSymbol? parameter = method.Parameters.FirstOrDefault(parameter => parameter.Name == property.Name);
                    if (parameter is not null)
                    {
                        Emit(new Assign(place, new Field(Names.Of(property.Type), new This(thisType), thisType, property.Name, false),
                            new Variable(Names.Of(parameter.Type), indices[parameter])));
                    }

                    break;
            }
        }

        foreach (IParameterSymbol parameter in isPrimary && !type.IsRecord ? method.Parameters : [])
        {
            if (Facts.IsKept(parameter))
            {
                FormType kept = Names.Of(parameter.Type);
                Emit(new Assign(place, new Field(kept, new This(thisType), thisType, parameter.Name, false),
                    new Variable(kept, indices[parameter])));
            }
        }

        void Initialise(string name, ITypeSymbol fieldType, EqualsValueClauseSyntax initialiser)
        {
            if (builder.Sources.OperationOf(initialiser) is ISymbolInitializerOperation operation)
            {
                Locate(operation);
                Expression value = Value(operation.Value);
                Emit(new Assign(place, new Field(Names.Of(fieldType), new This(thisType), thisType, name, false), value));
            }
        }
    }

    private void Locate(IOperation operation) => place = builder.Sources.Locate(operation.Syntax.GetLocation());

    private Block BlockOf(IOperation? statement)
    {
        SourceLocation location = statement is null ? place : builder.Sources.Locate(statement.Syntax.GetLocation());
        return Capture(location, () => Statements(statement));
    }

    /// <summary>Lowers a statement; the statements of a block go into the current one.</summary>
    private void Statements(IOperation? statement)
    {
        builder.Sources.Cancel.ThrowIfCancellationRequested();
        if (statement is IBlockOperation block)
        {
            foreach (IOperation inner in block.Operations)
            {
                Statements(inner);
            }

            return;
        }

        if (statement is null)
        {
            return;
        }

        Locate(statement);
        switch (statement)
        {
            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclaratorOperation declarator in group.Declarations.SelectMany(declaration => declaration.Declarators))
                {
                    Declare(declarator);
                }

                break;
            case IExpressionStatementOperation expression:
                Effect(expression.Operation);
                break;
            case IConditionalOperation conditional:
                Expression condition = Value(conditional.Condition);
                SourceLocation location = place;
                Block then = BlockOf(conditional.WhenTrue);
                Block? otherwise = conditional.WhenFalse is null ? null : BlockOf(conditional.WhenFalse);
                Emit(new If(location, condition, then, otherwise));
                break;
            case ISwitchOperation choice:
                Switch(choice);
                break;
            case IForLoopOperation loop:
                For(loop);
                break;
            case IForEachLoopOperation loop:
                ForEach(loop);
                break;
            case IWhileLoopOperation loop:
                While(loop);
                break;
            case IReturnOperation { Kind: OperationKind.Return } end:
                Return(end);
                break;
            case IReturnOperation:
                Report(Rules.Construct, statement, "'yield'", "use an array or a 'for' loop");
                break;
            case IBranchOperation branch:
                Branch(branch);
                break;
            case ILabeledOperation labeled:
                Report(Rules.Goto, labeled.Syntax.GetFirstToken().GetLocation());
                Statements(labeled.Operation);
                break;
            case ILocalFunctionOperation or IEmptyOperation or IInvalidOperation:
                break;
            case IThrowOperation thrown:
                Report(Rules.Exception, thrown, "throw");
                break;
            case ITryOperation attempt:
                Report(Rules.Exception, attempt.Syntax.GetFirstToken().GetLocation(), "try");
                break;
            case IUsingOperation or IUsingDeclarationOperation:
                Report(Rules.Exception, statement.Syntax.GetFirstToken().GetLocation(), "using");
                break;
            case ILockOperation:
                Report(Rules.Construct, statement.Syntax.GetFirstToken().GetLocation(), "'lock'",
                    "leave it out: processes do not share memory");
                break;
            default:
                if (statement.Syntax is FixedStatementSyntax or UnsafeStatementSyntax)
                {
                    Report(Rules.Unsafe, statement.Syntax.GetFirstToken().GetLocation(), "Unsafe code");
                }
                else if (statement.Type is not null)
                {
                    Effect(statement);
                }
                else
                {
                    Report(Rules.Construct, statement, $"This statement ({statement.Kind})", "see docs/subset.md for what has one");
                }

                break;
        }
    }

    private void Return(IReturnOperation end)
    {
        if (end.ReturnedValue is null)
        {
            if (!end.IsImplicit)
            {
                Emit(new Return(place, null));
            }

            return;
        }

        if (method.ReturnsVoid || isStateMethod)
        {
            Effect(end.ReturnedValue);
            return;
        }

        // What a method returns is a copy here; in C# an array that it did not make is the same one under two names.
        if (end.ReturnedValue.Type is IArrayTypeSymbol array && !IsElaborationObject(array.ElementType)
            && Operations.Root(end.ReturnedValue) is ISymbol root && !IsSteady(end.ReturnedValue)
            && !(root is ILocalSymbol && Comparer.Equals(root.ContainingSymbol, method) && !aliases.ContainsKey(root)))
        {
            const string what = "The array that this returns has another name, under which it may be written";
            Report(Rules.Array, end, what, "pass it as an argument, or return an element");
        }

        ValueInto(end.ReturnedValue, value => Emit(new Return(place, value)));
    }

    private void Branch(IBranchOperation branch)
    {
        switch (branch.BranchKind)
        {
            case BranchKind.Break when switchExits.Contains(branch.Target, Comparer):
                Emit(new LeaveSwitch(place, branch.Target));
                break;
            case BranchKind.Break:
                Emit(new Break(place));
                break;
            case BranchKind.Continue:
                if (continueLabels.Count > 0 && Comparer.Equals(continueLabels.Peek().Label, branch.Target)
                    && continueLabels.Peek().IsForbidden)
                {
                    Report(Rules.LoopBound, branch,
                        "'continue' skips nothing that can be repeated here, because the loop updates more than one variable");
                }

                Emit(new Continue(place));
                break;
            default:
                Report(Rules.Goto, branch);
                break;
        }
    }

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        ILocalSymbol local = declarator.Symbol;
        IOperation? initialiser = declarator.GetVariableInitializer()?.Value;
        if (local.IsConst)
        {
            return;
        }

        Locate(declarator);
        if (local.IsRef)
        {
            Report(Rules.Reference, declarator, $"The 'ref' local '{local.Name}'");
            AddVariable(local, local.Name, local.Type, VariableKind.Local);
            return;
        }

        if (IsShared(local.Type) && initialiser is not null
            && Operations.Strip(initialiser) is not (IArrayCreationOperation or ICollectionExpressionOperation))
        {
            DeclareAlias(local, declarator, initialiser);
            return;
        }

        if (!CheckType(local.Type, declarator.Syntax.GetLocation()))
        {
            AddVariable(local, local.Name, local.Type, VariableKind.Local);
            return;
        }

        if (initialiser is null)
        {
            AddVariable(local, local.Name, local.Type, VariableKind.Local);
            return;
        }

        Variable variable = new(Names.Of(local.Type), AddVariable(local, local.Name, local.Type, VariableKind.Local));
        ValueInto(initialiser, value =>
        {
            Emit(new Assign(place, variable, value));
            if (!reassigned.Contains(local) && IsConstant(value))
            {
                constants[variable.Index] = value;
            }
            else if (!reassigned.Contains(local) && IsConstant(value, isBound: true))
            {
                boundLocals.Add(variable.Index);
            }
        });
    }

    /// <summary>A local that holds a bus, an array or an object is another name for it.</summary>
    private void DeclareAlias(ILocalSymbol local, IVariableDeclaratorOperation declarator, IOperation initialiser)
    {
        bool isAssignedAgain = Operations.Targets(RootOf(declarator))
            .Any(target => target is ILocalReferenceOperation reference && Comparer.Equals(reference.Local, local));
        if (isAssignedAgain)
        {
            Report(Rules.Array, declarator, $"'{local.Name}' refers to more than one array, bus or object",
                "use an index into an array of them");
        }

        Expression value = Value(initialiser);
        if (value is Call or Default && local.Type is IArrayTypeSymbol)
        {
            Variable variable = new(Names.Of(local.Type), AddVariable(local, local.Name, local.Type, VariableKind.Local));
            Emit(new Assign(place, variable, value));
            return;
        }

        aliases[local] = Fixed(value);
    }

    private static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is not null)
        {
            operation = operation.Parent;
        }

        return operation;
    }

    /// <summary>A path whose indices cannot change later.</summary>
    private Expression Fixed(Expression path) => path switch
    {
        Field { Target: not null } field => field with { Target = Fixed(field.Target) },
        Element element => element with
        {
            Target = Fixed(element.Target),
            Index = IsConstant(element.Index) ? element.Index : Keep(element.Index, "index")
        },
        _ => path,
    };

    /// <summary>Lowers an expression for its effect only.</summary>
    private void Effect(IOperation operation)
    {
        switch (operation)
        {
            case IAwaitOperation wait:
                AwaitClock(wait);
                break;
            case ISimpleAssignmentOperation assignment:
                _ = Assignment(assignment, isUsed: false);
                break;
            case ICompoundAssignmentOperation assignment:
                _ = Compound(assignment, isUsed: false);
                break;
            case IIncrementOrDecrementOperation increment:
                _ = Increment(increment, isUsed: false);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                _ = Deconstruction(deconstruction, isUsed: false);
                break;
            case IInvocationOperation call:
                _ = Invocation(call, isUsed: false);
                break;
            case IConversionOperation { OperatorMethod: null } conversion:
                Effect(conversion.Operand);
                break;
            case IParenthesizedOperation parenthesized:
                Effect(parenthesized.Operand);
                break;
            default:
                _ = Value(operation);
                break;
        }
    }

    private void AwaitClock(IAwaitOperation wait)
    {
        bool isClock = Operations.Strip(wait.Operation) is IInvocationOperation
        {
            TargetMethod:
            {
                Name: "ClockAsync",
                Parameters.Length: 0
            } target
        }
            && Names.Is(target.ContainingType, "SME.StateProcess");
        if (!isClock)
        {
            Report(Rules.Async, wait, "This waits for something other than the clock");
        }
        else if (!isStateMethod)
        {
            Report(Rules.Async, wait, "This waits outside of OnTickAsync");
        }

        Emit(new Await(place));
    }
}
