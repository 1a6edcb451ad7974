// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Testing.Schedule;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>Progress of a campaign.</summary>
/// <param name="Steps">Steps decided.</param>
/// <param name="Total">Steps to decide.</param>
/// <param name="Dispatches">Messages dispatched.</param>
public readonly record struct ScheduleFuzzProgress(long Steps, long Total, long Dispatches);

/// <summary>Results of a campaign.</summary>
public sealed record ScheduleFuzzResult
{
    /// <summary>Runs from reset.</summary>
    public long Cases { get; init; }

    /// <summary>Cycles in which all outputs of C# and RTL were compared.</summary>
    public long Cycles { get; init; }

    /// <summary>Steps of the scheduler that the reference has done too.</summary>
    public long Steps { get; init; }

    /// <summary>Messages that were dispatched to an endpoint.</summary>
    public long Dispatches { get; init; }

    /// <summary>Of these, messages that kernel endpoints got of the process that their core ran last, out of round-robin order.</summary>
    public long Locals { get; init; }

    /// <summary>
    /// Times that a kernel endpoint had a message in round-robin order though its core's process had some: a step just before could have
    /// changed that.
    /// </summary>
    public long LocalsMissed { get; init; }

    /// <summary>
    /// Messages that went to kernel endpoints before their round-robin turn because their process had waited for too long.
    /// </summary>
    public long Lates { get; init; }

    /// <summary>Preempted cores that did not come to the kernel in time.</summary>
    public long CoresLate { get; init; }

    /// <summary>Cores that were preempted while stalled at their endpoint.</summary>
    public long Yields { get; init; }

    /// <summary>Messages dropped: no room in their queue, too old, flushed.</summary>
    public long Dropped { get; init; }

    /// <summary>The most messages that kernel endpoints got in round-robin order of other processes while one was in the backlog.</summary>
    public long MostOvertaken { get; init; }

    /// <summary>Runs that failed: 0, or 1, after which the campaign ends.</summary>
    public long Mismatches { get; init; }

    /// <summary>What failed, and the command that replays it; empty if nothing did.</summary>
    public string Report { get; init; } = string.Empty;
}

/// <summary>
/// Random arrivals, waits, time-outs, context switches, policies, commands and stalls through the scheduler, as C# and as RTL in lock step,
/// each step beside the reference: nothing is lost, doubled or given to the wrong process, no process waits for longer than its turn, and
/// an endpoint that could be given a message or should give its core away is, when all is quiet.
/// </summary>
public static class ScheduleFuzzer
{
    /// <summary>About how many steps a run from reset takes.</summary>
    private const long CaseSteps = 50_000;

    private const int StretchTicks = 1500;

    /// <summary>Runs a campaign.</summary>
    /// <param name="steps">How many steps to decide at least.</param>
    /// <param name="seed">Decides all that is random; the first case's own seed is this one.</param>
    /// <param name="progress">Called after each case; null for none.</param>
    /// <exception cref="CosimulationException">A tool is missing, or the RTL cannot be built.</exception>
    public static ScheduleFuzzResult Run(long steps, ulong seed, IProgress<ScheduleFuzzProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ScheduleFuzzResult result = new();
        while (result.Steps < steps && result.Mismatches == 0)
        {
            long size = Math.Min(CaseSteps, steps - result.Steps);
            result = Add(result, Run(ScheduleCase.Make(seed), size));
            progress?.Report(new ScheduleFuzzProgress(result.Steps, steps, result.Dispatches));
            seed = ScheduleCase.SeedAfter(seed);
        }

        return result;
    }

    private static ScheduleFuzzResult Add(ScheduleFuzzResult sum, ScheduleFuzzResult part) => new()
    {
        Cases = sum.Cases + 1,
        Cycles = sum.Cycles + part.Cycles,
        Steps = sum.Steps + part.Steps,
        Dispatches = sum.Dispatches + part.Dispatches,
        Locals = sum.Locals + part.Locals,
        LocalsMissed = sum.LocalsMissed + part.LocalsMissed,
        Lates = sum.Lates + part.Lates,
        CoresLate = sum.CoresLate + part.CoresLate,
        Yields = sum.Yields + part.Yields,
        Dropped = sum.Dropped + part.Dropped,
        MostOvertaken = Math.Max(sum.MostOvertaken, part.MostOvertaken),
        Mismatches = sum.Mismatches + part.Mismatches,
        Report = part.Report,
    };

    private static ScheduleFuzzResult Run(ScheduleCase @case, long steps)
    {
        using SchedulerBench bench = new(@case.Config, ageUnitBits: ScheduleCase.UnitBits)
        {
            CallAgeLimit = @case.AgeLimit,
            SharedQueue = @case.SharedQueue,
            Quantum = (ushort)(@case.Seed % 3),
            LocalMessages = (byte)(@case.Seed / 3 % 4),
            ComingLimit = @case.ComingLimit,
            WaitLimit = @case.WaitLimit,
        };
        using Lockstep lockstep = Lockstep.Attach(RtlGenerator.Generate(bench.Simulation, SchedulerBench.EntityName));
        SeededRandom random = new(@case.Seed);
        SchedulerLoad load = new(bench, @case.Config, @case.Processes, random.Next(), @case.KernelEndpoints);
        Fairness fairness = new(bench, 3 * @case.Config.Processes);
        string failure = string.Empty;
        try
        {
            while (bench.Steps < steps)
            {
                load.Pace = @case.NextPace(random);
                for (int i = 0; i < StretchTicks && bench.Steps < steps; i++)
                {
                    load.Tick();
                    fairness.Check();
                }
            }

            Settle(bench, load, @case.Config);
        }
        catch (Exception exception) when (exception is LockstepException or InvalidOperationException or SME.ContractException)
        {
            failure = string.Create(
                CultureInfo.InvariantCulture,
                $"{(exception is LockstepException ? "C# and RTL differ" : "the scheduler and its reference differ")}: "
                    + $"{exception.Message}\n{@case}\nthe same again: tools/lauberhorn fuzz schedule --steps {steps} --seed "
                        + $"{@case.Seed}\n");
        }

        return new ScheduleFuzzResult
        {
            Cycles = lockstep.Compared,
            Steps = bench.Steps,
            Dispatches = bench.Dispatched.Count(item => item.Dispatch.Kind == DispatchKind.Deliver),
            Locals = bench.Locals,
            LocalsMissed = bench.LocalsMissed,
            Lates = bench.LateDispatched,
            CoresLate = bench.CoresLate,
            Yields = bench.Dispatched.Count(item => item.Dispatch.Kind == DispatchKind.Yield),
            Dropped = bench.Released.Count,
            MostOvertaken = fairness.Most,
            Mismatches = failure.Length > 0 ? 1 : 0,
            Report = failure,
        };
    }

    // Nothing new: what is inside then is what the reference has, nobody waits for what another could give, and every slot that is out was
    // dispatched or released.
    private static void Settle(SchedulerBench bench, SchedulerLoad load, NicConfig config)
    {
        load.IsOpen = false;
        bench.ComingLimit = bench.WaitLimit = ScheduleLimits.Longest;
        load.Pace = new SchedulerPace();
        int ticks = (8 * config.Processes) + (8 * config.PendingCalls) + (4 * config.Cores) + 200;
        for (int i = 0; i < ticks || load.CommandsOpen > 0; i++)
        {
            Require(i < 10 * ticks, "a command does not end");
            load.Tick();
        }

        // A message may expire in any tick.
        for (int i = 0; i < 100 && !bench.IsQuiet; i++)
        {
            load.Tick();
        }

        (int slots, int endpoints) = load.Inside(config);
        Require(bench.IsQuiet, "what was decided has not come out");
        Require(slots == bench.Reference.Queued, $"{slots} messages are inside, not {bench.Reference.Queued}");
        Require(endpoints == bench.Reference.Waiting, $"{endpoints} endpoints wait, not {bench.Reference.Waiting}");
        Require(!bench.Reference.Stranded.Any(),
            $"processes {string.Join(", ", bench.Reference.Stranded)} may have more cores and are not in the backlog");
        Require(
            bench.Reference.Wanting <= bench.Reference.Coming || bench.Reference.Kernel.Count > 0 || !bench.Reference.Victims.Any(),
            $"{bench.Reference.Wanting} processes want a core, {bench.Reference.Coming} come, and cores "
                + $"{string.Join(", ", bench.Reference.Victims)} are not taken");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    /// <summary>
    /// Counts how many messages of others kernel endpoints take in turn while a process is in the backlog. To each belong as many out of
    /// turn as the setting says, at most.
    /// </summary>
    private sealed class Fairness(SchedulerBench bench, int limit)
    {
        private readonly Dictionary<ushort, int> overtaken = [];

        public int Most { get; private set; }

        public void Check()
        {
            // Who leaves the backlog and comes again begins anew.
            foreach (ushort gone in overtaken.Keys.Where(process => !bench.Reference.Backlog.Contains(process)).ToList())
            {
                overtaken.Remove(gone);
            }

            if (bench.TakeTurn() is not ushort served)
            {
                return;
            }

            overtaken.Remove(served);

            foreach (ushort process in bench.Reference.Backlog.Where(process => process != served))
            {
                int count = overtaken.GetValueOrDefault(process) + 1;
                overtaken[process] = count;
                Most = Math.Max(Most, count);
                Require(count <= limit, $"kernel endpoints took {count} messages of others while process {process} was in the backlog");
            }
        }
    }
}
