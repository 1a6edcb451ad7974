// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Patterns of the MAC's ready for sent frames.</summary>
internal enum TransmitPace
{
    /// <summary>A beat in each tick.</summary>
    Always,

    /// <summary>A beat in every other tick, at random.</summary>
    Half,

    /// <summary>As pause frames would have it: nothing for up to some hundred ticks, now and then.</summary>
    Pauses,
}

/// <summary>What is random about a case but its frames and its programs. All of it follows from the seed.</summary>
internal sealed record SoakPlan
{
    /// <summary>Names the case.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Calls to be sent.</summary>
    public required int Calls { get; init; }

    /// <summary>The NIC's parameters.</summary>
    public required NicConfig Config { get; init; }

    /// <summary>The cores and their caches.</summary>
    public required MachineParameters Machine { get; init; }

    /// <summary>The form of the NIC's hardware: C#, RTL, or both in lock step.</summary>
    public required Machine Hardware { get; init; }

    /// <summary>Processes that serve.</summary>
    public required int Processes { get; init; }

    /// <summary>Endpoints of all processes together.</summary>
    public required int UserEndpoints { get; init; }

    /// <summary>Number of kernel endpoints that are bound.</summary>
    public required int KernelEndpoints { get; init; }

    /// <summary>Cycles from a load that stalls to TRYAGAIN.</summary>
    public required uint TryAgainCycles { get; init; }

    /// <summary>Whether neighbours are learned; otherwise the clients are set.</summary>
    public required bool Learns { get; init; }

    /// <summary>The limit of error replies, 0 for none.</summary>
    public required ushort ErrorReplyLimit { get; init; }

    /// <summary>Of a hundred requests, those with which a core does something wrong.</summary>
    public required int Misbehaviour { get; init; }

    /// <summary>The longest time that a handler computes, in cycles.</summary>
    public required int LongestCompute { get; init; }

    /// <summary>Of a hundred endpoints, those whose loops write their lines back.</summary>
    public required int WritesBack { get; init; }

    /// <summary>Of a hundred turns of a core, those in which it sends something of its own.</summary>
    public required int SendPercent { get; init; }

    /// <summary>Of a hundred spells of traffic, those of garbage.</summary>
    public required int Garbage { get; init; }

    /// <summary>Pattern of the MAC's ready for sent frames.</summary>
    public required TransmitPace Pace { get; init; }

    /// <summary>
    /// Few of everything, so that it runs out; long messages. But twice as many endpoints as are bound: 8 that use two lines each need 16
    /// colours.
    /// </summary>
    public static NicConfig Wide { get; } = NicConfig.Tiny with
    {
        Name = "soak",
        Endpoints = 16,
        AuxLines = 32,
        Services = 16,
        PendingCalls = 16,
        PacketSlots = 8,
        BypassSlots = 4,
        BypassPacketSlots = 2,
        TransmitPacketSlots = 2,
        Neighbours = 8,
    };

    /// <summary>The plan of a case.</summary>
    /// <param name="seed">Its seed.</param>
    /// <param name="calls">Calls to be sent.</param>
    /// <param name="lockstep">Of a hundred cases, those in lock step with the RTL.</param>
    public static SoakPlan Make(ulong seed, int calls, int lockstep)
    {
        SeededRandom random = new(seed ^ 0x501A_4E1C_0000_0001);
        bool isLockstep = random.Between(1, 100) <= lockstep;
        int draw = random.Between(1, 100);
        NicConfig config = isLockstep || draw <= 45 ? NicConfig.Tiny : draw <= 95 ? Wide : NicConfig.Enzian;
        int most = config == NicConfig.Tiny ? 2 : 6;
        int users = random.Between(config == NicConfig.Tiny ? 2 : 3, most);
        int kernels = random.Between(1, 2);
        MachineParameters machine = (random.OneIn(10) ? MachineParameters.Enzian : MachineParameters.Ideal) with
        {
            Cores = users + kernels,
            EvictionsPerMillion = random.Pick(0, 2000, 20_000, 100_000),
            ReorderCycles = random.Pick(0, 0, 8, 40),
            PartialPercent = random.Pick(0, 50, 100),
            SharedLoads = random.OneIn(3),
            Level1Sets = random.Pick(1, 8),
            Level1Ways = random.Pick(2, 4, 32),
        };
        machine = (seed & 1) == 0 ? machine : machine.WithWhims(seed);
        int writesBack = random.Pick(0, 50, 100);

        // Two endpoints that send by two lines each can hold each other up where a load that stalls blocks its colour (docs/colours.md).
        int sends = machine.StallBlocksColour && writesBack < 100 ? 0 : random.Pick(0, 0, 10, 50);
        return new SoakPlan
        {
            Seed = seed,
            Calls = calls,
            Config = config,
            Machine = machine,
            Hardware = isLockstep ? SME.Testing.Cosimulation.Machine.Lockstep : SME.Testing.Cosimulation.Machine.CSharp,
            Processes = Math.Min(random.Between(2, 3), users),
            UserEndpoints = users,
            KernelEndpoints = kernels,
            TryAgainCycles = random.Pick<uint>(80, 150, 400, 2000, 20_000),
            Learns = !random.OneIn(4),
            ErrorReplyLimit = (ushort)(random.OneIn(4) ? random.Between(1, 5) : 0),
            Misbehaviour = random.Pick(0, 5, 25),
            LongestCompute = random.Pick(0, 0, 20, 60, 300),
            Garbage = random.Pick(0, 10, 40),
            Pace = random.Pick(TransmitPace.Always, TransmitPace.Half, TransmitPace.Pauses),
            WritesBack = writesBack,
            SendPercent = sends,
        };
    }

    /// <summary>The UDP port from which a process's endpoint may send.</summary>
    /// <param name="which">Of all processes' endpoints, in the order in which they are bound.</param>
    public static ushort TransmitPort(int which) => (ushort)(40_000 + which);

    /// <summary>The seed of the case after this one.</summary>
    /// <param name="seed">This case's seed.</param>
    public static ulong SeedAfter(ulong seed) => new SeededRandom(seed ^ 0x501A_4E1C_0000_0002).Next() >> 16;

    /// <summary>One line with all that was drawn for the case.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Config.Name} in {Hardware}, machine {Machine.Name} (evictions {Machine.EvictionsPerMillion}, reorder {Machine.ReorderCycles}, "
            + $"partial {Machine.PartialPercent} %, shared loads {Machine.SharedLoads}, "
        + $"split answers {Machine.SplitAnswerPercent} %, misses {Machine.OutstandingMisses}, store buffer {Machine.StoreBuffer}, "
        + $"cache {Machine.Level1Sets} x {Machine.Level1Ways}), {Processes} processes, {UserEndpoints} + {KernelEndpoints} endpoints, "
            + $"TRYAGAIN {TryAgainCycles}, learns {Learns}, error limit {ErrorReplyLimit}, "
        + $"misbehaviour {Misbehaviour} %, writes back {WritesBack} %, sends {SendPercent} %, compute {LongestCompute}, garbage {Garbage} "
            + $"%, transmit {Pace}");
}
