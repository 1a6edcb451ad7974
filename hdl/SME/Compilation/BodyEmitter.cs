// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SME.Compilation;

/// <summary>
/// Writes the work of one process into a piece of compiled tick: the same instructions, but signals are fields of known
/// objects, and what was fixed by the constructor is a constant.
/// </summary>
/// <param name="generator">Where to write.</param>
/// <param name="state">Holds the objects; argument 0 of the method that is written.</param>
/// <param name="process">The process.</param>
/// <param name="isDirect">Whether a bus is written where it is read, because nobody reads it between now and the commit.</param>
internal sealed class BodyEmitter(ILGenerator generator, TickState state, Process process, Func<BusStorage, bool> isDirect)
{
    private static readonly Dictionary<string, OpCode> LongForms = new()
    {
        ["br.s"] = OpCodes.Br,
        ["brtrue.s"] = OpCodes.Brtrue,
        ["brfalse.s"] = OpCodes.Brfalse,
        ["beq.s"] = OpCodes.Beq,
        ["bge.s"] = OpCodes.Bge,
        ["bgt.s"] = OpCodes.Bgt,
        ["ble.s"] = OpCodes.Ble,
        ["blt.s"] = OpCodes.Blt,
        ["bne.un.s"] = OpCodes.Bne_Un,
        ["bge.un.s"] = OpCodes.Bge_Un,
        ["bgt.un.s"] = OpCodes.Bgt_Un,
        ["ble.un.s"] = OpCodes.Ble_Un,
        ["blt.un.s"] = OpCodes.Blt_Un,
    };

    private LocalBuilder? self;

    /// <summary>A number that becomes 1 when an element of an array may be changed; null if nobody wants to know.</summary>
    internal LocalBuilder? ArrayDirty { get; init; }

    /// <summary>Writes an object onto the stack.</summary>
    internal static void LoadObject(ILGenerator generator, TickState state, object item)
    {
        generator.Emit(OpCodes.Ldarg_0);
        generator.Emit(OpCodes.Ldflda,
            typeof(TickState).GetField(nameof(TickState.Objects), BindingFlags.Instance | BindingFlags.NonPublic)!);
        generator.Emit(OpCodes.Ldc_I4, state.PlaceOf(item) * IntPtr.Size);
        generator.Emit(OpCodes.Add);
        generator.Emit(OpCodes.Ldind_Ref);
    }

    /// <summary>How many objects a body may need a place for.</summary>
    internal static int PlacesOf(Body body) => 1 + body.All.Sum(
        inner => inner.Code.Count(instruction => instruction.Code == OpCodes.Ldfld));

    internal void Emit(Body body)
    {
        self = generator.DeclareLocal(process.GetType());
        LoadObject(generator, state, process);
        generator.Emit(OpCodes.Stloc, self);
        Emit(body, [self]);
    }

    private void Emit(Body body, LocalBuilder[] arguments)
    {
        LocalBuilder[] locals = [.. body.Locals.Select(local => generator.DeclareLocal(local.LocalType, local.IsPinned))];
        Dictionary<int, Label> labels = body.Code.SelectMany(instruction => instruction.Targets).Distinct().ToDictionary(offset => offset,
            _ => generator.DefineLabel());
        Dictionary<int, SignalAccess> receivers = body.Accesses.Values.Where(access => access.IsWrite && access.Receiver >= 0)
            .ToDictionary(access => access.Receiver);
        Label end = generator.DefineLabel();
        LocalBuilder? result = body.Method is MethodInfo { ReturnType: { } type } && type != typeof(void) ? generator.DeclareLocal(type)
            : null;
        for (int i = 0; i < body.Code.Length; i++)
        {
            Instruction instruction = body.Code[i];
            if (labels.TryGetValue(instruction.Offset, out Label label))
            {
                generator.MarkLabel(label);
            }

            if (instruction.IsLoadArgument && body.IsProcess(instruction.Argument) && i + 1 < body.Code.Length
                && !labels.ContainsKey(body.Code[i + 1].Offset) && TryLoadFixed(body.Code[i + 1]))
            {
                i++;
            }
            else if (body.ByReference.Contains(i))
            {
                if (body.Accesses.TryGetValue(i, out SignalAccess? seen))
                {
                    generator.Emit(OpCodes.Ldflda, Values(seen));
                    generator.Emit(OpCodes.Ldflda, seen.Signal);
                }
                else
                {
                    generator.Emit(OpCodes.Ldflda, References.FieldOf(instruction)!);
                }

                // The variable is looked at where the value is.
                i += 2;
            }
            else if (body.InPlace.TryGetValue(i, out MethodInfo? inPlace))
            {
                // The variable is the one that the next instruction would store to.
                generator.Emit(OpCodes.Call, inPlace);
                i++;
            }
            else if (body.Inlined.TryGetValue(i, out Body? inner))
            {
                EmitInlined(inner);
            }
            else if (body.Accesses.TryGetValue(i, out SignalAccess? access))
            {
                EmitAccess(access);
            }
            else if (instruction.Code == OpCodes.Ret)
            {
                if (result is not null)
                {
                    generator.Emit(OpCodes.Stloc, result);
                }

                generator.Emit(OpCodes.Br, end);
            }
            else if (ArrayDirty is not null && Stored(instruction) is { } element)
            {
                StoreElement(element);
            }
            else
            {
                if (ArrayDirty is not null && Purity.WritesArray(body.Code, i))
                {
                    generator.Emit(OpCodes.Ldc_I4_1);
                    generator.Emit(OpCodes.Stloc, ArrayDirty);
                }

                EmitSame(instruction, arguments, locals, labels);
            }

            if (receivers.TryGetValue(i, out SignalAccess? write))
            {
                generator.Emit(OpCodes.Ldflda, Values(write));
            }
        }

        generator.MarkLabel(end);
        if (result is not null)
        {
            generator.Emit(OpCodes.Ldloc, result);
        }
    }

    private FieldInfo Values(SignalAccess access) =>
        access.Storage.GetField(access.IsWrite && !(access.Buses.Length > 0 && isDirect(access.Buses[0])) ? "Next" : "Current")!;

    private void EmitAccess(SignalAccess access)
    {
        if (!access.IsWrite)
        {
            generator.Emit(OpCodes.Ldflda, Values(access));
            generator.Emit(OpCodes.Ldfld, access.Signal);
            return;
        }

        if (access.Receiver < 0)
        {
            LocalBuilder value = generator.DeclareLocal(access.Signal.FieldType);
            generator.Emit(OpCodes.Stloc, value);
            generator.Emit(OpCodes.Ldflda, Values(access));
            generator.Emit(OpCodes.Ldloc, value);
        }

        generator.Emit(OpCodes.Stfld, access.Signal);
    }

    /// <summary>Stores the value on the stack to an element, and notes whether it is another one than before.</summary>
    private void StoreElement(Type type)
    {
        LocalBuilder value = generator.DeclareLocal(type);
        LocalBuilder place = generator.DeclareLocal(type.MakeByRefType());
        Label same = generator.DefineLabel();
        generator.Emit(OpCodes.Stloc, value);
        generator.Emit(OpCodes.Ldelema, type);
        generator.Emit(OpCodes.Stloc, place);
        MemoryCompare.Emit(
            generator, MemoryLayout.SizeOf(type), code => code.Emit(OpCodes.Ldloc, place), code => code.Emit(OpCodes.Ldloca, value));
        generator.Emit(OpCodes.Brfalse, same);
        generator.Emit(OpCodes.Ldc_I4_1);
        generator.Emit(OpCodes.Stloc, ArrayDirty!);
        generator.Emit(OpCodes.Ldloc, place);
        generator.Emit(OpCodes.Ldloc, value);
        generator.Emit(OpCodes.Stobj, type);
        generator.MarkLabel(same);
    }

    /// <summary>The type that an instruction stores to an element of an array; null if it does not.</summary>
    private static Type? Stored(Instruction instruction) => instruction.Code.Name switch
    {
        "stelem.i1" => typeof(sbyte),
        "stelem.i2" => typeof(short),
        "stelem.i4" => typeof(int),
        "stelem.i8" => typeof(long),
        "stelem" => instruction.Operand as Type,
        _ => null,
    };

    /// <summary>Writes what a field of the process holds, if the constructor has fixed it.</summary>
    private bool TryLoadFixed(Instruction load)
    {
        if (load.Code != OpCodes.Ldfld || load.Operand is not FieldInfo { IsStatic: false } field || !FixedFields.IsFixed(field)
            || !field.DeclaringType!.IsInstanceOfType(process))
        {
            return false;
        }

        object? value = field.GetValue(process);
        if (value is null)
        {
            return false;
        }

        if (!field.FieldType.IsValueType)
        {
            LoadObject(generator, state, value);
            return true;
        }

        switch (field.FieldType.IsEnum
            ? Convert.ChangeType(value, field.FieldType.GetEnumUnderlyingType(), System.Globalization.CultureInfo.InvariantCulture) : value)
        {
            case bool flag:
                generator.Emit(OpCodes.Ldc_I4, flag ? 1 : 0);
                return true;
            case sbyte or byte or short or ushort or int:
                generator.Emit(OpCodes.Ldc_I4, Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture));
                return true;
            case char character:
                generator.Emit(OpCodes.Ldc_I4, character);
                return true;
            case uint number:
                generator.Emit(OpCodes.Ldc_I4, unchecked((int)number));
                return true;
            case long number:
                generator.Emit(OpCodes.Ldc_I8, number);
                return true;
            case ulong number:
                generator.Emit(OpCodes.Ldc_I8, unchecked((long)number));
                return true;
            default:
                return false;
        }
    }

    private void EmitInlined(Body inner)
    {
        Type[] types = inner.ArgumentTypes;
        LocalBuilder[] arguments = new LocalBuilder[types.Length];
        for (int i = types.Length - 1; i >= 0; i--)
        {
            if (inner.IsProcess(i))
            {
                generator.Emit(OpCodes.Pop);
                arguments[i] = self!;
                continue;
            }

            bool isThisOfStruct = i == 0 && !inner.Method.IsStatic && types[0].IsValueType;
            arguments[i] = generator.DeclareLocal(isThisOfStruct ? types[0].MakeByRefType() : types[i]);
            generator.Emit(OpCodes.Stloc, arguments[i]);
        }

        Emit(inner, arguments);
    }

    private void EmitSame(Instruction instruction, LocalBuilder[] arguments, LocalBuilder[] locals, Dictionary<int, Label> labels)
    {
        OpCode code = instruction.Code;
        if (instruction.Argument >= 0 || instruction.Local >= 0)
        {
            LocalBuilder variable = instruction.Argument >= 0 ? arguments[instruction.Argument] : locals[instruction.Local];
            bool isLoad = instruction.IsLoadArgument || instruction.IsLoadLocal;
            bool isStore = instruction.IsStoreArgument || instruction.IsStoreLocal;
            generator.Emit(isLoad ? OpCodes.Ldloc : isStore ? OpCodes.Stloc : OpCodes.Ldloca, variable);
            return;
        }

        switch (instruction.Operand)
        {
            case null:
                if (code != OpCodes.Tailcall && code != OpCodes.Nop)
                {
                    generator.Emit(code);
                }

                break;
            case int offset when code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget:
                generator.Emit(LongForms.GetValueOrDefault(code.Name!, code), labels[offset]);
                break;
            case int[] offsets:
                generator.Emit(code, [.. offsets.Select(offset => labels[offset])]);
                break;
            case sbyte or byte or int or long or float or double or string:
                EmitNumber(code, instruction.Operand);
                break;
            case MethodInfo method:
                generator.Emit(code, code == OpCodes.Call ? Twins.Of(method) : method);
                break;
            case ConstructorInfo constructor:
                generator.Emit(code, constructor);
                break;
            case FieldInfo field:
                EmitField(code, field);
                break;
            case Type type:
                generator.Emit(code, type);
                break;
            default:
                throw new NotSupportedException($"operand {instruction.Operand}");
        }
    }

    private void EmitField(OpCode code, FieldInfo field)
    {
        if (field.IsStatic && field.DeclaringType is { TypeInitializer: not null } type
            && type.Attributes.HasFlag(TypeAttributes.BeforeFieldInit))
        {
            // Initialised now, the field's content can be a constant of the compiled code.
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        generator.Emit(code, field);
    }

    private void EmitNumber(OpCode code, object operand)
    {
        switch (operand)
        {
            case sbyte number:
                generator.Emit(code, number);
                break;
            case byte number:
                generator.Emit(code, number);
                break;
            case int number:
                generator.Emit(code, number);
                break;
            case long number:
                generator.Emit(code, number);
                break;
            case float number:
                generator.Emit(code, number);
                break;
            case double number:
                generator.Emit(code, number);
                break;
            case string text:
                generator.Emit(code, text);
                break;
        }
    }
}
