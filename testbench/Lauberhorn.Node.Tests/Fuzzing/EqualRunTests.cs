// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Node.Fuzzing;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests.Fuzzing;

/// <summary>Equal seeds give equal runs: all frames with their ticks, all that the OS did, all counters.</summary>
public class EqualRunTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_hostile_case_is_the_same_again(ulong seed)
    {
        HostilePlan plan = HostilePlan.Make(seed, 10_000, 0);
        HostileOutcome first = HostileRun.Run(plan);
        HostileOutcome second = HostileRun.Run(plan);
        Assert.Null(first.Failure);
        Same(first.Trace, second.Trace);
        Assert.Equal(first with { Trace = second.Trace }, second);
        Assert.NotEqual(first.Trace.Sum, HostileRun.Run(plan with { Seed = seed + 1 }).Trace.Sum);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_case_with_kills_is_the_same_again(ulong seed)
    {
        KillPlan plan = KillPlan.Make(seed, 40, 0);
        KillOutcome first = KillRun.Run(plan);
        KillOutcome second = KillRun.Run(plan);
        Assert.Null(first.Failure);
        Assert.NotEqual(0, first.Kills);
        Same(first.Trace, second.Trace);
        Assert.Equal(first with { Trace = second.Trace }, second);
    }

    [Theory]
    [InlineData((int)FloodKind.None)]
    [InlineData((int)FloodKind.FullQueue)]
    [InlineData((int)FloodKind.Flush)]
    [InlineData((int)FloodKind.Expiry)]
    public void A_trial_with_floods_is_the_same_again(int kind)
    {
        FloodOutcome first = FloodTrial.Run((FloodKind)kind, 8, 3, Machine.CSharp);
        FloodOutcome second = FloodTrial.Run((FloodKind)kind, 8, 3, Machine.CSharp);
        Same(first.Trace, second.Trace);
        Assert.Null(first.Failure);
        Assert.Equal(8, first.Waits.Length);
        Assert.Equal(first.Waits, second.Waits);
        Assert.Equal(first.Ends, second.Ends);
        Assert.Equal((first.Cycles, first.Failure), (second.Cycles, second.Failure));
    }

    // Two programs whose commands wait for each other: the one that waits must go on in the thread that ticks, not in one of a pool beside
    // it.
    [Fact]
    public async Task Commands_that_wait_for_one_another_go_on_in_the_thread_that_ticks()
    {
        using Node node = new(new NodeOptions { Config = NicConfig.Tiny, Machine = MachineParameters.Ideal with { Cores = 4 } });
        Driver.Nic nic = node.Open();
        BoundEndpoint endpoint = await nic.BindKernelEndpointAsync(0);
        List<int> threads = [];
        foreach (Core core in node.Cpu.Cores)
        {
            _ = node.Cpu.Start(core, async _ =>
            {
                for (int i = 0; i < 3; i++)
                {
                    await nic.RetireAsync(endpoint);
                    threads.Add(Environment.CurrentManagedThreadId);
                }
            });
        }

        node.RunUntil(() => node.Cpu.Running == 0, 20_000);
        Assert.Equal(12, threads.Count);
        Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    private static void Same(SoakTrace first, SoakTrace second)
    {
        Assert.Null(first.Difference(second));
        Assert.Equal(first.Sum, second.Sum);
        Assert.NotEqual(0, first.Count);
    }
}
