// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>A process's number is used again: nothing of its earlier owner counts any more.</summary>
public class GenerationTests
{
    [Theory]
    [InlineData(Machine.CSharp)]
    [InlineData(Machine.Lockstep)]
    public async Task A_kernel_line_says_whose_use_of_the_number_it_is_for_and_a_late_answer_of_an_earlier_one_goes_nowhere(
        Machine hardware)
    {
        using Node node = Build(hardware);
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(0, takesProcesses: true);
        List<(ushort Process, ushort Generation)> seen = [];
        bool holds = false;
        _ = node.Cpu.Start(node.Cpu.Cores[0], Serve);
        for (ushort generation = 0; generation < 4; generation++)
        {
            NicProcess process = nic.CreateProcess("calculator");
            await process.RegisterAsync(new Calculator(), CalculatorNode.Port);
            await process.SetPolicyAsync(new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1 });
            Assert.Equal((1, generation), (process.Number, process.Generation));
            node.Wire.Send(CalculatorNode.Call(2u * generation, 2, 1));
            node.RunUntil(() => node.Wire.Received.Count > 0, 5000);
            Assert.Equal(2u * generation, BinaryPrimitives.ReadUInt32BigEndian(node.Wire.Received.Dequeue().Bytes.AsSpan(42)));
            Assert.Equal((process.Number, generation), seen[^1]);

            // A call is in the line when the process ends.
            holds = true;
            int before = seen.Count;
            node.Wire.Send(CalculatorNode.Call((2u * generation) + 1, 2, 1));
            node.RunUntil(() => seen.Count > before, 5000);
            await process.CloseAsync();
            holds = false;
            Run(2000);
            Assert.Empty(node.Wire.Received);
        }

        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        Assert.Equal((4ul, 4ul), (counters[nameof(NicEvent.ReplySent)], counters[nameof(NicEvent.BadReply)]));
        Assert.Equal(NicConfig.Tiny.PendingCalls, node.Nic.FastPath.Admission.SlotPool.Monitor.Free);

        async Task Serve(Core core)
        {
            byte[] line = new byte[LineMessage.LineBytes];
            for (int i = 0; ; i++)
            {
                ulong address = kernel.Addresses.ReceiveControl[i & 1];
                await core.LoadLineAsync(address, line);
                LineMessage message = new(line);
                if (message.Kind != MessageKind.Request)
                {
                    continue;
                }

                seen.Add((message.Process, message.Generation));
                while (holds)
                {
                    await core.ComputeAsync(50);
                }

                message.Length = 4;
                message.Kind = MessageKind.Reply;
                await core.StoreAsync(address, line);
            }
        }

        void Run(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                node.Tick();
            }
        }
    }

    [Theory]
    [InlineData(Machine.CSharp)]
    [InlineData(Machine.Lockstep)]
    public async Task A_call_of_a_service_of_an_earlier_owner_is_dropped(Machine hardware)
    {
        using Node node = Build(hardware);
        Calculator calculator = CalculatorNode.Serve(node, 1);
        Driver.Nic nic = node.Open();

        // As if a call were in flight when the number's next owner begins.
        await nic.CommandAsync(CommandCode.SetProcess, 1, CommandEncoding.Of(new ProcessPolicy { Generation = 7 }));
        node.Wire.Send(CalculatorNode.Call(1, 2, 1));
        for (int i = 0; i < 1000; i++)
        {
            node.Tick();
        }

        Assert.Equal(0, calculator.Calls);
        Assert.Equal(1ul, (await nic.ReadCountersAsync())[nameof(NicEvent.CallDroppedOfEarlier)]);
        Assert.Equal(NicConfig.Tiny.PendingCalls, node.Nic.FastPath.Admission.SlotPool.Monitor.Free);
    }

    private static Node Build(Machine hardware) => new(new NodeOptions
    {
        Config = NicConfig.Tiny,
        Machine = MachineParameters.Ideal with { Cores = 1 },
        Hardware = hardware,
        Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
    });
}
