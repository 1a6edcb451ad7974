// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Node.Fuzzing;
namespace Lauberhorn.Node.Tests.Fuzzing;

public class ColourTrialTests
{
    private const uint TryAgain = 20_000;

    [Fact]
    public void Loads_that_wait_where_no_core_is_said_to_run_cost_another_process_no_time_to_speak_of()
    {
        ColourFigures quiet = ColourTrial.Run(20, isHostile: false, TryAgain, null, 3);
        ColourFigures held = ColourTrial.Run(20, isHostile: true, TryAgain, null, 3);
        ColourFigures turnedAway = ColourTrial.Run(20, isHostile: true, TryAgain, nic => nic.SetStrayLoadsAsync(true), 3);

        // Without the setting a call waits for another's TRYAGAIN; with it, for the way of a few loads to the NIC and back.
        Assert.True(held.Longest > TryAgain / 2, $"{quiet} {held} {turnedAway}");
        Assert.True(turnedAway.Longest < quiet.Longest + 3000, $"{quiet} {held} {turnedAway}");
        Assert.True(turnedAway.Median < quiet.Median + 500, $"{quiet} {held} {turnedAway}");
    }
}
