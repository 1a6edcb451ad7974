// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.Analyzers.Lowering;

/// <summary>
/// What some statements change: variables, and fields taken together with all places that are known by reference, because one of these may
/// be any field or any other of these. Signals never change within a tick: what is written to one can be read in the next.
/// </summary>
internal sealed class Effects
{
    private readonly HashSet<int> variables = [];
    private readonly IReadOnlyList<MethodVariable> all;
    private bool changesFields;

    /// <param name="statements">The statements.</param>
    /// <param name="all">The variables of the method that they are part of.</param>
    public Effects(IEnumerable<Statement> statements, IReadOnlyList<MethodVariable> all)
    {
        this.all = all;
        foreach (Statement statement in statements.SelectMany(FormTree.All))
        {
            switch (statement)
            {
                case Assign assign:
                    Add(assign.Target);
                    break;
                case CallStatement call:
                    changesFields |= !Plants.Is(Plant.CallChangesNoFields);
                    foreach (Expression argument in Plants.Is(Plant.CallChangesNoArguments) ? [] : call.Arguments)
                    {
                        Add(Plants.Is(Plant.CallChangesNoFields) && FormTree.Root(argument) is not Variable ? null : argument);
                    }

                    Add(Plants.Is(Plant.CallChangesNoFields) ? null : call.Target);
                    Add(call.Result);
                    break;
                case For loop:
                    variables.Add(loop.Variable);
                    break;
                case Await:
                    changesFields = true;
                    break;
            }
        }
    }

    /// <summary>Whether an expression may have another value after the statements than before.</summary>
    public bool Disturb(Expression expression) => FormTree.All(expression).Any(part => part switch
    {
        Variable variable => variables.Contains(variable.Index) || (changesFields && IsReference(variable)),
        Field field => changesFields && !field.ReadOnly && FormTree.Root(field) is not Variable,
        Call or This => changesFields,
        _ => false,
    });

    private bool IsReference(Variable variable) =>
        all[variable.Index].Kind is VariableKind.ReferenceParameter or VariableKind.OutParameter or VariableKind.InParameter
        && !Plants.Is(Plant.ReferenceIsNoField);

    private void Add(Expression? target)
    {
        switch (target is null ? null : FormTree.Root(target))
        {
            case null:
            case var _ when target is Signal:
                break;
            case Variable variable:
                variables.Add(variable.Index);
                changesFields |= IsReference(variable);
                break;
            default:
                changesFields = true;
                break;
        }
    }
}
