// SPDX-License-Identifier: Apache-2.0

namespace SME.Testing.Cosimulation;

/// <summary>The form of a simulation's hardware.</summary>
public enum Machine
{
    /// <summary>The C# processes.</summary>
    CSharp,

    /// <summary>Their RTL, in their place.</summary>
    Rtl,

    /// <summary>Both, and every output is compared in every cycle.</summary>
    Lockstep,
}

/// <summary>Lets one test bench run on any machine.</summary>
public static class MachineExtensions
{
    /// <summary>Decides what runs a simulation's hardware. To be called when the design is complete and before its first tick.</summary>
    /// <param name="simulation">The design, with its test bench.</param>
    /// <param name="machine">What is to run it.</param>
    /// <param name="entity">Name of the top-level entity, in snake case.</param>
    /// <param name="options">How to build the RTL.</param>
    /// <returns>The machine, to be disposed of after the simulation.</returns>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public static IDisposable RunOn(
        this Simulation simulation, Machine machine, string entity, RtlBuildOptions? options = null) => machine switch
        {
            Machine.Rtl => RtlSimulation.Attach(RtlGenerator.Generate(simulation, entity), options),
            Machine.Lockstep => Lockstep.Attach(RtlGenerator.Generate(simulation, entity), options),
            _ => new Nothing(),
        };

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
