// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Tool.Benchmarks.Sme;
using SME;

namespace Lauberhorn.Tool.Tests;

/// <summary>The designs of the sme benchmark compute what they should, plain and compiled.</summary>
public class SmeBenchmarkTests
{
    /// <summary>FIPS-197, appendix C.3: key 00 to 1f, plaintext 00112233445566778899aabbccddeeff.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void The_AES_pipeline_gives_the_known_answer_of_FIPS_197(long compileAfter)
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using Simulation simulation = new() { CompileAfter = compileAfter };
        IAesState plaintext = Scope.CreateBus<IAesState>("plaintext");
        IAesState ciphertext = AesPipeline.Build(plaintext, key);
        simulation.AddTopLevelInputs(plaintext).AddTopLevelOutputs(ciphertext);
        (plaintext.Column0, plaintext.Column1, plaintext.Column2, plaintext.Column3) = (0x00112233, 0x44556677, 0x8899aabb, 0xccddeeff);
        simulation.Tick(1 + 15);
        Assert.Equal((0x8ea2b7cau, 0x516745bfu, 0xeafc4990u, 0x4b496089u),
            (ciphertext.Column0, ciphertext.Column1, ciphertext.Column2, ciphertext.Column3));
        HandWrittenAes.State twin = new HandWrittenAes(key).Run(new(0x00112233, 0x44556677, 0x8899aabb, 0xccddeeff), 16);
        Assert.Equal(ciphertext.Column0, twin.Column0);
        Assert.Equal(ciphertext.Column3, twin.Column3);
    }

    [Fact]
    public void The_chains_add_ten()
    {
        using Simulation simulation = new();
        INumberBus source = Scope.CreateBus<INumberBus>("source");
        INumberBus late = source;
        INumberBus now = source;
        for (int i = 0; i < 10; i++)
        {
            late = new ClockedIncrement(late).Output;
            now = new CombinationalIncrement(now).Output;
        }

        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(late, now);
        source.Value = 100;
        simulation.Tick();
        Assert.Equal(110, now.Value);
        simulation.Tick(10);
        Assert.Equal(110, late.Value);
        Assert.Equal(110, new HandWrittenClockedChain().Run(100, 11));
        Assert.Equal(110, new HandWrittenCombinationalChain().Run(100, 1));
    }
}
