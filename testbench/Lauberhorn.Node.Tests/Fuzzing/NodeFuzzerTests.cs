// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Node.Fuzzing;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Tests.Fuzzing;

public class NodeFuzzerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_call_is_answered_once_or_counted_as_dropped_and_no_byte_is_anothers(ulong seed)
    {
        NodeFuzzResult result = NodeFuzzer.Run(400, seed, 0);
        Assert.True(result.Mismatches == 0, result.Report);
        Assert.True(result.Calls >= 400 && result.Replies > 100 && result.Bytes > 10_000, result.ToString());
    }

    [Fact]
    public void The_RTL_does_the_same_in_every_cycle()
    {
        NodeFuzzResult result = NodeFuzzer.Run(150, 1, 100);
        Assert.True(result.Mismatches == 0, result.Report);
        Assert.Equal(result.Calls, result.LockstepCalls);
    }

    [Fact]
    public void Garbage_at_line_rate_takes_nothing_from_good_calls()
    {
        GarbageFigures quiet = GarbageTrial.Run(150, false, 1);
        GarbageFigures loud = GarbageTrial.Run(150, true, 1);
        Assert.Equal((150, 150), (quiet.Answered, loud.Answered));
        Assert.True(loud.WireBusy > 90, loud.ToString());
        Assert.True(loud.MedianLine <= quiet.MedianLine + 3 && loud.Ticks <= quiet.Ticks + 100, $"{quiet}\n{loud}");
    }

    [Fact]
    public void The_judge_finds_a_changed_byte_a_second_answer_and_a_lost_one()
    {
        SoakPlan plan = SoakPlan.Make(5, 60, 0);
        int frames = 0;
        Assert.Contains("does not answer",
            Failure(frame => [frame with { Bytes = [.. frame.Bytes[..^1], (byte)(frame.Bytes[^1] ^ 0x10)] }]), StringComparison.Ordinal);
        Assert.Contains("answered already", Failure(frame => ++frames == 8 ? [frame, frame] : [frame]), StringComparison.Ordinal);
        frames = 0;
        Assert.Contains("counters", Failure(frame => ++frames == 8 ? [] : [frame]), StringComparison.Ordinal);

        string Failure(Func<SentByNic, IEnumerable<SentByNic>> tamper) => SoakRun.Run(plan, tamper).Failure ?? "none";
    }

    // Two endpoints of two lines that shared their colours could each wait for a fetch behind the other's load. The run looks at that
    // before it begins.
    [Theory]
    [InlineData("tiny", 4)]
    [InlineData("soak", 8)]
    [InlineData("enzian", 8)]
    public void Endpoints_do_not_hold_each_other_up_where_a_load_that_stalls_blocks_its_colour(string config, int endpoints)
    {
        SoakPlan plan = Plans().First(plan => plan.Config.Name == config && plan.WritesBack == 0
            && plan.UserEndpoints + plan.KernelEndpoints == endpoints);
        Assert.Null(SoakRun.Run(plan).Failure);

        static IEnumerable<SoakPlan> Plans() =>
            from seed in Enumerable.Range(1, 100_000)
            let plan = SoakPlan.Make((ulong)seed, 60, 0)
            where plan.Machine.StallBlocksColour
            select plan;
    }

    [Fact]
    public void A_case_is_the_same_again()
    {
        SoakPlan plan = SoakPlan.Make(5, 100, 0);
        Assert.Equal(Machine.CSharp, plan.Hardware);
        SoakOutcome first = SoakRun.Run(plan);
        SoakOutcome second = SoakRun.Run(plan);
        Assert.Null(first.Failure);
        Assert.Equal((first.Cycles, first.Frames, first.Tally.Bytes, first.Dropped),
            (second.Cycles, second.Frames, second.Tally.Bytes, second.Dropped));
    }
}
