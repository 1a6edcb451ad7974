// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.SymbolStore;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace SME.Compilation;

/// <summary>
/// Records the instructions of a method. What was recorded before, in the same process, is not compiled again: two simulations of one
/// design have the same instructions, which work on other objects.
/// </summary>
internal sealed class CodeRecorder : ILGenerator
{
    // When so many methods are kept, they are forgotten.
    private const int MostKept = 4096;

    private static readonly Dictionary<int, List<(Step[] Steps, DynamicMethod Method)>> Kept = [];
    private static int keptCount;

    private readonly List<Step> steps = [];
    private readonly List<Variable> variables = [];
    private int labels;
    private bool isCollectible;

    private enum Kind
    {
        Plain,
        Byte,
        Int16,
        Int32,
        Int64,
        Single,
        Double,
        Text,
        Type,
        Field,
        Method,
        Constructor,
        Jump,
        Switch,
        Variable,
        Declare,
        Mark,
    }

    /// <inheritdoc/>
    public override int ILOffset => steps.Count;

    /// <summary>The method: one that is there already, or a new one.</summary>
    /// <typeparam name="TDelegate">What the method looks like.</typeparam>
    /// <param name="name">Its name, for profilers.</param>
    /// <param name="target">Its first argument.</param>
    internal TDelegate Compile<TDelegate>(string name, object target)
        where TDelegate : Delegate
    {
        Step[] code = [.. steps];
        HashCode sum = default;
        foreach (Step step in code)
        {
            sum.Add(step.Kind);
            sum.Add(step.Code.Value);
            sum.Add(step.Number);
            sum.Add(step.Operand is int[] targets ? targets.Length : step.Operand?.GetHashCode() ?? 0);
        }

        int hash = sum.ToHashCode();
        lock (Kept)
        {
            if (Kept.TryGetValue(hash, out List<(Step[] Steps, DynamicMethod Method)>? candidates))
            {
                foreach ((Step[] known, DynamicMethod method) in candidates)
                {
                    if (known.AsSpan().SequenceEqual(code))
                    {
                        return method.CreateDelegate<TDelegate>(target);
                    }
                }
            }
        }

        MethodInfo signature = typeof(TDelegate).GetMethod("Invoke")!;

        // Variables need no zeros: the compiler of the processes has proved that each is written before it is read.
        DynamicMethod made = new(
            name,
            signature.ReturnType,
            [target.GetType(), .. signature.GetParameters().Select(parameter => parameter.ParameterType)],
            typeof(CodeRecorder).Module,
            true)
        {
            InitLocals = false,
        };
        Write(made.GetILGenerator());
        TDelegate result = made.CreateDelegate<TDelegate>(target);
        if (!isCollectible)
        {
            Keep(hash, code, made);
        }

        return result;
    }

    /// <inheritdoc/>
    public override LocalBuilder DeclareLocal(Type localType, bool pinned)
    {
        Variable variable = new(localType, pinned, variables.Count);
        variables.Add(variable);
        Add(Kind.Declare, default, localType, pinned ? 1 : 0);
        return variable;
    }

    /// <inheritdoc/>
    public override Label DefineLabel() => CreateLabel(labels++);

    /// <inheritdoc/>
    public override void MarkLabel(Label loc) => Add(Kind.Mark, default, null, loc.Id);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode) => Add(Kind.Plain, opcode, null, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, byte arg) => Add(Kind.Byte, opcode, null, arg);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, short arg) => Add(Kind.Int16, opcode, null, arg);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, int arg) => Add(Kind.Int32, opcode, null, arg);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, long arg) => Add(Kind.Int64, opcode, null, arg);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, float arg) => Add(Kind.Single, opcode, null, BitConverter.SingleToInt32Bits(arg));

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, double arg) => Add(Kind.Double, opcode, null, BitConverter.DoubleToInt64Bits(arg));

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, string str) => Add(Kind.Text, opcode, str, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Type cls) => Add(Kind.Type, opcode, cls, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, FieldInfo field) => Add(Kind.Field, opcode, field, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, MethodInfo meth) => Add(Kind.Method, opcode, meth, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, ConstructorInfo con) => Add(Kind.Constructor, opcode, con, 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Label label) => Add(Kind.Jump, opcode, null, label.Id);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Label[] labels) => Add(Kind.Switch, opcode, labels.Select(label => label.Id).ToArray(), 0);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, LocalBuilder local) => Add(Kind.Variable, opcode, null, local.LocalIndex);

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, SignatureHelper signature) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void EmitCall(OpCode opcode, MethodInfo methodInfo, Type[]? optionalParameterTypes) => Emit(opcode, methodInfo);

    /// <inheritdoc/>
    public override void EmitCalli(
        OpCode opcode, CallingConventions callingConvention, Type? returnType, Type[]? parameterTypes, Type[]? optionalParameterTypes) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override void EmitCalli(OpCode opcode, CallingConvention unmanagedCallConv, Type? returnType, Type[]? parameterTypes) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public override Label BeginExceptionBlock() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void BeginCatchBlock(Type? exceptionType) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void BeginExceptFilterBlock() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void BeginFaultBlock() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void BeginFinallyBlock() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void EndExceptionBlock() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void BeginScope()
    {
    }

    /// <inheritdoc/>
    public override void EndScope()
    {
    }

    /// <inheritdoc/>
    public override void UsingNamespace(string usingNamespace)
    {
    }

    /// <inheritdoc/>
    protected override void MarkSequencePointCore(
        ISymbolDocumentWriter document, int startLine, int startColumn, int endLine, int endColumn)
    {
    }

    private static void Keep(int hash, Step[] code, DynamicMethod method)
    {
        lock (Kept)
        {
            if (keptCount == MostKept)
            {
                Kept.Clear();
                keptCount = 0;
            }

            if (!Kept.TryGetValue(hash, out List<(Step[] Steps, DynamicMethod Method)>? list))
            {
                Kept[hash] = list = [];
            }

            list.Add((code, method));
            keptCount++;
        }
    }

    private void Add(Kind kind, OpCode code, object? operand, long number)
    {
        isCollectible |= operand is MemberInfo { IsCollectible: true };
        steps.Add(new Step(kind, code, operand, number));
    }

    private void Write(ILGenerator generator)
    {
        Label[] places = [.. Enumerable.Range(0, labels).Select(_ => generator.DefineLabel())];
        List<LocalBuilder> locals = [];
        foreach ((Kind kind, OpCode code, object? operand, long number) in steps)
        {
            switch (kind)
            {
                case Kind.Plain:
                    generator.Emit(code);
                    break;
                case Kind.Byte:
                    generator.Emit(code, (byte)number);
                    break;
                case Kind.Int16:
                    generator.Emit(code, (short)number);
                    break;
                case Kind.Int32:
                    generator.Emit(code, (int)number);
                    break;
                case Kind.Int64:
                    generator.Emit(code, number);
                    break;
                case Kind.Single:
                    generator.Emit(code, BitConverter.Int32BitsToSingle((int)number));
                    break;
                case Kind.Double:
                    generator.Emit(code, BitConverter.Int64BitsToDouble(number));
                    break;
                case Kind.Text:
                    generator.Emit(code, (string)operand!);
                    break;
                case Kind.Type:
                    generator.Emit(code, (Type)operand!);
                    break;
                case Kind.Field:
                    generator.Emit(code, (FieldInfo)operand!);
                    break;
                case Kind.Method:
                    generator.Emit(code, (MethodInfo)operand!);
                    break;
                case Kind.Constructor:
                    generator.Emit(code, (ConstructorInfo)operand!);
                    break;
                case Kind.Jump:
                    generator.Emit(code, places[number]);
                    break;
                case Kind.Switch:
                    generator.Emit(code, ((int[])operand!).Select(target => places[target]).ToArray());
                    break;
                case Kind.Variable:
                    generator.Emit(code, locals[(int)number]);
                    break;
                case Kind.Declare:
                    locals.Add(generator.DeclareLocal((Type)operand!, number != 0));
                    break;
                default:
                    generator.MarkLabel(places[number]);
                    break;
            }
        }
    }

    private readonly record struct Step(Kind Kind, OpCode Code, object? Operand, long Number)
    {
        public bool Equals(Step other) =>
            Kind == other.Kind && Code == other.Code && Number == other.Number
            && (Operand is int[] targets && other.Operand is int[] others
                ? targets.AsSpan().SequenceEqual(others) : Equals(Operand, other.Operand));

        public override int GetHashCode() => HashCode.Combine(Kind, Code, Number);
    }

    private sealed class Variable(Type type, bool isPinned, int index) : LocalBuilder
    {
        public override Type LocalType => type;

        public override bool IsPinned => isPinned;

        public override int LocalIndex => index;
    }
}
