// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Components;

namespace SME.Tests.Components;

/// <summary>Both arbiters against a list. Their own monitors check each tick as well.</summary>
public class ArbiterTests
{
    private static readonly Gen<(uint Requests, bool Accept)[]> Steps = Gen.Select(Gen.UInt[0, 31], Gen.Bool).Array[1, 200];

    [Fact]
    public void The_priority_arbiter_chooses_the_lowest_number_that_asks() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRequests<W5> requests = Scope.CreateBus<IRequests<W5>>("requests");
        simulation.AddTopLevelInputs(requests);
        PriorityArbiter<W5> arbiter = new(requests);
        simulation.AddTopLevelOutputs(arbiter.Grant);
        simulation.Tick();
        foreach ((uint asked, _) in steps)
        {
            requests.Requests = (Bits<W5>)asked;
            simulation.Tick();
            int? expected = Enumerable.Range(0, 5).Where(i => (asked >> i & 1) != 0).Select(i => (int?)i).FirstOrDefault();
            AssertChoice(expected, arbiter.Grant);
        }
    });

    [Fact]
    public void The_round_robin_arbiter_chooses_the_next_number_after_the_last_accepted() => Steps.Sample(steps =>
    {
        using Simulation simulation = new();
        IRequests<W5> requests = Scope.CreateBus<IRequests<W5>>("requests");
        IReady accept = Scope.CreateBus<IReady>("accept");
        simulation.AddTopLevelInputs(requests, accept);
        RoundRobinArbiter<W5> arbiter = new(requests, accept);
        simulation.AddTopLevelOutputs(arbiter.Grant);
        simulation.Tick();
        int last = 4;
        foreach ((uint asked, bool accepted) in steps)
        {
            requests.Requests = (Bits<W5>)asked;
            accept.Ready = accepted;
            simulation.Tick();
            int? expected = Enumerable.Range(1, 5).Select(i => (last + i) % 5).Where(i => (asked >> i & 1) != 0).Select(i => (int?)i)
                .FirstOrDefault();
            AssertChoice(expected, arbiter.Grant);
            last = accepted && expected is int chosen ? chosen : last;
        }
    });

    [Fact]
    public void Whoever_asks_always_is_chosen_in_turn()
    {
        using Simulation simulation = new();
        IRequests<W48> requests = Scope.CreateBus<IRequests<W48>>("requests");
        IReady accept = Scope.CreateBus<IReady>("accept");
        simulation.AddTopLevelInputs(requests, accept);
        RoundRobinArbiter<W48> arbiter = new(requests, accept);
        simulation.AddTopLevelOutputs(arbiter.Grant);
        simulation.Tick();
        (requests.Requests, accept.Ready) = (Bits<W48>.AllOnes, true);
        for (int i = 0; i < 100; i++)
        {
            simulation.Tick();
            Assert.Equal(i % 48, arbiter.Grant.Index);
        }
    }

    private static void AssertChoice<TWidth>(int? expected, IGrant<TWidth> grant)
        where TWidth : unmanaged, IWidth
    {
        Assert.Equal(expected is not null, grant.Valid);
        Assert.Equal(expected ?? 0, grant.Index);
        Assert.Equal(expected is int index ? 1UL << index : 0, (ulong)grant.Grant);
    }
}
