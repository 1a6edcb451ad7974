// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Lauberhorn.Ends;

namespace SME.Testing.Cosimulation;

/// <summary>A program of another project that is run as a process of its own.</summary>
/// <param name="Command">What to run.</param>
/// <param name="Package">The Debian package that has it.</param>
public sealed partial record ExternalTool(string Command, string Package)
{
    // 128 and the signal's number: SIGKILL, SIGXCPU.
    private const int Killed = 137;
    private const int KilledForTime = 152;
    private const int CommandNotFound = 127;

    private static readonly ConcurrentDictionary<string, string> Versions = new();

    // GHDL 2.0 takes more than exponentially long, or all memory, for some expressions.
    internal static readonly ExternalTool Ghdl = new("ghdl", "ghdl") { Seconds = 600, Memory = 8L << 30 };
    internal static readonly ExternalTool Verilator = new("verilator", "verilator");
    internal static readonly ExternalTool Compiler = new("g++", "g++");

    /// <summary>Synthesises Verilog to a device's primitives.</summary>
    public static ExternalTool Yosys { get; } = new("yosys", "yosys");

    /// <summary>What <c>--version</c> says; asked once.</summary>
    public string Version => Versions.GetOrAdd(Command, _ => Run(null, "--version").Output);

    /// <summary>The most seconds of computing that it may take; 0 for no limit.</summary>
    internal int Seconds { get; init; }

    /// <summary>The most bytes of memory that it may take; 0 for no limit.</summary>
    internal long Memory { get; init; }

    /// <summary>Runs it to its end.</summary>
    /// <param name="directory">Where; null for the current directory.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Exit code, standard output, standard error.</returns>
    /// <exception cref="MissingToolException">It is not installed.</exception>
    public (int ExitCode, string Output, string Errors) TryRun(string? directory, params IEnumerable<string> arguments)
    {
        // prlimit is of util-linux, which every Debian has.
        bool isLimited = Seconds > 0 || Memory > 0;
        List<string> limits = [];
        if (Seconds > 0)
        {
            limits.Add($"--cpu={Seconds}");
        }

        if (Memory > 0)
        {
            limits.Add($"--as={Memory}");
        }

        ProcessStartInfo start = new(isLimited ? "prlimit" : Command, isLimited ? [.. limits, Command, .. arguments] : arguments)
        {
            WorkingDirectory = directory ?? string.Empty,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
            using IDisposable atEnd = AtEnd.Kill(process);
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (!isLimited || process.ExitCode != CommandNotFound)
            {
                return (process.ExitCode, output, errors.GetAwaiter().GetResult());
            }
        }
        catch (Win32Exception)
        {
        }

        throw new MissingToolException(
            $"{Command} is not installed (or not in PATH): apt-get install {Package}, or start through tools/lauberhorn, which does");
    }

    /// <summary>Runs it and insists on success.</summary>
    /// <param name="directory">Where; null for the current directory.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Standard output, standard error.</returns>
    /// <exception cref="CosimulationException">It is not installed, or it reports an error.</exception>
    public (string Output, string Errors) Run(string? directory, params IEnumerable<string> arguments)
    {
        (int exitCode, string output, string errors) = TryRun(directory, arguments);
        if (exitCode is KilledForTime or Killed && Seconds > 0)
        {
            throw new CosimulationException($"{Command} has not finished after {Seconds} seconds of computing");
        }

        if (exitCode != 0)
        {
            string[] lines = (errors.Length > 0 ? errors : output).Split('\n', StringSplitOptions.RemoveEmptyEntries);

            // GHDL does not write "error" in front of errors, only a place.
            string[] important = lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)
                || (Place().IsMatch(line) && !line.Contains("warning", StringComparison.Ordinal)
                    && !line.Contains(":note:", StringComparison.Ordinal))).ToArray();
            throw new CosimulationException(
                $"{Command} fails ({exitCode}): {string.Join('\n', (important.Length > 0 ? important : lines).Take(20))}");
        }

        return (output, errors);
    }

    [GeneratedRegex(@"\.vhd:\d+:\d+:")]
    private static partial Regex Place();
}
