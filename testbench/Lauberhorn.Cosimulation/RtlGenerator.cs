// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Cosimulation;

/// <summary>Makes the RTL of a design that is written in C#.</summary>
public static class RtlGenerator
{
    /// <summary>Elaborates a simulation and generates its VHDL.</summary>
    /// <param name="simulation">The design.</param>
    /// <param name="entity">Name of the top-level entity, in snake case.</param>
    /// <exception cref="CosimulationException">The VHDL cannot be generated.</exception>
    public static BusDesign Generate(Simulation simulation, string entity) =>
        throw new CosimulationException($"{entity}: there is no VHDL generator yet");
}
