// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>front</c>: what the launcher knows without a build, from the verbs' classes.</summary>
[Verb("front", HelpText = "Write what the launcher knows of the verbs without a build: help, rules, completion.")]
public sealed class FrontCommand : ICommand
{
    /// <summary>Whether files are only compared, not written.</summary>
    [Option("check", HelpText = "Write nothing; fail if a file is not what would be written.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (files, stale) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine) =>
        GeneratedFiles.Update("front", FrontFiles.All(), "the verbs' classes give", Check, reporter, commandLine);
}
