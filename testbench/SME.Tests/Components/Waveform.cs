// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace SME.Tests.Components;

/// <summary>
/// Writes signals down as text, a column per tick, and holds it against the page of the component: what a page shows is
/// what the simulation does. To write the pages anew, run the tests with the environment variable UpdateWaveforms=1.
/// </summary>
public sealed class Waveform
{
    private readonly List<(string Name, Func<object?> Value, List<string> Cells)> rows = [];
    private readonly List<string> ticks = [];

    /// <summary>Adds a row. Bits show as 1 and ., null as nothing.</summary>
    public Waveform Add(string name, Func<object?> value)
    {
        rows.Add((name, value, []));
        return this;
    }

    /// <summary>Adds rows for a stream.</summary>
    public Waveform Add(Stream<uint> stream, string? name = null)
    {
        name ??= stream.Name;
        Add($"{name}.Valid", () => stream.Forward.Valid);
        Add($"{name}.Item", () => stream.Forward.Valid ? stream.Forward.Item : null);
        return Add($"{name}.Ready", () => stream.Backward.Ready);
    }

    /// <summary>Notes the settled values and ticks, a number of times.</summary>
    public void Run(Simulation simulation, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ticks.Add(ticks.Count.ToString(CultureInfo.InvariantCulture));
            foreach ((_, Func<object?> value, List<string> cells) in rows)
            {
                cells.Add(value() switch
                {
                    null => string.Empty,
                    bool bit => bit ? "1" : ".",
                    object other => System.Convert.ToString(other, CultureInfo.InvariantCulture)!,
                });
            }

            simulation.Tick();
        }
    }

    /// <summary>Holds the text against the page.</summary>
    public void AssertShownIn(string page)
    {
        string path = Documentation.PathOf(Path.Combine("components", page));
        string text = File.ReadAllText(path);
        const string Fence = "```waveform\n";
        int start = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        int end = text.IndexOf("```", start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UpdateWaveforms") == "1")
        {
            File.WriteAllText(path, string.Concat(text.AsSpan(0, start), ToString(), text.AsSpan(end)));
            return;
        }

        Assert.Equal(ToString(), text[start..end]);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, ticks.Count).Select(i =>
            rows.Select(row => row.Cells[i].Length).Append(ticks[i].Length).Max())];
        int names = rows.Max(row => row.Name.Length);
        StringBuilder text = new();
        foreach ((string name, IReadOnlyList<string> cells) in rows.Select(row => (row.Name, (IReadOnlyList<string>)row.Cells))
            .Prepend(("tick", ticks)))
        {
            string line = name.PadRight(names) + string.Concat(cells.Select((cell, i) => " " + cell.PadLeft(widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
