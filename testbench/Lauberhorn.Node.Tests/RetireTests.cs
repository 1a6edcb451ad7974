// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>The OS wants a thread back that waits at an endpoint.</summary>
public class RetireTests
{
    [Theory]
    [InlineData(Machine.CSharp, false)]
    [InlineData(Machine.CSharp, true)]
    [InlineData(Machine.Lockstep, false)]
    public async Task A_thread_is_retired_at_whatever_tick_and_no_call_is_lost(Machine hardware, bool writesBack)
    {
        using Node node = new(new NodeOptions
        {
            Config = NicConfig.Tiny,
            Machine = MachineParameters.Ideal with { Cores = 1 },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
        });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        Calculator calculator = new();
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(calculator, CalculatorNode.Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync(writesBack: writesBack);
        int? next = null;
        int retired = 0;
        Task<LoopEnd> loop = Start();

        // A call comes while the OS asks, earlier and earlier.
        int refused = 0;
        for (int ticks = 0; ticks < 100; ticks++)
        {
            Wait(40);
            int gap = 100 - ticks;
            node.Wire.Gap = () =>
            {
                int first = gap;
                gap = 0;
                return first;
            };
            node.Wire.Send(CalculatorNode.Call((uint)ticks, 2, ticks));
            bool isRetired = await nic.RetireAsync(endpoint);
            refused += isRetired ? 0 : 1;
            if (isRetired)
            {
                node.RunUntil(() => loop.IsCompleted, 1000);
                Assert.Equal(LoopEnd.Retired, await loop);
                retired++;
                Wait(100);
                loop = Start();
            }

            node.RunUntil(() => node.Wire.Received.Count > 0, 5000);
            Assert.Equal((byte)(ticks + 1), node.Wire.Received.Dequeue().Bytes[69]);
            Assert.Equal(ticks + 1, calculator.Calls);
        }

        // Both have happened, and nobody was told twice.
        Assert.NotEqual(0, refused);
        Assert.NotEqual(0, retired);
        Assert.Equal((ulong)retired, (await nic.ReadCountersAsync())["Retired"]);
        Wait(100);
        Assert.True(await nic.RetireAsync(endpoint));
        Wait(100);
        Assert.Equal(LoopEnd.Retired, await loop);
        Assert.False(await nic.RetireAsync(endpoint));

        Task<LoopEnd> Start()
        {
            TaskCompletionSource<LoopEnd> end = new();
            int? begin = next;
            _ = node.Cpu.Start(node.Cpu.Cores[0],
                async core => end.SetResult(await UserLoop.RunAsync(core, endpoint, process.Handlers, watch: Watch, begin: begin)));
            return end.Task;
        }

        // After RETIRE it goes on with the other line.
        void Watch(LoopEvent step) => next = endpoint.ReceiveLine ?? (step.Step == LoopStep.Answered ? step.Line ^ 1 : next);

        void Wait(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                node.Tick();
            }
        }
    }

    // The line that its loop left has the colour of another process's load: that load gives way, though its own time is far.
    [Fact]
    public async Task A_thread_is_retired_in_time_though_its_answer_stands_behind_a_load_of_another_process()
    {
        const int Colours = 64;
        NicConfig config = NicConfig.Tiny with { Name = "colours", Cores = 4, Endpoints = 3 * Colours, PendingCalls = 16 };
        using Node node = new(new NodeOptions { Config = config, Machine = MachineParameters.Enzian with { Cores = 4 } });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetTryAgainAsync(1_000_000);
        Calculator calculator = new();
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(calculator, CalculatorNode.Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync(Colours + 2, writesBack: false);
        NicProcess other = nic.CreateProcess("other");
        BoundEndpoint holder = await other.BindEndpointAsync((2 * Colours) + 2, writesBack: true, line: 0);

        TaskCompletionSource<LoopEnd> end = new();
        SlowMemory? memory = null;
        _ = node.Cpu.Start(node.Cpu.Cores[1], async core =>
            end.SetResult(await UserLoop.RunAsync(memory = new SlowMemory(core), endpoint, process.Handlers)));
        node.RunUntil(() => memory is not null, 1000);
        node.Wire.Send(CalculatorNode.Call(7, 2, 3));
        node.RunUntil(() => memory!.HasBegun, 5000);
        _ = node.Cpu.Start(node.Cpu.Cores[2], core => UserLoop.RunAsync(core, holder, other.Handlers));
        node.RunUntil(() => memory!.IsDone, 5000);
        for (int i = 0; i < 1000; i++)
        {
            node.Tick();
        }

        Assert.Empty(node.Wire.Received);
        long began = node.Ticks;
        Assert.True(await nic.RetireAsync(endpoint));
        node.RunUntil(() => end.Task.IsCompleted && node.Wire.Received.Count != 0, 3000);
        Assert.Equal(LoopEnd.Retired, await end.Task);
        Assert.InRange(node.Ticks - began, 1, 3000);
    }

    // The first answer is stored long after its call was loaded.
    private sealed class SlowMemory(Core core) : ICoreMemory
    {
        public bool HasBegun { get; private set; }

        public bool IsDone { get; private set; }

        public ValueTask LoadLineAsync(ulong address, Memory<byte> destination)
        {
            IsDone = HasBegun;
            return core.LoadLineAsync(address, destination);
        }

        public async ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes)
        {
            if (!HasBegun)
            {
                HasBegun = true;
                await core.ComputeAsync(3000);
            }

            await core.StoreAsync(address, bytes);
        }

        public ValueTask CleanInvalidateAsync(ulong address) => core.CleanInvalidateAsync(address);

        public ValueTask BarrierAsync() => core.BarrierAsync();
    }
}
