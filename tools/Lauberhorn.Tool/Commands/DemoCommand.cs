// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using CommandLine;
using Lauberhorn.Contract;
using Lauberhorn.Model.Wire;
using Lauberhorn.Tool.Demo;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;
using SME.VHDL;
using Spectre.Console;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>demo</c>: the main job, shown to a newcomer.</summary>
[Verb("demo", HelpText = "Call a C# service through the NIC's VHDL, from an ordinary program, and show the call's way.")]
public sealed class DemoCommand : ICommand
{
    private const int RowsShown = 18;

    /// <summary>Name of the NIC's preset.</summary>
    [Option("preset", Default = "enzian", MetaValue = "NAME", HelpText = "Whose hardware.")]
    [From(Names.Presets)]
    public string Preset { get; set; } = "enzian";

    /// <summary>Changes of the preset.</summary>
    [Option("set", MetaValue = "PARAMETER=VALUE",
        HelpText = "Change parameters of the preset, like Cores=4,AuxLines=8; see docs/configuration.md.")]
    [ChangesParameters]
    public string? Set { get; set; }

    /// <summary>Whether captures are to be replayed.</summary>
    [Option("replay", HelpText = "Replay captures instead of calling live; this needs no rights.")]
    public bool IsReplay { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (mode, clients, replays, tshark, path, ...) and nothing else.")]
    public bool Json { get; set; }

    private static string Directory => Path.Combine(Repository.Build, "demo");

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        NicConfig config = DesignList.Config(Preset, Set);
        System.IO.Directory.CreateDirectory(Directory);
        DemoOutput.Title(reporter, "1. The NIC is C#, and VHDL is made of it");
        VhdlDesign vhdl = WriteVhdl(reporter, config);

        DemoRun run = Call(reporter, config);
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"{run.Cycles:#,##0} cycles of the VHDL in {run.Seconds:F1} s. The same "
            + $"frames went "
            + $"through the C# once more:"));
        reporter.Line(run.Difference is null
            ? $"  [green]it sends the same {run.Frames.Count(frame => !frame.IsToNic)} frames, each in the same cycle.[/]"
            : $"  [red]it does something else: {Reporter.Escape(run.Difference)}[/]");

        DemoOutput.Title(reporter, "3. What tshark says of both directions");
        string capture = Path.Combine(Directory, "wire.pcap");
        PassedFrame.Save(capture, run.Frames, config.ClockMegahertz, DateTime.UtcNow);
        IReadOnlyList<WitnessedFrame> witnessed = reporter.Watch("tshark reads the capture", _ => Witness.Read(capture, DemoMachine.Port));
        DemoOutput.Witnessed(reporter, witnessed, RowsShown);
        bool isSound = witnessed.Count == run.Frames.Count && witnessed.All(frame => frame.BadSums == 0 && frame.Complaint.Length == 0);

        DemoOutput.Title(reporter, "4. One of the calls, cycle by cycle");
        SequenceDiagram diagram = run.Path.Draw();
        string picture = Path.Combine(Directory, "call.svg");
        File.WriteAllText(picture, diagram.ToSvg());
        reporter.Plain(diagram.ToText());
        DemoOutput.Lines(reporter, run.Path);

        DemoOutput.Title(reporter, "5. Broken frames are dropped, and counted in the NIC's registers");
        DemoOutput.Broken(reporter, run.Broken);

        DemoOutput.Title(reporter, "6. Where to look next");
        ShowNext(reporter, picture, capture);
        bool isRight = run.IsRight && isSound;
        reporter.Line(isRight ? "[green]All answers are right.[/]" : "[red]Something is wrong; see above.[/]");
        reporter.Json(new
        {
            name = "demo",
            command = commandLine,
            preset = Preset,
            set = Set,
            mode = run.Clients.Count > 0 ? "live" : "replay",
            reason = run.WhyReplay,
            isRight,
            vhdl = new
            {
                processes = vhdl.Network.Processes.Count,
                files = vhdl.Files.Count,
                cycles = run.Cycles,
                seconds = Math.Round(run.Seconds, 3),
                difference = run.Difference
            },
            clients = run.Clients.Select(client => new
            {
                program = client.Command,
                exitCode = client.ExitCode,
                output = client.Output.Split('\n'),
                cycles = client.Cycles
            }),
            replays = run.Replays.Select(replay => new
            {
                capture = Repository.Shorten(replay.Path),
                frames = replay.Exchanges.Count,
                same = replay.Exchanges.Count(exchange => exchange.IsSame),
                leftOut = replay.LeftOut
            }),
            broken = run.Broken.Select(result => new
            {
                what = result.Frame.What,
                counter = result.Frame.Expected.ToString(),
                isCounted = result.IsCounted
            }),
            tshark = new
            {
                frames = witnessed.Count,
                calls = witnessed.Count(frame => frame.IsCall),
                replies = witnessed.Count(frame => frame.IsReply),
                goodChecksums = witnessed.Sum(frame => frame.GoodSums),
                wrongChecksums = witnessed.Sum(frame => frame.BadSums),
                complaints = witnessed.Where(frame => frame.Complaint.Length > 0)
                    .Select(frame => $"frame {frame.Number}: {frame.Complaint}"),
            },
            path = run.Path.Events.Select(one => new { cycle = one.Cycle, from = one.From, to = one.To, text = one.Text }),
            files = new { capture = Repository.Shorten(capture), picture = Repository.Shorten(picture) },
        });
        return isRight ? ExitCode.Success : ExitCode.Failure;
    }

    private DemoRun Call(Reporter reporter, NicConfig config)
    {
        string? why = null;
        if (!IsReplay)
        {
            try
            {
                using LiveCalls calls = LiveCalls.Open();
                DemoOutput.Title(reporter, "2. An ordinary client calls a C# service through it");
                reporter.Line("The client is a C program: rpcgen's stubs of tools/demo-src/calculator.x, and libtirpc. It runs in");
                reporter.Line("a network namespace of Linux, whose network card's cable (a TAP device) goes to the VHDL, compiled");
                reporter.Line("by Verilator. Behind that are two modelled cores: one waits for the calls in a load of a cache");
                reporter.Line("line and runs the service, the other is the kernel's and answers ARP and ping.");
                reporter.Line();
                DemoRun run = DemoRun.Live(calls, config, Directory, reporter);
                foreach (ClientRun client in run.Clients)
                {
                    DemoOutput.Client(reporter, client);
                }

                reporter.Line("The milliseconds are the simulation's, as the programs see them; part 4 has the NIC's own time.");
                return run;
            }
            catch (WireException problem) when (problem.LacksRight)
            {
                why = problem.Message;
            }
            catch (WireException problem)
            {
                throw new ToolException($"{problem.Message}; or, without a network device: tools/lauberhorn demo --replay", problem);
            }
        }

        DemoOutput.Title(reporter, "2. Recorded calls go to a C# service through it");
        if (why is not null)
        {
            reporter.Line($"[yellow]No live call: {Reporter.Escape(why)}.[/] Captures are replayed instead.");
        }

        reporter.Line("A libtirpc client called libtirpc's own server while its network was recorded (docs/captures.md).");
        reporter.Line("Now the client's frames go to the VHDL, compiled by Verilator, with modelled cores behind it that");
        reporter.Line("serve the same in C#; and what it answers is compared with what was recorded.");
        reporter.Line();
        string[] captures = [.. new[] { "libtirpc-auth-none.pcap", "libtirpc-auth-sys.pcap" }.Select(
            name => Path.Combine(Repository.Captures, name))];
        DemoRun replayed = DemoRun.Replayed(captures, why, config, reporter);
        foreach (ReplayedCapture replay in replayed.Replays)
        {
            DemoOutput.Replayed(reporter, replay);
        }

        reporter.Line();
        return replayed;
    }

    private static VhdlDesign WriteVhdl(Reporter reporter, NicConfig config)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string directory = Path.Combine(Directory, "vhdl");
        VhdlDesign vhdl = reporter.Watch("generating VHDL", _ => DesignList.Nic.Generate(config));
        vhdl.WriteTo(directory);
        int lines = vhdl.Files.Sum(file => file.Text.Count(character => character == '\n'));
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"The NIC of the preset [bold]{config.Name}[/] is "
            + $"{vhdl.Network.Processes.Count} "
            + $"processes in C#, in hdl/Lauberhorn.Hdl. They became"));
        reporter.Line(string.Create(CultureInfo.InvariantCulture, $"{vhdl.Files.Count} files, {lines:#,##0} lines of VHDL-2008, in "
            + $"{clock.Elapsed.TotalSeconds:F1} s; the top-level entity is "
                + $"{Reporter.Escape(Repository.Shorten(Path.Combine(directory, vhdl.Files[^1].Name)))}."));
        return vhdl;
    }

    private static void ShowNext(Reporter reporter, string picture, string capture)
    {
        Table next = new Table { Border = TableBorder.None, ShowHeaders = false }.AddColumns(string.Empty, string.Empty);
        next.AddRow(Reporter.Escape(Repository.Shorten(picture)), "the call as a sequence diagram, for a browser");
        next.AddRow(Reporter.Escape(Repository.Shorten(capture)), "the capture, for Wireshark");
        next.AddRow("docs/README.md", "what to read, for whoever knows hardware, or C#, or neither");
        next.AddRow("tools/test", "runs all tests");
        next.AddRow("tools/lauberhorn --help", "random tests, benchmarks, area, decoding of captures");
        reporter.Console.Write(next);
        reporter.Line();
    }
}
