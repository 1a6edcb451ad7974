// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>What can come after what in a method.</summary>
internal static class ControlFlow
{
    private static readonly ConditionalWeakTable<Instruction[], bool[]> Known = [];
    private static readonly ConditionalWeakTable<MethodInfo, StrongBox<bool>> Ends = [];

    /// <summary>For each instruction, whether the method can still return after it; if not, an exception is all that can come.</summary>
    /// <param name="code">The method's instructions, in the order of their offsets.</param>
    internal static bool[] ReachesReturn(Instruction[] code) => Known.GetValue(code, Find);

    private static bool[] Find(Instruction[] code)
    {
        bool[] reaches = new bool[code.Length];
        Dictionary<int, int> at = [];
        for (int i = 0; i < code.Length; i++)
        {
            at[code[i].Offset] = i;
        }

        // Backwards, again as long as a jump backwards brings something new.
        for (bool isNew = true; isNew;)
        {
            isNew = false;
            for (int i = code.Length - 1; i >= 0; i--)
            {
                if (!reaches[i] && (code[i].Code == OpCodes.Ret || code[i].Code == OpCodes.Endfinally || Follows(i)))
                {
                    reaches[i] = true;
                    isNew = true;
                }
            }
        }

        return reaches;

        bool Follows(int i) =>
            !(code[i].Operand is MethodInfo callee && NeverReturns(callee))
            && ((!code[i].EndsFlow && i + 1 < code.Length && reaches[i + 1]) || code[i].Targets.Any(target => reaches[at[target]]));
    }

    private static bool NeverReturns(MethodInfo callee) =>
        Ends.GetValue(callee, static method => new StrongBox<bool>(method.IsDefined(typeof(DoesNotReturnAttribute), false))).Value;
}
