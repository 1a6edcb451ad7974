// SPDX-License-Identifier: Apache-2.0
namespace SME.Form;

/// <summary>Walks over the nodes of a form.</summary>
public static class FormTree
{
    /// <summary>The expressions directly inside an expression, in order of evaluation.</summary>
    /// <param name="expression">The expression.</param>
    public static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        Field { Target: not null } field => [field.Target],
        Element element => [element.Target, element.Index],
        Length length => [length.Target],
        Signal signal => [signal.Bus],
        Unary unary => [unary.Operand],
        Binary binary => [binary.Left, binary.Right],
        Convert conversion => [conversion.Operand],
        Conditional conditional => [conditional.Condition, conditional.WhenTrue, conditional.WhenFalse],
        With with => [with.Source, .. with.Fields.Select(field => field.Value)],
        NewArray array => [array.Length, .. array.Elements],
        Call call => call.Target is null ? call.Arguments : [call.Target, .. call.Arguments],
        Intrinsic intrinsic => intrinsic.Arguments,
        _ => [],
    };

    /// <summary>An expression and all expressions inside it.</summary>
    /// <param name="expression">The expression.</param>
    public static IEnumerable<Expression> All(Expression expression) => Children(expression).SelectMany(All).Prepend(expression);

    /// <summary>The expressions directly in a statement (not those of statements inside it).</summary>
    /// <param name="statement">The statement.</param>
    public static IEnumerable<Expression> Expressions(Statement statement) => statement switch
    {
        Assign assign => [assign.Target, assign.Value],
        If conditional => [conditional.Condition],
        Switch choice => [choice.Value, .. choice.Sections.SelectMany(section => section.Labels)],
        For loop => [loop.Start, loop.Limit, loop.Step],
        While loop => [loop.Condition],
        Return { Value: not null } end => [end.Value],
        CallStatement call => ((Expression?[])[call.Target, .. call.Arguments, call.Result]).OfType<Expression>(),
        _ => [],
    };

    /// <summary>The statements directly inside a statement.</summary>
    /// <param name="statement">The statement.</param>
    public static IEnumerable<Statement> Children(Statement statement) => statement switch
    {
        Block block => block.Statements,
        If conditional => conditional.Else is null ? [conditional.Then] : [conditional.Then, conditional.Else],
        Switch choice => choice.Default is null ? choice.Sections.Select(section => section.Body)
            : [.. choice.Sections.Select(section => section.Body), choice.Default],
        For loop => [loop.Body],
        While loop => loop.Update is null ? [loop.Body] : [loop.Body, loop.Update],
        _ => [],
    };

    /// <summary>A statement and all statements inside it.</summary>
    /// <param name="statement">The statement.</param>
    public static IEnumerable<Statement> All(Statement statement) => Children(statement).SelectMany(All).Prepend(statement);

    /// <summary>The variable, object or bus that an assignable expression is part of; the expression itself if it is none.</summary>
    /// <param name="place">A variable, field, element or signal.</param>
    public static Expression Root(Expression place) => place switch
    {
        Field { Target: not null } field => Root(field.Target),
        Element element => Root(element.Target),
        Signal signal => Root(signal.Bus),
        _ => place,
    };
}
