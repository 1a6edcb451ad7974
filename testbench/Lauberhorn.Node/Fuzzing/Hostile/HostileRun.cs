// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Results of a case of the hostile soak.</summary>
internal sealed record HostileOutcome
{
    /// <summary>Ticks of the NIC's clock.</summary>
    public required long Cycles { get; init; }

    /// <summary>Calls made, without repetitions.</summary>
    public required long Calls { get; init; }

    /// <summary>Right answers of honest processes.</summary>
    public required long Right { get; init; }

    /// <summary>Processes that there were.</summary>
    public required int Births { get; init; }

    /// <summary>Endpoints with two lines that the driver refused, for the colours of one that was bound.</summary>
    public required int Refusals { get; init; }

    /// <summary>Endpoints that were released, and loads that were retired.</summary>
    public required int Releases { get; init; }

    /// <summary>The longest of these, in cycles.</summary>
    public required long LongestRelease { get; init; }

    /// <summary>The bound of that time, in cycles.</summary>
    public required long ReleaseBound { get; init; }

    /// <summary>Number of bytes checked, in cores, at the home port and on the wire.</summary>
    public required long Bytes { get; init; }

    /// <summary>The longest time to the answer of an honest process's call that was sent once, in cycles.</summary>
    public required long LongestWait { get; init; }

    /// <summary>The trace of all steps.</summary>
    public required SoakTrace Trace { get; init; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public required string? Failure { get; init; }
}

/// <summary>
/// Runs a case of the hostile soak: an OS in which processes, honest and hostile ones, are born, lose endpoints to others, and are killed,
/// at any moment.
/// </summary>
internal sealed class HostileRun : IDisposable
{
    private const long LongestTail = 1_000_000;
    private const uint FirstProgram = 0x2000_1000;
    private readonly HostilePlan plan;
    private readonly Node node;
    private readonly SoakTrace trace = new();
    private readonly HostileJudge judge = new(ReceiveSettings.Captures);
    private readonly HomeWatch watch;
    private readonly SeededRandom random;
    private readonly List<HostileActor> actors = [];
    private readonly SortedSet<int> freeEndpoints;
    private readonly SeededRandom noise;
    private readonly CancellationTokenSource stop = new();
    private Func<SentByNic, IEnumerable<SentByNic>> tamper = static frame => [frame];
    private Driver.Nic nic = null!;
    private HostileThreads threads = null!;
    private HostileClients? clients;
    private int births;
    private int refusals;
    private int releases;
    private long longestRelease;
    private long releaseBegan = -1;
    private string releasing = string.Empty;

    private HostileRun(HostilePlan plan)
    {
        this.plan = plan;
        random = new SeededRandom(plan.Seed ^ 0x4057_11E0_0000_0003);
        noise = new SeededRandom(plan.Seed ^ 0x4057_11E0_0000_0004);
        freeEndpoints = [.. Enumerable.Range(1, plan.Config.Endpoints - 1)];
        node = new Node(new NodeOptions
        {
            Config = plan.Config,
            Machine = plan.Machine,
            Hardware = plan.Hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
            Seed = plan.Seed,
        });
        watch = new HomeWatch(node);
    }

    private int LargestAnswer => (128 * plan.Config.AuxLines) + 96 - 4;

    /// <summary>Runs a case.</summary>
    /// <param name="plan">The case.</param>
    /// <param name="tamper">What the judge sees instead of a frame from the NIC; null for that frame. To try the judge.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public static HostileOutcome Run(HostilePlan plan, Func<SentByNic, IEnumerable<SentByNic>>? tamper = null)
    {
        using HostileRun run = new(plan);
        run.tamper = tamper ?? run.tamper;
        string? failure = null;
        try
        {
            run.RunAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException and not CosimulationException)
        {
            failure = $"tick {run.node.Ticks}: {exception.GetType().Name}: {exception.Message}\n{run.Describe()}";
        }

        HostileJudge judge = run.judge;
        return new HostileOutcome
        {
            Cycles = run.node.Ticks,
            Calls = judge.Calls.Count,
            Right = judge.RightAnswers,
            Births = run.births,
            Refusals = run.refusals,
            Releases = run.releases,
            LongestRelease = run.longestRelease,
            ReleaseBound = plan.ReleaseBound,
            Bytes = judge.Bytes + run.watch.Bytes,
            LongestWait = judge.Waits.Count == 0 ? 0 : judge.Waits.Max(),
            Trace = run.trace,
            Failure = failure,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        node.Dispose();
        stop.Dispose();
    }

    // Register accesses end before they return, and nothing else is waited for: this never suspends.
    private async Task RunAsync()
    {
        await SetUpAsync();
        while (node.Ticks < plan.Cycles)
        {
            await threads.StartAsync(actors);
            Wait(random.Between(10, plan.LongestPause));
            await ChangeAsync();
        }

        // What has no answer is sent again until it has one.
        clients!.IsCalling = false;
        for (long end = node.Ticks + LongestTail; !clients.IsQuiet && node.Ticks < end;)
        {
            await threads.StartAsync(actors);
            Wait(2000);
            await MakeRoomAsync();
        }

        foreach (HostileActor actor in actors.ToArray())
        {
            await KillAsync(actor);
        }

        Wait(20_000);
        await CheckAsync();
    }

    private async Task SetUpAsync()
    {
        nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetTryAgainAsync(plan.TryAgainCycles);
        await nic.SetLearningAsync(false);
        await nic.SetSharedQueueAsync((ushort)(plan.Config.PendingCalls / 4));
        foreach ((ulong mac, uint address) in HostileJudge.Clients)
        {
            await nic.SetNeighbourAsync(address, mac);
        }

        node.RunUntil(() => node.Nic.FastPath.Admission.SlotPool.Monitor.Free == plan.Config.PendingCalls, 20_000);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(0, sendsLongFrames: false, writesBack: true);
        watch.SetKernels(0);
        KernelLoop loop = new(node.Cpu.Cores[0], kernel, TakeFrame);
        _ = node.Cpu.Start(node.Cpu.Cores[0], _ => loop.RunAsync(stop.Token));
        threads = new HostileThreads(node, nic, plan, judge, new SeededRandom(random.Next()));
        clients = new HostileClients(plan, judge, node.Wire, new SeededRandom(random.Next()));
        node.OnTick = Watch;
        node.Cpu.OnCycle = _ =>
        {
            if (plan.Prefetches > 0 && noise.Between(1, 1000) <= plan.Prefetches)
            {
                threads.Prefetch();
            }
        };
        await BearAsync(isHostile: false);
        await BearAsync(isHostile: true);
    }

    // Where everything stands, for finding out what went wrong.
    private string Describe()
    {
        IEnumerable<string> running = threads?.Running.Select(thread =>
            $"core {thread.Core.Number} runs {thread.Actor}, "
                + $"{(thread.Endpoint is { } served ? $"endpoint {served.Number}" : "any endpoint")}") ?? [];
        return $"{node.Cpu.DescribeWaits()}; {node.Nic.FastPath.Admission.SlotPool.Monitor.Free} slots and "
            + $"{node.Nic.FastPath.Admission.PacketPool.Monitor.Free} packet slots are free\n{node.Nic.FastPath.Scheduler.Monitor}\n"
            + string.Join("\n", running.Concat(actors.Select(actor => $"{actor}: endpoints "
                + $"{string.Join(", ", actor.Endpoints.Select(endpoint => endpoint.Number))}"))) + "\n"
            + SoakNode.DescribeEndpoints(node);
    }

    private IEnumerable<byte[]> TakeFrame(KernelFrame frame)
    {
        judge.ReceiveByKernel(frame.Bytes.ToArray());
        return [];
    }

    private void Watch(long tick)
    {
        watch.Observe(tick);
        if (judge.Failure is not null)
        {
            throw judge.Failure;
        }

        while (node.Wire.Received.TryDequeue(out SentByNic? frame))
        {
            trace.Frame(frame);
            foreach (SentByNic seen in tamper(frame))
            {
                judge.Receive(seen, LargestAnswer);
            }
        }

        clients!.Step(tick, actors);
        if (releaseBegan >= 0 && tick - releaseBegan > plan.ReleaseBound)
        {
            throw new SoakException($"tick {tick}: {releasing} does not end within {plan.ReleaseBound} cycles");
        }
    }

    private void Wait(int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            node.Tick();
        }
    }

    /// <summary>
    /// Lets each endpoint of an honest process have a core in its turn: one that has none gets that of a thread that waits.
    /// </summary>
    private async Task MakeRoomAsync()
    {
        HostileThread[] honest = [.. threads.Running.Where(thread => thread.Endpoint is not null)];
        bool isShort = threads.FreeHonest == 0
            && actors.Any(actor => !actor.IsHostile && actor.Endpoints.Any(endpoint => honest.All(thread => thread.Endpoint != endpoint)));
        if (isShort)
        {
            await RetireAsync(honest[random.Between(0, honest.Length - 1)].Endpoint!);
        }
    }

    /// <summary>One random step of an OS: starts, kills, releases, binds or retires, or nothing.</summary>
    private async Task ChangeAsync()
    {
        HostileActor? actor = actors.Count == 0 ? null : actors[random.Between(0, actors.Count - 1)];
        switch (random.Between(1, 12))
        {
            case 1 or 2:
                await BearAsync(random.OneIn(2));
                break;
            case 3 when actor is not null:
                await KillAsync(actor);
                break;
            case 4 or 5 when actor is not null && actor.Endpoints.Count > 1:
                await ReleaseAsync(actor, actor.Endpoints[random.Between(0, actor.Endpoints.Count - 1)]);
                break;
            case 6 or 7 when actor is not null && (actor.IsHostile || threads.FreeHonest > 0):
                await BindAsync(actor);
                break;
            case <= 10 when actor is not null && actor.Endpoints.Count > 0:
                await RetireAsync(actor.Endpoints[random.Between(0, actor.Endpoints.Count - 1)]);
                break;
            default:
                break;
        }
    }

    private async Task BearAsync(bool isHostile)
    {
        const int Most = 3;
        bool hasRoom = freeEndpoints.Count > 0 && actors.Count + 1 < plan.Config.Processes && (isHostile || threads.FreeHonest > 0);
        if (!hasRoom || actors.Count(actor => actor.IsHostile == isHostile) >= Most)
        {
            return;
        }

        int birth = births++;
        HostileActor actor = new(nic.CreateProcess($"process {birth}"), 1 + (birth % Mark.Owners), isHostile, FirstProgram + (uint)birth);
        judge.Born(actor);
        int most = random.Pick(0, 1, 3);

        // Without a packet slot of its own a process would have to wait for what others leave: hostile ones keep theirs.
        ProcessPolicy policy = new()
        {
            GuaranteedQueue = (ushort)(most == 0 ? random.Between(0, 2) : random.Between(0, most)),
            MostQueued = (ushort)most,
            GuaranteedPackets = (ushort)(isHostile ? 0 : 1),
        };
        await actor.Process.SetPolicyAsync(policy);
        try
        {
            Delegate handler = (byte[] data) => HostileJudge.Answer(judge.Begin(actor, data), LargestAnswer);
            await actor.Process.RegisterAsync(actor.Program, 1, 1, actor.Port, handler, new ServiceOptions { AddsNull = false });
        }
        catch (Driver.Placement.TableFullException)
        {
            await actor.Process.CloseAsync();
            return;
        }

        actor.Serves = true;
        actors.Add(actor);
        trace.Note(node.Ticks, isHostile ? "hostile birth" : "birth", actor.Process.Number);
        await BindAsync(actor);
    }

    private async Task BindAsync(HostileActor actor)
    {
        if (freeEndpoints.Count == 0)
        {
            return;
        }

        int number = freeEndpoints.ElementAt(random.Between(0, freeEndpoints.Count - 1));
        freeEndpoints.Remove(number);
        watch.SetOwner(number, actor.Owner);

        bool writesBack = random.Between(1, 100) <= plan.WritesBack;
        bool sendsLong = actor.IsHostile && !actors.Any(other => other.Endpoints.Any(endpoint => endpoint.HasTransmitAux));
        BoundEndpoint endpoint = await SoakNode.BindAsync(node, writesBack, BindAsync);
        refusals += !writesBack && endpoint.ReceiveLine is not null ? 1 : 0;
        trace.Note(node.Ticks, "bind", number);
        actor.Map(endpoint);
        actor.Endpoints.Add(endpoint);

        Task<BoundEndpoint> BindAsync(bool writesBack) => actor.Process.BindEndpointAsync(
            number, actor.IsHostile ? actor.TransmitPort : (ushort)0, sendsLong, writesBack, writesBack ? random.Between(0, 1) : null);
    }

    private async Task RetireAsync(BoundEndpoint endpoint)
    {
        bool isRetired = await TimedAsync($"the retirement of what waits at endpoint {endpoint.Number}", () => nic.RetireAsync(endpoint));
        trace.Note(node.Ticks, isRetired ? "retired" : "not retired", endpoint.Number);
    }

    /// <summary>Takes an endpoint away: the mapping first, then the endpoint.</summary>
    private async Task ReleaseAsync(HostileActor actor, BoundEndpoint endpoint)
    {
        actor.Endpoints.Remove(endpoint);
        actor.Unmap(endpoint);
        if (random.OneIn(2))
        {
            await RetireAsync(endpoint);
        }

        Wait(random.OneIn(2) ? 0 : random.Between(0, 100));
        string mode = endpoint.ReceiveLine is null ? "two lines" : "writes back";
        await TimedAsync($"the release of endpoint {endpoint.Number} of {actor}, {mode},", async () =>
        {
            await actor.Process.ReleaseEndpointAsync(endpoint);
            return true;
        });
        watch.SetOwner(endpoint.Number, 0);
        freeEndpoints.Add(endpoint.Number);
        trace.Note(node.Ticks, "released", endpoint.Number);
    }

    private async Task KillAsync(HostileActor actor)
    {
        actor.IsDead = true;
        actor.Serves = false;
        actors.Remove(actor);
        foreach (BoundEndpoint endpoint in actor.Endpoints.OrderBy(_ => random.Next()).ToArray())
        {
            await ReleaseAsync(actor, endpoint);
        }

        await actor.Process.CloseAsync();
        node.RunUntil(() => !threads.Running.Any(thread => thread.Actor == actor), plan.TryAgainCycles + LongestTail);
        trace.Note(node.Ticks, "killed", actor.Process.Number);
    }

    private async Task<T> TimedAsync<T>(string what, Func<Task<T>> action)
    {
        (releasing, releaseBegan) = (what, node.Ticks);
        T result = await action();
        longestRelease = Math.Max(longestRelease, node.Ticks - releaseBegan);
        releaseBegan = -1;
        releases++;
        return result;
    }

    private async Task CheckAsync()
    {
        IReadOnlyDictionary<string, ulong> counters = await nic.ReadCountersAsync();
        trace.Counters(node.Ticks, counters);
        int slots = node.Nic.FastPath.Admission.SlotPool.Monitor.Free;
        int packets = node.Nic.FastPath.Admission.PacketPool.Monitor.Free;
        if (slots != plan.Config.PendingCalls || packets != plan.Config.PacketSlots)
        {
            string all =
                string.Join(", ", counters.Where(counter => counter.Value != 0).Select(counter => $"{counter.Key} {counter.Value}"));
            throw new SoakException(
                $"at the end {slots} of {plan.Config.PendingCalls} slots and {packets} of {plan.Config.PacketSlots} packet slots "
                + $"are free; {all}");
        }
    }
}
