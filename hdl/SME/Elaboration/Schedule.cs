// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>The order in which the processes of a tick run.</summary>
internal static class Schedule
{
    /// <summary>Combinational processes, each after those that drive its inputs; otherwise in order of construction.</summary>
    /// <exception cref="ElaborationException">They depend on each other in a circle.</exception>
    internal static ProcessInstance[] Order(Network network, ProcessInstance[] combinational)
    {
        List<ProcessInstance> ordered = [];
        HashSet<ProcessInstance> done = [];
        List<(ProcessInstance Process, BusStorage? Into)> path = [];
        foreach (ProcessInstance process in combinational)
        {
            Visit(process, null);
        }

        return [.. ordered];

        void Visit(ProcessInstance process, BusStorage? drives)
        {
            if (done.Contains(process))
            {
                return;
            }

            int start = path.FindIndex(step => step.Process == process);
            path.Add((process, drives));
            if (start >= 0)
            {
                throw Cycle(path[start..]);
            }

            foreach (BusUse use in process.Inputs)
            {
                if (network.DriverOf(use.Bus) is { IsClocked: false } driver)
                {
                    Visit(driver, use.Bus);
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(process);
            ordered.Add(process);
        }
    }

    /// <summary>Tells the circle in the direction in which values flow; each step of the path drives the one before it.</summary>
    private static ElaborationException Cycle(List<(ProcessInstance Process, BusStorage? Into)> path)
    {
        path.Reverse();
        IEnumerable<string> steps = path.SkipLast(1).Select(step => $"{step.Process.Path} -> ({step.Into!.Path}) -> ");
        return new ElaborationException($"combinational cycle: {string.Concat(steps)}{path[^1].Process.Path}; mark one of these processes [ClockedProcess], or split one whose output does not need all its inputs");
    }
}
