// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Top;
using SME;
using SME.VHDL;

namespace Lauberhorn.Tool.Tests;

/// <summary>Nothing in the NIC waits for itself, or the words say why that ends; and the page says what the design gives.</summary>
public class WaitsTests
{
    [Theory]
    [InlineData("tiny")]
    [InlineData("compact")]
    [InlineData("enzian")]
    [InlineData("large")]
    public void Nothing_in_the_nic_waits_for_itself(string preset)
    {
        using Simulation simulation = new();
        Nic.Build(simulation, NicConfig.Preset(preset));
        WaitsGraph graph = WaitsGraph.Of(simulation.Network);
        WaitArgument argument = new(graph.Streams, graph.Waits, NicWaits.Reasons);
        Assert.True(argument.Holds, string.Join('\n', argument.Problems()));
        Assert.True(argument.Waits.Count > 150, $"{argument.Waits.Count} waits were found");
    }

    [Fact]
    public void Without_the_words_there_are_cycles_so_the_check_can_fail()
    {
        using Simulation simulation = new();
        Nic.Build(simulation, NicConfig.Tiny);
        WaitsGraph graph = WaitsGraph.Of(simulation.Network);
        Assert.False(new WaitArgument(graph.Streams, graph.Waits, []).Holds);

        // Nor is one of them idle.
        Assert.All(
            NicWaits.Reasons.Where(reason => reason.Use == WaitReasonUse.Ends),
            left =>
            {
                WaitReason[] others = [.. NicWaits.Reasons.Where(reason => reason != left)];
                Assert.False(new WaitArgument(graph.Streams, graph.Waits, others).Holds, left.Reason);
            });
    }

    [Fact]
    public void The_page_has_the_tables_that_the_design_gives()
    {
        (int code, string output, _) = CommandLineTests.Run("waits --check");
        Assert.True(code == 0, output);
    }
}
