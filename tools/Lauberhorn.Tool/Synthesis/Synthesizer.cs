// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Synthesis;

/// <summary>VHDL to a netlist of an UltraScale+ device, by free tools: GHDL makes Verilog of it, yosys the netlist.</summary>
public static partial class Synthesizer
{
    private const string Block = "block";
    private const string Ultra = "ultra";
    private static readonly string[] Styles = [Block, Ultra, "distributed"];

    /// <summary>
    /// Synthesises; if the directory holds the netlist of the same Verilog already, whichever preset it is of, that is taken.
    /// </summary>
    /// <param name="entity">The top.</param>
    /// <param name="files">In compile order.</param>
    /// <param name="directory">Where a directory is made for the Verilog, the netlist and yosys's log, named after what is in the
    /// Verilog.</param>
    /// <returns>The netlist.</returns>
    /// <exception cref="CosimulationException">A tool is missing, or GHDL refuses the design.</exception>
    /// <exception cref="ToolException">yosys refuses the design; the message names the log.</exception>
    public static Netlist Synthesise(string entity, IReadOnlyList<RtlFile> files, string directory)
    {
        string verilog = MarkMemories(Ghdl.Synthesise(entity, files, out IReadOnlyList<string> messages));
        directory = Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(verilog)))[..16]);
        Directory.CreateDirectory(directory);
        File.WriteAllLines(Path.Combine(directory, "ghdl.log"), messages);
        string verilogFile = Path.Combine(directory, $"{entity}.v");
        string netlistFile = Path.Combine(directory, $"{entity}.json");
        if (File.Exists(netlistFile))
        {
            return Netlist.Parse(File.ReadAllText(netlistFile));
        }

        // Should yosys be interrupted, what it has written must not be taken for a netlist.
        string unfinished = $"{entity}.part";
        File.WriteAllText(verilogFile, verilog);
        string log = Path.Combine(directory, "yosys.log");

        // Only then: it would take UltraRAM for any large memory.
        string ultraRam = verilog.Contains($"\"{Ultra}\"", StringComparison.Ordinal) ? " -uram" : string.Empty;
        (int exitCode, _, string errors) = RunYosys(string.Empty);
        if (exitCode != 0 && errors.Contains("lutrams", StringComparison.Ordinal))
        {
            // Version 0.23 has no rule for the single-port LUT memories of more than 256 words that it proposes itself.
            (exitCode, _, errors) = RunYosys(" -nolutram");
        }

        if (exitCode != 0)
        {
            string reason = errors.Split('\n').FirstOrDefault(line => line.Contains("ERROR", StringComparison.Ordinal))
                ?? $"exit code {exitCode}";
            throw new ToolException($"yosys refuses {entity}: {reason.Trim()} (all of it: {log})");
        }

        File.Move(Path.Combine(directory, unfinished), netlistFile, overwrite: true);
        return Netlist.Parse(File.ReadAllText(netlistFile));

        (int ExitCode, string Output, string Errors) RunYosys(string more) => ExternalTool.Yosys.TryRun(
            directory, "-q", "-l", log, "-p",
            $"read_verilog {entity}.v; synth_xilinx -family xcup{ultraRam} -flatten -top {entity}{more}; write_json {unfinished}");
    }

    /// <summary>
    /// GHDL 2.0 does not hand <c>ram_style</c> on. But it names a module after its generics, texts by their SHA-1, so it can be told what
    /// memories should be made of. Those with byte enables are no UltraRAM: GHDL makes a memory of each byte, and each would get one of 72
    /// bits.
    /// </summary>
    internal static string MarkMemories(string verilog)
    {
        string[] modules = verilog.Split("\nendmodule");
        for (int i = 0; i < modules.Length; i++)
        {
            string name = ModuleName().Match(modules[i]).Groups[1].Value;
            string? style = Styles.FirstOrDefault(style => name.EndsWith(
                Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(style))), StringComparison.Ordinal));
            if (style is not null)
            {
                string made = style == Ultra && name.Contains("byte_ram", StringComparison.Ordinal) ? Block : style;
                modules[i] = Memory().Replace(modules[i], $"  (* ram_style = \"{made}\" *) $&");
            }
        }

        return string.Join("\nendmodule", modules);
    }

    [GeneratedRegex(@"^module (\w+)", RegexOptions.Multiline)]
    private static partial Regex ModuleName();

    [GeneratedRegex(@"^  reg .*; // memory$", RegexOptions.Multiline)]
    private static partial Regex Memory();
}
