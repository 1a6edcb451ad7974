// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Marks a process whose VHDL is a template, not the translation of its <c>OnTick</c>: memories, which tools recognise
/// only in a few exact wordings. Such a process needs no form, so its C# may use the whole language.
/// <para>
/// The template is an entity of that name with plain ports: <c>clk</c> (std_logic) if the process is clocked, then one
/// port for each signal of each of its buses (and of those of its <see cref="IVhdlTemplatePart"/>s), named
/// <c>field_signal</c> in snake case. A signal that its interface declares as <c>bool</c> is a std_logic, every other one is one
/// std_logic_vector, a record packed with the first declared field lowest. Its generics are those of
/// <see cref="IVhdlTemplate.Generics"/>. It has a reset only if <see cref="HasReset"/> says so; memories have none.
/// </para>
/// </summary>
/// <param name="name">Name of the template and of its entity, in snake case.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class VhdlTemplateAttribute(string name) : Attribute
{
    /// <summary>Name of the template and of its entity.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the template has a port <c>rst</c>, a synchronous, active-high reset, after <c>clk</c>.</summary>
    public bool HasReset { get; init; }
}

/// <summary>A generic of a template.</summary>
/// <param name="Name">Its name in the VHDL.</param>
/// <param name="Value">
/// An <c>int</c> (natural), a <c>bool</c> (boolean), a <c>string</c> (string); a <c>Type</c>, which stands for the
/// width in bits of that hardware type (positive); or an array of values of a hardware type, which stands for all of them packed
/// into one std_logic_vector, element 0 in the lowest bits.
/// </param>
public sealed record VhdlGeneric(string Name, object Value);

/// <summary>A process with <see cref="VhdlTemplateAttribute"/>: says with which generics its template is instantiated.</summary>
public interface IVhdlTemplate
{
    /// <summary>The generics, in the order of the template.</summary>
    IReadOnlyList<VhdlGeneric> Generics { get; }
}

/// <summary>
/// A process that is part of another process's template: both become one entity. A memory that is written by the clock
/// and read without it is two processes in C#, a clocked and a combinational one, that share an array.
/// </summary>
public interface IVhdlTemplatePart
{
    /// <summary>The process that has the template.</summary>
    Process Whole { get; }
}
