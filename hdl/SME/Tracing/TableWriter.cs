// SPDX-License-Identifier: Apache-2.0
namespace SME.Tracing;

/// <summary>Writes all signals as a table: a line of names, then a line for each tick, the state at reset first.</summary>
internal sealed class TableWriter : IMonitor, IDisposable
{
    private readonly StreamWriter output;
    private readonly (SignalLeaf.Snapshot Snapshot, SignalLeaf[] Leaves)[] buses;

    internal TableWriter(string path, Network network)
    {
        output = OutputFile.Create(path);
        buses = [.. network.Buses.Select(bus => (new SignalLeaf.Snapshot(bus), SignalLeaf.Of(bus)))];
        WriteLine(network.Buses.Zip(buses).SelectMany(pair => pair.Second.Leaves.Select(leaf => $"{pair.First.Path}.{leaf.Name}")));
    }

    public void OnSettled(Simulation simulation) => WriteLine(buses.SelectMany(bus =>
    {
        bus.Snapshot.Take();
        return bus.Leaves.Select(leaf => leaf.Text(bus.Snapshot.Values));
    }));

    public void Dispose() => output.Dispose();

    private void WriteLine(IEnumerable<string> cells) => output.WriteLine(string.Join(',', cells));
}
