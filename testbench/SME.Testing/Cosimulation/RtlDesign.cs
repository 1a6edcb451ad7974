// SPDX-License-Identifier: Apache-2.0
namespace SME.Testing.Cosimulation;

/// <summary>A port of the top-level entity, other than clocks and resets.</summary>
/// <param name="Name">Its name in VHDL, lower case.</param>
/// <param name="IsInput">Whether it is driven from outside.</param>
/// <param name="Width">Bits; 1 may be <c>std_logic</c> or a vector of one bit.</param>
public sealed record RtlPort(string Name, bool IsInput, int Width);

/// <summary>A clock port and the synchronous, active-high reset that belongs to it.</summary>
/// <param name="Clock">Name of the clock port.</param>
/// <param name="Reset">Name of the reset port; null for none.</param>
public sealed record RtlClock(string Clock, string? Reset);

/// <summary>A file of VHDL-2008.</summary>
/// <param name="Name">Name without a directory, for messages.</param>
/// <param name="Text">Its text.</param>
public sealed record RtlFile(string Name, string Text);

/// <summary>VHDL and what must be known to run it.</summary>
/// <param name="Entity">The top-level entity.</param>
/// <param name="Files">Files in the order in which they compile.</param>
/// <param name="Ports">The ports that are no clocks and no resets.</param>
/// <param name="Clocks">The clocks, at most 64; a purely combinational entity has none.</param>
public sealed record RtlDesign(string Entity, IReadOnlyList<RtlFile> Files, IReadOnlyList<RtlPort> Ports, IReadOnlyList<RtlClock> Clocks)
{
    /// <summary>One clock <c>clk</c> with the reset <c>rst</c>.</summary>
    public static IReadOnlyList<RtlClock> DefaultClocks { get; } = [new("clk", "rst")];
}

/// <summary>How hard the C++ compiler works on the model.</summary>
public enum RtlOptimization
{
    /// <summary>Builds fast, runs slowly: for models that run a few thousand cycles.</summary>
    Quick,

    /// <summary>Builds in reasonable time and runs well: for models that run up to some million cycles.</summary>
    Normal,

    /// <summary>Builds slowly, runs fast: for campaigns.</summary>
    Full,
}

/// <summary>Build options of a model.</summary>
public sealed record RtlBuildOptions
{
    /// <summary>Optimization level of the C++ compiler.</summary>
    public RtlOptimization Optimization { get; init; } = RtlOptimization.Normal;

    /// <summary>The most seconds of computing that GHDL may take.</summary>
    public int GhdlSeconds { get; init; } = 600;

    /// <summary>Whether the model can write waves; it runs slower then, even when it writes none.</summary>
    public bool Waves { get; init; }

    /// <summary>
    /// Whether bits without a defined value (registers before reset, VHDL's <c>'X'</c> and <c>'U'</c>) start with random
    /// values, so that a design that depends on them is found out; otherwise they are zero.
    /// </summary>
    public bool RandomUndefined { get; init; } = true;

    /// <summary>Whether the library stays in the cache; false for a model that nobody will ask for again.</summary>
    public bool Keep { get; init; } = true;
}
