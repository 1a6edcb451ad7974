// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Floods: calls of a process that does not take them, until its queue is full, they expire or are flushed, each with a call of a process
/// that answers in it. What such a call waits longer than one without a flood is bounded.
/// </summary>
public static class FloodSoak
{
    private const int CaseFloods = 250;
    private const int MostQuiet = 3000;
    private static readonly FloodKind[] Kinds = [FloodKind.FullQueue, FloodKind.Flush, FloodKind.Expiry];

    /// <summary>
    /// By so many cycles a call during a flood may be answered later than one without. A call of the flood that is dropped takes a
    /// tick more at the scheduler than its frame takes on the wire: two for its step and its slot's release, and one for an insertion, for
    /// which that waits; with an age limit another, for a look at a slot's age. A flush or expiry takes three for each message.
    /// </summary>
    /// <param name="kind">How the flood ends.</param>
    /// <param name="before">Calls of the flood before it.</param>
    internal static int LaterBy(FloodKind kind, int before) =>
        (before * (kind == FloodKind.Expiry ? 2 : 1)) + (kind == FloodKind.FullQueue ? 0 : 3 * FloodTrial.MostQueued);

    /// <summary>Runs a campaign.</summary>
    /// <param name="floods">How many floods, of all kinds together.</param>
    /// <param name="seed">The first case's seed.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    /// <param name="jobs">How many cases run at a time.</param>
    /// <param name="goesOn">Whether the campaign goes on when a case has failed.</param>
    /// <param name="progress">Called with the number of floods that are done.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static SoakCampaignResult Run(
        int floods, ulong seed, int lockstep, int jobs = 1, bool goesOn = false, Action<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(floods, 1);

        // At least a case of each kind.
        int size = Math.Clamp((floods + Kinds.Length - 1) / Kinds.Length, 1, CaseFloods);
        int cases = (floods + size - 1) / size;
        int quietCalls = Math.Clamp(floods, 100, MostQuiet);
        FloodOutcome[] quiet = [.. new[] { 0ul, 1ul }.Select(mode => FloodTrial.Run(FloodKind.None, quietCalls, mode, Machine.CSharp))];
        IReadOnlyList<Tuple<ulong, FloodKind, Machine, FloodOutcome>> all =
            SoakCampaign.Run<Tuple<ulong, FloodKind, Machine, FloodOutcome>>(
            SoakCampaign.Seeds(seed, cases, static seed => seed + 1),
            jobs,
            seed =>
            {
                FloodKind kind = Kinds[seed % (ulong)Kinds.Length];
                Machine hardware = seed / (ulong)Kinds.Length % 100 < (ulong)lockstep ? Machine.Lockstep : Machine.CSharp;
                return Tuple.Create(seed, kind, hardware, Judge(kind, FloodTrial.Run(kind, size, seed, hardware), quiet[seed & 1]));
            },
            done => done.Item4.Failure is not null,
            !goesOn,
            done => progress?.Invoke(done * size));
        Tuple<ulong, FloodKind, Machine, FloodOutcome>[] failed = [.. all.Where(done => done.Item4.Failure is not null)];
        Dictionary<string, string> figures = new()
        {
            ["floods"] = Text(all.Sum(done => (long)done.Item4.Floods)),
            ["without floods, a line that is written back, median, 99 % within, longest, cycles"] = Text(
                quiet[0].Waits.Select(wait => wait.Cycles)),
            ["without floods, two lines, the same"] = Text(quiet[1].Waits.Select(wait => wait.Cycles)),
        };
        foreach (IGrouping<(FloodKind Kind, bool WritesBack), FloodOutcome> kind in all
            .GroupBy(done => (done.Item2, FloodTrial.WritesBack(done.Item1)), done => done.Item4).OrderBy(group => group.Key))
        {
            string name = $"{kind.Key.Kind}, {(kind.Key.WritesBack ? "written back" : "two lines")}";
            figures[$"{name}, in the midst, median, 99 % within, longest, cycles"] =
                Text(kind.SelectMany(done => done.Waits.Select(wait => wait.Cycles)));
            figures[$"{name}, those while which a call of the flood ended, the same"] = Text(kind.SelectMany(done => done.Ends));
        }

        foreach (IGrouping<FloodKind, FloodOutcome> kind in all.GroupBy(done => done.Item2, done => done.Item4).OrderBy(group => group.Key))
        {
            IEnumerable<string> fates = kind.SelectMany(done => done.Fates).GroupBy(fate => fate.Key, fate => fate.Value)
                .Select(fate => $"{fate.Key} {Text(fate.Sum())}");
            figures[$"{kind.Key}, calls of the flood"] = string.Join(", ", fates);
        }

        string report = string.Concat(failed.Select(done => string.Create(
            CultureInfo.InvariantCulture, $"{done.Item4.Failure}\n"
            + $"the same again: tools/lauberhorn fuzz nic --floods --count {size * Kinds.Length} --seed {done.Item1} --lockstep "
                + $"{lockstep}\n")));
        return new SoakCampaignResult(
            all.Count,
            quiet.Sum(trial => trial.Cycles) + all.Sum(done => done.Item4.Cycles),
            all.Count(done => done.Item3 == Machine.Lockstep),
            failed.Length + quiet.Count(trial => trial.Failure is not null),
            figures,
            string.Concat(quiet.Select(trial => trial.Failure)) + report);
    }

    // Each call by what came before it; and half of all wait no longer than half of those without a flood, but for that.
    private static FloodOutcome Judge(FloodKind kind, FloodOutcome outcome, FloodOutcome quiet)
    {
        if (outcome.Failure is not null || outcome.Waits.Length == 0)
        {
            return outcome;
        }

        FloodWait late = outcome.Waits.MaxBy(wait => wait.Cycles - LaterBy(kind, wait.Before));
        long[] own = [.. outcome.Waits.Select(wait => wait.Cycles - LaterBy(kind, wait.Before)).Order()];
        string? failure = late.Cycles - LaterBy(kind, late.Before) > quiet.Longest
                ? $"a call behind {late.Before} of a flood took {late.Cycles} cycles; it may take {LaterBy(kind, late.Before)} longer than "
                    + $"the longest without floods, {quiet.Longest}"
            : own[own.Length / 2] > quiet.Median
                ? $"the median less what the flood's calls take before it is {own[own.Length / 2]} cycles, without floods {quiet.Median}"
            : null;
        return outcome with { Failure = failure is null ? null : $"{kind}: {failure}" };
    }

    private static string Text(IEnumerable<long> waits)
    {
        long[] all = [.. waits.Order()];
        return all.Length == 0 ? "none" : $"{Text(all.Length)} calls; {all[all.Length / 2]}; {all[all.Length * 99 / 100]}; {all[^1]}";
    }

    private static string Text(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);
}
