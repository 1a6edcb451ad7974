// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool;

/// <summary>
/// The user's input or surroundings are at fault. The message is one line that says where and how to mend it; it is
/// printed after <c>lauberhorn: </c>, and the exit code is <see cref="ExitCode.BadInput"/>.
/// </summary>
public sealed class ToolException : Exception
{
    /// <summary>Makes one without an underlying cause.</summary>
    /// <param name="message">One line.</param>
    public ToolException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that keeps its cause for <c>LAUBERHORN_DEBUG=1</c>.</summary>
    /// <param name="message">One line.</param>
    /// <param name="cause">What was thrown underneath.</param>
    public ToolException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
