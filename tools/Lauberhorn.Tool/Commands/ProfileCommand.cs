// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Tool.Benchmarks;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using SME;
using Spectre.Console;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>profile</c>: which processes of the NIC take the simulator's time.</summary>
[Verb("profile", HelpText = "List the NIC's processes by the simulator's time, and how often each runs.")]
public sealed class ProfileCommand : ICommand
{
    private const int Calls = 9_000;
    private const long IdleTicks = 400_000;
    private const int Repetitions = 5;

    /// <summary>Name of the NIC's preset.</summary>
    [Value(0, MetaName = "PRESET", Default = "enzian", HelpText = "Which configuration of the NIC.")]
    [From(Names.Presets)]
    public string Preset { get; set; } = "enzian";

    /// <summary>Changes of the preset.</summary>
    [Option("set", MetaValue = "PARAMETER=VALUE",
        HelpText = "Change parameters of the preset, like Cores=4,AuxLines=8; see docs/configuration.md.")]
    [ChangesParameters]
    public string? Set { get; set; }

    /// <summary>Whether the NIC is idle; otherwise it is under load.</summary>
    [Option("idle", HelpText = "Of the idle NIC, instead of one that is called without a pause.")]
    public bool Idle { get; set; }

    /// <summary>Number of processes to list.</summary>
    [Option("rows", Default = 40, MetaValue = "N", HelpText = "So many processes, those that take most; 0 for all.")]
    [Within(0, 10_000)]
    public int Rows { get; set; } = 40;

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (processes with their runs by tick and parts of the time) and nothing else.")]
    public bool Json { get; set; }

    /// <summary>A process's part.</summary>
    private sealed record Row(string Path, string Type, double RunsPerTick, double Part, string? NeverRests);

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        (Row[] rows, double outside) = reporter.Watch("profile", Measure);
        int count = Rows == 0 ? rows.Length : Rows;
        Row[] chosen = [.. rows.OrderByDescending(row => row.Part).ThenByDescending(row => row.RunsPerTick).Take(count)];
        double runs = rows.Sum(row => row.RunsPerTick);
        reporter.Json(new
        {
            name = "profile",
            command = commandLine,
            preset = Preset,
            idle = Idle,
            runs_per_tick = runs,
            outside,
            processes = chosen,
        });
        Table table = new Table { Title = new TableTitle($"{Preset}, {(Idle ? "idle" : "at line rate")}"), Border = TableBorder.Simple }
            .AddColumn(new TableColumn("% of the time").RightAligned()).AddColumn(new TableColumn("runs a tick").RightAligned())
            .AddColumn("process").AddColumn("type").AddColumn("never rests, because");
        foreach (Row row in chosen)
        {
            table.AddRow(
                Number(row.Part * 100),
                Number(row.RunsPerTick),
                Markup.Escape(row.Path),
                Markup.Escape(row.Type),
                Markup.Escape(row.NeverRests ?? string.Empty));
        }

        reporter.Console.Write(table);
        reporter.Plain(
            $"{Number(runs)} runs of {rows.Length} processes a tick; {Number(outside * 100)} % of the time outside of processes");
        return ExitCode.Success;
    }

    private (Row[] Rows, double Outside) Measure(IProgress<WorkProgress> progress)
    {
        NicConfig config = DesignList.Config(Preset, Set);
        progress.Report(WorkProgress.Step("records the traffic"));
        NicTraffic traffic = NicTraffic.Record(config, 1, Calls);
        Dictionary<string, Row> sums = [];
        double outside = 0;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            progress.Report(WorkProgress.Step($"runs the NIC, {repetition + 1} of {Repetitions}"));
            using LoneNic nic = new(config);
            using SimulationProfile profile = nic.Simulation.Network.StartProfile();
            Action<long, long> play = traffic.Tape.PlayTo(nic.Design);
            play(0, Idle ? traffic.Tape.Ticks : traffic.First);
            profile.Start();
            long ticks = Idle ? IdleTicks / Repetitions : traffic.Last - traffic.First;
            if (Idle)
            {
                nic.Simulation.Tick(ticks);
            }
            else
            {
                play(traffic.First, ticks);
            }

            profile.Stop();

            // The first run warms up the run-time system.
            if (repetition == 0)
            {
                continue;
            }

            const double Share = 1.0 / (Repetitions - 1);
            double samples = Math.Max(1, profile.Samples);
            outside += Share * profile.Outside / samples;
            foreach (ProcessInstance process in nic.Simulation.Network.Processes)
            {
                string? reason = nic.Simulation.Network.NeverRests.GetValueOrDefault(process);
                Row known = sums.GetValueOrDefault(process.Path) ?? new Row(process.Path, process.Process.GetType().Name, 0, 0, reason);
                sums[process.Path] = known with
                {
                    RunsPerTick = known.RunsPerTick + (Share * profile.Runs(process) / ticks),
                    Part = known.Part + (Share * profile.SamplesOf(process) / samples),
                };
            }
        }

        return ([.. sums.Values], outside);
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
