// SPDX-License-Identifier: Apache-2.0
using CommandLine;
using Lauberhorn.Tool.Output;
using Lauberhorn.Tool.Registers;

namespace Lauberhorn.Tool.Commands;

/// <summary><c>registers</c>: what others must know of the registers, from their one definition.</summary>
[Verb("registers", HelpText = "Write the C header, the driver's accessors, the VHDL package and the page of the registers.")]
public sealed class RegistersCommand : ICommand
{
    /// <summary>Whether files are only compared, not written.</summary>
    [Option("check", HelpText = "Write nothing; fail if a file is not what would be written.")]
    public bool Check { get; set; }

    /// <inheritdoc/>
    [Option("json", HelpText = "Print one JSON object (files, stale) and nothing else.")]
    public bool Json { get; set; }

    /// <inheritdoc/>
    public int Run(Reporter reporter, string commandLine) =>
        GeneratedFiles.Update("registers", RegisterOutput.Files(), "the registers' definition gives", Check, reporter, commandLine);
}
