// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Cosimulation;

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
/// <param name="Rtl">Its VHDL; the clocks are those of the network's domains, in the same order.</param>
/// <param name="Ports">What the ports carry.</param>
public sealed record BusDesign(Network Network, RtlDesign Rtl, IReadOnlyList<BusPort> Ports)
{
    /// <summary>Which clocks have an edge in a base tick.</summary>
    /// <param name="tick">Base ticks since reset.</param>
    /// <returns>Bit i for the clock of domain i.</returns>
    internal ulong Clocks(long tick)
    {
        ulong clocks = 0;
        for (int i = 0; i < Network.Domains.Count; i++)
        {
            clocks |= Network.Domains[i].HasEdge(tick) ? 1UL << i : 0;
        }

        return clocks;
    }
}
