// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Schedule;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Tests.Schedule;

/// <summary>Nobody waits for ever for a core that does not come, or for a turn that does not come.</summary>
public partial class SchedulingStateTests
{
    private const int Limit = 8;

    // Walks over processes are short.
    private static readonly NicConfig Small = Config with { Name = "small", Processes = 16 };

    [Fact]
    public void A_core_that_waited_and_does_not_come_makes_room_for_another()
    {
        using SchedulerBench bench = WithTwoIdleCores();
        Arrive(bench, (9, 0));
        Assert.Equal([(ushort)10], bench.Interrupted.Select(item => item.Core));

        // Its interrupt is lost, and its thread does not come back. Nobody else is asked before the time is up.
        bench.Run((Limit - 2) * bench.UnitTicks);
        Assert.Single(bench.Interrupted);
        bench.Run(3 * bench.UnitTicks);
        Assert.Equal([(ushort)10, (ushort)20], bench.Interrupted.Select(item => item.Core));
        Assert.Equal([new Dispatch(DispatchKind.Yield, 61, 0), new Dispatch(DispatchKind.Yield, 62, 0)], Dispatches(bench));
        Assert.Equal((1, 1), (bench.CoresLate, bench.Reference.Coming));

        // The second comes, and gets the message. A core that comes late is as any other.
        Wait(bench, (20, EndpointNotice.AnyProcess), (10, EndpointNotice.AnyProcess));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 20, 0), bench.Dispatched[^1].Dispatch);
        Assert.Equal([(ushort)10], bench.Reference.Kernel);
        Assert.Empty(bench.Reference.Overdue);
        bench.Run(3 * Limit * bench.UnitTicks);
        Assert.Equal((1, 2), (bench.CoresLate, bench.Interrupted.Count));
    }

    [Fact]
    public void A_thread_that_does_not_yield_is_asked_again_and_holds_up_nobody()
    {
        using SchedulerBench bench = WithTwoIdleCores();
        Arrive(bench, (9, 0));

        // The thread loads again, and takes no notice of the interrupt.
        Wait(bench, (61, 1));
        bench.Run((Limit + 1) * bench.UnitTicks);
        Dispatch first = new(DispatchKind.Yield, 61, 0);
        Assert.Equal([first, first, new Dispatch(DispatchKind.Yield, 62, 0)], Dispatches(bench));
        Assert.Equal([(ushort)10, (ushort)10, (ushort)20], bench.Interrupted.Select(item => item.Core));

        // Messages of its own process it still gets.
        Wait(bench, (61, 1));
        Arrive(bench, (1, 1));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 61, 1), bench.Dispatched[^1].Dispatch);
        Wait(bench, (20, EndpointNotice.AnyProcess));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 20, 0), bench.Dispatched[^1].Dispatch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_core_that_does_not_come_is_interrupted_again_if_the_OS_allows_it_and_another_is_asked(bool mayPreempt)
    {
        using SchedulerBench bench = new(Small) { Quantum = 2, ComingLimit = Limit };
        Set(bench, 9, Plain);
        Set(bench, 1, Plain);
        Switch(bench, 0, User(1, 60) with { MayPreempt = mayPreempt });
        Switch(bench, 1, User(1, 61) with { MayPreempt = mayPreempt });
        bench.Run(4000);
        Arrive(bench, (9, 0));
        bench.Run(4 * bench.UnitTicks);
        Assert.Equal((1, 0), (bench.Reference.Asked, bench.CoresLate));
        bench.Run(Limit * bench.UnitTicks);
        Assert.Equal((1, 1), (bench.Reference.Asked, bench.CoresLate));
        bench.Run(3 * Limit * bench.UnitTicks);
        Assert.Equal((0, 2), (bench.Reference.Asked, bench.CoresLate));
        Assert.Equal(mayPreempt ? 2 : 0, bench.Interrupted.Select(item => item.Core).Distinct().Count());
        Assert.Equal(mayPreempt, bench.Interrupted.Count > 4);

        // Both are still wanted: the core that waits again is sent to the kernel.
        Wait(bench, (61, 1));
        Assert.Equal(new Dispatch(DispatchKind.Yield, 61, 0), bench.Dispatched[^1].Dispatch);
        Wait(bench, (1, EndpointNotice.AnyProcess));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 1, 0), bench.Dispatched[^1].Dispatch);

        // Nobody wants a core any more, and nobody is asked.
        int asked = bench.Interrupted.Count;
        bench.Run(3 * Limit * bench.UnitTicks);
        Assert.Equal(asked, bench.Interrupted.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_process_is_served_though_it_is_said_to_have_a_core_that_never_comes(byte mostCores)
    {
        using SchedulerBench bench = new(Config) { WaitLimit = Limit };
        Set(bench, 1, Plain);
        Set(bench, 2, Plain with { MostCores = mostCores });
        Switch(bench, 5, User(2, 70));
        Switch(bench, 6, User(1, 61));
        Wait(bench, (61, 1));
        bench.Run(400);
        Arrive(bench, (2, 0));
        bench.Run((Limit - 2) * bench.UnitTicks);
        Assert.Empty(bench.Dispatched);
        bench.Run(3 * bench.UnitTicks + Walk);
        Assert.Equal([new Dispatch(DispatchKind.Yield, 61, 0)], Dispatches(bench));
        Assert.Equal([(ushort)6], bench.Interrupted.Select(item => item.Core));
        Wait(bench, (6, EndpointNotice.AnyProcess));
        Assert.Equal(new Dispatch(DispatchKind.Deliver, 6, 0), bench.Dispatched[^1].Dispatch);
        Assert.Equal(2, bench.Reference.Running(2));
    }

    [Fact]
    public void Kernel_endpoints_that_wait_serve_a_process_beyond_its_number_of_cores_once_in_the_limit()
    {
        using SchedulerBench bench = new(Config) { WaitLimit = Limit };
        Set(bench, 2, Plain with { MostCores = 1 });
        Switch(bench, 5, User(2, 70));
        Wait(bench, (6, EndpointNotice.AnyProcess), (7, EndpointNotice.AnyProcess), (8, EndpointNotice.AnyProcess));
        Arrive(bench, (2, 0), (2, 1), (2, 2));
        bench.Run(((Limit - 2) * bench.UnitTicks));
        Assert.Empty(bench.Dispatched);
        for (int served = 1; served <= 3; served++)
        {
            bench.Run(((served == 1 ? 3 : Limit + 1) * bench.UnitTicks) + Walk);
            Assert.Equal((served, served), (bench.Dispatched.Count, bench.LateDispatched));
        }

        // When it is served by its own endpoint it is as it was.
        Arrive(bench, (2, 3), (2, 4));
        Wait(bench, (70, 2), (9, EndpointNotice.AnyProcess));
        Assert.Equal((4, 1), (bench.Dispatched.Count, bench.Reference.Queued));
    }

    [Fact]
    public void The_kernel_hears_of_a_process_that_only_it_can_give_a_core_though_that_is_said_to_have_one()
    {
        using SchedulerBench bench = new(Config) { WaitLimit = Limit };
        Set(bench, 1, Plain);
        Set(bench, 2, new ProcessPolicy { HighLoad = 100 });
        Switch(bench, 5, User(2, 70));
        Switch(bench, 6, User(1, 61));
        Wait(bench, (61, 1));
        Arrive(bench, (2, 0));
        bench.Run((Limit - 2) * bench.UnitTicks);
        Assert.Equal(0, bench.Reference.Wanting);
        bench.Run(3 * bench.UnitTicks + Walk);
        Assert.Equal(1, bench.Reference.Wanting);
        Assert.Equal([(ushort)6], bench.Interrupted.Select(item => item.Core));
    }

    /// <summary>
    /// What docs/scheduler.md promises: a process waits for WaitLimit, two walks, and two kernel endpoints for each process that
    /// waits
    /// for too long as well.
    /// </summary>
    [Fact]
    public void No_process_waits_for_longer_than_the_formula_says_whatever_weights_and_locals_say() =>
        Gen.Select(Gen.ULong, Gen.Int[2, 31], Gen.Int[1, 4], Gen.Int[40, 300], Gen.UShort[1, 30]).Sample(
            (seed, processes, cores, handler, limit) =>
                CheckWaits(
                    Config with { Processes = 32, Cores = 8 }, seed, processes, cores, handler / 2, handler, limit, ticksToLook: 4,
                    ticks: 40_000),
            iter: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nor_when_no_tick_is_without_an_event(ulong seed) => CheckWaits(
        Config with { Processes = 8, Cores = 8 }, seed, 7, 8, 1, 1, 1, ticksToLook: Scheduler.MostLookTicks + 3, ticks: 60_000);

    /// <summary>
    /// Calls of a process with endpoints of its own come at line rate, and no tick is without an event. Looks take ticks of their own then,
    /// whatever keeps the other process from a core: others have them all, it is said to have as many as it may, or only the kernel can
    /// give it one.
    /// </summary>
    [Theory]
    [InlineData(true, 0, 0)]
    [InlineData(true, 1, 0)]
    [InlineData(false, 0, 60_000)]
    public void A_process_is_served_in_time_beside_line_rate_of_another(bool usesKernelEndpoints, byte mostCores, ushort highLoad)
    {
        NicConfig config = Small with { Processes = 8 };
        using SchedulerBench bench = new(config, ageUnitBits: 6) { WaitLimit = Limit };
        Set(bench, 2, new() { UsesKernelEndpoints = usesKernelEndpoints, Weight = 1, MostCores = mostCores, HighLoad = highLoad });
        Switch(bench, 5, User(2, 120));
        Switch(bench, 6, User(1, 60));
        if (mostCores > 0)
        {
            Wait(bench, (7, EndpointNotice.AnyProcess));
        }

        Queue<ushort> slots = new(Enumerable.Range(0, 200).Select(slot => (ushort)slot));
        Queue<ushort> endpoints = new(Enumerable.Range(60, 48).Select(endpoint => (ushort)endpoint));
        long? answered = null;
        int served = 0;
        bench.OnDispatch = dispatch =>
        {
            if (dispatch.Kind == DispatchKind.Deliver && dispatch.Slot == 999)
            {
                answered = bench.Ticks;
            }
            else if (dispatch.Kind == DispatchKind.Deliver)
            {
                served++;
                slots.Enqueue(dispatch.Slot);
                endpoints.Enqueue(dispatch.Endpoint);
            }
            else
            {
                endpoints.Enqueue(dispatch.Endpoint);
            }
        };
        bench.OnInterrupt = core => answered = core == 6 ? bench.Ticks : throw new InvalidOperationException($"core {core} is taken");
        bench.NextNotice = () => endpoints.TryDequeue(out ushort endpoint) ? new EndpointNotice(NoticeKind.Waiting, endpoint, 1) : null;
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival(1, slot) : null;
        bench.Run(5000);
        bench.NextArrival = () => new Arrival(2, 999);
        bench.Run(1);
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival(1, slot) : null;
        long before = bench.Ticks;
        int servedBefore = served;
        long bound = ((Limit + 1) * bench.UnitTicks) + (config.Processes * (Scheduler.MostLookTicks + 3L)) + config.Processes + 16;
        bench.Run((int)bound);
        Assert.NotNull(answered);
        Assert.InRange(answered.Value, before + ((Limit - 1) * bench.UnitTicks), before + bound);

        // It was line rate: an RPC in two ticks, but for the looks.
        Assert.InRange(served - servedBefore, (bound / 2) - 64, bound / 2);
    }

    private static void CheckWaits(
        NicConfig config, ulong seed, int processes, int cores, int leastHandler, int mostHandler, ushort limit, int ticksToLook, int ticks)
    {
        using SchedulerBench bench = new(config, ageUnitBits: 6) { WaitLimit = limit, LocalMessages = 255 };
        SeededRandom random = new(seed);
        for (int process = 0; process < processes; process++)
        {
            Set(bench, (ushort)process, Plain with { Weight = (byte)(process == 0 ? 255 : random.Between(1, 3)) });
        }

        long start = bench.Ticks + 200;
        long[] served = new long[processes];
        long longest = 0;
        long longestGap = 0;
        long lastTaken = start;
        IEnumerable<int> slots = Enumerable.Range(0, processes * 4);
        Queue<Arrival> again = new(slots.Select(slot => new Arrival((ushort)(slot % processes), (ushort)slot)));
        SortedSet<(long Tick, ushort Core)> busy = [.. Enumerable.Range(0, cores).Select(core => (start, (ushort)core))];
        bench.NextArrival = () => again.TryDequeue(out Arrival arrival) ? arrival : null;
        bench.NextNotice = () =>
        {
            if (busy.Count == 0 || busy.Min.Tick > bench.Ticks)
            {
                return null;
            }

            ushort core = busy.Min.Core;
            busy.Remove(busy.Min);
            return new EndpointNotice(NoticeKind.Waiting, core, EndpointNotice.AnyProcess);
        };
        bench.OnDispatch = dispatch =>
        {
            int process = dispatch.Slot % processes;
            longest = Math.Max(longest, bench.Ticks - Math.Max(served[process], start));
            longestGap = Math.Max(longestGap, bench.Ticks - Math.Max(lastTaken, start));
            (served[process], lastTaken) = (bench.Ticks, bench.Ticks);
            again.Enqueue(new Arrival((ushort)process, dispatch.Slot));
            busy.Add((bench.Ticks + random.Between(leastHandler, mostHandler), dispatch.Endpoint));
        };
        bench.Run(ticks);
        long walk = ticksToLook * config.Processes;
        long bound = ((limit + 1) * bench.UnitTicks) + walk + config.Processes + (2 * processes * longestGap) + 16;
        Assert.True(longest <= bound, $"a process waited {longest} ticks, not {bound}; kernel endpoints came {longestGap} apart at most");
        Assert.All(served, tick => Assert.InRange(bench.Ticks - tick, 0, bound));
    }

    [Fact]
    public void Turns_keep_half_of_the_kernel_endpoints_when_all_processes_wait_for_too_long()
    {
        using SchedulerBench bench = new(Small) { WaitLimit = 0 };
        Set(bench, 1, Plain with { Weight = 9 });
        for (ushort process = 2; process < 12; process++)
        {
            Set(bench, process, Plain);
        }

        Arrive(bench, [.. Enumerable.Range(0, 1000).Select(slot => ((ushort)(slot < 400 ? 1 : 2 + (slot % 10)), (ushort)slot))]);
        int waited = 0;
        int tick = 0;
        bench.NextNotice = () => ++tick % 100 == 0
            ? new EndpointNotice(NoticeKind.Waiting, (ushort)(waited++ % 48), EndpointNotice.AnyProcess)
            : null;
        bench.Run(40_000);
        int first = bench.Dispatched.Count(item => item.Dispatch.Slot < 400);
        Assert.InRange(bench.Lates, 150, 200);
        Assert.InRange(first, bench.Dispatched.Count * 9 / 19 / 2, bench.Dispatched.Count);
    }

    private static int Walk => 4 * Config.Processes;

    // Two cores whose endpoints wait, core 10 for longer, and a process that has none.
    private static SchedulerBench WithTwoIdleCores()
    {
        SchedulerBench bench = new(Config) { ComingLimit = Limit };
        Set(bench, 9, Plain);
        foreach (ushort process in new ushort[] { 1, 2 })
        {
            Set(bench, process, Plain);
            Switch(bench, (ushort)(10 * process), User(process, (ushort)(60 + process)));
            Wait(bench, ((ushort)(60 + process), process));
            bench.Run(600);
        }

        return bench;
    }
}
