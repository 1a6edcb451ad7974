// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Reference.Frames;

namespace Lauberhorn.Hdl.Testing.Schedule;

/// <summary>How busy a <see cref="SchedulerLoad"/> is: each number n makes something happen once in n times.</summary>
public sealed record SchedulerPace
{
    /// <summary>Arrivals.</summary>
    public int Arrivals { get; init; } = 1;

    /// <summary>Notices that an endpoint waits.</summary>
    public int Waits { get; init; } = 1;

    /// <summary>Withdraws, in place of notices that an endpoint waits; 0 for never.</summary>
    public int Withdraws { get; init; } = 4;

    /// <summary>Ticks in which a dispatch is taken.</summary>
    public int Dispatches { get; init; } = 1;

    /// <summary>Ticks in which a release is taken.</summary>
    public int Releases { get; init; } = 1;

    /// <summary>Ticks in which a process is flushed; 0 for never.</summary>
    public int Flushes { get; init; }
}

/// <summary>Random traffic for a <see cref="SchedulerBench"/> that keeps to the rules: slots and endpoints go in only when they are out.</summary>
public sealed class SchedulerLoad
{
    private readonly SchedulerBench bench;
    private readonly SeededRandom random;
    private readonly int processes;
    private readonly List<ushort> freeSlots;
    private readonly List<ushort> idle;
    private readonly List<(ushort Endpoint, ushort Process)> waiting = [];
    private readonly Queue<(ushort Endpoint, ushort Process)> answered = new();
    private int flushesGiven;

    /// <summary>Connects the traffic with the bench.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="processes">How many processes there are traffic and endpoints for.</param>
    /// <param name="seed">The seed.</param>
    public SchedulerLoad(SchedulerBench bench, NicConfig config, int processes, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(config);
        this.bench = bench;
        this.processes = processes;
        random = new SeededRandom(seed);
        freeSlots = [.. Enumerable.Range(0, config.PendingCalls).Select(slot => (ushort)slot)];
        idle = [.. Enumerable.Range(0, config.Endpoints).Select(endpoint => (ushort)endpoint)];
        bench.NextArrival = NextArrival;
        bench.NextNotice = NextNotice;
        bench.DispatchPace = () => random.OneIn(Pace.Dispatches);
        bench.ReleasePace = () => random.OneIn(Pace.Releases);
        bench.OnDispatch = Take;
        bench.OnRelease = freeSlots.Add;
    }

    /// <summary>How busy it is.</summary>
    public SchedulerPace Pace { get; set; } = new();

    /// <summary>Whether anything new goes in.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Slots and endpoints that are in the scheduler or on their way.</summary>
    /// <param name="config">The NIC's parameters.</param>
    public (int Slots, int Endpoints) Inside(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (config.PendingCalls - freeSlots.Count, config.Endpoints - idle.Count);
    }

    /// <summary>One tick of the bench, with a flush now and then.</summary>
    public void Tick()
    {
        if (IsOpen && Pace.Flushes != 0 && bench.Answers.Count == flushesGiven && random.OneIn(Pace.Flushes))
        {
            flushesGiven++;
            bench.Flush((uint)random.Between(0, processes - 1));
        }

        bench.Tick();
    }

    /// <summary>How many commands to flush have no answer yet.</summary>
    public int FlushesOpen => flushesGiven - bench.Answers.Count;

    private static T TakeOut<T>(List<T> list, int index)
    {
        T item = list[index];
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
        return item;
    }

    private Arrival? NextArrival()
    {
        if (!IsOpen || freeSlots.Count == 0 || !random.OneIn(Pace.Arrivals))
        {
            return null;
        }

        return new Arrival((ushort)random.Between(0, processes - 1), TakeOut(freeSlots, random.Between(0, freeSlots.Count - 1)));
    }

    private EndpointNotice? NextNotice()
    {
        if (!IsOpen)
        {
            return null;
        }

        if (Pace.Withdraws != 0 && random.OneIn(Pace.Withdraws))
        {
            // Now and then one that has its answer already, as when a time-out and a dispatch pass each other.
            if (answered.TryDequeue(out (ushort Endpoint, ushort Process) late) && idle.Contains(late.Endpoint))
            {
                return new EndpointNotice(NoticeKind.Withdraw, late.Endpoint, late.Process);
            }

            if (waiting.Count > 0)
            {
                (ushort endpoint, ushort process) = waiting[random.Between(0, waiting.Count - 1)];
                return new EndpointNotice(NoticeKind.Withdraw, endpoint, process);
            }
        }

        if (idle.Count == 0 || !random.OneIn(Pace.Waits))
        {
            return null;
        }

        (ushort Endpoint, ushort Process) next = (TakeOut(idle, random.Between(0, idle.Count - 1)), (ushort)random.Between(0, processes - 1));
        waiting.Add(next);
        return new EndpointNotice(NoticeKind.Waiting, next.Endpoint, next.Process);
    }

    private void Take(Dispatch dispatch)
    {
        int index = waiting.FindIndex(item => item.Endpoint == dispatch.Endpoint);
        (ushort Endpoint, ushort Process) item = TakeOut(waiting, index);
        idle.Add(item.Endpoint);
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
