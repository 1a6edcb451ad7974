// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using CommandLine;
using Lauberhorn.Cosimulation;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Reference;
using Lauberhorn.Reference.Captures;
using Lauberhorn.Tool.Designs;
using Lauberhorn.Tool.Frames;
using Lauberhorn.Tool.Output;
using SME.VHDL;
using Spectre.Console;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>demo</c>: the main job, shown to a newcomer.</summary>
[Verb("demo", HelpText = "Show what there is: generate the hardware, run recorded RPC calls through it.")]
public sealed class DemoCommand : ICommand
{
    /// <summary>Whose hardware.</summary>
    [Option("preset", Default = "enzian", MetaValue = "NAME", HelpText = "Whose hardware: enzian or tiny.")]
    public string Preset { get; set; } = "enzian";

    /// <inheritdoc/>
    public bool Json => false;

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        NicConfig config = DesignList.Config(Preset);
        Title(reporter, "1. The hardware is C#, and VHDL is made of it");
        ShowVhdl(reporter, Preset);

        Title(reporter, "2. Recorded traffic goes through the VHDL, compiled by Verilator");
        reporter.Line("Real libtirpc clients called a server while its network was recorded (docs/captures.md). The NIC plays the server's,");
        reporter.Line("so the server's own answers are frames to another host, and are dropped.");
        reporter.Line("[bold]in[/]: clock cycles at the input, 64 bytes each. [bold]latency[/]: cycles from a frame's first beat to its decoded header.");
        reporter.Line();
        bool agree = true;
        byte[]? call = null;
        foreach (string path in Directory.GetFiles(Repository.Captures, "*.pcap").Order(StringComparer.Ordinal))
        {
            byte[][] frames = [.. CaptureReader.Read(path).Select(frame => frame.Bytes)];
            agree &= ShowCapture(reporter, config, path, frames);
            call ??= frames.FirstOrDefault(frame => ReferenceDecoder.Decode(frame, false, ReceiveSettings.Captures).IsCall);
        }

        Title(reporter, "3. Broken frames are dropped, each counted under its reason");
        agree &= call is null || ShowBroken(reporter, config, call);

        Title(reporter, "4. Where to look next");
        Table next = new Table { Border = TableBorder.None, ShowHeaders = false }.AddColumns(string.Empty, string.Empty);
        next.AddRow("hdl/Lauberhorn.Hdl", "the hardware, a folder for each step of a packet's way");
        next.AddRow("docs/README.md", "what to read, for whoever knows hardware, or C#, or neither");
        next.AddRow("tools/test", "runs all tests");
        next.AddRow("tools/lauberhorn fuzz parser --cycles 100000", "random frames through C# and RTL in lock step");
        next.AddRow("tools/lauberhorn bench area --path", "how much logic it is, and where it is deepest");
        next.AddRow("tools/lauberhorn decode FILE", "what the NIC would make of traffic of your own");
        reporter.Console.Write(next);
        reporter.Line();
        reporter.Line(agree ? "[green]The RTL and the reference decoder agree on every frame.[/]" : "[red]The RTL and the reference decoder differ; see above.[/]");
        return agree ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Title(Reporter reporter, string text)
    {
        reporter.Line();
        reporter.Line($"[bold blue]{text}[/]");
        reporter.Line();
    }

    private static void ShowVhdl(Reporter reporter, string preset)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string directory = Path.Combine(Repository.Build, "demo", "vhdl");
        VhdlDesign vhdl = reporter.Watch("generating VHDL", _ => DesignList.ReceivePath(preset));
        vhdl.WriteTo(directory);
        int lines = vhdl.Files.Sum(file => file.Text.Count(character => character == '\n'));
        int processes = vhdl.Network.Processes.Count;
        reporter.Line(FormattableString.Invariant($"The receive path of the preset [bold]{preset}[/] is {processes} processes in C#, in hdl/Lauberhorn.Hdl. They became {vhdl.Files.Count} files,"));
        reporter.Line(FormattableString.Invariant($"{lines:#,##0} lines of VHDL-2008, in {clock.Elapsed.TotalSeconds:F1} s:"));
        reporter.Line();
        reporter.Line($"  {Reporter.Escape(Repository.Shorten(Path.Combine(directory, vhdl.Files[^1].Name)))}  the top-level entity, {vhdl.Ports.Count} ports");
        reporter.Line($"  {Reporter.Escape(Repository.Shorten(Path.Combine(directory, "files.txt")))}         all files, in the order in which Vivado wants them");
    }

    private static bool ShowCapture(Reporter reporter, NicConfig config, string path, IReadOnlyList<byte[]> frames)
    {
        IReadOnlyList<HardwareFrame> results = RunHardware(reporter, config, [.. frames.Select(frame => (frame, false))], out string? difference);
        List<FrameRow> rows = [.. results.Select(FrameRow.Of)];
        reporter.Line($"[bold]{Reporter.Escape(Repository.Shorten(path))}[/]");
        FrameTable.WriteCalls(reporter, results);
        FrameTable.WriteEnds(reporter, rows);
        reporter.Line();
        return Agrees(reporter, difference);
    }

    private static bool ShowBroken(Reporter reporter, NicConfig config, byte[] call)
    {
        IReadOnlyList<BrokenFrame> broken = BrokenFrames.Of(call);
        IReadOnlyList<HardwareFrame> results = RunHardware(reporter, config, [.. broken.Select(frame => (frame.Bytes, frame.Error))], out string? difference);
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumns("the first call, but", "what became of it").AddColumn(new TableColumn("in").RightAligned());
        foreach ((BrokenFrame frame, HardwareFrame result) in broken.Zip(results))
        {
            FrameRow row = FrameRow.Of(result);
            table.AddRow(frame.What, $"[{row.Colour}]{row.Verdict}[/]", result.InputCycles.ToString(CultureInfo.InvariantCulture));
        }

        reporter.Console.Write(table);
        return Agrees(reporter, difference) && broken.Zip(results).All(pair => pair.First.Expected == pair.Second.Drop);
    }

    private static IReadOnlyList<HardwareFrame> RunHardware(Reporter reporter, NicConfig config, IReadOnlyList<(byte[] Bytes, bool Error)> frames, out string? difference)
    {
        using ReceivePathBench bench = new(config, ReceiveSettings.Captures);
        using IDisposable rtl = reporter.Watch(
            "compiling the VHDL; kept for the next time",
            _ => bench.Simulation.RunOn(Machine.Rtl, ReceivePath.EntityName));
        IReadOnlyList<HardwareFrame> results = HardwareFrame.Run(bench, frames);
        difference = ReceiveComparison.Difference(bench, [.. results.Select(result => result.Sent)]);
        return results;
    }

    private static bool Agrees(Reporter reporter, string? difference)
    {
        if (difference is not null)
        {
            reporter.Line($"[red]The reference decoder says something else: {Reporter.Escape(difference)}[/]");
        }

        return difference is null;
    }
}
