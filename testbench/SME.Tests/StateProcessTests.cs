// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>A clocked process written as a sequence of waits.</summary>
public class StateProcessTests
{
    private sealed class Blink : StateProcess
    {
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();
        private int round;

        protected override async Task OnTickAsync()
        {
            round++;
            Output.Value = 1;
            await ClockAsync();
            for (int i = 0; i < round; i++)
            {
                Output.Value = 10 + i;
                await ClockAsync();
            }

            Output.Value = 2;
        }
    }

    [Fact]
    public void Each_wait_ends_a_tick_and_the_end_begins_anew_in_the_next()
    {
        using Simulation simulation = new();
        Blink blink = new();
        simulation.AddTopLevelOutputs(blink.Output);
        List<int> seen = [];
        for (int i = 0; i < 12; i++)
        {
            simulation.Tick();
            seen.Add(blink.Output.Value);
        }

        Assert.Equal([1, 10, 2, 1, 10, 11, 2, 1, 10, 11, 12, 2], seen);
    }
}
