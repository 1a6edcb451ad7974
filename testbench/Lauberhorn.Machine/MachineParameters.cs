// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>What distinguishes one machine from another. Times are in cycles of the NIC's clock, 4 ns each.</summary>
public sealed record MachineParameters
{
    /// <summary>
    /// Caches that are never the bottleneck: a few cycles from core to home port, no reordering, loads that stall block nobody.
    /// </summary>
    public static MachineParameters Ideal { get; } = new() { Name = "ideal" };

    /// <summary>Enzian, calibrated against published medians; see docs/machine.md.</summary>
    public static MachineParameters Enzian { get; } = new()
    {
        Name = "enzian",
        Level1Latency = 1,
        Level2Latency = 10,
        RequestLatency = 85,
        DataLatency = 112,
        ForwardLatency = 34,
        ReturnLatency = 38,
        LoadFillInterval = 118,
        StoreFillInterval = 17,
        MessageCycles = 43,
        ReorderCycles = 8,
        StallBlocksColour = true,
    };

    /// <summary>
    /// This machine with all that the protocols allow and it does not do by itself, each switched on or off at random (docs/machine.md has
    /// the table): shared loads, messages that overtake one another, answers that come by two ways, few misses at a time, stores out of
    /// order. Not speculation (<see cref="SpeculationsPerMillion"/>), which only loops that write their lines back bear.
    /// </summary>
    /// <param name="seed">Seed of the choice.</param>
    public MachineParameters WithWhims(ulong seed)
    {
        DeterministicRandom random = new(seed);
        return this with
        {
            SharedLoads = SharedLoads || random.Below(2) == 0,
            ReorderCycles = random.Below(2) == 0 ? ReorderCycles : 1 + random.Below(100),
            SplitAnswerPercent = random.Below(2) == 0 ? 0 : 1 + random.Below(100),
            OutstandingMisses = random.Below(2) == 0 ? 0 : 1 + random.Below(3),
            StoreBuffer = random.Below(2) == 0 ? 0 : 1 + random.Below(16),
        };
    }

    /// <summary>The preset's name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of cores, each with a private cache.</summary>
    public int Cores { get; init; } = 48;

    /// <summary>Sets of a core's private cache.</summary>
    public int Level1Sets { get; init; } = 8;

    /// <summary>Lines in a set of a core's private cache.</summary>
    public int Level1Ways { get; init; } = 32;

    /// <summary>Lines of the NIC in the shared cache at a time.</summary>
    public int Level2Lines { get; init; } = 131_072;

    /// <summary>From a load or store that hits the private cache to the next instruction.</summary>
    public int Level1Latency { get; init; }

    /// <summary>From a private cache to the shared one; the way back takes as long.</summary>
    public int Level2Latency { get; init; }

    /// <summary>A miss: from the shared cache over the link to the directory.</summary>
    public int RequestLatency { get; init; } = 1;

    /// <summary>An answer: from the home port over the link to the shared cache.</summary>
    public int DataLatency { get; init; } = 1;

    /// <summary>A fetch: from the home port to the shared cache.</summary>
    public int ForwardLatency { get; init; } = 1;

    /// <summary>A line that comes home: from the shared cache to the home port.</summary>
    public int ReturnLatency { get; init; } = 1;

    /// <summary>A core's fills that are to be read come this far apart at least; 0 for no limit.</summary>
    public int LoadFillInterval { get; init; }

    /// <summary>A core's fills that are to be written come this far apart at least; 0 for no limit.</summary>
    public int StoreFillInterval { get; init; }

    /// <summary>
    /// What software adds to a received message, from the load's end to the message in its hands. The machine does not spend it: a program
    /// that wants it computes for so long.
    /// </summary>
    public int MessageCycles { get; init; }

    /// <summary>Each message on the link is late by a random number of cycles, from 0 to this: so messages overtake one another.</summary>
    public int ReorderCycles { get; init; }

    /// <summary>
    /// Whether a read that the NIC has not answered blocks its directory controller unit, and with it all lines of its colour.
    /// </summary>
    public bool StallBlocksColour { get; init; }

    /// <summary>Whether a load gets a copy that must be upgraded before it is written; else it gets it exclusively.</summary>
    public bool SharedLoads { get; init; }

    /// <summary>Lines that are evicted at random in a million cycles.</summary>
    public int EvictionsPerMillion { get; init; }

    /// <summary>Of a hundred lines that come home dirty, those of which only the dirty 32-byte quarters come.</summary>
    public int PartialPercent { get; init; } = 50;

    /// <summary>
    /// Of a hundred fetched lines that are dirty, those of which the dirty bytes come home as a write-back of its own, ahead of the fetch's
    /// answer, which is empty then: as where the directory writes what it invalidates over one port (AXI) and says so over another (LCIA).
    /// </summary>
    public int SplitAnswerPercent { get; init; }

    /// <summary>The most misses of a core in flight at a time, prefetches among them; 0 for no limit.</summary>
    public int OutstandingMisses { get; init; }

    /// <summary>
    /// How many stores a core holds back, to perform them in any order until a barrier; 0 for none: each is performed before the next
    /// instruction.
    /// </summary>
    public int StoreBuffer { get; init; }

    /// <summary>Each store that leaves the store buffer is late by a random number of cycles, from 0 to this.</summary>
    public int StoreBufferCycles { get; init; } = 40;

    /// <summary>
    /// Lines that cores ask for by themselves in a million cycles: the next one, or any of a page that they have touched, to be read or to
    /// be written.
    /// </summary>
    public int SpeculationsPerMillion { get; init; }

    /// <summary>
    /// After so many cycles a fill that was not answered is a bus error; 0 for never. Enzian's true limit is not published.
    /// </summary>
    public long FillLimit { get; init; } = 5_000_000;

    /// <summary>
    /// After so many cycles behind a stalled load, whatever waits for the same colour is reported as a deadlock; 0 for never.
    /// </summary>
    public long BlockedLimit { get; init; } = 1_000_000;

    /// <summary>Reads that the home port sees at a time: the NIC's number of tags.</summary>
    public int Tags { get; init; } = 256;
}
