// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Node.Fuzzing;

/// <summary>What a campaign of one of the soaks found.</summary>
/// <param name="Cases">Cases that ran.</param>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
/// <param name="LockstepCases">Of these cases, those with the RTL in lock step.</param>
/// <param name="Failures">Cases that failed.</param>
/// <param name="Figures">What there is to say besides, by name.</param>
/// <param name="Report">What failed, and the commands that replay it; empty if nothing did.</param>
public sealed record SoakCampaignResult(
    long Cases, long Cycles, long LockstepCases, long Failures, IReadOnlyDictionary<string, string> Figures, string Report);

/// <summary>Runs cases one after the other, or two beside each other, in the order of their seeds.</summary>
internal static class SoakCampaign
{
    /// <summary>Runs cases until all are done, or one has failed and <paramref name="stopsAtFirst"/>.</summary>
    /// <typeparam name="T">What a case comes to.</typeparam>
    /// <param name="seeds">The seeds, in order.</param>
    /// <param name="jobs">How many run at a time.</param>
    /// <param name="run">Runs a case.</param>
    /// <param name="hasFailed">Whether a case has failed.</param>
    /// <param name="stopsAtFirst">Whether no more are begun when one has failed.</param>
    /// <param name="progress">Called with the number of cases that are done.</param>
    /// <returns>The outcomes of those that ran, in the order of their seeds.</returns>
    public static IReadOnlyList<T> Run<T>(
        IReadOnlyList<ulong> seeds, int jobs, Func<ulong, T> run, Func<T, bool> hasFailed, bool stopsAtFirst, Action<int>? progress = null)
        where T : class
    {
        T?[] outcomes = new T?[seeds.Count];
        int next = -1;
        int done = 0;
        bool stops = false;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? problem = null;
        Thread[] threads = [.. Enumerable.Range(0, Math.Clamp(jobs, 1, seeds.Count)).Select(_ => new Thread(Work))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        problem?.Throw();
        return [.. outcomes.Where(outcome => outcome is not null).Select(outcome => outcome!)];

        void Work()
        {
            for (int i = Interlocked.Increment(ref next); i < seeds.Count && !Volatile.Read(ref stops); i = Interlocked.Increment(ref next))
            {
                try
                {
                    outcomes[i] = run(seeds[i]);
                }
                catch (Exception exception)
                {
                    problem = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(exception);
                    Volatile.Write(ref stops, true);
                    return;
                }

                if (stopsAtFirst && hasFailed(outcomes[i]!))
                {
                    Volatile.Write(ref stops, true);
                }

                progress?.Invoke(Interlocked.Increment(ref done));
            }
        }
    }

    /// <summary>The seeds of a campaign's cases.</summary>
    /// <param name="first">The first case's, which is the campaign's.</param>
    /// <param name="count">How many.</param>
    /// <param name="after">The seed after another.</param>
    public static IReadOnlyList<ulong> Seeds(ulong first, int count, Func<ulong, ulong> after)
    {
        ulong[] seeds = new ulong[count];
        ulong seed = first;
        for (int i = 0; i < count; i++, seed = after(seed))
        {
            seeds[i] = seed;
        }

        return seeds;
    }
}
