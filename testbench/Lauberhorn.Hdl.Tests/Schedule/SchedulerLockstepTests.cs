// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Testing.Schedule;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Schedule;

public class SchedulerLockstepTests
{
    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        NicConfig config = NicConfig.Tiny with { PendingCalls = 16, Endpoints = 16, Cores = 3 };
        using SchedulerBench bench = new(config, ageUnitBits: 5) { CallAgeLimit = 2, ComingLimit = 1, WaitLimit = 1 };
        BusDesign design = RtlGenerator.Generate(bench.Simulation, SchedulerBench.EntityName);
        Assert.Empty(Ghdl.Analyse(design.Rtl.Files));
        using Lockstep lockstep = Lockstep.Attach(design, new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        bench.SharedQueue = 8;
        SchedulerLoad load = new(bench, config, config.Processes, 1, kernelEndpoints: 2);
        foreach (SchedulerPace pace in new[]
        {
            new SchedulerPace { Arrivals = 1, Waits = 1, Withdraws = 4, Dispatches = 1, Flushes = 50 },
            new SchedulerPace { Arrivals = 1, Waits = 8, Withdraws = 8, Dispatches = 2, Releases = 3, Flushes = 50 },
            new SchedulerPace { Arrivals = 1, Waits = 4, Withdraws = 8, Dispatches = 1, KernelWaits = 3, Cores = 4, Policies = 30,
                Interrupts = 5 },
            new SchedulerPace { Arrivals = 4, Waits = 40, Withdraws = 0, KernelWaits = 20, Cores = 40, Policies = 200 },
            new SchedulerPace { Arrivals = 2, Waits = 3, Withdraws = 8, Dispatches = 2, KernelWaits = 2, Cores = 2, Policies = 10,
                Flushes = 50 },
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
        Assert.NotEqual(0, bench.Refused);
        Assert.NotEqual(0, bench.OfEarlier);
        Assert.NotEqual(0, bench.CoresLate);
        Assert.NotEqual(0, bench.Lates);
        Assert.NotEmpty(bench.Interrupted);
        Assert.Contains(bench.Dispatched, item => item.Dispatch.Kind == DispatchKind.Yield);
    }
}
