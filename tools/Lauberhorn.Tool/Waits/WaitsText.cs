// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME;

namespace Lauberhorn.Tool.Waits;

/// <summary>The waits-for graph as text.</summary>
/// <param name="argument">The graph and the words about it.</param>
internal sealed class WaitsText(WaitArgument argument)
{
    /// <summary>The line before the tables in the page.</summary>
    public const string Begin = "<!-- written by tools/lauberhorn waits --write: begin -->";

    /// <summary>The line behind them.</summary>
    public const string End = "<!-- written by tools/lauberhorn waits --write: end -->";

    /// <summary>A page with other tables; null if it has no place for them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="tables">The tables.</param>
    public static string? Replace(string page, string tables)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal);
        int end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin ? null : page[..(begin + Begin.Length)] + "\n\n" + tables + "\n" + page[end..];
    }

    /// <summary>The tables of the page: each stream with its rank and its waits, then each reason.</summary>
    public string Markdown()
    {
        StringBuilder text = new();
        text.Append("| Rank | Stream | Waits for |\n|---|---|---|\n");
        IEnumerable<StreamMonitor> streams = argument.Streams
            .OrderBy(stream => argument.Ranks[stream])
            .ThenBy(stream => stream.StreamPath, StringComparer.Ordinal);
        foreach (StreamMonitor stream in streams)
        {
            StreamWait[] waits = [.. argument.Waits.Where(wait => wait.From == stream)];
            string cell = string.Join("; ", waits.GroupBy(wait => (wait.Kind, wait.IsAlways, Note(wait))).Select(Group));
            string nothing = stream.IsStock ? "nothing: a stock, nobody waits for it" : stream.IsTakenOutside ? "the outside" : "nothing";
            cell = cell.Length > 0 ? cell : nothing;
            text.Append(CultureInfo.InvariantCulture, $"| {argument.Ranks[stream]} | `{stream.StreamPath}` | {cell} |\n");
        }

        text.Append("\n| | Of these waits | The reason |\n|---|---|---|\n");
        for (int i = 0; i < argument.Reasons.Count; i++)
        {
            WaitReason reason = argument.Reasons[i];
            string use = reason.Use == WaitReasonUse.Adds ? "is there too: " : string.Empty;
            string what = $"{Paths(reason.From)} for {Paths(reason.To)}";
            text.Append(CultureInfo.InvariantCulture, $"| {Letter(i)} | {what} | {use}{reason.Reason} |\n");
        }

        return text.ToString();
    }

    /// <summary>The graph for dot: what ends is grey, what was added is dashed.</summary>
    public string Dot()
    {
        StringBuilder text = new("digraph waits {\n  rankdir=LR; node [shape=box, fontname=\"sans-serif\"]; ");
        text.Append("edge [fontname=\"sans-serif\", fontsize=10];\n");
        HashSet<StreamMonitor> concerned = [.. argument.Waits.SelectMany(wait => new[] { wait.From, wait.To })];
        foreach (StreamMonitor stream in argument.Streams.Where(concerned.Contains))
        {
            string shape = stream.IsTakenOutside ? " [shape=cds]" : string.Empty;
            text.Append(CultureInfo.InvariantCulture, $"  \"{stream.StreamPath}\"{shape};\n");
        }

        foreach (StreamWait wait in argument.Waits)
        {
            string label = wait.Kind switch
            {
                WaitKind.GoesFirst => "first",
                WaitKind.Offered => "offer",
                _ => string.Empty,
            };
            string style = argument.AddedBy(wait) is not null ? "style=dashed" : "color=black";
            style = argument.EndOf(wait) is not null ? "color=grey" : style;
            string edge = $"\"{wait.From.StreamPath}\" -> \"{wait.To.StreamPath}\"";
            text.Append(CultureInfo.InvariantCulture, $"  {edge} [label=\"{label}\", {style}];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Paths(IReadOnlyList<string> paths) => string.Join(", ", paths.Select(path => $"`{path}`"));

    private static string Letter(int index) =>
        index < 26 ? ((char)('a' + index)).ToString() : $"{(char)('a' + (index / 26) - 1)}{(char)('a' + (index % 26))}";

    private static string Group(IGrouping<(WaitKind Kind, bool IsAlways, string Note), StreamWait> group)
    {
        string what = group.Key.Kind switch
        {
            WaitKind.GoesFirst => "which goes first",
            WaitKind.Offered => "an item of which it needs",
            _ => group.Key.IsAlways ? "always" : string.Empty,
        };
        string[] notes = [.. new[] { what, group.Key.Note }.Where(note => note.Length > 0)];
        string paths = Paths([.. group.Select(wait => wait.To.StreamPath)]);
        return notes.Length == 0 ? paths : $"{paths} ({string.Join("; ", notes)})";
    }

    private string Note(StreamWait wait)
    {
        WaitReason? reason = argument.EndOf(wait) ?? argument.AddedBy(wait);
        if (reason is null)
        {
            return string.Empty;
        }

        string letter = Letter(IndexOf(reason));
        return reason.Use == WaitReasonUse.Ends ? $"ends, {letter}" : letter;
    }

    private int IndexOf(WaitReason reason)
    {
        for (int i = 0; i < argument.Reasons.Count; i++)
        {
            if (ReferenceEquals(argument.Reasons[i], reason))
            {
                return i;
            }
        }

        return -1;
    }
}
