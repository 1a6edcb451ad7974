// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>A core's sampled activity.</summary>
public enum CoreActivity : byte
{
    /// <summary>See <see cref="CoreLoadRecord.Other"/>.</summary>
    Other = 0,

    /// <summary>See <see cref="CoreLoadRecord.Idle"/>.</summary>
    Idle = 1,

    /// <summary>See <see cref="CoreLoadRecord.Stalled"/>.</summary>
    Stalled = 2,

    /// <summary>See <see cref="CoreLoadRecord.Busy"/>.</summary>
    Busy = 3,

    /// <summary>See <see cref="CoreLoadRecord.Preempted"/>.</summary>
    Preempted = 4,
}

/// <summary>A sample of one core's activity.</summary>
public interface ICoreSample : IBus
{
    /// <summary>Whether there is a sample; not in a reset, which the memories do not have.</summary>
    bool Valid { get; set; }

    /// <summary>The core's number, below the number of cores that the NIC was built with.</summary>
    ushort Core { get; set; }

    /// <summary>What the core does in this tick.</summary>
    CoreActivity Activity { get; set; }
}

/// <summary>Derives a core's activity from its scheduling state. Combinational; one core per tick.</summary>
public sealed class CoreSample([InputBus] IScannedCore scanned) : SimpleProcess
{
    [OutputBus] private readonly ICoreSample sample = Scope.CreateBus<ICoreSample>("sampleNow");
    [OutputBus] private readonly IRamRead read = Scope.CreateBus<IRamRead>("coreRead");

    internal ICoreSample Sample => sample;

    internal IRamRead Read => read;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreActivity activity = CoreActivity.Other;
        if (scanned.Entry.HasProcess)
        {
            activity = scanned.IsIdle ? CoreActivity.Stalled : CoreActivity.Busy;
        }
        else if (scanned.Entry.IsComing)
        {
            activity = CoreActivity.Preempted;
        }
        else if (scanned.Entry.IsWaiting)
        {
            activity = CoreActivity.Idle;
        }

        sample.Valid = true;
        sample.Core = scanned.Core;
        sample.Activity = activity;
        read.Enable = true;
        read.Address = scanned.Core;
    }
}

/// <summary>Registers the sample beside the memory's read. Latency 1 tick; one per tick; no back-pressure.</summary>
[ClockedProcess]
public sealed class CoreSampleRegister([InputBus] ICoreSample seen) : SimpleProcess
{
    [OutputBus] private readonly ICoreSample kept = Scope.CreateBus<ICoreSample>("kept");

    internal ICoreSample Sample => kept;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        kept.Valid = seen.Valid;
        kept.Core = seen.Core;
        kept.Activity = seen.Activity;
    }
}

/// <summary>
/// Adds the cycles of a scan over all cores to the counter of a core's activity. Combinational; one core per tick.
/// </summary>
public sealed class CoreLoadUpdate(
    [InputBus] ICoreSample sample,
    [InputBus] IRamData<CoreLoadRecord> before,
    [OutputBus] IRamWrite<CoreLoadRecord> write,
    int cores) : SimpleProcess
{
    private readonly ulong cycles = (ulong)cores;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        CoreLoadRecord load = before.Item;
        CoreActivity activity = sample.Activity;
        write.Enable = sample.Valid;
        write.Address = sample.Core;
        write.Item = new CoreLoadRecord
        {
            Idle = load.Idle + (activity == CoreActivity.Idle ? cycles : 0),
            Stalled = load.Stalled + (activity == CoreActivity.Stalled ? cycles : 0),
            Busy = load.Busy + (activity == CoreActivity.Busy ? cycles : 0),
            Preempted = load.Preempted + (activity == CoreActivity.Preempted ? cycles : 0),
            Other = load.Other + (activity == CoreActivity.Other ? cycles : 0),
        };
    }
}
