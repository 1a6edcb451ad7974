// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>Gives every process and bus a path of its own.</summary>
internal static class Naming
{
    /// <summary>Names processes after their types, numbered if a scope has several of a type.</summary>
    internal static void NameProcesses(Scope scope)
    {
        HashSet<string> taken = [];
        foreach (IGrouping<string, Process> group in scope.Processes.GroupBy(NameOf).ToArray())
        {
            int number = 0;
            foreach (Process process in group)
            {
                process.Name = Unique(group.Count() == 1 ? group.Key : $"{group.Key}{number++}", taken);
            }
        }
    }

    /// <summary>
    /// Names buses that have no name after the field that holds them: in the driver, else in a reader. Two buses of a scope
    /// may share a name that was given to them if no signal is in both: the two directions of a stream are one to a reader.
    /// </summary>
    internal static void NameBuses(Scope scope, IReadOnlyList<ProcessInstance> instances)
    {
        // A bus and a process of a scope must not share a path either.
        HashSet<string> taken = [.. scope.Processes.Select(process => process.Name), .. scope.Scopes.Select(inner => inner.Name)];
        HashSet<string> given = [];
        HashSet<string> signals = [];
        foreach (BusStorage bus in scope.Buses.OrderBy(bus => bus.Name.Length == 0))
        {
            bool isGiven = bus.Name.Length > 0;
            string name = isGiven ? bus.Name : FromField(bus, instances);
            bus.Name = name;
            for (int number = 1; taken.Contains(bus.Name) || (given.Contains(bus.Name) && (!isGiven || Clashes(bus))); number++)
            {
                bus.Name = $"{name}_{number}";
            }

            (isGiven ? given : taken).Add(bus.Name);
            signals.UnionWith(bus.Signals.Select(signal => $"{bus.Name}.{signal.Name}"));
        }

        bool Clashes(BusStorage bus) => bus.Signals.Any(signal => signals.Contains($"{bus.Name}.{signal.Name}"));
    }

    private static string NameOf(Process process) => process.Name.Length > 0 ? process.Name : process.GetType().Name.Split('`')[0];

    private static string FromField(BusStorage bus, IReadOnlyList<ProcessInstance> instances)
    {
        IEnumerable<(ProcessInstance Instance, BusUse Use)> drivers =
            instances.SelectMany(instance => instance.Outputs.Select(use => (instance, use)));
        IEnumerable<(ProcessInstance Instance, BusUse Use)> readers =
            instances.SelectMany(instance => instance.Inputs.Select(use => (instance, use)));
        foreach ((ProcessInstance instance, BusUse use) in drivers.Concat(readers))
        {
            if (use.Bus == bus)
            {
                return $"{instance.Process.Name}_{use.FieldName}{(use.Index < 0 ? string.Empty : use.Index)}";
            }
        }

        return bus.BusType.Name.Split('`')[0];
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int number = 1; !taken.Add(unique); number++)
        {
            unique = $"{name}_{number}";
        }

        return unique;
    }
}
