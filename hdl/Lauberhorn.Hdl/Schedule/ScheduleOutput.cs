// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Reply;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// Offers what was decided: dispatches and releases. A dispatch that finds the one before still on offer waits in a second
/// register, and the pipeline stands until it is gone; so whether the pipeline moves is a register, and no ready depends on another.
/// Latency 1 tick; one decision per tick. A release that waits does not hold the pipeline up: the sweeper makes none until it is gone.
/// </summary>
[ClockedProcess]
public sealed class ScheduleOutput : SimpleProcess
{
    [InputBus] private readonly IScheduleDecision decision;
    [InputBus] private readonly IReady dispatchesReady;
    [InputBus] private readonly IReady releasesReady;
    [OutputBus] private readonly IStream<Dispatch> dispatches;
    [OutputBus] private readonly IStream<SlotRelease> releases;
    [OutputBus] private readonly ISchedulePace pace;
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");
    private Dispatch waiting;

    internal ScheduleOutput(IScheduleDecision decision, Stream<Dispatch> dispatches, Stream<SlotRelease> releases, ISchedulePace pace)
    {
        this.decision = decision;
        (this.dispatches, dispatchesReady) = (dispatches.Forward, dispatches.Backward);
        (this.releases, releasesReady) = (releases.Forward, releases.Backward);
        this.pace = pace;
    }

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isFree = !dispatches.Valid || dispatchesReady.Ready;
        if (isFree)
        {
            dispatches.Valid = !pace.Moves || decision.Dispatches;
            dispatches.Item = pace.Moves ? decision.Dispatch : waiting;
        }

        if (pace.Moves)
        {
            waiting = decision.Dispatch;
        }

        pace.Moves = isFree || (pace.Moves && !decision.Dispatches);

        bool makesRelease = pace.Moves && decision.Releases;
        releases.Valid = makesRelease || (releases.Valid && !releasesReady.Ready);
        if (makesRelease)
        {
            releases.Item = new SlotRelease(decision.Head);
        }

        ulong happened = decision.IsExpired ? 1ul << (int)NicEvent.CallExpired : 1ul << (int)NicEvent.CallFlushed;
        events.Flags = makesRelease ? happened : 0;
    }
}
