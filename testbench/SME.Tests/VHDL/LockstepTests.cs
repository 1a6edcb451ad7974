// SPDX-License-Identifier: Apache-2.0
using SME.Testing.Cosimulation;
using SME.VHDL;

namespace SME.Tests.VHDL;

/// <summary>Small processes, one construct each: the RTL does what the C# does, in every cycle, for any inputs.</summary>
public static class LockstepTests
{
    /// <summary>Runs a design for some cycles with random inputs, in C# and as RTL.</summary>
    internal static VhdlDesign Check(
        string name, Func<IEnumerable<IBus>> inputs, Func<IReadOnlyList<IBus>, IEnumerable<IBus>> build, int cycles = 300, uint seed = 1)
    {
        using Simulation simulation = new();
        IBus[] driven = inputs().ToArray();
        simulation.AddTopLevelInputs(driven).AddTopLevelOutputs(build(driven).ToArray());
        VhdlDesign design = VhdlGenerator.Generate(simulation, name);
        BusDesign rtl = RtlGenerator.Describe(design);
        Assert.Empty(Ghdl.Analyse(rtl.Rtl.Files));
        Ghdl.Synthesise(rtl.Rtl.Entity, rtl.Rtl.Files, out IReadOnlyList<string> messages);
        Assert.DoesNotContain(messages, message => message.Contains("latch", StringComparison.OrdinalIgnoreCase));
        if (Environment.GetEnvironmentVariable("VHDL_OUT") is { } directory)
        {
            design.WriteTo(Path.Combine(directory, name));
        }

        using Lockstep lockstep = Lockstep.Attach(rtl, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        Random random = new((int)seed);
        for (int i = 0; i < cycles; i++)
        {
            foreach (BusStorage bus in driven.Cast<BusStorage>())
            {
                for (int signal = 0; signal < bus.Signals.Count; signal++)
                {
                    bus.SetValue(signal, RandomValues.Of(bus.Signals[signal].Type, random));
                }
            }

            simulation.Tick();
        }

        Assert.Equal(cycles + 1, lockstep.Compared);
        return design;
    }
}
