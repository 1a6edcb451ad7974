// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Synthesis;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>What each block occupies, and its longest path; see docs/area.md.</summary>
public sealed partial class AreaBenchmark : IBenchmark
{
    private const string Everything = "all";
    private static readonly string[] Figures = ["lut", "lutram", "ff", "bram", "uram", "dsp", "latches", "levels"];

    /// <inheritdoc/>
    public string Name => "area";

    /// <inheritdoc/>
    public string Summary => "logic and longest path, by GHDL and yosys; --block nic: all of it, with many and few endpoints; --block all: "
        + "each entity by itself";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["parser.lut"] = Floor.AtMost(6000),
        ["parser.ff"] = Floor.AtMost(8000),
        ["parser.levels"] = Floor.AtMost(8),
        ["parser.latches"] = Floor.AtMost(0),

        // Only memory grows.
        ["large_to_compact.lut"] = Floor.AtMost(1.15),
        ["large_to_compact.ff"] = Floor.AtMost(1.15),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        NicConfig config = context.Config;
        Dictionary<string, double> figures = [];
        IReadOnlyList<DesignPart> parts = DesignList.Parts;
        string? block = context.Block;
        DesignPart? chosen = parts.FirstOrDefault(part => part.Name == block);
        if (block == DesignList.Nic.Name)
        {
            MeasureWhole(context, figures);
            return figures;
        }

        if (block is null || chosen is not null)
        {
            foreach ((int index, DesignPart part) in (chosen is null ? parts : [chosen]).Index())
            {
                context.Progress.Report(new WorkProgress((double)index / parts.Count, part.Name));
                Measure(context, figures, part.Name, part.Entity, DesignList.Files(part.Generate(config)), isWhole: true);
            }

            return figures;
        }

        // Entities with generics have no size of their own.
        context.Progress.Report(WorkProgress.Step("generating VHDL"));
        Dictionary<string, RtlFile[]> entities = [];
        foreach (DesignPart part in parts)
        {
            RtlFile[] files = DesignList.Files(part.Generate(config));
            foreach (Match match in files.SelectMany(file => Entity().Matches(file.Text)).Where(match => !match.Groups["generic"].Success))
            {
                entities.TryAdd(match.Groups["name"].Value, files);
            }
        }

        foreach (DesignPart part in parts)
        {
            entities.Remove(part.Entity);
        }

        if (block != Everything && !entities.ContainsKey(block))
        {
            string[] names = [Everything, DesignList.Nic.Name, .. parts.Select(part => part.Name),
                .. entities.Keys.Order(StringComparer.Ordinal)];
            throw new ToolException($"no block '{block}'; {Nearest.Hint(block, names)}");
        }

        foreach ((int index, (string name, RtlFile[] files)) in entities.Where(entity => block == Everything || entity.Key == block)
            .OrderBy(entity => entity.Key, StringComparer.Ordinal).Index())
        {
            context.Progress.Report(new WorkProgress(block == Everything ? (double)index / entities.Count : 0, name));
            Measure(context, figures, name, name, files, isWhole: false);
        }

        return figures;
    }

    /// <summary>
    /// The NIC as the sum of its parts; and what endpoints and services cost: everything of a preset with many of them against one with
    /// few. Logic that two parts could share is counted twice, so the sum is an upper limit; the whole at once takes yosys half an hour.
    /// </summary>
    private static void MeasureWhole(BenchmarkContext context, Dictionary<string, double> figures)
    {
        NicConfig[] presets = [context.Config, NicConfig.Large, NicConfig.Compact];
        int steps = presets.Length * DesignList.Parts.Count;
        int step = 0;
        foreach ((int index, NicConfig config) in presets.Index())
        {
            Dictionary<string, double> sum = [];
            foreach (DesignPart part in DesignList.Parts)
            {
                context.Progress.Report(new WorkProgress((double)step++ / steps, $"{part.Name} of {config.Name}"));
                Add(sum, part.Name, Area(context, part.Name, part.Entity, DesignList.Files(part.Generate(config)), isWhole: true));
            }

            string name = index == 0 ? DesignList.Nic.Name : config.Name;
            foreach (string figure in Figures)
            {
                IEnumerable<double> parts = DesignList.Parts.Select(part => sum[$"{part.Name}.{figure}"]);
                figures[$"{name}.{figure}"] = figure == "levels" ? parts.Max() : parts.Sum();
            }
        }

        figures["large_to_compact.lut"] = figures["large.lut"] / figures["compact.lut"];
        figures["large_to_compact.ff"] = figures["large.ff"] / figures["compact.ff"];
    }

    private static void Measure(BenchmarkContext context, Dictionary<string, double> figures, string name, string entity, RtlFile[] files,
        bool isWhole) =>
        Add(figures, name, Area(context, name, entity, files, isWhole));

    private static AreaReport Area(BenchmarkContext context, string name, string entity, RtlFile[] files, bool isWhole)
    {
        Netlist netlist = Synthesizer.Synthesise(entity, files, Path.Combine(Repository.Build, "synthesis", entity));
        AreaReport area = AreaReport.Of(netlist, portsAreRegisters: !isWhole);
        Remark(context, name, area);
        return area;
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
