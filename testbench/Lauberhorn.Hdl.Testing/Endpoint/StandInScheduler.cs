// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;

namespace Lauberhorn.Hdl.Testing.Endpoint;

/// <summary>
/// In the scheduler's place towards the endpoints, but what it dispatches and when is the test's choice: whatever a scheduler may dispatch,
/// the endpoints must be right. It checks what it is told: an endpoint that waits does not begin to wait again.
/// </summary>
public sealed class StandInScheduler
{
    private readonly List<(ushort Endpoint, ushort Process)> waiting = [];
    private readonly List<Arrival> queued = [];
    private readonly Queue<Dispatch> dispatches = new();

    /// <summary>Polled in each tick: whether it is ready for a notice in the next.</summary>
    public Func<bool> NoticePace { get; set; } = static () => true;

    /// <summary>Polled in each tick: whether its next dispatch may be valid in the next.</summary>
    public Func<bool> DispatchPace { get; set; } = static () => true;

    /// <summary>Endpoints that wait, with their processes; who began first is first.</summary>
    public IReadOnlyList<(ushort Endpoint, ushort Process)> Waiting => waiting;

    /// <summary>Messages that no endpoint waits for.</summary>
    public int Queued => queued.Count;

    /// <summary>Drops the messages of a process that no endpoint waits for, as a flush does.</summary>
    /// <param name="process">The process.</param>
    /// <returns>Their slots.</returns>
    public IReadOnlyList<ushort> Flush(int process)
    {
        ushort[] flushed = [.. queued.Where(one => one.Process == process).Select(one => one.Slot)];
        queued.RemoveAll(one => one.Process == process);
        return flushed;
    }

    /// <summary>Accepts an endpoint's notice.</summary>
    /// <param name="notice">The notice.</param>
    /// <exception cref="InvalidOperationException">It waits already.</exception>
    public void Notice(EndpointNotice notice)
    {
        int at = waiting.FindIndex(one => one.Endpoint == notice.Endpoint);
        if (notice.Kind == NoticeKind.Withdraw)
        {
            TakeFromList(at, DispatchKind.Withdrawn);
            return;
        }

        if (at >= 0)
        {
            throw new InvalidOperationException($"endpoint {notice.Endpoint} waits already");
        }

        int message = queued.FindIndex(one => Suits(one, notice.Process));
        if (message < 0)
        {
            waiting.Add((notice.Endpoint, notice.Process));
            return;
        }

        dispatches.Enqueue(new Dispatch(DispatchKind.Deliver, notice.Endpoint, queued[message].Slot));
        queued.RemoveAt(message);
    }

    /// <summary>Takes a message: for an endpoint of its process if one waits, else for a kernel endpoint.</summary>
    /// <param name="arrival">The message.</param>
    public void Arrive(Arrival arrival)
    {
        int at = waiting.FindIndex(one => one.Process == arrival.Process);
        at = at < 0 ? waiting.FindIndex(one => Suits(arrival, one.Process)) : at;
        if (at < 0)
        {
            queued.Add(arrival);
            return;
        }

        dispatches.Enqueue(new Dispatch(DispatchKind.Deliver, waiting[at].Endpoint, arrival.Slot));
        waiting.RemoveAt(at);
    }

    /// <summary>Dispatches a message to an endpoint that waits, whatever process it is for.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="slot">The message's slot.</param>
    /// <exception cref="InvalidOperationException">It does not wait.</exception>
    public void Give(ushort endpoint, ushort slot)
    {
        if (waiting.RemoveAll(one => one.Endpoint == endpoint) == 0)
        {
            throw new InvalidOperationException($"endpoint {endpoint} does not wait");
        }

        dispatches.Enqueue(new Dispatch(DispatchKind.Deliver, endpoint, slot));
    }

    /// <summary>Makes an endpoint yield.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>Whether it waited.</returns>
    public bool Yield(ushort endpoint) => TakeFromList(waiting.FindIndex(one => one.Endpoint == endpoint), DispatchKind.Yield);

    /// <summary>The next dispatch.</summary>
    /// <param name="dispatch">The dispatch.</param>
    /// <returns>Whether there is something.</returns>
    internal bool TryTake(out Dispatch dispatch) => dispatches.TryDequeue(out dispatch);

    private static bool Suits(Arrival arrival, ushort process) => process == arrival.Process || process == EndpointNotice.AnyProcess;

    private bool TakeFromList(int at, DispatchKind kind)
    {
        if (at < 0)
        {
            return false;
        }

        dispatches.Enqueue(new Dispatch(kind, waiting[at].Endpoint, 0));
        waiting.RemoveAt(at);
        return true;
    }
}
