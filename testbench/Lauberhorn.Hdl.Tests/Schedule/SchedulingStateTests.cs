// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Schedule;

namespace Lauberhorn.Hdl.Tests.Schedule;

public partial class SchedulingStateTests
{
    private static readonly NicConfig Config = NicConfig.Enzian with { Endpoints = 128, PendingCalls = 1024 };

    private static readonly ProcessPolicy Plain = new() { UsesKernelEndpoints = true, Weight = 1 };

    [Fact]
    public void A_message_goes_to_a_user_endpoint_of_its_process_then_to_a_kernel_endpoint_then_waits()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 5, Plain);
        Wait(bench, (3, EndpointNotice.AnyProcess), (60, 5));
        Arrive(bench, (5, 0), (5, 1), (5, 2));
        Assert.Equal([new Dispatch(DispatchKind.Deliver, 60, 0), new Dispatch(DispatchKind.Deliver, 3, 1)], Dispatches(bench));
        Assert.Equal(1, bench.Reference.Queued);
    }

    [Fact]
    public void A_process_without_a_policy_is_not_given_to_kernel_endpoints()
    {
        using SchedulerBench bench = new(Config);
        Wait(bench, (3, EndpointNotice.AnyProcess));
        Arrive(bench, (5, 0));
        Assert.Empty(bench.Dispatched);
        Set(bench, 5, Plain);
        Assert.Equal([new Dispatch(DispatchKind.Deliver, 3, 0)], Dispatches(bench));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(7, 2)]
    public void Kernel_endpoints_serve_processes_by_weight(byte first, byte second)
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain with { Weight = first });
        Set(bench, 2, Plain with { Weight = second });
        Arrive(bench, [.. Enumerable.Range(0, 1000).Select(slot => ((ushort)(1 + (slot % 2)), (ushort)slot))]);
        int waited = 0;
        bench.NextNotice = () => waited < 360 ? new EndpointNotice(NoticeKind.Waiting, (ushort)(waited++ % 48), EndpointNotice.AnyProcess)
            : null;
        bench.Run(1000);
        Assert.Equal(360, bench.Dispatched.Count);
        Assert.Equal(360 * first / (first + second), bench.Dispatched.Count(item => item.Dispatch.Slot % 2 == 0));
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(1, 3, 7)]
    [InlineData(7, 2, 3)]
    public void Messages_out_of_turn_leave_processes_their_weights(byte first, byte second, byte local)
    {
        using SchedulerBench bench = new(Config) { LocalMessages = local };
        Set(bench, 1, Plain with { Weight = first });
        Set(bench, 2, Plain with { Weight = second });
        Arrive(bench, [.. Enumerable.Range(0, 1024).Select(slot => ((ushort)(1 + (slot % 2)), (ushort)slot))]);
        int waited = 0;
        bench.NextNotice = () => waited < 512 ? new EndpointNotice(NoticeKind.Waiting, (ushort)(waited++ % 8), EndpointNotice.AnyProcess)
            : null;
        bench.Run(1200);
        Assert.Equal(512, bench.Dispatched.Count);
        Assert.Equal(512 * local / (local + 1), bench.Locals);
        Assert.Equal((double)first / (first + second), bench.Dispatched.Count(item => item.Dispatch.Slot % 2 == 0) / 512.0, 0.03);
    }

    [Fact]
    public void A_core_goes_on_with_its_process_for_so_many_messages_unless_the_OS_says_that_another_runs()
    {
        using SchedulerBench bench = new(Config) { LocalMessages = 2 };
        Set(bench, 1, Plain);
        Set(bench, 2, Plain);
        Arrive(bench, [.. Enumerable.Range(0, 20).Select(slot => ((ushort)(1 + (slot % 2)), (ushort)slot))]);
        int[] Serve(int count)
        {
            int before = bench.Dispatched.Count;
            for (int i = 0; i < count; i++)
            {
                Wait(bench, (3, EndpointNotice.AnyProcess));
            }

            return [.. bench.Dispatched.Skip(before).Select(item => 1 + (item.Dispatch.Slot % 2))];
        }

        Assert.Equal([1, 1, 1, 2, 2, 2, 1, 1], Serve(8));
        Switch(bench, 3, default);
        Assert.Equal([2, 2, 2, 1], Serve(4));
        Assert.Equal(0, bench.LocalsMissed);
    }

    [Fact]
    public void A_core_whose_process_has_no_message_gets_one_of_the_process_whose_turn_it_is()
    {
        using SchedulerBench bench = new(Config) { LocalMessages = 255 };
        Set(bench, 1, Plain);
        Set(bench, 2, Plain);
        Arrive(bench, (1, 0), (1, 1), (2, 2), (2, 3), (2, 4));
        for (int i = 0; i < 5; i++)
        {
            Wait(bench, (3, EndpointNotice.AnyProcess));
        }

        Assert.Equal([0, 1, 2, 3, 4], bench.Dispatched.Select(item => (int)item.Dispatch.Slot));
        Assert.Equal(3, bench.Locals);
    }

    [Fact]
    public void The_kernel_hears_of_loads_though_its_endpoints_always_have_messages_waiting()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain);
        Arrive(bench, [.. Enumerable.Range(0, 100).Select(slot => ((ushort)1, (ushort)slot))]);
        Queue<LoadChange> changes = new([new LoadChange(1, true), new LoadChange(2, true), new LoadChange(1, false)]);
        bench.NextChange = () => changes.TryDequeue(out LoadChange change) ? change : null;
        bench.Run(10);
        Assert.Empty(bench.Dispatched);
        Wait(bench, [.. Enumerable.Range(0, 5).Select(core => ((ushort)core, EndpointNotice.AnyProcess))]);
        Assert.Equal(
            [(DispatchKind.Reschedule, 1 | LoadChange.HighBit), (DispatchKind.Reschedule, 2 | LoadChange.HighBit),
                (DispatchKind.Reschedule, 1), (DispatchKind.Deliver, 0), (DispatchKind.Deliver, 1)],
            bench.Dispatched.Select(item => (item.Dispatch.Kind, (int)item.Dispatch.Slot)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_core_is_taken_for_a_process_that_the_kernel_alone_can_give_one_unless_a_core_waits_there(bool isToBeCalledFor, bool waits)
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain);
        Set(bench, 2, new ProcessPolicy { HighLoad = (ushort)(isToBeCalledFor ? 100 : 0) });
        Switch(bench, 10, User(1, 61));
        Wait(bench, (61, 1));
        if (waits)
        {
            Wait(bench, (3, EndpointNotice.AnyProcess));
        }

        bench.Run(400);
        Arrive(bench, (2, 0));
        Assert.Equal(isToBeCalledFor && !waits ? [new Dispatch(DispatchKind.Yield, 61, 0)] : [], Dispatches(bench));
        Assert.Equal(isToBeCalledFor ? 1 : 0, bench.Reference.Wanting);

        // What it wanted it has.
        Switch(bench, 20, User(2, 70));
        Assert.Equal(0, bench.Reference.Wanting);
        bench.Run(400);
        Assert.InRange(bench.Dispatched.Count, 0, 1);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(256, 0)]
    [InlineData(256, 7)]
    public void A_kernel_endpoint_is_given_a_message_every_second_tick_whatever_the_number_of_processes(int processes, byte local)
    {
        using SchedulerBench bench = new(Config) { LocalMessages = local };
        for (int process = 0; process < processes; process++)
        {
            Set(bench, (ushort)process, Plain);
        }

        Queue<ushort> slots = new(Enumerable.Range(0, Config.PendingCalls).Select(slot => (ushort)slot));
        int arrived = 0;
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival((ushort)(arrived++ % processes), slot) : null;
        bench.Run(Config.PendingCalls + 10);
        Queue<ushort> cores = new(Enumerable.Range(0, 48).Select(core => (ushort)core));
        bench.OnDispatch = dispatch =>
        {
            slots.Enqueue(dispatch.Slot);
            cores.Enqueue(dispatch.Endpoint);
        };
        bench.NextNotice = () => cores.TryDequeue(out ushort core)
            ? new EndpointNotice(NoticeKind.Waiting, core, EndpointNotice.AnyProcess) : null;
        bench.Run(1000);
        int before = bench.Dispatched.Count;
        bench.Run(10_000);
        Assert.Equal(5000, bench.Dispatched.Count - before);
        Assert.Equal(processes, bench.Reference.Backlog.Count);
    }

    [Fact]
    public void A_process_has_no_more_cores_through_kernel_endpoints_than_its_limit_and_the_next_when_one_leaves()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 5, Plain with { MostCores = 2 });
        Wait(bench, [.. Enumerable.Range(0, 4).Select(core => ((ushort)core, EndpointNotice.AnyProcess))]);
        Arrive(bench, (5, 0), (5, 1), (5, 2), (5, 3));
        Assert.Equal(2, bench.Dispatched.Count);
        Switch(bench, 3, default);
        Assert.Equal(3, bench.Dispatched.Count);
        Assert.Equal(2, bench.Reference.Running(5));
    }

    [Fact]
    public void A_process_that_sends_all_it_can_leaves_others_their_guaranteed_places()
    {
        using SchedulerBench bench = new(Config) { SharedQueue = 100 };
        Set(bench, 1, Plain with { GuaranteedQueue = 8 });
        Set(bench, 2, Plain with { GuaranteedQueue = 8 });
        Arrive(bench, [.. Enumerable.Range(0, 500).Select(slot => ((ushort)1, (ushort)slot))]);
        Assert.Equal(108, bench.Reference.QueueOf(1).Count);
        Assert.Equal(Enumerable.Range(108, 392), bench.Released.Select(slot => (int)slot));
        Assert.Equal(392, bench.Refused);
        Arrive(bench, [.. Enumerable.Range(500, 10).Select(slot => ((ushort)2, (ushort)slot))]);
        Assert.Equal(8, bench.Reference.QueueOf(2).Count);
    }

    [Fact]
    public void A_queue_is_no_longer_than_the_policy_says()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain with { MostQueued = 3 });
        Arrive(bench, (1, 0), (1, 1), (1, 2), (1, 3));
        Assert.Equal(3, bench.Reference.Queued);
        Assert.Equal([(ushort)3], bench.Released);
    }

    [Fact]
    public void A_process_without_a_core_makes_the_core_that_waited_longest_yield_and_be_interrupted_after_four_ticks()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 9, Plain);
        foreach (ushort process in new ushort[] { 1, 2, 3 })
        {
            Set(bench, process, Plain);
            Switch(bench, (ushort)(10 * process), User(process, (ushort)(60 + process)));
            Wait(bench, ((ushort)(60 + process), process));
            bench.Run(400);
        }

        Arrive(bench, (9, 0));
        (Dispatch dispatch, long tick) = Assert.Single(bench.Dispatched);
        Assert.Equal(new Dispatch(DispatchKind.Yield, 61, 0), dispatch);
        Assert.Equal(bench.Accepted[^1].Tick + Scheduler.YieldTicks, tick);
        Assert.Equal([((ushort)10, tick)], bench.Interrupted);

        // The core comes, and is given the message; one was taken, and no more.
        Wait(bench, (10, EndpointNotice.AnyProcess));
        bench.Run(200);
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 10, 0), bench.Dispatched[^1].Dispatch);
        Assert.Single(bench.Interrupted);
    }

    [Fact]
    public void Cores_of_a_process_with_more_than_its_share_go_first()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 9, Plain);
        Set(bench, 1, Plain with { Weight = 200 });
        Set(bench, 2, Plain);
        Switch(bench, 0, User(1, 60));
        Wait(bench, (60, 1));
        bench.Run(2000);
        Switch(bench, 1, User(2, 61));
        Switch(bench, 2, User(2, 62));
        Wait(bench, (61, 2), (62, 2));
        bench.Run(3000);
        Arrive(bench, (9, 0));
        Assert.Contains(Assert.Single(bench.Interrupted).Core, new ushort[] { 1, 2 });
    }

    [Fact]
    public void A_process_keeps_its_least_cores()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 9, Plain);
        Set(bench, 8, Plain);
        Set(bench, 1, Plain with { LeastCores = 1 });
        Switch(bench, 0, User(1, 60));
        Switch(bench, 1, User(1, 61));
        Wait(bench, (60, 1), (61, 1));
        bench.Run(200);
        Arrive(bench, (9, 0), (8, 1));
        bench.Run(1000);
        Assert.Single(bench.Interrupted);
        Assert.Equal(1, bench.Reference.Running(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_core_is_interrupted_only_if_the_OS_allows_it(bool mayPreempt)
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 9, Plain);
        Set(bench, 1, Plain);
        Set(bench, 2, Plain with { Weight = 100 });
        for (ushort core = 0; core < 47; core++)
        {
            Switch(bench, core, User(1, (ushort)(60 + core)) with { MayPreempt = mayPreempt });
        }

        Switch(bench, 47, User(2, 120));
        bench.Run(2000);
        Arrive(bench, (9, 0));
        bench.Run(200);
        Assert.Equal(mayPreempt ? 1 : 0, bench.Interrupted.Count);
        Assert.Empty(bench.Dispatched);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_core_that_is_wanted_yields_when_it_waits_again_whether_it_was_interrupted_or_not(bool mayPreempt)
    {
        using SchedulerBench bench = new(Config) { Quantum = 2 };
        Set(bench, 9, Plain);
        Set(bench, 1, Plain);
        Switch(bench, 0, User(1, 60) with { MayPreempt = mayPreempt });
        Switch(bench, 1, User(1, 61) with { MayPreempt = mayPreempt });
        bench.Run(4000);
        Arrive(bench, (9, 0), (1, 1), (1, 2));
        bench.Run(4000);
        Assert.Empty(bench.Dispatched);
        Assert.Equal(1, bench.Reference.Asked);
        Assert.Equal(mayPreempt ? 1 : 0, bench.Interrupted.Count);

        // One of the two yields, though messages of its own process wait; the other goes on with them.
        Wait(bench, (60, 1), (61, 1));
        Assert.Single(bench.Dispatched, item => item.Dispatch.Kind == DispatchKind.Yield);
        Assert.Single(bench.Dispatched, item => item.Dispatch == new Dispatch(DispatchKind.Deliver, item.Dispatch.Endpoint, 1));
        ushort core = (ushort)(bench.Dispatched.First(item => item.Dispatch.Kind == DispatchKind.Yield).Dispatch.Endpoint - 60);
        Wait(bench, (core, EndpointNotice.AnyProcess));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, core, 0), bench.Dispatched[^1].Dispatch);
        Assert.Equal(0, bench.Reference.Asked);
    }

    [Fact]
    public void A_process_has_a_busy_core_for_its_quantum()
    {
        using SchedulerBench bench = new(Config) { Quantum = 20 };
        Set(bench, 9, Plain);
        Set(bench, 1, Plain);
        Switch(bench, 0, User(1, 60));
        Switch(bench, 1, User(1, 61));
        bench.Run(2000);
        Arrive(bench, (9, 0));
        bench.Run(2000);
        Assert.Equal(0, bench.Reference.Asked);
        bench.Run(2000);
        Assert.Equal(1, bench.Reference.Asked);
    }

    [Fact]
    public void Work_that_is_more_than_a_core_does_wants_another_when_its_policy_says_so()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain);
        Set(bench, 9, Plain with { PreemptsFrom = 3 });
        Switch(bench, 0, User(1, 60));
        Wait(bench, (60, 1));
        Switch(bench, 1, User(9, 61));
        bench.Run(200);
        Arrive(bench, (9, 0), (9, 1));
        bench.Run(200);
        Assert.Empty(bench.Interrupted);
        Arrive(bench, (9, 2));
        bench.Run(200);
        Assert.Equal((ushort)0, Assert.Single(bench.Interrupted).Core);
    }

    [Fact]
    public void A_process_that_loses_its_last_core_with_messages_queued_wants_one_soon()
    {
        using SchedulerBench bench = new(Config);
        Set(bench, 1, Plain);
        Set(bench, 9, Plain);
        Switch(bench, 0, User(1, 60));
        Wait(bench, (60, 1));
        Switch(bench, 1, User(9, 61));
        bench.Run(200);
        Arrive(bench, (9, 0));
        bench.Run(2000);
        Assert.Empty(bench.Interrupted);
        Switch(bench, 1, default);
        bench.Run((4 * Config.Processes) + 100);
        Assert.Single(bench.Interrupted);
    }

    [Fact]
    public void A_policy_for_a_process_that_cannot_be_is_refused()
    {
        using SchedulerBench bench = new(Config);
        bench.SetPolicy((uint)Config.Processes, Plain);
        bench.Run(10);
        Assert.Equal([CommandStatus.IndexOutOfRange], bench.Answers);
    }

    private static CoreState User(
        ushort process, ushort endpoint) => new() { HasProcess = true, Process = process, HasEndpoint = true, Endpoint = endpoint };

    private static List<Dispatch> Dispatches(SchedulerBench bench) => [.. bench.Dispatched.Select(item => item.Dispatch)];

    private static void Set(SchedulerBench bench, ushort process, ProcessPolicy policy)
    {
        int answers = bench.Answers.Count;
        bench.SetPolicy(process, policy);
        for (int i = 0; bench.Answers.Count == answers; i++)
        {
            Assert.True(i < 100);
            bench.Tick();
        }

        Assert.Equal(CommandStatus.Done, bench.Answers[^1]);
    }

    private static void Switch(SchedulerBench bench, ushort core, CoreState state)
    {
        bool isSaid = false;
        bench.NextCore = () => !isSaid && (isSaid = true) ? new CoreNotice(core, state) : null;
        bench.Run(12);
    }

    private static void Wait(SchedulerBench bench, params (ushort Endpoint, ushort Process)[] endpoints)
    {
        int next = 0;
        bench.NextNotice = () => next < endpoints.Length
            ? new EndpointNotice(NoticeKind.Waiting, endpoints[next].Endpoint, endpoints[next++].Process) : null;
        bench.Run((2 * endpoints.Length) + 10);
    }

    private static void Arrive(SchedulerBench bench, params (ushort Process, ushort Slot)[] messages)
    {
        int next = 0;
        bench.NextArrival = () => next < messages.Length ? new Arrival(messages[next].Process, messages[next++].Slot) : null;
        bench.Run((4 * messages.Length) + 12);
    }
}
