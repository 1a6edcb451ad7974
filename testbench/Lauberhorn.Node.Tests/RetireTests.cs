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
            _ = node.Cpu.Start(node.Cpu.Cores[0], async core => end.SetResult(await UserLoop.RunAsync(core, endpoint, process.Handlers, watch: Watch, begin: begin)));
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
}
