// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Results of a case of the kill soak.</summary>
internal sealed record KillOutcome
{
    /// <summary>Ticks of the NIC's clock.</summary>
    public required long Cycles { get; init; }

    /// <summary>Different calls that clients made; repetitions count once.</summary>
    public required long Calls { get; init; }

    /// <summary>Frames sent, with repetitions.</summary>
    public required long Frames { get; init; }

    /// <summary>Answers of processes.</summary>
    public required long Replies { get; init; }

    /// <summary>Answers of the NIC's own to calls of dead processes.</summary>
    public required long Refused { get; init; }

    /// <summary>Frames that were counted as dropped, flushed, expired, broken off or discarded.</summary>
    public required long Dropped { get; init; }

    /// <summary>Processes that were killed.</summary>
    public required int Kills { get; init; }

    /// <summary>The kill nearest to its bound, in cycles.</summary>
    public required long LongestKill { get; init; }

    /// <summary>The bound of a kill's time, in cycles.</summary>
    public required long KillBound { get; init; }

    /// <summary>The trace of all steps.</summary>
    public required SoakTrace Trace { get; init; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public required string? Failure { get; init; }
}

/// <summary>
/// Runs a case of the kill soak: processes are born, change their policies and are killed under the modelled kernel while they are called.
/// </summary>
internal sealed class KillRun : IDisposable
{
    private const long LongestTail = 1_000_000;

    // Most calls are dropped where queues have no room, but of so many one is answered.
    private const long LongestSilence = 200_000;
    private const int Slice = 3000;
    private const uint FirstProgram = 0x2000_2000;
    private readonly KillPlan plan;
    private readonly Node node;
    private readonly SoakTrace trace = new();
    private readonly SeededRandom random;
    private readonly SeededRandom handlers;
    private readonly SeededRandom noise;
    private readonly KillCalls calls;
    private readonly List<KillActor> actors = [];
    private Func<SentByNic, IEnumerable<SentByNic>> tamper = static frame => [frame];
    private double mayTake = 1;
    private long killBegan;
    private Driver.Nic nic = null!;
    private RpcKernel kernel = null!;
    private int births;
    private int kills;
    private long longestKill;
    private long longestBound = 1;
    private long brokenOff;
    private long dropped;
    private long killUntil = -1;
    private long flushed;
    private long discarded;
    private ulong[] prefetchable = [];

    private KillRun(KillPlan plan)
    {
        this.plan = plan;
        random = new SeededRandom(plan.Seed ^ 0x1C11_50AC_0000_0003);
        handlers = new SeededRandom(plan.Seed ^ 0x1C11_50AC_0000_0004);
        noise = new SeededRandom(plan.Seed ^ 0x1C11_50AC_0000_0005);
        node = new Node(new NodeOptions
        {
            Config = plan.Config,
            Machine = plan.Machine,
            Hardware = plan.Hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
            Seed = plan.Seed,
        });
        calls = new KillCalls(plan, node.Wire, new SeededRandom(random.Next()));
    }

    private int FreeSlots => node.Nic.FastPath.Admission.SlotPool.Monitor.Free;

    private int FreePacketSlots => node.Nic.FastPath.Admission.PacketPool.Monitor.Free;

    private bool IsIdle => FreeSlots == plan.Config.PendingCalls && FreePacketSlots == plan.Config.PacketSlots;

    /// <summary>Runs a case.</summary>
    /// <param name="plan">The case.</param>
    /// <param name="tamper">What the judge sees instead of a frame from the NIC; null for that frame. To try the judge.</param>
    /// <param name="mayTake">The part of its bound within which a kill must end. To try the judge.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public static KillOutcome Run(KillPlan plan, Func<SentByNic, IEnumerable<SentByNic>>? tamper = null, double mayTake = 1)
    {
        using KillRun run = new(plan);
        run.tamper = tamper ?? run.tamper;
        run.mayTake = mayTake;
        string? failure = null;
        try
        {
            run.RunAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException and not CosimulationException)
        {
            failure = $"tick {run.node.Ticks}: {exception.GetType().Name}: {exception.Message}";
        }

        return new KillOutcome
        {
            Cycles = run.node.Ticks,
            Calls = run.calls.Calls.Count,
            Frames = run.calls.Frames,
            Replies = run.calls.Replies,
            Refused = run.calls.Answers - run.calls.Replies,
            Dropped = run.dropped,
            Kills = run.kills,
            LongestKill = run.longestKill,
            KillBound = run.longestBound,
            Trace = run.trace,
            Failure = failure,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => node.Dispose();

    // Register accesses end before they return, and nothing else is waited for: this never suspends.
    private async Task RunAsync()
    {
        nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(false);
        await nic.SetNeighbourAsync(KillCalls.Client.Address, KillCalls.Client.Mac);
        await nic.SetTryAgainAsync(plan.TryAgainCycles);
        await nic.SetCallAgeLimitAsync(plan.CallAgeLimit);
        await nic.SetQuantumAsync(plan.Quantum);
        await nic.SetLocalMessagesAsync(plan.LocalMessages);
        node.RunUntil(() => node.Nic.FastPath.Admission.SlotPool.Monitor.Free == plan.Config.PendingCalls, 20_000);
        kernel = await RpcKernel.StartAsync(node, nic, new KernelOptions
        {
            MayPreempt = plan.MayPreempt,
            TurnsAwayStrayLoads = plan.StrayLoads,
            TellsOfLeaves = plan.Prefetches > 0 || plan.Machine.SpeculationsPerMillion > 0,
            SharedQueue = plan.SharedQueue,
            TimerPeriod = 5000,
            Slice = Slice,
            RetirePatience = 1000,
        });
        if (plan.HasThreads)
        {
            kernel.Add(1, new BackgroundThread("backup", 200_000));
        }

        Action<long> before = node.OnTick;
        node.OnTick = tick =>
        {
            before(tick);
            Watch(tick);
        };
        node.Cpu.OnCycle = _ => Prefetch();
        await BearAsync();
        while (!calls.IsDone)
        {
            Wait(random.Between(10, plan.LongestPause));
            await ChangeAsync();
        }

        for (long end = node.Ticks + LongestTail; !IsIdle; node.Tick())
        {
            if (node.Ticks > end)
            {
                throw new SoakException($"slots are not given back when no calls come: {Describe()}");
            }
        }

        foreach (KillActor actor in actors.ToArray())
        {
            await KillAsync(actor);
        }

        Wait(20_000);
        await CheckAsync();
    }

    private void Watch(long tick)
    {
        if (calls.Failure is not null)
        {
            throw calls.Failure;
        }

        while (node.Wire.Received.TryDequeue(out SentByNic? frame))
        {
            trace.Frame(frame);
            foreach (SentByNic seen in tamper(frame))
            {
                calls.Receive(seen);
            }
        }

        calls.Step(tick, actors);
        long limit = plan.Hangs > 0 ? LongestSilence + (2 * KillPlan.Hang) : LongestSilence;
        if (tick - calls.LastAnswer > limit && !calls.IsDone)
        {
            throw new SoakException(
                $"tick {tick}: no call was answered for {limit} cycles, though processes that live are called; {Describe()}");
        }

        if (killUntil >= 0 && tick > killUntil)
        {
            throw new SoakException($"tick {tick}: killing a process does not end within its bound; begun in {killBegan}; {Describe()}");
        }
    }

    // Where everything stands, for finding out what went wrong.
    private string Describe()
    {
        return $"{kernel}; {node.Cpu.DescribeWaits()}; {FreeSlots} slots and {FreePacketSlots} packet slots are free\n"
            + $"{node.Nic.FastPath.Scheduler.Monitor}\n"
            + string.Join("\n", actors.Select(actor => actor.ToString())) + "\n"
            + SoakNode.DescribeEndpoints(node);
    }

    // Any core may ask for any line of a process that is alive, as one that runs it may: all write their lines back.
    private void Prefetch()
    {
        if (plan.Prefetches > 0 && noise.Between(1, 1000) <= plan.Prefetches && prefetchable.Length > 0)
        {
            Machines.Core core = node.Cpu.Cores[noise.Between(0, plan.Machine.Cores - 1)];
            if (core.Prefetches < KillPlan.Prefetching)
            {
                core.Prefetch(prefetchable[noise.Between(0, prefetchable.Length - 1)], noise.OneIn(2));
            }
        }
    }

    private void Wait(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            node.Tick();
        }
    }

    private async Task QuietAsync()
    {
        while (!kernel.IsQuiet)
        {
            _ = await node.Registers.ReadAsync(RegisterMap.Version);
        }
    }

    private async Task ChangeAsync()
    {
        await QuietAsync();
        KillActor? actor = actors.Count == 0 ? null : actors[random.Between(0, actors.Count - 1)];
        switch (random.Between(1, 6))
        {
            case 1 or 2 when actors.Count + 1 < plan.Config.Processes:
                await BearAsync();
                break;
            case 3 when actors.Count > 1:
                await KillAsync(actor!);
                break;
            case 4 or 5 when actor is not null:
                ProcessPolicy policy = Policy(actor.Process.UsesKernelEndpoints, actor);
                actor.LeastCores = policy.LeastCores;
                await actor.Process.Process.SetPolicyAsync(policy);
                trace.Note(node.Ticks, "policy", actor.Owner);
                break;
            default:
                break;
        }
    }

    private long HandlerCycles() => plan.Hangs > 0 && handlers.Between(1, 1000) <= plan.Hangs ? KillPlan.Hang
        : handlers.OneIn(10) ? handlers.Between(0, KillPlan.LongestHandler) : handlers.Between(0, 400);

    // Cores that processes keep are fewer than there are, as an OS sees to: else a process without one waits for ever.
    private ProcessPolicy Policy(bool usesKernelEndpoints, KillActor? actor)
    {
        ProcessPolicy policy = KillPlan.Policy(usesKernelEndpoints, random);
        int kept = actors.Where(other => other != actor).Sum(other => other.LeastCores);
        return kept + policy.LeastCores < plan.Machine.Cores ? policy : policy with { LeastCores = 0 };
    }

    private async Task BearAsync()
    {
        int birth = births++;
        bool usesKernelEndpoints = !random.OneIn(4);
        int[] cores =
            [.. Enumerable.Range(0, random.Between(usesKernelEndpoints ? 0 : 1, 2)).Select(_ => random.Between(0, plan.Machine.Cores - 1))];
        await QuietAsync();
        ProcessPolicy policy = Policy(usesKernelEndpoints, null);
        KernelProcess process = await kernel.CreateProcessAsync($"process {birth}", _ => HandlerCycles(), policy, cores);
        KillActor actor = new(process, 1 + (birth % Mark.Owners), FirstProgram + (uint)birth) { LeastCores = policy.LeastCores };
        await QuietAsync();
        Delegate handler = (byte[] data) => calls.Handle(actor, data);
        await process.Process.RegisterAsync(actor.Program, 1, 1, actor.Port, handler, new ServiceOptions { AddsNull = random.OneIn(2) });
        actor.Serves = true;
        actors.Insert(random.Between(0, actors.Count), actor);
        FindLines();
        trace.Note(node.Ticks, "birth", birth);
    }

    private void FindLines() => prefetchable =
    [
        .. actors.SelectMany(actor => actor.Process.Process.Endpoints)
            .SelectMany(endpoint => endpoint.Addresses.ReceiveAux.Append(endpoint.Addresses.ReceiveControl[endpoint.ReceiveLine ?? 0])),
    ];

    private async Task KillAsync(KillActor actor)
    {
        actors.Remove(actor);
        FindLines();
        actor.Serves = false;
        await QuietAsync();
        long bound = (long)(mayTake * plan.KillBound(actor.Process, kernel.Options.Costs));
        (killBegan, killUntil) = (node.Ticks, node.Ticks + bound);
        KillReport report = await kernel.KillAsync(actor.Process);
        killUntil = -1;
        kills++;
        brokenOff += report.BrokenOff;
        flushed += report.Flushed;
        discarded += report.Discarded;
        if (report.Cycles * (double)longestBound >= longestKill * (double)bound)
        {
            (longestKill, longestBound) = (report.Cycles, bound);
        }

        trace.Note(node.Ticks, "killed", actor.Owner);
    }

    /// <summary>
    /// Each frame is accounted for: answered, or counted where it ended, once. That a call is overdue ends no frame: it ends later, in its
    /// line or queue.
    /// </summary>
    private async Task CheckAsync()
    {
        await QuietAsync();
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        trace.Counters(node.Ticks, counters);
        List<string> wrong = [];
        NicEvent[] ends =
        [
            NicEvent.CallDroppedNoSlot, NicEvent.CallDroppedNoPacketSlot, NicEvent.CallDroppedIndexFull, NicEvent.CallDroppedQueueFull,
            NicEvent.Retransmission, NicEvent.CallExpired, NicEvent.CallFlushed, NicEvent.NoReply,
            NicEvent.LateReply, NicEvent.CallDiscarded, NicEvent.CallDroppedOfEarlier,

            // Where a process's port is gone a call is a frame for the kernel.
            NicEvent.FrameDroppedNoSlot, NicEvent.FrameDroppedTooLong, NicEvent.FrameTaken,
        ];
        dropped = ends.Sum(end => (long)counters[end.ToString()]) + (long)counters[$"Dropped.{DropReason.BufferOverrun}"];
        Equal("frames sent and frames accounted for", calls.Frames, calls.Answers + dropped);
        Equal("replies counted", calls.Replies, Count(NicEvent.ReplySent));
        if (plan.CallAgeLimit == 0)
        {
            Equal("calls broken off and lines without a reply", brokenOff + kernel.OfEarlier, Count(NicEvent.NoReply));
            Equal("calls overdue", 0, Count(NicEvent.CallOverdue));
        }

        Equal("calls flushed", flushed, Count(NicEvent.CallFlushed));
        Equal("calls discarded", discarded, Count(NicEvent.CallDiscarded));
        foreach (NicEvent never in (NicEvent[])[NicEvent.BadReply, NicEvent.BadSend, NicEvent.NeighbourMiss])
        {
            Equal(never.ToString(), 0, Count(never));
        }

        if (plan.Prefetches == 0 && plan.Machine.SpeculationsPerMillion == 0)
        {
            // A line that no program asked for may be read at any time.
            Equal("reads out of turn", 0, Count(NicEvent.BadRead));
        }

        if (!IsIdle)
        {
            wrong.Add($"{FreeSlots} slots and {FreePacketSlots} packet slots are free");
        }

        if (wrong.Count > 0)
        {
            IEnumerable<string> all = counters.Where(counter => counter.Value != 0).Select(counter => $"{counter.Key} {counter.Value}");
            throw new SoakException($"{string.Join("; ", wrong)}; all: {string.Join(", ", all)}");
        }

        long Count(NicEvent what) => (long)counters[what.ToString()];

        void Equal(string what, long expected, long actual)
        {
            if (expected != actual)
            {
                wrong.Add($"{what}: {expected} expected, {actual} counted");
            }
        }
    }
}
