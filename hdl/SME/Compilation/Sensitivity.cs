// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>
/// All that the work of one process depends on, and all that it changes: then it may rest while none of it changes. Found from its
/// instructions; when in doubt, a process may not rest. See docs/simulator.md for why that is enough.
/// </summary>
/// <param name="Reads">The signals that it reads, those of its own buses among them.</param>
/// <param name="State">The fields of the process that it may change.</param>
/// <param name="Arrays">The arrays whose elements it reads or changes.</param>
/// <param name="WritesArrays">Whether it changes elements of arrays.</param>
internal sealed record Sensitivity((BusStorage Bus, string Signal)[] Reads, FieldInfo[] State, Array[] Arrays, bool WritesArrays)
{
    /// <summary>A copy of more bytes than these costs more than the work of most processes.</summary>
    private const int LargestField = 1024;

    /// <summary>What a process depends on.</summary>
    /// <param name="instance">The process.</param>
    /// <param name="body">Its work; null if that cannot be followed.</param>
    /// <param name="reason">Why it may not rest, if null is returned.</param>
    internal static Sensitivity? Of(ProcessInstance instance, Body? body, out string reason)
    {
        if (body is null)
        {
            reason = "its instructions cannot be followed";
            return null;
        }

        Finder finder = new(instance, body);
        reason = body.Escapes ? "it gives a bus or itself to code that is not followed" : finder.Run();
        return reason.Length > 0 ? null : new Sensitivity([.. finder.Reads], [.. finder.State], [.. finder.Arrays], finder.WritesArrays);
    }

    private sealed class Finder(ProcessInstance instance, Body body)
    {
        private readonly Process process = instance.Process;
        private readonly HashSet<MethodBase> methods = [.. body.All.Select(part => part.Method)];

        public HashSet<(BusStorage Bus, string Signal)> Reads { get; } = [];

        public HashSet<FieldInfo> State { get; } = [];

        public HashSet<Array> Arrays { get; } = new(ReferenceEqualityComparer.Instance);

        public bool WritesArrays { get; private set; }

        /// <summary>Looks at all of it.</summary>
        /// <returns>Why the process may not rest; empty if it may.</returns>
        public string Run()
        {
            foreach (Body part in body.All)
            {
                for (int i = 0; i < part.Code.Length; i++)
                {
                    string problem = part.Returns(i) ? Look(part, i) : string.Empty;
                    if (problem.Length > 0)
                    {
                        return problem;
                    }
                }
            }

            return string.Empty;
        }

        private string Look(Body part, int at)
        {
            Instruction instruction = part.Code[at];
            if (part.Inlined.ContainsKey(at))
            {
                return string.Empty;
            }

            if (part.Accesses.TryGetValue(at, out SignalAccess? access))
            {
                return Look(access);
            }

            switch (instruction.Operand)
            {
                case FieldInfo field:
                    return Look(part.Code, at, field);
                case MethodBase callee when instruction.Code == OpCodes.Newobj && !callee.DeclaringType!.IsValueType:
                    return $"it makes objects of {callee.DeclaringType.Name}";
                case MethodBase callee when instruction.Code.FlowControl == FlowControl.Call:
                    return Purity.IsFunction(callee, Purity.Constrained(part.Code, at)) ? string.Empty
                        : $"it calls {callee.DeclaringType?.Name}.{callee.Name}";
                case MethodBase callee:
                    return $"it keeps {callee.Name} for later";
                default:
                    WritesArrays |= Purity.WritesArray(part.Code, at);
                    return instruction.Code == OpCodes.Calli ? "it calls what it does not name" : string.Empty;
            }
        }

        private string Look(SignalAccess access)
        {
            if (access.Buses.Length == 0)
            {
                return $"it reads {access.Signal.Name} of a bus that is not known";
            }

            if (access.IsWrite)
            {
                return access.Buses.All(bus => instance.Outputs.Any(use => use.Bus == bus)) ? string.Empty
                    : $"it writes {access.Buses[0].Path}, which is no output of it";
            }

            Reads.UnionWith(access.Buses.Select(bus => (bus, access.Signal.Name)));
            return string.Empty;
        }

        private string Look(Instruction[] code, int at, FieldInfo field)
        {
            if (!field.IsStatic && field.DeclaringType!.IsValueType)
            {
                return string.Empty;
            }

            OpCode kind = code[at].Code;
            bool isOwn = !field.IsStatic && field.DeclaringType!.IsInstanceOfType(process);
            if (!isOwn)
            {
                return field.IsLiteral || FixedFields.IsFixed(field) ? string.Empty
                    : $"it uses {field.DeclaringType!.Name}.{field.Name}, which may change";
            }

            if (typeof(IBus).IsAssignableFrom(field.FieldType) || typeof(IBus[]).IsAssignableFrom(field.FieldType)
                || (FixedFields.IsFixed(field) && (FixedFields.IsPorts(field) || field.GetValue(process) is IStreamHalves)))
            {
                return string.Empty;
            }

            if (field.FieldType.IsArray)
            {
                return LookAtArray(field);
            }

            if (!IsPlain(field.FieldType))
            {
                return FixedFields.IsFixed(field) && (field.FieldType == typeof(string) || Constants.AreAllOf(field.FieldType))
                    ? string.Empty
                    : $"its field {field.Name} holds an object";
            }

            if (FixedFields.IsFixed(field))
            {
                return string.Empty;
            }

            if (kind == OpCodes.Stfld || (kind == OpCodes.Ldflda && !Purity.IsOnlyRead(code, at + 1)))
            {
                if (MemoryLayout.SizeOf(field.FieldType) > LargestField)
                {
                    return $"its field {field.Name} is too large to be compared";
                }

                State.Add(field);
            }

            return OutsideWriters.Of(field).All(methods.Contains) ? string.Empty : $"its field {field.Name} may be changed from outside";
        }

        private string LookAtArray(FieldInfo field)
        {
            if (!FixedFields.IsFixed(field) || !IsPlain(field.FieldType.GetElementType()!))
            {
                return $"its field {field.Name} is no fixed array of plain values";
            }

            if (field.GetValue(process) is Array array)
            {
                Arrays.Add(array);
            }

            return OutsideWriters.Of(field).All(methods.Contains) ? string.Empty
                : $"the elements of {field.Name} may be changed from outside";
        }

        private static bool IsPlain(Type type) =>
            type.IsPrimitive || type.IsEnum || (type.IsValueType && !MemoryLayout.HoldsReferences(type));
    }
}

/// <summary>Finds the methods other than constructors that may change a field, or the elements of an array in it.</summary>
internal static class OutsideWriters
{
    private static readonly ConditionalWeakTable<FieldInfo, MethodBase[]> Known = [];
    private static readonly MethodBase[] Anybody = [typeof(object).GetMethod(nameof(ToString))!];

    /// <summary>The methods; if others than the type's own may, one that is not the type's.</summary>
    internal static MethodBase[] Of(FieldInfo field) => Known.GetValue(field, static field => Find(field));

    private static MethodBase[] Find(FieldInfo field)
    {
        bool isArray = field.FieldType.IsArray;
        if (!field.IsPrivate && !(field.IsInitOnly && !isArray))
        {
            return Anybody;
        }

        return [.. Types(field.DeclaringType!).SelectMany(Methods).Where(method => Changes(method, field, isArray))];
    }

    private static IEnumerable<Type> Types(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        IEnumerable<Type> nested = type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Where(inner => inner.GetGenericArguments().Length == arguments.Length)
            .Select(inner => inner.IsGenericTypeDefinition ? inner.MakeGenericType(arguments) : inner);
        return nested.SelectMany(Types).Prepend(type);
    }

    private static MethodInfo[] Methods(Type type) => type.GetMethods(
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static bool Changes(MethodInfo method, FieldInfo field, bool isArray)
    {
        if (method.IsAbstract)
        {
            return false;
        }

        if (method.ContainsGenericParameters)
        {
            // Its instructions name fields of the open type: by name is near enough.
            return method.GetMethodBody() is not null && Instruction.Read(method) is { } open && Array.Exists(
                open, instruction => instruction.Operand is FieldInfo named && named.Name == field.Name
                    && instruction.Code != OpCodes.Ldfld);
        }

        if (method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
            || Instruction.Read(method) is not { } code)
        {
            return false;
        }

        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].Operand is FieldInfo other && other.MetadataToken == field.MetadataToken && other.Module == field.Module
                && (isArray ? !IsHarmless(code, i, method) : code[i].Code == OpCodes.Stfld || code[i].Code == OpCodes.Ldflda))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an array is only asked for its length, or for an element, or given out to be read.</summary>
    private static bool IsHarmless(Instruction[] code, int at, MethodInfo method) =>
        code[at].Code == OpCodes.Ldfld && at + 1 < code.Length
        && (code[at + 1].Code == OpCodes.Ldlen || (code[at + 1].Code == OpCodes.Ret && !method.ReturnType.IsArray)
            || !Enumerable.Range(at, code.Length - at).Any(i => Purity.WritesArray(code, i) || code[i].Operand is MethodBase));
}

/// <summary>How values lie in memory.</summary>
internal static class MemoryLayout
{
    private static readonly ConditionalWeakTable<Type, StrongBox<(int Size, bool HoldsReferences)>> Known = [];

    /// <summary>Bytes of a value.</summary>
    internal static int SizeOf(Type type) => Known.GetValue(type, Find).Value.Size;

    /// <summary>Whether a value refers to objects.</summary>
    internal static bool HoldsReferences(Type type) => Known.GetValue(type, Find).Value.HoldsReferences;

    private static StrongBox<(int Size, bool HoldsReferences)> Find(Type type) => new(((int, bool))typeof(MemoryLayout)
        .GetMethod(nameof(Measure), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(null, null)!);

    private static (int Size, bool HoldsReferences) Measure<T>() =>
        (Unsafe.SizeOf<T>(), RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
