// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>What is random about a case of the kill soak but what its processes do. All of it follows from the seed.</summary>
internal sealed record KillPlan
{
    /// <summary>The longest handler but for such as hang, in cycles.</summary>
    public const int LongestHandler = 4000;

    /// <summary>The longest handler of those that hang, in cycles: longer than the age limit.</summary>
    public const int Hang = 200_000;

    /// <summary>Misses that a core may have in flight besides its program's: as many as it prefetches.</summary>
    public const int Prefetching = 3;

    // An access to a register, in cycles; accesses of a command: eight of data, the command, and two looks at its status.
    private const int AccessCycles = 6;
    private const int CommandAccesses = 11;

    // In the NIC, from a valid read or return to what answers it, with others before it.
    private const int NicCycles = 16;

    // Slices poll for interrupts so often.
    private const int ThreadGrain = 256;

    /// <summary>Names the case.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Calls to be made.</summary>
    public required int Calls { get; init; }

    /// <summary>The NIC's parameters.</summary>
    public required NicConfig Config { get; init; }

    /// <summary>The cores and their caches; all are the kernel's.</summary>
    public required MachineParameters Machine { get; init; }

    /// <summary>The form of the NIC's hardware: C#, RTL, or both in lock step.</summary>
    public required Machine Hardware { get; init; }

    /// <summary>The age at which calls expire, in units of 2^16 cycles; 0 for never.</summary>
    public required ushort CallAgeLimit { get; init; }

    /// <summary>Of a thousand handlers, those that hang.</summary>
    public required int Hangs { get; init; }

    /// <summary>Cycles from a load that stalls to TRYAGAIN.</summary>
    public required uint TryAgainCycles { get; init; }

    /// <summary>Messages that all processes together may have queued beyond what each is guaranteed.</summary>
    public required ushort SharedQueue { get; init; }

    /// <summary>For how long a process has a busy core before others may ask for it, in units of 256 cycles.</summary>
    public required ushort Quantum { get; init; }

    /// <summary>Messages in a row of the process that the core ran last.</summary>
    public required byte LocalMessages { get; init; }

    /// <summary>Calls that may be without an answer at a time.</summary>
    public required int Depth { get; init; }

    /// <summary>The longest time between two calls, in cycles.</summary>
    public required int LongestGap { get; init; }

    /// <summary>The longest time between two things that the OS does, in cycles.</summary>
    public required int LongestPause { get; init; }

    /// <summary>Prefetches beside all programs, in a thousand cycles.</summary>
    public required int Prefetches { get; init; }

    /// <summary>Whether a load of an endpoint that no core is said to use is answered at once.</summary>
    public required bool StrayLoads { get; init; }

    /// <summary>Whether handlers at user endpoints are interrupted for others.</summary>
    public required bool MayPreempt { get; init; }

    /// <summary>Whether threads that are no RPCs want their cores too.</summary>
    public required bool HasThreads { get; init; }

    /// <summary>Whether clients send a call again that has no answer.</summary>
    public required bool Repeats { get; init; }

    /// <summary>Four cores, few of everything else.</summary>
    public static NicConfig Few { get; } = NicConfig.Tiny with
    {
        Name = "kills",
        Cores = 4,
        Endpoints = 20,
        Processes = 8,
        Services = 32,
        Programs = 16,
        PendingCalls = 16,
        AuxLines = 4,
        PacketSlots = 8,
        BypassSlots = 2,
        BypassPacketSlots = 2,
        TransmitPacketSlots = 1,
        Neighbours = 4,
    };

    /// <summary>
    /// How long killing a process may take, in cycles: what it has, each at its worst (docs/fuzzing.md, "Kills").
    /// </summary>
    /// <param name="process">The process, as it is when it is killed.</param>
    /// <param name="costs">What the kernel's work costs.</param>
    public long KillBound(KernelProcess process, KernelCosts costs)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(costs);

        // An access to a register, and as many besides as cores may store what they run meanwhile. A command is its data, itself, and its
        // status.
        long command = (CommandAccesses + Machine.Cores) * AccessCycles;
        long counters = 2L * (Enum.GetValues<NicEvent>().Length + Enum.GetValues<DropReason>().Length + Enum.GetValues<FrameKind>().Length)
            * AccessCycles;

        // A line that a core loads or stores to; one that the NIC fetches, after the end of a load that stalls in its colour.
        long late = 2 * Machine.ReorderCycles;
        long fill = Math.Max(Machine.LoadFillInterval, Machine.StoreFillInterval);
        long line = (2 * Machine.Level2Latency) + Machine.RequestLatency + Machine.DataLatency + late + fill + NicCycles;
        long fetch = (2 * Machine.Level2Latency) + Machine.DataLatency + Machine.ForwardLatency + Machine.ReturnLatency + late + NicCycles;

        // Its services' commands, two flushes, its policy.
        long services = process.Process.Services.Sum(service => 2L + service.Procedures.Count) * command;
        long queue = (3 * command) + (2 * 3 * Config.PendingCalls);

        // All threads at once: whatever the kernel does once, twice, with a message's lines; and each core is retired
        // twice, and each endpoint.
        long kernel = (2 * costs.Interrupt) + costs.TimerTick + costs.ThreadSwitch + costs.ProcessSwitch + costs.MessageCopy
            + (2 * costs.SystemCall)
            + costs.StateStore + ThreadGrain;
        long threads = process.Threads == 0 ? 0
            : 2 * (kernel + ((2 + Config.AuxLines) * line) + ((Machine.Cores + process.Process.Endpoints.Count) * command));

        // All lines of its endpoints; what was asked for before their mapping went; and messages of others whose aux lines are fetched
        // first.
        long lines = process.Process.Endpoints.Count * (4L + (2 * Config.AuxLines));
        long underWay = Machine.Cores * Prefetching;
        long others = Machine.Cores * (fetch + Config.AuxLines);
        long release = (process.Process.Endpoints.Count * (command + others)) + ((lines + underWay) * fetch);
        return counters + services + queue + threads + release;
    }

    /// <summary>A policy.</summary>
    /// <param name="usesKernelEndpoints">Whether any core may run the process.</param>
    /// <param name="random">Decides.</param>
    public static ProcessPolicy Policy(bool usesKernelEndpoints, SeededRandom random)
    {
        int most = random.Pick(0, 0, 1, 2, 6);
        int leastCores = random.OneIn(4) ? 1 : 0;
        int high = usesKernelEndpoints ? random.Pick(0, 0, 2, 4) : random.Pick(1, 2, 65_535);
        return new ProcessPolicy
        {
            UsesKernelEndpoints = usesKernelEndpoints,
            Weight = random.Pick<byte>(1, 1, 2, 8, 255),
            LeastCores = (byte)leastCores,
            MostCores = (byte)random.Pick(0, 0, Math.Max(1, leastCores), 2),
            GuaranteedQueue = (ushort)(most == 0 ? random.Between(0, 2) : random.Between(0, Math.Min(2, most))),
            MostQueued = (ushort)most,
            PreemptsFrom = (ushort)random.Pick(0, 1, 3),
            HighLoad = (ushort)high,
            LowLoad = (ushort)(high > 1 ? 1 : 0),
        };
    }

    /// <summary>Chooses a case.</summary>
    /// <param name="seed">Names it.</param>
    /// <param name="calls">Calls to be made.</param>
    /// <param name="lockstep">Of a hundred cases, those in which the RTL runs in lock step.</param>
    public static KillPlan Make(ulong seed, int calls, int lockstep)
    {
        SeededRandom random = new(seed ^ 0x1C11_50AC_0000_0001);
        bool isLockstep = random.Between(1, 100) <= lockstep;
        MachineParameters machine = (random.OneIn(3) ? MachineParameters.Enzian : MachineParameters.Ideal) with
        {
            Cores = Few.Cores,
            EvictionsPerMillion = random.Pick(0, 2000, 20_000, 100_000),
            ReorderCycles = random.Pick(0, 0, 8, 40),
            PartialPercent = random.Pick(0, 50, 100),
            SharedLoads = random.OneIn(3),
            Level1Sets = random.Pick(1, 8),
            Level1Ways = random.Pick(2, 4, 32),
        };
        int prefetches = random.Pick(0, 2, 20);
        machine = machine with { SpeculationsPerMillion = random.Pick(0, 0, 500, 5000) };
        bool ages = random.OneIn(3);
        return new KillPlan
        {
            Seed = seed,
            Calls = calls,
            Config = Few,
            Machine = machine,
            Hardware = isLockstep ? SME.Testing.Cosimulation.Machine.Lockstep : SME.Testing.Cosimulation.Machine.CSharp,
            CallAgeLimit = (ushort)(ages ? 1 : 0),
            Hangs = ages ? random.Pick(10, 40) : 0,
            TryAgainCycles = random.Pick<uint>(150, 1000, 20_000),
            SharedQueue = (ushort)random.Pick(0, 2, 4),
            Quantum = (ushort)random.Pick(0, 4, 40),
            LocalMessages = random.Pick<byte>(0, 7, 255),
            Depth = random.Pick(4, 12, 24),
            LongestGap = random.Pick(10, 100, 600),
            LongestPause = random.Pick(500, 3000, 10_000),
            Prefetches = prefetches,

            // Else a line that somebody has asked for out of turn takes messages that nobody reads.
            StrayLoads = prefetches > 0 || machine.SpeculationsPerMillion > 0 || random.OneIn(2),
            MayPreempt = random.OneIn(2),
            HasThreads = random.OneIn(3),
            Repeats = random.OneIn(4),
        };
    }

    /// <summary>The seed of the case after this one.</summary>
    /// <param name="seed">This case's seed.</param>
    public static ulong SeedAfter(ulong seed) => new SeededRandom(seed ^ 0x1C11_50AC_0000_0002).Next() >> 16;

    /// <summary>One line with all that was drawn for the case.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Config.Name} in {Hardware}, machine {Machine.Name} with {Machine.Cores} cores (evictions {Machine.EvictionsPerMillion}, "
        + $"reorder {Machine.ReorderCycles}, partial {Machine.PartialPercent} %, shared loads {Machine.SharedLoads}, "
        + $"cache {Machine.Level1Sets} x {Machine.Level1Ways}), age limit {CallAgeLimit}, hangs {Hangs}/1000, TRYAGAIN {TryAgainCycles}, "
        + $"shared queue {SharedQueue}, quantum {Quantum}, local messages {LocalMessages}, depth {Depth}, gap {LongestGap}, "
        + $"pause {LongestPause}, prefetches {Prefetches}/1000, speculations {Machine.SpeculationsPerMillion}, stray loads {StrayLoads}, "
            + $"preempts {MayPreempt}, threads {HasThreads}, repeats {Repeats}");
}
