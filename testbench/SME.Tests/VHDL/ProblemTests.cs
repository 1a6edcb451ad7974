// SPDX-License-Identifier: Apache-2.0
using SME.VHDL;
namespace SME.Tests.VHDL;

/// <summary>What has no VHDL is said so, with a place and a way out.</summary>
public class ProblemTests
{
    public interface IValue : IBus
    {
        int Value { get; set; }
    }

    [ClockedProcess]
    private sealed class UntilDone(IValue input, int[] limits) : SimpleProcess
    {
        [InputBus] private readonly IValue input = input;
        [OutputBus] public readonly IValue Output = Scope.CreateBus<IValue>();
        private int limit = limits[0];

        protected override void OnTick()
        {
            limit = input.Value;
            int sum = 0;
#pragma warning disable SME030 // The analyzer says it first; the generator must say the same.
            for (int i = 0; i < limit; i++)
#pragma warning restore SME030
            {
                sum += i;
            }

            Output.Value = sum;
        }
    }

    [ClockedProcess]
    private sealed class Counter : SimpleProcess
    {
        [OutputBus] public readonly IValue Output = Scope.CreateBus<IValue>();

        protected override void OnTick() => Output.Value++;
    }

    [Fact]
    public void A_loop_whose_limit_is_no_constant_is_a_problem_with_a_place()
    {
        using Simulation simulation = new();
        IValue input = Scope.CreateBus<IValue>("x");
        simulation.AddTopLevelInputs(input).AddTopLevelOutputs(new UntilDone(input, [3]).Output);
        VhdlException exception = Assert.Throws<VhdlException>(() => VhdlGenerator.Generate(simulation, "problem"));
        SME.Form.Problem problem = Assert.Single(exception.Problems);
        Assert.Matches("^SME[0-9]{3}$", problem.Id);
        Assert.EndsWith("ProblemTests.cs", problem.Location.File);
        Assert.True(problem.Location.Line > 0);
    }

    [Fact]
    public void A_simulation_that_has_run_is_too_late()
    {
        using Simulation simulation = new();
        simulation.AddTopLevelOutputs(new Counter().Output);
        simulation.Tick();
        VhdlException exception = Assert.Throws<VhdlException>(() => VhdlGenerator.Generate(simulation, "late"));
        Assert.Equal("SME214", Assert.Single(exception.Problems).Id);
    }

    [Fact]
    public void Written_files_are_listed_in_compile_order_with_the_ports_beside_them()
    {
        using Simulation simulation = new();
        simulation.AddTopLevelOutputs(new Counter().Output);
        string directory = Directory.CreateTempSubdirectory("sme").FullName;
        try
        {
            VhdlDesign design = VhdlGenerator.Generate(simulation, "CounterTop");
            design.WriteTo(directory);
            Assert.Equal(["counter_top_types.vhd", "counter.vhd", "counter_top.vhd"],
                File.ReadAllLines(Path.Combine(directory, "files.txt")));
            Assert.Contains("\"counter_output_value\"", File.ReadAllText(Path.Combine(directory, "ports.json")), StringComparison.Ordinal);
            Assert.Equal(["clk", "rst", "counter_output_value"], design.Ports.Select(port => port.Name));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    [Fact]
    public void A_counter_reads_as_one_would_write_it()
    {
        using Simulation simulation = new();
        simulation.AddTopLevelOutputs(new Counter().Output);
        VhdlDesign design = VhdlGenerator.Generate(simulation, "top", new VhdlOptions { Header = [] });
        string text = design.Files.Single(file => file.Name == "counter.vhd").Text;
        Assert.Equal(
            """
            -- C#: SME.Tests.VHDL.ProblemTests.Counter, VHDL/ProblemTests.cs:NN

            library ieee;
            use ieee.std_logic_1164.all;
            use ieee.numeric_std.all;
            use work.top_types.all;

            entity counter is
              port (
                clk : in std_logic;
                rst : in std_logic;
                output_0 : out value_bus_t := (value => (others => '0'))
              );
            end entity;

            architecture rtl of counter is
              signal output_0_next : value_bus_t;
            begin

              logic : process (all)
              begin
                output_0_next <= output_0;
                output_0_next.value <= output_0.value + 1;  -- ProblemTests.cs:NN
              end process;

              registers : process (clk)
              begin
                if rising_edge(clk) then
                  if rst = '1' then
                    output_0 <= (value => (others => '0'));
                  else
                    output_0 <= output_0_next;
                  end if;
                end if;
              end process;

            end architecture;

            """.ReplaceLineEndings("\n"),
            System.Text.RegularExpressions.Regex.Replace(text, @"\.cs:\d+", ".cs:NN"));
    }
}
