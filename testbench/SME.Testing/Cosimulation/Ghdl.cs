// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;

namespace SME.Testing.Cosimulation;

/// <summary>GHDL, the VHDL compiler: checks VHDL-2008 and turns it into Verilog.</summary>
public static partial class Ghdl
{
    // GHDL 2.0 has no -Wall; these are all of its warnings, but those about cross-reference files and assertions of its own.
    private static readonly string[] Warnings =
    [
        "attribute", "binding", "body", "default-binding", "delayed-checks", "delta-cycle", "hide", "library", "nested-comment", "others",
        "parenthesis", "port", "port-bounds", "pure", "reserved", "runtime-error", "shared", "specs", "static", "universal", "unused",
        "useless",
        "vital-generic",
    ];

    /// <summary>Analyses files with every warning on.</summary>
    /// <param name="files">Files in the order in which they compile.</param>
    /// <returns>What GHDL says, line by line; empty if it has nothing to complain about.</returns>
    /// <exception cref="CosimulationException">GHDL is missing.</exception>
    public static IReadOnlyList<string> Analyse(IReadOnlyList<RtlFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using TemporaryDirectory directory = new();
        IEnumerable<string> warnings = Warnings.Select(warning => $"--warn-{warning}");
        (_, string output, string errors) = ExternalTool.Ghdl.TryRun(directory.Path,
            ["-a", "--std=08", .. warnings, .. Write(files, directory.Path)]);
        return (output + errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Turns VHDL into Verilog.</summary>
    /// <param name="entity">The top-level entity.</param>
    /// <param name="files">Files in the order in which they compile.</param>
    /// <param name="messages">What GHDL has to say beside the Verilog (warnings, notes), line by line.</param>
    /// <param name="seconds">The most seconds of computing that GHDL may take.</param>
    /// <returns>Verilog-2001.</returns>
    /// <exception cref="CosimulationException">GHDL is missing, rejects the VHDL, or takes too long.</exception>
    public static string Synthesise(string entity, IReadOnlyList<RtlFile> files, out IReadOnlyList<string> messages, int seconds = 600)
    {
        ArgumentException.ThrowIfNullOrEmpty(entity);
        ArgumentNullException.ThrowIfNull(files);
        using TemporaryDirectory directory = new();
        (string output, string errors) = (ExternalTool.Ghdl with { Seconds = seconds }).Run(directory.Path,
            ["--synth", "--std=08", "--out=verilog", .. Write(files, directory.Path), "-e", entity]);
        messages = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Repair(output);
    }

    /// <summary>
    /// GHDL 2.0 writes constants of many bits as in VHDL, "1010", which Verilog takes for text. They become binary constants.
    /// It also writes names that are words of Verilog.
    /// </summary>
    internal static string Repair(string verilog) =>
        VhdlConstant().Replace(VerilogNames.Escape(verilog),
            match => $"{match.Groups[1].Length}'b{match.Groups[1].Value.Replace('U', 'x').Replace('-', 'x')}");

    /// <summary>
    /// Gives memories without contents the zeros that devices power them up with. For simulators only: synthesis would spell out every
    /// word.
    /// </summary>
    internal static string PowerUpMemories(string verilog) =>
        Memory().Replace(verilog, match =>
            $"{match.Value}\n  integer {match.Groups["name"]}_word; initial for ({match.Groups["name"]}_word = 0; "
                + $"{match.Groups["name"]}_word <= {match.Groups["last"]}; "
            + $"{match.Groups["name"]}_word = {match.Groups["name"]}_word + 1) {match.Groups["name"]}[{match.Groups["name"]}_word] = 0;");

    private static List<string> Write(IReadOnlyList<RtlFile> files, string directory)
    {
        List<string> names = [];
        foreach (RtlFile file in files)
        {
            // Two files may have one name (an entity of the same name in two directories); the number keeps them apart.
            string name = names.Contains(file.Name) ? $"{names.Count}_{file.Name}" : file.Name;
            File.WriteAllText(System.IO.Path.Combine(directory, name), file.Text, Encoding.Latin1);
            names.Add(name);
        }

        return names;
    }

    // Not followed by an assignment of its first word: that memory has contents of its own.
    [GeneratedRegex(@"^  reg (\[\d+:0\] )?(?<name>\w+)\[(?<last>\d+):0\] ; // memory$(?!\n  initial begin)", RegexOptions.Multiline)]
    private static partial Regex Memory();

    [GeneratedRegex("\"([01XZUWLHxz-]+)\"")]
    private static partial Regex VhdlConstant();
}
