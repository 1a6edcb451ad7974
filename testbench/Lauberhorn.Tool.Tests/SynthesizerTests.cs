// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Synthesis;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Tests;

/// <summary>Designs whose logic can be counted by hand, through GHDL, yosys and the count.</summary>
public sealed class SynthesizerTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lauberhorn-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_function_of_six_registers_is_one_lut_in_one_level()
    {
        AreaReport report = Measure("""
            signal a : std_logic_vector(5 downto 0);
            signal y : std_logic;
            """, """
            a <= d(5 downto 0);
            y <= (a(0) and a(1) and a(2) and a(3) and a(4)) xor a(5);
            q(0) <= y;
            """);
        Assert.Equal(1, report.Luts);
        Assert.Equal(1, report.Levels);
        Assert.Equal(8, report.FlipFlops);
        Assert.Equal(0, report.BlockRams);
    }

    [Fact]
    public void An_adder_of_16_bits_is_a_lut_and_a_carry_chain()
    {
        AreaReport report = Measure("""
            signal a, b, s : unsigned(15 downto 0);
            """, """
            a <= unsigned(d(15 downto 0));
            b <= unsigned(d(31 downto 16));
            s <= a + b;
            q(15 downto 0) <= std_logic_vector(s);
            """);
        Assert.InRange(report.Luts - report.LutRams, 16, 17);
        // Four CARRY4 or two CARRY8.
        Assert.True(report.Levels is 1.5 or 2, $"{report.Levels} levels");
    }

    [Fact]
    public void A_memory_of_4096_words_of_32_bits_is_four_block_rams()
    {
        AreaReport report = Measure("""
            type memory_t is array (0 to 4095) of std_logic_vector(31 downto 0);
            signal memory : memory_t;
            """, """
            if d(63) = '1' then
              memory(to_integer(unsigned(d(43 downto 32)))) <= d(31 downto 0);
            end if;
            q(31 downto 0) <= memory(to_integer(unsigned(d(55 downto 44))));
            """);
        Assert.Equal(4, report.BlockRams);
        Assert.Equal(0, report.LutRams);
        Assert.Empty(report.UnknownCells);
    }

    private AreaReport Measure(string declarations, string clocked)
    {
        RtlFile file = new("top.vhd", $"""
            library ieee;
            use ieee.std_logic_1164.all;
            use ieee.numeric_std.all;
            entity top is
              port (clk : in std_logic; d : in std_logic_vector(63 downto 0); q : out std_logic_vector(31 downto 0));
            end;
            architecture rtl of top is
            {declarations}
            begin
              process (clk)
              begin
                if rising_edge(clk) then
                  {clocked}
                end if;
              end process;
            end;
            """);
        Assert.Empty(Ghdl.Analyse([file]));
        return AreaReport.Of(Synthesizer.Synthesise("top", [file], directory));
    }
}
