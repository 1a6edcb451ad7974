// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool;

/// <summary>Where things are in the working copy that this program was built in.</summary>
public static class Repository
{
    /// <summary>The directory that holds <c>Lauberhorn.sln</c>.</summary>
    /// <exception cref="ToolException">The program was moved out of its working copy.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>Real traffic, recorded by the scripts in <c>tools/</c>.</summary>
    public static string Captures => Path.Combine(Root, "testbench", "captures");

    /// <summary>What is made and may be deleted at any time.</summary>
    public static string Build => Path.Combine(Root, "build");

    /// <summary>A path as short as it can be written from the current directory.</summary>
    /// <param name="path">Any path.</param>
    public static string Shorten(string path)
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("../..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative;
    }

    private static string FindRoot()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Lauberhorn.sln")))
            {
                return directory;
            }
        }

        throw new ToolException($"no Lauberhorn.sln above {AppContext.BaseDirectory}: run tools/lauberhorn of a clone of the repository");
    }
}
