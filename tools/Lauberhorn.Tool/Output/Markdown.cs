// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;

namespace Lauberhorn.Tool.Output;

/// <summary>Generated pages: paragraphs, items and tables in lines of at most <see cref="Width"/> columns.</summary>
public static partial class Markdown
{
    /// <summary>Columns of a line at most; <c>tools/check lines</c> holds all pages to it.</summary>
    public const int Width = 140;

    /// <summary>Words in lines; what is between backticks, and a link, stays on one line.</summary>
    /// <param name="words">The words; what separates them is written as one blank or a new line.</param>
    /// <param name="first">What the first line begins with, such as "- ".</param>
    /// <param name="others">What the others begin with; null for blanks, as many as <paramref name="first"/> has characters.</param>
    public static string Wrap(string words, string first = "", string? others = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(first);
        string indent = others ?? new(' ', first.Length);
        StringBuilder text = new(first);
        int column = first.Length;
        bool isEmpty = true;
        foreach (string word in Words(words))
        {
            if (!isEmpty && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(indent);
                column = indent.Length;
                isEmpty = true;
            }

            text.Append(isEmpty ? string.Empty : " ").Append(word);
            column += word.Length + (isEmpty ? 0 : 1);
            isEmpty = false;
        }

        return text.Append('\n').ToString();
    }

    /// <summary>A table; its rows must fit.</summary>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows' cells.</param>
    /// <exception cref="InvalidOperationException">A row is too long: what is in it belongs in a list.</exception>
    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(header);
        string[] lines = [Row(header), $"|{string.Concat(header.Select(_ => "---|"))}", .. rows.Select(Row)];
        return lines.FirstOrDefault(line => line.Length > Width) is { } longest
            ? throw new InvalidOperationException($"the row is longer than {Width} columns: {longest}")
            : string.Join('\n', lines) + "\n";
    }

    /// <summary>Words in which the path of a page is a link to it.</summary>
    /// <param name="words">The words, on a page in docs.</param>
    public static string Links(string words) => PagePath().Replace(words, "[$1]($1)");

    /// <summary>A page with other words between the two lines that say which command writes them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <param name="command">The command.</param>
    /// <param name="words">The words.</param>
    /// <exception cref="ToolException">The page has no such lines.</exception>
    public static string Replace(string page, string path, string command, string words)
    {
        ArgumentNullException.ThrowIfNull(page);
        string first = $"<!-- written by {command}: begin -->";
        string last = $"<!-- written by {command}: end -->";
        int begin = page.IndexOf(first, StringComparison.Ordinal);
        int end = page.IndexOf(last, StringComparison.Ordinal);
        return begin < 0 || end < begin
            ? throw new ToolException($"{path} has no place for what the code gives: '{first}' to '{last}'")
            : $"{page[..(begin + first.Length)]}\n\n{words}\n{page[end..]}";
    }

    [GeneratedRegex(@"docs/([a-z-]+\.md)")]
    private static partial Regex PagePath();

    private static string Row(IReadOnlyList<string> cells) =>
        "|" + string.Concat(cells.Select(cell => cell.Length == 0 ? " |" : $" {cell} |"));

    private static IEnumerable<string> Words(string text)
    {
        StringBuilder word = new();
        bool isCode = false;
        foreach (char letter in text)
        {
            isCode ^= letter == '`';
            if (!char.IsWhiteSpace(letter) || isCode)
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
