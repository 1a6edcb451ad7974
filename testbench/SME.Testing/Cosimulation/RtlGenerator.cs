// SPDX-License-Identifier: Apache-2.0
using SME.VHDL;

namespace SME.Testing.Cosimulation;

/// <summary>Makes the RTL of a design that is written in C#.</summary>
public static class RtlGenerator
{
    /// <summary>Elaborates a simulation and generates its VHDL.</summary>
    /// <param name="simulation">The design, before its first tick.</param>
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
    /// <param name="design">The VHDL, and the network that it was made from.</param>
    public static BusDesign Describe(VhdlDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        BusPort[] ports = design.Ports.Where(port => port.Bus is not null)
            .Select(port => new BusPort(new RtlPort(port.Name, port.IsInput, port.Width), port.Bus!, port.Signal, port.Members)).ToArray();

        // A domain without registers has no port, and one without resets no reset; bit i of a step is the i-th clock of the RTL.
        List<RtlClock> clocks = [];
        List<ClockDomain> domains = [];
        foreach (IGrouping<ClockDomain?, VhdlPort> domain in design.Ports.Where(port => port.Bus is null).GroupBy(port => port.Domain))
        {
            VhdlPort[] pins = domain.ToArray();
            clocks.Add(new RtlClock(pins[0].Name, pins.Length > 1 ? pins[1].Name : null));
            domains.Add(domain.Key ?? ClockDomain.Default);
        }

        RtlFile[] files = design.Files.Select(file => new RtlFile(file.Name, file.Text)).ToArray();
        return new BusDesign(design.Network, new RtlDesign(design.Entity, files, ports.Select(port => port.Port).ToArray(), clocks), ports,
            domains);
    }
}
