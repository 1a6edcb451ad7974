// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Frames;

/// <summary>
/// Frames as a table for people: a line for each, written as they come. The first ones are kept back until the columns' widths are known;
/// what comes later and is longer pushes its line's rest to the right.
/// </summary>
/// <param name="reporter">Where to.</param>
public sealed class FrameTable(Reporter reporter)
{
    private const int KeptBack = 500;
    private const int Columns = 5;
    private static readonly string[] Titles = ["frame", "bytes", "what it is", "from", "to",
        "call: xid, program/version/procedure, credential, arguments"];
    private readonly List<(string[] Cells, string Colour)> kept = [];
    private readonly Dictionary<string, (int Count, string Colour)> counts = [];
    private int[]? widths;
    private int frames;

    /// <summary>Number of frames by end.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts.ToDictionary(count => count.Key, count => count.Value.Count);

    /// <summary>A frame.</summary>
    /// <param name="number">Its number in the capture, from 1.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="row">What there is to say about it.</param>
    public void Add(int number, int bytes, FrameRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        frames++;
        counts[row.Verdict] = counts.TryGetValue(row.Verdict, out (int Count, string Colour) old) ? (old.Count + 1, row.Colour)
            : (1, row.Colour);
        if (reporter.IsJson)
        {
            return;
        }

        string call = row.Call is null
            ? string.Empty
            : $"{row.Call.Xid} {row.Call.Program}/{row.Call.Version}/{row.Call.Procedure} {row.Call.Credential} {row.Call.Place}";
        kept.Add(([Number(number), Number(bytes), row.Verdict, row.From, row.To, call], row.Colour));
        if (widths is not null || kept.Count == KeptBack)
        {
            Flush();
        }
    }

    /// <summary>Ends the table, and says how many frames came to which end, most first.</summary>
    public void End()
    {
        if (frames > 0 && !reporter.IsJson)
        {
            Flush();
        }

        IEnumerable<string> texts = counts.OrderByDescending(count => count.Value.Count)
            .Select(count => $"[{count.Value.Colour}]{count.Value.Count} {count.Key}[/]");
        reporter.Line($"{frames} frames: {string.Join(", ", texts)}");
    }

    private void Flush()
    {
        if (widths is null)
        {
            widths = [.. Enumerable.Range(0, Columns).Select(i => kept.Select(row => row.Cells[i].Length).Append(Titles[i].Length).Max())];
            reporter.Line($"[bold]{Reporter.Escape(Text(Titles).TrimEnd())}[/]");
        }

        foreach ((string[] cells, string colour) in kept)
        {
            // Escaping doubles brackets, so the columns are made first.
            string text = Text(cells).TrimEnd();
            int start = text.IndexOf(cells[2], StringComparison.Ordinal);
            string rest = text[(start + cells[2].Length)..];
            reporter.Line($"{Reporter.Escape(text[..start])}[{colour}]{Reporter.Escape(cells[2])}[/]{Reporter.Escape(rest)}");
        }

        kept.Clear();
    }

    private string Text(string[] cells) => string.Join(
        ' ',
        cells.Select((cell, i) => i >= Columns ? cell : i < 2 ? cell.PadLeft(widths![i]) : cell.PadRight(widths![i])));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
