// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// A clock and the reset that belongs to it. Time is counted in base ticks (<see cref="Simulation.Ticks"/>); a clocked
/// process of the domain runs in the base ticks t with (t - phase) mod period = 0. In VHDL the default domain has the
/// ports <c>clk</c> and <c>rst</c>, another has <c>&lt;name&gt;_clk</c> and <c>&lt;name&gt;_rst</c>.
/// </summary>
public sealed class ClockDomain
{
    /// <summary>Describes a clock.</summary>
    /// <param name="name">Its name; letters, digits and underscores.</param>
    /// <param name="period">Base ticks from one edge to the next, 1 or more.</param>
    /// <param name="phase">The base tick of the first edge, from 0 to period - 1.</param>
    /// <exception cref="ArgumentException">The name is empty, or a number is out of range.</exception>
    public ClockDomain(string name, int period, int phase = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(phase);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(phase, period);
        Name = name;
        Period = period;
        Phase = phase;
    }

    /// <summary>The domain of everything that is not put into another: <c>clk</c>, every base tick.</summary>
    public static ClockDomain Default { get; } = new("clk", 1);

    /// <summary>Name of the clock: that of its port in VHDL.</summary>
    public string Name { get; }

    /// <summary>Base ticks from one edge to the next.</summary>
    public int Period { get; }

    /// <summary>The base tick of the first edge.</summary>
    public int Phase { get; }

    /// <summary>Whether the clock has an edge in a base tick.</summary>
    /// <param name="tick">Base ticks since reset.</param>
    public bool HasEdge(long tick) => Period == 1 || (tick - Phase) % Period == 0;

    /// <summary>The clock's name.</summary>
    public override string ToString() => Name;
}
