// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Front;
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary>
/// <c>completion SHELL</c>: a script that teaches a shell to complete command lines. The launcher answers it without a build.
/// </summary>
[Verb("completion", HelpText = "Print a script that teaches a shell to complete command lines of this tool.")]
public sealed class CompletionCommand : ICommand
{
    /// <summary>The shells for which there is a script.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh"];

    /// <summary>Name of the shell, one of <see cref="Shells"/>.</summary>
    [Value(0, MetaName = "SHELL", Required = true, HelpText = "Whose script.")]
    [From(Names.Shells)]
    public string Shell { get; set; } = string.Empty;

    /// <inheritdoc/>
    public bool Json => false;

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine) =>
        throw new ToolException("awk is missing, which prints the script; install mawk");
}
