// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.VHDL.Hardware;

/// <summary>One step from a record or an array to a part of it.</summary>
/// <param name="Field">Index of the field; -1 for an element.</param>
/// <param name="Index">Index of the element; null for a field.</param>
internal readonly record struct Accessor(int Field, Node? Index);

/// <summary>Something that can be assigned: a cell or a part of one.</summary>
internal sealed record Place(Cell Cell, IReadOnlyList<Accessor> Path)
{
    public Node Value => Path.Aggregate((Node)new Read(Cell), (node, step) => step.Index is null ? new Member(node, step.Field)
        : new Item(node, step.Index));

    public HardwareType Type => Value.Type;

    public Place Then(Accessor step) => new(Cell, [.. Path, step]);
}

/// <summary>A statement in which nothing is left to decide: no calls, no loops, no jumps.</summary>
internal abstract record Lowered(SourceLocation Location);

/// <summary>Assigns a value to a cell or to a part of one.</summary>
internal sealed record LoweredAssign(SourceLocation Location, Place Target, Node Value) : Lowered(Location);

/// <summary>Runs one of two lists.</summary>
internal sealed record LoweredIf(SourceLocation Location, Node Condition, List<Lowered> Then, List<Lowered> Else) : Lowered(Location);

/// <summary>Runs the list whose labels have the value.</summary>
internal sealed record LoweredCase(
    SourceLocation Location, Node Value, List<(IReadOnlyList<Constant> Labels, List<Lowered> Body)> Sections, List<Lowered> Default)
        : Lowered(Location);
