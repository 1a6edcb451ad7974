// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Reply;

public class RepliesLockstepTests
{
    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using RepliesBench bench = new(NicConfig.Tiny with { Neighbours = 64 });
        BusDesign design = RtlGenerator.Generate(bench.Simulation, RepliesBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        RepliesTests.Start(bench, 1, 0, 1, 1, 6);
        bench.ErrorLimit = 5;
        bench.Mtu = 250;
        bench.Run(2000);
        bench.Drain();
        Assert.Equal(bench.Simulation.Ticks + 1, lockstep.Compared);
        Assert.InRange(bench.Frames.Count, 200, 2000);
    }
}
