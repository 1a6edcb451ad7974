// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>What one tick means.</summary>
public class SimulationTests
{
    public interface INumber : IBus
    {
        [InitialValue(7)]
        int Value { get; set; }
    }

    [ClockedProcess]
    private sealed class Register(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

        protected override void OnTick() => Output.Value = input.Value;
    }

    private sealed class Increment(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

        protected override void OnTick() => Output.Value = input.Value + 1;
    }

    [Fact]
    public void A_clocked_process_delays_by_one_tick_and_a_combinational_one_does_not()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>("source");
        Register register = new(source);
        Increment increment = new(register.Output);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(increment.Output);
        Assert.Equal(8, Settled(increment.Output));
        source.Value = 100;
        simulation.Tick();
        Assert.Equal(8, increment.Output.Value);
        simulation.Tick();
        Assert.Equal(101, increment.Output.Value);

        int Settled(INumber bus)
        {
            _ = simulation.Network;
            return bus.Value;
        }
    }
}
