// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SME.Compilation;

/// <summary>Runs a process that rests, and ends the simulation if that changes anything: its state, its arrays, or its outputs.</summary>
internal sealed class RestCheck
{
    // An array with more bytes is looked at in some of the ticks only.
    private const int LargeArray = 16_384;
    private const int SomeTicks = 256;

    private readonly ProcessInstance instance;
    private readonly FieldInfo[] state;
    private readonly Array[] arrays;
    private readonly (BusStorage Bus, FieldInfo Next, FieldInfo Current)[] outputs;

    internal RestCheck(ProcessInstance instance, Sensitivity? sensitivity)
    {
        this.instance = instance;

        // All of it, not only what the process is known to change.
        FieldInfo[] fields = [.. Fields(instance.Process.GetType())];
        state = [.. fields.Where(field => IsPlain(field.FieldType) && field.DeclaringType != typeof(Monitor))];
        arrays =
        [
            .. fields.Where(field => field.FieldType.IsArray && IsPlain(field.FieldType.GetElementType()!))
                .Select(field => (Array?)field.GetValue(instance.Process)).OfType<Array>().Union(sensitivity?.Arrays ?? []),
        ];
        outputs = [.. instance.Outputs.Select(use => use.Bus).Distinct().Where(bus => bus.GetType().GetField("Current") is not null)
            .Select(bus => (bus, bus.GetType().GetField("Next")!, bus.GetType().GetField("Current")!))];
    }

    /// <summary>Runs it once.</summary>
    /// <exception cref="InvalidOperationException">It should not have rested.</exception>
    internal void Run()
    {
        long tick = instance.Process.Scope.Simulation.Ticks;
        Array[] watched = [.. arrays.Where(array => BytesOf(array).Length <= LargeArray || tick % SomeTicks == 0)];
        object[] before = [.. state.Select(field => field.GetValue(instance.Process)!)];
        byte[][] elements = [.. watched.Select(array => BytesOf(array).ToArray())];
        instance.Process.Tick();
        for (int i = 0; i < state.Length; i++)
        {
            Compare(before[i], state[i].GetValue(instance.Process)!, state[i].Name);
        }

        for (int i = 0; i < watched.Length; i++)
        {
            if (!BytesOf(watched[i]).SequenceEqual(elements[i]))
            {
                throw Changed("an element of an array", string.Empty, string.Empty);
            }
        }

        foreach ((BusStorage bus, FieldInfo next, FieldInfo current) in outputs)
        {
            Compare(current.GetValue(bus)!, next.GetValue(bus)!, bus.Path);
        }

        void Compare(object old, object now, string what)
        {
            // Bytes between fields may be anything, so what differs is looked at again.
            if (!BytesOf(old).SequenceEqual(BytesOf(now)) && !AreEqual(old, now))
            {
                throw Changed(what, Convert.ToHexString(BytesOf(old)), Convert.ToHexString(BytesOf(now)));
            }
        }

        InvalidOperationException Changed(string what, string old, string now) =>
            new($"{instance.Path} rests in tick {tick}, but its run changes {what} from {old} to {now}");
    }

    private static bool AreEqual(object left, object right) => (bool)typeof(HardwareValue<>).MakeGenericType(left.GetType())
        .GetMethod(nameof(HardwareValue<int>.AreEqual))!.Invoke(null, [left, right])!;

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(Process); at = at.BaseType)
        {
            const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (FieldInfo field in at.GetFields(Own))
            {
                yield return field;
            }
        }
    }

    private static bool IsPlain(Type type) =>
        type.IsValueType && Nullable.GetUnderlyingType(type) is null && !MemoryLayout.HoldsReferences(type);

    // A boxed value's bytes lie where any object's do.
    private static ReadOnlySpan<byte> BytesOf(object value) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<StrongBox<byte>>(value).Value, MemoryLayout.SizeOf(value.GetType()));

    private static ReadOnlySpan<byte> BytesOf(Array array)
    {
        int size = MemoryLayout.SizeOf(array.GetType().GetElementType()!);
        return MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), array.Length * size);
    }
}
