// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>A use of a bus by a process.</summary>
/// <param name="Bus">The bus.</param>
/// <param name="FieldName">
/// The field or parameter of the process that holds it, as in the source; of a stream's backward half, that with <c>Ready</c> behind it; of
/// a member of an object with ports, that with the member behind it.
/// </param>
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

    /// <summary>Finds the buses in the fields of a process, those for parameters of its primary constructor among them.</summary>
    /// <exception cref="ElaborationException">A field or parameter that should hold a bus holds none.</exception>
    internal static ProcessInstance Describe(Process process)
    {
        bool isClocked = process is not SimpleProcess || process.GetType().IsDefined(typeof(ClockedProcessAttribute), true);
        return PortScan.Describe(process, isClocked);
    }

    /// <summary>A process with what a scan has found.</summary>
    internal static ProcessInstance Of(Process process, bool isClocked, PortScan ports) =>
        new(process, isClocked, ports.Inputs, ports.Outputs) { Internals = ports.Internals };

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
}
