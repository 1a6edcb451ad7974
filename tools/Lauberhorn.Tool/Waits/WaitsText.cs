// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME;

namespace Lauberhorn.Tool.Waits;

/// <summary>The waits-for graph as text.</summary>
/// <param name="argument">The graph and the words about it.</param>
internal sealed class WaitsText(WaitArgument argument)
{
    /// <summary>The lists of the page: each stream, by rank, with its waits; then each reason.</summary>
    public string Markdown()
    {
        StringBuilder text = new();
        IEnumerable<IGrouping<int, StreamMonitor>> ranks = argument.Streams
            .OrderBy(stream => argument.Ranks[stream])
            .ThenBy(stream => stream.StreamPath, StringComparer.Ordinal)
            .GroupBy(stream => argument.Ranks[stream]);
        foreach (IGrouping<int, StreamMonitor> rank in ranks)
        {
            text.Append(CultureInfo.InvariantCulture, $"**Rank {rank.Key}**\n\n");
            foreach (StreamMonitor stream in rank)
            {
                StreamWait[] waits = [.. argument.Waits.Where(wait => wait.From == stream)];
                string what = string.Join("; ", waits.GroupBy(wait => (wait.Kind, wait.IsAlways, Note(wait))).Select(Group));
                string nothing = stream.IsStock ? "nothing; it is a stock, nobody waits for it"
                    : stream.IsTakenOutside ? "the outside"
                    : "nothing";
                text.Append(Output.Markdown.Wrap($"`{stream.StreamPath}`: {(what.Length > 0 ? what : nothing)}", "- "));
            }

            text.Append('\n');
        }

        text.Append("### Why these waits end, and what is added\n\n");
        for (int i = 0; i < argument.Reasons.Count; i++)
        {
            WaitReason reason = argument.Reasons[i];
            string use = reason.Use == WaitReasonUse.Adds ? "added: " : string.Empty;
            string what = $"{Paths(reason.From)} for {Paths(reason.To)}";
            text.Append(Output.Markdown.Wrap($"**{Letter(i)}**, {what}: {use}{reason.Reason}", "- "));
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
            WaitKind.Offered => "must be valid",
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
