// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool;

/// <summary>Exit codes of the process.</summary>
public static class ExitCode
{
    /// <summary>Done, and everything was as it should be.</summary>
    public const int Success = 0;

    /// <summary>Done, and something is wrong: a mismatch, a failed check, a defect of this program.</summary>
    public const int Failure = 1;

    /// <summary>Not done: bad input or a missing tool.</summary>
    public const int BadInput = 2;
}
