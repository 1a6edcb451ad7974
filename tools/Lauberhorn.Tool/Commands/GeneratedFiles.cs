// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary>Files in the repository that are made from the code.</summary>
internal static class GeneratedFiles
{
    /// <summary>Writes those that are not what they should be, or says which these are.</summary>
    /// <param name="verb">The verb that does it.</param>
    /// <param name="files">The files' texts, by path from the repository's root.</param>
    /// <param name="source">What they are made from, to be read behind "what".</param>
    /// <param name="isCheck">Whether nothing is written.</param>
    /// <param name="reporter">Prints which files there are.</param>
    /// <param name="commandLine">The command as the user could type it again.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    internal static int Update(
        string verb, IReadOnlyDictionary<string, string> files, string source, bool isCheck, Reporter reporter, string commandLine)
    {
        string[] stale = [.. files.Where(file => Read(file.Key) != file.Value).Select(file => file.Key)];
        foreach (string file in stale)
        {
            if (isCheck)
            {
                reporter.Plain($"{file}: not what {source}; run tools/lauberhorn {verb} and commit it");
            }
            else
            {
                Write(file, files[file]);
                reporter.Plain($"{file}: written");
            }
        }

        if (stale.Length == 0)
        {
            reporter.Line($"{files.Count} files are what {source}");
        }

        reporter.Json(new { name = verb, command = commandLine, files = files.Keys, stale });
        return isCheck && stale.Length != 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static string? Read(string file)
    {
        string path = Path.Combine(Repository.Root, file);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static void Write(string file, string text)
    {
        string path = Path.Combine(Repository.Root, file);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"cannot write {path}: {exception.Message}", exception);
        }
    }
}
