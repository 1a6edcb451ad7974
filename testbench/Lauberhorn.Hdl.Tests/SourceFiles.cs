// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Top;

namespace Lauberhorn.Hdl.Tests;

/// <summary>The sources of this checkout.</summary>
internal static class SourceFiles
{
    /// <summary>Where the checkout is.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>All C# sources in a folder, but what builds have written.</summary>
    /// <param name="folder">From the root.</param>
    internal static IEnumerable<string> In(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        let name = NameOf(path)
        where !name.Split('/').Any(part => part is "bin" or "obj")
        orderby name
        select path;

    /// <summary>The path from the root, with slashes.</summary>
    /// <param name="path">The whole path.</param>
    internal static string NameOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        string root = Path.GetDirectoryName(typeof(Nic).Assembly.Location)!;
        while (!File.Exists(Path.Combine(root, "Lauberhorn.sln")))
        {
            root = Path.GetDirectoryName(root)
                ?? throw new InvalidOperationException("this is no checkout: Lauberhorn.sln is nowhere above the tests");
        }

        return root;
    }
}
