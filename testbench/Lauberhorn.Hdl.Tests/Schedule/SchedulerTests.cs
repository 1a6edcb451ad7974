// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Testing.Schedule;

namespace Lauberhorn.Hdl.Tests.Schedule;

public class SchedulerTests
{
    /// <summary>A case of random traffic. CsCheck prints it, and its own seed, when it fails.</summary>
    private sealed record Case(
        ulong Seed,
        int Processes,
        int Slots,
        int Endpoints,
        ushort AgeLimit,
        int KernelEndpoints,
        ushort SharedQueue,
        ushort Limit,
        SchedulerPace Pace);

    private static readonly Gen<Case> Cases =
        from seed in Gen.ULong
        from processes in Gen.Int[1, 4]
        from slots in OneOf(8, 16, 64)
        from endpoints in OneOf(3, 4, 8, 16)
        from ageLimit in OneOf<ushort>(0, 0, 1, 3)
        from arrivals in OneOf(1, 1, 2, 8)
        from waits in OneOf(1, 1, 2, 8, 20)
        from withdraws in OneOf(0, 1, 2, 4)
        from dispatches in OneOf(1, 1, 2, 5)
        from releases in OneOf(1, 3)
        from flushes in OneOf(0, 0, 20)
        from kernelEndpoints in OneOf(0, 1, 2, 3)
        from kernelWaits in OneOf(1, 2, 4, 16)
        from cores in OneOf(0, 2, 8, 30)
        from policies in OneOf(0, 5, 50)
        from interrupts in OneOf(1, 1, 20)
        from sharedQueue in OneOf<ushort>(0, 3, 100)
        from limit in OneOf<ushort>(0, 1, 3, 8, ushort.MaxValue)
        select new Case(
            seed,
            processes,
            slots,
            endpoints,
            ageLimit,
            Math.Min(kernelEndpoints, endpoints - 1),
            policies == 0 ? (ushort)100 : sharedQueue,
            limit,
            new SchedulerPace
            {
                Arrivals = arrivals,
                Waits = waits,
                Withdraws = withdraws,
                Dispatches = dispatches,
                Releases = releases,
                Flushes = flushes,
                KernelWaits = kernelEndpoints == 0 ? 0 : kernelWaits,
                Cores = cores,
                Policies = policies,
                Changes = policies,
                Interrupts = interrupts,
            });

    [Fact]
    public void It_does_what_the_reference_does() => Cases.Sample(Check, iter: 300);

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static void Check(Case test)
    {
        NicConfig config = NicConfig.Tiny with { PendingCalls = test.Slots, Endpoints = Math.Max(test.Endpoints, 4), Cores = 3 };
        using SchedulerBench bench = new(config, ageUnitBits: 5)
        {
            CallAgeLimit = test.AgeLimit,
            SharedQueue = test.SharedQueue,
            ComingLimit = test.Limit,
            WaitLimit = test.Limit,
        };
        SchedulerLoad load = new(bench, config, test.Processes, test.Seed, test.KernelEndpoints) { Pace = test.Pace };
        for (int i = 0; i < 600; i++)
        {
            load.Tick();
        }

        // What is inside then is what the reference has, and with a limit of age all messages go at last. No limit of time changes it
        // meanwhile.
        load.IsOpen = false;
        bench.ComingLimit = bench.WaitLimit = ScheduleLimits.Longest;
        load.Pace = test.Pace with { Dispatches = 1, Releases = 1, Interrupts = 1 };
        for (int i = 0; i < 50 || load.CommandsOpen > 0; i++)
        {
            Assert.True(i < 1000);
            load.Tick();
        }

        Assert.Equal(bench.Reference.Waiting, load.Inside(config).Endpoints);
        Assert.Equal(bench.Reference.Waiting, bench.Scheduler.Monitor.EndpointsInside);
        bench.Run(test.AgeLimit == 0 ? 0 : (32 * (test.AgeLimit + 2)) + (10 * test.Slots));
        Assert.True(bench.IsQuiet);
        Assert.Equal(bench.Reference.Queued, load.Inside(config).Slots);
        Assert.Equal(bench.Reference.Queued, bench.Scheduler.Monitor.SlotsInside);
        Assert.Equal(bench.Lates, bench.LateDispatched - bench.LateRevived);
        Assert.Equal(bench.Released.Count, bench.Expired + bench.Flushed + bench.Refused + bench.OfEarlier);
        Assert.Equal(bench.Reference.OfEarlier, bench.OfEarlier);
        Assert.Empty(bench.Reference.Stranded);
        Assert.True(bench.Reference.Wanting <= bench.Reference.Coming || !bench.Reference.Victims.Any());
        Assert.All(bench.Answers, status => Assert.Equal(CommandStatus.Done, status));
        if (test.AgeLimit != 0)
        {
            Assert.Equal(0, bench.Reference.Queued);
        }
    }
}
