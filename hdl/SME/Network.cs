// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace SME;

/// <summary>The design is not well-formed; the message names the instances concerned and the way out.</summary>
public sealed class ElaborationException(string message) : Exception(message)
{
}

/// <summary>A use of a bus by a process.</summary>
/// <param name="Bus">The bus.</param>
/// <param name="FieldName">The field of the process that holds it, as in the source.</param>
/// <param name="Index">Its position if the field is an array of buses, otherwise -1.</param>
public sealed record BusUse(BusStorage Bus, string FieldName, int Index);

/// <summary>A process in the network.</summary>
/// <param name="Process">The object.</param>
/// <param name="IsClocked">Whether its outputs are registers.</param>
/// <param name="Inputs">Buses it reads.</param>
/// <param name="Outputs">Buses it drives.</param>
public sealed record ProcessInstance(Process Process, bool IsClocked, IReadOnlyList<BusUse> Inputs, IReadOnlyList<BusUse> Outputs)
{
    /// <summary>The instance's path.</summary>
    public string Path => Process.Path;
}

/// <summary>The elaborated design: who drives and reads what, and the order in which processes run.</summary>
public sealed class Network
{
    private readonly ProcessInstance[] clocked;
    private readonly ProcessInstance[] combinational;
    private readonly BusStorage[] registered;
    private readonly BusStorage[][] driven;
    private readonly SimulationProcess[] simulationProcesses;

    private Network(Simulation simulation, IReadOnlyList<ProcessInstance> processes, IReadOnlyList<BusStorage> buses)
    {
        Simulation = simulation;
        Processes = processes;
        Buses = buses;
        clocked = processes.Where(process => process.IsClocked).ToArray();
        combinational = Order(processes.Where(process => !process.IsClocked).ToArray());
        driven = combinational.Select(process => process.Outputs.Select(use => use.Bus).ToArray()).ToArray();
        registered = buses.Except(driven.SelectMany(bus => bus)).ToArray();
        simulationProcesses = processes.Select(process => process.Process).OfType<SimulationProcess>().ToArray();
    }

    /// <summary>The simulation.</summary>
    public Simulation Simulation { get; }

    /// <summary>All processes, in order of construction.</summary>
    public IReadOnlyList<ProcessInstance> Processes { get; }

    /// <summary>All buses, in order of creation.</summary>
    public IReadOnlyList<BusStorage> Buses { get; }

    /// <summary>Whether all simulation processes have ended; false if there are none.</summary>
    public bool IsFinished => simulationProcesses.Length > 0 && Array.TrueForAll(simulationProcesses, process => process.IsFinished);

    internal static Network Elaborate(Simulation simulation)
    {
        List<Process> processes = [];
        List<BusStorage> buses = [];
        Collect(simulation.Scope);
        ProcessInstance[] instances = processes.Select(Describe).ToArray();
        foreach (BusStorage bus in buses)
        {
            if (bus.Name.Length == 0)
            {
                bus.Name = instances.SelectMany(instance => instance.Outputs.Concat(instance.Inputs).Where(use => use.Bus == bus)
                    .Select(use => $"{instance.Process.Name}_{use.FieldName}")).FirstOrDefault() ?? bus.BusType.Name;
            }
        }

        Network network = new(simulation, instances, buses);
        foreach (BusStorage bus in buses)
        {
            bus.Reset();
        }

        network.Settle();
        return network;

        void Collect(Scope scope)
        {
            foreach (IGrouping<string, Process> group in scope.Processes.GroupBy(process => process.Name.Length > 0 ? process.Name : process.GetType().Name.Split('`')[0]))
            {
                int number = 0;
                foreach (Process process in group)
                {
                    process.Name = group.Count() == 1 ? group.Key : $"{group.Key}{number++}";
                }
            }

            processes.AddRange(scope.Processes);
            buses.AddRange(scope.Buses);
            foreach (Scope inner in scope.Scopes)
            {
                Collect(inner);
            }
        }
    }

    internal void Tick()
    {
        foreach (ProcessInstance instance in clocked)
        {
            instance.Process.Tick();
        }

        foreach (BusStorage bus in registered)
        {
            bus.Commit();
        }

        Settle();
    }

    private void Settle()
    {
        for (int i = 0; i < combinational.Length; i++)
        {
            combinational[i].Process.Tick();
            foreach (BusStorage bus in driven[i])
            {
                bus.Commit();
            }
        }
    }

    private static ProcessInstance Describe(Process process)
    {
        List<BusUse> inputs = [];
        List<BusUse> outputs = [];
        for (Type? type = process.GetType(); type is not null && type != typeof(Process); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                string name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
                MemberInfo member = field.Name.EndsWith("k__BackingField", StringComparison.Ordinal) ? (MemberInfo?)type.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) ?? field : field;
                List<BusStorage> held = field.GetValue(process) switch
                {
                    BusStorage bus => [bus],
                    IEnumerable<IBus> array => array.Cast<BusStorage>().ToList(),
                    _ => [],
                };
                bool isArray = field.FieldType.IsArray;
                foreach ((BusStorage bus, int index) in held.Select((bus, index) => (bus, isArray ? index : -1)))
                {
                    if (member.IsDefined(typeof(InputBusAttribute)) || member.IsDefined(typeof(InternalBusAttribute)))
                    {
                        inputs.Add(new BusUse(bus, name, index));
                    }

                    if (member.IsDefined(typeof(OutputBusAttribute)) || member.IsDefined(typeof(InternalBusAttribute)))
                    {
                        outputs.Add(new BusUse(bus, name, index));
                    }
                }
            }
        }

        bool isClocked = process is not SimpleProcess || process.GetType().IsDefined(typeof(ClockedProcessAttribute), true);
        return new ProcessInstance(process, isClocked, inputs, outputs);
    }

    private static ProcessInstance[] Order(ProcessInstance[] processes)
    {
        Dictionary<BusStorage, ProcessInstance> drivers = [];
        foreach (ProcessInstance process in processes)
        {
            foreach (BusUse use in process.Outputs)
            {
                drivers[use.Bus] = process;
            }
        }

        List<ProcessInstance> ordered = [];
        HashSet<ProcessInstance> done = [];
        List<ProcessInstance> path = [];
        foreach (ProcessInstance process in processes)
        {
            Visit(process);
        }

        return ordered.ToArray();

        void Visit(ProcessInstance process)
        {
            if (done.Contains(process))
            {
                return;
            }

            if (path.Contains(process))
            {
                throw new ElaborationException($"combinational cycle: {string.Join(" -> ", path.SkipWhile(other => other != process).Append(process).Select(other => other.Path))}; make one of them [ClockedProcess]");
            }

            path.Add(process);
            foreach (BusUse use in process.Inputs)
            {
                if (drivers.TryGetValue(use.Bus, out ProcessInstance? driver))
                {
                    Visit(driver);
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(process);
            ordered.Add(process);
        }
    }
}
