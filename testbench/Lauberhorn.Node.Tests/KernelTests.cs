// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;

namespace Lauberhorn.Node.Tests;

/// <summary>Calls of more processes than there are cores, and what the kernel does with its cores besides (docs/kernel.md).</summary>
public sealed class KernelTests : IDisposable
{
    private const int Cores = 4;
    private const int Short = 250;

    private static readonly NicConfig Config = NicConfig.Tiny with
    {
        Name = "kernel",
        Cores = Cores,
        Processes = 32,
        Services = 128,
        Programs = 64,
        Endpoints = 128,
        PendingCalls = 256,
    };

    private Node node = null!;
    private Driver.Nic nic = null!;
    private RpcKernel kernel = null!;
    private ServiceMix mix = null!;
    private CallLoad load = null!;

    [Theory]
    [InlineData("ideal", true)]
    [InlineData("enzian", true)]
    [InlineData("enzian", false)]
    public async Task Calls_of_more_processes_than_cores_are_each_answered_once(string machine, bool learns)
    {
        await StartAsync(machine, new ServiceMixOptions { Services = 60, Processes = 20 }, new KernelOptions { LearnsWhoStays = learns });
        load.Most = 1000;
        load.Depth = 32;
        Finish(500_000);
        Assert.All(Enumerable.Range(0, 1000), number => Assert.Equal(1, load.Handlers(number)));
        Assert.NotEqual(0, kernel.Times.Sum(times => times.KernelCalls));
        Assert.NotEqual(0, kernel.Times.Sum(times => times.UserCalls));
        Assert.NotEqual(0, kernel.Times.Sum(times => times.Yields));
    }

    [Fact]
    public async Task The_kernel_hears_when_a_processs_load_is_high_and_low_again_and_reads_it()
    {
        List<(int Process, bool IsHigh)> heard = [];
        await StartAsync(
            "enzian",
            new ServiceMixOptions
            {
                Services = 8,
                Processes = 4,
                Policy = (process, _) => new ProcessPolicy
                {
                    UsesKernelEndpoints = true,
                    Weight = 1,
                    GuaranteedQueue = 4,
                    MostCores = process == 0 ? (byte)1 : (byte)0,
                    HighLoad = process == 0 ? (ushort)4 : (ushort)0,
                    LowLoad = 1
                },
            },
            new KernelOptions { OnLoad = (process, isHigh) => heard.Add((process, isHigh)) });
        for (int i = 0; i < 30; i++)
        {
            load.Send(0);
        }

        load.Most = load.Count;
        Finish(500_000);
        Wait(20_000);
        Assert.Equal(2, heard.Count);
        Assert.True(heard[0].IsHigh && !heard[1].IsHigh && heard[0].Process == heard[1].Process);

        // A core reads what the process had to do.
        LoadReader reader = new(node.Cpu.Cores[Cores], node.Planner, nic.Capabilities);
        ProcessLoad read = null!;
        Task reading = node.Cpu.Start(node.Cpu.Cores[Cores], async _ => read = await reader.ReadProcessLoadAsync(heard[0].Process));
        Wait(2000);
        await reading;
        Assert.Equal((30ul, 30ul, 30ul), (read.Arrivals, read.Dispatched, read.Ended));
        Assert.InRange(read.PeakQueued, 20, 30);

        // All were calls of one service.
        ulong[] calls = new ulong[8];
        reading = node.Cpu.Start(node.Cpu.Cores[Cores], async _ =>
        {
            for (int service = 0; service < calls.Length; service++)
            {
                calls[service] = (await reader.ReadServiceLoadAsync(service)).Ended;
            }
        });
        Wait(20_000);
        await reading;
        Assert.Equal(30ul, calls.Single(count => count != 0));
    }

    [Fact]
    public async Task A_process_with_long_handlers_keeps_nobody_out_if_its_cores_are_bounded()
    {
        const int Long = 100_000;
        await StartAsync("enzian", new ServiceMixOptions
        {
            Services = 4,
            Processes = 4,
            HandlerCycles = service => service == 0 ? Long : Short,
            Policy = (process, _) => new ProcessPolicy
            {
                UsesKernelEndpoints = true,
                Weight = 1,
                GuaranteedQueue = 8,
                PreemptsFrom = 2,
                MostCores = process == 0 ? (byte)2 : (byte)0
            },
        });
        await nic.SetQuantumAsync(4);
        for (int i = 0; i < 8; i++)
        {
            load.Send(0);
        }

        Wait(2000);
        int[] others = new int[60];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = load.Send(1 + (i % 3));
            Wait(600);
        }

        Wait(3000);
        string state = string.Join(",", others.Where(number => !load.IsAnswered(number))) + " " + Describe();
        Assert.All(others, number => Assert.True(load.IsAnswered(number), $"call {number}; {state}"));
        Assert.True(load.Waits(8, load.Count)[^1] < 3000);
        load.Most = load.Count;
        Finish(2_000_000);
    }

    [Theory]
    [InlineData("ideal", 2)]
    [InlineData("enzian", 2)]
    [InlineData("enzian", 32)]
    public async Task Processes_that_may_run_on_some_cores_only_do_and_are_served_beside_others(string machine, int depth)
    {
        int[][] own = [[1], [2, 3], [2]];
        List<HandlerStart> starts = [];
        await StartAsync(
            machine,
            new ServiceMixOptions
            {
                Services = 24,
                Processes = 8,
                RunsOn = process => process < own.Length ? own[process] : null,
                Policy = (process, _) => new ProcessPolicy
                {
                    UsesKernelEndpoints = process >= own.Length,
                    Weight = 1,
                    GuaranteedQueue = 8,
                    HighLoad = process < own.Length ? ushort.MaxValue : (ushort)0
                },
            },
            watch: starts.Add);
        load.Most = 300;
        load.Depth = depth;
        Finish(2_000_000);
        Assert.All(Enumerable.Range(0, 300), number => Assert.Equal(1, load.Handlers(number)));
        for (int process = 0; process < own.Length; process++)
        {
            ushort number = mix.Processes[process].Process.Number;
            Assert.Contains(starts, start => start.Message.Process == number);
            Assert.All(starts.Where(start => start.Message.Process == number), start => Assert.Contains(start.Core, own[process]));
        }

        // A call of one that has no core waits for the kernel, not for TRYAGAIN.
        for (int i = 0; i < 2 * own.Length; i++)
        {
            int call = load.Send(i % own.Length);
            Wait(6000);
            Assert.True(load.IsAnswered(call), $"call {call} of process {i % own.Length}; {Describe()}");
        }
    }

    [Fact]
    public async Task Threads_that_are_no_RPCs_get_their_share_and_all_of_an_idle_core()
    {
        const long Slice = 5000;
        await StartAsync("enzian", new ServiceMixOptions { Services = 20, Processes = 10 },
            new KernelOptions { TimerPeriod = Slice, Slice = Slice, RetirePatience = 1000 });
        BackgroundThread busy = new("busy", long.MaxValue);
        kernel.Add(0, busy);

        // Nobody calls: RETIRE brings the core back whenever it waits.
        Wait(100_000);
        Assert.InRange(busy.Done, 60_000, 100_000);
        Assert.NotEqual(0, kernel.Times[0].Retired);

        // All cores are busy with calls.
        long before = busy.Done;
        load.Most = 1000;
        load.Depth = 32;
        Finish(2_000_000);
        Assert.InRange(kernel.Times[0].Slices, 10, long.MaxValue);
        Assert.True(busy.Done - before >= 3 * Slice, $"{busy.Done - before} cycles");
        Assert.True(kernel.Times[0].KernelCalls + kernel.Times[0].UserCalls > 10);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1500)]
    [InlineData(4000)]
    [InlineData(20_000)]
    public async Task A_process_is_killed_with_calls_queued_in_kernel_lines_and_in_user_lines(int after)
    {
        const int Handler = 3000;
        await StartAsync("enzian", new ServiceMixOptions
        {
            Services = 2,
            Processes = 2,
            HandlerCycles = _ => Handler,
            LeastUserCores = Cores,
            Policy = (_, _) => new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1, GuaranteedQueue = 40 },
        });
        KernelProcess victim = mix.Processes[0];
        BoundEndpoint[] endpoints = [.. victim.Process.Endpoints];
        int[] lost = [.. Enumerable.Range(0, 40).Select(_ => load.Send(0))];
        Wait(after);
        KillReport report = await kernel.KillAsync(victim);
        Assert.InRange(report.Cycles, 1, 3000);

        // Each call was answered once or is among the lost, and none comes later.
        int answered = lost.Count(load.IsAnswered);
        Wait(2 * Handler);
        Assert.Equal(answered, lost.Count(load.IsAnswered));
        Assert.Equal(lost.Length, answered + report.Flushed + report.BrokenOff + report.Discarded);
        Assert.Equal(0, load.Wrong);

        // Its lines are home, and hold nothing.
        bool isDone = false;
        byte[] bytes = new byte[128];
        _ = node.Cpu.Start(node.Cpu.Cores[Cores], async core =>
        {
            foreach (ulong address in endpoints.SelectMany(endpoint => endpoint.Addresses.ReceiveControl))
            {
                await core.LoadLineAsync(address, bytes);
                Assert.All(bytes, value => Assert.Equal(0, value));
            }

            isDone = true;
        });

        // Of its colours are the loads that the other process's calls end.
        int[] others = [.. Enumerable.Range(0, 40).Select(_ => load.Send(1))];
        node.RunUntil(() => others.All(load.IsAnswered), 200_000);
        node.RunUntil(() => isDone, 5_000_000);
    }

    // The victim's handler was interrupted for a call of another process, whose handler takes long: killing does not wait for that.
    [Theory]
    [InlineData("ideal")]
    [InlineData("enzian")]
    public async Task A_process_is_killed_while_its_thread_is_interrupted_for_anothers_call(string machine)
    {
        const int Long = 60_000;
        HashSet<int> begun = [];
        ProcessPolicy policy = new() { UsesKernelEndpoints = true, Weight = 1, GuaranteedQueue = 16, PreemptsFrom = 1 };
        await StartAsync(
            machine,
            new ServiceMixOptions
            {
                Services = 2,
                Processes = 2,
                HandlerCycles = _ => Long,
                LeastUserCores = Cores,
                Policy = (_, _) => policy
            },
            watch: start => begun.Add(start.Message.Process));
        await nic.SetQuantumAsync(0);
        KernelProcess victim = mix.Processes[0];

        // First each core has the victim in its user loop, then in a handler there.
        int[] first = [.. Enumerable.Range(0, Cores).Select(_ => load.Send(0))];
        node.RunUntil(() => first.All(load.IsAnswered), 400_000);
        Wait(2000);
        int[] lost = [.. Enumerable.Range(0, Cores).Select(_ => load.Send(0))];
        Wait(2000);
        begun.Clear();
        int[] others = [.. Enumerable.Range(0, Cores).Select(_ => load.Send(1))];
        node.RunUntil(() => begun.Contains(mix.Processes[1].Process.Number), 50_000);
        Wait(3000);
        Assert.NotEqual(0, kernel.Times.Sum(times => times.Preemptions));
        KillReport report = await kernel.KillAsync(victim);
        Assert.InRange(report.Cycles, 1, 4000);
        Assert.Equal(lost.Length, lost.Count(load.IsAnswered) + report.Flushed + report.BrokenOff + report.Discarded);
        node.RunUntil(() => others.All(load.IsAnswered), 1_000_000);
        Assert.Equal(0, load.Wrong);
    }

    /// <inheritdoc/>
    public void Dispose() => node?.Dispose();

    private async Task StartAsync(
        string machine, ServiceMixOptions services, KernelOptions? options = null, Action<HandlerStart>? watch = null)
    {
        node = new Node(new NodeOptions
        {
            Config = Config,
            Machine = (machine == "ideal" ? MachineParameters.Ideal
            : MachineParameters.Enzian) with
            { Cores = Cores + 1 }
        });
        nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        kernel = await RpcKernel.StartAsync(node, nic, (options ?? new KernelOptions()) with { Cores = Cores, OnHandler = Begin });
        mix = await ServiceMix.CreateAsync(kernel, services);
        load = new CallLoad(node, mix, 1);

        void Begin(HandlerStart start)
        {
            watch?.Invoke(start);
            load.Begin(start);
        }
    }

    private void Wait(long cycles)
    {
        for (long i = 0; i < cycles; i++)
        {
            node.Tick();
        }
    }

    private void Finish(long most)
    {
        try
        {
            node.RunUntil(() => load.Answered == load.Most, most);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(Describe(), exception);
        }

        Assert.Equal(0, load.Wrong);
        Assert.Equal(load.Most, load.Count);
    }

    // for finding out what went wrong.
    private string Describe()
    {
        IEnumerable<string> counters = nic.ReadCountersAsync().GetAwaiter().GetResult().Where(counter => counter.Value > 0)
            .Select(counter => $"{counter.Key} {counter.Value}");
        IEnumerable<string> cores = kernel.Times.Select((times, i) =>
            $"core {i} in {times.Now} since {times.Since}: {times.KernelCalls} + {times.UserCalls} calls, {times.Sessions} sessions, "
                + $"{times.Yields} yields, {times.Interrupts} interrupts, {times.Preemptions} preemptions");
        return $"cycle {node.Ticks}: {string.Join("; ", cores)}; {load.Answered} of {load.Count} calls answered, {load.Wrong} wrong; "
            + $"{string.Join(", ", counters)}; {node.Nic.FastPath.Scheduler.Decision.Totals}";
    }
}
