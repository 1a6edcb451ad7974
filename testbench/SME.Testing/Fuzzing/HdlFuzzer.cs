// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using SME.Testing.Cosimulation;

namespace SME.Testing.Fuzzing;

/// <summary>Progress of a campaign.</summary>
/// <param name="Done">Programs that are through.</param>
/// <param name="Total">All programs.</param>
/// <param name="Failures">How many failed so far.</param>
/// <param name="LastFailure">The seed of the last that failed; 0 for none.</param>
public readonly record struct FuzzProgress(long Done, long Total, long Failures, ulong LastFailure);

/// <summary>Results of a campaign.</summary>
/// <param name="Programs">Programs that were compared, or rejected.</param>
/// <param name="Cycles">Cycles that were compared, over all programs.</param>
/// <param name="Mismatches">Programs whose C# and RTL differ.</param>
/// <param name="Rejections">Programs of the subset that the VHDL generator, GHDL or Verilator will not have.</param>
/// <param name="Discarded">Programs that were no valid C#, threw, or are too large for the tools; a mistake of the program
/// generator.</param>
/// <param name="Report">The first failures, shrunk, each with the command that replays it; empty if there are none.</param>
public sealed record FuzzResult(long Programs, long Cycles, long Mismatches, long Rejections, long Discarded, string Report)
{
    /// <summary>Programs that show a defect of the back end.</summary>
    public long Failures => Mismatches + Rejections;
}

/// <summary>Differential fuzzing of the back end: random processes, each as C# and as Verilated VHDL, compared in every cycle.</summary>
public static class HdlFuzzer
{
    /// <summary>Number of programs that share a model.</summary>
    private const int BatchSize = 64;

    /// <summary>How many failures are shrunk; more of them would most likely be the same defect.</summary>
    private const int ShrunkAtMost = 3;

    /// <summary>Runs a campaign.</summary>
    /// <param name="count">How many programs.</param>
    /// <param name="seed">Decides them; the first program's own seed is this one.</param>
    /// <param name="cycles">How many cycles each runs.</param>
    /// <param name="progress">Called after each batch; null for none.</param>
    /// <returns>What was found. The campaign goes on after a failure.</returns>
    /// <exception cref="CosimulationException">A tool is missing.</exception>
    public static FuzzResult Run(long count, ulong seed, int cycles, IProgress<FuzzProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, 1);
        (long programs, long mismatches, long rejections, long discarded) = (0, 0, 0, 0);
        StringBuilder report = new();
        ulong lastFailure = 0;
        for (long start = 0; start < count; start += BatchSize)
        {
            int size = (int)Math.Min(BatchSize, count - start);
            FuzzProgram[] batch = Enumerable.Range(0, size).Select(index => ProgramGenerator.Make(FuzzRandom.SeedOf(seed, start + index)))
                .ToArray();
            foreach (FuzzOutcome outcome in FuzzBatch.Run(batch, cycles))
            {
                switch (outcome.Verdict)
                {
                    case Verdict.Discarded:
                        discarded++;
                        continue;
                    case Verdict.Mismatch:
                        mismatches++;
                        break;
                    case Verdict.Rejected:
                        rejections++;
                        break;
                }

                programs++;
                lastFailure = outcome.Verdict != Verdict.Equal ? outcome.Program.Seed : lastFailure;
                if (outcome.Verdict != Verdict.Equal && mismatches + rejections <= ShrunkAtMost)
                {
                    Describe(report, outcome, cycles);
                }
            }

            progress?.Report(new FuzzProgress(start + size, count, mismatches + rejections, lastFailure));
        }

        return new FuzzResult(programs, (programs - rejections) * cycles, mismatches, rejections, discarded, report.ToString());
    }

    /// <summary>Number of deliberate faults.</summary>
    public static int PlantCount => PlantTrial.All.Count;

    /// <summary>
    /// Sows each of the deliberate faults in the way from C# to VHDL, and looks after how many programs of a campaign it is noticed.
    /// </summary>
    /// <param name="count">How many programs at most.</param>
    /// <param name="seed">Decides them, as in <see cref="Run"/>.</param>
    /// <param name="cycles">How many cycles each runs.</param>
    /// <param name="onFound">Called with each that is found; null for none.</param>
    /// <returns>The result of each fault.</returns>
    /// <exception cref="CosimulationException">A tool is missing.</exception>
    public static IReadOnlyList<PlantResult> RunPlants(long count, ulong seed, int cycles, Action<PlantResult>? onFound = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, 1);
        return new PlantTrial(count, seed, cycles).Run(PlantTrial.All, onFound);
    }

    /// <summary>The C# source of a program.</summary>
    /// <param name="seed">The program's seed.</param>
    public static string SourceOf(ulong seed) => ProgramGenerator.Make(seed).Text("P0");

    private static void Describe(StringBuilder report, FuzzOutcome outcome, int cycles)
    {
        FuzzOutcome small = Shrinker.Shrink(outcome, cycles, TimeSpan.FromMinutes(2));
        string what = small.Verdict == Verdict.Mismatch ? "C# and RTL differ" : "the tools reject it";
        report.Append(CultureInfo.InvariantCulture, $"--- {what}: {small.Detail}\n");
        report.Append(CultureInfo.InvariantCulture,
            $"    the same again: tools/lauberhorn fuzz hdl --count 1 --seed {outcome.Program.Seed} --cycles {cycles}\n");
        report.Append(small.Program.Text("P0")).Append('\n');
    }
}
