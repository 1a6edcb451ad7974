// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>One instruction of a method's intermediate language (ECMA-335, partition III).</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">A method, field, type or string; a number; the offset of a branch's target, or several for a switch.</param>
internal sealed record Instruction(int Offset, OpCode Code, object? Operand)
{
    private static readonly ConditionalWeakTable<MethodBase, StrongBox<Instruction[]?>> Methods = [];
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Whether the next instruction is not reached from this one.</summary>
    internal bool EndsFlow => Code.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw;

    /// <summary>Offsets that it may jump to.</summary>
    internal IEnumerable<int> Targets => Code.OperandType switch
    {
        OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget => [(int)Operand!],
        OperandType.InlineSwitch => (int[])Operand!,
        _ => [],
    };

    /// <summary>The argument that it loads, stores or takes the address of; -1 if none.</summary>
    internal int Argument { get; } = Code.Name switch
    {
        "ldarg.0" => 0,
        "ldarg.1" => 1,
        "ldarg.2" => 2,
        "ldarg.3" => 3,
        "ldarg.s" or "ldarg" or "starg.s" or "starg" or "ldarga.s" or "ldarga" => (int)Operand!,
        _ => -1,
    };

    /// <summary>The local variable that it loads, stores or takes the address of; -1 if none.</summary>
    internal int Local { get; } = Code.Name switch
    {
        "ldloc.0" or "stloc.0" => 0,
        "ldloc.1" or "stloc.1" => 1,
        "ldloc.2" or "stloc.2" => 2,
        "ldloc.3" or "stloc.3" => 3,
        "ldloc.s" or "ldloc" or "stloc.s" or "stloc" or "ldloca.s" or "ldloca" => (int)Operand!,
        _ => -1,
    };

    internal bool IsLoadArgument { get; } = Code.Name!.StartsWith("ldarg", StringComparison.Ordinal) && !IsAddressOf(Code);

    internal bool IsLoadLocal { get; } = Code.Name!.StartsWith("ldloc", StringComparison.Ordinal) && !IsAddressOf(Code);

    internal bool IsStoreArgument { get; } = Code.Name!.StartsWith("starg", StringComparison.Ordinal);

    internal bool IsStoreLocal { get; } = Code.Name!.StartsWith("stloc", StringComparison.Ordinal);

    private static bool IsAddressOf(OpCode code) =>
        code == OpCodes.Ldarga || code == OpCodes.Ldarga_S || code == OpCodes.Ldloca || code == OpCodes.Ldloca_S;

    /// <summary>Reads a method; null if it has no body or one that is not understood. Each method is read once.</summary>
    internal static Instruction[]? Read(MethodBase method) =>
        Methods.GetValue(method, static method => new StrongBox<Instruction[]?>(ReadOnce(method))).Value;

    private static Instruction[]? ReadOnce(MethodBase method)
    {
        byte[]? bytes = method.GetMethodBody()?.GetILAsByteArray();
        if (bytes is null)
        {
            return null;
        }

        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        List<Instruction> instructions = [];
        for (int at = 0; at < bytes.Length;)
        {
            int offset = at;
            short value = bytes[at++];
            if (value == 0xfe)
            {
                value = unchecked((short)(0xfe00 | bytes[at++]));
            }

            if (!Codes.TryGetValue(value, out OpCode code))
            {
                return null;
            }

            object? operand;
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    operand = null;
                    break;
                case OperandType.ShortInlineBrTarget:
                    operand = at + 1 + (sbyte)bytes[at];
                    at += 1;
                    break;
                case OperandType.InlineBrTarget:
                    operand = at + 4 + BitConverter.ToInt32(bytes, at);
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    int count = BitConverter.ToInt32(bytes, at);
                    int after = at + 4 + (4 * count);
                    operand = Enumerable.Range(0, count).Select(i => after + BitConverter.ToInt32(bytes, at + 4 + (4 * i))).ToArray();
                    at = after;
                    break;
                case OperandType.ShortInlineI:
                    operand = code == OpCodes.Ldc_I4_S ? (sbyte)bytes[at] : bytes[at];
                    at += 1;
                    break;
                case OperandType.ShortInlineVar:
                    operand = (int)bytes[at];
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    operand = (int)BitConverter.ToUInt16(bytes, at);
                    at += 2;
                    break;
                case OperandType.InlineI:
                    operand = BitConverter.ToInt32(bytes, at);
                    at += 4;
                    break;
                case OperandType.InlineI8:
                    operand = BitConverter.ToInt64(bytes, at);
                    at += 8;
                    break;
                case OperandType.ShortInlineR:
                    operand = BitConverter.ToSingle(bytes, at);
                    at += 4;
                    break;
                case OperandType.InlineR:
                    operand = BitConverter.ToDouble(bytes, at);
                    at += 8;
                    break;
                case OperandType.InlineString:
                    operand = method.Module.ResolveString(BitConverter.ToInt32(bytes, at));
                    at += 4;
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok:
                    operand = method.Module.ResolveMember(BitConverter.ToInt32(bytes, at), typeArguments, methodArguments);
                    at += 4;
                    break;
                default:
                    return null;
            }

            instructions.Add(new Instruction(offset, code, operand));
        }

        return [.. instructions];
    }

    /// <summary>How many values it takes from the stack.</summary>
    /// <param name="returnsValue">Whether the method it is in returns a value.</param>
    internal int Pops(bool returnsValue)
    {
        if (Code == OpCodes.Ret)
        {
            return returnsValue ? 1 : 0;
        }

        if (Operand is MethodBase method && Code.StackBehaviourPop == StackBehaviour.Varpop)
        {
            return method.GetParameters().Length + (method.IsStatic || Code == OpCodes.Newobj ? 0 : 1);
        }

        return Code.StackBehaviourPop switch
        {
            StackBehaviour.Pop0 => 0,
            StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
            StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8
                or StackBehaviour.Popi_popr4
                or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
            _ => 3,
        };
    }

    /// <summary>How many values it puts on the stack.</summary>
    internal int Pushes() => Code.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        // A constructor that is called on a place, and not by newobj, returns nothing.
        StackBehaviour.Varpush => Operand is ConstructorInfo || (Operand is MethodInfo { ReturnType: { } type } && type == typeof(void))
            ? 0 : 1,
        _ => 1,
    };
}
