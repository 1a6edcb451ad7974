// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// Checks at the scheduler's edges that each slot that came in goes out once, to an endpoint of its process that waits or as a release, in
/// the order of arrival; that each endpoint that waits is answered once; in its memory that no process has both a queue and waiting
/// endpoints; and that no kernel endpoint waits while there is a backlog.
/// It also checks the inputs' contract: no slot arrives twice, no endpoint waits twice or changes its process while it waits.
/// </summary>
public sealed class ScheduleMonitor : SME.Monitor
{
    private const int Nobody = -1;

    [InputBus] private readonly IStream<Arrival> arrivals;
    [InputBus] private readonly IReady arrivalsReady;
    [InputBus] private readonly IStream<EndpointNotice> notices;
    [InputBus] private readonly IReady noticesReady;
    [InputBus] private readonly IStream<Dispatch> dispatches;
    [InputBus] private readonly IReady dispatchesReady;
    [InputBus] private readonly IStream<SlotRelease> releases;
    [InputBus] private readonly IReady releasesReady;
    [InputBus] private readonly IRamWrite<ProcessRecord> recordWrite;
    [InputBus] private readonly IScheduleTotals totals;
    private readonly int[] processOfSlot;
    private readonly int[] processOfEndpoint;
    private readonly List<int>[] queues;
    private readonly HashSet<int> overtaken = [];
    private bool dispatchWaits;
    private bool releaseWaits;

    internal ScheduleMonitor(
        Stream<Arrival> arrivals,
        Stream<EndpointNotice> notices,
        Stream<Dispatch> dispatches,
        Stream<SlotRelease> releases,
        IRamWrite<ProcessRecord> recordWrite,
        IScheduleTotals totals,
        NicConfig config)
    {
        (this.arrivals, arrivalsReady) = (arrivals.Forward, arrivals.Backward);
        (this.notices, noticesReady) = (notices.Forward, notices.Backward);
        (this.dispatches, dispatchesReady) = (dispatches.Forward, dispatches.Backward);
        (this.releases, releasesReady) = (releases.Forward, releases.Backward);
        this.recordWrite = recordWrite;
        this.totals = totals;
        processOfSlot = new int[config.PendingCalls];
        processOfEndpoint = new int[config.Endpoints];
        queues = [.. Enumerable.Range(0, config.Processes).Select(_ => new List<int>())];
        Array.Fill(processOfSlot, Nobody);
        Array.Fill(processOfEndpoint, Nobody);
    }

    /// <summary>Messages that have come and are neither dispatched nor released.</summary>
    public int SlotsInside { get; private set; }

    /// <summary>Endpoints that wait and have no answer.</summary>
    public int EndpointsInside { get; private set; }

    /// <summary>What is queued, by process, and what concerns all processes: for messages.</summary>
    public override string ToString() =>
        string.Join(", ", queues.Select((queue, process) => (queue.Count, process)).Where(item => item.Count > 0)
            .Select(item => $"process {item.process} has {item.Count} queued"))
        + $"; {totals.Totals}";

    /// <inheritdoc/>
    protected override void Check()
    {
        if (recordWrite.Enable && recordWrite.Item.Waiting.HasTop && recordWrite.Item.Queued != 0)
        {
            Fail($"process {recordWrite.Address} has {recordWrite.Item.Queued} messages queued while endpoint "
                + $"{recordWrite.Item.Waiting.Top} waits");
        }

        if (totals.Totals.Kernel.HasTop && totals.Totals.Backlog.Count != 0)
        {
            Fail($"process {totals.Totals.Backlog.Head} has messages queued while kernel endpoint {totals.Totals.Kernel.Top} waits");
        }

        // What is first valid in this tick was decided before what passes in it was accepted. Dispatches and releases come in the order of
        // the decisions only as seen from there, since each may stall by itself.
        if (dispatches.Valid && !dispatchWaits)
        {
            CheckDispatch(dispatches.Item);
        }

        if (releases.Valid && !releaseWaits)
        {
            Take(releases.Item.Slot, false);
        }

        dispatchWaits = dispatches.Valid && !dispatchesReady.Ready;
        releaseWaits = releases.Valid && !releasesReady.Ready;
        if (arrivals.Valid && arrivalsReady.Ready)
        {
            CheckArrival(arrivals.Item);
        }

        if (notices.Valid && noticesReady.Ready)
        {
            CheckNotice(notices.Item);
        }
    }

    private void CheckArrival(Arrival arrival)
    {
        if (arrival.Slot >= processOfSlot.Length || arrival.Process >= queues.Length)
        {
            Fail($"slot {arrival.Slot} arrived for process {arrival.Process}; there are {processOfSlot.Length} slots and {queues.Length} "
                + $"processes");
        }

        if (processOfSlot[arrival.Slot] != Nobody)
        {
            Fail($"slot {arrival.Slot} arrived for process {arrival.Process} while it is queued for process {processOfSlot[arrival.Slot]}");
        }

        processOfSlot[arrival.Slot] = arrival.Process;
        queues[arrival.Process].Add(arrival.Slot);
        SlotsInside++;
    }

    private void CheckNotice(EndpointNotice notice)
    {
        if (notice.Endpoint >= processOfEndpoint.Length || (notice.Process >= queues.Length && notice.Process != EndpointNotice.AnyProcess))
        {
            Fail($"{notice} came; there are {processOfEndpoint.Length} endpoints and {queues.Length} processes");
        }

        int waitsFor = processOfEndpoint[notice.Endpoint];
        if (notice.Kind == NoticeKind.Withdraw)
        {
            if (waitsFor != Nobody && waitsFor != notice.Process)
            {
                Fail($"{notice} came while the endpoint waits for process {waitsFor}");
            }

            return;
        }

        if (waitsFor != Nobody)
        {
            Fail($"{notice} came while the endpoint waits for process {waitsFor} already");
        }

        processOfEndpoint[notice.Endpoint] = notice.Process;
        EndpointsInside++;
    }

    private void CheckDispatch(Dispatch dispatch)
    {
        int process = dispatch.Endpoint < processOfEndpoint.Length ? processOfEndpoint[dispatch.Endpoint] : Nobody;
        if (process == Nobody)
        {
            Fail($"{dispatch} to an endpoint that does not wait");
        }

        if (dispatch.Kind == DispatchKind.Deliver && Take(dispatch.Slot, true) is int owner && owner != process
            && process != EndpointNotice.AnyProcess)
        {
            Fail($"{dispatch} of a message for process {owner} to an endpoint of process {process}");
        }

        processOfEndpoint[dispatch.Endpoint] = Nobody;
        EndpointsInside--;
    }

    // What is dispatched is the first of its queue; what is released may also be the last, for which there was no room.
    private int Take(int slot, bool isDispatched)
    {
        int process = slot < processOfSlot.Length ? processOfSlot[slot] : Nobody;
        if (process == Nobody)
        {
            Fail($"slot {slot} was {(isDispatched ? "dispatched" : "released")} and is not here");
        }

        // A message that came earlier and is still here was released before, and is queued behind another release.
        int place = queues[process].IndexOf(slot);
        if (isDispatched)
        {
            if (overtaken.Contains(slot))
            {
                Fail($"slot {slot} of process {process} was dispatched after one that came later");
            }

            overtaken.UnionWith(queues[process].Take(place));
        }

        overtaken.Remove(slot);
        queues[process].RemoveAt(place);
        processOfSlot[slot] = Nobody;
        SlotsInside--;
        return process;
    }
}
