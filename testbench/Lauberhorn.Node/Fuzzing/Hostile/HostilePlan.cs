// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>What is random about a case of the hostile soak but its programs and its frames. All of it follows from the seed.</summary>
internal sealed record HostilePlan
{
    /// <summary>Prefetches that a core has in flight at most.</summary>
    public const int MostPrefetches = 3;

    // Registers are read and written by commands, and the scheduler is asked, in so many cycles.
    private const int CommandCycles = 600;

    /// <summary>Names the case.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Cycles for which processes come, go and are called; what is in flight then ends after.</summary>
    public required long Cycles { get; init; }

    /// <summary>The NIC's parameters.</summary>
    public required NicConfig Config { get; init; }

    /// <summary>The cores and their caches. Core 0 is the kernel's.</summary>
    public required MachineParameters Machine { get; init; }

    /// <summary>The form of the NIC's hardware: C#, RTL, or both in lock step.</summary>
    public required Machine Hardware { get; init; }

    /// <summary>Cores for honest processes, from core 1 on; the rest is for hostile ones.</summary>
    public required int HonestCores { get; init; }

    /// <summary>Cycles from a load that stalls to TRYAGAIN.</summary>
    public required uint TryAgainCycles { get; init; }

    /// <summary>Of a hundred endpoints, those with one line in each direction that the loop writes back.</summary>
    public required int WritesBack { get; init; }

    /// <summary>Prefetches beside all programs, of any line that the core may touch, in a thousand cycles.</summary>
    public required int Prefetches { get; init; }

    /// <summary>Whether the OS says what runs on each core.</summary>
    public required bool TellsCores { get; init; }

    /// <summary>The longest time between two things that the OS does, in cycles.</summary>
    public required int LongestPause { get; init; }

    /// <summary>The longest time between two calls, in cycles.</summary>
    public required int LongestGap { get; init; }

    /// <summary>
    /// Few of everything, but slots for all that is guaranteed and a message for each endpoint, as docs/scheduler.md asks of an OS: a
    /// process may keep what it has in its lines for as long as it likes.
    /// </summary>
    public static NicConfig Small { get; } = NicConfig.Tiny with { PendingCalls = 16, PacketSlots = 8 };

    /// <summary>The same with more endpoints and cores, so that they change hands.</summary>
    public static NicConfig Changing { get; } = NicConfig.Tiny with
    {
        Name = "hostile",
        Cores = 6,
        Endpoints = 14,
        Processes = 8,
        Services = 16,
        Programs = 8,
        PendingCalls = 32,
        AuxLines = 4,
        PacketSlots = 8,
        BypassSlots = 3,
        BypassPacketSlots = 2,
        TransmitPacketSlots = 2,
        Neighbours = 4,
    };

    /// <summary>
    /// How long the release of an endpoint may take, in cycles: the commands; then each of its lines, and each load or prefetch that is
    /// in flight when its mapping goes, is fetched once, one after the
    /// other; and the aux lines of each other endpoint may be fetched before.
    /// </summary>
    public long ReleaseBound
    {
        get
        {
            long link = Machine.DataLatency + Machine.ForwardLatency + Machine.ReturnLatency + (4 * Machine.ReorderCycles);
            long fetch = (2 * Machine.Level2Latency) + link + 16;
            long lines = 4 + (2 * Config.AuxLines);
            long underWay = Machine.Cores * (1 + MostPrefetches);
            return CommandCycles + ((lines + underWay) * fetch) + (Config.Endpoints * (fetch + Config.AuxLines));
        }
    }

    /// <summary>Chooses a case.</summary>
    /// <param name="seed">Names it.</param>
    /// <param name="cycles">Its length.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    public static HostilePlan Make(ulong seed, long cycles, int lockstep)
    {
        SeededRandom random = new(seed ^ 0x4057_11E0_0000_0001);
        bool isLockstep = random.Between(1, 100) <= lockstep;
        NicConfig config = random.OneIn(3) ? Small : Changing;
        int cores = config == Changing ? 7 : 5;
        MachineParameters machine = (random.OneIn(6) ? MachineParameters.Enzian : MachineParameters.Ideal) with
        {
            Cores = cores,
            EvictionsPerMillion = random.Pick(0, 2000, 20_000, 100_000),
            ReorderCycles = random.Pick(0, 0, 8, 40),
            PartialPercent = random.Pick(0, 50, 100),
            SharedLoads = random.OneIn(3),
            Level1Sets = random.Pick(1, 8),
            Level1Ways = random.Pick(2, 4, 32),
        };
        return new HostilePlan
        {
            Seed = seed,
            Cycles = cycles,
            Config = config,
            Machine = machine,
            Hardware = isLockstep ? SME.Testing.Cosimulation.Machine.Lockstep : SME.Testing.Cosimulation.Machine.CSharp,
            HonestCores = config == Changing ? 3 : 2,
            TryAgainCycles = random.Pick<uint>(150, 400, 2000),
            WritesBack = random.Pick(0, 50, 50, 100),
            Prefetches = random.Pick(0, 2, 20, 100),
            TellsCores = random.OneIn(2),
            LongestPause = random.Pick(200, 1000, 4000),
            LongestGap = random.Pick(20, 200, 1000),
        };
    }

    /// <summary>The seed of the case after this one.</summary>
    /// <param name="seed">This case's seed.</param>
    public static ulong SeedAfter(ulong seed) => new SeededRandom(seed ^ 0x4057_11E0_0000_0002).Next() >> 16;

    /// <summary>One line with all that was drawn for the case.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Config.Name} in {Hardware}, {Cycles} cycles, machine {Machine.Name} with {Machine.Cores} cores "
        + $"(evictions {Machine.EvictionsPerMillion}, reorder {Machine.ReorderCycles}, partial {Machine.PartialPercent} %, "
        + $"shared loads {Machine.SharedLoads}, cache {Machine.Level1Sets} x {Machine.Level1Ways}), {HonestCores} cores for honest "
            + $"processes, "
        + $"TRYAGAIN {TryAgainCycles}, "
        + $"writes back {WritesBack} %, prefetches {Prefetches}/1000, tells cores {TellsCores}, pause {LongestPause}, gap {LongestGap}, "
        + $"release within {ReleaseBound}");
}
