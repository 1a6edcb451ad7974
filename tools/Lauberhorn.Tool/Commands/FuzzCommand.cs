// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using CommandLine;
using Lauberhorn.Tool.Campaigns;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>fuzz NAME</c>: random cases through two machines that must agree.</summary>
[Verb("fuzz", HelpText = "Run random cases through C# and RTL side by side and compare every cycle.")]
public sealed class FuzzCommand : ICommand
{
    /// <summary>Name of the campaign.</summary>
    [Value(0, MetaName = "NAME", Required = true, HelpText = "Which campaign; see the list below.")]
    [From(Names.Campaigns)]
    public string Name { get; set; } = string.Empty;

    /// <summary>Number of random cases; null for the campaign's default.</summary>
    [Option("count", MetaValue = "N", HelpText = "How many random cases (hdl, and the soaks of nic).")]
    [Within(1, 1_000_000_000_000)]
    [OnlyFor("hdl", "nic")]
    [Needs("hostile", "kills", "floods", For = "nic")]
    public long? Count { get; set; }

    /// <summary>Number of clock cycles, of each case or altogether; null for the campaign's default.</summary>
    [Option("cycles", MetaValue = "N", HelpText = "How many clock cycles: of each case (hdl, nic --hostile) or altogether (parser).")]
    [Within(1, 1_000_000_000_000)]
    [OnlyFor("hdl", "parser", "nic")]
    [Needs("hostile", For = "nic")]
    public long? Cycles { get; set; }

    /// <summary>Number of steps of the scheduler; null for the campaign's default.</summary>
    [Option("steps", MetaValue = "N", HelpText = "How many steps of the scheduler to decide (schedule).")]
    [Within(1, 1_000_000_000_000)]
    [OnlyFor("schedule")]
    public long? Steps { get; set; }

    /// <summary>Number of calls to send; null for the campaign's default.</summary>
    [Option("calls", MetaValue = "N", HelpText = "How many calls to send (nic, without its soaks).")]
    [Within(1, 1_000_000_000_000)]
    [OnlyFor("nic")]
    [NotWith("hostile", "kills", "floods")]
    public long? Calls { get; set; }

    /// <summary>Percentage of cases in lock step with the RTL; null for the campaign's default.</summary>
    [Option("lockstep", MetaValue = "N",
        HelpText = "Of a hundred cases, those with C# and RTL side by side (nic); the others run in C#. 5 unless told otherwise.")]
    [Within(0, 100)]
    [OnlyFor("nic")]
    public int? Lockstep { get; set; }

    /// <summary>Processes that break the rules.</summary>
    [Option("hostile", HelpText = "fuzz nic: processes that break the rules beside honest ones; --count cases of --cycles each.")]
    [OnlyFor("nic")]
    [NotWith("kills", "floods")]
    public bool Hostile { get; set; }

    /// <summary>Processes that come and go.</summary>
    [Option("kills", HelpText = "fuzz nic: processes that are born and killed under the modelled kernel; --count cases.")]
    [OnlyFor("nic")]
    [NotWith("hostile", "floods")]
    public bool Kills { get; set; }

    /// <summary>Queues that are full.</summary>
    [Option("floods", HelpText = "fuzz nic: calls of a process that does not take them, beside calls of one that does; --count floods.")]
    [OnlyFor("nic")]
    [NotWith("hostile", "kills")]
    public bool Floods { get; set; }

    /// <summary>Cases at a time.</summary>
    [Option("jobs", MetaValue = "N", Default = 1, HelpText = "How many cases run at a time (the soaks of nic).")]
    [Within(1, 1024)]
    [OnlyFor("nic")]
    [Needs("hostile", "kills", "floods")]
    public int Jobs { get; set; } = 1;

    /// <summary>Whether the campaign continues after a failure.</summary>
    [Option("go-on", HelpText = "Go on when a case has failed (the soaks of nic), to see all that fail.")]
    [OnlyFor("nic")]
    [Needs("hostile", "kills", "floods")]
    public bool GoOn { get; set; }

    /// <summary>Whether deliberate faults are planted.</summary>
    [Option("plants", HelpText = "Sow deliberate faults in the back end, one after the other, and say after how many processes each is "
        + "found (hdl).")]
    [OnlyFor("hdl")]
    public bool Plants { get; set; }

    /// <summary>Seed of all random choices; null for a new one.</summary>
    [Option("seed", MetaValue = "N", HelpText = "Seed of everything random in it. Without: a new one each time, and it is printed.")]
    public ulong? Seed { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        ICampaign campaign = CampaignList.All.FirstOrDefault(campaign => campaign.Name == Name)
            ?? throw new ToolException($"no campaign '{Name}'; there are: "
                + $"{string.Join(", ", CampaignList.All.Select(campaign => campaign.Name))}");
        string[] soaks = [.. new[] { (Hostile, "hostile"), (Kills, "kills"), (Floods, "floods") }.Where(soak => soak.Item1)
            .Select(soak => soak.Item2)];
        ulong seed = Seed ?? (ulong)Random.Shared.NextInt64(1, 1L << 32);
        string replay = Seed is null ? $"{commandLine} --seed {seed.ToString(CultureInfo.InvariantCulture)}" : commandLine;
        reporter.Line($"fuzz {campaign.Name}: seed {seed}; the same again: [bold]{Reporter.Escape(replay)}[/]");
        Stopwatch clock = Stopwatch.StartNew();
        CampaignResult result = reporter.Watch($"fuzz {campaign.Name}", progress =>
            campaign.Run(new CampaignContext
            {
                Seed = seed,
                Count = Count,
                Cycles = Cycles,
                Steps = Steps,
                Calls = Calls,
                Lockstep = Lockstep,
                Soak = soaks.FirstOrDefault(),
                Jobs = Jobs,
                GoesOn = GoOn,
                Plants = Plants,
                Progress = progress,
            }));

        reporter.Json(new
        {
            name = campaign.Name,
            seed,
            command = replay,
            seconds = Math.Round(clock.Elapsed.TotalSeconds, 3),
            cases = result.Cases,
            cycles = result.Cycles,
            mismatches = result.Mismatches,
            figures = result.Figures,
            report = result.Report,
        });
        foreach ((string name, string value) in result.Figures)
        {
            reporter.Line($"{name}: {value}");
        }

        string colour = result.Mismatches == 0 ? "green" : "red";
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Cases:#,##0} cases, {result.Cycles:#,##0} cycles compared, "
            + $"[{colour}]{result.Mismatches:#,##0} mismatches[/], {clock.Elapsed.TotalSeconds:F1} s"));
        if (result.Report.Length > 0)
        {
            reporter.Plain(result.Report);
        }

        return result.Mismatches == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
