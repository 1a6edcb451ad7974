// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Tool.Output;
using Spectre.Console;

namespace Lauberhorn.Tool.Frames;

/// <summary>Frames as a table for people.</summary>
public static class FrameTable
{
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
}
