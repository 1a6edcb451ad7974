// SPDX-License-Identifier: Apache-2.0
namespace SME.Form;

/// <summary>
/// A C# type as the form names it. The form is written before generic processes are instantiated, so a type may still
/// be a type parameter; it becomes a hardware type (with a width) only at elaboration, through reflection.
/// </summary>
public abstract record FormType;

/// <summary>A type that has a name.</summary>
/// <param name="Name">Reflection name of the (open) type, <c>Namespace.Outer+Inner`1</c>.</param>
/// <param name="Assembly">Simple name of the defining assembly; empty for the core library's primitive types.</param>
/// <param name="Arguments">Type arguments, those of outer types first; empty for a non-generic type.</param>
public sealed record NamedType(string Name, string Assembly, IReadOnlyList<FormType> Arguments) : FormType;

/// <summary>A type parameter.</summary>
/// <param name="OfMethod">Whether the method declares it; otherwise its type (or a type around that) does.</param>
/// <param name="Position">Index, counted from 0; type parameters of outer types come first.</param>
/// <param name="Name">The name in the source, for messages.</param>
public sealed record TypeParameter(bool OfMethod, int Position, string Name) : FormType;

/// <summary>A one-dimensional C# array. Its length is known at elaboration only.</summary>
/// <param name="Element">Type of the elements.</param>
public sealed record ArrayType(FormType Element) : FormType;

/// <summary>A place in the C# source, for comments in the VHDL and for diagnostics.</summary>
/// <param name="File">Path of the file, relative to the project that was built, with forward slashes.</param>
/// <param name="Line">Line, counted from 1; 0 if unknown.</param>
/// <param name="Column">Column, counted from 1; 0 if unknown.</param>
public sealed record SourceLocation(string File, int Line, int Column)
{
    /// <summary>No known place.</summary>
    public static SourceLocation Unknown { get; } = new(string.Empty, 0, 0);
}
