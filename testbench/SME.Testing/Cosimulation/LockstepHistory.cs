// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.Testing.Cosimulation;

/// <summary>C# and RTL are not the same machine: they differ at a port in a cycle.</summary>
public sealed class LockstepException : Exception
{
    internal LockstepException(string entity, long cycle, BusPort port, string expected, string actual, string history)
        : base($"{entity}: cycle {cycle}, port {port.Port.Name} ({port.Source}): C# has {expected}, RTL has {actual}\n{history}")
    {
        Cycle = cycle;
        Port = port;
        History = history;
    }

    /// <summary>Base ticks since reset.</summary>
    public long Cycle { get; }

    /// <summary>The first port (in the order of the design) that differs.</summary>
    public BusPort Port { get; }

    /// <summary>The last cycles: what the inputs were, and what C# and RTL made of them.</summary>
    public string History { get; }
}

/// <summary>The last cycles of a lock-step run.</summary>
internal sealed class LockstepHistory
{
    private readonly BusDesign design;
    private readonly Dictionary<RtlPort, PlacedPort> places;
    private readonly int size;
    private readonly byte[] memory;
    private readonly long[] cycles;
    private int used;
    private int next;

    internal LockstepHistory(BusDesign design, PortLayout layout, int depth)
    {
        this.design = design;
        places = layout.Inputs.Concat(layout.Outputs).ToDictionary(placed => placed.Port);
        size = layout.Size;
        memory = new byte[(depth + 1) * 2 * size];
        cycles = new long[depth + 1];
    }

    /// <summary>Remembers a cycle.</summary>
    /// <param name="cycle">Which.</param>
    /// <param name="actual">All ports of the RTL.</param>
    /// <param name="expected">The outputs of the C#, in the same places.</param>
    internal void Add(long cycle, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected)
    {
        actual.CopyTo(memory.AsSpan(next * 2 * size));
        expected.CopyTo(memory.AsSpan(((next * 2) + 1) * size));
        cycles[next] = cycle;
        next = (next + 1) % cycles.Length;
        used = Math.Min(used + 1, cycles.Length);
    }

    /// <summary>Says what differs in the last cycle.</summary>
    internal LockstepException Describe()
    {
        int last = (next + cycles.Length - 1) % cycles.Length;
        BusPort port = design.Ports.First(port => !port.Port.IsInput && Value(last, port, false) != Value(last, port, true));
        return new LockstepException(design.Rtl.Entity, cycles[last], port, Value(last, port, true), Value(last, port, false), Table());
    }

    private string Table()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"the last {used} cycles (hexadecimal; after the first, only what changes or differs):\n");
        int previous = -1;
        for (int i = 0; i < used; i++)
        {
            int row = (next + cycles.Length - used + i) % cycles.Length;
            text.Append(CultureInfo.InvariantCulture, $"cycle {cycles[row]}\n");
            foreach (BusPort port in design.Ports)
            {
                string rtl = Value(row, port, false);
                string csharp = port.Port.IsInput ? rtl : Value(row, port, true);
                if (rtl != csharp)
                {
                    text.Append(CultureInfo.InvariantCulture,
                        $"  out {port.Port.Name} C# {csharp}\n{new string(' ', port.Port.Name.Length + 6)} RTL {rtl}\n");
                }
                else if (previous < 0 || rtl != Value(previous, port, false))
                {
                    text.Append(CultureInfo.InvariantCulture, $"  {(port.Port.IsInput ? "in " : "out")} {port.Port.Name} {rtl}\n");
                }
            }

            previous = row;
        }

        return text.ToString();
    }

    private string Value(int row, BusPort port, bool ofCSharp)
    {
        PlacedPort place = places[port.Port];
        ReadOnlySpan<byte> bytes = memory.AsSpan((((row * 2) + (ofCSharp ? 1 : 0)) * size) + place.Offset, place.Size);
        StringBuilder digits = new();
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            digits.Append(bytes[i].ToString("x2", CultureInfo.InvariantCulture));
        }

        return digits.ToString()[^((port.Port.Width + 3) / 4)..];
    }
}
