// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Hdl.Testing.Schedule;

/// <summary>How busy a <see cref="SchedulerLoad"/> is: each number n makes something happen once in n times.</summary>
public sealed record SchedulerPace
{
    /// <summary>Ticks in which a message arrives.</summary>
    public int Arrivals { get; init; } = 1;

    /// <summary>Notices that an endpoint waits.</summary>
    public int Waits { get; init; } = 1;

    /// <summary>Withdraws, in place of notices that an endpoint waits; 0 for never.</summary>
    public int Withdraws { get; init; } = 4;

    /// <summary>Ticks in which a dispatch is accepted.</summary>
    public int Dispatches { get; init; } = 1;

    /// <summary>Ticks in which a release is accepted.</summary>
    public int Releases { get; init; } = 1;

    /// <summary>Ticks in which a process is flushed; 0 for never.</summary>
    public int Flushes { get; init; }

    /// <summary>Notices that a kernel endpoint waits, in place of a user endpoint; 0 for never.</summary>
    public int KernelWaits { get; init; }

    /// <summary>Ticks in which the OS says what runs on a core; 0 for never.</summary>
    public int Cores { get; init; }

    /// <summary>Ticks in which a process gets another policy; 0 for never.</summary>
    public int Policies { get; init; }

    /// <summary>Ticks in which a process's load crosses a threshold; 0 for never.</summary>
    public int Changes { get; init; }

    /// <summary>Ticks in which an interrupt is accepted.</summary>
    public int Interrupts { get; init; } = 1;
}

/// <summary>
/// Random traffic for a <see cref="SchedulerBench"/> that keeps to the rules: slots and endpoints go in only when they are out.
/// </summary>
public sealed class SchedulerLoad
{
    private readonly SchedulerBench bench;
    private static readonly ushort[] Generations = [0, 1, 0x8000, 0xFFFF];

    private readonly SeededRandom random;
    private readonly SeededRandom generationRandom;
    private readonly ushort[] generations;
    private readonly int processes;
    private readonly List<ushort> freeSlots;
    private readonly List<ushort> idle;
    private readonly List<ushort> idleKernel;
    private readonly int endpoints;
    private readonly int cores;
    private readonly List<(ushort Endpoint, ushort Process)> waiting = [];
    private readonly Queue<(ushort Endpoint, ushort Process)> answered = new();
    private int commandsGiven;

    /// <summary>Connects the traffic with the bench.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="processes">How many processes there are traffic and endpoints for.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="kernelEndpoints">How many endpoints, the first ones, are kernel endpoints.</param>
    public SchedulerLoad(SchedulerBench bench, NicConfig config, int processes, ulong seed, int kernelEndpoints = 0)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(config);
        this.bench = bench;
        this.processes = processes;
        random = new SeededRandom(seed);
        generationRandom = new SeededRandom(seed + 1);
        generations = new ushort[processes];
        freeSlots = [.. Enumerable.Range(0, config.PendingCalls).Select(slot => (ushort)slot)];
        idle = [.. Enumerable.Range(kernelEndpoints, config.Endpoints - kernelEndpoints).Select(endpoint => (ushort)endpoint)];
        idleKernel = [.. Enumerable.Range(0, kernelEndpoints).Select(endpoint => (ushort)endpoint)];
        endpoints = config.Endpoints;
        cores = config.Cores;
        bench.NextCore = NextCore;
        bench.NextChange = () => IsOpen && Pace.Changes != 0 && random.OneIn(Pace.Changes)
            ? new LoadChange((ushort)random.Between(0, processes - 1), random.OneIn(2)) : null;
        bench.InterruptPace = () => random.OneIn(Pace.Interrupts);
        bench.NextArrival = NextArrival;
        bench.NextNotice = NextNotice;
        bench.DispatchPace = () => random.OneIn(Pace.Dispatches);
        bench.ReleasePace = () => random.OneIn(Pace.Releases);
        bench.OnDispatch = Take;
        bench.OnRelease = freeSlots.Add;
    }

    /// <summary>How busy the load is; may change while it runs.</summary>
    public SchedulerPace Pace { get; set; } = new();

    /// <summary>Whether new messages and events are generated.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Slots and endpoints that are in the scheduler or in flight.</summary>
    /// <param name="config">The NIC's parameters.</param>
    public (int Slots, int Endpoints) Inside(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (config.PendingCalls - freeSlots.Count, config.Endpoints - idle.Count - idleKernel.Count);
    }

    /// <summary>One tick of the bench, with a flush now and then.</summary>
    public void Tick()
    {
        if (IsOpen && bench.Answers.Count == commandsGiven)
        {
            if (Pace.Flushes != 0 && random.OneIn(Pace.Flushes))
            {
                commandsGiven++;
                bench.Flush((uint)random.Between(0, processes - 1));
            }
            else if (Pace.Policies != 0 && random.OneIn(Pace.Policies))
            {
                commandsGiven++;
                int process = random.Between(0, processes - 1);
                bench.SetPolicy((uint)process, Policy() with { Generation = NextGeneration(process) });
            }
        }

        bench.Tick();
    }

    /// <summary>Number of commands without an answer.</summary>
    public int CommandsOpen => commandsGiven - bench.Answers.Count;

    private static T TakeOut<T>(List<T> list, int index)
    {
        T item = list[index];
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
        return item;
    }

    private ProcessPolicy Policy()
    {
        ushort guaranteed = (ushort)random.Between(0, 3);
        return new ProcessPolicy
        {
            UsesKernelEndpoints = !random.OneIn(5),
            Weight = (byte)random.Between(1, 3),
            LeastCores = (byte)(random.OneIn(3) ? 1 : 0),
            MostCores = (byte)(random.OneIn(2) ? 0 : random.Between(1, 2)),
            GuaranteedQueue = guaranteed,
            MostQueued = (ushort)(random.OneIn(2) ? 0 : guaranteed + random.Between(0, 4)),
            PreemptsFrom = (ushort)random.Between(0, 3),
            HighLoad = (ushort)random.Between(0, 1),
        };
    }

    // As the OS would say it more often than not: what waits. But whatever it says must do no harm.
    private CoreNotice? NextCore()
    {
        if (!IsOpen || Pace.Cores == 0 || !random.OneIn(Pace.Cores))
        {
            return null;
        }

        (ushort endpoint, ushort process) = waiting.Count > 0 && !random.OneIn(4)
            ? waiting[random.Between(0, waiting.Count - 1)]
            : ((ushort)random.Between(0, endpoints - 1), (ushort)random.Between(0, processes - 1));
        bool hasProcess = process < processes && !random.OneIn(5);
        CoreState state = new()
        {
            HasProcess = hasProcess,
            Process = hasProcess ? process : (ushort)0,
            HasEndpoint = hasProcess && !random.OneIn(8),
            Endpoint = endpoint,
            MayPreempt = random.OneIn(2),
        };
        return new CoreNotice((ushort)random.Between(0, cores - 1), state);
    }

    private Arrival? NextArrival()
    {
        if (!IsOpen || freeSlots.Count == 0 || !random.OneIn(Pace.Arrivals))
        {
            return null;
        }

        int process = random.Between(0, processes - 1);
        ushort slot = TakeOut(freeSlots, random.Between(0, freeSlots.Count - 1));

        // Most are for the process's owner; some are for one before, or one that never was.
        ushort generation = Pace.Policies != 0 && generationRandom.OneIn(8) ? generationRandom.Pick(Generations) : generations[process];
        return new Arrival((ushort)process, slot, Generation: generation);
    }

    // Every fourth policy is a new owner's.
    private ushort NextGeneration(int process) =>
        generations[process] = generationRandom.OneIn(4) ? generationRandom.Pick(Generations) : generations[process];

    private EndpointNotice? NextNotice()
    {
        if (!IsOpen)
        {
            return null;
        }

        if (Pace.Withdraws != 0 && random.OneIn(Pace.Withdraws))
        {
            // Now and then one that has its answer already, as when a time-out and a dispatch pass each other.
            if (answered.TryDequeue(out (ushort Endpoint, ushort Process) late)
                && (idle.Contains(late.Endpoint) || idleKernel.Contains(late.Endpoint)))
            {
                return new EndpointNotice(NoticeKind.Withdraw, late.Endpoint, late.Process);
            }

            if (waiting.Count > 0)
            {
                (ushort endpoint, ushort process) = waiting[random.Between(0, waiting.Count - 1)];
                return new EndpointNotice(NoticeKind.Withdraw, endpoint, process);
            }
        }

        if (Pace.KernelWaits != 0 && idleKernel.Count > 0 && random.OneIn(Pace.KernelWaits))
        {
            ushort core = TakeOut(idleKernel, random.Between(0, idleKernel.Count - 1));
            waiting.Add((core, EndpointNotice.AnyProcess));
            return new EndpointNotice(NoticeKind.Waiting, core, EndpointNotice.AnyProcess);
        }

        if (idle.Count == 0 || !random.OneIn(Pace.Waits))
        {
            return null;
        }

        (ushort Endpoint, ushort Process) next = (TakeOut(idle, random.Between(0, idle.Count - 1)),
            (ushort)random.Between(0, processes - 1));
        waiting.Add(next);
        return new EndpointNotice(NoticeKind.Waiting, next.Endpoint, next.Process);
    }

    private void Take(Dispatch dispatch)
    {
        int index = waiting.FindIndex(item => item.Endpoint == dispatch.Endpoint);
        (ushort Endpoint, ushort Process) item = TakeOut(waiting, index);
        (item.Process == EndpointNotice.AnyProcess ? idleKernel : idle).Add(item.Endpoint);
        if (dispatch.Kind == DispatchKind.Deliver)
        {
            freeSlots.Add(dispatch.Slot);
        }

        if (random.OneIn(8))
        {
            answered.Clear();
            answered.Enqueue(item);
        }
    }
}
