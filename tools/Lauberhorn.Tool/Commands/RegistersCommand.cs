// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Registers;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>registers</c>: what others must know of the registers, from their one definition.</summary>
[Verb("registers", HelpText = "Write the C header, the driver's accessors, the VHDL package and the tables of the registers.")]
public sealed class RegistersCommand : ICommand
{
    /// <summary>Whether nothing is written.</summary>
    [Option("check", HelpText = "Write nothing; fail if a file is not what would be written.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (files, stale) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        IReadOnlyDictionary<string, string> files = RegisterOutput.Files();
        string[] stale = [.. files.Where(file => Read(file.Key) != file.Value).Select(file => file.Key)];
        foreach (string file in stale)
        {
            if (Check)
            {
                reporter.Plain($"{file}: not what the registers' definition gives; run tools/lauberhorn registers and commit it");
            }
            else
            {
                Write(file, files[file]);
                reporter.Plain($"{file}: written");
            }
        }

        if (stale.Length == 0)
        {
            reporter.Line($"{files.Count} files are what the registers' definition gives");
        }

        reporter.Json(new { name = "registers", command = commandLine, files = files.Keys, stale });
        return Check && stale.Length != 0 ? ExitCode.Failure : ExitCode.Success;
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
