// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Schedule;

namespace Lauberhorn.Hdl.Tests.Schedule;

public class SchedulerTimingTests
{
    private static readonly NicConfig Config = NicConfig.Enzian with { Endpoints = 64, PendingCalls = 256 };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    public void An_RPC_takes_two_ticks_with_48_endpoints_whatever_the_number_of_processes(int processes)
    {
        using SchedulerBench bench = new(Config);
        Queue<ushort> slots = new(Enumerable.Range(0, Config.PendingCalls).Select(slot => (ushort)slot));
        Queue<ushort> endpoints = new(Enumerable.Range(0, 48).Select(endpoint => (ushort)endpoint));
        bench.OnDispatch = dispatch =>
        {
            slots.Enqueue(dispatch.Slot);
            endpoints.Enqueue(dispatch.Endpoint);
        };
        int arrived = 0;
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival((ushort)(arrived++ % processes), slot) : null;
        int waited = 0;
        bench.NextNotice = () => endpoints.TryDequeue(out ushort endpoint)
            ? new EndpointNotice(NoticeKind.Waiting, endpoint, (ushort)(waited++ % processes))
            : null;
        bench.Run(1000);
        int before = bench.Dispatched.Count;
        bench.Run(10_000);

        // Nobody is promised anything in time, so the sweeper's looks take no tick of their own.
        Assert.Equal(5000, bench.Dispatched.Count - before);
    }

    [Fact]
    public void A_queue_is_emptied_at_a_message_per_tick()
    {
        using SchedulerBench bench = new(Config);
        Arrive(bench, 60);
        bench.NextNotice = Notices(NoticeKind.Waiting, 60);
        bench.Run(100);
        Assert.Equal(Enumerable.Range(0, 60), bench.Dispatched.Select(item => (int)item.Dispatch.Slot));
        Assert.Equal(59, bench.Dispatched[^1].Tick - bench.Dispatched[0].Tick);
    }

    [Fact]
    public void A_list_is_emptied_at_an_endpoint_per_tick_and_who_waited_last_goes_first()
    {
        using SchedulerBench bench = new(Config) { NextNotice = Notices(NoticeKind.Waiting, 60) };
        bench.Run(70);
        Arrive(bench, 60);
        Assert.Equal(Enumerable.Range(0, 60).Reverse(), bench.Dispatched.Select(item => (int)item.Dispatch.Endpoint));
        Assert.Equal(59, bench.Dispatched[^1].Tick - bench.Dispatched[0].Tick);
    }

    [Fact]
    public void A_message_is_on_offer_two_ticks_after_it_came_to_a_waiting_endpoint()
    {
        using SchedulerBench bench = new(Config) { NextNotice = Notices(NoticeKind.Waiting, 1) };
        bench.Run(10);
        Arrive(bench, 1);
        Assert.Equal(Scheduler.DecisionTicks, Assert.Single(bench.Dispatched).Tick - bench.Accepted[^1].Tick);
    }

    [Fact]
    public void A_message_is_on_offer_two_ticks_after_an_endpoint_came_to_it()
    {
        using SchedulerBench bench = new(Config);
        Arrive(bench, 1);
        bench.NextNotice = Notices(NoticeKind.Waiting, 1);
        bench.Run(10);
        Assert.Equal(Scheduler.DecisionTicks, Assert.Single(bench.Dispatched).Tick - bench.Accepted[^1].Tick);
    }

    [Fact]
    public void Endpoints_are_withdrawn_in_the_same_number_of_ticks_wherever_they_are_in_the_list_and_whatever_else_goes_on()
    {
        using SchedulerBench bench = new(Config) { CallAgeLimit = 1 };
        Random random = new(1);
        List<ushort> endpoints = [.. Enumerable.Range(0, 60).Select(endpoint => (ushort)endpoint)];
        bench.NextNotice = Notices(NoticeKind.Waiting, 60);
        bench.Run(100);
        ushort[] order = [.. endpoints];
        random.Shuffle(order);
        int slot = 0;
        bench.NextArrival = () => slot < Config.PendingCalls ? new Arrival(5, (ushort)slot++) : null;
        int next = 0;
        bench.NextNotice = () => next < order.Length && random.Next(3) != 0 ? new EndpointNotice(NoticeKind.Withdraw, order[next++], 0)
            : null;
        bench.Flush(5);
        bench.Run(200);
        long[] accepted = [.. bench.Accepted.Where(item => item.Step.Kind == StepKind.Withdraw).Select(item => item.Tick)];
        Assert.Equal(order, bench.Dispatched.Select(item => item.Dispatch.Endpoint));
        Assert.Equal(accepted.Select(tick => tick + Scheduler.WithdrawTicks), bench.Dispatched.Select(item => item.Tick));
    }

    [Fact]
    public void Notices_overtake_an_arrival_fifteen_times_and_no_more()
    {
        using SchedulerBench bench = new(Config) { NextNotice = Notices(NoticeKind.Waiting, 60) };
        ushort slot = 0;
        bench.NextArrival = () => new Arrival(1, slot++);
        bench.Run(60);
        int[] arrivals = [.. bench.Accepted.Index().Where(item => item.Item.Step.Kind == StepKind.Arrival).Select(item => item.Index)];
        Assert.Equal([15, 31, 47], arrivals[..3]);
    }

    private static Func<EndpointNotice?> Notices(NoticeKind kind, int count)
    {
        ushort next = 0;
        return () => next < count ? new EndpointNotice(kind, next++, 0) : null;
    }

    private static void Arrive(SchedulerBench bench, int count)
    {
        ushort slot = 0;
        bench.NextArrival = () => slot < count ? new Arrival(0, slot++) : null;
        bench.Run(count + 10);
    }
}
