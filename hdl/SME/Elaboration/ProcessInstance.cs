// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>A use of a bus by a process.</summary>
/// <param name="Bus">The bus.</param>
/// <param name="FieldName">The field of the process that holds it, as in the source.</param>
/// <param name="Index">Its position if the field is an array of buses, otherwise -1.</param>
public sealed record BusUse(BusStorage Bus, string FieldName, int Index)
{
    /// <summary>The field, with the index if it is an array, as a reader of the source would write it.</summary>
    public override string ToString() => Index < 0 ? FieldName : $"{FieldName}[{Index}]";
}

/// <summary>A process in the network.</summary>
/// <param name="Process">The object.</param>
/// <param name="IsClocked">Whether its outputs are registers.</param>
/// <param name="Inputs">Buses it reads, and internal buses.</param>
/// <param name="Outputs">Buses it drives, and internal buses.</param>
public sealed record ProcessInstance(Process Process, bool IsClocked, IReadOnlyList<BusUse> Inputs, IReadOnlyList<BusUse> Outputs)
{
    /// <summary>The instance's path.</summary>
    public string Path => Process.Path;

    /// <summary>Its clock; without meaning for a combinational process.</summary>
    public ClockDomain Domain => Process.Domain;

    /// <summary>Whether it belongs to the test bench or only checks, and never becomes hardware.</summary>
    public bool IsSimulationOnly => Process is not (SimpleProcess or StateProcess);

    /// <summary>Buses that no other process may use.</summary>
    internal IReadOnlyList<BusUse> Internals { get; private init; } = [];

    /// <summary>Finds the buses in the fields of a process.</summary>
    /// <exception cref="ElaborationException">A field that should hold a bus holds none.</exception>
    internal static ProcessInstance Describe(Process process)
    {
        List<BusUse> inputs = [];
        List<BusUse> outputs = [];
        List<BusUse> internals = [];
        IEnumerable<FieldInfo> fields = Hierarchy(process.GetType()).Reverse().SelectMany(type =>
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OrderBy(field => field.MetadataToken));
        foreach (FieldInfo field in fields)
        {
            (string name, MemberInfo member) = SourceMember(field);
            bool isInternal = member.IsDefined(typeof(InternalBusAttribute));
            bool isInput = isInternal || member.IsDefined(typeof(InputBusAttribute));
            bool isOutput = isInternal || member.IsDefined(typeof(OutputBusAttribute));
            if (!isInput && !isOutput)
            {
                continue;
            }

            foreach (BusUse use in Held(process, field, name))
            {
                Add(inputs, use, isInput);
                Add(outputs, use, isOutput);
                Add(internals, use, isInternal);
            }
        }

        bool isClocked = process is not SimpleProcess || process.GetType().IsDefined(typeof(ClockedProcessAttribute), true);
        return new ProcessInstance(process, isClocked, inputs, outputs) { Internals = internals };

        static void Add(List<BusUse> uses, BusUse use, bool condition)
        {
            if (condition)
            {
                uses.Add(use);
            }
        }
    }

    /// <summary>The name that the source gives to a field: its own, that of an automatic property, or of a captured parameter.</summary>
    internal static (string Name, MemberInfo Member) SourceMember(FieldInfo field)
    {
        if (!field.Name.StartsWith('<'))
        {
            return (field.Name, field);
        }

        string name = field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)];
        const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return (name, (MemberInfo?)field.DeclaringType!.GetProperty(name, Declared) ?? field);
    }

    private static IEnumerable<Type> Hierarchy(Type type)
    {
        for (Type? at = type; at is not null && at != typeof(Process); at = at.BaseType)
        {
            yield return at;
        }
    }

    private static IEnumerable<BusUse> Held(Process process, FieldInfo field, string name)
    {
        object? value = field.GetValue(process);
        if (value is null)
        {
            throw new ElaborationException($"{process.Path}.{name} holds no bus; give it one in the constructor, from a parameter or Scope.CreateBus");
        }

        if (value is BusStorage single)
        {
            return [new BusUse(single, name, -1)];
        }

        if (value is not IEnumerable<IBus> several)
        {
            throw new ElaborationException($"{process.Path}.{name} is marked as a bus, but {field.FieldType} is none; a bus is an interface that extends IBus, or an array of such");
        }

        return several.Select((bus, index) => new BusUse(
            bus as BusStorage ?? throw new ElaborationException($"{process.Path}.{name}[{index}] holds no bus; fill the array in the constructor, as with Scope.CreateBuses"),
            name,
            index)).ToArray();
    }
}
