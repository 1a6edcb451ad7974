// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// The kill soak: processes with random policies are born and killed under the modelled kernel, with calls in every phase of their way;
/// kernel endpoints, affinity, ageing, queue limits, few slots, evictions. Each
/// call is answered once or counted where it ended, none is answered by another process, no slot is lost, nothing hangs, and every kill
/// ends within its bound.
/// </summary>
public static class KillSoak
{
    /// <summary>Calls of a case.</summary>
    public const int CaseCalls = 500;

    /// <summary>Runs a campaign.</summary>
    /// <param name="cases">How many cases.</param>
    /// <param name="seed">The first case's seed.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    /// <param name="jobs">How many run at a time.</param>
    /// <param name="goesOn">Whether the campaign goes on when a case has failed.</param>
    /// <param name="progress">Called with the number of cases that are done.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static SoakCampaignResult Run(
        int cases, ulong seed, int lockstep, int jobs = 1, bool goesOn = false, Action<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cases, 1);
        IReadOnlyList<Tuple<KillPlan, KillOutcome>> all = SoakCampaign.Run<Tuple<KillPlan, KillOutcome>>(
            SoakCampaign.Seeds(seed, cases, KillPlan.SeedAfter),
            jobs,
            seed =>
            {
                KillPlan plan = KillPlan.Make(seed, CaseCalls, lockstep);
                return Tuple.Create(plan, KillRun.Run(plan));
            },
            done => done.Item2.Failure is not null,
            !goesOn,
            progress);
        Tuple<KillPlan, KillOutcome>[] failed = [.. all.Where(done => done.Item2.Failure is not null)];
        (KillPlan plan, KillOutcome worst) = all.MaxBy(done => (double)done.Item2.LongestKill / done.Item2.KillBound)!;
        Dictionary<string, string> figures = new()
        {
            ["calls"] = Text(all.Sum(done => done.Item2.Calls)),
            ["frames"] = Text(all.Sum(done => done.Item2.Frames)),
            ["answers of processes"] = Text(all.Sum(done => done.Item2.Replies)),
            ["answers of the NIC's own"] = Text(all.Sum(done => done.Item2.Refused)),
            ["counted as dropped, flushed, expired, broken off"] = Text(all.Sum(done => done.Item2.Dropped)),
            ["processes killed"] = Text(all.Sum(done => (long)done.Item2.Kills)),
            ["longest kill, cycles"] = Text(all.Max(done => done.Item2.LongestKill)),
            ["kill nearest to its bound"] = $"{Text(worst.LongestKill)} of {Text(worst.KillBound)} cycles, seed {plan.Seed}",
        };
        string report = string.Concat(failed.Select(done => string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Item2.Failure}\n{done.Item1}\n"
            + $"the same again: tools/lauberhorn fuzz nic --kills --count 1 --seed {done.Item1.Seed} --lockstep {lockstep}\n")));
        return new SoakCampaignResult(
            all.Count,
            all.Sum(done => done.Item2.Cycles),
            all.Count(done => done.Item1.Hardware == Machine.Lockstep),
            failed.Length,
            figures,
            report);
    }

    private static string Text(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);
}
