// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Synthesis;

/// <summary>A step of a path: a cell and the net that it drives.</summary>
/// <param name="Cell">The cell; of the last step the one where the path ends.</param>
/// <param name="Net">The net's name; of the last step the port where the path ends.</param>
/// <param name="Levels">Levels from the start of the path up to and with this cell.</param>
public sealed record PathStep(NetlistCell Cell, string Net, double Levels);

/// <summary>
/// The longest path from a register to a register, counted in levels (<see cref="Primitive.Levels"/>). Paths from and to
/// the design's own ports are left out, because what is around them is not known, unless the ports are to be taken for
/// registers.
/// </summary>
public sealed class LongestPath
{
    private readonly Netlist netlist;
    private readonly bool portsAreRegisters;
    private readonly Dictionary<int, (NetlistCell Cell, string Port, int Bit)> drivers = [];

    // Per net: levels from the register where the latest path starts, and the net before; negative infinity if no register is behind it.
    private readonly Dictionary<int, (double Levels, int Previous)> arrivals = [];
    private readonly HashSet<int> underWay = [];

    private LongestPath(Netlist netlist, bool portsAreRegisters)
    {
        this.netlist = netlist;
        this.portsAreRegisters = portsAreRegisters;
        foreach (NetlistCell cell in netlist.Cells)
        {
            foreach ((string port, int[] nets) in cell.Outputs)
            {
                for (int bit = 0; bit < nets.Length; bit++)
                {
                    if (nets[bit] >= 0)
                    {
                        drivers[nets[bit]] = (cell, port, bit);
                    }
                }
            }
        }
    }

    /// <summary>Finds the longest path of a netlist, in levels of logic.</summary>
    /// <param name="netlist">Flat, of primitives.</param>
    /// <param name="portsAreRegisters">Whether paths also start and end at the design's ports.</param>
    /// <returns>The steps from the first register to the last; empty if there is no such path.</returns>
    /// <exception cref="ToolException">The netlist has a combinational loop.</exception>
    public static IReadOnlyList<PathStep> Find(Netlist netlist, bool portsAreRegisters = false) =>
        new LongestPath(netlist, portsAreRegisters).Walk();

    private IReadOnlyList<PathStep> Walk()
    {
        double longest = double.NegativeInfinity;
        PathStep? end = null;
        int last = -1;
        foreach (NetlistCell cell in netlist.Cells)
        {
            bool isPort = portsAreRegisters && cell.Type == "OBUF";
            if (Known(cell).Role == PathRole.Logic && !isPort)
            {
                continue;
            }

            foreach ((string port, int[] nets) in cell.Inputs)
            {
                foreach (int net in nets)
                {
                    double levels = Arrival(net);
                    if (levels > longest)
                    {
                        longest = levels;
                        end = new PathStep(cell, port, levels);
                        last = net;
                    }
                }
            }
        }

        if (end is null)
        {
            return [];
        }

        List<PathStep> steps = [end];
        for (int net = last; net >= 0; net = arrivals[net].Previous)
        {
            steps.Add(new PathStep(drivers[net].Cell, netlist.NameOf(net), arrivals[net].Levels));
        }

        steps.Reverse();
        return steps;
    }

    private static Primitive Known(NetlistCell cell) => Primitive.Of(cell) ?? new Primitive(PathRole.Logic, 1);

    // Depth-first with a stack of its own: a chain of carries may be deeper than the thread's stack allows.
    private double Arrival(int wanted)
    {
        if (wanted < 0)
        {
            return double.NegativeInfinity;
        }

        Stack<int> stack = new();
        stack.Push(wanted);
        while (stack.TryPeek(out int net))
        {
            if (arrivals.ContainsKey(net))
            {
                stack.Pop();
                continue;
            }

            List<int> sources = drivers.TryGetValue(net, out var driver) ? Sources(driver.Cell, driver.Port, driver.Bit) : [];
            if (underWay.Add(net))
            {
                foreach (int source in sources.Where(source => !arrivals.ContainsKey(source)))
                {
                    if (underWay.Contains(source))
                    {
                        throw new ToolException($"the netlist has a combinational loop through {netlist.NameOf(source)}");
                    }

                    stack.Push(source);
                }

                continue;
            }

            underWay.Remove(net);
            stack.Pop();
            arrivals[net] = Settle(driver.Cell, sources);
        }

        return arrivals[wanted].Levels;
    }

    private (double Levels, int Previous) Settle(NetlistCell? cell, List<int> sources)
    {
        if (cell is null)
        {
            return (double.NegativeInfinity, -1);
        }

        Primitive primitive = Known(cell);
        bool isStart = primitive.Role != PathRole.Logic || (portsAreRegisters && cell.Type == "IBUF");
        (double Levels, int Previous) latest = !isStart ? (double.NegativeInfinity, -1) : (primitive.Levels, -1);
        foreach (int source in sources)
        {
            double levels = arrivals[source].Levels + primitive.Levels;
            if (levels > latest.Levels)
            {
                latest = (levels, source);
            }
        }

        return latest;
    }

    private static List<int> Sources(NetlistCell cell, string output, int outputBit)
    {
        Primitive primitive = Known(cell);
        List<int> sources = [];
        foreach ((string port, int[] nets) in cell.Inputs)
        {
            for (int bit = 0; bit < nets.Length; bit++)
            {
                if (nets[bit] >= 0 && primitive.Connects(cell, port, bit, output, outputBit))
                {
                    sources.Add(nets[bit]);
                }
            }
        }

        return sources;
    }
}
