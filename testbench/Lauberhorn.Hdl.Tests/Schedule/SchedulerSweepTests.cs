// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Schedule;
using SME;

namespace Lauberhorn.Hdl.Tests.Schedule;

public class SchedulerSweepTests
{
    private const int UnitBits = 7;

    private static readonly NicConfig Config = NicConfig.Tiny with { PendingCalls = 64, Endpoints = 32 };

    [Fact]
    public void A_message_of_an_earlier_owner_of_the_process_s_number_is_released()
    {
        using SchedulerBench bench = new(Config);
        Arrive(bench, new Arrival(1, 5, Generation: 3));
        bench.Run(20);
        Assert.Equal((0, 0), (bench.Refused, bench.Flushed));
        Assert.Equal(1, bench.OfEarlier);
        Arrive(bench, new Arrival(1, 5));
        bench.Run(20);
        Assert.Equal(1, bench.OfEarlier);
    }

    [Fact]
    public void A_message_expires_when_it_is_older_than_the_limit_and_soon_after() =>
        Gen.Select(Gen.UShort[1, 4], Gen.Int[0, 300], Gen.UShort[0, 3]).Sample(
            (limit, start, process) =>
            {
                using SchedulerBench bench = new(Config, UnitBits) { CallAgeLimit = limit };
                bench.Run(start);
                Arrive(bench, new Arrival(process, 3));
                for (int i = 0; bench.Released.Count == 0; i++)
                {
                    Assert.True(i < 2000);
                    bench.Tick();
                }

                // Ages are counted in whole units, and a walk over the processes takes some ticks.
                Assert.InRange(bench.Ticks - bench.Accepted[0].Tick, limit << UnitBits,
                    ((limit + 1) << UnitBits) + (4 * Config.Processes) + 12);
                Assert.Equal(1, bench.Expired);
            },
            iter: 50);

    [Fact]
    public void Messages_expire_though_there_is_no_tick_without_an_event()
    {
        using SchedulerBench bench = new(Config, UnitBits) { CallAgeLimit = 1 };
        Arrive(bench, new Arrival(3, 0));
        Queue<ushort> slots = new(Enumerable.Range(1, 63).Select(slot => (ushort)slot));
        Queue<ushort> endpoints = new(Enumerable.Range(0, 32).Select(endpoint => (ushort)endpoint));
        bench.OnDispatch = dispatch =>
        {
            slots.Enqueue(dispatch.Slot);
            endpoints.Enqueue(dispatch.Endpoint);
        };
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival(0, slot) : null;
        bench.NextNotice = () => endpoints.TryDequeue(out ushort endpoint) ? new EndpointNotice(NoticeKind.Waiting, endpoint, 0) : null;
        bench.Run(300 + (Config.Processes * Scheduler.MostLookTicks));
        Assert.Equal([(ushort)0], bench.Released);
        Assert.InRange(bench.Accepted.Count, bench.Ticks - 100, bench.Ticks);
    }

    [Fact]
    public void Without_a_limit_messages_grow_old()
    {
        using SchedulerBench bench = new(Config, ageUnitBits: 1);
        Arrive(bench, new Arrival(1, 5));
        bench.Run(2000);
        Assert.Equal(1, bench.Reference.Queued);
    }

    [Fact]
    public void A_flush_takes_three_ticks_a_message_and_ends_though_as_many_arrive_as_go()
    {
        using SchedulerBench bench = new(Config);
        Queue<ushort> slots = new(Enumerable.Range(0, 40).Select(slot => (ushort)slot));
        bench.OnRelease = slots.Enqueue;
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival(2, slot) : null;
        bench.Run(60);
        int queued = bench.Reference.Queued;
        Assert.Equal(40, queued);
        bench.Flush(2);
        for (int i = 0; bench.Answers.Count == 0; i++)
        {
            Assert.True(i < (3 * queued) + 10);
            bench.Tick();
        }

        bench.Run(5);
        Assert.Equal([CommandStatus.Done], bench.Answers);
        Assert.Equal(queued, bench.Flushed);
        Assert.NotEqual(0, bench.Reference.Queued);
    }

    [Fact]
    public void A_flush_of_a_process_without_messages_is_done_at_once_and_leaves_the_others_alone()
    {
        using SchedulerBench bench = new(Config);
        Arrive(bench, new Arrival(1, 5));
        bench.Flush(2);
        bench.Run(10);
        Assert.Equal([CommandStatus.Done], bench.Answers);
        Assert.Equal(1, bench.Reference.Queued);
    }

    [Fact]
    public void A_flush_of_a_process_that_cannot_be_is_refused()
    {
        using SchedulerBench bench = new(Config);
        bench.Flush((uint)Config.Processes);
        bench.Run(10);
        Assert.Equal([CommandStatus.IndexOutOfRange], bench.Answers);
    }

    [Fact]
    public void A_slot_that_arrives_twice_is_the_senders_fault_and_found()
    {
        using SchedulerBench bench = new(Config) { NextArrival = () => new Arrival(0, 7) };
        ContractException exception = Assert.Throws<ContractException>(() => bench.Run(10));
        Assert.Contains("slot 7 arrived for process 0 while it is queued for process 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_that_waits_twice_is_the_senders_fault_and_found()
    {
        using SchedulerBench bench = new(Config) { NextNotice = () => new EndpointNotice(NoticeKind.Waiting, 3, 1) };
        ContractException exception = Assert.Throws<ContractException>(() => bench.Run(10));
        Assert.Contains("waits for process 1 already", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_slots_than_the_numbers_have_room_for_are_refused()
    {
        ElaborationException exception =
            Assert.Throws<ElaborationException>(() => new SchedulerBench(Config with { PendingCalls = 40_000 }));
        Assert.Contains("PendingCalls is 40000", exception.Message, StringComparison.Ordinal);
    }

    private static void Arrive(SchedulerBench bench, Arrival arrival)
    {
        bool isDone = false;
        bench.NextArrival = () => !isDone && (isDone = true) ? arrival : null;
        bench.Run(4);
    }
}
