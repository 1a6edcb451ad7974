// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Pages;

/// <summary>The pages that are written from the code, but those that other verbs write.</summary>
public static class PageFiles
{
    private const string Configuration = "docs/configuration.md";

    /// <summary>The pages' texts, by path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> All() => new Dictionary<string, string>
    {
        [Configuration] = Markdown.Replace(
            File.ReadAllText(Path.Combine(Repository.Root, Configuration)),
            Configuration,
            "tools/lauberhorn docs",
            ConfigurationText.Write()),
        ["docs/ports.md"] = PortsText.Write(),
    };

    /// <summary>Names in pages that the code does not have: a line for each.</summary>
    public static IReadOnlyList<string> Problems()
    {
        SourceNames sources = SourceNames.Read(Repository.Root);
        PageNames names = new(sources);
        return
        [
            .. sources.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .SelectMany(path => names.Problems(path, File.ReadAllText(Path.Combine(Repository.Root, path)))),
        ];
    }
}
