// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>The pages that tests hold against the code.</summary>
internal static class Documentation
{
    /// <summary>A page's path.</summary>
    /// <param name="page">Where it is in the directory <c>docs</c>.</param>
    public static string PathOf(string page)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Lauberhorn.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        return Path.Combine(root.FullName, "docs", page);
    }
}
