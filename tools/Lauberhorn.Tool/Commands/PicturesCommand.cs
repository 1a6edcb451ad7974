// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Pictures;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>pictures</c>: the pictures in docs that show figures of the hardware.</summary>
[Verb("pictures", HelpText = "Draw the pictures in docs that show a call's way, with the cycles of a run.")]
public sealed class PicturesCommand : ICommand
{
    /// <summary>Whether files are only compared, not written.</summary>
    [Option("check", HelpText = "Write nothing; fail if a picture is not what would be drawn.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (files, stale) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine) =>
        GeneratedFiles.Update("pictures", PictureFiles.All(), "a run gives", Check, reporter, commandLine);
}
