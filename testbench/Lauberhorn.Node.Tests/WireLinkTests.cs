// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Node.Tests;

/// <summary>A node at a wire in real time.</summary>
public class WireLinkTests
{
    [Fact]
    public void Frames_go_both_ways_and_time_stands_still_without_any()
    {
        using Node node = new(new NodeOptions { Machine = MachineParameters.Ideal with { Cores = 1 } });
        CalculatorNode.Serve(node, 1);
        Pipe wire = new();
        WireLink link = new(node, wire) { QuietTicks = 1000 };
        Assert.False(link.Step());
        long start = node.Ticks;
        Assert.False(link.Step());
        Assert.True(link.IsIdle);
        Assert.Equal(start, node.Ticks);

        for (int i = 1; i <= 3; i++)
        {
            wire.ToNic.Enqueue(CalculatorNode.Call((uint)i, 1, 40, i));
            while (link.Step())
            {
            }

            Assert.Equal((i, i, i), (link.FramesIn, link.FramesOut, wire.FromNic.Count));
            Assert.Equal(40 + i, wire.FromNic[^1][69]);
            long still = node.Ticks;
            Assert.False(link.Step());
            Assert.Equal(still, node.Ticks);
        }
    }

    [Fact]
    public void Frames_that_come_at_once_are_all_taken()
    {
        using Node node = new(new NodeOptions { Machine = MachineParameters.Ideal with { Cores = 1 } });
        CalculatorNode.Serve(node, 1);
        Pipe wire = new();
        WireLink link = new(node, wire);
        for (uint i = 0; i < 5; i++)
        {
            wire.ToNic.Enqueue(CalculatorNode.Call(i, 2, (int)i));
        }

        while (link.Step())
        {
        }

        Assert.Equal([1, 2, 3, 4, 5], wire.FromNic.Select(frame => (int)frame[69]));
    }

    [Fact]
    public async Task Time_goes_on_as_long_as_the_NIC_has_a_message()
    {
        // The only core comes long after the link would have found it quiet.
        using Node node = new(new NodeOptions { Machine = MachineParameters.Ideal with { Cores = 1 } });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        NicProcess process = nic.CreateProcess("late");
        await process.RegisterAsync(new Calculator(), CalculatorNode.Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        Core core = node.Cpu.Cores[0];
        _ = node.Cpu.Start(core, async _ =>
        {
            await core.ComputeAsync(50_000);
            await UserLoop.RunAsync(core, endpoint, process.Handlers);
        });
        Pipe wire = new();
        WireLink link = new(node, wire) { QuietTicks = 1000 };
        wire.ToNic.Enqueue(CalculatorNode.Call(1, 2, 41));
        wire.ToNic.Enqueue(CalculatorNode.Call(2, 2, 42));
        while (link.Step())
        {
        }

        Assert.True(node.Ticks > 50_000);
        Assert.Equal([42, 43], wire.FromNic.Select(frame => (int)frame[69]));
        Assert.Equal(0, await nic.ReadSlotsTakenAsync());
    }

    private sealed class Pipe : IWire
    {
        public Queue<byte[]> ToNic { get; } = new();

        public List<byte[]> FromNic { get; } = [];

        public bool TryReceive(out byte[] frame)
        {
            bool isThere = ToNic.TryDequeue(out byte[]? next);
            frame = next ?? [];
            return isThere;
        }

        public void Send(ReadOnlySpan<byte> frame) => FromNic.Add(frame.ToArray());
    }
}
