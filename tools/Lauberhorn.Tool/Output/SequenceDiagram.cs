// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;

namespace Lauberhorn.Tool.Output;

/// <summary>Something that goes from one party to another, or happens at one.</summary>
/// <param name="Cycle">When it arrives, in cycles of the NIC's clock.</param>
/// <param name="From">The lifeline from which it comes.</param>
/// <param name="To">The lifeline to which it goes; the same for what happens at one.</param>
/// <param name="Text">What it is, in a few words.</param>
public readonly record struct SequenceEvent(long Cycle, string From, string To, string Text);

/// <summary>A time during which a party is at something: a load that stalls, a handler that runs.</summary>
/// <param name="Lifeline">The party.</param>
/// <param name="Begin">Its first cycle.</param>
/// <param name="End">Its last cycle.</param>
/// <param name="Text">What it is, in a word or two.</param>
public readonly record struct SequenceSpan(string Lifeline, long Begin, long End, string Text);

/// <summary>
/// A sequence diagram, as text and as SVG: a row for each event in order of time, with its cycle and the cycles since the event before;
/// time goes down. Rows are equally high, for the cycles between events differ by factors of thousands.
/// </summary>
public sealed class SequenceDiagram
{
    private const int StampWidth = 130;
    private const int ColumnWidth = 190;
    private const int RowHeight = 34;
    private const int Top = 92;
    private readonly List<string> lifelines;
    private readonly List<SequenceEvent> events = [];
    private readonly List<SequenceSpan> spans = [];

    /// <summary>Starts an empty diagram.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="lifelines">The parties from left to right; others are added at the right when they first occur.</param>
    public SequenceDiagram(string title, params IEnumerable<string> lifelines)
    {
        Title = title;
        this.lifelines = [.. lifelines];
    }

    /// <summary>Title of the diagram.</summary>
    public string Title { get; }

    /// <summary>The clock's frequency, for times in nanoseconds; 0 for none.</summary>
    public double Megahertz { get; init; }

    /// <summary>The events, in order of time; those of the same cycle in the order in which they were added.</summary>
    public IEnumerable<SequenceEvent> Events => events.OrderBy(one => one.Cycle);

    /// <summary>Adds an event.</summary>
    /// <param name="one">The event.</param>
    public void Add(SequenceEvent one)
    {
        Know(one.From);
        Know(one.To);
        events.Add(one);
    }

    /// <summary>Adds a span.</summary>
    /// <param name="one">The span.</param>
    public void Add(SequenceSpan one)
    {
        Know(one.Lifeline);
        spans.Add(one);
    }

    /// <summary>The diagram as lines of text: cycle, cycles since the line above, from, to, text.</summary>
    public string ToText()
    {
        SequenceEvent[] rows = [.. Events];
        var text = new StringBuilder();
        text.AppendLine(Title);
        int names = lifelines.Count == 0 ? 0 : lifelines.Max(name => name.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            SequenceEvent row = rows[i];
            string ends = row.From == row.To ? row.To.PadRight((2 * names) + 4) : $"{row.From.PadRight(names)} -> {row.To.PadRight(names)}";
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Cycle,10} {(i == 0 ? "" : $"+{row.Cycle - rows[i - 1].Cycle}"),8}  {ends}  {row.Text}").AppendLine();
        }

        foreach (SequenceSpan span in spans.OrderBy(span => span.Begin))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{span.Begin,10} .. {span.End}  {span.Lifeline}: {span.Text}, {Length(span.End - span.Begin)}").AppendLine();
        }

        if (rows.Length > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"from the first to the last: {Length(rows[^1].Cycle - rows[0].Cycle)}").AppendLine();
        }

        return text.ToString();
    }

    /// <summary>The diagram as an SVG document.</summary>
    public string ToSvg()
    {
        SequenceEvent[] rows = [.. Events];
        int width = StampWidth + (Math.Max(1, lifelines.Count) * ColumnWidth) + 20;
        int bottom = Top + (rows.Length * RowHeight) + 8;
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {bottom + 40}\" width=\"{width}\" height=\"{bottom + 40}\" "
            + $"font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">");
        Line($"<title>{Escaped(Title)}</title>");
        Line($"<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
            + $"orient=\"auto-start-reverse\"><path d=\"M0 0 10 5 0 10z\" fill=\"#1f3a5f\"/></marker></defs>");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        Line($"<text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"bold\" fill=\"#222222\">{Escaped(Title)}</text>");
        Line($"<text x=\"{StampWidth - 52}\" y=\"{Top - 26}\" text-anchor=\"end\" fill=\"#777777\">cycle</text>");
        for (int i = 0; i < lifelines.Count; i++)
        {
            Line($"<line x1=\"{X(i)}\" y1=\"{Top - 18}\" x2=\"{X(i)}\" y2=\"{bottom}\" stroke=\"#aaaaaa\" stroke-dasharray=\"4 3\"/>");
            Line($"<rect x=\"{X(i) - 70}\" y=\"{Top - 46}\" width=\"140\" height=\"28\" rx=\"4\" fill=\"#eef2f7\" stroke=\"#1f3a5f\"/>");
            Line($"<text x=\"{X(i)}\" y=\"{Top - 28}\" text-anchor=\"middle\" font-weight=\"bold\" "
                + $"fill=\"#1f3a5f\">{Escaped(lifelines[i])}</text>");
        }

        foreach (SequenceSpan span in spans)
        {
            // From the first row that is not before it to the one at its end, or else to the last that is not after it.
            int first = Array.FindIndex(rows, row => row.Cycle >= span.Begin);
            int end = Array.FindIndex(rows, row => row.Cycle == span.End);
            int last = end >= 0 ? end : Array.FindLastIndex(rows, row => row.Cycle <= span.End);
            int x = X(lifelines.IndexOf(span.Lifeline));
            int from = first < 0 ? bottom - 10 : Y(first);
            int height = Math.Max(8, (last < 0 ? from : Y(last)) - from);
            Line($"<rect x=\"{x - 5}\" y=\"{from}\" width=\"10\" height=\"{height}\" fill=\"#f6c66b\" "
                + $"stroke=\"#a87400\"><title>{Escaped(span.Text)}: cycles {span.Begin} to {span.End}</title></rect>");
            Line($"<text transform=\"translate({x + 17} {from + (height / 2)}) rotate(-90)\" text-anchor=\"middle\" font-size=\"10\" "
                + $"fill=\"#8a5f00\">{Escaped(span.Text)}, {span.End - span.Begin} cycles</text>");
        }

        for (int i = 0; i < rows.Length; i++)
        {
            SequenceEvent row = rows[i];
            int y = Y(i);
            int from = X(lifelines.IndexOf(row.From));
            int to = X(lifelines.IndexOf(row.To));
            Line($"<text x=\"{StampWidth - 52}\" y=\"{y + 4}\" text-anchor=\"end\" fill=\"#333333\">{row.Cycle}</text>");
            if (i > 0)
            {
                Line($"<text x=\"{StampWidth - 46}\" y=\"{y + 4}\" font-size=\"10\" "
                    + $"fill=\"#999999\">+{row.Cycle - rows[i - 1].Cycle}</text>");
            }

            const string Halo = "paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"";
            if (from == to)
            {
                Line($"<circle cx=\"{from}\" cy=\"{y}\" r=\"3.5\" fill=\"#1f3a5f\"/>");
                bool isLast = row.From == lifelines[^1];
                Line($"<text x=\"{(isLast ? from - 10 : from + 10)}\" y=\"{y + 4}\" text-anchor=\"{(isLast ? "end" : "start")}\" "
                    + $"fill=\"#222222\" {Halo}>{Escaped(row.Text)}</text>");
            }
            else
            {
                Line($"<line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" stroke=\"#1f3a5f\" stroke-width=\"1.4\" "
                    + $"marker-end=\"url(#head)\"/>");
                Line($"<text x=\"{(from + to) / 2}\" y=\"{y - 6}\" text-anchor=\"middle\" fill=\"#222222\" "
                    + $"{Halo}>{Escaped(row.Text)}</text>");
            }
        }

        if (rows.Length > 1)
        {
            Line($"<text x=\"16\" y=\"{bottom + 24}\" fill=\"#555555\">From the first to the last: "
                + $"{Length(rows[^1].Cycle - rows[0].Cycle)}. Time is not to scale.</text>");
        }

        Line($"</svg>");
        return svg.ToString();

        void Line(string line) => svg.Append(line).Append('\n');

        static int X(int column) => StampWidth + (ColumnWidth / 2) + (column * ColumnWidth);

        static int Y(int row) => Top + (RowHeight / 2) + (row * RowHeight);
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private string Length(long cycles) =>
        Megahertz > 0 ? string.Create(CultureInfo.InvariantCulture, $"{cycles} cycles, {cycles * 1000 / Megahertz:0.#} ns at "
            + $"{Megahertz:0.#} MHz") : $"{cycles} cycles";

    private void Know(string lifeline)
    {
        if (!lifelines.Contains(lifeline))
        {
            lifelines.Add(lifeline);
        }
    }
}
