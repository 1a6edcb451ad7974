// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <content>Loops.</content>
internal sealed partial class MethodLowering
{
    private readonly Stack<(ILabelSymbol Label, bool IsForbidden)> continueLabels = new();

    private static bool HasAwait(IOperation? operation) => operation is not null
        && operation.DescendantsAndSelf().Any(inner => inner is IAwaitOperation);

    private Block LoopBody(IOperation body, ILabelSymbol continueLabel, Action? first = null, Action? last = null)
    {
        continueLabels.Push((continueLabel, last is not null));
        Block block = Capture(builder.Sources.Locate(body.Syntax.GetLocation()), () =>
        {
            first?.Invoke();
            Statements(body);
            last?.Invoke();
        });
        continueLabels.Pop();
        return block;
    }

    private void For(IForLoopOperation loop)
    {
        SourceLocation location = place;
        if (HasAwait(loop.Body))
        {
            ForAsWhile(loop);
            return;
        }

        if (!FindLoopVariable(loop, out ILocalSymbol? local, out IVariableDeclaratorOperation? declarator, out BinaryOperator comparison,
            out IOperation? limitOperation))
        {
            Location where = loop.Syntax is ForStatementSyntax syntax ? syntax.ForKeyword.GetLocation() : loop.Syntax.GetLocation();
            Report(Rules.LoopBound, where, "The condition of a 'for' loop must compare its own variable with a limit");
            return;
        }

        // What is declared behind the loop's variable sees the value that it begins with.
        Expression start = new Literal(Int32, "0");
        foreach (IOperation before in loop.Before)
        {
            DeclareOthers(before, declarator!, () =>
            {
                start = Bound(declarator!.GetVariableInitializer()!.Value, "start of a 'for' loop");
                aliases[local!] = Converted(start, Names.Of(local!.Type));
            });
        }

        aliases.Remove(local!);
        Expression limit = Bound(limitOperation!, "limit of a 'for' loop");
        Expression? step = null;
        List<(IOperation Update, bool IsBehindStep)> others = [];
        foreach (IOperation bottom in loop.AtLoopBottom)
        {
            if (step is null && Step(bottom, local!) is Expression found)
            {
                step = found;
            }
            else
            {
                others.Add((bottom, step is not null));
            }
        }

        if (step is null)
        {
            Report(Rules.LoopBound, loop.AtLoopBottom.FirstOrDefault() ?? loop.Condition!,
                $"The loop must add a constant to '{local!.Name}' each way round");
            return;
        }

        if (Operations.Targets(loop.Body).FirstOrDefault(target => Comparer.Equals(Operations.Root(target), local)) is IOperation assigned)
        {
            Report(Rules.LoopBound, assigned, $"The loop's body assigns its variable '{local!.Name}'");
        }

        foreach ((IOperation other, _) in others)
        {
            if (Operations.Targets(other).FirstOrDefault(target => Comparer.Equals(Operations.Root(target), local)) is IOperation second)
            {
                Report(Rules.LoopBound, second, $"The loop assigns its variable '{local!.Name}' a second time each way round");
            }
        }

        FormType type = Names.Of(local!.Type);
        int index = AddVariable(local, local.Name, local.Type, VariableKind.Loop);
        Variable variable = new(type, index);
        Action? update = others.Count == 0 ? null : () =>
        {
            foreach ((IOperation other, bool isBehindStep) in others)
            {
                // The step itself is taken by the loop, after all of this.
                if (isBehindStep && !Plants.Is(Plant.UpdaterSeesOldVariable))
                {
                    aliases[local] = new Binary(type, BinaryOperator.Add, variable, Converted(step, type));
                }

                Statements(other);
            }

            aliases.Remove(local);
        };
        Block body = LoopBody(loop.Body, loop.ContinueLabel, null, update);
        Emit(new For(location, index, start, comparison, limit, step, body));
    }

    private void DeclareOthers(IOperation before, IVariableDeclaratorOperation variable, Action onVariable)
    {
        if (before is IVariableDeclarationGroupOperation group)
        {
            foreach (IVariableDeclaratorOperation declarator in group.Declarations.SelectMany(declaration => declaration.Declarators))
            {
                if (declarator == variable)
                {
                    onVariable();
                }
                else
                {
                    Declare(declarator);
                }
            }
        }
        else
        {
            Statements(before);
        }
    }

    /// <summary>Finds the one local, declared by the loop, that the condition compares with a limit.</summary>
    private static bool FindLoopVariable(
        IForLoopOperation loop, out ILocalSymbol? local, out IVariableDeclaratorOperation? declarator, out BinaryOperator comparison,
        out IOperation? limit)
    {
        (local, declarator, comparison, limit) = (null, null, BinaryOperator.Less, null);
        if (loop.Condition is not IBinaryOperation condition || Comparison(condition.OperatorKind) is not BinaryOperator found)
        {
            return false;
        }

        List<IVariableDeclaratorOperation> declared = loop.Before.OfType<IVariableDeclarationGroupOperation>()
            .SelectMany(group => group.Declarations).SelectMany(declaration => declaration.Declarators)
            .Where(candidate => candidate.GetVariableInitializer() is not null && HardwareTypes.IsInteger(candidate.Symbol.Type)).ToList();
        foreach (bool isSwapped in new[] { false, true })
        {
            IOperation side = isSwapped ? condition.RightOperand : condition.LeftOperand;
            if (Widened(side) is ILocalReferenceOperation reference
                && declared.Find(candidate => Comparer.Equals(candidate.Symbol, reference.Local)) is IVariableDeclaratorOperation match)
            {
                (local, declarator, limit) = (reference.Local, match, isSwapped ? condition.LeftOperand : condition.RightOperand);
                comparison = isSwapped ? Mirror(found) : found;
                return true;
            }
        }

        return false;
    }

    /// <summary>An operand without the implicit conversion to a wider type, which keeps its value.</summary>
    private static IOperation Widened(IOperation operation) =>
        operation is IConversionOperation
        {
            IsImplicit: true,
            OperatorMethod: null or { ContainingType.Name: "Int128" or "UInt128" }
        } conversion ? Widened(conversion.Operand) : operation;

    private static BinaryOperator? Comparison(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => BinaryOperator.Equal,
        BinaryOperatorKind.NotEquals => BinaryOperator.NotEqual,
        BinaryOperatorKind.LessThan => BinaryOperator.Less,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperator.LessOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperator.Greater,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperator.GreaterOrEqual,
        _ => null,
    };

    private static BinaryOperator Mirror(BinaryOperator comparison) => comparison switch
    {
        BinaryOperator.Less => BinaryOperator.Greater,
        BinaryOperator.LessOrEqual => BinaryOperator.GreaterOrEqual,
        BinaryOperator.Greater => BinaryOperator.Less,
        BinaryOperator.GreaterOrEqual => BinaryOperator.LessOrEqual,
        _ => comparison,
    };

    /// <summary>What an update adds to the loop variable; null if it does something else.</summary>
    private Expression? Step(IOperation bottom, ILocalSymbol local)
    {
        IOperation operation = bottom is IExpressionStatementOperation statement ? statement.Operation : bottom;
        bool IsVariable(IOperation side) => Widened(side) is ILocalReferenceOperation reference && Comparer.Equals(reference.Local, local);
        switch (operation)
        {
            case IIncrementOrDecrementOperation increment when IsVariable(increment.Target):
                return new Literal(Int32, increment.Kind == OperationKind.Increment ? "1" : "-1");
            case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } add when IsVariable(add.Target):
                return Bound(add.Value, "step of a 'for' loop");
            case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Subtract } subtract when IsVariable(subtract.Target):
                return Negated(Bound(subtract.Value, "step of a 'for' loop"));
            case ISimpleAssignmentOperation assignment when IsVariable(assignment.Target):
                IOperation value = assignment.Value is IConversionOperation { OperatorMethod: null } conversion ? conversion.Operand
                    : assignment.Value;
                return value switch
                {
                    IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when IsVariable(sum.LeftOperand) =>
                        Bound(sum.RightOperand, "step of a 'for' loop"),
                    IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when IsVariable(sum.RightOperand) =>
                        Bound(sum.LeftOperand, "step of a 'for' loop"),
                    IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference when IsVariable(difference.LeftOperand) =>
                        Negated(Bound(difference.RightOperand, "step of a 'for' loop")),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static Expression Negated(Expression step) => step is Literal literal
        ? new Literal(Int32, literal.Value.StartsWith("-", StringComparison.Ordinal) ? literal.Value.Substring(1) : "-" + literal.Value)
        : new Unary(step.Type, UnaryOperator.Negate, step);

    /// <summary>Lowers a bound of a loop, which must be constant at elaboration.</summary>
    private Expression Bound(IOperation operation, string what)
    {
        int before = current.Count;
        Expression bound = Value(operation);
        if (current.Count == before)
        {
            bound = Substitute(bound);
            if (IsConstant(bound, isBound: true))
            {
                return bound;
            }
        }

        Report(Rules.LoopBound, operation, $"The {what} must be known at elaboration");
        return new Literal(Int32, "0");
    }

    /// <summary>Replaces locals that are assigned once, a constant, by it.</summary>
    private Expression Substitute(Expression expression) => expression switch
    {
        Variable variable when constants.TryGetValue(variable.Index, out Expression? value) => Substitute(value),
        Field { Target: not null } field => field with { Target = Substitute(field.Target) },
        Element element => element with { Target = Substitute(element.Target), Index = Substitute(element.Index) },
        Unary unary => unary with { Operand = Substitute(unary.Operand) },
        Binary binary => binary with { Left = Substitute(binary.Left), Right = Substitute(binary.Right) },
        SME.Form.Convert conversion => conversion with { Operand = Substitute(conversion.Operand) },
        Conditional conditional => new Conditional(conditional.Type, Substitute(conditional.Condition), Substitute(conditional.WhenTrue),
            Substitute(conditional.WhenFalse)),
        Intrinsic intrinsic => intrinsic with { Arguments = intrinsic.Arguments.Select(Substitute).ToList() },
        Call call => call with { Arguments = call.Arguments.Select(Substitute).ToList() },
        _ => expression,
    };

    /// <summary>
    /// Whether an expression is constant at elaboration as far as this method tells. Parameters pass, because a helper may
    /// be called with constants; the generator looks again at each call.
    /// </summary>
    /// <param name="expression">The expression.</param>
    /// <param name="isBound">Whether the generator evaluates it at once, so that it does not matter who may change a place later.</param>
    private bool IsConstant(Expression expression, bool isBound = false) => expression switch
    {
        Literal or Default or Length => true,
        Variable variable => variables[variable.Index].Kind == VariableKind.Loop || constants.ContainsKey(variable.Index)
            || (isBound && (variables[variable.Index].Kind == VariableKind.InParameter || boundLocals.Contains(variable.Index)))
            || (parametersByValue.Contains(variable.Index)
                && !reassigned.Any(symbol => indices.TryGetValue(symbol, out int index) && index == variable.Index)),
        Field { Target: null or This } field => field.ReadOnly,
        Field field => IsConstant(field.Target, isBound),
        Element or Unary or Binary or SME.Form.Convert or Conditional or With or Intrinsic =>
            FormTree.Children(expression).All(child => IsConstant(child, isBound)),
        Call call => FormTree.Children(call).All(child => (isBound && child is This) || IsConstant(child, isBound)),
        _ => false,
    };

    private void ForEach(IForEachLoopOperation loop)
    {
        SourceLocation location = place;
        IOperation collection = Operations.Strip(loop.Collection);
        if (collection is IConversionOperation { OperatorMethod: null } conversion
            && HardwareTypes.InlineArrayLength(conversion.Operand.Type) is not null)
        {
            collection = conversion.Operand;
        }

        int? inlineLength = HardwareTypes.InlineArrayLength(collection.Type);
        if (collection.Type is not IArrayTypeSymbol && inlineLength is null)
        {
            Report(Rules.LoopBound, loop.Collection, "'foreach' goes over arrays and inline arrays only");
            return;
        }

        if (loop.LoopControlVariable is not IVariableDeclaratorOperation { Symbol: ILocalSymbol local })
        {
            Report(Rules.Construct, loop.LoopControlVariable, "A 'foreach' that takes its elements apart", "take them apart in the body");
            return;
        }

        if (local.IsRef)
        {
            Report(Rules.Reference, loop.LoopControlVariable, $"The 'ref' variable '{local.Name}'");
        }

        Expression array = Value(collection);
        if (FormTree.Root(array) is not (Variable or This or Field))
        {
            array = Keep(array, "array");
        }

        Variable index = new(Int32, AddVariable(null, $"{local.Name}Index", Int32, VariableKind.Loop));
        Element element = new(Names.Of(local.Type), Fixed(array), index);
        Expression limit = inlineLength is int length ? new Literal(Int32, length.ToString(CultureInfo.InvariantCulture))
            : new Length(Int32, element.Target);
        Block body;
        if (IsShared(local.Type))
        {
            aliases[local] = element;
            body = LoopBody(loop.Body, loop.ContinueLabel);
        }
        else
        {
            CheckType(local.Type, loop.LoopControlVariable.Syntax.GetLocation());
            Variable variable = new(element.Type, AddVariable(local, local.Name, local.Type, VariableKind.Local));
            body = LoopBody(loop.Body, loop.ContinueLabel, () => Emit(new Assign(place, variable, element)));
        }

        Literal zero = new(Int32, "0");
        Literal one = new(Int32, "1");
        if (HasAwait(loop.Body))
        {
            // The index lives across cycles, so it is a register and no constant.
            variables[index.Index] = variables[index.Index] with { Kind = VariableKind.Temporary };
            Emit(new Assign(location, index, zero));
            Block update = new(location, [new Assign(location, index, new Binary(Int32, BinaryOperator.Add, index, one))]);
            Emit(new While(location, new Binary(Boolean, BinaryOperator.Less, index, limit), true, body, update));
            return;
        }

        Emit(new For(location, index.Index, zero, BinaryOperator.Less, limit, one, body));
    }

    /// <summary>A 'for' loop with an await inside: its variable is a register.</summary>
    private void ForAsWhile(IForLoopOperation loop)
    {
        SourceLocation location = place;
        foreach (IOperation before in loop.Before)
        {
            Statements(before);
        }

        // What the loop declares is assigned by it, so that it is no constant.
        foreach (ILocalSymbol local in loop.Locals)
        {
            if (indices.TryGetValue(local, out int index))
            {
                constants.Remove(index);
            }
        }

        Block update = Capture(location, () =>
        {
            foreach (IOperation bottom in loop.AtLoopBottom)
            {
                Statements(bottom);
            }
        });
        EmitWhile(location, loop.Condition, true, () => LoopBody(loop.Body, loop.ContinueLabel),
            update.Statements.Count == 0 ? null : update);
    }

    private void While(IWhileLoopOperation loop)
    {
        SourceLocation location = place;
        if (loop.ConditionIsUntil || loop.IgnoredCondition is not null)
        {
            Report(Rules.Construct, loop, "This loop", "use 'while'");
        }

        if (!isStateMethod || !AwaitsEachRound(loop.Body, loop.ContinueLabel))
        {
            SyntaxToken keyword = loop.Syntax.GetFirstToken();
            Report(Rules.Loop, keyword.GetLocation(), keyword.Text);
        }

        EmitWhile(location, loop.Condition, loop.ConditionIsTop, () => LoopBody(loop.Body, loop.ContinueLabel), null);
    }

    private void EmitWhile(SourceLocation location, IOperation? conditionOperation, bool testFirst, Func<Block> makeBody, Block? update)
    {
        Expression condition = new Literal(Boolean, "true");
        Block before = Capture(location, () => condition = conditionOperation is null ? condition : Value(conditionOperation));
        Block body = makeBody();
        if (before.Statements.Count == 0)
        {
            Emit(new While(location, condition, testFirst, body, update));
        }
        else if (testFirst)
        {
            If leave = new(location, new Unary(Boolean, UnaryOperator.Not, condition), new Block(location, [new Break(location)]), null);
            Block whole = new(body.Location, [.. before.Statements, leave, .. body.Statements]);
            Emit(new While(location, new Literal(Boolean, "true"), true, whole, update));
        }
        else
        {
            Variable goesOn = Temporary(Boolean, "goesOn");
            Block after = new(location, [.. update?.Statements ?? [], .. before.Statements, new Assign(location, goesOn, condition)]);
            Emit(new While(location, goesOn, false, body, after));
        }
    }

    /// <summary>
    /// Whether each way through a loop's body that goes round again passes an await. Sound, but does not follow what values decide.
    /// </summary>
    private static bool AwaitsEachRound(IOperation body, ILabelSymbol continueLabel)
    {
        bool isSafe = true;
        bool awaits = Passes(body, false, continueLabel, ref isSafe) ?? true;
        return isSafe && awaits;
    }

    /// <summary>
    /// Whether the way to the end of a statement has passed an await; null if its end is not reached. Clears isSafe if a 'continue' is
    /// reached without one.
    /// </summary>
    private static bool? Passes(IOperation? statement, bool awaited, ILabelSymbol continueLabel, ref bool isSafe)
    {
        switch (statement)
        {
            case IBlockOperation block:
                bool? state = awaited;
                foreach (IOperation inner in block.Operations)
                {
                    if (state is not bool reached)
                    {
                        return null;
                    }

                    state = Passes(inner, reached, continueLabel, ref isSafe);
                }

                return state;
            case IConditionalOperation conditional:
                bool? then = Passes(conditional.WhenTrue, awaited, continueLabel, ref isSafe);
                bool? otherwise = conditional.WhenFalse is null ? awaited
                    : Passes(conditional.WhenFalse, awaited, continueLabel, ref isSafe);
                return then is null ? otherwise : otherwise is null ? then : then.Value && otherwise.Value;
            case ISwitchOperation choice:
                bool hasDefault = choice.Cases.Any(section => section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation));
                bool all = hasDefault || awaited;
                foreach (ISwitchCaseOperation section in choice.Cases)
                {
                    all &= SectionPasses(section, awaited, choice.ExitLabel, continueLabel, ref isSafe);
                }

                return all;
            case ILoopOperation loop:
                // Jumps inside lead to the inner loop; it may run no round at all, unless it tests afterwards or for ever.
                bool isForEver = loop is IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } };
                if (isForEver && !loop.Descendants().OfType<IBranchOperation>()
                    .Any(branch => Comparer.Equals(branch.Target, loop.ExitLabel)))
                {
                    return null;
                }

                return awaited || (loop is IWhileLoopOperation { ConditionIsTop: false } && HasAwait(loop.Body)
                    && AwaitsEachRound(loop.Body, loop.ContinueLabel)
                    && !loop.Descendants().OfType<IBranchOperation>().Any(branch => Comparer.Equals(branch.Target, loop.ExitLabel)));
            case IBranchOperation branch:
                if (Comparer.Equals(branch.Target, continueLabel) && !awaited)
                {
                    isSafe = false;
                }

                return null;
            case IReturnOperation:
                return null;
            case IExpressionStatementOperation { Operation: IAwaitOperation }:
                return true;
            default:
                return awaited;
        }
    }

    private static bool SectionPasses(
        ISwitchCaseOperation section, bool awaited, ILabelSymbol exit, ILabelSymbol continueLabel, ref bool isSafe)
    {
        // A 'break' of the switch goes on after it: all of them must have passed an await.
        bool result = true;
        bool? state = awaited;
        foreach (IOperation statement in section.Body)
        {
            if (state is not bool reached)
            {
                break;
            }

            if (!reached && statement is IBranchOperation branch && Comparer.Equals(branch.Target, exit))
            {
                result = false;
            }
            else if (!reached && statement is not IBranchOperation
                && statement.Descendants().OfType<IBranchOperation>().Any(inner => Comparer.Equals(inner.Target, exit)))
            {
                result = false;
            }

            state = Passes(statement, reached, continueLabel, ref isSafe);
        }

        return result && (state ?? true);
    }
}
