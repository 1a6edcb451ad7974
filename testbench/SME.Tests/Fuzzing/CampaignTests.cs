// SPDX-License-Identifier: Apache-2.0
using SME.Testing.Fuzzing;
namespace SME.Tests.Fuzzing;

/// <summary>C# and RTL of random processes are the same machine, and the fuzzer notices when they are not.</summary>
public class CampaignTests
{
    [Fact]
    public void Random_processes_are_the_same_in_CSharp_and_in_RTL()
    {
        // The same programs at every run of the tests; campaigns of 'tools/lauberhorn fuzz hdl' draw new ones.
        const ulong seed = 20_250_514;
        FuzzResult result = HdlFuzzer.Run(64, seed, 300);
        Assert.True(result.Failures == 0, $"tools/lauberhorn fuzz hdl --count 64 --cycles 300 --seed {seed}\n{result.Report}");
        Assert.Equal(0, result.Discarded);
        Assert.Equal(64, result.Programs);
        Assert.Equal(64 * 300, result.Cycles);
    }
}
