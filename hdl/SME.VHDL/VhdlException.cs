// SPDX-License-Identifier: Apache-2.0
using SME.Form;

namespace SME.VHDL;

/// <summary>The design has no VHDL; says why, where, and what to do about it.</summary>
/// <param name="problems">What is wrong, at least one.</param>
public sealed class VhdlException(IReadOnlyList<Problem> problems) : Exception(string.Join(Environment.NewLine, problems.Select(Describe)))
{
    /// <summary>The problems found, at least one.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;

    private static string Describe(Problem problem) =>
        problem.Location.Line == 0 ? $"{problem.Id}: {problem.Message}"
            : $"{problem.Location.File}({problem.Location.Line}): {problem.Id}: {problem.Message}";
}

/// <summary>Ends the translation of one process; the generator collects the problems of all.</summary>
/// <param name="problem">What is wrong.</param>
internal sealed class ProblemException(Problem problem) : Exception(problem.Message)
{
    public Problem Problem { get; } = problem;
}
