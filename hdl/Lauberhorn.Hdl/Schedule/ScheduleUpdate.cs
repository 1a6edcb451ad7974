// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The second half of a step; registers.</summary>
public interface IScheduleUpdate : IBus
{
    /// <summary>Whether there is a step.</summary>
    bool Valid { get; set; }

    /// <summary>Its process.</summary>
    ushort Process { get; set; }

    /// <summary>The process's record, but for what the links say.</summary>
    ProcessRecord Record { get; set; }

    /// <summary>What is to be done with the links.</summary>
    LinkWork Work { get; set; }
}

/// <summary>The register between decision and update. Latency 1 tick; one step per tick; holds its step while the pipeline stands.</summary>
[ClockedProcess]
public sealed class ScheduleUpdateRegister : SimpleProcess
{
    [InputBus] private readonly IScheduleDecision decision;
    [InputBus] private readonly ISchedulePace pace;
    [OutputBus] private readonly IScheduleUpdate update;

    internal ScheduleUpdateRegister(IScheduleDecision decision, ISchedulePace pace, IScheduleUpdate update)
    {
        this.decision = decision;
        this.pace = pace;
        this.update = update;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            update.Valid = decision.Valid;
            update.Process = decision.Process;
            update.Record = decision.Record;
            update.Work = decision.Work;
        }
    }
}

/// <summary>
/// Completes a process's record with the links that were read, and writes it and the endpoints' links.
/// No latency, no state; one step per tick. While the pipeline stands it writes the same again.
/// </summary>
public sealed class ScheduleUpdate : SimpleProcess
{
    [InputBus] private readonly IScheduleUpdate update;
    [InputBus] private readonly IRamData<SlotLink> slotLink;
    [InputBus] private readonly IRamData<EndpointLink> below;
    [InputBus] private readonly IRamData<ushort> above;
    [OutputBus] private readonly IRamWrite<ProcessRecord> recordWrite;
    [OutputBus] private readonly IRamWrite<EndpointLink> belowWrite;
    [OutputBus] private readonly IRamWrite<ushort> aboveWrite;
    private readonly uint slotMask;
    private readonly uint endpointMask;

    internal ScheduleUpdate(
        IScheduleUpdate update,
        IRamData<SlotLink> slotLink,
        IRamData<EndpointLink> below,
        IRamData<ushort> above,
        IRamWrite<ProcessRecord> recordWrite,
        IRamWrite<EndpointLink> belowWrite,
        IRamWrite<ushort> aboveWrite,
        uint slotMask,
        uint endpointMask)
    {
        this.update = update;
        this.slotLink = slotLink;
        this.below = below;
        this.above = above;
        this.recordWrite = recordWrite;
        this.belowWrite = belowWrite;
        this.aboveWrite = aboveWrite;
        this.slotMask = slotMask;
        this.endpointMask = endpointMask;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ProcessRecord record = update.Record;
        LinkWork work = update.Work;
        ushort endpointBelow = (ushort)(below.Item.Endpoint & endpointMask);
        ushort endpointAbove = (ushort)(above.Item & endpointMask);
        if (work.LoadsNext)
        {
            record = record with { Next = (ushort)(slotLink.Item.Slot & slotMask), NextTime = slotLink.Item.Time };
        }

        if (work.LoadsSecond)
        {
            record = record with { HasSecond = !below.Item.IsBottom, Second = endpointBelow };
        }

        recordWrite.Enable = update.Valid;
        recordWrite.Address = update.Process;
        recordWrite.Item = record;

        // A new top lies on the old one. What is taken out from below the top leaves its two neighbours to each other.
        belowWrite.Enable = work.Pushes || work.Unlinks;
        belowWrite.Address = work.Pushes ? work.Endpoint : endpointAbove;
        belowWrite.Item = work.Pushes ? new EndpointLink(!work.HasBelow, work.Below) : new EndpointLink(below.Item.IsBottom, endpointBelow);
        aboveWrite.Enable = (work.Pushes && work.HasBelow) || (work.Unlinks && !below.Item.IsBottom);
        aboveWrite.Address = work.Pushes ? work.Below : endpointBelow;
        aboveWrite.Item = work.Pushes ? work.Endpoint : endpointAbove;
    }
}
