// SPDX-License-Identifier: Apache-2.0
using SME.Tracing;

namespace SME;

/// <content>Files that a simulation writes while it runs.</content>
public sealed partial class Simulation
{
    /// <summary>
    /// Writes a waveform of all signals, for GTKWave, Surfer and the like: a value change dump with the names of the design.
    /// Compiled or not, the simulation is slower while it writes.
    /// </summary>
    /// <param name="path">The file; it is complete at the end of <see cref="Run"/> or <see cref="Dispose"/>.</param>
    public Simulation BuildWaveform(string path = "output/trace.vcd") => Record(path, network => new WaveformWriter(path, network));

    /// <summary>
    /// Writes a table of all signals: comma-separated, a line of names, then the state at reset and the one after each tick.
    /// </summary>
    /// <param name="path">The file; it is complete at the end of <see cref="Run"/> or <see cref="Dispose"/>.</param>
    public Simulation BuildCSVFile(string path = "output/trace.csv") => Record(path, network => new TableWriter(path, network));

    /// <summary>Writes the network as a graph in the DOT language, which <c>dot -Tsvg</c> draws.</summary>
    /// <param name="path">The file; written when the simulation starts.</param>
    public Simulation BuildGraph(string path = "output/network.dot")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return AtStart(simulation => GraphWriter.Write(path, simulation.Network));
    }

    private Simulation Record<TWriter>(string path, Func<Network, TWriter> open)
        where TWriter : IMonitor, IDisposable
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return AtStart(simulation =>
        {
            TWriter writer = open(simulation.Network);
            simulation.AddMonitor(writer);
            simulation.AtEnd(_ => writer.Dispose());
        });
    }
}
