// SPDX-License-Identifier: Apache-2.0
namespace SME.Form;

/// <summary>Origin of a method's variable.</summary>
public enum VariableKind
{
    /// <summary>A local variable of the source.</summary>
    Local,

    /// <summary>A variable that the front end made.</summary>
    Temporary,

    /// <summary>The variable of a <see cref="For"/>.</summary>
    Loop,

    /// <summary>A parameter by value.</summary>
    Parameter,

    /// <summary>A <c>ref</c> parameter; also an array parameter whose elements the method assigns.</summary>
    ReferenceParameter,

    /// <summary>An <c>out</c> parameter.</summary>
    OutParameter,

    /// <summary>
    /// A place that the method reads and something else may write while it runs: an <c>in</c> parameter, an array whose elements the method
    /// does not assign, a variable around a local function that the function does not assign.
    /// </summary>
    InParameter,
}

/// <summary>A variable of a method.</summary>
/// <param name="Name">The name in the source; a made-up one for a temporary.</param>
/// <param name="Type">Its type.</param>
/// <param name="Kind">How it comes to be.</param>
public sealed record MethodVariable(string Name, FormType Type, VariableKind Kind);

/// <summary>
/// The form of one method. A local function is a method of its own; the variables it captures are added to its
/// parameters (by reference). A constructor of a struct is a method without result that assigns
/// fields of <see cref="This"/>. Auto-properties have no methods; they are fields.
/// </summary>
/// <param name="Id">See <see cref="MethodReference.Id"/>.</param>
/// <param name="Name">The name in the source.</param>
/// <param name="DeclaringType">The (open) type that declares it.</param>
/// <param name="IsStatic">Whether it has no <see cref="This"/>.</param>
/// <param name="IsAsync">Whether it is a state process's method, in which <see cref="Await"/> may stand.</param>
/// <param name="ReturnType">Type of the result; null for none.</param>
/// <param name="Parameters">How many of the first variables are the parameters.</param>
/// <param name="Variables">Parameters, locals and temporaries.</param>
/// <param name="Body">The body.</param>
/// <param name="Overrides">Ids of the methods that it overrides, nearest first, and of the interface members that it implements.</param>
/// <param name="Location">Where it stands.</param>
public sealed record Method(
    string Id,
    string Name,
    FormType DeclaringType,
    bool IsStatic,
    bool IsAsync,
    FormType? ReturnType,
    int Parameters,
    IReadOnlyList<MethodVariable> Variables,
    Statement Body,
    IReadOnlyList<string> Overrides,
    SourceLocation Location);

/// <summary>
/// Something in a process that has no hardware meaning, found when the assembly was built. It is kept in the form so
/// that the generator says the same as the IDE did.
/// </summary>
/// <param name="Id">The rule, <c>SMEnnn</c>.</param>
/// <param name="Message">What is wrong and the way out.</param>
/// <param name="Location">Where.</param>
public sealed record Problem(string Id, string Message, SourceLocation Location);

/// <summary>The form of all methods of one type.</summary>
/// <param name="Type">The (open) type.</param>
/// <param name="Methods">Its methods that are in the subset.</param>
/// <param name="Problems">What is wrong, with the <see cref="Method.Id"/> of the method concerned as the key; empty for the type
/// itself.</param>
public sealed record TypeForm(NamedType Type, IReadOnlyList<Method> Methods, IReadOnlyList<KeyValuePair<string, Problem>> Problems);
