// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Synthesis;

/// <summary>What a design occupies, and how deep its logic is.</summary>
public sealed class AreaReport
{
    private AreaReport(IReadOnlyList<PathStep> path) => Path = path;

    /// <summary>LUT sites, those used as memory or shift registers included.</summary>
    public int Luts { get; private set; }

    /// <summary>LUT sites used as memory or shift registers.</summary>
    public int LutRams { get; private set; }

    /// <summary>Flip-flops.</summary>
    public int FlipFlops { get; private set; }

    /// <summary>Block RAMs of 36 Kib; one of 18 Kib is a half.</summary>
    public double BlockRams { get; private set; }

    /// <summary>UltraRAMs of 288 Kib.</summary>
    public int UltraRams { get; private set; }

    /// <summary>DSP slices.</summary>
    public int Multipliers { get; private set; }

    /// <summary>Latches; a sound design has none.</summary>
    public int Latches { get; private set; }

    /// <summary>Types of cells that the count does not know, in order; they count as nothing, and as one level.</summary>
    public IReadOnlyList<string> UnknownCells { get; private set; } = [];

    /// <summary>The longest register-to-register path.</summary>
    public IReadOnlyList<PathStep> Path { get; }

    /// <summary>Levels of <see cref="Path"/>: a LUT counts 1, a carry or a wide multiplexer 0.25.</summary>
    public double Levels => Path.Count == 0 ? 0 : Path[^1].Levels;

    /// <summary>Counts the cells of a netlist and measures its longest path.</summary>
    /// <param name="netlist">Flat, of primitives.</param>
    /// <param name="portsAreRegisters">Whether <see cref="Path"/> may start and end at the design's ports.</param>
    /// <exception cref="ToolException">The netlist has a combinational loop.</exception>
    public static AreaReport Of(Netlist netlist, bool portsAreRegisters = false)
    {
        AreaReport report = new(LongestPath.Find(netlist, portsAreRegisters));
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        foreach (NetlistCell cell in netlist.Cells)
        {
            Primitive primitive = Primitive.Of(cell) ?? default;
            report.Luts += primitive.Luts + primitive.LutRams;
            report.LutRams += primitive.LutRams;
            report.FlipFlops += primitive.FlipFlops;
            report.BlockRams += primitive.BlockRams;
            report.UltraRams += cell.Type.StartsWith("URAM288", StringComparison.Ordinal) ? 1 : 0;
            report.Multipliers += cell.Type == "DSP48E2" ? 1 : 0;
            bool isLatch = cell.Type is "LDCE" or "LDPE";
            report.Latches += isLatch ? 1 : 0;
            if (Primitive.Of(cell) is null && !isLatch)
            {
                unknown.Add(cell.Type);
            }
        }

        report.UnknownCells = [.. unknown];
        return report;
    }
}
