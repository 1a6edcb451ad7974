// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Cosimulation;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Tests;

/// <summary>Calls from the wire through the NIC to handlers on cores, registered by the driver through the registers, and their results in the lines that the cores left.</summary>
public class CallTests
{
    [Theory]
    [InlineData("tiny", Machine.CSharp)]
    [InlineData("tiny", Machine.Lockstep)]
    [InlineData("enzian", Machine.CSharp)]
    public void A_call_is_handled_and_its_result_comes_home(string preset, Machine hardware)
    {
        using Node node = Build(preset, hardware, 1, MachineParameters.Ideal);
        Calculator calculator = CalculatorNode.Serve(node, 1);
        node.Wire.Send(CalculatorNode.Call(7, 1, 40, 2));
        node.RunUntil(() => calculator.Calls > 0, 1000);

        // The core waits at the other line: what it left is home.
        node.RunUntil(() => node.Replies.Replies.Count > 0, 1000);
        LeftReply reply = node.Replies.Replies.Dequeue();
        Assert.Equal(MessageKind.Reply, reply.Kind);
        Assert.Equal(42, BinaryPrimitives.ReadInt32LittleEndian(reply.Results));
    }

    [Fact]
    public void The_control_line_is_on_offer_17_ticks_after_the_first_beat()
    {
        using Node node = Build("enzian", Machine.CSharp, 1, MachineParameters.Ideal);
        CalculatorNode.Serve(node, 1);
        long first = -1;
        node.OnTick = tick => first = first < 0 && node.Home.Data.Forward.Valid ? tick : first;
        byte[] call = CalculatorNode.Call(1, 2, 41);
        Assert.Equal(86, call.Length);
        Hdl.Testing.SentFrame sent = node.Wire.Send(call);
        node.RunUntil(() => first >= 0, 1000);
        Assert.Equal(17, first - sent.FirstTick);
    }

    [Fact]
    public void Procedures_programs_and_versions_that_are_not_there_are_answered_by_the_NIC()
    {
        using Node node = Build("tiny", Machine.CSharp, 1, MachineParameters.Ideal);
        Calculator calculator = CalculatorNode.Serve(node, 1);
        node.Wire.Send(CalculatorNode.Call(1, 0));
        node.Wire.Send(CalculatorNode.Call(2, 9));
        node.Wire.Send(CalculatorNode.Call(3, 1, 40));
        node.RunUntil(() => node.Replies.Answers.Count == 3, 1000);
        Assert.Equal([NicReplyKind.Null, NicReplyKind.ProcedureUnavailable, NicReplyKind.GarbageArguments], node.Replies.Answers.Select(answer => answer.Kind));
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
            while (node.Replies.Replies.TryDequeue(out LeftReply? reply))
            {
                Assert.Equal(MessageKind.Reply, reply.Kind);
                int result = BinaryPrimitives.ReadInt32LittleEndian(reply.Results);
                results[result] = results.GetValueOrDefault(result) + 1;
            }

            // No more under way than there are slots: the others would be dropped.
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

    private static Node Build(string preset, Machine hardware, int cores, MachineParameters machine) => new(new NodeOptions
    {
        Config = NicConfig.Preset(preset),
        Machine = machine with { Cores = cores },
        Hardware = hardware,
        Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
    });
}
