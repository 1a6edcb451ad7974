// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Synthesis;
using SME.Testing.Cosimulation;
using SME.VHDL;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>generate</c>: the hardware of a preset as VHDL.</summary>
[Verb("generate", HelpText = "Write the hardware of a preset as VHDL.")]
public sealed class GenerateCommand : ICommand
{
    /// <summary>Name of the NIC's preset.</summary>
    [Option("preset", Default = "enzian", MetaValue = "NAME",
        HelpText = "Which configuration: enzian is for the board, tiny for exhaustive checks.")]
    [From(Names.Presets)]
    public string Preset { get; set; } = "enzian";

    /// <summary>Changes of the preset.</summary>
    [Option("set", MetaValue = "PARAMETER=VALUE",
        HelpText = "Change parameters of the preset, like Cores=4,AuxLines=8; see docs/configuration.md.")]
    [ChangesParameters]
    public string? Set { get; set; }

    /// <summary>A part of it.</summary>
    [Option("block", Default = "nic", MetaValue = "NAME", HelpText = "Only a part.")]
    [From(Names.Blocks)]
    public string Block { get; set; } = "nic";

    /// <summary>Directory that the VHDL files are written to.</summary>
    [Option('o', "output", Required = true, MetaValue = "DIR", HelpText = "Directory to write to; made if it is not there.")]
    public string Output { get; set; } = string.Empty;

    /// <summary>Whether GHDL and yosys check the VHDL too.</summary>
    [Option("check", HelpText = "Also analyse it with GHDL, all warnings on, and synthesise it with yosys.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (seconds, entity, directory, files, ...) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        NicConfig config = DesignList.Config(Preset, Set);
        DesignPart part = DesignList.Find(Block);
        string directory = Path.GetFullPath(Output);
        VhdlDesign vhdl = reporter.Watch("generating VHDL", _ => Write(part, config, directory));

        // From the start of the process, because that is what somebody who types the command waits for.
        double seconds = Math.Round((DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds, 3);
        int lines = vhdl.Files.Sum(file => file.Text.Count(character => character == '\n'));
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"[bold]{vhdl.Entity}[/]: {vhdl.Files.Count} files, {lines:#,##0} lines "
            + $"of VHDL-2008, "
            + $"{vhdl.Ports.Count} ports, in {seconds:F1} s"));
        string shown = Output.TrimEnd('/');
        reporter.Line($"  {Reporter.Escape(shown)}/files.txt   the files in compile order");
        reporter.Line($"  {Reporter.Escape(shown)}/ports.json  the ports, for machines");

        object? check = null;
        bool isSound = true;
        if (Check)
        {
            (isSound, check) = CheckWithOthers(vhdl, reporter);
        }

        reporter.Json(new
        {
            name = "generate",
            command = commandLine,
            preset = Preset,
            set = Set,
            block = Block,
            entity = vhdl.Entity,
            directory,
            files = vhdl.Files.Select(file => file.Name),
            lines,
            ports = vhdl.Ports.Count,
            seconds,
            check,
        });
        return isSound ? ExitCode.Success : ExitCode.Failure;
    }

    private static VhdlDesign Write(DesignPart part, NicConfig config, string directory)
    {
        try
        {
            // Before the work, so that a mistyped directory is found out at once.
            Directory.CreateDirectory(directory);
            string probe = Path.Combine(directory, $".{Guid.NewGuid():N}");
            File.WriteAllText(probe, string.Empty);
            File.Delete(probe);
            VhdlDesign vhdl = part.Generate(config);
            vhdl.WriteTo(directory);
            return vhdl;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"cannot write to {directory}: {exception.Message}", exception);
        }
    }

    private static (bool IsSound, object Result) CheckWithOthers(VhdlDesign vhdl, Reporter reporter)
    {
        RtlFile[] files = DesignList.Files(vhdl);
        IReadOnlyList<string> warnings = reporter.Watch("ghdl -a", _ => Ghdl.Analyse(files));
        reporter.Line(warnings.Count == 0 ? "ghdl: [green]no warnings[/]" : $"ghdl: [red]{warnings.Count} warnings[/]");
        foreach (string warning in warnings)
        {
            reporter.Plain($"  {warning}");
        }

        AreaReport area = reporter.Watch("yosys synth_xilinx",
            _ => AreaReport.Of(Synthesizer.Synthesise(vhdl.Entity, files, Path.Combine(Repository.Build, "synthesis", vhdl.Entity))));
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"yosys: [green]synthesised[/], {area.Luts:#,##0} LUT, "
            + $"{area.FlipFlops:#,##0} FF, "
            + $"{area.BlockRams} BRAM, {area.Latches} latches"));
        return (warnings.Count == 0 && area.Latches == 0,
            new { warnings, lut = area.Luts, ff = area.FlipFlops, bram = area.BlockRams, latches = area.Latches });
    }
}
