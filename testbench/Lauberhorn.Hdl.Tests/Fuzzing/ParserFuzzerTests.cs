// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Testing.Fuzzing;
using Lauberhorn.Model;

namespace Lauberhorn.Hdl.Tests.Fuzzing;

public class ParserFuzzerTests
{
    [Fact]
    public void A_hundred_thousand_cycles_agree()
    {
        var result = ParserFuzzer.Run(100_000, 1, null, NicConfig.Tiny, ReceiveComparison.Difference);
        Assert.True(result.Mismatches == 0, result.Report);
        Assert.True(result.Cycles >= 100_000 && result.Frames > 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_receive_path_in_CSharp_agrees_with_the_reference(ulong seed)
    {
        var outcome = new ParserRun(ReceiveComparison.Difference).Run(ParserCase.Make(seed, 20_000), withRtl: false);
        Assert.True(outcome.Failure is null, $"seed {seed}: {outcome.Failure}");
    }

    [Fact]
    public void A_failure_is_shrunk_to_the_frame_that_causes_it()
    {
        // A judge who dislikes calls with a credential: that stands for a defect.
        var run = new ParserRun((bench, sent, _) =>
            sent.Any(frame => ReferenceDecoder.Decode(frame.Bytes, frame.Error, bench.Settings).Rpc?.CredentialLength > 8)
                ? "a long credential" : null);
        var whole = ParserCase.Make(1, 2000);
        Assert.Equal("a long credential", run.Run(whole, withRtl: false).Failure);
        var small = new ParserShrinker(candidate => run.Run(candidate, withRtl: false).Failure is not null, TimeSpan.FromMinutes(1))
            .Shrink(whole);
        var frame = Assert.Single(small.Frames);
        Assert.True(ReferenceDecoder.Decode(frame.Bytes, frame.ErrorFlag, small.Settings).Rpc!.CredentialLength > 8);
        Assert.Equal((Pace.Steady, Pace.Steady, Pace.Steady), (small.Gaps, small.Metadata, small.Payload));
        Assert.Contains("[RpcCall]", small.ToString(), StringComparison.Ordinal);
    }
}
