// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Cosimulation;

/// <summary>A port of the RTL and the part of a bus that it carries.</summary>
/// <param name="Port">The port.</param>
/// <param name="Bus">The bus.</param>
/// <param name="Signal">The signal, a property of the bus.</param>
/// <param name="Members">From the signal's record to the member of it that the port carries; empty for the whole signal.</param>
public sealed record BusPort(RtlPort Port, BusStorage Bus, string Signal, IReadOnlyList<string> Members)
{
    /// <summary>The part of the bus as a reader of the C# would write it.</summary>
    public string Source => string.Join('.', Members.Prepend(Signal).Prepend(Bus.Path));
}

/// <summary>The RTL of an elaborated network.</summary>
/// <param name="Network">The network.</param>
/// <param name="Rtl">Its VHDL.</param>
/// <param name="Ports">What the ports carry.</param>
/// <param name="Domains">The clock domains of the RTL's clocks, in the same order.</param>
public sealed record BusDesign(Network Network, RtlDesign Rtl, IReadOnlyList<BusPort> Ports, IReadOnlyList<ClockDomain> Domains)
{
    /// <summary>Which clocks have an edge in a base tick.</summary>
    /// <param name="tick">Base ticks since reset.</param>
    /// <returns>Bit i for clock i of the RTL.</returns>
    internal ulong Clocks(long tick)
    {
        ulong clocks = 0;
        for (int i = 0; i < Domains.Count; i++)
        {
            clocks |= Domains[i].HasEdge(tick) ? 1UL << i : 0;
        }

        return clocks;
    }
}
