// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>
/// Counts each frame in one counter. Latency 2 ticks; one frame per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ReceiveCounters([InputBus] IFrameVerdict verdict, [InputBus] IFrameDecision decision) : SimpleProcess
{
    [OutputBus] private readonly IReceiveCounters counters = Scope.CreateBus<IReceiveCounters>("counters");
    private bool ends;
    private bool passes;
    private DropReason drop;
    private FrameKind kind;

    /// <summary>Output: a counter for each drop reason and each kind of frame that passes; registers.</summary>
    public IReceiveCounters Counters => counters;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // One frame per tick at most, so one adder is enough for all counters.
        DropCounters dropped = counters.Dropped;
        KindCounters passed = counters.Passed;
        uint count = 0;
        for (int i = 1; i < DropCounters.Count; i++)
        {
            count |= !passes && (int)drop == i ? dropped[i] : 0;
        }

        for (int i = 0; i < KindCounters.Count; i++)
        {
            count |= passes && (int)kind == i ? passed[i] : 0;
        }

        count++;
        for (int i = 1; i < DropCounters.Count; i++)
        {
            if (ends && !passes && (int)drop == i)
            {
                dropped[i] = count;
            }
        }

        for (int i = 0; i < KindCounters.Count; i++)
        {
            if (ends && passes && (int)kind == i)
            {
                passed[i] = count;
            }
        }

        counters.Dropped = dropped;
        counters.Passed = passed;
        ends = verdict.Ends;
        passes = verdict.Passes;
        drop = verdict.Drop;
        kind = decision.Kind;
    }
}
