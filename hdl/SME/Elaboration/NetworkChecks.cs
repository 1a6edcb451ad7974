// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>What is looked at before a network may run: who drives, who reads. Errors throw, doubts are warnings.</summary>
internal sealed class NetworkChecks
{
    private readonly Network network;
    private readonly HashSet<BusStorage> topInputs;
    private readonly HashSet<BusStorage> topOutputs;

    internal NetworkChecks(Network network)
    {
        this.network = network;
        topInputs = [.. network.Simulation.TopLevelInputs.Cast<BusStorage>()];
        topOutputs = [.. network.Simulation.TopLevelOutputs.Cast<BusStorage>()];
    }

    internal void Run(List<string> warnings)
    {
        CheckDomains();
        CheckMembership();
        foreach (BusStorage bus in network.Buses)
        {
            CheckDrivers(bus);
            CheckInternal(bus);
            CheckReaders(bus, warnings);
        }

        foreach (ProcessInstance process in network.Processes)
        {
            CheckOwnOutput(process);
            CheckWidths(process);
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(" and ", names);

    private void CheckDomains()
    {
        foreach (IGrouping<string, ClockDomain> same in network.Domains.GroupBy(domain => domain.Name))
        {
            if (same.Count() > 1)
            {
                throw new ElaborationException(
                    $"{same.Count()} clock domains are named {same.Key}; construct one ClockDomain and open all its scopes with it, or "
                        + $"give them different names");
            }
        }
    }

    private void CheckMembership()
    {
        HashSet<BusStorage> members = [.. network.Buses];
        foreach (ProcessInstance process in network.Processes)
        {
            foreach (BusUse use in process.Inputs.Concat(process.Outputs))
            {
                if (!members.Contains(use.Bus))
                {
                    throw new ElaborationException(
                        $"{process.Path}.{use} holds a bus of another simulation; create the bus after 'new Simulation()' of this one");
                }
            }
        }

        foreach (BusStorage bus in topInputs.Concat(topOutputs))
        {
            if (!members.Contains(bus))
            {
                throw new ElaborationException(
                    $"a top-level {bus.BusType.Name} is a bus of another simulation; create the bus after 'new Simulation()' of this one");
            }
        }
    }

    private void CheckDrivers(BusStorage bus)
    {
        ProcessInstance[] drivers = [.. network.DriversOf(bus)];
        string fields = List(drivers.Select(driver => $"{driver.Path}.{driver.Outputs.First(use => use.Bus == bus)}"));
        if (drivers.Length > 1)
        {
            throw new ElaborationException(
                $"bus {bus.Path} has {drivers.Length} drivers: {fields}; a bus has one driver: give each its own bus, and join them in a "
                    + $"process");
        }

        if (drivers.Length == 1 && topInputs.Contains(bus) && !drivers[0].IsSimulationOnly)
        {
            throw new ElaborationException(
                $"bus {bus.Path} has 2 drivers: {fields} and the top level, as an input; remove it from AddTopLevelInputs, or give the "
                    + $"process its own bus");
        }

        if (drivers.Length == 0 && !topInputs.Contains(bus))
        {
            string[] readers = [.. Readers(bus).Select(reader => $"{reader.Path}.{reader.Inputs.First(use => use.Bus == bus)}"),
                .. topOutputs.Contains(bus) ? ["the top level, as an output"] : Array.Empty<string>()];
            if (readers.Length > 0)
            {
                throw new ElaborationException(
                    $"bus {bus.Path} is read by {List(readers)}, but nothing drives it; mark the field of the process that should drive it "
                        + $"as [OutputBus], or name the bus in AddTopLevelInputs");
            }
        }
    }

    private void CheckInternal(BusStorage bus)
    {
        foreach (ProcessInstance owner in network.Processes.Where(process => process.Internals.Any(use => use.Bus == bus)))
        {
            if (network.ReadersOf(bus).FirstOrDefault(reader => reader != owner) is { } reader)
            {
                throw new ElaborationException(
                    $"bus {bus.Path} is internal to {owner.Path}, but {reader.Path} reads it; mark it [OutputBus] in {owner.Path}");
            }

            if (topInputs.Contains(bus) || topOutputs.Contains(bus))
            {
                throw new ElaborationException(
                    $"bus {bus.Path} is internal to {owner.Path}, but is named at the top level; mark it [OutputBus] in {owner.Path}");
            }

            if (!owner.IsClocked)
            {
                throw new ElaborationException(
                    $"{owner.Path} is combinational and has an internal bus, which is state; mark the process [ClockedProcess], or use "
                        + $"local variables");
            }
        }
    }

    private void CheckReaders(BusStorage bus, List<string> warnings)
    {
        ProcessInstance[] readers = [.. Readers(bus)];
        if (topOutputs.Contains(bus))
        {
            return;
        }

        if (readers.Length > 0)
        {
            CheckSignals(bus, readers, warnings);
            return;
        }

        warnings.Add(network.DriversOf(bus).FirstOrDefault() is { } driver
            ? $"bus {bus.Path} is driven by {driver.Path} but never read"
            : topInputs.Contains(bus) ? $"bus {bus.Path} is a top-level input but never read"
                : $"bus {bus.Path} is neither driven nor read");
    }

    /// <summary>Those who need the bus; one who only checks it does not.</summary>
    private IEnumerable<ProcessInstance> Readers(BusStorage bus) => network.ReadersOf(bus).Where(reader => reader.Process is not Monitor);

    /// <summary>A signal is unread only if all readers can be looked into; test benches and templates of VHDL do as they like.</summary>
    private static void CheckSignals(BusStorage bus, ProcessInstance[] readers, List<string> warnings)
    {
        if (Array.Exists(readers, reader => reader.IsSimulationOnly || reader.Process.GetType().Assembly == typeof(Process).Assembly))
        {
            return;
        }

        TypeScan[] scans = [.. readers.Select(reader => TypeScan.Of(reader.Process.GetType()))];
        foreach (SignalDescription signal in bus.Signals)
        {
            if (!Array.Exists(scans, scan => scan.Reads(signal)))
            {
                warnings.Add($"signal {bus.Path}.{signal.Name} is never read, though {List(readers.Select(reader => reader.Path))} could");
            }
        }
    }

    private static void CheckWidths(ProcessInstance process)
    {
        if (!process.IsSimulationOnly && TypeScan.Of(process.Process.GetType()).Misfits.FirstOrDefault() is { } misfit)
        {
            throw new ElaborationException($"{process.Path}: {misfit}; the widths must add up");
        }
    }

    private static void CheckOwnOutput(ProcessInstance process)
    {
        if (process.IsClocked)
        {
            return;
        }

        foreach (BusUse use in process.Inputs)
        {
            if (process.Outputs.FirstOrDefault(output => output.Bus == use.Bus) is { } output)
            {
                throw new ElaborationException(
                    $"{process.Path} is combinational and reads its own output: {use} and {output} are the same bus; keep the value in a "
                        + $"local variable, or mark the process [ClockedProcess]");
            }
        }
    }
}
