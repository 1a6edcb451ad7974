// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME.Compilation;

/// <summary>
/// Finds methods that are functions of their arguments: they read nothing else but constants, and write nothing but what is given to them
/// by reference. When in doubt a method is none. What comes before an exception does not count, since nothing comes after it.
/// </summary>
internal static class Purity
{
    // Of the base library, types whose methods are functions by their documentation.
    private static readonly HashSet<Type> Functions =
    [
        typeof(Math), typeof(BitOperations), typeof(BinaryPrimitives), typeof(Unsafe), typeof(MemoryMarshal), typeof(RuntimeHelpers),
        typeof(ArgumentOutOfRangeException), typeof(ArgumentNullException), typeof(Int128), typeof(UInt128), typeof(Span<>),
        typeof(ReadOnlySpan<>), typeof(EqualityComparer<>), typeof(Nullable<>), typeof(HashCode), typeof(Enum),
        typeof(System.Diagnostics.Debug), typeof(Convert),
    ];

    private static readonly ConditionalWeakTable<MethodBase, StrongBox<bool>> Known = [];

    /// <summary>Whether a call is that of a function.</summary>
    /// <param name="callee">What is called.</param>
    /// <param name="constrained">The type on which an interface's method is called, if that is known.</param>
    internal static bool IsFunction(MethodBase callee, Type? constrained) => IsFunction(callee, constrained, []);

    private static bool IsFunction(MethodBase callee, Type? constrained, HashSet<MethodBase> open)
    {
        if (callee.DeclaringType is not { } holder || Target(callee, constrained) is not { } target)
        {
            return false;
        }

        holder = target.DeclaringType!;
        Type plain = holder.IsGenericType ? holder.GetGenericTypeDefinition() : holder;
        if (holder.Assembly == typeof(object).Assembly)
        {
            bool takesArray = target.GetParameters().Any(parameter => parameter.ParameterType.IsArray);
            return (!takesArray || target.Name == nameof(RuntimeHelpers.InitializeArray))
                && (holder.IsPrimitive || Functions.Contains(plain) || plain.Namespace == "System.Runtime.Intrinsics"
                    || plain.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal));
        }

        if (Known.TryGetValue(target, out StrongBox<bool>? known))
        {
            return known.Value;
        }

        // Of methods that call each other each is a function if the others are.
        if (!open.Add(target))
        {
            return true;
        }

        bool isFunction = Instruction.Read(target) is { } code && IsFunction(code, open);
        if (!isFunction || open.Count == 1)
        {
            Known.AddOrUpdate(target, new StrongBox<bool>(isFunction));
        }

        open.Remove(target);
        return isFunction;
    }

    /// <summary>The method that a call ends in; null if that is not known.</summary>
    private static MethodBase? Target(MethodBase callee, Type? constrained)
    {
        if (callee is not MethodInfo { IsVirtual: true, IsFinal: false } method
            || callee.DeclaringType!.IsValueType || callee.DeclaringType.IsSealed)
        {
            // A static member of an interface has no object, only a type.
            return callee.DeclaringType!.IsInterface && callee.IsAbstract ? OfInterface((MethodInfo)callee, constrained) : callee;
        }

        if (callee.DeclaringType.IsGenericType && callee.DeclaringType.GetGenericTypeDefinition() == typeof(EqualityComparer<>))
        {
            return callee;
        }

        if (constrained is not { IsValueType: true })
        {
            return null;
        }

        return method.DeclaringType!.IsInterface ? OfInterface(method, constrained) : Body.Override(constrained, method);
    }

    private static MethodInfo? OfInterface(MethodInfo method, Type? type)
    {
        if (type is null || !method.DeclaringType!.IsAssignableFrom(type))
        {
            return null;
        }

        InterfaceMapping map = type.GetInterfaceMap(method.DeclaringType);
        MethodInfo plain = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        int index = Array.FindIndex(
            map.InterfaceMethods, candidate => candidate.MetadataToken == plain.MetadataToken && candidate.Module == plain.Module);
        MethodInfo? found = index < 0 ? null : map.TargetMethods[index];
        return found is { IsGenericMethodDefinition: true } ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }

    private static bool IsFunction(Instruction[] code, HashSet<MethodBase> open)
    {
        bool[] returns = ControlFlow.ReachesReturn(code);
        for (int i = 0; i < code.Length; i++)
        {
            if (returns[i] && !IsAllowed(code, i, open))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(Instruction[] code, int at, HashSet<MethodBase> open)
    {
        Instruction instruction = code[at];
        return instruction.Operand switch
        {
            FieldInfo field => IsAllowed(instruction.Code, field),
            MethodBase callee when instruction.Code == OpCodes.Newobj =>
                callee.DeclaringType!.IsValueType && IsFunction(callee, null, open),
            MethodBase callee when instruction.Code.FlowControl == FlowControl.Call => IsFunction(callee, Constrained(code, at), open),
            MethodBase => false,
            _ => instruction.Code != OpCodes.Calli && instruction.Code != OpCodes.Localloc && !WritesArray(code, at),
        };
    }

    /// <summary>The type that stands before a call as the one on which it is made; null if there is none.</summary>
    internal static Type? Constrained(Instruction[] code, int call) =>
        call > 0 && code[call - 1].Code == OpCodes.Constrained ? (Type)code[call - 1].Operand! : null;

    private static bool IsAllowed(OpCode code, FieldInfo field) =>
        code == OpCodes.Stsfld || code == OpCodes.Stfld ? !field.IsStatic && field.DeclaringType!.IsValueType
        : field.IsInitOnly || field.IsLiteral || (!field.IsStatic && field.DeclaringType!.IsValueType);

    /// <summary>Whether an instruction may change an element of an array, now or through the reference that it gives.</summary>
    internal static bool WritesArray(Instruction[] code, int at)
    {
        OpCode kind = code[at].Code;
        return kind.Name!.StartsWith("stelem", StringComparison.Ordinal) || (kind == OpCodes.Ldelema && !IsOnlyRead(code, at + 1));
    }

    /// <summary>Whether a reference that the instruction before gives is read from at once, and is then gone.</summary>
    internal static bool IsOnlyRead(Instruction[] code, int at)
    {
        // A field of a field is still the same reference.
        while (at < code.Length && code[at].Code == OpCodes.Ldflda)
        {
            at++;
        }

        if (at >= code.Length)
        {
            return false;
        }

        OpCode kind = code[at].Code;
        return kind == OpCodes.Ldfld || kind == OpCodes.Ldobj || kind.Name!.StartsWith("ldind", StringComparison.Ordinal)
            || (code[at].Operand is MethodInfo { IsStatic: false } method && method.GetParameters().Length == 0
                && !ReturnsReference(method) && IsReadOnly(method));
    }

    private static bool ReturnsReference(MethodInfo method) => method.ReturnType.IsByRef || method.ReturnType.IsByRefLike;

    private static bool IsReadOnly(MethodInfo method) =>
        method.DeclaringType is { IsValueType: true } type && (type.IsPrimitive || IsMarked(type) || IsMarked(method));

    private static bool IsMarked(MemberInfo member) => member.IsDefined(typeof(IsReadOnlyAttribute), false);
}
