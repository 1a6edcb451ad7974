// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Cosimulation;

/// <summary>
/// RTL cannot be built or run: a tool is missing, or it rejects what it is given. The message says which, and the way out.
/// </summary>
public class CosimulationException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What is wrong and the way out.</param>
    public CosimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that keeps its cause.</summary>
    /// <param name="message">What is wrong and the way out.</param>
    /// <param name="cause">What was thrown underneath.</param>
    public CosimulationException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>A tool is not installed. The message is one line: which, and how to install it.</summary>
/// <param name="message">What is wrong and the way out.</param>
public sealed class MissingToolException(string message) : CosimulationException(message)
{
}
