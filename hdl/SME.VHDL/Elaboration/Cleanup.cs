// SPDX-License-Identifier: Apache-2.0
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <summary>Removes what has no effect, and finds the variables that need a value at the beginning.</summary>
internal static class Cleanup
{
    /// <summary>Removes assignments whose value is never used, and branches that do nothing.</summary>
    /// <param name="body">The statements of a process.</param>
    public static List<Lowered> RemoveDead(List<Lowered> body)
    {
        HashSet<Cell> live = [];
        CollectEnds(body, live);
        return Backwards(body, live);
    }

    /// <summary>The variables that are read, on some path as the text stands, before they are assigned.</summary>
    public static HashSet<Cell> FindExposed(List<Lowered> body)
    {
        HashSet<Cell> exposed = [];
        Forwards(body, [], exposed);
        return exposed;
    }

    /// <summary>The cells that every path assigns, as far as the text shows.</summary>
    public static HashSet<Cell> FindAssigned(List<Lowered> body)
    {
        HashSet<Cell> assigned = [];
        Forwards(body, assigned, []);
        return assigned;
    }

    /// <summary>Adds the cells that an expression reads.</summary>
    public static void Collect(Node node, ICollection<Cell> cells)
    {
        switch (node)
        {
            case Read read:
                cells.Add(read.Cell);
                break;
            case Member member:
                Collect(member.Target, cells);
                break;
            case Item item:
                Collect(item.Target, cells);
                Collect(item.Index, cells);
                break;
            case Aggregate { IsConstant: false } aggregate:
                foreach (Node part in aggregate.Parts)
                {
                    Collect(part, cells);
                }

                break;
            case Operation operation:
                foreach (Node operand in operation.Operands)
                {
                    Collect(operand, cells);
                }

                break;
        }
    }

    private static void CollectEnds(List<Lowered> body, HashSet<Cell> live)
    {
        foreach (Lowered statement in body)
        {
            switch (statement)
            {
                case LoweredAssign { Target.Cell: { Kind: CellKind.Register or CellKind.Output } cell }:
                    live.Add(cell);
                    break;
                case LoweredIf branch:
                    CollectEnds(branch.Then, live);
                    CollectEnds(branch.Else, live);
                    break;
                case LoweredCase choice:
                    choice.Sections.ForEach(section => CollectEnds(section.Body, live));
                    CollectEnds(choice.Default, live);
                    break;
            }
        }
    }

    private static List<Lowered> Backwards(List<Lowered> body, HashSet<Cell> live)
    {
        List<Lowered> kept = [];
        for (int i = body.Count - 1; i >= 0; i--)
        {
            switch (body[i])
            {
                case LoweredAssign assign:
                    if (!live.Contains(assign.Target.Cell))
                    {
                        continue;
                    }

                    if (assign.Target.Path.Count == 0 || Plants.Is(Plant.PartHidesWhole))
                    {
                        live.Remove(assign.Target.Cell);
                    }

                    Collect(assign.Value, live);
                    CollectIndices(assign.Target, live);
                    kept.Add(assign);
                    break;
                case LoweredIf branch:
                    HashSet<Cell> liveElse = [.. live];
                    List<Lowered> then = Backwards(branch.Then, live);
                    List<Lowered> otherwise = Backwards(branch.Else, liveElse);
                    live.UnionWith(liveElse);
                    if (then.Count + otherwise.Count > 0)
                    {
                        Collect(branch.Condition, live);
                        kept.Add(then.Count > 0
                            ? branch with { Then = then, Else = otherwise }
                            : branch with { Condition = Make.Not(branch.Condition), Then = otherwise, Else = then });
                    }

                    break;
                case LoweredCase choice:
                    HashSet<Cell> after = [.. live];
                    List<Lowered> defaultBody = Backwards(choice.Default, live);
                    bool isEmpty = defaultBody.Count == 0;
                    List<(IReadOnlyList<Constant> Labels, List<Lowered> Body)> sections = [];
                    foreach ((IReadOnlyList<Constant> labels, List<Lowered> section) in choice.Sections)
                    {
                        HashSet<Cell> liveSection = [.. after];
                        List<Lowered> list = Backwards(section, liveSection);
                        live.UnionWith(liveSection);
                        isEmpty &= list.Count == 0;
                        sections.Add((labels, list));
                    }

                    if (!isEmpty)
                    {
                        Collect(choice.Value, live);
                        kept.Add(choice with { Sections = sections, Default = defaultBody });
                    }

                    break;
            }
        }

        kept.Reverse();
        return kept;
    }

    private static void CollectIndices(Place place, ICollection<Cell> cells)
    {
        foreach (Accessor step in place.Path)
        {
            if (step.Index is not null)
            {
                Collect(step.Index, cells);
            }
        }
    }

    private static void Forwards(List<Lowered> body, HashSet<Cell> assigned, HashSet<Cell> exposed)
    {
        foreach (Lowered statement in body)
        {
            switch (statement)
            {
                case LoweredAssign assign:
                    Use(assign.Value, assigned, exposed);
                    foreach (Accessor step in assign.Target.Path)
                    {
                        if (step.Index is not null)
                        {
                            Use(step.Index, assigned, exposed);
                        }
                    }

                    if (assign.Target.Path.Count == 0)
                    {
                        assigned.Add(assign.Target.Cell);
                    }

                    break;
                case LoweredIf branch:
                    Use(branch.Condition, assigned, exposed);
                    HashSet<Cell> then = [.. assigned];
                    HashSet<Cell> otherwise = [.. assigned];
                    Forwards(branch.Then, then, exposed);
                    Forwards(branch.Else, otherwise, exposed);
                    then.IntersectWith(otherwise);
                    assigned.UnionWith(then);
                    break;
                case LoweredCase choice:
                    Use(choice.Value, assigned, exposed);
                    HashSet<Cell> common = [.. assigned];
                    Forwards(choice.Default, common, exposed);
                    foreach ((_, List<Lowered> section) in choice.Sections)
                    {
                        HashSet<Cell> one = [.. assigned];
                        Forwards(section, one, exposed);
                        common.IntersectWith(one);
                    }

                    assigned.UnionWith(common);
                    break;
            }
        }
    }

    private static void Use(Node node, HashSet<Cell> assigned, HashSet<Cell> exposed)
    {
        List<Cell> cells = [];
        Collect(node, cells);
        foreach (Cell cell in cells)
        {
            if (cell.Kind == CellKind.Local && !assigned.Contains(cell))
            {
                exposed.Add(cell);
            }
        }
    }
}
