// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace Lauberhorn.Tool.Front;

/// <summary>
/// The program that checks command lines, <c>tools/front/front.awk</c>: the launcher runs it before there is anything built, this when it
/// was started without the launcher.
/// </summary>
public static class Launcher
{
    // The launcher says by this that the command line is checked.
    private const string Checked = "LAUBERHORN_CHECKED";
    private const int GoOn = 3;

    /// <summary>Checks a command line.</summary>
    /// <param name="arguments">As the shell gives them.</param>
    /// <returns>The exit code with which to end, after what was to be printed has been; null to go on.</returns>
    public static int? Check(IEnumerable<string> arguments)
    {
        if (Environment.GetEnvironmentVariable(Checked) == "1")
        {
            return null;
        }

        string front = Path.Combine(Repository.Root, "tools", "front");
        ProcessStartInfo start = new("awk", ["-f", Path.Combine(front, "front.awk"), "--", .. arguments]);
        start.Environment["LAUBERHORN_FRONT"] = front;
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == GoOn ? null : process.ExitCode;
        }
        catch (Win32Exception)
        {
            // No awk: the parser's own checks have to do.
            return null;
        }
    }
}
