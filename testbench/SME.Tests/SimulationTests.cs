// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace SME.Tests;

/// <summary>Semantics of one tick.</summary>
public class SimulationTests
{
    [Fact]
    public void A_clocked_process_delays_by_one_tick_and_a_combinational_one_does_not()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>("source");
        Register register = new(source);
        Increment increment = new(register.Output);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(increment.Output);
        _ = simulation.Network;
        Assert.Equal(8, increment.Output.Value);
        source.Value = 100;
        simulation.Tick();
        Assert.Equal(8, increment.Output.Value);
        simulation.Tick();
        Assert.Equal(101, increment.Output.Value);
    }

    [Fact]
    public void What_is_written_to_an_input_before_elaboration_arrives_with_the_first_tick()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>("source");
        Increment increment = new(source);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(increment.Output);
        source.Value = 100;
        Assert.Equal(7, source.Value);
        simulation.Tick();
        Assert.Equal(101, increment.Output.Value);
    }

    [Fact]
    public void Any_chain_of_registers_and_increments_delays_by_its_registers_and_adds_its_increments() =>
        Gen.Select(Gen.Bool.Array[0, 20], Gen.Int.Array[30]).Sample((isRegister, inputs) =>
        {
            using Simulation simulation = new();
            INumber source = Scope.CreateBus<INumber>("source");
            INumber at = source;
            foreach (bool register in isRegister)
            {
                at = register ? new Register(at).Output : new Increment(at).Output;
            }

            simulation.AddTopLevelInputs(source).AddTopLevelOutputs(at);
            int delay = isRegister.Count(register => register);
            List<int> seen = [];
            foreach (int input in inputs)
            {
                source.Value = input;
                simulation.Tick();
                seen.Add(at.Value);
            }

            Assert.Equal(inputs.SkipLast(delay).Select(input => input + isRegister.Length - delay), seen.Skip(delay));
        });

    [Fact]
    public void Simulations_nest_and_each_ends_its_own_scope()
    {
        using Simulation outer = new();
        using (Simulation inner = new())
        {
            Scope.Open("forgotten");
            Assert.Same(inner, Scope.Current.Simulation);
        }

        Assert.Same(outer.Scope, Scope.Current);
    }

    [Fact]
    public void Without_a_simulation_the_error_says_what_to_do()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Scope.CreateBus<INumber>());
        Assert.Contains("new Simulation()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_an_end_is_refused()
    {
        using Simulation simulation = new();
        Assert.Contains("no end", Assert.Throws<InvalidOperationException>(() => simulation.Run()).Message, StringComparison.Ordinal);
    }
}
