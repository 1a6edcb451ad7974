// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace SME.Compilation;

/// <content>
/// A tick in which processes rest. Every process writes the next values of its buses; what really changed becomes current, and wakes those
/// that read it. A process whose own state did not change goes to rest after its run. See docs/simulator.md.
/// </content>
internal sealed partial class NetworkCompiler
{
    private const BindingFlags Inner = BindingFlags.Instance | BindingFlags.NonPublic;

    private RestPlan? plan;
    private LocalBuilder? awake;
    private LocalBuilder? ran;
    private Dictionary<Type, LocalBuilder> storageLocals = [];
    private (LocalBuilder Words, int Word)? openGroup;
    private Label groupEnd;

    private void WriteResting(Schedule schedule)
    {
        // A comparison right behind the writes would wait for each of them to reach the cache.
        direct.Clear();
        Begin(string.Empty);
        foreach (ProcessInstance instance in schedule.TestBench.Concat(schedule.Clocked))
        {
            RestingWork(instance);
        }

        // What a reader has still read after its driver ran, and what no numbered process drives.
        List<(BusStorage Bus, WakeMask Driver)> late = [];
        foreach (BusStorage bus in schedule.Registered.Where(bus => !direct.Contains(bus)))
        {
            if (network.DriverOf(bus) is { Process: SimpleProcess } driver && network.DriversOf(bus).Count() == 1)
            {
                late.Add((bus, RestPlan.MaskOf(plan!.NumberOf(driver))));
            }
            else
            {
                MakeRoom(bus.Path, 1, 12);
                CloseGroup();
                need.IsAlways = true;
                CommitChanges(bus);
            }
        }

        foreach (IGrouping<int, (BusStorage Bus, WakeMask Driver)> word in late.GroupBy(item => item.Driver.Word).OrderBy(word => word.Key))
        {
            foreach ((BusStorage bus, WakeMask driver) in word)
            {
                MakeRoom(bus.Path, 1, 12);
                need.Add(isRan: true, driver);
                OpenGroup(isRan: true, driver.Word);
                Label next = generator.DefineLabel();
                Test(ran!, driver);
                generator.Emit(OpCodes.Brfalse, next);
                CommitChanges(bus);
                generator.MarkLabel(next);
            }

            CloseGroup();
            need.Add(isRan: true, new WakeMask(word.Key, uint.MaxValue));
            LoadWord(ran!, word.Key);
            generator.Emit(OpCodes.Ldc_I4_0);
            generator.Emit(OpCodes.Stind_I4);
        }

        foreach (ProcessInstance instance in schedule.Combinational)
        {
            RestingWork(instance);
        }

        CloseGroup();
    }

    /// <summary>At the beginning of a piece.</summary>
    private void BeginResting()
    {
        if (plan is null)
        {
            return;
        }

        state.Awake = RestPlan.AddressOf(plan.Awake);
        state.Ran = RestPlan.AddressOf(plan.Ran);
        state.Plan = plan;
        storageLocals = [];
        awake = generator.DeclareLocal(typeof(nint));
        ran = generator.DeclareLocal(typeof(nint));
        Load(nameof(TickState.Awake), awake);
        Load(nameof(TickState.Ran), ran);

        void Load(string field, LocalBuilder into)
        {
            generator.Emit(OpCodes.Ldarg_0);
            generator.Emit(OpCodes.Ldfld, typeof(TickState).GetField(field, Inner)!);
            generator.Emit(OpCodes.Stloc, into);
        }
    }

    private void RestingWork(ProcessInstance instance)
    {
        int number = plan!.NumberOf(instance);
        if (number < 0)
        {
            CloseGroup();
            Work(instance);
            return;
        }

        BusStorage[] outputs = [.. instance.Outputs.Select(use => use.Bus).Distinct()];
        Body? body = bodies.GetValueOrDefault(instance);
        Sensitivity? sensitivity = plan.Of(instance);
        int places = (body is null ? 1 : BodyEmitter.PlacesOf(body)) + outputs.Length + 2;
        bool isWritten = body is not null && places + 8 < TickState.Capacity;
        int instructions = (isWritten ? body!.Length : 1) + (12 * outputs.Length) + (8 * (sensitivity?.State.Length ?? 0)) + 12;
        MakeRoom(instance.Path, isWritten ? places : outputs.Length + 4, instructions);
        if (sensitivity is { WritesArrays: true } && !isWritten)
        {
            plan.Refuse(instance, "it is too large, and changes elements of arrays");
            sensitivity = null;
        }

        WakeMask self = RestPlan.MaskOf(number);
        need.Add(isRan: false, self);
        need.IsAlways |= network.Simulation.ChecksRest;
        OpenGroup(isRan: false, self.Word);
        Label skip = generator.DefineLabel();
        bool rests = sensitivity is not null || instance.Process is Monitor;
        if (rests)
        {
            Test(awake!, self);
            if (network.Simulation.ChecksRest)
            {
                CheckInstead(instance, sensitivity, skip);
            }
            else
            {
                generator.Emit(OpCodes.Brfalse, skip);
            }
        }

        SkipWithoutEdge(instance, skip);
        Count(instance);
        LocalBuilder[] before = Remember(instance, sensitivity);
        LocalBuilder? arrayDirty = sensitivity is { WritesArrays: true } ? generator.DeclareLocal(typeof(int)) : null;
        if (arrayDirty is not null)
        {
            generator.Emit(OpCodes.Ldc_I4_0);
            generator.Emit(OpCodes.Stloc, arrayDirty);
        }

        if (isWritten)
        {
            new BodyEmitter(generator, state, instance.Process, static _ => false) { ArrayDirty = arrayDirty }.Emit(body!);
        }
        else
        {
            CallTick(instance);
        }

        if (instance.Process is Monitor)
        {
            BodyEmitter.LoadObject(generator, state, instance.Process);
            generator.Emit(OpCodes.Call, typeof(Monitor).GetProperty("Rests", Inner)!.GetMethod!);
            generator.Emit(OpCodes.Brfalse, skip);
            Clear(self);
        }
        else if (sensitivity is not null)
        {
            RestIfUnchanged(instance, sensitivity, self, before, arrayDirty);
        }

        if (instance.Process is SimpleProcess)
        {
            foreach (BusStorage bus in outputs.Where(bus => !instance.IsClocked || direct.Contains(bus)))
            {
                CommitChanges(bus);
            }

            if (instance.IsClocked && !outputs.All(direct.Contains))
            {
                Set(ran!, self);
            }
        }

        generator.MarkLabel(skip);
    }

    /// <summary>Runs a process that rests, which must change nothing.</summary>
    private void CheckInstead(ProcessInstance instance, Sensitivity? sensitivity, Label skip)
    {
        Label isAwake = generator.DefineLabel();
        generator.Emit(OpCodes.Brtrue, isAwake);
        SkipWithoutEdge(instance, skip);
        BodyEmitter.LoadObject(generator, state, new RestCheck(instance, sensitivity));
        generator.Emit(OpCodes.Call, typeof(RestCheck).GetMethod(nameof(RestCheck.Run), Inner)!);
        generator.Emit(OpCodes.Br, skip);
        generator.MarkLabel(isAwake);
    }

    /// <summary>Keeps the state of a process as it is before the run.</summary>
    private LocalBuilder[] Remember(ProcessInstance instance, Sensitivity? sensitivity)
    {
        LocalBuilder[] before = [.. (sensitivity?.State ?? []).Select(field => generator.DeclareLocal(field.FieldType))];
        for (int i = 0; i < before.Length; i++)
        {
            BodyEmitter.LoadObject(generator, state, instance.Process);
            generator.Emit(OpCodes.Ldfld, sensitivity!.State[i]);
            generator.Emit(OpCodes.Stloc, before[i]);
        }

        return before;
    }

    /// <summary>Takes the bit of a process away, unless the run has changed its state.</summary>
    private void RestIfUnchanged(
        ProcessInstance instance, Sensitivity sensitivity, WakeMask self, LocalBuilder[] before, LocalBuilder? arrayDirty)
    {
        Label stays = generator.DefineLabel();
        WakeMask[] sharers = plan!.SharersOf(instance);
        if (arrayDirty is not null)
        {
            if (sharers.Length > 0)
            {
                Label none = generator.DefineLabel();
                generator.Emit(OpCodes.Ldloc, arrayDirty);
                generator.Emit(OpCodes.Brfalse, none);
                Array.ForEach(sharers, mask => Set(awake!, mask));
                generator.MarkLabel(none);
            }

            generator.Emit(OpCodes.Ldloc, arrayDirty);
            generator.Emit(OpCodes.Brtrue, stays);
        }

        for (int i = 0; i < before.Length; i++)
        {
            FieldInfo field = sensitivity.State[i];
            LocalBuilder old = before[i];
            MemoryCompare.Emit(
                generator,
                MemoryLayout.SizeOf(field.FieldType),
                code =>
                {
                    BodyEmitter.LoadObject(code, state, instance.Process);
                    code.Emit(OpCodes.Ldflda, field);
                },
                code => code.Emit(OpCodes.Ldloca, old));
            generator.Emit(OpCodes.Brtrue, stays);
        }

        Clear(self);
        generator.MarkLabel(stays);
    }

    /// <summary>Makes the next values of a bus current, and wakes its readers, if they differ.</summary>
    private void CommitChanges(BusStorage bus)
    {
        Type type = bus.GetType();
        FieldInfo? current = type.GetField("Current");
        FieldInfo? next = type.GetField("Next");
        if (current is null || next is null)
        {
            BodyEmitter.LoadObject(generator, state, bus);
            generator.Emit(OpCodes.Callvirt, typeof(BusStorage).GetMethod(nameof(BusStorage.Commit))!);
            return;
        }

        if (!storageLocals.TryGetValue(type, out LocalBuilder? storage))
        {
            storageLocals[type] = storage = generator.DeclareLocal(type);
        }

        Label same = generator.DefineLabel();
        BodyEmitter.LoadObject(generator, state, bus);
        generator.Emit(OpCodes.Stloc, storage);
        MemoryCompare.Emit(
            generator,
            MemoryLayout.SizeOf(current.FieldType),
            code =>
            {
                code.Emit(OpCodes.Ldloc, storage);
                code.Emit(OpCodes.Ldflda, next);
            },
            code =>
            {
                code.Emit(OpCodes.Ldloc, storage);
                code.Emit(OpCodes.Ldflda, current);
            });
        generator.Emit(OpCodes.Brfalse, same);
        Wake(plan!.ReadersOf(bus), storage, current, next);
        generator.Emit(OpCodes.Ldloc, storage);
        generator.Emit(OpCodes.Ldloc, storage);
        generator.Emit(OpCodes.Ldfld, next);
        generator.Emit(OpCodes.Stfld, current);
        generator.MarkLabel(same);
    }

    /// <summary>Wakes those who read a signal that changes, of a bus of which one does.</summary>
    private void Wake((FieldInfo[] Signals, WakeMask[] Readers)[] readers, LocalBuilder storage, FieldInfo current, FieldInfo next)
    {
        bool isAll = readers is [(FieldInfo[] signals, _)] && signals.Length == current.FieldType.GetFields().Length;
        foreach ((FieldInfo[] group, WakeMask[] masks) in readers)
        {
            Label changes = generator.DefineLabel();
            Label none = generator.DefineLabel();
            foreach (FieldInfo signal in isAll ? [] : group)
            {
                MemoryCompare.Emit(generator, MemoryLayout.SizeOf(signal.FieldType), code => Load(code, next), code => Load(code, current));
                generator.Emit(OpCodes.Brtrue, changes);

                void Load(ILGenerator code, FieldInfo values)
                {
                    code.Emit(OpCodes.Ldloc, storage);
                    code.Emit(OpCodes.Ldflda, values);
                    code.Emit(OpCodes.Ldflda, signal);
                }
            }

            if (!isAll)
            {
                generator.Emit(OpCodes.Br, none);
            }

            generator.MarkLabel(changes);
            Array.ForEach(masks, mask => Set(awake!, mask));
            generator.MarkLabel(none);
        }
    }

    /// <summary>Lets the code that follows be passed over together if no bit of a word is set.</summary>
    private void OpenGroup(bool isRan, int word)
    {
        (LocalBuilder Words, int Word) group = (isRan ? ran! : awake!, word);
        if (openGroup == group || (!isRan && network.Simulation.ChecksRest))
        {
            return;
        }

        CloseGroup();
        openGroup = group;
        groupEnd = generator.DefineLabel();
        LoadWord(group.Words, word);
        generator.Emit(OpCodes.Ldind_U4);
        generator.Emit(OpCodes.Brfalse, groupEnd);
    }

    private void CloseGroup()
    {
        if (openGroup is not null)
        {
            generator.MarkLabel(groupEnd);
            openGroup = null;
        }
    }

    private void LoadWord(LocalBuilder words, int word)
    {
        generator.Emit(OpCodes.Ldloc, words);
        generator.Emit(OpCodes.Ldc_I4, word * sizeof(uint));
        generator.Emit(OpCodes.Conv_I);
        generator.Emit(OpCodes.Add);
    }

    private void Test(LocalBuilder words, WakeMask mask)
    {
        LoadWord(words, mask.Word);
        generator.Emit(OpCodes.Ldind_U4);
        generator.Emit(OpCodes.Ldc_I4, unchecked((int)mask.Mask));
        generator.Emit(OpCodes.And);
    }

    private void Set(LocalBuilder words, WakeMask mask) => Change(words, mask.Word, OpCodes.Or, mask.Mask);

    private void Clear(WakeMask mask) => Change(awake!, mask.Word, OpCodes.And, ~mask.Mask);

    private void Change(LocalBuilder words, int word, OpCode operation, uint mask)
    {
        LoadWord(words, word);
        LoadWord(words, word);
        generator.Emit(OpCodes.Ldind_U4);
        generator.Emit(OpCodes.Ldc_I4, unchecked((int)mask));
        generator.Emit(operation);
        generator.Emit(OpCodes.Stind_I4);
    }
}
