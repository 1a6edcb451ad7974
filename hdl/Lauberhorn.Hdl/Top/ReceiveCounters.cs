// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// Counts each frame in one counter. Latency 2 ticks; one frame per tick; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class ReceiveCounters : SimpleProcess
{
    [InputBus] private readonly IFrameVerdict verdict;
    [InputBus] private readonly IFrameDecision decision;
    [OutputBus] private readonly IReceiveCounters counters = Scope.CreateBus<IReceiveCounters>("counters");
    private bool ends;
    private bool passes;
    private DropReason drop;
    private FrameKind kind;

    internal ReceiveCounters(IFrameVerdict verdict, IFrameDecision decision)
    {
        this.verdict = verdict;
        this.decision = decision;
    }

    /// <summary>The counters.</summary>
    public IReceiveCounters Counters => counters;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (ends)
        {
            if (passes)
            {
                KindCounters passed = counters.Passed;
                for (int i = 0; i < KindCounters.Count; i++)
                {
                    if ((int)kind == i)
                    {
                        passed[i]++;
                    }
                }

                counters.Passed = passed;
            }
            else
            {
                DropCounters dropped = counters.Dropped;
                for (int i = 1; i < DropCounters.Count; i++)
                {
                    if ((int)drop == i)
                    {
                        dropped[i]++;
                    }
                }

                counters.Dropped = dropped;
            }
        }

        ends = verdict.Ends;
        passes = verdict.Passes;
        drop = verdict.Drop;
        kind = decision.Kind;
    }
}
