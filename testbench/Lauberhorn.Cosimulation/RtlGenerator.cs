// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.VHDL;

namespace Lauberhorn.Cosimulation;

/// <summary>Makes the RTL of a design that is written in C#.</summary>
public static class RtlGenerator
{
    /// <summary>Elaborates a simulation and generates its VHDL.</summary>
    /// <param name="simulation">The design.</param>
    /// <param name="entity">Name of the top-level entity, in snake case.</param>
    /// <exception cref="CosimulationException">The VHDL cannot be generated.</exception>
    public static BusDesign Generate(Simulation simulation, string entity)
    {
        try
        {
            return Describe(VhdlGenerator.Generate(simulation, entity));
        }
        catch (VhdlException exception)
        {
            throw new CosimulationException(exception.Message, exception);
        }
    }

    /// <summary>Describes generated VHDL to the tools that run it.</summary>
    /// <param name="design">The VHDL.</param>
    public static BusDesign Describe(VhdlDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        BusPort[] ports = design.Ports.Where(port => port.Bus is not null)
            .Select(port => new BusPort(new RtlPort(port.Name, port.IsInput, port.Width), port.Bus!, port.Signal, port.Members)).ToArray();
        RtlClock[] clocks = design.Network.Domains
            .Select(domain => design.Ports.Where(port => port.Domain == domain).ToArray())
            .Select(pair => new RtlClock(pair[0].Name, pair[1].Name)).ToArray();
        RtlFile[] files = design.Files.Select(file => new RtlFile(file.Name, file.Text)).ToArray();
        return new BusDesign(design.Network, new RtlDesign(design.Entity, files, ports.Select(port => port.Port).ToArray(), clocks), ports);
    }
}
