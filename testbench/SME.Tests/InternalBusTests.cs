// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>An internal bus is a register of one process.</summary>
public class InternalBusTests
{
    [ClockedProcess]
    private sealed class TwoLate(INumber input) : SimpleProcess
    {
        [InputBus] private readonly INumber input = input;
        [InternalBus] public readonly INumber Between = Scope.CreateBus<INumber>();
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

        protected override void OnTick()
        {
            Between.Value = input.Value;
            Output.Value = Between.Value;
        }
    }

    [Fact]
    public void It_gives_the_value_of_the_last_tick()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>();
        TwoLate late = new(source);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(late.Output);
        for (int i = 0; i < 10; i++)
        {
            source.Value = 100 + i;
            simulation.Tick();
            Assert.Equal(i < 2 ? 7 : 98 + i, late.Output.Value);
        }

        Assert.Empty(simulation.Network.Warnings);
    }

    [Fact]
    public void Nobody_else_may_read_it()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>();
        simulation.AddTopLevelInputs(source);
        _ = new Register(new TwoLate(source).Between);
        Assert.Contains("internal to TwoLate, but Register reads it", Assert.Throws<ElaborationException>(() => simulation.Network).Message,
            StringComparison.Ordinal);
    }
}
