// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>Progress of a campaign.</summary>
/// <param name="Cycles">Cycles compared.</param>
/// <param name="Total">Cycles to compare.</param>
/// <param name="Frames">Frames sent.</param>
public readonly record struct ParserFuzzProgress(long Cycles, long Total, long Frames);

/// <summary>Results of a campaign.</summary>
/// <param name="Cases">Runs from reset.</param>
/// <param name="Cycles">Cycles in which all outputs of C# and RTL were compared.</param>
/// <param name="Frames">Frames that the reference decoder judged.</param>
/// <param name="Mismatches">Runs that failed: 0, or 1, after which the campaign ends.</param>
/// <param name="Report">What failed, shrunk, and the command that replays it; empty if nothing did.</param>
public sealed record ParserFuzzResult(long Cases, long Cycles, long Frames, long Mismatches, string Report);

/// <summary>
/// Random frames, gaps, stalls and settings through the receive path, as C# and as RTL in lock step. Two comparisons: every
/// output of the two in every cycle, and all that came out with what the reference decoder says.
/// </summary>
public static class ParserFuzzer
{
    /// <summary>About how many cycles a run from reset takes.</summary>
    private const long CaseCycles = 50_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a campaign.</summary>
    /// <param name="cycles">How many cycles to compare at least.</param>
    /// <param name="seed">Decides all that is random; the first case's own seed is this one.</param>
    /// <param name="progress">Called after each case; null for none.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static ParserFuzzResult Run(long cycles, ulong seed, IProgress<ParserFuzzProgress>? progress = null) =>
        Run(cycles, seed, progress, null, ReceiveComparison.Difference);

    internal static ParserFuzzResult Run(long cycles, ulong seed, IProgress<ParserFuzzProgress>? progress, NicConfig? config, Judge judge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, 1);
        var run = new ParserRun(judge);
        (long cases, long compared, long frames) = (0, 0, 0);
        while (compared < cycles)
        {
            var size = Math.Min(CaseCycles, cycles - compared);
            var @case = ParserCase.Make(seed, size, config);
            var outcome = run.Run(@case, withRtl: true);
            cases++;
            compared += outcome.Cycles;
            frames += @case.Frames.Count;
            progress?.Report(new ParserFuzzProgress(compared, cycles, frames));
            if (outcome.Failure is not null)
            {
                return new ParserFuzzResult(cases, compared, frames, 1, Report(run, @case, outcome, size));
            }

            seed = ParserCase.SeedAfter(seed);
        }

        return new ParserFuzzResult(cases, compared, frames, 0, string.Empty);
    }

    private static string Report(ParserRun run, ParserCase @case, ParserOutcome outcome, long cycles)
    {
        // What C# alone gets wrong shows without the RTL, which is quicker to try.
        var small = new ParserShrinker(
            candidate => run.Run(candidate, outcome.IsLockstep) is { Failure: not null } again && again.IsLockstep == outcome.IsLockstep,
            Patience).Shrink(@case);
        var failure = run.Run(small, outcome.IsLockstep).Failure ?? outcome.Failure;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(outcome.IsLockstep ? "C# and RTL differ" : "the receive path and the reference decoder differ")}: {failure}\n{small}the "
                + $"same again: tools/lauberhorn fuzz parser --cycles {cycles} --seed {@case.Seed}\n");
    }
}
