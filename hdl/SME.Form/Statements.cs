// SPDX-License-Identifier: Apache-2.0
namespace SME.Form;

/// <summary>A statement.</summary>
/// <param name="Location">Where it stands in the C# source.</param>
public abstract record Statement(SourceLocation Location);

/// <summary>Statements in order.</summary>
/// <param name="Location">Where it begins.</param>
/// <param name="Statements">The statements.</param>
public sealed record Block(SourceLocation Location, IReadOnlyList<Statement> Statements) : Statement(Location);

/// <summary>Assigns a variable, a field, an element, or a member of these; also a signal of an output bus.</summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Target">A <see cref="Variable"/>, <see cref="Field"/>, <see cref="Element"/> or <see cref="Signal"/>; fields and elements
/// may nest.</param>
/// <param name="Value">The value.</param>
public sealed record Assign(SourceLocation Location, Expression Target, Expression Value) : Statement(Location);

/// <summary>A conditional statement.</summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Condition">The condition.</param>
/// <param name="Then">What runs if it is true.</param>
/// <param name="Else">What runs if it is false, or null.</param>
public sealed record If(SourceLocation Location, Expression Condition, Statement Then, Statement? Else) : Statement(Location);

/// <summary>
/// A switch over a value whose labels are constants. Patterns and guards that are not constants have become
/// <see cref="If"/> statements in the front end. Sections do not fall through and do not overlap.
/// </summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Value">An integer, char, bool or enum value.</param>
/// <param name="Sections">The sections.</param>
/// <param name="Default">What runs if no label matches, or null for nothing.</param>
public sealed record Switch(SourceLocation Location, Expression Value, IReadOnlyList<SwitchSection> Sections, Statement? Default)
    : Statement(Location);

/// <summary>A section of a switch.</summary>
/// <param name="Labels">Values that select it, each constant at elaboration and of the type of the switch's value.</param>
/// <param name="Body">What runs; a C# <c>break</c> at its end has been removed.</param>
public sealed record SwitchSection(IReadOnlyList<Expression> Labels, Statement Body);

/// <summary>
/// A counted loop. All of start, limit and step are constant at elaboration (they may use the variables of loops
/// around it, and parameters by value, which the generator knows at each call), and the body does not assign the
/// variable. Variable and limit are compared as numbers, whatever their types.
/// </summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Variable">Index of the loop variable in <see cref="Method.Variables"/>.</param>
/// <param name="Start">First value.</param>
/// <param name="Comparison">Comparison of the variable with the limit under which the loop goes on (one of the six).</param>
/// <param name="Limit">The limit.</param>
/// <param name="Step">Added after each round; may be negative.</param>
/// <param name="Body">The body.</param>
public sealed record For(SourceLocation Location, int Variable, Expression Start, BinaryOperator Comparison, Expression Limit,
    Expression Step, Statement Body) : Statement(Location);

/// <summary>
/// A loop that goes on while a condition holds; only in state processes, where each way round passes an <see cref="Await"/>.
/// A round is: test (if it comes first), body, update, test (if it comes last).
/// </summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Condition">The condition.</param>
/// <param name="TestFirst">Whether the condition is tested before the first round (<c>while</c>) or after it (<c>do</c>).</param>
/// <param name="Body">The body.</param>
/// <param name="Update">What runs after each round, also after <c>continue</c>; null for none.</param>
public sealed record While(SourceLocation Location, Expression Condition, bool TestFirst, Statement Body, Statement? Update)
    : Statement(Location);

/// <summary>Leaves the innermost loop.</summary>
/// <param name="Location">Where it stands.</param>
public sealed record Break(SourceLocation Location) : Statement(Location);

/// <summary>Goes on with the next round of the innermost loop.</summary>
/// <param name="Location">Where it stands.</param>
public sealed record Continue(SourceLocation Location) : Statement(Location);

/// <summary>Leaves the method.</summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Value">The result, or null.</param>
public sealed record Return(SourceLocation Location, Expression? Value) : Statement(Location);

/// <summary>
/// Calls a method that may change fields, signals or arguments passed by reference; also a struct's constructor, on a
/// target that holds the default value. A method of another assembly may turn out to change nothing.
/// </summary>
/// <param name="Location">Where it stands.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The object or the struct (which may be changed); null for a static method or a local function.</param>
/// <param name="Arguments">Arguments in the order of the parameters; those for <c>ref</c> and <c>out</c> are assignable.</param>
/// <param name="Result">Where the result goes, or null.</param>
public sealed record CallStatement(
    SourceLocation Location, MethodReference Method, Expression? Target, IReadOnlyList<Expression> Arguments, Expression? Result)
        : Statement(Location);

/// <summary>Ends the cycle of a state process; what follows runs in the next one.</summary>
/// <param name="Location">Where it stands.</param>
public sealed record Await(SourceLocation Location) : Statement(Location);
