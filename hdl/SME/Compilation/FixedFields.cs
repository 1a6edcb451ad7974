// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace SME.Compilation;

/// <summary>
/// Which fields keep what the constructor gave them: those that are read-only, and parameters of primary constructors that no method
/// assigns.
/// </summary>
internal static class FixedFields
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<FieldInfo, bool> Answers = new();

    /// <summary>Whether a field never changes after construction.</summary>
    internal static bool IsFixed(FieldInfo field) => field.IsInitOnly || (IsParameter(field) && Answers.GetOrAdd(field, Look));

    /// <summary>Whether a field holds an object whose members are ports.</summary>
    internal static bool IsPorts(FieldInfo field) => PortScan.Mark.Of(field).IsGroup;

    private static bool IsParameter(FieldInfo field) => field.Name.StartsWith('<') && field.Name.EndsWith(">P", StringComparison.Ordinal);

    private static bool Look(FieldInfo field)
    {
        // Only the class itself can name such a field, in a method or in one that the compiler has made of a local function or lambda.
        Type type = field.DeclaringType!;
        Type[] arguments = type.GetGenericArguments();
        IEnumerable<Type> inner = type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
            .Select(nested => arguments.Length > 0 && nested.GetGenericArguments().Length == arguments.Length
                ? nested.MakeGenericType(arguments) : nested);
        return inner.Prepend(type).All(at => at.GetMethods(Declared).All(method => method.GetMethodBody() is null
            || (Instruction.Read(method) is { } code && !Array.Exists(code, instruction => Changes(instruction, field)))));
    }

    private static bool Changes(Instruction instruction, FieldInfo field) =>
        (instruction.Code == OpCodes.Stfld || instruction.Code == OpCodes.Ldflda) && instruction.Operand is FieldInfo changed
        && changed.Name == field.Name && changed.DeclaringType!.Name == field.DeclaringType!.Name;
}
