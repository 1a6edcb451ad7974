// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// The output registers of what was decided: dispatches, releases, interrupts. A dispatch that finds the one before stalled waits in a
/// second register, and the pipeline stalls until it has passed; so the pipeline's enable is a register, and no ready depends on another.
/// Latency 1 tick; one decision per tick. Stalled releases and interrupts do not stall the pipeline: a step that may make another does not
/// begin until they have passed; a second release may be decided already then, and waits in a second register too.
/// </summary>
[ClockedProcess]
public sealed class ScheduleOutput(
    [InputBus] IScheduleDecision decision,
    [OutputBus] Stream<Dispatch> dispatches,
    [OutputBus] Stream<SlotRelease> releases,
    [OutputBus] Stream<CoreInterrupt> interrupts,
    [OutputBus] ISchedulePace pace) : SimpleProcess
{
    [OutputBus] private readonly IEvents events = Scope.CreateBus<IEvents>("events");
    private Dispatch waiting;
    private bool hasSecondRelease;
    private ushort secondRelease;

    internal IEvents Events => events;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isFree = !dispatches.Valid || dispatches.Ready;
        if (isFree)
        {
            dispatches.Valid = !pace.Moves || decision.Dispatches;
            dispatches.Item = pace.Moves ? decision.Dispatch : waiting;
        }

        if (pace.Moves)
        {
            waiting = decision.Dispatch;
        }

        bool isDecided = pace.Moves;
        pace.Moves = isFree || (pace.Moves && !decision.Dispatches);

        Release(isDecided && decision.Releases);
        bool interruptsNow = isDecided && decision.Interrupts;
        interrupts.Valid = interruptsNow || (interrupts.Valid && !interrupts.Ready);
        if (interruptsNow)
        {
            interrupts.Item = new CoreInterrupt(decision.Core);
        }

        ulong happened = 0;
        if (decision.Releases)
        {
            happened = decision.IsExpired ? 1ul << (int)NicEvent.CallExpired
                : decision.IsOfEarlier ? 1ul << (int)NicEvent.CallDroppedOfEarlier
                : decision.IsRefused ? 1ul << (int)NicEvent.CallDroppedQueueFull
                : 1ul << (int)NicEvent.CallFlushed;
        }

        happened |= decision.IsKernelDispatch ? 1ul << (int)NicEvent.KernelDispatched : 0;
        happened |= decision.Interrupts ? 1ul << (int)NicEvent.CoreInterrupted : 0;
        happened |= decision.Yields ? 1ul << (int)NicEvent.Yielded : 0;
        happened |= decision.Misses ? 1ul << (int)NicEvent.CoreLate : 0;
        happened |= decision.ServesLate ? 1ul << (int)NicEvent.LateDispatched : 0;
        events.Flags = isDecided ? happened : 0;
    }

    private void Release(bool makes)
    {
        bool isFree = !releases.Valid || releases.Ready;
        if (isFree)
        {
            releases.Valid = hasSecondRelease || makes;
            releases.Item = new SlotRelease(hasSecondRelease ? secondRelease : decision.Released);
            hasSecondRelease = hasSecondRelease && makes;
        }
        else
        {
            hasSecondRelease = hasSecondRelease || makes;
        }

        if (makes)
        {
            secondRelease = decision.Released;
        }
    }
}
