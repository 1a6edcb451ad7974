// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>Loops that write their lines back themselves, beside those whose lines the NIC fetches (docs/colours.md).</summary>
public class WriteBackTests
{
    private const int Frames = 40;

    [Theory]
    [InlineData(Machine.CSharp, "enzian")]
    [InlineData(Machine.Lockstep, "ideal")]
    public async Task A_loop_that_waits_in_vain_gets_TRYAGAIN_again_and_again_and_then_its_call(Machine hardware, string machine)
    {
        using Node node = Build(hardware, machine, 1);
        Driver.Nic nic = await OpenAsync(node);
        await nic.SetTryAgainAsync(600);
        Calculator calculator = new();
        List<LoopEvent> steps = [];
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(calculator, CalculatorNode.Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync(writesBack: true);
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, endpoint, process.Handlers, watch: steps.Add));
        for (int i = 0; i < 5; i++)
        {
            node.RunUntil(() => steps.Count(step => step.Kind == MessageKind.TryAgain) > 2, 50_000);
            node.Wire.Send(CalculatorNode.Call((uint)i, 2, i));
            node.RunUntil(() => node.Wire.Received.Count > 0, 50_000);
            Assert.Equal((byte)(i + 1), node.Wire.Received.Dequeue().Bytes[69]);
            steps.Clear();
        }

        Assert.Equal(5, calculator.Calls);
    }

    [Theory]
    [InlineData(Machine.CSharp)]
    [InlineData(Machine.Lockstep)]
    public async Task An_endpoint_is_released_while_its_loop_waits_and_while_its_handler_works(Machine hardware)
    {
        using Node node = Build(hardware, "ideal", 1);
        Driver.Nic nic = await OpenAsync(node);
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(new Calculator(), CalculatorNode.Port);
        foreach (bool works in new[] { false, true, false, true })
        {
            BoundEndpoint endpoint = await process.BindEndpointAsync(3, writesBack: true);
            using CancellationTokenSource stop = new();
            await stop.CancelAsync();
            LoopEnd? end = null;
            Task program = node.Cpu.Start(node.Cpu.Cores[0], async core =>
            {
                byte[] line = new byte[128];
                if (works)
                {
                    // Takes a call and never answers.
                    await core.LoadLineAsync(endpoint.Addresses.ReceiveControl[endpoint.ReceiveLine!.Value], line);
                    end = LoopEnd.Stopped;
                }
                else
                {
                    end = await UserLoop.RunAsync(core, endpoint, process.Handlers, stop.Token);
                }
            });
            for (int i = 0; i < 200; i++)
            {
                node.Tick();
            }

            if (works)
            {
                node.Wire.Send(CalculatorNode.Call(9, 2, 1));
                node.RunUntil(() => end is not null, 5000);
            }

            await process.ReleaseEndpointAsync(endpoint);
            node.RunUntil(() => program.IsCompleted, 5000);
            Assert.Equal(LoopEnd.Stopped, end);
        }

        Assert.Equal(2ul, (await nic.ReadCountersAsync())["CallDiscarded"]);
        Assert.Empty(node.Wire.Received);
    }

    [Fact]
    public async Task Cores_that_send_at_the_same_time_with_two_lines_each_hold_each_other_up()
    {
        using Node node = Build(Machine.CSharp, "enzian", 2);
        Driver.Nic careful = await OpenAsync(node);
        BoundEndpoint first = await careful.BindKernelEndpointAsync(0, false, writesBack: false);
        NicException refused = await Assert.ThrowsAsync<NicException>(() => careful.BindKernelEndpointAsync(1, false, writesBack: false));
        Assert.Contains("could deadlock", refused.Message, StringComparison.Ordinal);
        Assert.Contains("writesBack", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(node.Planner.FindSendConflict([0, 1]));

        // An OS that does not ask the planner gets both, and the deadlock.
        Driver.Nic careless = await Driver.Nic.OpenAsync(
            node.Registers, endpoint => node.Planner.Addresses(endpoint, node.Nic.Config.AuxLines), host: HostTraits.OnDemand);
        BoundEndpoint[] endpoints = [first, await careless.BindKernelEndpointAsync(1, false, writesBack: false)];
        Start(node, endpoints);
        Assert.Throws<ColourDeadlockException>(() => node.RunUntil(() => node.Wire.Received.Count == 2 * Frames, 2_000_000));
    }

    [Fact]
    public async Task Cores_that_write_back_what_they_send_do_not()
    {
        using Node node = Build(Machine.CSharp, "enzian", 2);
        Driver.Nic nic = await OpenAsync(node);
        BoundEndpoint[] endpoints = [await nic.BindKernelEndpointAsync(0, false, writesBack: true),
            await nic.BindKernelEndpointAsync(1, false, writesBack: true)];
        Start(node, endpoints);
        node.RunUntil(() => node.Wire.Received.Count == 2 * Frames, 2_000_000);

        // Each core's frames in its order.
        for (int core = 0; core < 2; core++)
        {
            IEnumerable<int> numbers = node.Wire.Received.Where(frame => frame.Bytes[14] == core).Select(frame => (int)frame.Bytes[15]);
            Assert.Equal(Enumerable.Range(0, Frames), numbers);
        }
    }

    private static void Start(Node node, BoundEndpoint[] endpoints)
    {
        foreach ((int i, BoundEndpoint endpoint) in endpoints.Index())
        {
            _ = node.Cpu.Start(node.Cpu.Cores[i], async core =>
            {
                KernelLoop loop = new(core, endpoint, static _ => []);
                for (int number = 0; number < Frames; number++)
                {
                    byte[] frame = new byte[60];
                    (frame[12], frame[13], frame[14], frame[15]) = (0x88, 0xB5, (byte)i, (byte)number);
                    await core.ComputeAsync((number * 97 * (i + 1)) % 300);
                    await loop.SendAsync(frame);
                }
            });
        }
    }

    private static Node Build(Machine hardware, string machine, int cores) => new(new NodeOptions
    {
        Config = NicConfig.Tiny,
        Machine = (machine == "ideal" ? MachineParameters.Ideal : MachineParameters.Enzian) with
        {
            Cores = cores,
            BlockedLimit = 100_000,
            ReorderCycles = 8
        },
        Hardware = hardware,
        Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
    });

    private static async Task<Driver.Nic> OpenAsync(Node node)
    {
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        return nic;
    }
}
