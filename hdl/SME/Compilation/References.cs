// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>
/// Finds values that are copied into a variable only to be looked at there once: <c>bus.Item.Data.GetByte(3)</c> copies an item, then its
/// data, then takes a byte. Where nothing can change in between, what is looked at stays where it is.
/// </summary>
internal static class References
{
    private static readonly ConditionalWeakTable<MethodInfo, StrongBox<FieldInfo?>> Getters = [];

    /// <summary>The instructions that may leave a reference instead of a value; the two that follow each then fall away.</summary>
    /// <param name="code">The method.</param>
    /// <param name="signals">The instructions that read signals.</param>
    /// <param name="takenBy">The instruction that takes what an instruction leaves; -1 if there are several.</param>
    /// <param name="targets">Offsets that are jumped to.</param>
    internal static HashSet<int> Find(
        Instruction[] code, IReadOnlySet<int> signals, IReadOnlyDictionary<int, int> takenBy, IReadOnlySet<int> targets)
    {
        HashSet<int> found = [];
        ILookup<int, int>? uses = null;

        // Backwards: what looks at a reference may itself leave one.
        for (int i = code.Length - 3; i >= 0; i--)
        {
            bool isKept = code[i + 1].IsStoreLocal && code[i + 1].Local == code[i + 2].Local
                && (code[i + 2].Code == OpCodes.Ldloca || code[i + 2].Code == OpCodes.Ldloca_S);
            if (!isKept || targets.Contains(code[i + 1].Offset) || targets.Contains(code[i + 2].Offset)
                || !(signals.Contains(i) || (FieldOf(code[i]) is not null && HasReference(code, i))))
            {
                continue;
            }

            uses ??= Enumerable.Range(0, code.Length).Where(at => code[at].Local >= 0).ToLookup(at => code[at].Local);
            if (uses[code[i + 1].Local].Count() == 2 && takenBy.TryGetValue(i + 2, out int taker) && taker > i && LooksOnly(code[taker])
                && Enumerable.Range(i + 3, taker - i - 3).All(at => ChangesNothing(code[at]) || signals.Contains(at))
                && !Enumerable.Range(i + 3, taker - i - 2).Any(at => targets.Contains(code[at].Offset)))
            {
                found.Add(i);
            }
        }

        return found;
    }

    /// <summary>Whether a field is read from a reference, as a property always is, and not from a value.</summary>
    private static bool HasReference(Instruction[] code, int at) =>
        code[at].Code != OpCodes.Ldfld
        || (at > 0 && (code[at - 1].Code == OpCodes.Ldflda || code[at - 1].Code == OpCodes.Ldloca || code[at - 1].Code == OpCodes.Ldloca_S
            || code[at - 1].Code == OpCodes.Ldarga || code[at - 1].Code == OpCodes.Ldarga_S));

    /// <summary>
    /// The field that an instruction reads from a reference to a struct: it loads it, or calls the property of which it is all; null if
    /// none.
    /// </summary>
    internal static FieldInfo? FieldOf(Instruction instruction) => instruction.Operand switch
    {
        FieldInfo { IsStatic: false, DeclaringType.IsValueType: true } field when instruction.Code == OpCodes.Ldfld => field,
        MethodInfo { IsStatic: false, DeclaringType.IsValueType: true } getter when instruction.Code == OpCodes.Call => OfGetter(getter),
        _ => null,
    };

    private static FieldInfo? OfGetter(MethodInfo getter)
    {
        if (!getter.IsSpecialName || !getter.Name.StartsWith("get_", StringComparison.Ordinal) || getter.GetParameters().Length > 0)
        {
            return null;
        }

        return Getters.GetValue(getter, static method => new StrongBox<FieldInfo?>(
            Instruction.Read(method) is [{ Argument: 0 }, { Operand: FieldInfo { IsStatic: false } field } load, { } last]
                && load.Code == OpCodes.Ldfld && last.Code == OpCodes.Ret ? field : null)).Value;
    }

    /// <summary>Whether an instruction reads from the reference that it takes first, and changes nothing there, and keeps it not.</summary>
    private static bool LooksOnly(Instruction instruction)
    {
        if (FieldOf(instruction) is not null)
        {
            return true;
        }

        return instruction.Code == OpCodes.Call
            && instruction.Operand is MethodInfo { IsStatic: false, DeclaringType.IsValueType: true } method
            && !method.ReturnType.IsByRef && !method.ReturnType.IsByRefLike
            && (method.DeclaringType.IsPrimitive || method.DeclaringType.IsDefined(typeof(IsReadOnlyAttribute), false)
                || method.IsDefined(typeof(IsReadOnlyAttribute), false));
    }

    /// <summary>Whether an instruction only computes.</summary>
    private static bool ChangesNothing(Instruction instruction)
    {
        string name = instruction.Code.Name!;
        return instruction.IsLoadArgument || instruction.IsLoadLocal
            || name.StartsWith("ldc.", StringComparison.Ordinal) || name.StartsWith("conv.", StringComparison.Ordinal)
            || name is "add" or "sub" or "mul" or "and" or "or" or "xor" or "shl" or "shr" or "shr.un" or "neg" or "not"
            || name is "ceq" or "clt" or "cgt" or "clt.un" or "cgt.un"
            || instruction.Code == OpCodes.Ldfld;
    }
}
