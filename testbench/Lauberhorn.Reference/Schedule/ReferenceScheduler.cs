// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Reference.Schedule;

/// <summary>A message in a queue.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Time">When it arrived, in whatever unit the caller uses.</param>
public readonly record struct QueuedMessage(ushort Slot, long Time);

/// <summary>
/// What the scheduler should do, written plainly: a queue and a list of waiting endpoints for each process. Time is the caller's.
/// Each method is one event; it returns what an endpoint is told, if any is.
/// </summary>
public sealed class ReferenceScheduler
{
    private readonly Dictionary<ushort, Queue<QueuedMessage>> queues = [];
    private readonly Dictionary<ushort, List<ushort>> waiting = [];

    /// <summary>Messages in queues.</summary>
    public int Queued => queues.Values.Sum(queue => queue.Count);

    /// <summary>Endpoints that wait.</summary>
    public int Waiting => waiting.Values.Sum(list => list.Count);

    /// <summary>A message has come.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="time">Now.</param>
    public Dispatch? Arrive(ushort process, ushort slot, long time)
    {
        List<ushort> list = List(process);
        if (list.Count == 0)
        {
            Queue(process).Enqueue(new QueuedMessage(slot, time));
            return null;
        }

        ushort endpoint = list[^1];
        list.RemoveAt(list.Count - 1);
        return new Dispatch(DispatchKind.Deliver, endpoint, slot);
    }

    /// <summary>An endpoint waits.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">Its process.</param>
    public Dispatch? Wait(ushort endpoint, ushort process)
    {
        if (Queue(process).TryDequeue(out QueuedMessage message))
        {
            return new Dispatch(DispatchKind.Deliver, endpoint, message.Slot);
        }

        List(process).Add(endpoint);
        return null;
    }

    /// <summary>An endpoint is to wait no longer.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">Its process.</param>
    /// <returns>That it waited; null if it did not.</returns>
    public Dispatch? Withdraw(ushort endpoint, ushort process) =>
        List(process).Remove(endpoint) ? new Dispatch(DispatchKind.Withdrawn, endpoint, 0) : null;

    /// <summary>The message that a process's next endpoint gets; null if there is none.</summary>
    /// <param name="process">The process.</param>
    public QueuedMessage? First(ushort process) => Queue(process).TryPeek(out QueuedMessage message) ? message : null;

    /// <summary>Forgets the message that a process's next endpoint would get.</summary>
    /// <param name="process">The process.</param>
    /// <returns>It; null if there is none.</returns>
    public QueuedMessage? Forget(ushort process) => Queue(process).TryDequeue(out QueuedMessage message) ? message : null;

    /// <summary>The messages queued for a process, the first first.</summary>
    /// <param name="process">The process.</param>
    public IReadOnlyCollection<QueuedMessage> QueueOf(ushort process) => Queue(process);

    /// <summary>The endpoints of a process that wait, the one that gets the next message last.</summary>
    /// <param name="process">The process.</param>
    public IReadOnlyList<ushort> WaitingOf(ushort process) => List(process);

    private Queue<QueuedMessage> Queue(ushort process)
    {
        if (!queues.TryGetValue(process, out Queue<QueuedMessage>? queue))
        {
            queues[process] = queue = new Queue<QueuedMessage>();
        }

        return queue;
    }

    private List<ushort> List(ushort process)
    {
        if (!waiting.TryGetValue(process, out List<ushort>? list))
        {
            waiting[process] = list = [];
        }

        return list;
    }
}
