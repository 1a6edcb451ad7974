// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using SME.Testing.Fuzzing;

namespace SME.Tests.Fuzzing;

/// <summary>Properties of the programs that the program generator makes.</summary>
public class ProgramTests
{
    [Fact]
    public void Random_programs_compile_and_do_not_throw()
    {
        ulong seed = (ulong)Random.Shared.NextInt64(1, 1L << 32);
        FuzzProgram[] programs = Enumerable.Range(0, 100).Select(index => ProgramGenerator.Make(FuzzRandom.SeedOf(seed, index))).ToArray();
        Assembly? assembly = FuzzCompiler.Compile(programs, out IReadOnlyList<(int Program, string Error)> errors);
        Assert.True(assembly is not null, $"campaign {seed}: " + string.Join('\n', errors.Select(error => error.Error).Take(5)));
        using Simulation simulation = new();
        for (int i = 0; i < programs.Length; i++)
        {
            (BusStorage input, BusStorage output) = FuzzCompiler.Construct(assembly, i);
            simulation.AddTopLevelInputs((IBus)input).AddTopLevelOutputs((IBus)output);
        }

        simulation.Tick(100);
    }

    [Fact]
    public void A_seed_means_the_same_program_every_time()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            Assert.Equal(HdlFuzzer.SourceOf(seed), HdlFuzzer.SourceOf(seed));
        }

        Assert.NotEqual(HdlFuzzer.SourceOf(1), HdlFuzzer.SourceOf(2));
    }

    [Fact]
    public void The_first_program_of_a_campaign_has_its_seed_and_no_two_have_the_same()
    {
        Assert.Equal(77UL, FuzzRandom.SeedOf(77, 0));
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(index => FuzzRandom.SeedOf(77, index)).Distinct().Count());
    }

    [Fact]
    public void Programs_use_the_whole_subset()
    {
        string all = string.Concat(Enumerable.Range(0, 300).Select(index => HdlFuzzer.SourceOf((ulong)index)));
        string[] constructs =
        [
            "[ClockedProcess]", ": StateProcess", "await ClockAsync()", "while (", "do\n", "for (int", "switch (", " switch { ", " when ",
            "break;", "continue;",
            "return;", " with { ", "Int128", "UInt128", "char ", "[InlineArray(", " enum ", "record struct", " ref ", " out ", " in ",
            "where T : struct", "static ",
            ">>>", "<<=", "++", " / ", " % ", "Math.Max", "BitOperations.", ".Slice<", ".WithSlice(", ".GetByte(", ".ShiftLeftBytes(",
            "Bits.Concat<",
            ".ReverseBytes()", ".XorReduce()", " is ", " or ", " not ", " && ", "const ", "Enumerable.Range(",
        ];
        Assert.All(constructs, construct => Assert.Contains(construct, all, StringComparison.Ordinal));
    }
}
