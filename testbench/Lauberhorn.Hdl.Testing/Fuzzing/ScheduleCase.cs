// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing.Schedule;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Testing.Fuzzing;

/// <summary>All that decides a run of the scheduler.</summary>
/// <param name="Seed">Of the case; it decides all the rest, and what happens in the run.</param>
/// <param name="Config">The NIC's parameters.</param>
/// <param name="Processes">How many processes there are messages and endpoints for.</param>
/// <param name="KernelEndpoints">How many kernel endpoints there are.</param>
/// <param name="SharedQueue">Messages that processes may have queued beyond their guarantees.</param>
/// <param name="AgeLimit">Units of age after which a message expires; 0 for never.</param>
/// <param name="ComingLimit">For how long a preempted core counts as about to come to the kernel, in units of time.</param>
/// <param name="WaitLimit">
/// How long a process's oldest message waits before the process goes before its round-robin turn, in units of time.
/// </param>
internal sealed record ScheduleCase(
    ulong Seed,
    NicConfig Config,
    int Processes,
    int KernelEndpoints,
    ushort SharedQueue,
    ushort AgeLimit,
    ushort ComingLimit,
    ushort WaitLimit)
{
    /// <summary>Units of time are 2 to this power ticks, so that limits are reached often.</summary>
    public const int UnitBits = 6;

    private static readonly NicConfig Tiny = NicConfig.Tiny with { PendingCalls = 16, Endpoints = 16, Cores = 3 };

    private static readonly NicConfig Middle = NicConfig.Tiny with
    {
        Name = "tiny, but larger",
        Processes = 32,
        PendingCalls = 64,
        Endpoints = 64,
        Cores = 12
    };

    /// <summary>Makes a case from its seed.</summary>
    /// <param name="seed">Any number.</param>
    public static ScheduleCase Make(ulong seed)
    {
        SeededRandom random = new(seed);
        NicConfig config = random.OneIn(2) ? Tiny : Middle;
        return new ScheduleCase(
            seed,
            config,
            random.OneIn(3) ? random.Between(1, 4) : config.Processes,
            random.OneIn(6) ? 0 : random.Between(1, config.Cores),
            (ushort)(random.OneIn(3) ? config.PendingCalls : random.Between(0, 8)),
            (ushort)(random.OneIn(3) ? random.Between(2, 16) : 0),
            random.Pick<ushort>(0, 1, 2, 8, ushort.MaxValue),
            random.Pick<ushort>(0, 1, 2, 8, ushort.MaxValue));
    }

    /// <summary>The seed of the case that follows in a campaign.</summary>
    public static ulong SeedAfter(ulong seed) => new SeededRandom(seed).Next();

    /// <summary>Draws how busy the next stretch of the run is.</summary>
    /// <param name="random">The run's random numbers.</param>
    public SchedulerPace NextPace(SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new SchedulerPace
        {
            Arrivals = random.Pick(1, 1, 2, 3, 8),
            Waits = random.Pick(1, 1, 2, 4, 16),
            Withdraws = random.Pick(0, 2, 4, 16),
            Dispatches = random.Pick(1, 1, 1, 2, 5),
            Releases = random.Pick(1, 1, 3),
            Flushes = random.Pick(0, 0, 20, 200),
            KernelWaits = KernelEndpoints == 0 ? 0 : random.Pick(1, 2, 4, 16),
            Cores = random.Pick(0, 2, 4, 16),
            Policies = random.Pick(5, 20, 100, 1000),
            Changes = random.Pick(0, 10, 100),
            Interrupts = random.Pick(1, 1, 20),
        };
    }
}
