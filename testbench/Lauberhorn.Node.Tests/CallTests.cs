// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests;

/// <summary>
/// Calls from the wire through the NIC to handlers on cores, registered by the driver through the registers, and their replies back on the
/// wire.
/// </summary>
public class CallTests
{
    private static readonly ReceiveSettings Client = new(0x024C_4800_0001, 0x0A4D_0001);

    [Theory]
    [InlineData("tiny", Machine.CSharp)]
    [InlineData("tiny", Machine.Lockstep)]
    [InlineData("enzian", Machine.CSharp)]
    public void A_call_is_answered_to_the_client(string preset, Machine hardware)
    {
        using Node node = Build(preset, hardware, 1, MachineParameters.Ideal);
        Calculator calculator = CalculatorNode.Serve(node, 1);
        node.Wire.Send(CalculatorNode.Call(7, 1, 40, 2));
        node.RunUntil(() => calculator.Calls > 0, 1000);

        node.RunUntil(() => node.Wire.Received.Count > 0, 1000);
        SentByNic frame = node.Wire.Received.Dequeue();
        Assert.Equal((7u, 0u), Answer(frame));
        Assert.Equal(42, Result(frame));
    }

    [Fact]
    public void The_control_line_is_on_offer_16_ticks_after_the_first_beat_and_the_reply_9_after_the_return()
    {
        using Node node = Build("enzian", Machine.CSharp, 1, MachineParameters.Ideal);
        CalculatorNode.Serve(node, 1);
        byte[] call = CalculatorNode.Call(1, 2, 41);
        Assert.Equal(86, call.Length);
        CallTrace trace = CallLatency.Follow(node, call);
        Assert.Equal(16, trace[CallLatency.Line]);
        Assert.Equal(9, trace[CallLatency.Transmit] - trace[CallLatency.Return]);
    }

    [Fact]
    public void Procedures_programs_and_versions_that_are_not_there_are_answered_by_the_NIC()
    {
        using Node node = Build("tiny", Machine.CSharp, 1, MachineParameters.Ideal);
        Calculator calculator = CalculatorNode.Serve(node, 1);
        node.Wire.Send(CalculatorNode.Call(1, 0));
        node.Wire.Send(CalculatorNode.Call(2, 9));
        node.Wire.Send(CalculatorNode.Call(3, 1, 40));
        node.RunUntil(() => node.Wire.Received.Count == 3, 1000);
        Assert.Equal([(1u, 0u), (2u, 3u), (3u, 4u)], node.Wire.Received.Select(Answer));
        Assert.Equal(0, calculator.Calls);
    }

    [Theory]
    [InlineData("ideal", 0, 0)]
    [InlineData("ideal", 5000, 20)]
    [InlineData("enzian", 2000, 60)]
    public void Many_calls_are_each_handled_once(string machine, int evictions, int reorder)
    {
        MachineParameters parameters = (machine == "ideal" ? MachineParameters.Ideal : MachineParameters.Enzian) with
        {
            EvictionsPerMillion = evictions,
            ReorderCycles = reorder,
        };
        using Node node = Build("tiny", Machine.CSharp, 2, parameters);
        Calculator calculator = CalculatorNode.Serve(node, 2);
        Random random = new(1);
        int sent = 0;
        Dictionary<int, int> results = [];
        node.OnTick = _ =>
        {
            while (node.Wire.Received.TryDequeue(out SentByNic? reply))
            {
                Assert.Equal(0u, Answer(reply).Status);
                int result = Result(reply);
                results[result] = results.GetValueOrDefault(result) + 1;
            }

            // No more in flight than there are slots: the others would be dropped.
            if (sent < 300 && sent - results.Count < 5 && random.Next(20) == 0)
            {
                node.Wire.Send(CalculatorNode.Call((uint)sent, 1, sent, 1_000_000));
                sent++;
            }
        };
        node.RunUntil(() => results.Count == 300, 2_000_000);
        Assert.Equal(300, calculator.Calls);
        Assert.All(results, result => Assert.Equal(1, result.Value));
        Assert.Equal(Enumerable.Range(1_000_000, 300), results.Keys.Order());
    }

    /// <summary>Transaction identifier and <c>accept_stat</c> of an accepted reply to the client, whose checksums must be right.</summary>
    private static (uint Xid, uint Status) Answer(SentByNic frame)
    {
        DecodedFrame decoded = ReferenceDecoder.Decode(frame.Bytes, false, Client);
        Assert.Equal((DropReason.None, FrameKind.RpcReply), (decoded.Drop, decoded.Kind));
        Assert.Equal((CalculatorNode.Port, (ushort)1000), (decoded.Udp!.SourcePort, decoded.Udp.DestinationPort));
        return (BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(42)), BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(62)));
    }

    private static int Result(SentByNic frame) => BinaryPrimitives.ReadInt32BigEndian(frame.Bytes.AsSpan(66));

    private static Node Build(string preset, Machine hardware, int cores, MachineParameters machine) => new(new NodeOptions
    {
        Config = NicConfig.Preset(preset),
        Machine = machine with { Cores = cores },
        Hardware = hardware,
        Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
    });
}
