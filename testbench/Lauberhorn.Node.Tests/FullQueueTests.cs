// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>
/// A process without a thread, whose queue is full, or flushed, or expires, beside one that answers. All of these give slots back from the
/// scheduler while calls come in, and never stop the other's calls, nor the NIC's own answers.
/// </summary>
public class FullQueueTests
{
    private const uint DeafProgram = 0x2000_0200;
    private const ushort DeafPort = 2060;
    private const int Floods = 60;

    /// <summary>Ways in which queued calls end that no endpoint receives.</summary>
    public enum End
    {
        /// <summary>Their queue has room for one.</summary>
        Full,

        /// <summary>They are flushed again and again.</summary>
        Flushed,
    }

    [Theory]
    [InlineData(End.Full, 1, Machine.CSharp)]
    [InlineData(End.Full, 2, Machine.CSharp)]
    [InlineData(End.Flushed, 3, Machine.CSharp)]
    [InlineData(End.Flushed, 4, Machine.CSharp)]
    [InlineData(End.Full, 6, Machine.Lockstep)]
    public async Task Floods_of_a_process_without_a_thread_do_not_stop_one_that_answers(End end, ulong seed, Machine hardware)
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
        CalculatorNode.Serve(node, nic, 0, 1);
        NicProcess deaf = nic.CreateProcess("deaf");
        await deaf.RegisterAsync(DeafProgram, 1, 1, DeafPort, (int value) => value);
        await deaf.SetPolicyAsync(new ProcessPolicy { MostQueued = (ushort)(end == End.Full ? 1 : 0) });
        SeededRandom random = new(seed);
        uint xid = 0;
        bool isFlooding = false;
        node.OnTick = _ =>
        {
            if (isFlooding && node.Wire.Waiting < 2)
            {
                node.Wire.Send(random.OneIn(2) ? Deaf(++xid) : CalculatorNode.Call(++xid, random.OneIn(4) ? 0u : 2u, 1));
            }
        };
        for (int flood = 0; flood < Floods; flood++)
        {
            isFlooding = true;
            for (int i = 0; i < 3; i++)
            {
                Run(random.Between(1, 200));
                if (end == End.Flushed)
                {
                    await nic.CommandAsync(CommandCode.FlushProcess, deaf.Number);
                }
            }

            isFlooding = false;
            node.RunUntil(() => node.Wire.Waiting == 0, 10_000);
            Run(100);
            if (end == End.Flushed)
            {
                await nic.CommandAsync(CommandCode.FlushProcess, deaf.Number);
            }

            // Who asks until he is answered, is.
            Answered(0);
            Answered(2);
        }

        Run(EventCounters.SettleTicks);
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        string expected = end == End.Full ? nameof(NicEvent.CallDroppedQueueFull) : nameof(NicEvent.CallFlushed);
        Assert.True(counters[expected] > 8, $"seed {seed}: {counters[expected]} calls {expected}");

        void Run(long ticks)
        {
            long until = node.Ticks + ticks;
            node.RunUntil(() => node.Ticks >= until, ticks + 1);
        }

        void Answered(uint procedure)
        {
            uint sought = 0x8000_0000 | ++xid;
            byte[] call = CalculatorNode.Call(sought, procedure, 41);
            bool isAnswered = false;
            for (int tries = 0; tries < 20 && !isAnswered; tries++)
            {
                node.Wire.Send(call);
                Run(200);
                while (node.Wire.Received.TryDequeue(out SentByNic? frame))
                {
                    isAnswered |= BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(42)) == sought;
                }
            }

            Assert.True(isAnswered, $"seed {seed}: procedure {procedure} is not answered, the NIC stands still");
        }
    }

    /// <summary>
    /// Ages change all at once, each 2^16 cycles: so it is known when calls expire, and in these ticks calls of the process that answers
    /// come back to back. Nothing else gives slots back from the scheduler: no queue is full.
    /// </summary>
    [Fact]
    public async Task Calls_that_expire_do_not_stop_those_that_come_at_that_very_time()
    {
        const int Unit = 1 << 16;
        const int Queued = 3;
        const int Burst = 16;
        const ulong Units = 8;
        using Node node = new(new NodeOptions
        {
            Config = NicConfig.Tiny with { Name = "expiry", PendingCalls = 64 },
            Machine = MachineParameters.Ideal with { Cores = 1 },
        });
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        await nic.SetCallAgeLimitAsync(1);
        NicProcess calculator = nic.CreateProcess("calculator");
        await calculator.RegisterAsync(new Calculator(), CalculatorNode.Port);
        await calculator.SetPolicyAsync(new ProcessPolicy { GuaranteedQueue = Burst });
        BoundEndpoint endpoint = await calculator.BindEndpointAsync();
        _ = node.Cpu.Start(node.Cpu.Cores[0], core => UserLoop.RunAsync(core, endpoint, calculator.Handlers));
        NicProcess deaf = nic.CreateProcess("deaf");
        await deaf.RegisterAsync(DeafProgram, 1, 1, DeafPort, (int value) => value);
        await deaf.SetPolicyAsync(new ProcessPolicy { GuaranteedQueue = Queued });
        SeededRandom random = new(1);
        uint xid = 0;
        uint sent = 0;
        for (uint unit = 1; unit <= Units; unit++)
        {
            for (int i = 0; i < Queued; i++)
            {
                node.Wire.Send(Deaf(++xid));
            }

            // Calls of the unit before the last one expire when the next begins, as soon as the sweeper comes to them.
            long burst = (unit * Unit) + random.Between(-24, 24);
            node.RunUntil(() => node.Ticks >= burst, Unit + 100);
            for (int i = 0; i < Burst; i++)
            {
                node.Wire.Send(CalculatorNode.Call(++xid, 2, 1));
                sent++;
            }

            node.RunUntil(() => node.Wire.Received.Count == sent, 20_000);
        }

        node.RunUntil(() => node.Ticks >= ((long)(Units + 1) * Unit) + 1000, 2 * Unit);
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        Assert.Equal(Queued * Units, counters[nameof(NicEvent.CallExpired)]);
        Assert.Equal(0ul, counters[nameof(NicEvent.CallDroppedQueueFull)]);
    }

    private static byte[] Deaf(uint xid) =>
        new FrameBuilder().WithPorts(1000, DeafPort).WithRpc(xid).WithProcedure(DeafProgram, 1, 1).WithArguments([0, 0, 0, 1]).Build();
}
