// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Driver;
using Lauberhorn.Tool.Output;
using Spectre.Console;

namespace Lauberhorn.Tool.Demo;

/// <summary>The demo's parts as text for people.</summary>
public static class DemoOutput
{
    private const string NicMac = "02:4c:48:00:00:02";
    private const int LongestSummary = 100;

    /// <summary>A part's title.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="text">The title.</param>
    public static void Title(Reporter reporter, string text)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        reporter.Line();
        reporter.Line($"[bold blue]{text}[/]");
        reporter.Line();
    }

    /// <summary>Prints the output of a live program.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="run">The program's run.</param>
    public static void Client(Reporter reporter, ClientRun run)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(run);
        reporter.Line($"  [grey]$[/] {Reporter.Escape(run.Command)}    [grey]# {Reporter.Escape(run.Remark)}[/]");
        foreach (string line in run.Output.Split('\n'))
        {
            reporter.Line($"    [{(run.ExitCode == 0 ? "green" : "yellow")}]{Reporter.Escape(Short(line))}[/]");
        }

        if (run.ExitCode != 0)
        {
            reporter.Line($"    [red]It ends with {run.ExitCode}: an answer was wrong or missing.[/]");
        }

        reporter.Line();
    }

    /// <summary>Prints a replayed capture and its answers.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="replay">The capture, and what was answered.</param>
    public static void Replayed(Reporter reporter, ReplayedCapture replay)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(replay);
        IReadOnlyList<Exchange> exchanges = replay.Exchanges;
        int same = exchanges.Count(exchange => exchange.IsSame);
        string colour = same == exchanges.Count ? "green" : "red";
        reporter.Line($"  {Reporter.Escape(Repository.Shorten(replay.Path))}: {exchanges.Count} frames of the client; [{colour}]{same} "
            + $"answers are those of libtirpc's server, byte for byte[/]");
        foreach ((int i, Exchange exchange) in exchanges.Index().Where(pair => !pair.Item.IsSame))
        {
            reporter.Line($"    [red]frame {i + 1} of the client: {Bytes(exchange.Recorded)} recorded, {Bytes(exchange.Answered)} from the "
                + $"NIC[/]");
        }

        if (replay.LeftOut > 0)
        {
            reporter.Line($"    {replay.LeftOut} more are calls too long for the lines of this preset's endpoints, and were left out.");
        }

        static string Bytes(byte[]? frame) => frame is null ? "no answer" : $"{frame.Length} bytes";
    }

    /// <summary>Prints tshark's view of the frames.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="most">How many rows to show at most.</param>
    public static void Witnessed(Reporter reporter, IReadOnlyList<WitnessedFrame> frames, int most)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(frames);
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumn(new TableColumn("frame").RightAligned()).AddColumn("way").AddColumn(new TableColumn("bytes").RightAligned())
            .AddColumns("what tshark says", "checksums");
        foreach (WitnessedFrame frame in frames.Take(most))
        {
            string sums = frame.BadSums > 0 ? $"[red]{frame.BadSums} wrong[/]"
                : frame.GoodSums > 0 ? $"[green]{frame.GoodSums} good[/]" : string.Empty;
            table.AddRow(
                frame.Number.ToString(CultureInfo.InvariantCulture), frame.Source == NicMac ? "[blue]NIC ->[/]" : "-> NIC",
                frame.Bytes.ToString(CultureInfo.InvariantCulture),
                Reporter.Escape(Short(frame.Summary)), sums);
        }

        reporter.Console.Write(table);
        if (frames.Count > most)
        {
            reporter.Line($"  ... and {frames.Count - most} more.");
        }

        int bad = frames.Sum(frame => frame.BadSums);
        WitnessedFrame[] complaints = [.. frames.Where(frame => frame.Complaint.Length > 0)];
        reporter.Line(
            $"tshark: {frames.Count} frames, {frames.Count(frame => frame.IsCall)} calls, {frames.Count(frame => frame.IsReply)} of them "
                + $"with their reply; "
            + $"[{(bad == 0 ? "green" : "red")}]{frames.Sum(frame => frame.GoodSums)} checksums good, {bad} wrong[/]; "
            + $"[{(complaints.Length == 0 ? "green" : "red")}]{complaints.Length} complaints[/].");
        foreach (WitnessedFrame frame in complaints)
        {
            reporter.Line($"  [red]frame {frame.Number}: {Reporter.Escape(frame.Complaint)}[/]");
        }
    }

    /// <summary>Prints the ends of broken frames.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="results">The frames.</param>
    public static void Broken(Reporter reporter, IReadOnlyList<BrokenResult> results)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(results);
        Table table = new Table { Border = TableBorder.Simple }.AddColumns("a call, but", "the counter that went up");
        foreach (BrokenResult result in results)
        {
            table.AddRow(result.Frame.What,
                result.IsCounted ? $"[green]{result.Frame.Expected}[/]" : $"[red]not {result.Frame.Expected}[/]");
        }

        reporter.Console.Write(table);
    }

    /// <summary>The control line, as the core finds it and as it comes home.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="path">The call.</param>
    public static void Lines(Reporter reporter, CallPath path)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(path);
        LineMessage delivered = new(path.Delivered.ToArray());
        LineMessage returned = new(path.Returned.ToArray());
        Table table = new Table { Border = TableBorder.Simple }.AddColumns("bytes", "in the control line", "as the core finds it",
            "as it comes home");
        table.AddRow("0", "kind", $"{delivered.Kind}", $"{returned.Kind}");
        table.AddRow("2", "process", $"{delivered.Process}", string.Empty);
        table.AddRow("4", "the endpoint's generation", $"{delivered.Generation}", string.Empty);
        table.AddRow("6", "bytes of the message", $"{delivered.Length}", $"{returned.Length}");
        table.AddRow("8", "code pointer", $"0x{delivered.CodePointer:x}", string.Empty);
        table.AddRow("16", "data pointer", $"0x{delivered.DataPointer:x}", string.Empty);
        table.AddRow("24", "reply handle", $"0x{delivered.ReplyHandle:x}", string.Empty);
        table.AddRow("32", "arguments, results", Words(delivered), Words(returned));
        reporter.Console.Write(table);

        static string Words(LineMessage message) =>
            string.Join(' ', Enumerable.Range(0, message.Length / 4).Select(
                i => BitConverter.ToInt32(message.Bytes.Span[(LineMessage.Arguments + (4 * i))..])));
    }

    private static string Short(string text) => text.Length <= LongestSummary ? text : $"{text[..(LongestSummary - 4)]} ...";
}
