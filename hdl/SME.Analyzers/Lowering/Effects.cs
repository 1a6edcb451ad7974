// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <summary>What some statements change: variables, and everything else taken together.</summary>
internal sealed class Effects
{
    private readonly HashSet<int> variables = [];
    private bool changesOthers;

    public Effects(IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements.SelectMany(FormTree.All))
        {
            switch (statement)
            {
                case Assign assign:
                    Add(assign.Target);
                    break;
                case CallStatement call:
                    changesOthers = true;
                    foreach (Expression argument in call.Arguments)
                    {
                        Add(argument);
                    }

                    Add(call.Target);
                    Add(call.Result);
                    break;
                case For loop:
                    variables.Add(loop.Variable);
                    break;
                case Await:
                    changesOthers = true;
                    break;
            }
        }
    }

    /// <summary>Whether an expression may have another value after the statements than before.</summary>
    public bool Disturb(Expression expression) => FormTree.All(expression).Any(part => part switch
    {
        Variable variable => variables.Contains(variable.Index),
        Field field => changesOthers && !field.ReadOnly && FormTree.Root(field) is not Variable,
        Signal or Call or This => changesOthers,
        _ => false,
    });

    private void Add(Expression? target)
    {
        switch (target is null ? null : FormTree.Root(target))
        {
            case null:
                break;
            case Variable variable:
                variables.Add(variable.Index);
                break;
            default:
                changesOthers = true;
                break;
        }
    }
}
