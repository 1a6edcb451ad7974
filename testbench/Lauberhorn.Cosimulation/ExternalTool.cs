// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Lauberhorn.Cosimulation;

/// <summary>A program of another project that is run as a process of its own.</summary>
/// <param name="Command">What to run.</param>
/// <param name="Package">The Debian package that has it.</param>
public sealed record ExternalTool(string Command, string Package)
{
    private static readonly ConcurrentDictionary<string, string> Versions = new();

    internal static readonly ExternalTool Ghdl = new("ghdl", "ghdl");
    internal static readonly ExternalTool Verilator = new("verilator", "verilator");
    internal static readonly ExternalTool Compiler = new("g++", "g++");

    /// <summary>Synthesises Verilog to a device's primitives.</summary>
    public static ExternalTool Yosys { get; } = new("yosys", "yosys");

    /// <summary>What <c>--version</c> says; asked once.</summary>
    public string Version => Versions.GetOrAdd(Command, _ => Run(null, "--version").Output);

    /// <summary>Runs it to its end.</summary>
    /// <param name="directory">Where; null for the current directory.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Exit code, standard output, standard error.</returns>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    public (int ExitCode, string Output, string Errors) TryRun(string? directory, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Command, arguments)
        {
            WorkingDirectory = directory ?? string.Empty,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            throw new MissingToolException($"{Command} is not installed (or not in PATH): apt-get install {Package}, or start through tools/lauberhorn, which does");
        }
    }

    /// <summary>Runs it and insists on success.</summary>
    /// <param name="directory">Where; null for the current directory.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Standard output, standard error.</returns>
    /// <exception cref="CosimulationException">It is not installed, or it reports an error.</exception>
    public (string Output, string Errors) Run(string? directory, params IEnumerable<string> arguments)
    {
        (int exitCode, string output, string errors) = TryRun(directory, arguments);
        if (exitCode != 0)
        {
            string[] lines = (errors.Length > 0 ? errors : output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string[] important = lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).ToArray();
            throw new CosimulationException($"{Command} fails ({exitCode}): {string.Join('\n', (important.Length > 0 ? important : lines).Take(20))}");
        }

        return (output, errors);
    }
}
