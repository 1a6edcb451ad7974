// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Waits;
using SME;
using SME.VHDL;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>waits</c>: which stream of the NIC may wait for which other one, and why none waits for itself.</summary>
[Verb("waits", HelpText = "Compute which stream may wait for which other one, and why none waits for ever.")]
public sealed class WaitsCommand : ICommand
{
    private const string Page = "docs/waits.md";

    /// <summary>Name of the NIC's preset.</summary>
    [Option("preset", Default = "enzian", MetaValue = "NAME", HelpText = "Which configuration.")]
    [From(Names.Presets)]
    public string Preset { get; set; } = "enzian";

    /// <summary>Changes of the preset.</summary>
    [Option("set", MetaValue = "PARAMETER=VALUE",
        HelpText = "Change parameters of the preset, like Cores=4,AuxLines=8; see docs/configuration.md.")]
    [ChangesParameters]
    public string? Set { get; set; }

    /// <summary>Whether it is printed as a graph.</summary>
    [Option("dot", HelpText = "Print the graph in the DOT language (for dot -Tsvg) and nothing else.")]
    public bool Dot { get; set; }

    /// <summary>Whether the page's lists are printed.</summary>
    [Option("markdown", HelpText = "Print the lists of docs/waits.md and nothing else.")]
    public bool Markdown { get; set; }

    /// <summary>Whether the page is written.</summary>
    [Option("write", HelpText = "Bring the lists in docs/waits.md up to date.")]
    public bool Write { get; set; }

    /// <summary>Whether the page is compared.</summary>
    [Option("check", HelpText = "Fail also if the lists in docs/waits.md are not what would be written.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (streams, waits, problems) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        NicConfig config = DesignList.Config(Preset, Set);
        using Simulation simulation = new();
        Nic.Build(simulation, config);
        WaitsGraph graph = WaitsGraph.Of(simulation.Network);
        WaitArgument argument = new(graph.Streams, graph.Waits, NicWaits.Reasons);
        WaitsText text = new(argument);
        bool isStale = false;
        if (Dot || Markdown)
        {
            Console.Out.Write(Dot ? text.Dot() : text.Markdown());
        }
        else if (Write || Check)
        {
            isStale = Update(text.Markdown(), reporter);
        }
        else if (!Json)
        {
            foreach (StreamWait wait in argument.Waits)
            {
                string end = argument.EndOf(wait) is null ? string.Empty : " (ends)";
                reporter.Plain($"{wait.From.StreamPath} waits for {wait.To.StreamPath}, {WaitArgument.Describe(wait)}{end}");
            }
        }

        foreach (string problem in argument.Problems())
        {
            reporter.Plain(problem);
        }

        if (!Dot && !Markdown && argument.Holds)
        {
            reporter.Line($"{argument.Streams.Count} streams, {argument.Waits.Count} waits, no cycle");
        }

        reporter.Json(new
        {
            name = "waits",
            command = commandLine,
            preset = Preset,
            set = Set,
            streams = argument.Streams.Select(stream => new
            {
                path = stream.StreamPath,
                rank = argument.Ranks[stream],
                stock = stream.IsStock,
                outside = stream.IsTakenOutside,
            }),
            waits = argument.Waits.Select(wait => new
            {
                from = wait.From.StreamPath,
                to = wait.To.StreamPath,
                kind = wait.Kind.ToString(),
                always = wait.IsAlways,
                registers = wait.Registers,
                ends = argument.EndOf(wait)?.Reason,
                added = argument.AddedBy(wait)?.Reason,
            }),
            problems = argument.Problems(),
        });
        return argument.Holds && !isStale ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Compares the page's lists, or writes them.</summary>
    /// <returns>Whether they are not what they should be.</returns>
    private bool Update(string lists, Reporter reporter)
    {
        string path = Path.Combine(Repository.Root, Page);
        string old = File.ReadAllText(path);
        string page = Output.Markdown.Replace(old, Page, "tools/lauberhorn waits --write", lists);
        if (page == old)
        {
            return false;
        }

        if (Write)
        {
            File.WriteAllText(path, page);
            reporter.Plain($"{Page}: written");
            return false;
        }

        reporter.Plain($"{Page}: its lists are not what the design gives; run tools/lauberhorn waits --write and commit it");
        return true;
    }
}
