// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>What was decided about the step of this tick; it counts if the pipeline moves.</summary>
public interface IScheduleDecision : IBus
{
    /// <summary>Whether there is a step.</summary>
    bool Valid { get; set; }

    /// <summary>Its process.</summary>
    ushort Process { get; set; }

    /// <summary>The process's record after the step, but for what the links read say.</summary>
    ProcessRecord Record { get; set; }

    /// <summary>What is to be done with the links.</summary>
    LinkWork Work { get; set; }

    /// <summary>Whether there is something to tell an endpoint.</summary>
    bool Dispatches { get; set; }

    /// <summary>That.</summary>
    Dispatch Dispatch { get; set; }

    /// <summary>Whether <see cref="Head"/> is released.</summary>
    bool Releases { get; set; }

    /// <summary>Whether it is released because of its age.</summary>
    bool IsExpired { get; set; }

    /// <summary>Whether the step is the sweeper's.</summary>
    bool IsSweep { get; set; }

    /// <summary>How many messages were queued before the step.</summary>
    ushort Queued { get; set; }

    /// <summary>The slot that was queued first before the step.</summary>
    ushort Head { get; set; }

    /// <summary>When it arrived.</summary>
    ushort HeadTime { get; set; }
}

/// <summary>
/// Decides a step on its process's record: what is dispatched or released, what becomes of the record, and which links are read.
/// The record is that of the step before if that was the same process's, as it is being written.
/// No latency, no state; one step per tick; while the pipeline stands it decides the same again and nobody takes notice.
/// </summary>
public sealed class ScheduleDecision : SimpleProcess
{
    [InputBus] private readonly IScheduleStep step;
    [InputBus] private readonly IRamData<ProcessRecord> stored;
    [InputBus] private readonly IRamWrite<ProcessRecord> written;
    [InputBus] private readonly IRamData<bool> mark;
    [InputBus] private readonly IScheduleTime time;
    [InputBus] private readonly ISchedulePace pace;
    [OutputBus] private readonly IScheduleDecision decision = Scope.CreateBus<IScheduleDecision>("decision");
    [OutputBus] private readonly IRamWrite<bool> markWrite;
    [OutputBus] private readonly IRamWrite<SlotLink> slotWrite = Scope.CreateBus<IRamWrite<SlotLink>>("slotWrite");
    [OutputBus] private readonly IRamRead slotRead = Scope.CreateBus<IRamRead>("slotRead");
    [OutputBus] private readonly IRamRead belowRead;
    [OutputBus] private readonly IRamRead aboveRead;
    private readonly uint slotMask;
    private readonly uint endpointMask;

    internal ScheduleDecision(
        IScheduleStep step,
        IRamData<ProcessRecord> stored,
        IRamWrite<ProcessRecord> written,
        IRamData<bool> mark,
        IRamWrite<bool> markWrite,
        IRamRead belowRead,
        IRamRead aboveRead,
        IScheduleTime time,
        ISchedulePace pace,
        uint slotMask,
        uint endpointMask)
    {
        this.step = step;
        this.stored = stored;
        this.written = written;
        this.mark = mark;
        this.markWrite = markWrite;
        this.belowRead = belowRead;
        this.aboveRead = aboveRead;
        this.time = time;
        this.pace = pace;
        this.slotMask = slotMask;
        this.endpointMask = endpointMask;
    }

    internal IScheduleDecision Decision => decision;

    internal IRamWrite<SlotLink> SlotWrite => slotWrite;

    internal IRamRead SlotRead => slotRead;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        StepKind kind = step.Step.Kind;
        ushort slot = (ushort)(step.Step.Item & slotMask);
        ushort endpoint = (ushort)(step.Step.Item & endpointMask);
        ProcessRecord record = Masked(step.FollowsSame ? written.Item : stored.Item);

        bool hasQueue = record.Queued != 0;
        bool isTop = record.HasTop && record.Top == endpoint;
        bool withdraws = kind == StepKind.Withdraw && mark.Item;
        bool givesArrival = kind == StepKind.Arrival && record.HasTop;
        bool expires = kind == StepKind.Expire && hasQueue && record.HeadTime == step.Step.Item;
        bool flushes = kind == StepKind.Flush && hasQueue;
        bool enqueues = kind == StepKind.Arrival && !record.HasTop;
        bool dequeues = (kind == StepKind.Waiting && hasQueue) || expires || flushes;
        bool pushes = kind == StepKind.Waiting && !hasQueue;
        bool pops = givesArrival || (withdraws && isTop);
        bool unlinks = withdraws && !isTop;

        ProcessRecord queue = Queue(record, slot, enqueues, dequeues);
        ProcessRecord list = List(record, endpoint, pushes, pops);
        decision.Valid = kind != StepKind.None;
        decision.Process = step.Step.Process;
        decision.Record = queue with { HasTop = list.HasTop, Top = list.Top, HasSecond = list.HasSecond, Second = list.Second };
        decision.Work = new LinkWork
        {
            // The third is needed if there are three; only a queue or list of that length has that link.
            LoadsNext = dequeues && record.Queued > 2,
            LoadsSecond = record.HasSecond && (pops || (unlinks && record.Second == endpoint)),
            Pushes = pushes,
            Unlinks = unlinks,
            Endpoint = endpoint,
            HasBelow = record.HasTop,
            Below = record.Top,
        };

        decision.Dispatches = givesArrival || withdraws || (kind == StepKind.Waiting && hasQueue);
        decision.Dispatch = new Dispatch(
            kind == StepKind.Withdraw ? DispatchKind.Withdrawn : DispatchKind.Deliver,
            kind == StepKind.Arrival ? record.Top : endpoint,
            kind == StepKind.Arrival ? slot : record.Head);
        decision.Releases = expires || flushes;
        decision.IsExpired = kind == StepKind.Expire;
        decision.IsSweep = kind is StepKind.Look or StepKind.Expire or StepKind.Flush;
        decision.Queued = record.Queued;
        decision.Head = record.Head;
        decision.HeadTime = record.HeadTime;

        // Whether an endpoint waits is marked by endpoint, since a Withdraw has to know it at once.
        markWrite.Enable = pushes || withdraws || givesArrival;
        markWrite.Address = kind == StepKind.Arrival ? record.Top : endpoint;
        markWrite.Item = pushes;

        // The last slot of a queue that is empty is somebody else's by now.
        slotWrite.Enable = enqueues && hasQueue;
        slotWrite.Address = record.Tail;
        slotWrite.Item = new SlotLink(slot, time.Now);
        slotRead.Enable = pace.Moves;
        slotRead.Address = record.Next;
        belowRead.Enable = pace.Moves;
        belowRead.Address = kind == StepKind.Withdraw && !isTop ? endpoint : record.Second;
        aboveRead.Enable = pace.Moves;
        aboveRead.Address = endpoint;
    }

    private ProcessRecord Queue(ProcessRecord record, ushort slot, bool enqueues, bool dequeues)
    {
        if (enqueues)
        {
            // The place behind the first is written with the first too: without meaning, and one comparison less.
            bool isFirst = record.Queued == 0;
            bool isSecond = record.Queued < 2;
            return record with
            {
                Queued = (ushort)(record.Queued + 1),
                Head = isFirst ? slot : record.Head,
                HeadTime = isFirst ? time.Now : record.HeadTime,
                Next = isSecond ? slot : record.Next,
                NextTime = isSecond ? time.Now : record.NextTime,
                Tail = slot,
            };
        }

        return dequeues
            ? record with { Queued = (ushort)(record.Queued - 1), Head = record.Next, HeadTime = record.NextTime }
            : record;
    }

    private static ProcessRecord List(ProcessRecord record, ushort endpoint, bool pushes, bool pops)
    {
        if (pushes)
        {
            return record with { HasTop = true, Top = endpoint, HasSecond = record.HasTop, Second = record.Top };
        }

        return pops ? record with { HasTop = record.HasSecond, Top = record.Second, HasSecond = false } : record;
    }

    /// <summary>The bits that numbers of slots and endpoints do not have are zero: saying so keeps logic from being made for them.</summary>
    private ProcessRecord Masked(ProcessRecord record) => record with
    {
        Queued = (ushort)(record.Queued & ((2 * slotMask) + 1)),
        Head = (ushort)(record.Head & slotMask),
        Next = (ushort)(record.Next & slotMask),
        Tail = (ushort)(record.Tail & slotMask),
        Top = (ushort)(record.Top & endpointMask),
        Second = (ushort)(record.Second & endpointMask),
    };
}
