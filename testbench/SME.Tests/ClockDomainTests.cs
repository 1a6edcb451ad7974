// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace SME.Tests;

/// <summary>Clocks of different periods and phases in one design.</summary>
public class ClockDomainTests
{
    [ClockedProcess]
    private sealed class Counter : SimpleProcess
    {
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();
        private int count;

        protected override void OnTick() => Output.Value = ++count;
    }

    [Fact]
    public void A_process_ticks_at_the_edges_of_its_domain() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[0, 6], Gen.Int[0, 50]).Where((period, phase, _) => phase < period)
            .Sample((period, phase, ticks) =>
        {
            using Simulation simulation = new();
            ClockDomain slow = new("slow", period, phase);
            Counter counter;
            using (Scope.Open("slow", slow))
            using (Scope.Open("inside"))
            {
                counter = new Counter();
            }

            Counter always = new();
            simulation.AddTopLevelOutputs(counter.Output, always.Output);
            simulation.Tick(ticks);
            int edges = Enumerable.Range(0, ticks).Count(tick => tick % period == phase);
            Assert.Equal(edges == 0 ? 7 : edges, counter.Output.Value);
            Assert.Equal(ticks == 0 ? 7 : ticks, always.Output.Value);
            Assert.Same(slow, counter.Domain);
        });

    [Fact]
    public void The_network_lists_its_domains_the_default_one_first()
    {
        using Simulation simulation = new();
        ClockDomain slow = new("slow", 3);
        using (Scope.Open("slow", slow))
        {
            _ = new Counter();
        }

        _ = new Counter();
        Assert.Equal([ClockDomain.Default, slow], simulation.Network.Domains);
    }

    [Fact]
    public void Two_domains_of_one_name_are_refused()
    {
        using Simulation simulation = new();
        foreach (int period in (int[])[2, 3])
        {
            using Scope scope = Scope.Open("part", new ClockDomain("slow", period));
            _ = new Counter();
        }

        Assert.Contains("clock domains are named slow", Assert.Throws<ElaborationException>(() => simulation.Network).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_phase_lies_within_the_period() => Assert.Throws<ArgumentOutOfRangeException>(() => new ClockDomain("slow", 2, 2));
}
