// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SME.Analyzers.Forms;
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <summary>A 'break' of a switch, until the section is put together; never leaves the front end.</summary>
internal sealed record LeaveSwitch(SourceLocation Location, ILabelSymbol Exit) : Statement(Location);

/// <content>Switch statements and expressions.</content>
internal sealed partial class MethodLowering
{
    private readonly List<ILabelSymbol> switchExits = [];

    private void Switch(ISwitchOperation choice)
    {
        SourceLocation location = place;
        switchExits.Add(choice.ExitLabel);
        bool isPlain = CanBeCase(choice.Value.Type)
            && choice.Cases.All(section => section.Clauses.All(clause => clause is IDefaultCaseClauseOperation
                || Labels(clause) is not null));
        Subject subject = SubjectOf(choice.Value,
            choice.Cases.SelectMany(section => section.Clauses).OfType<IPatternCaseClauseOperation>()
                .Any(clause => clause.Guard is not null));
        if (isPlain && subject.Value is not null)
        {
            List<SwitchSection> sections = [];
            Statement? otherwise = null;
            foreach (ISwitchCaseOperation section in choice.Cases)
            {
                Block body = SectionBody(section, choice.ExitLabel);
                if (section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation))
                {
                    otherwise = body;
                }
                else
                {
                    sections.Add(new SwitchSection(section.Clauses.SelectMany(clause => Labels(clause)!).ToList(), body));
                }
            }

            Emit(sections.Count == 0 ? otherwise ?? new Block(location, []) : new Switch(location, subject.Value, sections, otherwise));
        }
        else
        {
            ISwitchCaseOperation? last = choice.Cases.FirstOrDefault(section =>
                section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation));
            Chain(choice.Cases.Where(section => section != last).ToList(), 0, last, subject, choice.ExitLabel);
        }

        switchExits.Remove(choice.ExitLabel);
    }

    private static bool CanBeCase(ITypeSymbol? type) =>
        type is not null && (HardwareTypes.IsInteger(type) || type.SpecialType == SpecialType.System_Boolean
            || type.TypeKind == TypeKind.Enum);

    /// <summary>The constants that select a clause; null if it is more than constants.</summary>
    private static List<Expression>? Labels(ICaseClauseOperation clause) => clause switch
    {
        ISingleValueCaseClauseOperation single => Constant(single.Value) is Expression label ? [label] : null,
        IPatternCaseClauseOperation { Guard: null } pattern => Labels(pattern.Pattern),
        _ => null,
    };

    private static List<Expression>? Labels(IPatternOperation pattern)
    {
        switch (pattern)
        {
            case IConstantPatternOperation constant:
                return Constant(constant.Value) is Expression label ? [label] : null;
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either:
                return Labels(either.LeftPattern) is List<Expression> left && Labels(either.RightPattern) is List<Expression> right
                    ? [.. left, .. right] : null;
            default:
                return null;
        }
    }

    private void Chain(IReadOnlyList<ISwitchCaseOperation> sections, int next, ISwitchCaseOperation? last, Subject subject,
        ILabelSymbol exit)
    {
        if (next == sections.Count)
        {
            if (last is not null)
            {
                foreach (Statement statement in SectionBody(last, exit).Statements)
                {
                    Emit(statement);
                }
            }

            return;
        }

        ISwitchCaseOperation section = sections[next];
        SourceLocation location = builder.Sources.Locate(section.Syntax.GetLocation());
        place = location;
        Expression condition = Clause(section.Clauses[0], subject);
        foreach (ICaseClauseOperation clause in section.Clauses.Skip(1))
        {
            condition = OrElse(condition, () => Clause(clause, subject));
        }

        Block body = SectionBody(section, exit);
        Block otherwise = Capture(location, () => Chain(sections, next + 1, last, subject, exit));
        Emit(new If(location, condition, body, otherwise.Statements.Count == 0 ? null : otherwise));
    }

    private Expression Clause(ICaseClauseOperation clause, Subject subject)
    {
        switch (clause)
        {
            case ISingleValueCaseClauseOperation single:
                return Equality(subject, Value(single.Value), single);
            case IPatternCaseClauseOperation pattern:
                Expression matches = Pattern(subject, pattern.Pattern);
                return pattern.Guard is null || Plants.Is(Plant.GuardIgnored) ? matches : AndAlso(matches, () => Value(pattern.Guard));
            default:
                return Fail(Rules.Pattern, clause, "This label");
        }
    }

    private Block SectionBody(ISwitchCaseOperation section, ILabelSymbol exit)
    {
        SourceLocation location = builder.Sources.Locate(section.Syntax.GetLocation());
        Block body = Capture(location, () =>
        {
            foreach (IOperation statement in section.Body)
            {
                Statements(statement);
            }
        });
        Variable? flag = null;
        List<Statement> statements = WithoutBreaks(body.Statements, exit, isLast: true, ref flag);
        if (flag is not null)
        {
            statements.Insert(0, new Assign(location, flag, new Literal(Boolean, "false")));
        }

        return new Block(location, statements);
    }

    private static bool Leaves(Statement statement, ILabelSymbol exit) =>
        FormTree.All(statement).Any(inner => inner is LeaveSwitch leave && Comparer.Equals(leave.Exit, exit));

    /// <summary>Whether each way through statements ends in a 'break' of the switch, a jump or a return.</summary>
    private static bool NeverEnds(Statement statement) => statement switch
    {
        LeaveSwitch or Break or Continue or SME.Form.Return => true,
        Block block => block.Statements.Any(NeverEnds),
        If { Else: not null } conditional => NeverEnds(conditional.Then) && NeverEnds(conditional.Else),
        _ => false,
    };

    /// <summary>
    /// Takes the breaks of a switch out of its section: what follows a statement that may leave goes into its other
    /// branch, or stands under a flag.
    /// </summary>
    private List<Statement> WithoutBreaks(IReadOnlyList<Statement> statements, ILabelSymbol exit, bool isLast, ref Variable? flag)
    {
        List<Statement> result = [];
        for (int i = 0; i < statements.Count; i++)
        {
            Statement statement = statements[i];
            if (!Leaves(statement, exit))
            {
                result.Add(statement);
                continue;
            }

            List<Statement> rest = statements.Skip(i + 1).ToList();
            if (statement is LeaveSwitch)
            {
                // What follows is never reached.
                if (!isLast)
                {
                    flag ??= Temporary(Boolean, "left");
                    result.Add(new Assign(statement.Location, flag, new Literal(Boolean, "true")));
                }

                return result;
            }

            if (rest.Count == 0)
            {
                result.Add(Inside(statement, exit, isLast, ref flag));
                return result;
            }

            if (statement is If { Else: null } leaving && NeverEnds(leaving.Then))
            {
                Statement then = Inside(leaving.Then, exit, isLast, ref flag);
                result.Add(Tidy(leaving with
                {
                    Then = then,
                    Else = new Block(rest[0].Location,
                    WithoutBreaks(rest, exit, isLast, ref flag))
                }));
                return result;
            }

            result.Add(Inside(statement, exit, isLast: false, ref flag));
            if (Plants.Is(Plant.SwitchBreakForgotten))
            {
                result.AddRange(WithoutBreaks(rest, exit, isLast, ref flag));
                return result;
            }

            List<Statement> guarded = WithoutBreaks(rest, exit, isLast, ref flag);
            result.Add(new If(rest[0].Location, new Unary(Boolean, UnaryOperator.Not, flag!), new Block(rest[0].Location, guarded), null));
            return result;
        }

        return result;
    }

    /// <summary>Turns a condition round whose first branch has become empty.</summary>
    private static If Tidy(If conditional) => conditional is { Then: Block { Statements.Count: 0 }, Else: Statement otherwise }
        ? conditional with { Condition = Not(conditional.Condition), Then = otherwise, Else = null }
        : conditional;

    private Statement Inside(Statement statement, ILabelSymbol exit, bool isLast, ref Variable? flag)
    {
        switch (statement)
        {
            case Block block:
                return block with { Statements = WithoutBreaks(block.Statements, exit, isLast, ref flag) };
            case LeaveSwitch:
                return new Block(statement.Location, WithoutBreaks([statement], exit, isLast, ref flag));
            case If conditional:
                Statement then = Inside(conditional.Then, exit, isLast, ref flag);
                return Tidy(conditional with
                {
                    Then = then,
                    Else = conditional.Else is null ? null
                    : Inside(conditional.Else, exit, isLast, ref flag)
                });
            case Switch choice:
                List<SwitchSection> sections = [];
                foreach (SwitchSection section in choice.Sections)
                {
                    sections.Add(section with { Body = Inside(section.Body, exit, isLast, ref flag) });
                }

                return choice with
                {
                    Sections = sections,
                    Default = choice.Default is null ? null : Inside(choice.Default, exit, isLast, ref flag)
                };
            default:
                return statement;
        }
    }

    /// <summary>Lowers a switch expression; each arm's value goes to a place.</summary>
    private void SwitchExpression(ISwitchExpressionOperation choice, Action<Expression> store)
    {
        SourceLocation location = place;
        List<ISwitchExpressionArmOperation> arms = choice.Arms.ToList();

        // C# throws if no arm matches. The last arm stands for that case too: it costs no logic and is never seen.
        int end = arms.FindIndex(arm => arm is { Guard: null, Pattern: IDiscardPatternOperation });
        if (end < 0)
        {
            end = arms.Count - 1;
        }

        if (arms.Count == 0)
        {
            store(Fail(Rules.Pattern, choice, "A switch without arms"));
            return;
        }

        arms = arms.Take(end + 1).ToList();
        Subject subject = SubjectOf(choice.Value, arms.Any(arm => arm.Guard is not null));
        bool isPlain = CanBeCase(choice.Value.Type) && subject.Value is not null
            && arms.Take(end).All(arm => arm.Guard is null && Labels(arm.Pattern) is not null)
            && arms[end].Guard is null && (arms[end].Pattern is IDiscardPatternOperation || Labels(arms[end].Pattern) is not null);
        if (isPlain && end > 0)
        {
            List<SwitchSection> sections = arms.Take(end).Select(arm => new SwitchSection(Labels(arm.Pattern)!, Arm(arm))).ToList();
            Emit(new Switch(location, subject.Value!, sections, Arm(arms[end])));
            return;
        }

        ArmChain(0);

        Block Arm(ISwitchExpressionArmOperation arm)
        {
            SourceLocation armLocation = builder.Sources.Locate(arm.Syntax.GetLocation());
            return Capture(armLocation, () =>
            {
                place = armLocation;
                ValueInto(arm.Value, store);
            });
        }

        void ArmChain(int next)
        {
            ISwitchExpressionArmOperation arm = arms[next];
            SourceLocation armLocation = builder.Sources.Locate(arm.Syntax.GetLocation());
            place = armLocation;
            if (next == end && arm.Guard is null)
            {
                // Still lowered, for the variables that it declares.
                _ = Pattern(subject, arm.Pattern);
                foreach (Statement statement in Arm(arm).Statements)
                {
                    Emit(statement);
                }

                return;
            }

            Expression condition = Pattern(subject, arm.Pattern);
            if (arm.Guard is not null && !Plants.Is(Plant.GuardIgnored))
            {
                condition = AndAlso(condition, () => Value(arm.Guard));
            }

            Block body = Arm(arm);
            Block otherwise = Capture(armLocation, () =>
            {
                if (next < end)
                {
                    ArmChain(next + 1);
                }
                else
                {
                    store(new Default(Names.Of(choice.Type!)));
                }
            });
            Emit(new If(armLocation, condition, body, otherwise));
        }
    }
}
