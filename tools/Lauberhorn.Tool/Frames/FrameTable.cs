// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Tool.Output;
using Spectre.Console;

namespace Lauberhorn.Tool.Frames;

/// <summary>Frames as a table for people.</summary>
public static class FrameTable
{
    // Below this many characters a row would not fit into a line with the first bytes of the arguments.
    private const int WideEnough = 120;

    /// <summary>A row for each frame, whatever is in it.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="rows">The frames: their number in the capture and length in bytes.</param>
    public static void Write(Reporter reporter, IEnumerable<(int Number, int Bytes, FrameRow Row)> rows)
    {
        Table table = Create("frame", "bytes");
        table.AddColumns("what it is", "from", "to", "xid", "program", "version", "procedure", "credential", "arguments");
        foreach ((int number, int bytes, FrameRow row) in rows)
        {
            CallRow? call = row.Call;
            table.AddRow(
                Number(number), Number(bytes), $"[{row.Colour}]{row.Verdict}[/]", row.From, row.To, call?.Xid ?? string.Empty,
                Number(call?.Program), Number(call?.Version), Number(call?.Procedure), call?.Credential ?? string.Empty, call?.Place ?? string.Empty);
        }

        reporter.Console.Write(table);
    }

    /// <summary>A row for each call that the hardware decoded, with its clock cycles; other frames are left out.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="frames">All frames of a capture.</param>
    public static void WriteCalls(Reporter reporter, IReadOnlyList<HardwareFrame> frames)
    {
        bool isWide = reporter.Console.Profile.Width >= WideEnough;
        Table table = Create("frame", "bytes", "in", "latency");
        table.AddColumns("xid", "program", "version", "procedure", "credential", "arguments");
        if (isWide)
        {
            table.AddColumn("first bytes");
        }

        foreach ((int index, HardwareFrame frame) in frames.Index())
        {
            if (FrameRow.Of(frame).Call is { } call)
            {
                string[] cells =
                [
                    Number(index + 1), Number(frame.Sent.Bytes.Length), Number(frame.InputCycles), Number(frame.Latency), call.Xid,
                    Number(call.Program), Number(call.Version), Number(call.Procedure), call.Credential, call.Place,
                ];
                table.AddRow(isWide ? [.. cells, call.Start] : cells);
            }
        }

        if (table.Rows.Count > 0)
        {
            reporter.Console.Write(table);
        }
    }

    /// <summary>The frames that came to each end, in the order in which the ends first appear.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="rows">All frames of a capture.</param>
    public static void WriteEnds(Reporter reporter, IReadOnlyList<FrameRow> rows)
    {
        foreach (var end in rows.Select((row, i) => (Number: i + 1, Row: row)).GroupBy(frame => frame.Row.Verdict))
        {
            FrameRow first = end.First().Row;
            string numbers = first.Call is null ? $" ({(end.Count() == 1 ? "frame" : "frames")} {Ranges(end.Select(frame => frame.Number))})" : string.Empty;
            reporter.Line($"  [{first.Colour}]{end.Count(),3} {end.Key}[/]{numbers}");
        }
    }

    /// <summary>How many frames came to which end, most first.</summary>
    /// <param name="reporter">Where to.</param>
    /// <param name="rows">The frames.</param>
    public static void WriteCounts(Reporter reporter, IReadOnlyCollection<FrameRow> rows)
    {
        IEnumerable<string> counts = rows.GroupBy(row => row.Verdict).OrderByDescending(group => group.Count())
            .Select(group => $"[{group.First().Colour}]{group.Count()} {group.Key}[/]");
        reporter.Line($"{rows.Count} frames: {string.Join(", ", counts)}");
    }

    private static Table Create(params string[] numberColumns)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in numberColumns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;

    // 1, 2, 3, 5 as "1-3, 5".
    private static string Ranges(IEnumerable<int> numbers)
    {
        List<(int From, int To)> ranges = [];
        foreach (int number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].To == number - 1)
            {
                ranges[^1] = (ranges[^1].From, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        const int Shown = 12;
        string text = string.Join(", ", ranges.Take(Shown).Select(range => range.From == range.To ? $"{range.From}" : $"{range.From}-{range.To}"));
        return ranges.Count > Shown ? $"{text}, ..." : text;
    }
}
