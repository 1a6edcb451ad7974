// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Tool.Synthesis;

namespace Lauberhorn.Tool.Tests;

public class LongestPathTests
{
    [Fact]
    public void The_longest_path_of_any_network_of_luts_is_the_one_that_trying_all_paths_finds()
    {
        // Nets 100.. are driven by flip-flops, nets 200.. by LUTs that read flip-flops and LUTs before them.
        const int Registers = 5;
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 1_000_000].Array[160]).Sample((luts, choices) =>
        {
            NetlistText text = new();
            List<int[]> sources = [];
            int next = 0;
            for (int i = 0; i < luts; i++)
            {
                int[] from = Enumerable.Range(0, 1 + choices[next++] % 3).Select(_ => Pick(choices[next++] % (Registers + i))).ToArray();
                sources.Add(from);
                text.Lut(200 + i, from);
            }

            int[] ends = new int[Registers];
            for (int i = 0; i < Registers; i++)
            {
                ends[i] = Pick((i * 7919) % (Registers + luts));
                text.FlipFlop(ends[i], 100 + i);
            }

            int expected = ends.Max(Depth);
            IReadOnlyList<PathStep> path = LongestPath.Find(Netlist.Parse(text.ToString()));
            Assert.Equal(expected, path[^1].Levels);
            Assert.Equal(expected + 2, path.Count);

            int Depth(int net) => net < 200 ? 0 : 1 + sources[net - 200].Max(Depth);
        }, iter: 300);

        static int Pick(int index) => index < Registers ? 100 + index : 200 + index - Registers;
    }

    [Fact]
    public void A_path_is_named_after_the_source_where_the_source_has_a_name()
    {
        string text = new NetlistText().FlipFlop(12, 10).Lut(11, 10, 10).Lut(12, 11).FlipFlop(11, 13)
            .Name("count", 10, 13).Name("$abc$1", 11).Name("a.rather.long.name", 12).Name("short", 12).ToString();
        IReadOnlyList<PathStep> path = LongestPath.Find(Netlist.Parse(text));
        Assert.Equal(["count[0]", "$abc$1", "short", "D"], path.Select(step => step.Net));
        Assert.Equal(["FDRE", "LUT2", "LUT1", "FDRE"], path.Select(step => step.Cell.Type));
        Assert.Equal([0, 1, 2, 2], path.Select(step => step.Levels));
    }

    [Fact]
    public void A_carry_chain_costs_a_quarter_for_each_cell_and_its_sums_do_not_wait_for_propagates_above_them()
    {
        // Sum 0 of the second cell comes from the first cell's carry; the slow propagate (behind three LUTs) is the one above it.
        string text = new NetlistText().FlipFlop(50, 10).Lut(20, 10).Lut(21, 20).Lut(22, 21)
            .Cell("CARRY4", [("CI", [-1]), ("S", [10, 10, 10, 10]), ("DI", [10, 10, 10, 10])],
                [("CO", [30, 31, 32, 33]), ("O", [34, 35, 36, 37])])
            .Cell("CARRY4", [("CI", [33]), ("S", [10, 22, 10, 10]), ("DI", [10, 10, 10, 10])],
                [("CO", [40, 41, 42, 43]), ("O", [50, 51, 52, 53])])
            .ToString();
        Assert.Equal(0.5, LongestPath.Find(Netlist.Parse(text))[^1].Levels);
        Assert.Equal(3.25, LongestPath.Find(Netlist.Parse(text.Replace("\"D\":[50]", "\"D\":[51]", StringComparison.Ordinal)))[^1].Levels);
    }

    [Fact]
    public void A_lut_memory_passes_read_addresses_on_and_keeps_what_is_written()
    {
        string text = new NetlistText()
            .Cell("RAM64X1D", [("WCLK", [1]), ("D", [22]), ("WE", [22]), ("A0", [22]), ("DPRA0", [20])], [("SPO", [30]), ("DPO", [31])])
            .FlipFlop(31, 10).Lut(20, 10).Lut(21, 20).Lut(22, 21).ToString();
        // 1 for the read address's LUT, 1 for the memory; what goes in to be written ends there after 3.
        Assert.Equal(3, LongestPath.Find(Netlist.Parse(text))[^1].Levels);
        Assert.Equal(2, LongestPath.Find(Netlist.Parse(text.Replace(":[22],", ":[10],", StringComparison.Ordinal)))[^1].Levels);
    }

    [Fact]
    public void Paths_from_and_to_ports_do_not_count()
    {
        // Net 5 comes from outside, net 6 goes outside.
        string text = new NetlistText().Lut(20, 5).Lut(21, 20).FlipFlop(21, 10).Lut(6, 10).ToString();
        Assert.Empty(LongestPath.Find(Netlist.Parse(text)));
    }

    [Fact]
    public void Paths_from_and_to_ports_count_if_ports_are_taken_for_registers()
    {
        string text = new NetlistText().Cell("IBUF", [("I", [2])], [("O", [5])]).Lut(20, 5).Lut(21, 20)
            .Cell("OBUF", [("I", [21])], [("O", [6])]).ToString();
        Assert.Empty(LongestPath.Find(Netlist.Parse(text)));
        Assert.Equal(["IBUF", "LUT1", "LUT1", "OBUF"],
            LongestPath.Find(Netlist.Parse(text), portsAreRegisters: true).Select(step => step.Cell.Type));
    }

    [Fact]
    public void A_combinational_loop_is_reported_by_name()
    {
        string text = new NetlistText().Lut(20, 21).Lut(21, 20).FlipFlop(21, 10).Name("around", 20).ToString();
        ToolException exception = Assert.Throws<ToolException>(() => LongestPath.Find(Netlist.Parse(text)));
        Assert.Contains("combinational loop", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_luts_does_not_overflow_the_stack()
    {
        NetlistText text = new NetlistText().FlipFlop(100_100, 100);
        for (int i = 0; i < 100_000; i++)
        {
            text.Lut(101 + i, 100 + i);
        }

        Assert.Equal(100_000, LongestPath.Find(Netlist.Parse(text.ToString()))[^1].Levels);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"modules\":{}}")]
    public void What_is_no_netlist_is_refused_in_one_line(string text)
    {
        ToolException exception = Assert.Throws<ToolException>(() => Netlist.Parse(text));
        Assert.DoesNotContain('\n', exception.Message);
    }
}
