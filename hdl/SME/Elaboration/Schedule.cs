// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// The order in which the processes of a tick run: the test bench, the clocked ones, and, when what those wrote has
/// appeared, the combinational ones.
/// </summary>
internal sealed class Schedule
{
    private readonly Network network;

    internal Schedule(Network network)
    {
        this.network = network;
        TestBench = [.. network.Processes.Where(process => process.IsClocked && process.Process is not SimpleProcess)];
        Clocked = OrderClocked([.. network.Processes.Where(process => process.IsClocked && process.Process is SimpleProcess)]);
        Combinational = OrderCombinational([.. network.Processes.Where(process => !process.IsClocked)]);
        Registered = [.. network.Buses.Except(Combinational.SelectMany(process => process.Outputs).Select(use => use.Bus))];
    }

    /// <summary>Test-bench, monitor and state processes, in order of construction.</summary>
    internal ProcessInstance[] TestBench { get; private set; }

    /// <summary>
    /// Clocked processes; where possible one that reads a bus stands before the one that drives it. The result of a tick does
    /// not depend on their order, but then the driver may write where others have read.
    /// </summary>
    internal ProcessInstance[] Clocked { get; private set; }

    /// <summary>Combinational processes, each after those that drive its inputs; otherwise in order of construction.</summary>
    internal ProcessInstance[] Combinational { get; private set; }

    /// <summary>Buses that no combinational process drives.</summary>
    internal BusStorage[] Registered { get; private set; }

    /// <summary>
    /// Buses of clocked processes with a reader that runs after the driver, or is the driver: these need a current and a next value.
    /// </summary>
    internal HashSet<BusStorage> NeedsCopy { get; } = [];

    /// <summary>Leaves only the test bench, and of it only what does not look inside of the hardware.</summary>
    /// <param name="hidden">Buses inside of the hardware.</param>
    internal void RemoveHardware(HashSet<BusStorage> hidden)
    {
        TestBench = [.. TestBench.Where(process => process.IsSimulationOnly && !process.Inputs.Any(use => hidden.Contains(use.Bus)))];
        Clocked = [];
        Combinational = [];
        Registered = [.. Registered.Where(bus => network.DriverOf(bus)?.IsSimulationOnly ?? true)];
    }

    private ProcessInstance[] OrderClocked(ProcessInstance[] clocked)
    {
        List<ProcessInstance> ordered = [];
        Dictionary<ProcessInstance, bool> isDone = [];
        foreach (ProcessInstance start in clocked)
        {
            // An explicit stack: pipelines may be thousands of processes long.
            Stack<(ProcessInstance Process, IEnumerator<(BusStorage Bus, ProcessInstance Reader)> Others)> open = new();
            Open(start);
            while (open.TryPeek(out (ProcessInstance Process, IEnumerator<(BusStorage Bus, ProcessInstance Reader)> Others) top))
            {
                if (!top.Others.MoveNext())
                {
                    isDone[top.Process] = true;
                    ordered.Add(top.Process);
                    open.Pop();
                    continue;
                }

                (BusStorage bus, ProcessInstance reader) = top.Others.Current;
                if (!isDone.TryGetValue(reader, out bool done))
                {
                    Open(reader);
                }
                else if (!done)
                {
                    NeedsCopy.Add(bus);
                }
            }

            void Open(ProcessInstance process)
            {
                if (isDone.TryAdd(process, false))
                {
                    open.Push((process, Readers(process).GetEnumerator()));
                }
            }
        }

        return [.. ordered];

        IEnumerable<(BusStorage Bus, ProcessInstance Reader)> Readers(ProcessInstance process) =>
            process.Outputs.Select(use => use.Bus).Distinct().SelectMany(bus => network.ReadersOf(bus)
                .Where(reader => reader.IsClocked && reader.Process is SimpleProcess).Select(reader => (bus, reader)));
    }

    private ProcessInstance[] OrderCombinational(ProcessInstance[] combinational)
    {
        List<ProcessInstance> ordered = [];
        Dictionary<ProcessInstance, bool> isDone = [];
        foreach (ProcessInstance start in combinational.Where(process => !isDone.ContainsKey(process)))
        {
            List<(ProcessInstance Process, BusStorage? Into, IEnumerator<BusUse> Others)> path = [];
            Open(start, null);
            while (path.Count > 0)
            {
                (ProcessInstance process, _, IEnumerator<BusUse> rest) = path[^1];
                if (!rest.MoveNext())
                {
                    isDone[process] = true;
                    ordered.Add(process);
                    path.RemoveAt(path.Count - 1);
                }
                else if (network.DriverOf(rest.Current.Bus) is { IsClocked: false } driver)
                {
                    if (!isDone.TryGetValue(driver, out bool done))
                    {
                        Open(driver, rest.Current.Bus);
                    }
                    else if (!done)
                    {
                        int from = path.FindIndex(step => step.Process == driver);
                        throw Cycle([.. path.Skip(from).Select(step => (step.Process, step.Into)), (driver, rest.Current.Bus)]);
                    }
                }
            }

            void Open(ProcessInstance process, BusStorage? into)
            {
                isDone[process] = false;
                path.Add((process, into, process.Inputs.GetEnumerator()));
            }
        }

        return [.. ordered];
    }

    /// <summary>Describes the cycle in the direction in which values flow; each step of the path drives the one before it.</summary>
    private static ElaborationException Cycle(List<(ProcessInstance Process, BusStorage? Into)> path)
    {
        path.Reverse();
        IEnumerable<string> steps = path.SkipLast(1).Select(step => $"{step.Process.Path} -> ({step.Into!.Path}) -> ");
        return new ElaborationException(
            $"combinational cycle: {string.Concat(steps)}{path[^1].Process.Path}; mark one of these processes [ClockedProcess], or split "
                + $"one whose output does not need all its inputs");
    }
}
