// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Synthesis;

/// <summary>VHDL to a netlist of an UltraScale+ device, by free tools: GHDL makes Verilog of it, yosys the netlist.</summary>
public static class Synthesizer
{
    /// <summary>The warnings of GHDL that its version 2 can be asked for; there is no switch for all of them.</summary>
    public static IReadOnlyList<string> Warnings { get; } =
    [
        "--warn-library", "--warn-default-binding", "--warn-binding", "--warn-port", "--warn-port-bounds", "--warn-reserved",
        "--warn-pure", "--warn-nested-comment", "--warn-directive", "--warn-parenthesis", "--warn-vital-generic",
        "--warn-delayed-checks", "--warn-body", "--warn-specs", "--warn-universal", "--warn-runtime-error", "--warn-hide",
        "--warn-unused", "--warn-others", "--warn-shared", "--warn-attribute", "--warn-static", "--warn-useless",
        "--warn-analyze-assert",
    ];

    /// <summary>Analyses files and returns what GHDL says about them.</summary>
    /// <param name="files">Paths in compile order.</param>
    /// <param name="directory">Where its library goes.</param>
    /// <returns>One line each; none if all is well.</returns>
    public static IReadOnlyList<string> Analyse(IReadOnlyList<string> files, string directory)
    {
        Directory.CreateDirectory(directory);
        ToolResult result = ExternalTool.Run("ghdl", directory, ["-a", "--std=08", $"--workdir={directory}", .. Warnings, .. files.Select(Path.GetFullPath)]);
        List<string> lines = Lines(result.Output + result.Error);
        return result.ExitCode != 0 && lines.Count == 0 ? [$"ghdl -a ended with exit code {result.ExitCode}"] : lines;
    }

    /// <summary>Synthesises.</summary>
    /// <param name="entity">The top.</param>
    /// <param name="files">Paths in compile order.</param>
    /// <param name="directory">Where the Verilog, the netlist and both logs go.</param>
    /// <exception cref="ToolException">A tool is missing, or refuses the design; the message names the log.</exception>
    public static Netlist Synthesise(string entity, IReadOnlyList<string> files, string directory)
    {
        Directory.CreateDirectory(directory);
        string verilog = Path.Combine(directory, $"{entity}.v");
        string log = Path.Combine(directory, "ghdl.log");
        ToolResult ghdl = ExternalTool.Run("ghdl", directory, ["synth", "--std=08", "--out=verilog", $"--workdir={directory}", .. files.Select(Path.GetFullPath), "-e", entity]);
        File.WriteAllText(log, ghdl.Error);
        if (ghdl.ExitCode != 0)
        {
            throw new ToolException($"ghdl synth refuses {entity}: {FirstError(ghdl.Error)} (all of it: {log})");
        }

        File.WriteAllText(verilog, ghdl.Output);
        string netlist = Path.Combine(directory, $"{entity}.json");
        string yosysLog = Path.Combine(directory, "yosys.log");
        ToolResult yosys = RunYosys(string.Empty);
        if (yosys.ExitCode != 0 && yosys.Error.Contains("lutrams", StringComparison.Ordinal))
        {
            // Version 0.23 has no rule for the single-port LUT memories of more than 256 words that it proposes itself.
            yosys = RunYosys(" -nolutram");
        }

        if (yosys.ExitCode != 0)
        {
            throw new ToolException($"yosys refuses {entity}: {FirstError(yosys.Error)} (all of it: {yosysLog})");
        }

        return Netlist.Parse(File.ReadAllText(netlist));

        ToolResult RunYosys(string more) => ExternalTool.Run(
            "yosys", directory, "-q", "-l", yosysLog, "-p", $"read_verilog {entity}.v; synth_xilinx -family xcup -flatten -top {entity}{more}; write_json {entity}.json");
    }

    private static string FirstError(string text)
    {
        List<string> lines = Lines(text);
        return lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault() ?? "it says nothing";
    }

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
