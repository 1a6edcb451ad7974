// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME.Compilation;

/// <summary>Some bits of a word that stand for processes.</summary>
/// <param name="Word">Which word.</param>
/// <param name="Mask">Its bits.</param>
internal readonly record struct WakeMask(int Word, uint Mask);

/// <summary>
/// Which processes of a network may rest, and what wakes each. Every process that is numbered has a bit: it is set while the process is
/// awake, that is, while its next run may give something else than its last. See docs/simulator.md.
/// </summary>
internal sealed unsafe class RestPlan
{
    /// <summary>Processes that share a word, and are passed over together if all of them rest.</summary>
    internal const int PerWord = 32;

    private readonly Dictionary<ProcessInstance, int> numbers = [];
    private readonly Dictionary<ProcessInstance, Sensitivity> sensitivities = [];
    private readonly Dictionary<ProcessInstance, string> reasons = [];
    private readonly Dictionary<(BusStorage Bus, string Signal), HashSet<int>> readers = [];
    private readonly bool isAllNumbered;
    private readonly Dictionary<Array, HashSet<int>> holders = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds what may rest.</summary>
    /// <param name="network">The network.</param>
    /// <param name="schedule">The order of its processes, by which they are numbered.</param>
    /// <param name="bodies">The work of the hardware processes; null for what cannot be followed.</param>
    internal RestPlan(Network network, Schedule schedule, IReadOnlyDictionary<ProcessInstance, Body?> bodies)
    {
        IEnumerable<ProcessInstance> monitors = schedule.TestBench.Where(process => process.Process is Monitor);
        foreach (ProcessInstance instance in monitors.Concat(schedule.Clocked).Concat(schedule.Combinational))
        {
            numbers[instance] = numbers.Count;
            if (instance.Process is Monitor)
            {
                continue;
            }

            if (Sensitivity.Of(instance, bodies[instance], out string reason) is { } sensitivity)
            {
                sensitivities[instance] = sensitivity;
            }
            else
            {
                reasons[instance] = reason;
            }
        }

        RefuseSharedArrays(network);
        foreach ((ProcessInstance instance, int number) in numbers)
        {
            IEnumerable<(BusStorage Bus, string Signal)> reads = instance.Process is Monitor
                ? instance.Inputs.SelectMany(use => SignalsOf(use.Bus).Select(signal => (use.Bus, signal.Name)))
                : sensitivities.TryGetValue(instance, out Sensitivity? sensitivity) ? sensitivity.Reads : [];
            foreach ((BusStorage Bus, string Signal) read in reads)
            {
                Add(readers, read, number);
            }

            foreach (Array array in sensitivities.GetValueOrDefault(instance)?.Arrays ?? [])
            {
                Add(holders, array, number);
            }
        }

        int words = (numbers.Count + PerWord - 1) / PerWord;
        Awake = GC.AllocateArray<uint>(words + 1, true);
        Ran = GC.AllocateArray<uint>(words + 1, true);
        Ones = GC.AllocateArray<uint>(1, true);
        Ones[0] = uint.MaxValue;
        foreach (int number in numbers.Values)
        {
            Awake[number / PerWord] |= MaskOf(number).Mask;
        }

        isAllNumbered = network.Processes.All(process => process.Process is Monitor or SimpleProcess);
    }

    /// <summary>A bit for each process: whether it is awake. At first all are.</summary>
    internal uint[] Awake { get; }

    /// <summary>A bit for each clocked process whose outputs are still to be committed: whether it ran in this tick.</summary>
    internal uint[] Ran { get; }

    /// <summary>A word of which all bits are set.</summary>
    internal uint[] Ones { get; }

    /// <summary>Whether a tick would run nothing: then neither does the one after it, as long as nobody changes an input.</summary>
    internal bool IsStill => isAllNumbered && Awake.AsSpan().IndexOfAnyExcept(0u) < 0;

    /// <summary>Why processes may never rest.</summary>
    internal IReadOnlyDictionary<ProcessInstance, string> Reasons => reasons;

    /// <summary>Where words lie that do not move.</summary>
    internal static nint AddressOf<T>(T[] words, int at = 0)
        where T : unmanaged => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref words[at]);

    /// <summary>The number of a process; -1 if it has none and runs in every tick.</summary>
    internal int NumberOf(ProcessInstance instance) => numbers.GetValueOrDefault(instance, -1);

    /// <summary>The bit of a process.</summary>
    internal static WakeMask MaskOf(int number) => new(number / PerWord, 1u << (number % PerWord));

    /// <summary>What a process depends on; null if it never rests.</summary>
    internal Sensitivity? Of(ProcessInstance instance) => sensitivities.GetValueOrDefault(instance);

    /// <summary>Lets a process run in every tick.</summary>
    internal void Refuse(ProcessInstance instance, string reason)
    {
        sensitivities.Remove(instance);
        reasons[instance] = reason;
    }

    /// <summary>The processes whose bits are set.</summary>
    internal IEnumerable<ProcessInstance> AwakeNow =>
        numbers.Where(pair => (Awake[pair.Value / PerWord] >> (pair.Value % PerWord) & 1) != 0).Select(pair => pair.Key);

    /// <summary>Whom changes of a bus wake: signals that are read by the same processes together.</summary>
    internal (FieldInfo[] Signals, WakeMask[] Readers)[] ReadersOf(BusStorage bus) =>
    [
        .. SignalsOf(bus).GroupBy(signal => string.Join(',', (readers.GetValueOrDefault((bus, signal.Name)) ?? []).Order()))
            .Where(group => group.Key.Length > 0)
            .Select(group => (group.ToArray(), Masks(readers[(bus, group.First().Name)]))),
    ];

    /// <summary>Whom a change of the arrays of a process wakes, beside itself.</summary>
    internal WakeMask[] SharersOf(ProcessInstance instance) =>
        Masks((sensitivities.GetValueOrDefault(instance)?.Arrays ?? []).SelectMany(array => holders[array])
            .Where(number => number != numbers[instance]).Distinct());

    private static WakeMask[] Masks(IEnumerable<int> numbers) =>
        [.. numbers.GroupBy(number => number / PerWord)
            .Select(word => new WakeMask(word.Key, word.Aggregate(0u, (mask, number) => mask | 1u << (number % PerWord))))];

    private static void Add<TKey>(Dictionary<TKey, HashSet<int>> sets, TKey key, int number)
        where TKey : notnull
    {
        if (!sets.TryGetValue(key, out HashSet<int>? set))
        {
            sets[key] = set = [];
        }

        set.Add(number);
    }

    /// <summary>What another process holds that never rests may change at any time, unseen.</summary>
    private void RefuseSharedArrays(Network network)
    {
        HashSet<Array> foreign = new(ReferenceEqualityComparer.Instance);
        Queue<ProcessInstance> open = new(network.Processes.Where(process => !sensitivities.ContainsKey(process)));
        while (open.TryDequeue(out ProcessInstance? instance))
        {
            foreign.UnionWith(ArraysOf(instance.Process));
            if (open.Count == 0)
            {
                ProcessInstance[] sharers = [.. sensitivities.Where(pair => pair.Value.Arrays.Any(foreign.Contains))
                    .Select(pair => pair.Key)];
                foreach (ProcessInstance resting in sharers)
                {
                    Refuse(resting, "it shares an array with a process that never rests");
                    open.Enqueue(resting);
                }
            }
        }
    }

    private static FieldInfo[] SignalsOf(BusStorage bus) => bus.GetType().GetField("Current")?.FieldType.GetFields() ?? [];

    private static IEnumerable<Array> ArraysOf(Process process)
    {
        for (Type? type = process.GetType(); type is not null && type != typeof(Process); type = type.BaseType)
        {
            const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (FieldInfo field in type.GetFields(Own))
            {
                if (field.FieldType.IsArray && field.GetValue(process) is Array array)
                {
                    yield return array;
                }
            }
        }
    }
}
