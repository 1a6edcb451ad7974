// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <content>Calls: the body of the method takes the place of the call.</content>
internal sealed partial class ProcessElaborator
{
    private static readonly ConditionalWeakTable<Method, HashSet<int>> AssignedVariables = [];

    private void ExecuteCall(CallStatement call, Frame frame)
    {
        Node? result = Invoke(call.Method, call.Target, call.Arguments, frame, true);
        location = call.Location;
        if (call.Result is not null)
        {
            AssignTo(call.Result, result ?? throw Rules.Fail(Rules.Internal, "the called method has no result", location), frame);
        }
    }

    private Node? Invoke(MethodReference reference, Expression? target, IReadOnlyList<Expression> arguments, Frame frame, bool mayChange)
    {
        if (frame.Depth >= DepthLimit)
        {
            throw Rules.Fail(Rules.Recursion, $"{DepthLimit} calls deep: hardware has no recursion whose depth is not known at elaboration",
                location);
        }

        Type declaring = frame.Resolve(reference.DeclaringType, location);
        Type[] typeArguments = reference.TypeArguments.Select(argument => frame.Resolve(argument, location)).ToArray();
        object? self = target is null ? frame.Self : EvaluateSelf(target, frame, mayChange);
        (Method method, Type owner) = FindMethod(reference, declaring, target is null ? null : self);
        if (method.IsStatic && method.DeclaringType != frame.Method.DeclaringType)
        {
            self = null;
        }

        SourceLocation caller = location;
        Frame inner = new(method, owner, typeArguments, self, frame.Depth + 1) { Output = output };
        bool hasReferences = (self is Place { Cell.Kind: CellKind.Local } && !Plants.Is(Plant.ValueIsNoPartOfReceiver))
            || method.Variables.Take(method.Parameters)
                .Any(variable => variable.Kind is VariableKind.ReferenceParameter or VariableKind.OutParameter);
        int copiesBefore = copies.Count;
        for (int i = 0; i < method.Parameters && i < arguments.Count; i++)
        {
            Bind(method, i, arguments[i], inner, frame, mayChange, hasReferences);
        }

        Flow flow = Execute(method.Body, inner);
        copies.RemoveRange(copiesBefore, copies.Count - copiesBefore);
        state.Written = flow.HasFlag(Flow.Next) ? State.Intersect(state.Written, inner.Return.Written) : inner.Return.Written;
        location = caller;
        return inner.DirectResult ?? (inner.Result is null ? null : Known(new Read(inner.Result)));
    }

    private object EvaluateSelf(Expression target, Frame frame, bool mayChange)
    {
        if (Located(target, frame) is { } place && Evaluate(target, frame) is not ObjectNode)
        {
            return mayChange || place.Path.Any(step => step.Index is not null and not Constant) ? Frozen(place) : place;
        }

        Node value = Evaluate(target, frame);
        if (value is ObjectNode || value.IsConstant)
        {
            return value;
        }

        // A value without a place (a signal, the result of a call): a copy, whose parts can be named.
        return Hoist(value, "target");
    }

    /// <summary>A place whose dynamic indices are evaluated now and do not change while the method runs.</summary>
    private Place Frozen(Place place) => Plants.Is(Plant.IndexNotFrozen) ? place : new(place.Cell, place.Path
        .Select(step => step.Index is null or Constant || (step.Index is Read { Cell: { Kind: CellKind.Local, IsTemporary: true } }) ? step
            : step with { Index = Frozen(step.Index) })
        .ToArray());

    private Node Frozen(Node value)
    {
        Cell cell = new("index", value.Type, CellKind.Local) { IsTemporary = true };
        EmitAssign(new Place(cell, []), value);
        return Known(new Read(cell));
    }

    private void Bind(Method method, int index, Expression argument, Frame inner, Frame frame, bool mayChange, bool hasReferences)
    {
        MethodVariable parameter = method.Variables[index];
        if (parameter.Kind is VariableKind.ReferenceParameter or VariableKind.OutParameter)
        {
            if (argument is Variable variable && (!frame.Variables.TryGetValue(variable.Index, out object? bound) || bound is ObjectNode)
                && HardwareTypes.Find(frame.Resolve(frame.Method.Variables[variable.Index].Type, location)) is null)
            {
                throw Rules.Fail(Rules.Type, $"'{parameter.Name}' is passed by reference and has no fixed number of bits", location);
            }

            inner.Variables[index] = Locate(argument, frame) is { } place ? Frozen(place)
                : NewLocal(parameter, Hardware(argument.Type, frame));
            return;
        }

        if (parameter.Kind == VariableKind.InParameter && mayChange && Seen(argument, frame) is { } seen)
        {
            // An array is never copied, because C# does not; what else nobody writes while the method runs is cheaper as a copy.
            if (parameter.Type is ArrayType || seeing.GetValueOrDefault(method)?.Contains(index) == true)
            {
                inner.Variables[index] = Frozen(seen);
                return;
            }

            copies.Add((seen.Cell, method, index));
        }

        Node value = Evaluate(argument, frame);
        bool isAssigned = AssignedVariables.GetValue(method, static method => FindAssigned(method)).Contains(index);
        if (value is ObjectNode || (!isAssigned && (value.IsConstant
            || (Make.IsCheap(value) && IsStable(value, mayChange, hasReferences)))))
        {
            inner.Variables[index] = value;
            return;
        }

        Cell cell = new(parameter.Name, value.Type, CellKind.Local) { IsTemporary = true };
        inner.Variables[index] = cell;
        EmitAssign(new Place(cell, []), value);
    }

    /// <summary>The place that an expression reads, if anything in this process can write it; null for a value.</summary>
    private Place? Seen(Expression expression, Frame frame)
    {
        switch (expression)
        {
            case Variable variable:
                return frame.Variables.GetValueOrDefault(variable.Index) switch
                {
                    Cell cell => new Place(cell, []),
                    Place place => place,
                    _ => null,
                };
            case This:
                return frame.Self as Place;
            case Field { Target: { } owner } field:
                if (Seen(owner, frame) is { } whole)
                {
                    int index = (whole.Type as HardwareRecord)?.IndexOf(field.Name) ?? -1;
                    return index >= 0 ? whole.Then(new Accessor(index, null)) : null;
                }

                if (Evaluate(owner, frame) is not ObjectNode { Value: { } holder })
                {
                    return null;
                }

                FieldInfo info = FindField(field, holder, frame);
                return registers.TryGetValue((holder, info), out Cell? register)
                    || (changing.Contains((holder, info)) && (register = AddRegister(holder, info)) is not null)
                    ? new Place(register, [])
                    : null;
            case Element element:
                return Seen(element.Target, frame) is { Type: HardwareArray } ? Locate(element, frame) : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether a value stays the same while a method runs: the method may change the object's fields and what it gets by reference.
    /// </summary>
    private static bool IsStable(Node value, bool mayChange, bool hasReferences) => value switch
    {
        _ when Plants.Is(Plant.ValueReadLive) => true,
        Read read => !mayChange || read.Cell.Kind is CellKind.Input or CellKind.Table
            || (read.Cell.Kind == CellKind.Local && !hasReferences),
        Member member => IsStable(member.Target, mayChange, hasReferences),
        Item item => IsStable(item.Target, mayChange, hasReferences),
        Operation operation => operation.Operands.All(operand => IsStable(operand, mayChange, hasReferences)),
        _ => true,
    };

    private (Method Method, Type Owner) FindMethod(MethodReference reference, Type declaring, object? self)
    {
        Type first = !reference.IsVirtual ? declaring : self switch
        {
            ObjectNode { Value: { } value } => value.GetType(),
            Place { Type: HardwareRecord record } => record.Clr,
            Node { Type: HardwareRecord record } => record.Clr,
            _ => declaring,
        };
        for (Type? type = first; type is not null; type = type.BaseType)
        {
            if (forms.Find(FormLibrary.Open(type)) is not { } form)
            {
                continue;
            }

            // Nearest first: a type's own method, or its override of the one that is named.
            foreach (Method method in form.Methods)
            {
                if (method.Id == reference.Id || (reference.IsVirtual && method.Overrides.Contains(reference.Id)))
                {
                    ThrowProblems(form, method.Id);
                    return (method, type);
                }
            }

            ThrowProblems(form, reference.Id);
        }

        throw Rules.Fail(
            Rules.NoForm,
            $"the method {reference.Id} has no form; if it is in another project, that must reference SME.Analyzers as an analyzer and the "
                + $"method needs [Hardware]",
            location);
    }

    private static HashSet<int> FindAssigned(Method method)
    {
        HashSet<int> assigned = [];
        Walk(method.Body);
        return assigned;

        void Walk(Statement? statement)
        {
            switch (statement)
            {
                case Form.Block block:
                    foreach (Statement inner in block.Statements)
                    {
                        Walk(inner);
                    }

                    break;
                case Assign assign:
                    Mark(assign.Target);
                    break;
                case CallStatement call:
                    Mark(call.Target);
                    Mark(call.Result);
                    foreach (Expression argument in call.Arguments)
                    {
                        Mark(argument);
                    }

                    break;
                case If branch:
                    Walk(branch.Then);
                    Walk(branch.Else);
                    break;
                case Switch choice:
                    foreach (SwitchSection section in choice.Sections)
                    {
                        Walk(section.Body);
                    }

                    Walk(choice.Default);
                    break;
                case For counted:
                    Walk(counted.Body);
                    break;
                case While loop:
                    Walk(loop.Body);
                    Walk(loop.Update);
                    break;
            }
        }

        void Mark(Expression? target)
        {
            for (; ; )
            {
                switch (target)
                {
                    case Variable variable:
                        assigned.Add(variable.Index);
                        return;
                    case Field field:
                        target = field.Target;
                        break;
                    case Element element:
                        target = element.Target;
                        break;
                    default:
                        return;
                }
            }
        }
    }
}
