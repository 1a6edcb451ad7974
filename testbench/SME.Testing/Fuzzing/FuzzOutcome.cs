// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Fuzzing;

/// <summary>Result of a program.</summary>
internal enum Verdict
{
    /// <summary>C# and RTL agree in every cycle.</summary>
    Equal,

    /// <summary>An output of C# and RTL differs in some cycle.</summary>
    Mismatch,

    /// <summary>The generator, GHDL or Verilator will not have it, although it is in the subset.</summary>
    Rejected,

    /// <summary>It is no valid program; a mistake of the program generator.</summary>
    Discarded,
}

/// <summary>A program and its result.</summary>
/// <param name="Program">The program.</param>
/// <param name="Verdict">Its result.</param>
/// <param name="Detail">Where they differ, or why it was rejected.</param>
internal sealed record FuzzOutcome(FuzzProgram Program, Verdict Verdict, string Detail);
