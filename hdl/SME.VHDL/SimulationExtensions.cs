// SPDX-License-Identifier: Apache-2.0
namespace SME.VHDL;

/// <summary>Generation as a step in the set-up of a simulation, as upstream SME has it.</summary>
public static class SimulationExtensions
{
    /// <summary>Writes the design's VHDL into <c>output/vhdl</c>.</summary>
    /// <param name="simulation">The simulation, with its processes constructed and its top level named.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="entityName">Name of the top-level entity; null for that of the running program.</param>
    /// <exception cref="VhdlException">The design has no VHDL.</exception>
    public static Simulation BuildVHDL(this Simulation simulation, string? directory = null, string? entityName = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        string name = entityName ?? System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name ?? "top";
        return simulation.AtStart(started =>
            VhdlGenerator.Generate(started, name).WriteTo(directory ?? Path.Combine("output", "vhdl")));
    }
}
