// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Admission;

public class AdmissionLockstepTests
{
    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using AdmissionBench bench = AdmissionTests.Bench(NicConfig.Tiny, 1, 0, 1, 6);
        BusDesign design = RtlGenerator.Generate(bench.Simulation, AdmissionBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        bench.Run(3000);
        Assert.Equal(bench.Simulation.Ticks + 1, lockstep.Compared);
        Assert.InRange(bench.Messages.Count, 100, 3000);
    }
}
