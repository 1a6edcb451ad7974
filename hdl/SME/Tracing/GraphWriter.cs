// SPDX-License-Identifier: Apache-2.0
namespace SME.Tracing;

/// <summary>Writes a network as a graph in the DOT language: processes are nodes, buses are edges, scopes are frames.</summary>
internal static class GraphWriter
{
    internal static void Write(string path, Network network)
    {
        using StreamWriter output = OutputFile.Create(path);
        output.WriteLine("digraph network {");
        output.WriteLine("  rankdir=LR; node [fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\", fontsize=10];");
        WriteScope(output, network, network.Simulation.Scope, "  ");
        foreach (BusStorage bus in network.Buses)
        {
            WriteBus(output, network, bus);
        }

        output.WriteLine("}");
    }

    private static void WriteScope(StreamWriter output, Network network, Scope scope, string indent)
    {
        foreach (ProcessInstance process in network.Processes.Where(
            process => process.Process.Scope == scope && process.Process is not Monitor))
        {
            // A double frame holds registers; a dashed one never becomes hardware.
            string style = process.IsSimulationOnly ? "shape=box, style=dashed"
                : process.IsClocked ? "shape=box, peripheries=2" : "shape=box";
            output.WriteLine($"{indent}\"{process.Path}\" [label=\"{process.Process.Name}\", {style}];");
        }

        foreach (Scope inner in scope.Scopes)
        {
            output.WriteLine($"{indent}subgraph \"cluster_{inner.Path}\" {{");
            output.WriteLine($"{indent}  label=\"{inner.Name}\"; fontname=\"sans-serif\";");
            WriteScope(output, network, inner, indent + "  ");
            output.WriteLine($"{indent}}}");
        }
    }

    private static void WriteBus(StreamWriter output, Network network, BusStorage bus)
    {
        string[] readers = [.. network.ReadersOf(bus).Select(reader => reader.Path)];
        bool isTopOutput = network.Simulation.TopLevelOutputs.Contains((IBus)bus);
        string from = network.DriverOf(bus)?.Path ?? Port("in", bus);
        if (network.DriverOf(bus) is null && readers.Length > 0)
        {
            output.WriteLine($"  \"{from}\" [label=\"{bus.Name}\", shape=cds];");
        }

        if (isTopOutput)
        {
            output.WriteLine($"  \"{Port("out", bus)}\" [label=\"{bus.Name}\", shape=cds];");
            readers = [.. readers, Port("out", bus)];
        }

        foreach (string reader in readers)
        {
            output.WriteLine($"  \"{from}\" -> \"{reader}\" [label=\"{bus.Name}\"];");
        }
    }

    private static string Port(string direction, BusStorage bus) => $"{direction}:{bus.Path}:{bus.BusType.Name}";
}
