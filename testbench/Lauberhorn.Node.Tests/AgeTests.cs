// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;

namespace Lauberhorn.Node.Tests;

/// <summary>A thread that hangs with a call in its line: with an age limit the client is answered by another thread.</summary>
public class AgeTests
{
    private const int Unit = 1 << 16;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task A_client_whose_call_hangs_is_answered_by_another_thread_when_it_sends_it_again(ushort limit, bool writesBack)
    {
        using Node node = new(new NodeOptions { Config = NicConfig.Tiny, Machine = MachineParameters.Ideal with { Cores = 2 } });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetCallAgeLimitAsync(limit);
        Calculator calculator = new();
        NicProcess process = nic.CreateProcess("calculator");
        await process.RegisterAsync(calculator, CalculatorNode.Port);
        bool hangs = true;
        foreach (int core in new[] { 0, 1 })
        {
            // The one that begins to wait last gets the call.
            BoundEndpoint endpoint = await process.BindEndpointAsync(writesBack: writesBack);
            Hanging Memory(Core memory) => new(memory, () => core == 1 && hangs);
            _ = node.Cpu.Start(node.Cpu.Cores[core], memory => UserLoop.RunAsync(Memory(memory), endpoint, process.Handlers));
            Wait(300);
        }

        byte[] call = CalculatorNode.Call(7, 2, 41);
        long start = node.Ticks;
        int sent = 0;
        while (node.Wire.Received.Count == 0)
        {
            Assert.True(node.Ticks - start < (limit + 2) * Unit, "the client is not answered");
            node.Wire.Send(call);
            sent++;
            Wait(2000);
        }

        // It came to its second thread when it was older than the limit, and not before.
        Assert.InRange(node.Ticks - start, limit * Unit, ((limit + 1) * Unit) + 5000);
        SentByNic reply = node.Wire.Received.Dequeue();
        Assert.Equal(7u, BinaryPrimitives.ReadUInt32BigEndian(reply.Bytes.AsSpan(42)));
        Assert.Equal(42, BinaryPrimitives.ReadInt32BigEndian(reply.Bytes.AsSpan(66)));
        Assert.Equal(2, calculator.Calls);
        Wait(EventCounters.SettleTicks);
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        Assert.Equal((1ul, (ulong)sent - 2, 0ul), (counters["CallOverdue"], counters["Retransmission"], counters["LateReply"]));

        // The late answer goes nowhere, and its slot is free again.
        hangs = false;
        Wait(2000);
        node.Wire.Send(CalculatorNode.Call(8, 2, 50));
        Wait(2000);
        reply = Assert.Single(node.Wire.Received);
        Assert.Equal(8u, BinaryPrimitives.ReadUInt32BigEndian(reply.Bytes.AsSpan(42)));
        counters = await nic.ReadCountersAsync();
        Assert.Equal((1ul, 1ul), (counters["CallOverdue"], counters["LateReply"]));
        Assert.Equal(NicConfig.Tiny.PendingCalls, node.Nic.FastPath.Admission.SlotPool.Monitor.Free);

        void Wait(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                node.Tick();
            }
        }
    }

    /// <summary>A core that comes to no store as long as it hangs.</summary>
    private sealed class Hanging(Core core, Func<bool> hangs) : ICoreMemory
    {
        public ValueTask LoadLineAsync(ulong address, Memory<byte> destination) => core.LoadLineAsync(address, destination);

        public async ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes)
        {
            while (hangs())
            {
                await core.ComputeAsync(100);
            }

            await core.StoreAsync(address, bytes);
        }

        public ValueTask CleanInvalidateAsync(ulong address) => core.CleanInvalidateAsync(address);

        public ValueTask BarrierAsync() => core.BarrierAsync();
    }
}
