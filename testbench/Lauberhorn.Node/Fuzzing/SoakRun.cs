// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Results of a case.</summary>
/// <param name="Cycles">Ticks of the NIC's clock.</param>
/// <param name="Calls">Calls sent.</param>
/// <param name="Frames">Frames sent.</param>
/// <param name="Tally">What was seen.</param>
/// <param name="Dropped">Calls and frames that were counted as dropped for want of room, as retransmissions or over the limit of
/// errors.</param>
/// <param name="Failure">What went wrong; null if nothing did.</param>
internal sealed record SoakOutcome(long Cycles, long Calls, long Frames, SoakTally Tally, long Dropped, string? Failure);

/// <summary>Runs a case from reset to idle.</summary>
internal sealed class SoakRun : IDisposable
{
    private const long LongestTail = 2_000_000;
    private readonly SoakPlan plan;
    private readonly Node node;
    private readonly List<BoundEndpoint> endpoints = [];
    private Driver.Nic? nic;
    private SoakServices? services;
    private SoakJudge? judge;
    private SoakTraffic? traffic;
    private Func<SentByNic, IEnumerable<SentByNic>> tamper = static frame => [frame];
    private bool isQuiet;
    private bool stops;
    private long dropped;

    private SoakRun(SoakPlan plan)
    {
        this.plan = plan;
        node = new Node(new NodeOptions
        {
            Config = plan.Config,
            Machine = plan.Machine,
            Hardware = plan.Hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
            Seed = plan.Seed,
        });
    }

    /// <summary>Runs a case.</summary>
    /// <param name="plan">The case.</param>
    /// <param name="tamper">What the judge sees instead of a frame from the NIC; null for that frame. To try the judge.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public static SoakOutcome Run(SoakPlan plan, Func<SentByNic, IEnumerable<SentByNic>>? tamper = null)
    {
        using SoakRun run = new(plan);
        run.tamper = tamper ?? run.tamper;
        string? failure = null;
        try
        {
            run.RunAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // On a fault one of these throws: the judge, the machine, the monitors, the comparison with the RTL.
            failure = $"tick {run.node.Ticks}: {exception.GetType().Name}: {exception.Message}";
        }

        return new SoakOutcome(run.node.Ticks, run.traffic?.Calls ?? 0, run.traffic?.Frames.Count ?? 0, run.judge?.Tally ?? new SoakTally(),
            run.dropped, failure);
    }

    /// <inheritdoc/>
    public void Dispose() => node.Dispose();

    // Register accesses end before they return, and nothing else is waited for: this never suspends.
    private async Task RunAsync()
    {
        SeededRandom random = new(plan.Seed ^ 0x501A_4E1C_0000_0004);
        await SetUpAsync(random);
        int slots = node.Nic.Config.PendingCalls;
        node.RunUntil(() => node.Nic.FastPath.Admission.SlotPool.Monitor.Free == slots, 20_000);
        traffic = new SoakTraffic(plan, services!, judge!, node.Wire, HasRoom);
        foreach ((ulong mac, uint address) in traffic.Clients)
        {
            if (!plan.Learns)
            {
                judge!.Neighbour(address, mac);
                await nic!.SetNeighbourAsync(address, mac);
            }
        }

        await nic!.SetLearningAsync(plan.Learns);
        SetPace(new SeededRandom(random.Next()));
        node.OnTick = Watch;
        node.RunUntil(() => traffic.IsDone, (plan.Calls * 20_000L) + LongestTail);
        isQuiet = true;
        node.RunUntil(IsIdle, LongestTail);
        for (int i = 0; i < 2000; i++)
        {
            node.Tick();
        }

        stops = true;
        node.RunUntil(() => node.Cpu.Running == 0, LongestTail);
        foreach (BoundEndpoint endpoint in endpoints)
        {
            await nic.ReleaseEndpointAsync(endpoint);
        }

        for (int i = 0; i < 1000; i++)
        {
            node.Tick();
        }

        Check(await nic.ReadCountersAsync());
    }

    private async Task SetUpAsync(SeededRandom random)
    {
        nic = node.Open();
        await nic.SetTryAgainAsync(plan.TryAgainCycles);
        await nic.SetErrorReplyLimitAsync(plan.ErrorReplyLimit, 3000);
        List<SoakProcess> processes = [.. Enumerable.Range(0, plan.Processes)
            .Select(i => new SoakProcess(nic.CreateProcess($"soak{i}"), random.Next()))];
        services = await SoakServices.Make(nic, plan.Config, processes, random);
        judge = new SoakJudge(services, node.Nic, plan.KernelEndpoints == 1);
        await nic.SetAddressesAsync(services.Settings.MacAddress, services.Settings.Ipv4Address);
        await nic.SetMtuAsync(ushort.MaxValue);
        for (int i = 0; i < plan.UserEndpoints + plan.KernelEndpoints; i++)
        {
            bool isKernel = i < plan.KernelEndpoints;
            bool sendsLong = i < plan.Config.TransmitPacketSlots;
            bool writesBack = random.Between(1, 100) <= plan.WritesBack;
            SoakProcess? owner = isKernel ? null : processes[i % processes.Count];
            ushort port = isKernel ? (ushort)0 : SoakPlan.TransmitPort(i - plan.KernelEndpoints);

            // The driver chooses the number: it knows which lines have one colour.
            BoundEndpoint endpoint = await SoakNode.BindAsync(node, writesBack, BindAsync);

            Task<BoundEndpoint> BindAsync(bool writesBack) => isKernel ? nic.BindKernelEndpointAsync(i, sendsLong, writesBack)
                : owner!.Process.BindEndpointAsync(transmitPort: port, sendsLong: sendsLong, writesBack: writesBack);

            endpoints.Add(endpoint);
            SoakHandler handler = new(judge, plan, endpoint, port, owner, new SeededRandom(random.Next()), () => isQuiet, () => stops);
            _ = node.Cpu.Start(node.Cpu.Cores[i], handler.RunAsync);
        }

        if (node.Planner.FindConflict(
            [.. endpoints.Select(endpoint => new StallingEndpoint(endpoint.Number, endpoint.ReceiveLine))]) is ColourConflict conflict)
        {
            throw new SoakException($"endpoints that wait could deadlock: {conflict}");
        }
    }

    private void SetPace(SeededRandom random)
    {
        long pausedUntil = 0;
        node.Wire.Pace = plan.Pace switch
        {
            TransmitPace.Half => () => random.OneIn(2),
            TransmitPace.Pauses => () =>
            {
                if (node.Ticks >= pausedUntil && random.OneIn(400))
                {
                    pausedUntil = node.Ticks + random.Between(1, 600);
                }

                return node.Ticks >= pausedUntil;
            }
            ,
            _ => static () => true,
        };
    }

    private void Watch(long tick)
    {
        judge!.Observe();
        while (node.Wire.Received.TryDequeue(out SentByNic? frame))
        {
            foreach (SentByNic seen in tamper(frame))
            {
                judge.Receive(seen);
            }
        }

        traffic!.Step(tick);
    }

    private bool HasRoom() =>
        node.Nic.FastPath.Admission.SlotPool.Monitor.Free > plan.Config.BypassSlots + 1
            && node.Nic.FastPath.Admission.PacketPool.Monitor.Free > plan.Config.BypassPacketSlots;

    private bool IsIdle() =>
        node.Nic.FastPath.Admission.SlotPool.Monitor.Free == plan.Config.PendingCalls
            && node.Nic.FastPath.Admission.PacketPool.Monitor.Free == plan.Config.PacketSlots;

    /// <summary>Each frame is accounted for: seen, or counted as dropped, and never both.</summary>
    private void Check(IReadOnlyDictionary<string, ulong> counters)
    {
        if (!IsIdle())
        {
            throw new SoakException($"{node.Nic.FastPath.Admission.SlotPool.Monitor.Free} slots and "
                + $"{node.Nic.FastPath.Admission.PacketPool.Monitor.Free} packet slots are free at the end");
        }

        SoakTally tally = judge!.Tally;
        List<string> wrong = [];
        foreach (DropReason reason in Enum.GetValues<DropReason>()
            .Where(reason => reason is not DropReason.None and not DropReason.BufferOverrun))
        {
            Expect($"Dropped.{reason}", traffic!.Frames.Count(frame => frame.Decoded.Drop == reason));
        }

        long overrun = Count($"Dropped.{DropReason.BufferOverrun}");
        long received = Enum.GetValues<FrameKind>().Sum(kind => Count($"Received.{kind}"));
        Equal("frames received and overrun", traffic!.Frames.Count(frame => !frame.Decoded.IsDropped), received + overrun);
        Expect(nameof(NicEvent.Delivered), tally.Delivered + tally.FramesTaken);
        Expect(nameof(NicEvent.FrameTaken), tally.FramesTaken);
        Expect(nameof(NicEvent.TryAgain), tally.TryAgains);
        Expect(nameof(NicEvent.NoReply), tally.NoReplies);
        Expect(nameof(NicEvent.BadReply), tally.BadReplies);
        Equal("replies sent", 0, Math.Max(0, Math.Abs(Event(NicEvent.ReplySent) - tally.Replies) - tally.Ambiguous));
        foreach (NicEvent never in (NicEvent[])[NicEvent.BadRead, NicEvent.LateReply, NicEvent.CallDiscarded, NicEvent.CallExpired,
            NicEvent.CallFlushed, NicEvent.CommandRefused])
        {
            Expect(never.ToString(), 0);
        }

        Expect(nameof(NicEvent.BadSend), tally.BadSends);
        Expect(nameof(NicEvent.FrameSent), tally.KernelFrames);
        Expect(nameof(NicEvent.DatagramSent), tally.Datagrams);
        Equal("kernel's frames that were not sent", 0, judge.MissingKernelFrames);

        // A line that was written into is evicted once at most.
        Equal("bad writes beyond those into TRYAGAINs", 0, Math.Max(0, Event(NicEvent.BadWrite) - tally.Scribbles));

        // Admitted calls are those that handlers had: all slots are free.
        Expect(nameof(NicEvent.CallAdmitted), tally.Delivered);
        Expect(nameof(NicEvent.FrameAdmitted), tally.FramesTaken);
        NicEvent[] drops =
        [
            NicEvent.CallDroppedNoSlot, NicEvent.CallDroppedNoPacketSlot, NicEvent.CallDroppedIndexFull, NicEvent.Retransmission,
            NicEvent.FrameDroppedNoSlot, NicEvent.ErrorReplyLimited,
            NicEvent.MissedFrameDropped,
        ];
        dropped = drops.Sum(Event) + Event(NicEvent.FrameDroppedTooLong) + overrun;
        int tooLong = traffic.Frames.Count(frame => frame.Fate == Fate.TooLongForKernel);
        int open = judge.Undelivered.Count() + judge.UndeliveredFrames + judge.SkippedFrames + judge.MissingAnswers + judge.MissingReplies
            + judge.MissingDatagrams + tooLong;
        Equal("frames not seen and frames counted as dropped", open, dropped);
        Equal(
            "answers and replies made",
            Event(NicEvent.NullCall) + Event(NicEvent.ErrorReply) + Event(NicEvent.GarbageArguments) + Event(NicEvent.CallTooLong)
                - Event(NicEvent.ErrorReplyLimited) + tally.Delivered - tally.NoReplies - tally.BadReplies + tally.DatagramsGiven,
            tally.Answers + tally.Replies + tally.Datagrams + Event(NicEvent.NeighbourMiss) + Event(NicEvent.MissedFrameDropped));
        if (wrong.Count > 0)
        {
            IEnumerable<string> all = counters.Where(counter => counter.Value != 0).Select(counter => $"{counter.Key} {counter.Value}");
            throw new SoakException($"counters: {string.Join("; ", wrong)}; all: {string.Join(", ", all)}");
        }

        long Count(string name) => (long)counters[name];

        long Event(NicEvent what) => Count(what.ToString());

        void Expect(string name, long expected) => Equal(name, expected, Count(name));

        void Equal(string what, long expected, long actual)
        {
            if (expected != actual)
            {
                wrong.Add($"{what}: {expected} expected, {actual} counted");
            }
        }
    }
}
