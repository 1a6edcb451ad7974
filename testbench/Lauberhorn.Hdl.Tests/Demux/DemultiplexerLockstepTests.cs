// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Demux;

public class DemultiplexerLockstepTests
{
    [Theory]
    [InlineData("tiny")]
    [InlineData("large")]
    public void The_RTL_does_what_the_processes_do(string preset)
    {
        using DemultiplexerBench bench = DemultiplexerTests.Bench(NicConfig.Preset(preset), 1, 1, 1, 1);
        BusDesign design = RtlGenerator.Generate(bench.Simulation, DemultiplexerBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        bench.Run(2000);
        Assert.InRange(bench.Received.Count, 300, 2000);
        Assert.Equal(bench.Simulation.Ticks + 1, lockstep.Compared);
    }
}
