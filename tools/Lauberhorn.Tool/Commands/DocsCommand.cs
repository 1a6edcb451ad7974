// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Pages;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>docs</c>: what the pages say of parameters and ports, from the code.</summary>
[Verb("docs", HelpText = "Write the pages of parameters and ports, and find names and links in pages that lead nowhere.")]
public sealed class DocsCommand : ICommand
{
    /// <summary>Whether files are only compared, not written.</summary>
    [Option("check", HelpText = "Write nothing; fail if a page is not what would be written.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (files, stale) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine)
    {
        int code = GeneratedFiles.Update("docs", PageFiles.All(), "the code gives", Check, reporter, commandLine);
        IReadOnlyList<string> problems = PageFiles.Problems();
        foreach (string problem in problems)
        {
            reporter.Plain(problem);
        }

        return problems.Count > 0 ? ExitCode.Failure : code;
    }
}
