// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A program of a process on a core.</summary>
/// <param name="core">The core.</param>
/// <param name="actor">The process.</param>
/// <param name="endpoint">The endpoint that it serves; null for a hostile one, which uses all of its process.</param>
internal sealed class HostileThread(Core core, HostileActor actor, BoundEndpoint? endpoint)
{
    /// <summary>The core that the program runs on.</summary>
    public Core Core { get; } = core;

    /// <summary>The process whose program it is.</summary>
    public HostileActor Actor { get; } = actor;

    /// <summary>The endpoint that it serves, if it is honest.</summary>
    public BoundEndpoint? Endpoint { get; } = endpoint;

    /// <summary>Whether the program has returned.</summary>
    public bool IsDone { get; set; }
}

/// <summary>Puts programs of processes on cores that are free: as a kernel's scheduler does.</summary>
/// <param name="node">The node.</param>
/// <param name="nic">The driver.</param>
/// <param name="plan">The case.</param>
/// <param name="judge">Notified of everything.</param>
/// <param name="random">Decides.</param>
internal sealed class HostileThreads(Node node, Driver.Nic nic, HostilePlan plan, HostileJudge judge, SeededRandom random)
{
    private readonly HostileThread?[] running = new HostileThread?[plan.Machine.Cores];

    // Where a loop goes on that was retired: the line after the one that held the RETIRE.
    private readonly Dictionary<BoundEndpoint, int> nextLines = [];

    // When a thread was last put on a core for an endpoint, in cycles.
    private readonly Dictionary<BoundEndpoint, long> began = [];

    /// <summary>Programs that run.</summary>
    public IEnumerable<HostileThread> Running => running.Where(thread => thread is { IsDone: false }).Select(thread => thread!);

    /// <summary>Cores for honest processes that are free.</summary>
    public int FreeHonest => Enumerable.Range(1, plan.HonestCores).Count(IsFree);

    /// <summary>Starts what can be started.</summary>
    /// <param name="actors">Who is alive.</param>
    public async Task StartAsync(IReadOnlyList<HostileActor> actors)
    {
        // Who has no core goes first.
        foreach (HostileActor actor in actors.Where(actor => !actor.IsHostile && !actor.IsDead)
            .OrderBy(actor => Running.Count(thread => thread.Actor == actor)))
        {
            // In turns: a call may lie in any of its lines, since cores load them by themselves.
            foreach (BoundEndpoint endpoint in actor.Endpoints.OrderBy(endpoint => began.GetValueOrDefault(endpoint, -1)).ToArray())
            {
                if (!Running.Any(thread => thread.Endpoint == endpoint))
                {
                    int core = Enumerable.Range(1, plan.HonestCores).FirstOrDefault(IsFree);
                    if (core != 0)
                    {
                        await StartAsync(core, actor, endpoint);
                    }
                }
            }
        }

        HostileActor[] hostile = [.. actors.Where(actor => actor.IsHostile && !actor.IsDead && actor.Endpoints.Count > 0)];
        for (int core = plan.HonestCores + 1; core < running.Length && hostile.Length > 0; core++)
        {
            if (IsFree(core))
            {
                await StartAsync(core, hostile[random.Between(0, hostile.Length - 1)], null);
            }
        }
    }

    /// <summary>A prefetch beside the programs.</summary>
    public void Prefetch()
    {
        HostileThread? thread = running[random.Between(0, running.Length - 1)];
        if (thread is { IsDone: false } && thread.Core.Prefetches < HostilePlan.MostPrefetches)
        {
            ulong[] lines = [.. thread.Actor.MayBePrefetched];
            if (lines.Length > 0)
            {
                thread.Core.Prefetch(lines[random.Between(0, lines.Length - 1)], random.OneIn(2));
            }
        }
    }

    private bool IsFree(int core) => running[core] is null or { IsDone: true };

    private async Task StartAsync(int number, HostileActor actor, BoundEndpoint? endpoint)
    {
        Core core = node.Cpu.Cores[number];
        core.Space = actor.Space;
        HostileThread thread = new(core, actor, endpoint);
        running[number] = thread;
        if (plan.TellsCores && number < nic.Capabilities.Cores)
        {
            BoundEndpoint? said = endpoint ?? (random.OneIn(2) ? actor.Endpoints[random.Between(0, actor.Endpoints.Count - 1)] : null);
            await nic.SetCoreStateAsync(number, new CoreState
            {
                HasProcess = true,
                Process = actor.Process.Number,
                HasEndpoint = said is not null,
                Endpoint = (ushort)(said?.Number ?? 0),
            });
        }

        if (endpoint is not null)
        {
            began[endpoint] = node.Ticks;
        }

        SeededRandom own = new(random.Next());
        long until = node.Ticks + own.Between(500, 20_000);
        _ = node.Cpu.Start(core, endpoint is null
            ? async core => await EndAsync(thread, new HostileProgram(core, actor, judge, own).RunAsync(until))
            : async core => await EndAsync(thread, ServeAsync(thread, endpoint, own)));
    }

    private static async Task EndAsync(HostileThread thread, Task program)
    {
        await program;
        thread.IsDone = true;
    }

    private async Task ServeAsync(HostileThread thread, BoundEndpoint endpoint, SeededRandom own)
    {
        HostileActor actor = thread.Actor;
        HonestMemory memory = new(thread.Core, actor, endpoint, judge, own);
        int? begin = nextLines.TryGetValue(endpoint, out int next) ? next : null;
        try
        {
            LoopEnd end = await UserLoop.RunAsync(memory, endpoint, actor.Process.Handlers, watch: Watch, begin: begin);
            if (end == LoopEnd.Lost && !actor.IsDead && actor.Endpoints.Contains(endpoint))
            {
                throw new SoakException(
                    $"cycle {thread.Core.Cycle}: endpoint {endpoint.Number} of {actor} gives an empty line, though nobody took it away");
            }
        }
        catch (PageFaultException) when (actor.IsDead || !actor.Endpoints.Contains(endpoint))
        {
            // Its lines were taken away.
        }

        void Watch(LoopEvent step) => nextLines[endpoint] =
            endpoint.ReceiveLine ?? (step.Step == LoopStep.Answered ? step.Line ^ 1 : nextLines.GetValueOrDefault(endpoint));
    }
}
