// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Lauberhorn.Cosimulation;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Synthesis;
using SME.VHDL;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>What each block occupies, and its longest path; see docs/area.md.</summary>
public sealed partial class AreaBenchmark : IBenchmark
{
    private const string Parser = "parser";
    private const string Everything = "all";

    /// <inheritdoc/>
    public string Name => "area";

    /// <inheritdoc/>
    public string Summary => "logic and longest path, by GHDL and yosys; --block all also of each entity by itself";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["parser.lut"] = Floor.AtMost(6000),
        ["parser.ff"] = Floor.AtMost(8000),
        ["parser.levels"] = Floor.AtMost(8),
        ["parser.latches"] = Floor.AtMost(0),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        context.Progress.Report(WorkProgress.Step("generating VHDL"));
        VhdlDesign vhdl = DesignList.ReceivePath(context.Preset);
        RtlFile[] files = DesignList.Files(vhdl);

        // Entities with generics have no size of their own.
        IEnumerable<string> entities = files.SelectMany(file => Entity().Matches(file.Text)).Where(match => !match.Groups["generic"].Success)
            .Select(match => match.Groups["name"].Value).Where(entity => entity != vhdl.Entity);
        List<string> blocks = [Parser, .. entities.Order(StringComparer.Ordinal)];
        string block = context.Block ?? Parser;
        if (block != Everything && !blocks.Contains(block))
        {
            throw new ToolException($"no block '{block}'; there are: {Everything}, {string.Join(", ", blocks)}");
        }

        List<string> chosen = block == Everything ? blocks : [block];
        Dictionary<string, double> figures = [];
        foreach ((int index, string name) in chosen.Index())
        {
            context.Progress.Report(new WorkProgress((double)index / chosen.Count, name));
            bool isWhole = name == Parser;
            string entity = isWhole ? vhdl.Entity : name;
            Netlist netlist = Synthesizer.Synthesise(entity, files, Path.Combine(Repository.Build, "synthesis", entity));
            AreaReport area = AreaReport.Of(netlist, portsAreRegisters: !isWhole);
            Add(figures, name, area);
            Remark(context, name, area);
        }

        return figures;
    }

    private static void Add(Dictionary<string, double> figures, string name, AreaReport area)
    {
        figures[$"{name}.lut"] = area.Luts;
        figures[$"{name}.lutram"] = area.LutRams;
        figures[$"{name}.ff"] = area.FlipFlops;
        figures[$"{name}.bram"] = area.BlockRams;
        figures[$"{name}.uram"] = area.UltraRams;
        figures[$"{name}.dsp"] = area.Multipliers;
        figures[$"{name}.latches"] = area.Latches;
        figures[$"{name}.levels"] = area.Levels;
    }

    private static void Remark(BenchmarkContext context, string name, AreaReport area)
    {
        if (area.UnknownCells.Count > 0)
        {
            context.Remarks.Add($"{name}: not counted: {string.Join(", ", area.UnknownCells)}");
        }

        if (context.ShowPath)
        {
            context.Remarks.Add($"longest path of {name}, levels so far, cell, net:");
            context.Remarks.AddRange(area.Path.Select(step =>
                string.Create(CultureInfo.InvariantCulture, $"  {step.Levels,6:0.00}  {step.Cell.Type,-8} {step.Net}")));
        }
    }

    [GeneratedRegex(@"^\s*entity\s+(?<name>\w+)\s+is\s+(?<generic>generic\b)?", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Entity();
}
