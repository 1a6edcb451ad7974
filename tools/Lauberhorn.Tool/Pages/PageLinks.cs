// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Lauberhorn.Tool.Pages;

/// <summary>Links into pages that lead to no heading.</summary>
public static partial class PageLinks
{
    /// <summary>What is wrong: a line for each such link.</summary>
    /// <param name="pages">The pages' texts, by path from the root of the repository, with '/' between.</param>
    public static IEnumerable<string> Problems(IReadOnlyDictionary<string, string> pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        Dictionary<string, HashSet<string>> anchors = pages.ToDictionary(page => page.Key, page => Anchors(page.Value));
        foreach ((string path, string text) in pages)
        {
            foreach (Match link in Link().Matches(text))
            {
                string file = link.Groups[1].Value;
                string directory = Path.GetDirectoryName(path) ?? string.Empty;
                string target = file.Length == 0 ? path : Path.GetRelativePath("/", Path.Combine("/", directory, file));
                if (anchors.TryGetValue(target, out HashSet<string>? there) && !there.Contains(link.Groups[2].Value))
                {
                    int line = text.AsSpan(0, link.Index).Count('\n') + 1;
                    yield return $"{path}:{line}: {target} has no heading for '#{link.Groups[2].Value}'";
                }
            }
        }
    }

    private static HashSet<string> Anchors(string text)
    {
        HashSet<string> anchors = [.. Named().Matches(text).Select(match => match.Groups[1].Value)];
        foreach (Match heading in Heading().Matches(text))
        {
            string words = heading.Groups[1].Value.ToLowerInvariant();
            anchors.Add(new([.. words.Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_').Select(Hyphen)]));
        }

        return anchors;

        static char Hyphen(char letter) => letter == ' ' ? '-' : letter;
    }

    [GeneratedRegex(@"\]\(([^)#:]*)#([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("<a id=\"([^\"]+)\">")]
    private static partial Regex Named();
}
