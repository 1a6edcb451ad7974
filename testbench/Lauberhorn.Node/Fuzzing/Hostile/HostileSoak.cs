// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// The hostile soak: processes that load, store, clean and prefetch any line that they may map, in any order and from several cores, beside
/// honest ones that answer calls; endpoints change hands and processes
/// are killed at any moment. No byte of one process reaches another or its clients, no honest process's client gets a wrong answer, and
/// every release ends within its bound.
/// </summary>
public static class HostileSoak
{
    /// <summary>Runs a campaign.</summary>
    /// <param name="cases">How many cases.</param>
    /// <param name="cycles">Cycles of each.</param>
    /// <param name="seed">The first case's seed.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    /// <param name="jobs">How many run at a time.</param>
    /// <param name="goesOn">Whether the campaign goes on when a case has failed.</param>
    /// <param name="progress">Called with the number of cases that are done.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static SoakCampaignResult Run(
        int cases, long cycles, ulong seed, int lockstep, int jobs = 1, bool goesOn = false, Action<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cases, 1);
        IReadOnlyList<(HostilePlan Plan, HostileOutcome Outcome)> all =
        [
            .. SoakCampaign.Run<Tuple<HostilePlan, HostileOutcome>>(
                SoakCampaign.Seeds(seed, cases, HostilePlan.SeedAfter),
                jobs,
                seed =>
                {
                    HostilePlan plan = HostilePlan.Make(seed, cycles, lockstep);
                    return Tuple.Create(plan, HostileRun.Run(plan));
                },
                done => done.Item2.Failure is not null,
                !goesOn,
                progress).Select(done => (done.Item1, done.Item2)),
        ];
        (HostilePlan Plan, HostileOutcome Outcome)[] failed = [.. all.Where(done => done.Outcome.Failure is not null)];
        (HostilePlan plan, HostileOutcome worst) = all.MaxBy(done => (double)done.Outcome.LongestRelease / done.Outcome.ReleaseBound);
        Dictionary<string, string> figures = new()
        {
            ["calls"] = Text(all.Sum(done => done.Outcome.Calls)),
            ["right answers of honest processes"] = Text(all.Sum(done => done.Outcome.Right)),
            ["two-line endpoints refused"] = Text(all.Sum(done => (long)done.Outcome.Refusals)),
            ["processes"] = Text(all.Sum(done => (long)done.Outcome.Births)),
            ["releases and retirements"] = Text(all.Sum(done => (long)done.Outcome.Releases)),
            ["longest release, cycles"] = Text(all.Max(done => done.Outcome.LongestRelease)),
            ["release nearest to its bound"] = $"{Text(worst.LongestRelease)} of {Text(worst.ReleaseBound)} cycles, seed {plan.Seed}",
            ["longest wait for an honest process's answer, cycles"] = Text(all.Max(done => done.Outcome.LongestWait)),
            ["bytes looked at"] = Text(all.Sum(done => done.Outcome.Bytes)),
        };
        string report = string.Concat(failed.Select(done => string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Outcome.Failure}\n{done.Plan}\n"
            + $"the same again: tools/lauberhorn fuzz nic --hostile --count 1 --cycles {cycles} "
            + $"--seed {done.Plan.Seed} --lockstep {lockstep}\n")));
        return new SoakCampaignResult(
            all.Count,
            all.Sum(done => done.Outcome.Cycles),
            all.Count(done => done.Plan.Hardware == Machine.Lockstep),
            failed.Length,
            figures,
            report);
    }

    private static string Text(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);
}
