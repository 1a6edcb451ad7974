// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>
/// Cores that do not do what the NIC asks or what the OS says of them keep no other process's calls waiting (docs/scheduler.md, "Whoever
/// does not come").
/// </summary>
public sealed class ScheduleLimitTests : IDisposable
{
    private const ushort Units = 8;
    private const int Cycles = 256 * Units;
    private static readonly NicConfig Config = NicConfig.Tiny with { Name = "limits", Endpoints = 8, Services = 16, Programs = 8 };

    private readonly Dictionary<ushort, NicProcess> processes = [];
    private Node node = null!;
    private Driver.Nic nic = null!;

    [Theory]
    [InlineData(Machine.CSharp)]
    [InlineData(Machine.Lockstep)]
    public async Task A_core_that_ignores_its_interrupt_keeps_no_other_from_being_taken(Machine hardware)
    {
        await StartAsync(hardware);
        await nic.SetComingLimitAsync(Units);
        NicProcess deaf = await ProcessAsync("deaf", 3000, 0);
        NicProcess other = await ProcessAsync("other", 3001, 0);
        _ = await ProcessAsync("without a core", 3002, 0);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(1, sendsLongFrames: false, writesBack: true, takesProcesses: true);
        BoundEndpoint deafEndpoint = await deaf.BindEndpointAsync(writesBack: true);
        BoundEndpoint endpoint = await other.BindEndpointAsync(writesBack: true);

        // Core 0 waits for longer, so it is the one that is asked first. It takes no interrupts and loads again, whatever it is told.
        await SayAsync(0, deafEndpoint);
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, deafEndpoint, deaf.Handlers));
        Wait(2000);
        await SayAsync(1, endpoint);
        RunWithKernel(endpoint, other, kernel);
        Wait(2000);

        node.Wire.Send(CalculatorNode.Call(1, 2, (ushort)3002, 10));
        Wait(Cycles - 512);
        Assert.Empty(node.Wire.Received);
        Wait(2000);
        Assert.Equal(11, Result());
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        Assert.Equal(1ul, counters["CoreLate"]);
        Assert.Equal(1ul, counters["KernelDispatched"]);

        // The deaf thread's own process has not lost it.
        node.Wire.Send(CalculatorNode.Call(2, 2, (ushort)3000, 20));
        Wait(1000);
        Assert.Equal(21, Result());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_of_a_process_whose_core_loads_anothers_endpoint_are_answered(bool waitsInKernel)
    {
        await StartAsync(Machine.CSharp);
        await nic.SetWaitLimitAsync(Units);
        NicProcess said = await ProcessAsync("said to run", 3000, 1);
        NicProcess runs = await ProcessAsync("runs", 3001, 0);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(1, sendsLongFrames: false, writesBack: true, takesProcesses: true);
        BoundEndpoint saidEndpoint = await said.BindEndpointAsync(writesBack: true);
        BoundEndpoint first = await runs.BindEndpointAsync(writesBack: true);
        BoundEndpoint second = await runs.BindEndpointAsync(writesBack: true);
        await SayAsync(0, saidEndpoint);
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, first, runs.Handlers));
        if (waitsInKernel)
        {
            _ = node.Cpu.Start(node.Cpu.Cores[1], async core =>
            {
                while (true)
                {
                    await TurnAsync(core, kernel);
                }
            });
        }
        else
        {
            await SayAsync(1, second);
            RunWithKernel(second, runs, kernel);
        }

        Wait(2000);
        for (uint call = 1; call <= 3; call++)
        {
            // The process has as many cores as it may, so the OS says.
            node.Wire.Send(CalculatorNode.Call(call, 2, (ushort)3000, (int)call));
            Wait(Cycles - 512);
            Assert.Empty(node.Wire.Received);
            Wait(2000);
            Assert.Equal((int)call + 1, Result());

            // Of kernel endpoints that come for it, every second goes by turns, which is the same here and not counted.
            Assert.Equal(waitsInKernel ? call : (call + 1) / 2, (await nic.ReadCountersAsync())["LateDispatched"]);
            if (!waitsInKernel)
            {
                await SayAsync(1, second);
            }

            // What really runs there is served as ever.
            node.Wire.Send(CalculatorNode.Call(100 + call, 2, (ushort)3001, 40));
            Wait(1000);
            Assert.Equal(41, Result());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => node?.Dispose();

    private async Task StartAsync(Machine hardware)
    {
        node = new Node(new NodeOptions
        {
            Config = Config,
            Machine = MachineParameters.Ideal with { Cores = 2 },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
        });
        nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
    }

    private async Task<NicProcess> ProcessAsync(string name, ushort port, byte mostCores)
    {
        NicProcess process = nic.CreateProcess(name);
        await process.SetPolicyAsync(new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1, MostCores = mostCores });
        await process.RegisterAsync(new Calculator(), port);
        processes.Add(process.Number, process);
        return process;
    }

    private Task SayAsync(int core, BoundEndpoint endpoint) =>
        nic.SetCoreStateAsync(
            core, new CoreState { HasProcess = true, Process = endpoint.Process, HasEndpoint = true, Endpoint = (ushort)endpoint.Number });

    // A thread on core 1 that goes to the kernel when it is told to.
    private void RunWithKernel(BoundEndpoint endpoint, NicProcess process, BoundEndpoint kernel) => _ = node.Cpu.Start(
        node.Cpu.Cores[1], core => UserLoop.RunAsync(core, endpoint, process.Handlers, onYield: () => TurnAsync(core, kernel)));

    // A turn of the kernel's loop: one load of the kernel endpoint, and the answer to what comes.
    private async ValueTask TurnAsync(Core core, BoundEndpoint kernel)
    {
        ulong address = kernel.Addresses.ReceiveControl[kernel.ReceiveLine!.Value];
        byte[] bytes = new byte[LineMessage.LineBytes];
        await core.LoadLineAsync(address, bytes);
        LineMessage message = new(bytes);
        if (message.Kind == MessageKind.Request)
        {
            HandlerAnswer answer = processes[message.Process].Handlers.Call(
                message.CodePointer, message.DataPointer, bytes.AsSpan(LineMessage.Arguments, message.Length));
            await core.StoreAsync(address + LineMessage.Arguments, answer.Body);
            await core.StoreAsync(address + 6, new byte[] { (byte)answer.Body.Length, 0 });
            await core.StoreAsync(address, new[] { (byte)answer.Kind });
        }

        await core.CleanInvalidateAsync(address);
    }

    private int Result()
    {
        if (node.Wire.Received.Count != 1)
        {
            IReadOnlyDictionary<string, ulong> counters = nic.ReadCountersAsync().GetAwaiter().GetResult();
            string counted = string.Join(", ", counters.Where(counter => counter.Value > 0));
            Assert.Fail($"{node.Wire.Received.Count} replies; {counted}; {node.Nic.FastPath.Scheduler.Decision.Totals}");
        }

        return node.Wire.Received.Dequeue().Bytes[69];
    }

    private void Wait(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            node.Tick();
        }
    }
}
