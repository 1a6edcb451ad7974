// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Reflection;
using SME.Form;
using SME.VHDL.Hardware;

namespace SME.VHDL.Elaboration;

/// <content>Expressions.</content>
internal sealed partial class ProcessElaborator
{
    private Constant EvaluateConstant(Expression expression, Frame frame, string what) =>
        Evaluate(expression, frame) as Constant
            ?? throw Rules.Fail(Rules.NotConstant,
                $"{what} must be known at elaboration: a constant, a readonly field, or the variable of a loop around it", location);

    private HardwareType Hardware(FormType type, Frame frame)
    {
        Type clr = frame.Resolve(type, location);
        return HardwareTypes.Find(clr)
            ?? throw Rules.Fail(Rules.Type,
                $"{clr} has no fixed number of bits; use bool, an integer, an enum, Bits<TWidth>, or a struct or inline array of these",
                location);
    }

    private Node Evaluate(Expression expression, Frame frame)
    {
        switch (expression)
        {
            case Literal literal:
                return EvaluateLiteral(literal, frame);
            case Default none:
                Type clr = frame.Resolve(none.Type, location);
                return HardwareTypes.Find(clr) is { } zero ? Constants.Zero(zero) : new ObjectNode(null);
            case Variable variable:
                return EvaluateVariable(variable, frame);
            case This:
                return frame.Self switch
                {
                    Place place => Known(place.Value),
                    Node node => node,
                    _ => throw Rules.Fail(Rules.Internal, "'this' in a static method", location),
                };
            case Field field:
                return EvaluateField(field, frame);
            case Element element:
                return EvaluateElement(Evaluate(element.Target, frame), Evaluate(element.Index, frame));
            case Length length:
                return Constants.Scalar(new HardwareInteger(32, true), Evaluate(length.Target, frame) switch
                {
                    ObjectNode { Value: Array array } => array.Length,
                    { Type: HardwareArray array } => array.Length,
                    _ => throw Rules.Fail(Rules.NotConstant, "the length of this is not known at elaboration", location),
                });
            case Signal signal:
                return EvaluateSignal(signal, frame);
            case Unary unary:
                Node operand = Evaluate(unary.Operand, frame);
                return unary.Operator == UnaryOperator.Not
                    ? Make.Not(operand)
                    : Make.Wrapping(unary.Operator == UnaryOperator.Negate ? Operator.Negate : Operator.Not, operand.Type, operand);
            case Binary binary:
                return EvaluateBinary(binary, frame);
            case Form.Convert convert:
                Node converted = Evaluate(convert.Operand, frame);
                return converted is ObjectNode ? converted : Make.Convert(converted, Hardware(convert.Type, frame));
            case Conditional conditional:
                return EvaluateConditional(conditional, frame);
            case With with:
                return EvaluateWith(with, frame);
            case NewArray array:
                return EvaluateNewArray(array, frame);
            case Call call:
                return Invoke(call.Method, call.Target, call.Arguments, frame, false)
                    ?? throw Rules.Fail(Rules.Internal, "a call without a result in an expression", location);
            case Intrinsic intrinsic:
                return EvaluateIntrinsic(intrinsic, frame);
            default:
                throw Rules.Fail(Rules.NotHardware, $"an expression of the kind {expression.GetType().Name} has no VHDL", location);
        }
    }

    private Constant EvaluateLiteral(Literal literal, Frame frame)
    {
        HardwareType type = Hardware(literal.Type, frame);
        return type is HardwareBoolean
            ? Constants.Boolean(literal.Value == "true")
            : Constants.Scalar(type, BigInteger.Parse(literal.Value, CultureInfo.InvariantCulture));
    }

    private Node EvaluateVariable(Variable variable, Frame frame)
    {
        if (!frame.Variables.TryGetValue(variable.Index, out object? bound))
        {
            // C# has made sure that it is assigned before it is read; here its first assignment may be in a branch that was cut off.
            MethodVariable declared = frame.Method.Variables[variable.Index];
            Cell cell = NewLocal(declared, Hardware(declared.Type, frame));
            frame.Variables[variable.Index] = cell;
            bound = cell;
        }

        return bound switch
        {
            Cell cell => Known(new Read(cell)),
            Place place => Known(place.Value),
            _ => (Node)bound,
        };
    }

    private Cell NewLocal(MethodVariable variable, HardwareType type) =>
        new(variable.Name, type, CellKind.Local) { IsTemporary = variable.Kind != VariableKind.Local };

    /// <summary>The constant, if the node's value is known here; otherwise the node.</summary>
    private Node Known(Node node) => node.IsConstant ? node : state.Of(node)?.Whole(node.Type) ?? node;

    private Node EvaluateField(Field field, Frame frame)
    {
        if (field.Target is null)
        {
            Type declaring = frame.Resolve(field.DeclaringType, location);
            FieldInfo info = FindField(declaring, field.Name, BindingFlags.Static);
            if (!info.IsInitOnly && !info.IsLiteral)
            {
                throw Rules.Fail(Rules.NotConstant,
                    $"{declaring.Name}.{field.Name} is static and can change, which no hardware can see; make it readonly or const",
                    location);
            }

            return FromObject(info.GetValue(null), info.FieldType);
        }

        Node target = Evaluate(field.Target, frame);
        if (target is ObjectNode { Value: { } owner })
        {
            FieldInfo info = FindField(field, owner, frame);
            return registers.TryGetValue((owner, info), out Cell? register)
                || (changing.Contains((owner, info)) && (register = AddRegister(owner, info)) is not null)
                ? Known(new Read(register))
                : FromObject(info.GetValue(owner), info.FieldType);
        }

        if (target.Type is HardwareRecord record)
        {
            int index = record.IndexOf(field.Name);
            return index >= 0 ? Known(Make.Field(target, index))
                : throw Rules.Fail(Rules.Internal, $"{record.Clr} has no field '{field.Name}'", location);
        }

        throw Rules.Fail(Rules.NotHardware, $"the object that has '{field.Name}' is not known at elaboration (or null)", location);
    }

    private FieldInfo FindField(Field field, object owner, Frame frame)
    {
        Type open = FormLibrary.Open(frame.Resolve(field.DeclaringType, location));
        for (Type? type = owner.GetType(); type is not null; type = type.BaseType)
        {
            if (FormLibrary.Open(type) == open)
            {
                return FindField(type, field.Name, BindingFlags.Instance);
            }
        }

        throw Rules.Fail(Rules.Internal, $"{owner.GetType()} does not derive from {open}", location);
    }

    private FieldInfo FindField(Type type, string name, BindingFlags kind)
    {
        FieldInfo? Get(string exact) => type.GetField(exact, kind | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly);
        return Get(name) ?? Get($"<{name}>k__BackingField") ?? Get($"<{name}>P")
            ?? throw Rules.Fail(Rules.Internal, $"{type} has no field '{name}'", location);
    }

    private Cell AddRegister(object owner, FieldInfo field)
    {
        Node value = FromObject(field.GetValue(owner), field.FieldType, true);
        if (value is ObjectNode)
        {
            throw Rules.Fail(Rules.NotHardware,
                $"the field '{HardwareTypes.SourceName(field)}' holds an object and is assigned; hardware cannot change what a reference "
                    + $"refers to", location);
        }

        Cell register = new(HardwareTypes.SourceName(field), value.Type, CellKind.Register) { Value = value };
        registers[(owner, field)] = register;
        registerList.Add(register);
        return register;
    }

    /// <summary>A value of the elaborated design: a constant if it has bits, otherwise the object.</summary>
    private Node FromObject(object? value, Type declared, bool isChanging = false)
    {
        Type type = value?.GetType() ?? declared;
        if (HardwareTypes.Find(type) is { } hardware)
        {
            return Constants.From(value!, hardware);
        }

        return isChanging && value is Array array ? FromArray(array) : new ObjectNode(value);
    }

    private Aggregate FromArray(Array array)
    {
        if (array.Rank != 1 || array.Length == 0)
        {
            throw Rules.Fail(Rules.Type, "an array in hardware has one dimension and at least one element", location);
        }

        Node[] parts = array.Cast<object?>().Select(element => FromObject(element, array.GetType().GetElementType()!, true)).ToArray();
        return parts[0] is ObjectNode
            ? throw Rules.Fail(Rules.Type, $"the elements of a {array.GetType().Name} have no fixed number of bits", location)
            : new Aggregate(new HardwareArray(parts[0].Type, parts.Length), parts);
    }

    private Node EvaluateElement(Node target, Node index)
    {
        if (target is ObjectNode { Value: Array array })
        {
            if (index is Constant at)
            {
                Type element = array.GetType().GetElementType()!;
                return at.Value.Sign >= 0 && at.Value < array.Length ? FromObject(array.GetValue((int)at.Value), element)
                    : HardwareTypes.Find(element) is { } outside ? Constants.Zero(outside) : new ObjectNode(null);
            }

            if (array is IBus[])
            {
                throw Rules.Fail(Rules.NotConstant, "which bus of the array is meant must be known at elaboration here", location);
            }

            target = FromArray(array);
        }

        if (target.Type is not HardwareArray type)
        {
            throw Rules.Fail(Rules.NotHardware, "this has no elements", location);
        }

        if (index is Constant constant)
        {
            // Out of range, C# would have thrown: this is never reached, as behind a condition that does not hold then.
            return constant.Value.Sign < 0 || constant.Value >= type.Length ? Constants.Zero(type.Element)
                : target is Aggregate aggregate ? aggregate.Parts[(int)constant.Value]
                : Known(new Item(target, Constants.Scalar(HardwareType.Unsigned(32), constant.Value)));
        }

        if (type.Length == 1)
        {
            return EvaluateElement(target, Constants.Scalar(HardwareType.Unsigned(32), 0));
        }

        if (target.IsConstant)
        {
            target = new Read(TableOf(target));
        }
        else if (target is not (Read or Member or Item))
        {
            target = Hoist(target, "elements");
        }

        return new Item(target, Make.Convert(index, HardwareType.Unsigned(Make.IndexWidth(type.Length))));
    }

    private Cell TableOf(Node constant)
    {
        (HardwareType Type, BigInteger Packed) key = (constant.Type, Constants.Packed(constant));
        if (!tables.TryGetValue(key, out Cell? table))
        {
            table = new Cell("table", constant.Type, CellKind.Table) { Value = constant };
            tables.Add(key, table);
        }

        return table;
    }

    /// <summary>Puts a value into a variable of its own, so that parts of it can be named.</summary>
    private Node Hoist(Node value, string name)
    {
        if (value.IsConstant || value is Read or Member or Item)
        {
            return value;
        }

        Cell cell = new(name, value.Type, CellKind.Local) { IsTemporary = true };
        EmitAssign(new Place(cell, []), value);
        return new Read(cell);
    }

    private Node EvaluateSignal(Signal signal, Frame frame)
    {
        if (signal.Bus is Element { Target: { } buses, Index: { } position } && Evaluate(position, frame) is { } index and not Constant
            && Evaluate(buses, frame) is ObjectNode { Value: Array { Length: > 0 } array })
        {
            Node? chosen = null;
            for (int i = array.Length - 1; i >= 0; i--)
            {
                Node one = ReadSignal(array.GetValue(i), signal, frame);
                chosen = chosen is null ? one
                    : Make.Select(Make.Compare(Operator.Equal, index, Constants.Scalar(index.Type, i)), one, chosen);
            }

            return chosen!;
        }

        return ReadSignal((Evaluate(signal.Bus, frame) as ObjectNode)?.Value, signal, frame);
    }

    private Node ReadSignal(object? bus, Signal signal, Frame frame)
    {
        (BusPort port, int position) = FindSignal(bus, signal, frame);
        if (port.IsOutput && !instance.IsClocked)
        {
            throw Rules.Fail(Rules.ReadsOwnOutput,
                $"{instance.Path} reads its own output {port.Name}.{signal.Name}: that is the value of the last tick, which a "
                    + $"combinational process cannot remember; use a local variable, or mark the class [ClockedProcess]", location);
        }

        return new Read(SignalCell(port, position, false));
    }

    private (BusPort Port, int Signal) FindSignal(object? bus, Signal signal, Frame frame)
    {
        if (bus is not BusStorage storage)
        {
            throw Rules.Fail(Rules.NotConstant, $"the bus whose signal '{signal.Name}' is used is not known at elaboration (or null)",
                location);
        }

        if (!ports.TryGetValue(storage, out BusPort? port))
        {
            throw Rules.Fail(Rules.UnmarkedBus,
                $"{instance.Path} uses the bus '{storage.Name}' without a field marked [InputBus] or [OutputBus] that holds it", location);
        }

        Type declaring = frame.Resolve(signal.BusType, location);
        for (int i = 0; i < storage.Signals.Count; i++)
        {
            if (storage.Signals[i].Name == signal.Name && storage.Signals[i].DeclaredIn == declaring)
            {
                return (port, i);
            }
        }

        throw Rules.Fail(Rules.Internal, $"{storage.BusType} has no signal '{signal.Name}' from {declaring}", location);
    }

    private Cell SignalCell(BusPort port, int position, bool isOutput)
    {
        if (!signals.TryGetValue((port, position, isOutput), out Cell? cell))
        {
            SignalDescription signal = port.Bus.Signals[position];
            HardwareType type = HardwareTypes.Find(signal.Type)
                ?? throw Rules.Fail(Rules.Type,
                    $"the signal {signal.Name} of {port.Bus.BusType} is a {signal.Type}, which has no fixed number of bits", location);

            // The names of a bus's fields are those of its record in the types package; the writer fills them in.
            cell = new Cell(port.Name + "." + signal.Name, type, isOutput ? CellKind.Output : CellKind.Input);
            signals.Add((port, position, isOutput), cell);
            if (isOutput)
            {
                outputs.Add(new OutputSignal(port, position, cell));
            }
            else
            {
                reads.Add(new OutputSignal(port, position, cell));
            }
        }

        return cell;
    }

    private void AssignSignal(Signal signal, Node value, Frame frame)
    {
        if (signal.Bus is Element { Target: { } buses, Index: { } position } && Evaluate(position, frame) is { } index and not Constant
            && Evaluate(buses, frame) is ObjectNode { Value: Array array })
        {
            for (int i = 0; i < array.Length; i++)
            {
                object? bus = array.GetValue(i);
                State before = state;
                (List<Lowered> then, State after, _) = Branch(before, () =>
                {
                    WriteSignal(bus, signal, value, frame);
                    return Flow.Next;
                });
                output.Add(new LoweredIf(location, Make.Compare(Operator.Equal, index, Constants.Scalar(index.Type, i)), then, []));
                state = State.Join([before, after]);
            }

            return;
        }

        WriteSignal((Evaluate(signal.Bus, frame) as ObjectNode)?.Value, signal, value, frame);
    }

    private void WriteSignal(object? bus, Signal signal, Node value, Frame frame)
    {
        (BusPort port, int position) = FindSignal(bus, signal, frame);
        if (!port.IsOutput)
        {
            throw Rules.Fail(Rules.UnmarkedBus,
                $"{instance.Path} writes {port.Name}.{signal.Name}, but the bus is marked [InputBus]; mark it [OutputBus]", location);
        }

        Cell cell = SignalCell(port, position, true);
        EmitAssign(new Place(cell, []), value);
        state.Written?.Add(cell);
    }

    private Node EvaluateConditional(Conditional conditional, Frame frame)
    {
        Node condition = Evaluate(conditional.Condition, frame);
        if (condition is Constant known)
        {
            return Evaluate(known.Value.IsZero ? conditional.WhenFalse : conditional.WhenTrue, frame);
        }

        Node whenTrue = Evaluate(conditional.WhenTrue, frame);
        Node whenFalse = Evaluate(conditional.WhenFalse, frame);
        if (whenTrue is ObjectNode a && whenFalse is ObjectNode b)
        {
            return ReferenceEquals(a.Value, b.Value) ? a
                : throw Rules.Fail(Rules.NotConstant, "which object is meant depends on values; it must be known at elaboration", location);
        }

        return Make.Select(condition, whenTrue, whenFalse);
    }

    private Aggregate EvaluateWith(With with, Frame frame)
    {
        Node source = Evaluate(with.Source, frame);
        if (source.Type is not HardwareRecord record)
        {
            throw Rules.Fail(Rules.NotHardware, "'with' and 'new' need a struct whose fields all have bits", location);
        }

        if (source is not Aggregate && with.Fields.Count < record.Fields.Count)
        {
            source = Hoist(source, "source");
        }

        Node[] parts = new Node[record.Fields.Count];
        foreach (FieldValue field in with.Fields)
        {
            int index = record.IndexOf(field.Name);
            if (index < 0)
            {
                throw Rules.Fail(Rules.Internal, $"{record.Clr} has no field '{field.Name}'", location);
            }

            Node value = Evaluate(field.Value, frame);
            parts[index] = record.Fields[index].Type.IsScalar ? Make.Convert(value, record.Fields[index].Type) : value;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] ??= Known(Make.Field(source, i));
        }

        return new Aggregate(record, parts);
    }

    private Node EvaluateNewArray(NewArray array, Frame frame)
    {
        int length = (int)EvaluateConstant(array.Length, frame, "the length of an array").Value;
        HardwareType type;
        if (array.Type is ArrayType plain)
        {
            if (length == 0)
            {
                return new ObjectNode(Array.CreateInstance(frame.Resolve(plain.Element, location), 0));
            }

            HardwareType element = array.Elements.Count > 0 && plain.Element is ArrayType ? Evaluate(array.Elements[0], frame).Type
                : Hardware(plain.Element, frame);
            type = new HardwareArray(element, length);
        }
        else
        {
            type = Hardware(array.Type, frame);
        }

        if (array.Elements.Count == 0)
        {
            return Constants.Zero(type);
        }

        HardwareArray whole = (HardwareArray)type;
        List<Node> parts = array.Elements.Select(element => Evaluate(element, frame)).ToList();
        while (parts.Count < whole.Length)
        {
            parts.Add(Constants.Zero(whole.Element));
        }

        return new Aggregate(whole, parts);
    }

    /// <summary>
    /// What an expression that can be assigned stands for; null if it is an element out of range, which is never reached.
    /// </summary>
    private Place? Locate(Expression target, Frame frame)
    {
        switch (target)
        {
            case Variable variable:
                if (!frame.Variables.TryGetValue(variable.Index, out object? bound) || bound is Node)
                {
                    MethodVariable declared = frame.Method.Variables[variable.Index];
                    Cell cell = NewLocal(declared,
                        bound is Node { Type: var type } and not ObjectNode ? type : Hardware(declared.Type, frame));
                    if (bound is Node initial and not ObjectNode)
                    {
                        EmitAssign(new Place(cell, []), initial);
                    }

                    frame.Variables[variable.Index] = cell;
                    bound = cell;
                }

                return bound as Place ?? new Place((Cell)bound, []);
            case This when frame.Self is Place self:
                return self;
            case Field { Target: { } owner } field:
                if (Located(owner, frame) is { } whole)
                {
                    if (whole.Type is HardwareRecord record && record.IndexOf(field.Name) is int index and >= 0)
                    {
                        return whole.Then(new Accessor(index, null));
                    }
                }
                else if (Evaluate(owner, frame) is ObjectNode { Value: { } holder })
                {
                    FieldInfo info = FindField(field, holder, frame);
                    if (!registers.TryGetValue((holder, info), out Cell? register))
                    {
                        hasChanged |= changing.Add((holder, info));
                        register = AddRegister(holder, info);
                    }

                    return new Place(register, []);
                }
                else
                {
                    return null;
                }

                break;
            case Element element:
                if (Locate(element.Target, frame) is not { Type: HardwareArray array } elements)
                {
                    return null;
                }

                Node at = Evaluate(element.Index, frame);
                if (at is Constant constant)
                {
                    return constant.Value.Sign < 0 || constant.Value >= array.Length ? null
                        : elements.Then(new Accessor(-1, Constants.Scalar(HardwareType.Unsigned(32), constant.Value)));
                }

                return elements.Then(new Accessor(-1, array.Length == 1
                    ? Constants.Scalar(HardwareType.Unsigned(32), 0)
                    : Make.Convert(at, HardwareType.Unsigned(Make.IndexWidth(array.Length)))));
        }

        throw Rules.Fail(Rules.NotHardware, $"'{target.GetType().Name}' cannot be assigned here", location);
    }

    /// <summary>The place of a struct value that is held in a variable or a field; null for an object.</summary>
    private Place? Located(Expression target, Frame frame)
    {
        switch (target)
        {
            case Variable variable:
                return frame.Variables.TryGetValue(variable.Index, out object? bound) && bound is ObjectNode ? null : Locate(target, frame);
            case This:
                return frame.Self as Place;
            case Field field when HardwareTypes.Find(frame.Resolve(field.Type, location)) is not null:
                return Locate(target, frame);
            case Element element when HardwareTypes.Find(frame.Resolve(element.Type, location)) is not null:
                return Locate(target, frame);
            default:
                return null;
        }
    }
}
