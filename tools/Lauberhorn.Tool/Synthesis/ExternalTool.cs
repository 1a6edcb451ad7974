// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace Lauberhorn.Tool.Synthesis;

/// <summary>How a program that was started ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output, whole.</param>
/// <param name="Error">Standard error, whole.</param>
public sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Starts programs that are not part of this one.</summary>
public static class ExternalTool
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">Its name, also that of the Debian package that brings it.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">One by one, unquoted.</param>
    /// <exception cref="ToolException">The program is not installed.</exception>
    public static ToolResult Run(string name, string directory, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(name, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return new ToolResult(process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception exception)
        {
            throw new ToolException($"{name} is missing: apt-get install {name}", exception);
        }
    }
}
