// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Pages;

/// <summary>The pages that are written from the code, but those that other verbs write.</summary>
public static class PageFiles
{
    private const string Configuration = "docs/configuration.md";
    private const string ReceivePath = "docs/receive-path.md";

    /// <summary>The pages' texts, by path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> All() => new Dictionary<string, string>
    {
        [Configuration] = Part(Configuration, ConfigurationText.Write()),
        [ReceivePath] = Part(ReceivePath, ReceiveChecksText.Write()),
        ["docs/ports.md"] = PortsText.Write(),
    };

    /// <summary>Names in pages that the code does not have, and links that lead to no heading: a line for each.</summary>
    public static IReadOnlyList<string> Problems()
    {
        SourceNames sources = SourceNames.Read(Repository.Root);
        PageNames names = new(sources);
        Dictionary<string, string> pages = sources.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(path => path, path => File.ReadAllText(Path.Combine(Repository.Root, path)));
        return [.. pages.SelectMany(page => names.Problems(page.Key, page.Value)), .. PageLinks.Problems(pages)];
    }

    private static string Part(string page, string words) =>
        Markdown.Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), page, "tools/lauberhorn docs", words);
}
