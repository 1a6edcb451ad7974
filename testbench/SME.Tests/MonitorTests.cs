// SPDX-License-Identifier: Apache-2.0
namespace SME.Tests;

/// <summary>Monitors see the state at reset and every settled state after it.</summary>
public class MonitorTests
{
    [Fact]
    public void A_monitor_sees_every_settled_state_once()
    {
        using Simulation simulation = new();
        INumber source = Scope.CreateBus<INumber>();
        Increment increment = new(source);
        List<(long Tick, int Value)> seen = [];
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(increment.Output)
            .AddMonitor(running => seen.Add((running.Ticks, increment.Output.Value)));
        source.Value = 50;
        simulation.Tick(2);
        source.Value = 60;
        simulation.Tick();
        Assert.Equal([(0, 8), (1, 51), (2, 51), (3, 61)], seen);
    }

    [Fact]
    public void Hooks_run_once_before_the_first_tick_and_after_the_end()
    {
        List<string> events = [];
        using (Simulation simulation = new())
        {
            simulation.AtStart(running => events.Add($"start {running.Ticks}")).AtEnd(running => events.Add($"end {running.Ticks}"));
            simulation.Tick(4);
            simulation.Tick();
        }

        Assert.Equal(["start 0", "end 5"], events);
    }
}
