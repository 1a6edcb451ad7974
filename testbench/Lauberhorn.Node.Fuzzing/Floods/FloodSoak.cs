// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// Floods: calls of a process that does not take them, until its queue is full, they expire or are flushed, each beside a call of a process
/// that answers. That one's median must be what it is without floods; its tail
/// is bounded.
/// </summary>
public static class FloodSoak
{
    /// <summary>
    /// By so many cycles a call in the midst of a flood may be answered later than the longest without: the frames of the flood, of two
    /// beats each, and what each may hold up once.
    /// </summary>
    public const int TailCycles = 200;

    private const int CaseFloods = 250;
    private static readonly FloodKind[] Kinds = [FloodKind.FullQueue, FloodKind.Flush, FloodKind.Expiry];

    /// <summary>Runs a campaign.</summary>
    /// <param name="floods">How many floods, of all kinds together.</param>
    /// <param name="seed">The first case's seed.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    /// <param name="jobs">How many cases run at a time.</param>
    /// <param name="goesOn">Whether the campaign goes on when a case has failed.</param>
    /// <param name="progress">Is told of the number of floods that are done.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static SoakCampaignResult Run(
        int floods, ulong seed, int lockstep, int jobs = 1, bool goesOn = false, Action<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(floods, 1);
        int size = Math.Min(CaseFloods, floods);
        int cases = (floods + size - 1) / size;
        FloodOutcome quiet = FloodTrial.Run(FloodKind.None, Math.Max(size, 100), seed, Machine.CSharp);
        IReadOnlyList<Tuple<ulong, FloodKind, Machine, FloodOutcome>> all =
            SoakCampaign.Run<Tuple<ulong, FloodKind, Machine, FloodOutcome>>(
            SoakCampaign.Seeds(seed, cases, static seed => seed + 1),
            jobs,
            seed =>
            {
                FloodKind kind = Kinds[seed % (ulong)Kinds.Length];
                Machine hardware = seed / (ulong)Kinds.Length % 100 < (ulong)lockstep ? Machine.Lockstep : Machine.CSharp;
                return Tuple.Create(seed, kind, hardware, Judge(FloodTrial.Run(kind, size, seed, hardware), quiet));
            },
            done => done.Item4.Failure is not null,
            !goesOn,
            done => progress?.Invoke(done * size));
        Tuple<ulong, FloodKind, Machine, FloodOutcome>[] failed = [.. all.Where(done => done.Item4.Failure is not null)];
        Dictionary<string, string> figures = new()
        {
            ["floods"] = Text(all.Sum(done => (long)done.Item4.Floods)),
            ["without floods, median and longest, cycles"] = $"{quiet.Median}; {quiet.Longest}",
        };
        foreach (IGrouping<FloodKind, FloodOutcome> kind in all.GroupBy(done => done.Item2, done => done.Item4).OrderBy(group => group.Key))
        {
            long[] waits = [.. kind.SelectMany(done => done.Waits).Order()];
            long[] midst = [.. kind.SelectMany(done => done.Midst).Order()];
            figures[$"{kind.Key}, in the midst, median, longest, cycles"] =
                midst.Length == 0 ? "none" : $"{midst[midst.Length / 2]}; {midst[^1]}";
            figures[$"{kind.Key}, median, 99 % within, longest, cycles"] =
                waits.Length == 0 ? "none" : $"{waits[waits.Length / 2]}; {waits[waits.Length * 99 / 100]}; {waits[^1]}";
        }

        string report = string.Concat(failed.Select(done => string.Create(
            CultureInfo.InvariantCulture, $"{done.Item4.Failure}\n"
            + $"the same again: tools/lauberhorn fuzz nic --floods --count {size} --seed {done.Item1} --lockstep {lockstep}\n")));
        return new SoakCampaignResult(
            all.Count,
            quiet.Cycles + all.Sum(done => done.Item4.Cycles),
            all.Count(done => done.Item3 == Machine.Lockstep),
            failed.Length + (quiet.Failure is null ? 0 : 1),
            figures,
            quiet.Failure + report);
    }

    private static FloodOutcome Judge(FloodOutcome outcome, FloodOutcome quiet) => outcome.Failure is not null ? outcome
        : outcome.Median > quiet.Median ? outcome with { Failure = $"the median is {outcome.Median} cycles, without floods {quiet.Median}" }
        : outcome.Longest > quiet.Longest + TailCycles ? outcome with { Failure =
            $"the longest is {outcome.Longest} cycles, without floods {quiet.Longest}" }
        : outcome;

    private static string Text(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);
}
