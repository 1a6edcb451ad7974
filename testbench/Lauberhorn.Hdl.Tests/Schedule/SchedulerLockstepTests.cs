// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Cosimulation;
using Lauberhorn.Hdl.Testing.Schedule;

namespace Lauberhorn.Hdl.Tests.Schedule;

public class SchedulerLockstepTests
{
    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        NicConfig config = NicConfig.Tiny with { PendingCalls = 16, Endpoints = 16 };
        using SchedulerBench bench = new(config, ageUnitBits: 5) { CallAgeLimit = 2 };
        BusDesign design = RtlGenerator.Generate(bench.Simulation, SchedulerBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        SchedulerLoad load = new(bench, config, config.Processes, 1);
        foreach (SchedulerPace pace in new[]
        {
            new SchedulerPace { Arrivals = 1, Waits = 1, Withdraws = 4, Dispatches = 1, Flushes = 50 },
            new SchedulerPace { Arrivals = 1, Waits = 8, Withdraws = 8, Dispatches = 2, Releases = 3, Flushes = 50 },
            new SchedulerPace { Arrivals = 8, Waits = 1, Withdraws = 2, Dispatches = 2, Releases = 3 },
        })
        {
            load.Pace = pace;
            for (int i = 0; i < 2000; i++)
            {
                load.Tick();
            }
        }

        Assert.Equal(bench.Ticks + 1, lockstep.Compared);
        Assert.NotEqual(0, bench.Expired);
        Assert.NotEqual(0, bench.Flushed);
    }
}
