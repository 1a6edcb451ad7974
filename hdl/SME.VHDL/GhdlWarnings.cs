// SPDX-License-Identifier: Apache-2.0
namespace SME.VHDL;

/// <summary>
/// GHDL 2.0.0 has no switch that turns all warnings of the analysis on, and its help names only some of them. These are
/// all that it accepts for VHDL-2008 and that concern the source (not its own options or cross-references).
/// </summary>
public static class GhdlWarnings
{
    /// <summary>The switches, ready for a command line.</summary>
    public static IReadOnlyList<string> Switches { get; } =
    [
        .. ("analyze-assert attribute binding body default-binding delayed-checks delta-cycle hide library nested-comment others "
            + "parenthesis port port-bounds pragma pure reserved runtime-error shared specs static universal unused useless vital-generic")
            .Split(' ').Select(name => $"--warn-{name}"),
    ];
}
