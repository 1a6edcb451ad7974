// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace SME.Compilation;

/// <summary>
/// What is known of a value on the stack: nothing, the process itself, an object that it holds (a stream, a record of ports), one of some
/// buses, or an array of some buses.
/// </summary>
internal sealed record Origin(object? Object, BusStorage[] Buses, bool IsArray)
{
    internal bool IsProcess => Object is Process;

    internal bool Same(Origin other) => ReferenceEquals(Object, other.Object) && IsArray == other.IsArray
        && Buses.AsSpan().SequenceEqual(other.Buses);

    /// <summary>What is known if it is one or the other; null if nothing is.</summary>
    internal static Origin? Either(Origin? left, Origin? right)
    {
        if (left is null || right is null || !ReferenceEquals(left.Object, right.Object) || left.IsArray != right.IsArray)
        {
            return null;
        }

        return left.Same(right) ? left : left with { Buses = [.. left.Buses.Union(right.Buses)] };
    }
}

/// <summary>A read or a write of a signal.</summary>
/// <param name="IsWrite">Which of the two.</param>
/// <param name="Signal">The field of the storage's values.</param>
/// <param name="Storage">The storage's class.</param>
/// <param name="Buses">The buses that it can be; empty if that is not known.</param>
/// <param name="Receiver">The instruction that put the bus on the stack and nothing else; -1 if there is more than one.</param>
internal sealed record SignalAccess(bool IsWrite, FieldInfo Signal, Type Storage, BusStorage[] Buses, int Receiver);

/// <summary>
/// A method as part of a process instance: its instructions, which signals they read and write, and which of the methods that it
/// calls are to be put in its place.
/// </summary>
internal sealed class Body
{
    private const int MaximumDepth = 12;
    private const int MaximumInlinedLength = 4000;

    private readonly Process process;
    private readonly ILookup<Type, Type> storages;
    private readonly Origin?[] arguments;
    private readonly int depth;
    private readonly bool returnsValue;
    private readonly Origin?[] locals;
    private readonly bool[] assigned;
    private readonly bool[] returns;
    private readonly HashSet<int> isTarget;
    private Origin? result;
    private bool hasResult;

    private Body(Process process, ILookup<Type, Type> storages, MethodBase method, Instruction[] code, Origin?[] arguments, int depth)
    {
        this.process = process;
        this.storages = storages;
        this.arguments = arguments;
        this.depth = depth;
        Method = method;
        Code = code;
        Locals = [.. method.GetMethodBody()!.LocalVariables];
        locals = new Origin?[Locals.Count];
        assigned = new bool[Locals.Count];
        returnsValue = method is MethodInfo { ReturnType: { } type } && type != typeof(void);
        returns = ControlFlow.ReachesReturn(code);
        isTarget = [.. code.SelectMany(instruction => instruction.Targets)];
    }

    internal MethodBase Method { get; }

    internal Instruction[] Code { get; }

    internal IReadOnlyList<LocalVariableInfo> Locals { get; }

    /// <summary>Signal accesses by the instruction that makes them.</summary>
    internal Dictionary<int, SignalAccess> Accesses { get; } = [];

    /// <summary>Methods to put in place of the instruction that calls them.</summary>
    internal Dictionary<int, Body> Inlined { get; } = [];

    /// <summary>
    /// Calls of methods such as <see cref="Bits{TWidth}.WithByte"/> on a variable whose result the next instruction stores in the same
    /// variable, with the method that does it in place.
    /// </summary>
    internal Dictionary<int, MethodInfo> InPlace { get; } = [];

    /// <summary>Instructions that leave a reference to a value instead of the value; the two that follow fall away.</summary>
    internal HashSet<int> ByReference { get; private set; } = [];

    /// <summary>Which of a method's arguments are the process itself.</summary>
    internal bool IsProcess(int argument) => arguments[argument] is { IsProcess: true };

    /// <summary>
    /// Whether an instruction can be followed by the method's return; otherwise it is on the way to an exception, which ends the
    /// simulation.
    /// </summary>
    internal bool Returns(int index) => returns[index];

    /// <summary>Whether a bus or the process reaches code that is not looked at, so that more may be written than is known.</summary>
    internal bool Escapes { get; private set; }

    /// <summary>Itself and all that is put in place of calls in it.</summary>
    internal IEnumerable<Body> All => Inlined.Values.SelectMany(inner => inner.All).Prepend(this);

    internal int Length => Code.Length + Inlined.Values.Sum(inner => inner.Length);

    internal Type[] ArgumentTypes => Method.IsStatic
        ? [.. Method.GetParameters().Select(parameter => parameter.ParameterType)]
        : [Method.DeclaringType!, .. Method.GetParameters().Select(parameter => parameter.ParameterType)];

    /// <summary>Looks at the work of a process; null if it cannot be followed.</summary>
    internal static Body? Of(SimpleProcess process, ILookup<Type, Type> storages)
    {
        MethodInfo onTick = Override(process.GetType(),
            typeof(SimpleProcess).GetMethod("OnTick", BindingFlags.Instance | BindingFlags.NonPublic)!);
        return Of(process, storages, onTick, [new Origin(process, [], false)], 0);
    }

    /// <summary>The method that a virtual call on an object of a type ends in.</summary>
    internal static MethodInfo Override(Type type, MethodInfo method)
    {
        MethodInfo root = method.GetBaseDefinition();
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            foreach (MethodInfo candidate in at.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly))
            {
                if (candidate.IsVirtual && candidate.Name == method.Name && candidate.GetBaseDefinition() == root)
                {
                    return candidate;
                }
            }
        }

        return method;
    }

    private static Body? Of(Process process, ILookup<Type, Type> storages, MethodBase method, Origin?[] arguments, int depth)
    {
        if (method.GetMethodBody() is not { } source || source.ExceptionHandlingClauses.Count > 0
            || Instruction.Read(method) is not { } code
            || Array.Exists(code, instruction => instruction.Code == OpCodes.Localloc || instruction.Code == OpCodes.Jmp
                || instruction.Code == OpCodes.Arglist))
        {
            return null;
        }

        Body body = new(process, storages, method, code, arguments, depth);

        // A variable's content is known once all stores to it are; two rounds reach what C# compilers write, more is given up.
        for (int round = 0; round < 4; round++)
        {
            Origin?[] before = [.. body.locals];
            bool[] assignedBefore = [.. body.assigned];
            if (!body.Follow())
            {
                return null;
            }

            if (assignedBefore.AsSpan().SequenceEqual(body.assigned)
                && before.Zip(body.locals).All(pair => pair.First is null ? pair.Second is null
                    : pair.Second is not null && pair.First.Same(pair.Second)))
            {
                return body;
            }
        }

        return null;
    }

    private bool Follow()
    {
        Accesses.Clear();
        Inlined.Clear();
        InPlace.Clear();
        Escapes = false;
        result = null;
        hasResult = false;
        Dictionary<int, List<(Origin?, int)>> atTarget = [];
        Dictionary<int, int> takenBy = [];
        List<(Origin? Origin, int Producer)> stack = [];
        bool reached = true;
        for (int i = 0; i < Code.Length; i++)
        {
            Instruction instruction = Code[i];
            if (atTarget.TryGetValue(instruction.Offset, out List<(Origin?, int)>? arriving))
            {
                if (reached && !Join(stack, arriving))
                {
                    return false;
                }

                stack = [.. arriving];
            }
            else if (!reached)
            {
                stack = [];
            }

            int pops = instruction.Pops(returnsValue);
            if (stack.Count < pops)
            {
                return false;
            }

            (Origin? Origin, int Producer)[] operands = [.. stack.Skip(stack.Count - pops)];
            stack.RemoveRange(stack.Count - pops, pops);
            foreach ((_, int producer) in operands)
            {
                takenBy[producer] = takenBy.TryGetValue(producer, out int other) && other != i ? -1 : i;
            }

            if (instruction.Code == OpCodes.Ret && stack.Count > 0)
            {
                // No method ends with more than its result on the stack: an instruction before it was miscounted.
                throw new InvalidOperationException($"{Method}: {stack.Count} values too many on the stack when it ends");
            }

            if (instruction.Code == OpCodes.Call
                && instruction.Operand is MethodInfo { IsStatic: false, DeclaringType.IsGenericType: true } changing
                && FindInPlace(i, changing, operands[0].Producer) is { } inPlace)
            {
                InPlace[i] = inPlace;
            }

            Origin? result = Result(i, operands);
            for (int pushed = instruction.Pushes(); pushed > 0; pushed--)
            {
                // Both copies of a duplicated value must not be changed alone.
                stack.Add((instruction.Code == OpCodes.Dup ? operands[0].Origin : result, instruction.Code == OpCodes.Dup ? -1 : i));
            }

            foreach (int target in instruction.Targets)
            {
                if (!atTarget.TryGetValue(target, out List<(Origin?, int)>? known))
                {
                    atTarget[target] = [.. stack];
                }
                else if (target > instruction.Offset && !Join(stack, known))
                {
                    return false;
                }
            }

            reached = !instruction.EndsFlow;
        }

        // A bus that two instructions may take, on different paths, must stay a bus.
        foreach ((int index, SignalAccess access) in Accesses.ToArray())
        {
            if (access.Receiver >= 0 && takenBy[access.Receiver] != index)
            {
                Accesses[index] = access with { Receiver = -1 };
            }
        }

        HashSet<int> reads = [.. Accesses.Where(access => !access.Value.IsWrite).Select(access => access.Key)];
        ByReference = References.Find(Code, reads, takenBy, isTarget);
        return true;
    }

    private MethodInfo? FindInPlace(int index, MethodInfo method, int receiver)
    {
        if (method.DeclaringType!.GetGenericTypeDefinition() != typeof(Bits<>) || receiver < 0
            || index + 1 == Code.Length || !Code[index + 1].IsStoreLocal || Code[receiver].Local != Code[index + 1].Local
            || (Code[receiver].Code != OpCodes.Ldloca && Code[receiver].Code != OpCodes.Ldloca_S)
            || isTarget.Contains(Code[index + 1].Offset))
        {
            return null;
        }

        string? name = method.Name switch
        {
            nameof(Bits<W1>.WithByte) => nameof(Bits<W1>.SetByte),
            nameof(Bits<W1>.WithBit) => nameof(Bits<W1>.SetBit),
            nameof(Bits<W1>.WithSlice) => nameof(Bits<W1>.SetSlice),
            _ => null,
        };
        MethodInfo? found = name is null ? null : method.DeclaringType.GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic);
        return found is { IsGenericMethodDefinition: true } ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }

    private static bool Join(List<(Origin?, int)> stack, List<(Origin?, int)> into)
    {
        if (stack.Count != into.Count)
        {
            return false;
        }

        for (int i = 0; i < into.Count; i++)
        {
            into[i] = (Origin.Either(stack[i].Item1, into[i].Item1), stack[i].Item2 == into[i].Item2 ? into[i].Item2 : -1);
        }

        return true;
    }

    private Origin? Result(int index, (Origin? Origin, int Producer)[] operands)
    {
        Instruction instruction = Code[index];
        if (instruction.IsLoadArgument)
        {
            return arguments[instruction.Argument];
        }

        if (instruction.IsLoadLocal)
        {
            return locals[instruction.Local];
        }

        if (instruction.IsStoreLocal)
        {
            int local = instruction.Local;
            locals[local] = assigned[local] ? Origin.Either(locals[local], operands[0].Origin) : operands[0].Origin;
            assigned[local] = true;
            return null;
        }

        if (instruction.Argument >= 0 && arguments[instruction.Argument] is not null)
        {
            // An argument that is stored to or whose address is taken is not what it was.
            Escapes = true;
            arguments[instruction.Argument] = null;
            return null;
        }

        if (instruction.Code == OpCodes.Ldfld)
        {
            return OfField((FieldInfo)instruction.Operand!, operands[0].Origin);
        }

        if (instruction.Code == OpCodes.Ldelem_Ref || instruction.Code == OpCodes.Ldelem)
        {
            return operands[0].Origin is { IsArray: true } array ? array with { IsArray = false } : null;
        }

        if (instruction.Code == OpCodes.Castclass || instruction.Code == OpCodes.Dup)
        {
            return operands[0].Origin;
        }

        if (instruction.Operand is MethodBase callee && instruction.Code.FlowControl == FlowControl.Call)
        {
            Call(index, callee, operands);
            return Inlined.GetValueOrDefault(index)?.result;
        }

        if (instruction.Code == OpCodes.Ret && returnsValue)
        {
            result = hasResult ? Origin.Either(result, operands[0].Origin) : operands[0].Origin;
            hasResult = true;
            return null;
        }

        if (instruction.Code == OpCodes.Calli
            || ((instruction.Code == OpCodes.Stsfld || instruction.Code == OpCodes.Stfld || instruction.Code == OpCodes.Stelem_Ref)
            && operands[^1].Origin is not null && !IsClosure(instruction.Operand as FieldInfo)))
        {
            Escapes = true;
        }

        return null;
    }

    /// <summary>The variable of a local function in which the compiler keeps the enclosing method's <c>this</c>.</summary>
    private static bool IsClosure(FieldInfo? field) => field is { Name: "<>4__this", DeclaringType.IsValueType: true };

    private Origin? OfField(FieldInfo field, Origin? holder)
    {
        if (IsClosure(field))
        {
            return field.FieldType.IsInstanceOfType(process) ? new Origin(process, [], false) : null;
        }

        if (holder is not { Object: { } target } || field.IsStatic || !FixedFields.IsFixed(field)
            || !field.DeclaringType!.IsInstanceOfType(target))
        {
            return null;
        }

        return field.GetValue(target) switch
        {
            BusStorage bus => new Origin(null, [bus], false),
            IBus[] several when several.All(bus => bus is BusStorage) => new Origin(null, [.. several.Cast<BusStorage>()], true),
            IStreamHalves stream => new Origin(stream, [], false),
            { } ports when target is Process && FixedFields.IsPorts(field) => new Origin(ports, [], false),
            _ => null,
        };
    }

    private void Call(int index, MethodBase callee, (Origin? Origin, int Producer)[] operands)
    {
        bool isConstrained = index > 0 && Code[index - 1].Code == OpCodes.Constrained;
        if (!isConstrained && TryAccess(index, callee, operands))
        {
            return;
        }

        if (!returns[index])
        {
            // The text of an exception: whatever it looks at, nothing comes after it.
            return;
        }

        MethodBase target = callee;
        bool isOnProcess = !callee.IsStatic && Code[index].Code != OpCodes.Newobj && operands[0].Origin is { IsProcess: true };
        if (Code[index].Code == OpCodes.Callvirt && callee is MethodInfo { IsVirtual: true, IsFinal: false } method)
        {
            if (!isOnProcess || method.DeclaringType!.IsInterface || method.IsGenericMethod)
            {
                MarkEscape(callee, operands);
                return;
            }

            target = Override(process.GetType(), method);
        }

        bool isCandidate = !isConstrained && Code[index].Code != OpCodes.Newobj && depth < MaximumDepth
            && (isOnProcess || operands.Any(operand => operand.Origin is not null) || IsPartOfProcess(target))
            && (target.MethodImplementationFlags & (MethodImplAttributes.NoInlining | MethodImplAttributes.InternalCall)) == 0;
        if (isCandidate && Of(process, storages, target, [.. operands.Select(operand => operand.Origin)], depth + 1) is { } inner
            && inner.Length <= MaximumInlinedLength)
        {
            Inlined[index] = inner;
            Escapes |= inner.Escapes;
            return;
        }

        MarkEscape(callee, operands);
    }

    private bool IsPartOfProcess(MethodBase method)
    {
        for (Type? type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (type.IsInstanceOfType(process) && type != typeof(SimpleProcess) && type != typeof(Process))
            {
                return method.IsStatic;
            }
        }

        return false;
    }

    private void MarkEscape(MethodBase callee, (Origin? Origin, int Producer)[] operands) =>
        Escapes |= operands.Any(operand => operand.Origin is not null)
            || callee.GetParameters().Any(parameter => MayHoldBus(parameter.ParameterType))
            || (!callee.IsStatic && MayHoldBus(callee.DeclaringType!));

    private static bool MayHoldBus(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsArray)
        {
            return MayHoldBus(type.GetElementType()!);
        }

        if (type == typeof(string) || typeof(Exception).IsAssignableFrom(type))
        {
            return false;
        }

        return type.IsValueType ? HoldsReferences(type) : !type.IsSealed || !Constants.AreAllOf(type);
    }

    private static bool HoldsReferences(Type type) =>
        type.IsByRefLike
            ? type.GetGenericArguments().Any(MayHoldBus)
            : !type.IsPrimitive && !type.IsEnum
                && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    .Any(field => field.FieldType != type && MayHoldBus(field.FieldType));

    private bool TryAccess(int index, MethodBase callee, (Origin? Origin, int Producer)[] operands)
    {
        if (!IsSignal(callee, out bool isWrite, out string? name))
        {
            return false;
        }

        BusStorage[] buses = operands[0].Origin is { Object: null, IsArray: false } known ? known.Buses : [];
        Type[] candidates = buses.Length > 0 ? [.. buses.Select(bus => bus.GetType()).Distinct()]
            : [.. storages[callee.DeclaringType!].Distinct()];
        if (isWrite && buses.Length == 0)
        {
            Escapes = true;
        }

        if (candidates.Length != 1 || candidates[0].GetField("Current") is not { } current
            || current.FieldType.GetField(name) is not { } signal)
        {
            Escapes |= isWrite;
            return true;
        }

        Accesses[index] = new SignalAccess(isWrite, signal, candidates[0], buses, operands[0].Producer);
        return true;
    }

    private static bool IsSignal(MethodBase method, out bool isWrite, [NotNullWhen(true)] out string? name)
    {
        isWrite = method.Name.StartsWith("set_", StringComparison.Ordinal);
        name = method.Name.Length > 4 ? method.Name[4..] : null;
        return name is not null && method.IsSpecialName && method.DeclaringType is { IsInterface: true } type
            && typeof(IBus).IsAssignableFrom(type) && (isWrite || method.Name.StartsWith("get_", StringComparison.Ordinal));
    }
}
