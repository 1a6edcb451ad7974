// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace SME.Tests;

/// <summary>Test-bench processes: any C#, woken by the simulation and by nothing else.</summary>
public class SimulationProcessTests
{
    private sealed class Feeder(int[] waits) : SimulationProcess
    {
        [OutputBus] public readonly INumber Output = Scope.CreateBus<INumber>();

        public override async Task Run()
        {
            foreach (int wait in waits)
            {
                await Send(wait);
            }
        }

        private async Task Send(int wait)
        {
            Output.Value = wait;
            await ClockAsync(wait);
        }
    }

    private sealed class Sleeper : SimulationProcess
    {
        public override async Task Run() => await Task.Delay(TimeSpan.FromHours(1));
    }

    private sealed class Thrower : SimulationProcess
    {
        public override async Task Run()
        {
            await ClockAsync();
            throw new FormatException("as expected");
        }
    }

    [Fact]
    public void A_process_waits_as_many_ticks_as_it_says() =>
        Gen.Int[0, 5].Array[1, 10].Sample(waits =>
        {
            using Simulation simulation = new();
            Feeder feeder = new(waits);
            simulation.AddTopLevelOutputs(feeder.Output);
            int[] seen = [.. waits.SelectMany(wait => Enumerable.Repeat(wait, wait))];
            foreach (int expected in seen)
            {
                Assert.False(feeder.IsFinished);
                simulation.Tick();
                Assert.Equal(expected, feeder.Output.Value);
            }

            Assert.False(feeder.IsFinished);
            simulation.Tick();
            Assert.True(feeder.IsFinished);
        });

    [Fact]
    public void A_run_ends_when_all_have_ended()
    {
        using Simulation simulation = new();
        _ = new Feeder([5, 6]);
        _ = new Feeder([2]);
        simulation.Run();
        Assert.Equal(12, simulation.Ticks);
    }

    [Fact]
    public void A_process_that_waits_for_something_else_is_named()
    {
        using Simulation simulation = new();
        _ = new Sleeper();
        simulation.Tick();
        Assert.Contains("Sleeper waits for something other than its clock",
            Assert.Throws<InvalidOperationException>(() => simulation.Tick()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_exception_reaches_the_caller()
    {
        using Simulation simulation = new();
        _ = new Thrower();
        Assert.Equal("as expected", Assert.Throws<FormatException>(() => simulation.Run()).Message);
    }
}
