// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Output;

namespace Lauberhorn.Tool.Commands;

/// <summary>A verb with its options filled in.</summary>
public interface ICommand
{
    /// <summary>Whether standard output is JSON, for programs.</summary>
    bool Json { get; }

    /// <summary>Executes the command; called once, with its arguments checked.</summary>
    /// <param name="reporter">All that is printed goes through it.</param>
    /// <param name="commandLine">The command as the user could type it again.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    int Run(Reporter reporter, string commandLine);
}
