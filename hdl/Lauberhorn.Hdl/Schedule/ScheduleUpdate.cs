// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The second half of a step; registers.</summary>
public interface IScheduleUpdate : IBus
{
    /// <summary>Whether there is a step.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the step's process.</summary>
    ushort Process { get; set; }

    /// <summary>The process's record, but for what the links say.</summary>
    ProcessRecord Record { get; set; }

    /// <summary>The global state, but for what the links say; also when there is no step.</summary>
    ScheduleTotals Totals { get; set; }

    /// <summary>The updates of the links.</summary>
    LinkWork Work { get; set; }
}

/// <summary>
/// The register between decision and update. Latency 1 tick; one step per tick; holds its step while the pipeline stalls.
/// </summary>
[ClockedProcess]
public sealed class ScheduleUpdateRegister(
    [InputBus] IScheduleDecision decision,
    [InputBus] ISchedulePace pace,
    [OutputBus] IScheduleUpdate update) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            update.Valid = decision.Valid;
            update.Process = decision.Process;
            update.Record = decision.Record;
            update.Totals = decision.Totals;
            update.Work = decision.Work;
        }
    }
}

/// <summary>
/// Completes a process's record, and the global state, with the links that were read, and writes the record and the links; and
/// counts the processes that want a core and those subject to the time limit.
/// Combinational; one step per tick. While the pipeline stalls it writes the same again.
/// </summary>
internal sealed class ScheduleUpdate(
    [InputBus] IScheduleUpdate update,
    [OutputBus] IRamWrite<ProcessRecord> recordWrite,
    [OutputBus] IScheduleTotals totals,
    ScheduleLinks links,
    ScheduleShape shape) : SimpleProcess
{
    [InputBus] private readonly IRamData<SlotLink> slotLink = links.Slot;
    [InputBus] private readonly IRamData<EndpointLink> below = links.Below;
    [InputBus] private readonly IRamData<ushort> above = links.Above;
    [InputBus] private readonly IRamData<ushort> behind = links.Behind;
    [InputBus] private readonly IRamData<ushort> before = links.Before;
    [OutputBus] private readonly IRamWrite<EndpointLink> belowWrite = links.BelowWrite;
    [OutputBus] private readonly IRamWrite<ushort> aboveWrite = links.AboveWrite;
    [OutputBus] private readonly IRamWrite<ushort> behindWrite = links.BehindWrite;
    [OutputBus] private readonly IRamWrite<ushort> beforeWrite = links.BeforeWrite;
    private readonly uint processMask = shape.ProcessMask;
    private readonly uint slotMask = shape.SlotMask;
    private readonly uint endpointMask = shape.EndpointMask;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ProcessRecord record = update.Record;
        ScheduleTotals all = update.Totals;
        LinkWork work = update.Work;
        ushort endpointBelow = (ushort)(below.Item.Endpoint & endpointMask);
        ushort endpointAbove = (ushort)(above.Item & endpointMask);
        ushort processBehind = (ushort)(behind.Item & processMask);
        ushort processBefore = (ushort)(before.Item & processMask);
        if (work.LoadsNext)
        {
            record = record with { Next = (ushort)(slotLink.Item.Slot & slotMask), NextTime = slotLink.Item.Time };
        }

        if (work.LoadsSecond)
        {
            record = record with { Waiting = record.Waiting with { HasSecond = !below.Item.IsBottom, Second = endpointBelow } };
        }

        if (work.LoadsKernelSecond)
        {
            all = all with { Kernel = all.Kernel with { HasSecond = !below.Item.IsBottom, Second = endpointBelow } };
        }

        if (work.LoadsBacklogNext)
        {
            all = all with { Backlog = all.Backlog with { Next = processBehind } };
        }

        if (work.LoadsBacklogTail)
        {
            all = all with { Backlog = all.Backlog with { Tail = processBefore } };
        }

        all = all with
        {
            Wanting = (ushort)(all.Wanting + (work.WantsMore ? 1 : 0) - (work.WantsLess ? 1 : 0)),
            Timed = (ushort)(all.Timed + (work.TimesMore ? 1 : 0) - (work.TimesLess ? 1 : 0)),
        };
        recordWrite.Enable = update.Valid;
        recordWrite.Address = update.Process;
        recordWrite.Item = record;
        totals.Totals = all;

        // A new top lies on the old one. What is taken out from below the top leaves its two neighbours to each other.
        belowWrite.Enable = work.Pushes || work.Unlinks;
        belowWrite.Address = work.Pushes ? work.Endpoint : endpointAbove;
        belowWrite.Item = work.Pushes ? new EndpointLink(!work.HasBelow, work.Below) : new EndpointLink(below.Item.IsBottom, endpointBelow);
        aboveWrite.Enable = (work.Pushes && work.HasBelow) || (work.Unlinks && !below.Item.IsBottom);
        aboveWrite.Address = work.Pushes ? work.Below : endpointBelow;
        aboveWrite.Item = work.Pushes ? work.Endpoint : endpointAbove;

        // The backlog likewise: a new last is behind the old one.
        behindWrite.Enable = work.LinksBacklog || work.UnlinksBacklog;
        behindWrite.Address = work.LinksBacklog ? work.Tail : processBefore;
        behindWrite.Item = work.LinksBacklog ? update.Process : processBehind;
        beforeWrite.Enable = work.LinksBacklog || work.UnlinksBacklog;
        beforeWrite.Address = work.LinksBacklog ? update.Process : processBehind;
        beforeWrite.Item = work.LinksBacklog ? work.Tail : processBefore;
    }
}

/// <summary>The memories of links, and their ports.</summary>
internal sealed class ScheduleLinks
{
    public ScheduleLinks(ScheduleShape shape)
    {
        SlotWrite = Scope.CreateBus<IRamWrite<SlotLink>>("slotWrite");
        SlotRead = Scope.CreateBus<IRamRead>("slotRead");
        BelowRead = Scope.CreateBus<IRamRead>("belowRead");
        AboveRead = Scope.CreateBus<IRamRead>("aboveRead");
        BehindRead = Scope.CreateBus<IRamRead>("behindRead");
        BeforeRead = Scope.CreateBus<IRamRead>("beforeRead");
        BelowWrite = Scope.CreateBus<IRamWrite<EndpointLink>>("belowWrite");
        AboveWrite = Scope.CreateBus<IRamWrite<ushort>>("aboveWrite");
        BehindWrite = Scope.CreateBus<IRamWrite<ushort>>("behindWrite");
        BeforeWrite = Scope.CreateBus<IRamWrite<ushort>>("beforeWrite");
        RamStyle slotStyle = shape.Slots > 1024 ? RamStyle.Ultra : RamStyle.Block;
        Slot = new SimpleDualPortRam<SlotLink>(SlotWrite, SlotRead, shape.Slots, slotStyle) { Name = "slotLinks" }.Data;
        Below = new ForwardingRam<EndpointLink>(BelowWrite, BelowRead, shape.Endpoints, "below").Data;
        Above = new ForwardingRam<ushort>(AboveWrite, AboveRead, shape.Endpoints, "above").Data;
        Behind = new ForwardingRam<ushort>(BehindWrite, BehindRead, shape.Processes, "behind").Data;
        Before = new ForwardingRam<ushort>(BeforeWrite, BeforeRead, shape.Processes, "before").Data;
    }

    public IRamWrite<SlotLink> SlotWrite { get; }

    public IRamRead SlotRead { get; }

    public IRamRead BelowRead { get; }

    public IRamRead AboveRead { get; }

    public IRamRead BehindRead { get; }

    public IRamRead BeforeRead { get; }

    public IRamWrite<EndpointLink> BelowWrite { get; }

    public IRamWrite<ushort> AboveWrite { get; }

    public IRamWrite<ushort> BehindWrite { get; }

    public IRamWrite<ushort> BeforeWrite { get; }

    public IRamData<SlotLink> Slot { get; }

    public IRamData<EndpointLink> Below { get; }

    public IRamData<ushort> Above { get; }

    public IRamData<ushort> Behind { get; }

    public IRamData<ushort> Before { get; }
}
