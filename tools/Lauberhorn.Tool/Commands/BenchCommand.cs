// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using CommandLine;
using Lauberhorn.Tool.Benchmarks;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using Spectre.Console;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>bench NAME</c>: measures, and says what was to be reached.</summary>
[Verb("bench", HelpText = "Measure speed, latency or area.")]
public sealed class BenchCommand : ICommand
{
    /// <summary>Name of the benchmark; null for all.</summary>
    [Value(0, MetaName = "NAME", HelpText = "Which benchmark; see the list below. Without: all of them.")]
    [From(Names.Benchmarks)]
    public string? Name { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (name, seed, command, figures) and nothing else.")]
    [Needs("NAME")]
    public bool Json { get; set; }

    /// <summary>Seed of all random choices.</summary>
    [Option("seed", Default = 1UL, MetaValue = "N", HelpText = "Seed of everything random in it.")]
    public ulong Seed { get; set; } = 1;

    /// <summary>Name of the NIC's preset.</summary>
    [Option("preset", Default = "enzian", MetaValue = "NAME", HelpText = "Whose hardware is measured.")]
    [From(Names.Presets)]
    public string Preset { get; set; } = "enzian";

    /// <summary>Changes of the preset.</summary>
    [Option("set", MetaValue = "PARAMETER=VALUE",
        HelpText = "Change parameters of the preset, like Cores=4,AuxLines=8; see docs/configuration.md.")]
    [ChangesParameters]
    public string? Set { get; set; }

    /// <summary>The machine model in front of the NIC.</summary>
    [Option("machine", Default = "ideal", MetaValue = "NAME",
        HelpText = "The cores and caches in front of the NIC of bench latency; enzian is calibrated, and its times are modelled.")]
    [From(Names.Machines)]
    [OnlyFor("latency")]
    public string Machine { get; set; } = "ideal";

    /// <summary>Rounds of bench colours: how often each core is served.</summary>
    [Option("rounds", Default = 300, MetaValue = "N", HelpText = "How often bench colours serves each core.")]
    [Within(1, 1_000_000)]
    [OnlyFor("colours")]
    public int Rounds { get; set; } = 300;

    /// <summary>Exponent of Zipf's law.</summary>
    [Option("exponent", Default = 1.0, MetaValue = "X", HelpText = "Exponent of Zipf's law, by which bench dynamic calls services.")]
    [Within(0, 10)]
    [OnlyFor("dynamic")]
    public double Exponent { get; set; } = 1;

    /// <summary>The part of the capacity that is offered.</summary>
    [Option("load", Default = 0.7, MetaValue = "X",
        HelpText = "The part of one service's throughput at which calls of bench dynamic come at random times.")]
    [Within(0.001, 1)]
    [OnlyFor("dynamic")]
    public double Load { get; set; } = 0.7;

    /// <summary>Modelled computing time of a handler of bench dynamic, in nanoseconds.</summary>
    [Option("handler", Default = 1000.0, MetaValue = "NS", HelpText = "Nanoseconds that a handler of bench dynamic computes, modelled.")]
    [Within(0, 1_000_000)]
    [OnlyFor("dynamic")]
    public double Handler { get; set; } = 1000;

    /// <summary>One block only.</summary>
    [Option("block", MetaValue = "NAME",
        HelpText = "One block or entity only: a part as in generate --block, or another entity's name, or all.")]
    [OnlyFor("area")]
    public string? Block { get; set; }

    /// <summary>List the slowest path.</summary>
    [Option("path", HelpText = "List the cells and nets of the longest register-to-register path of bench area.")]
    [OnlyFor("area")]
    public bool ShowPath { get; set; }

    /// <summary>Fail if a limit is not reached.</summary>
    [Option("check", HelpText = "Exit with 1 if a figure misses its limit.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        IReadOnlyList<IBenchmark> chosen = Name is null ? BenchmarkList.All
            : BenchmarkList.All.Where(benchmark => benchmark.Name == Name).ToList();
        if (chosen.Count == 0)
        {
            throw new ToolException($"no benchmark '{Name}'");
        }

        bool allReached = true;
        foreach (IBenchmark benchmark in chosen)
        {
            allReached &= RunOne(benchmark, reporter, commandLine);
        }

        return allReached || !Check ? ExitCode.Success : ExitCode.Failure;
    }

    private bool RunOne(IBenchmark benchmark, Reporter reporter, string commandLine)
    {
        List<string> remarks = [];
        IReadOnlyDictionary<string, double> figures = reporter.Watch($"bench {benchmark.Name}", progress =>
        {
            BenchmarkContext context = new()
            {
                Seed = Seed,
                Config = DesignList.Config(Preset, Set),
                Machine = Machine,
                Rounds = Rounds,
                Exponent = Exponent,
                Load = Load,
                HandlerNanoseconds = Handler,
                Block = Block,
                ShowPath = ShowPath,
                Progress = progress,
            };
            IReadOnlyDictionary<string, double> result = benchmark.Run(context);
            remarks = context.Remarks;
            return result;
        });

        reporter.Json(new { name = benchmark.Name, seed = Seed, command = commandLine, figures });
        Table table = new Table { Title = new TableTitle($"bench {benchmark.Name}, seed {Seed}"), Border = TableBorder.Simple }
            .AddColumn("figure").AddColumn(new TableColumn("measured").RightAligned()).AddColumn(new TableColumn("to reach").RightAligned())
            .AddColumn(string.Empty);
        bool allReached = true;
        foreach ((string name, double value) in figures)
        {
            if (benchmark.Floors.TryGetValue(name, out Floor floor))
            {
                bool reached = floor.IsReached(value);
                allReached &= reached;
                table.AddRow(name, Number(value), (floor.IsUpperLimit ? "at most " : "at least ") + Number(floor.Value),
                    reached ? "[green]reached[/]" : "[red]missed[/]");
            }
            else
            {
                table.AddRow(name, Number(value), string.Empty, string.Empty);
            }
        }

        reporter.Console.Write(table);
        foreach (string remark in remarks)
        {
            reporter.Plain(remark);
        }

        return allReached;
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 1000 || value == Math.Floor(value) ? "#,##0" : "0.###", CultureInfo.InvariantCulture);
}
