// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
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

    /// <summary>What concerns all processes, after the step, but for what the links read say.</summary>
    ScheduleTotals Totals { get; set; }

    /// <summary>What is to be done with the links.</summary>
    LinkWork Work { get; set; }

    /// <summary>Whether there is something to tell an endpoint.</summary>
    bool Dispatches { get; set; }

    /// <summary>That.</summary>
    Dispatch Dispatch { get; set; }

    /// <summary>Whether the dispatch goes to a kernel endpoint as a message of any process.</summary>
    bool IsKernelDispatch { get; set; }

    /// <summary>Whether a load that waits is answered so that its core becomes free.</summary>
    bool Yields { get; set; }

    /// <summary>Whether a core is interrupted.</summary>
    bool Interrupts { get; set; }

    /// <summary>Which.</summary>
    ushort Core { get; set; }

    /// <summary>Whether <see cref="Released"/> is released.</summary>
    bool Releases { get; set; }

    /// <summary>That slot.</summary>
    ushort Released { get; set; }

    /// <summary>Whether it is released because of its age.</summary>
    bool IsExpired { get; set; }

    /// <summary>Whether it is released because there is no room for it in its queue.</summary>
    bool IsRefused { get; set; }

    /// <summary>Whether it is released because its process's number is another's by now.</summary>
    bool IsOfEarlier { get; set; }

    /// <summary>Whether the step is the sweeper's.</summary>
    bool IsSweep { get; set; }

    /// <summary>Of <see cref="StepKind.Revisit"/>: whether the same is to be done again.</summary>
    bool IsMore { get; set; }

    /// <summary>Whether a core that has not come in time is reckoned with no more.</summary>
    bool Misses { get; set; }

    /// <summary>
    /// Whether a message goes to a kernel endpoint before its process's turn, or beyond its number of cores, because the process has waited
    /// for too long.
    /// </summary>
    bool ServesLate { get; set; }

    /// <summary>
    /// Whether, after the step, the process has waited for too long, uses kernel endpoints, and is not in the backlog: it is to be looked
    /// at again.
    /// </summary>
    bool IsOwed { get; set; }

    /// <summary>Whether the kernel is told of a process's load.</summary>
    bool Tells { get; set; }

    /// <summary>How many messages were queued before the step.</summary>
    ushort Queued { get; set; }

    /// <summary>When the one that was queued first before the step arrived.</summary>
    ushort HeadTime { get; set; }

    /// <summary>
    /// Whether the process has messages after the step, and no core, or has waited for too long for the one it is said to have; and none
    /// will come by kernel endpoints.
    /// </summary>
    bool IsStuck { get; set; }

    /// <summary>Whether the process has messages or cores.</summary>
    bool IsActive { get; set; }

    /// <summary>The process's weight.</summary>
    byte Weight { get; set; }

    /// <summary>Whether a core leaves a process.</summary>
    bool Leaves { get; set; }

    /// <summary>Which process.</summary>
    ushort LeftProcess { get; set; }
}

/// <summary>
/// Decides a step on its process's record and on what concerns all processes: what is dispatched or released, what becomes of them, and which links are read.
/// The record is that of the step before if that was the same process's, as it is being written.
/// No latency, no state; one step per tick; while the pipeline stands it decides the same again and nobody takes notice.
/// </summary>
internal sealed class ScheduleDecision(
    [InputBus] IScheduleStep step,
    ScheduleMemories memories,
    [InputBus] IScheduleTotals totals,
    [InputBus] ICoreLeave leave,
    [InputBus] IScheduleTime time,
    [InputBus] INicSettings settings,
    [InputBus] ISchedulePace pace,
    [OutputBus] IScheduleDecision decision,
    [OutputBus] IRamWrite<SlotLink> slotWrite,
    [OutputBus] IRamRead slotRead,
    ScheduleLinks links,
    ScheduleShape shape) : SimpleProcess
{
    [InputBus] private readonly IRamData<ProcessRecord> stored = memories.Record;
    [InputBus] private readonly IRamWrite<ProcessRecord> written = memories.RecordWrite;
    [InputBus] private readonly IRamData<ProcessPolicy> policy = memories.Policy;
    [InputBus] private readonly IRamData<byte> left = memories.Left;
    [InputBus] private readonly IRamData<EndpointMark> mark = memories.Mark;
    [InputBus] private readonly IRamData<CoreEntry> core = memories.Core;
    [OutputBus] private readonly IRamWrite<EndpointMark> markWrite = memories.MarkWrite;
    [OutputBus] private readonly IRamWrite<CoreEntry> coreWrite = memories.CoreWrite;
    [OutputBus] private readonly IRamWrite<LastProcess> lastWrite = memories.LastWrite;
    [OutputBus] private readonly IRamWrite<bool> memberWrite = memories.MemberWrite;
    [OutputBus] private readonly IRamWrite<bool> lateWrite = memories.LateWrite;
    [OutputBus] private readonly IRamWrite<bool> parkedWrite = memories.ParkedWrite;
    [OutputBus] private readonly IRamRead leaveRead = memories.LeaveRead;
    [OutputBus] private readonly IRamRead belowRead = links.BelowRead;
    [OutputBus] private readonly IRamRead aboveRead = links.AboveRead;
    [OutputBus] private readonly IRamRead behindRead = links.BehindRead;
    [OutputBus] private readonly IRamRead beforeRead = links.BeforeRead;
    private readonly uint processMask = shape.ProcessMask;
    private readonly uint slotMask = shape.SlotMask;
    private readonly uint endpointMask = shape.EndpointMask;
    private readonly uint coreMask = shape.CoreMask;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ScheduleStep now = step.Step;
        StepKind kind = now.Kind;
        ushort process = (ushort)(now.Process & processMask);
        ushort slot = (ushort)(now.Item & slotMask);
        ushort endpoint = (ushort)(now.Item & endpointMask);
        ProcessRecord record = Masked(step.FollowsSame ? written.Item : stored.Item);
        ScheduleTotals all = Masked(totals.Totals);
        ProcessPolicy rule = policy.Item;
        CoreEntry place = core.Item;
        EndpointMark marked = mark.Item;
        ushort placeProcess = (ushort)(place.Process & processMask);

        // The process's cores.
        bool hasLeft = leave.Valid && (leave.Process & processMask) == process;
        byte running = (byte)(record.Entered - left.Item);
        byte room = (byte)(rule.MostCores - record.Entered + left.Item);
        byte spare = (byte)(record.Entered - left.Item - rule.LeastCores);

        // Who has waited for too long may have another core, whatever its number says: one that it is said to have may never come.
        bool hasRoom = HasRoom(rule, room, hasLeft, false, false) || (rule.UsesKernelEndpoints && record.IsLate);
        bool isOfProcess = place.HasProcess && placeProcess == process;

        // What the step is, and what it finds.
        bool isKernelWait = kind == StepKind.Waiting && now.IsKernel;
        bool isUserWait = kind == StepKind.Waiting && !now.IsKernel;
        bool isCore = kind == StepKind.Core;
        bool hasQueue = record.Queued != 0;
        bool hears = isKernelWait && now.IsChange;
        bool isTurn = isKernelWait && !now.IsChange && all.Backlog.Count != 0;
        WaitingList list = now.IsKernel ? all.Kernel : record.Waiting;
        bool isTop = list.HasTop && list.Top == endpoint;

        // What is taken from whom.
        bool mayTake = isOfProcess && !place.IsComing && IsPositive(spare) && !(hasLeft && spare == 1);
        bool isIdle = marked.IsWaiting && !marked.IsKernel && (marked.Process & processMask) == process;
        bool isVictim = kind == StepKind.Yield || kind == StepKind.Interrupt;
        bool isTooLong = (ushort)(time.Fine - place.Since) >= ScheduleLimits.Of(settings.ComingLimit);
        bool isOverdue = kind == StepKind.Overdue && place.IsComing && placeProcess == process && isTooLong;
        bool misses = isOverdue && !place.IsOverdue;
        bool asksAgain = isOverdue && all.Wanting != 0;
        bool isItsEndpoint = place.HasEndpoint && (place.Endpoint & endpointMask) == endpoint;
        bool yields = isVictim && mayTake && all.Wanting > all.Coming && isIdle && isItsEndpoint;
        bool interrupts = kind == StepKind.Interrupt && mayTake && all.Wanting > (ushort)(all.Coming + all.Asked) && !(isIdle && isItsEndpoint);
        bool yieldsAgain = asksAgain && isIdle && isItsEndpoint;
        bool wantsEndpoint = (interrupts || asksAgain) && isItsEndpoint && !marked.IsWaiting;
        bool withdraws = kind == StepKind.Withdraw && marked.IsWaiting;
        bool takesOut = withdraws || yields || yieldsAgain;

        // Where a message goes.
        bool isArrival = kind == StepKind.Arrival;
        bool isOfEarlier = isArrival && now.Generation != rule.Generation;
        bool arrives = isArrival && !isOfEarlier;
        bool givesUser = arrives && record.Waiting.HasTop;
        bool givesKernel = arrives && !record.Waiting.HasTop && !hasQueue && hasRoom && all.Kernel.HasTop;
        bool isGuaranteed = (ushort)(record.Queued - record.Shared) < rule.GuaranteedQueue;
        bool fits = (rule.MostQueued == 0 || record.Queued < rule.MostQueued) && (isGuaranteed || all.Shared < settings.SharedQueue);
        bool isLeftOver = isArrival && !givesUser && !givesKernel;
        bool enqueues = isLeftOver && fits && !isOfEarlier;
        bool refuses = isLeftOver && (!fits || isOfEarlier);
        bool revives = kind == StepKind.Revisit && hasQueue && !record.IsInBacklog && hasRoom && all.Kernel.HasTop;
        bool expires = kind == StepKind.Expire && hasQueue && record.HeadTime == now.Item;
        bool flushes = kind == StepKind.Flush && hasQueue;
        bool isWanted = isUserWait && marked.IsWanted;
        bool serves = isUserWait && hasQueue && !isWanted;
        bool dequeues = serves || isTurn || revives || expires || flushes;
        bool pushes = (isUserWait && !hasQueue && !isWanted) || (isKernelWait && !isTurn && !hears);
        bool usesKernelTop = givesKernel || revives;
        bool tells = kind == StepKind.Reschedule && all.Kernel.HasTop;
        bool popsKernel = usesKernelTop || tells || (withdraws && now.IsKernel && isTop);
        bool popsUser = givesUser || (takesOut && !now.IsKernel && isTop);
        bool unlinks = takesOut && !isTop;

        // Where cores go. A core whose kernel endpoint waits has no process, whatever the OS says.
        bool isStated = now.State.HasProcess && !(marked.IsWaiting && marked.IsKernel);
        bool staysStated = isCore && isStated && isOfProcess;
        bool enters = usesKernelTop || (isTurn && !isOfProcess) || (isCore && isStated && !isOfProcess);
        bool isTaken = yields || interrupts;
        bool leaves = place.HasProcess && ((isKernelWait && !(isTurn && isOfProcess)) || (isCore && !staysStated) || isTaken);
        bool isOld = kind == StepKind.Look && (ushort)(time.Fine - record.Since) >= ScheduleLimits.Of(settings.WaitLimit);
        bool isLateThen = hasQueue && !dequeues && (record.IsLate || isOld);
        bool hasRoomThen = HasRoom(rule, room, hasLeft, enters, isTaken) || (rule.UsesKernelEndpoints && isLateThen);
        bool hasNoCore = !enters && running == (hasLeft ? 1 : 0) + (isTaken ? 1 : 0);
        bool comes = place.IsComing && !place.IsOverdue && (isKernelWait || isCore);

        // The backlog, and who wants a core.
        bool isEmptied = dequeues && record.Queued == 1;
        bool hasQueueThen = enqueues || (hasQueue && !isEmptied);
        bool joins = hasRoomThen
            && ((enqueues && !hasQueue) || (kind == StepKind.Revisit && hasQueue && !record.IsInBacklog && !all.Kernel.HasTop));
        bool isLookedAt = isTurn || isCore || kind == StepKind.Revisit || (record.IsLate && dequeues);
        bool stays = record.IsInBacklog && hasQueueThen && (hasRoomThen || !isLookedAt);
        bool isMember = joins || stays;
        bool isOfRecord = kind != StepKind.None && !(now.IsKernel && !isTurn) && !(isCore && !now.State.HasProcess) && kind != StepKind.Reschedule;
        ProcessRecord queue = Queue(record, slot, enqueues, dequeues);
        bool isLong = rule.PreemptsFrom != 0 && IsLong(record.Queued, rule.PreemptsFrom, enqueues, dequeues);
        bool isStuck = hasQueueThen && !rule.UsesKernelEndpoints && (hasNoCore || isLateThen);
        bool wants = isOfRecord ? (isMember && (hasNoCore || isLong || isLateThen)) || (isStuck && rule.HighLoad != 0) : record.WantsCore;
        bool isTimed = isOfRecord ? hasQueueThen && (rule.UsesKernelEndpoints || rule.HighLoad != 0) : record.IsTimed;
        bool isInBacklog = isOfRecord ? isMember : record.IsInBacklog;
        bool removes = isOfRecord && record.IsInBacklog && !stays;
        byte turnsLeft = (byte)((all.Backlog.IsFresh ? rule.Weight : all.Backlog.Left) - 1);
        bool isTurnOver = turnsLeft == 0 || turnsLeft == byte.MaxValue;
        bool isInTurn = isTurn && !now.IsLocal && !now.IsLate;
        bool rotates = isInTurn && stays && isTurnOver;
        bool isFirst = all.Backlog.Head == process;

        decision.Valid = kind != StepKind.None;
        decision.Process = process;
        decision.Record = queue with
        {
            Shared = (ushort)(record.Shared + (enqueues && !isGuaranteed ? 1 : 0) - (dequeues && record.Shared != 0 ? 1 : 0)),
            Waiting = List(record.Waiting, endpoint, pushes && !now.IsKernel, popsUser),
            Entered = (byte)(record.Entered + (enters ? 1 : 0)),
            IsInBacklog = isInBacklog,
            WantsCore = wants,
            Since = dequeues || !hasQueue ? time.Fine : record.Since,
            IsLate = isLateThen,
            IsTimed = isTimed,
        };
        decision.Totals = new ScheduleTotals
        {
            Kernel = List(all.Kernel, endpoint, pushes && now.IsKernel, popsKernel),
            Backlog = Circle(all.Backlog, process, joins, removes, isFirst, rotates, isInTurn, turnsLeft),
            Shared = (ushort)(all.Shared + (enqueues && !isGuaranteed ? 1 : 0) - (dequeues && record.Shared != 0 ? 1 : 0)),
            Wanting = all.Wanting,
            Timed = all.Timed,
            Coming = (ushort)(all.Coming + (yields ? 1 : 0) - ((comes || misses) && !place.IsAsked ? 1 : 0)),
            Asked = (ushort)(all.Asked + (interrupts ? 1 : 0) - ((comes || misses) && place.IsAsked ? 1 : 0)),
        };
        bool isMany = all.Backlog.Count > 2;
        bool isSecond = all.Backlog.Next == process;
        bool isLast = all.Backlog.Tail == process;
        decision.Work = new LinkWork
        {
            // The third is needed if there are three; only a queue or list of that length has that link.
            LoadsNext = dequeues && record.Queued > 2,
            LoadsSecond = record.Waiting.HasSecond && (popsUser || (unlinks && !now.IsKernel && record.Waiting.Second == endpoint)),
            LoadsKernelSecond = all.Kernel.HasSecond && (popsKernel || (unlinks && now.IsKernel && all.Kernel.Second == endpoint)),
            Pushes = pushes,
            Unlinks = unlinks,
            Endpoint = endpoint,
            HasBelow = list.HasTop,
            Below = list.Top,
            LinksBacklog = (joins && all.Backlog.Count != 0) || (rotates && all.Backlog.Count > 1),
            Tail = all.Backlog.Tail,
            UnlinksBacklog = isMany && removes && !isFirst && !isLast,
            LoadsBacklogNext = isMany && (rotates || (removes && (isFirst || isSecond))),
            LoadsBacklogTail = isMany && removes && !isFirst && isLast,
            WantsMore = wants && !record.WantsCore,
            WantsLess = !wants && record.WantsCore,
            TimesMore = isTimed && !record.IsTimed,
            TimesLess = !isTimed && record.IsTimed,
        };

        decision.Dispatches = givesUser || givesKernel || takesOut || serves || isTurn || revives || tells || hears || isWanted;
        decision.Dispatch = new Dispatch(
            withdraws ? DispatchKind.Withdrawn
                : yields || yieldsAgain || isWanted ? DispatchKind.Yield
                : tells || hears ? DispatchKind.Reschedule
                : DispatchKind.Deliver,
            givesUser ? record.Waiting.Top : usesKernelTop || tells ? all.Kernel.Top : endpoint,
            kind == StepKind.Arrival ? slot : tells || hears ? now.Change : record.Head);
        decision.IsKernelDispatch = givesKernel || isTurn || revives;
        decision.Interrupts = yields || yieldsAgain || ((interrupts || asksAgain) && place.MayPreempt);
        decision.Yields = yields || yieldsAgain || isWanted;
        decision.Core = now.Core;
        decision.Releases = expires || flushes || refuses;
        decision.Released = refuses ? slot : record.Head;
        decision.IsExpired = kind == StepKind.Expire;
        decision.IsRefused = refuses;
        decision.IsOfEarlier = isOfEarlier;
        decision.IsSweep = now.IsSweep;
        decision.IsMore = revives && hasQueueThen;
        decision.Misses = misses;
        decision.ServesLate = (isTurn && now.IsLate) || (revives && record.IsLate);
        decision.IsOwed = rule.UsesKernelEndpoints && isLateThen && !isInBacklog;
        decision.Tells = tells || hears;
        decision.Queued = record.Queued;
        decision.HeadTime = record.HeadTime;
        decision.IsStuck = isStuck;
        decision.IsActive = hasQueue || running != (hasLeft ? 1 : 0);
        decision.Weight = rule.Weight;
        decision.Leaves = leaves;
        decision.LeftProcess = placeProcess;

        // Whether an endpoint waits is marked by endpoint, since a Withdraw has to know it at once.
        markWrite.Enable = pushes || takesOut || givesUser || usesKernelTop || tells || isWanted || wantsEndpoint;
        markWrite.Address = givesUser ? record.Waiting.Top : usesKernelTop || tells ? all.Kernel.Top : endpoint;
        markWrite.Item = new EndpointMark { IsWaiting = pushes, IsKernel = now.IsKernel, IsWanted = wantsEndpoint, Process = process, Since = time.Fine };

        bool writesCore = usesKernelTop || tells || isKernelWait || isCore || isTaken || isOverdue || (withdraws && now.IsKernel);
        uint coreWritten = usesKernelTop || tells ? all.Kernel.Top & coreMask : now.Core & coreMask;
        coreWrite.Enable = writesCore;
        coreWrite.Address = coreWritten;
        byte locals = (byte)(now.IsLocal && isTurn ? place.Locals + 1 : 0);
        CoreEntry placeThen = CoreThen(place, now.State, process, usesKernelTop || isTurn, isCore, isCore && isStated, isTaken, interrupts, isCore ? marked.IsWaiting && marked.IsKernel : isKernelWait && !hears, isCore && staysStated ? place.Since : time.Fine);
        CoreEntry late = place with { IsOverdue = true, Since = time.Fine };
        coreWrite.Item = isOverdue ? late : placeThen with { Locals = locals };

        // A core that was given a message may get the next of the same process out of turn; the OS's word and the loss of the core end that.
        lastWrite.Enable = writesCore;
        lastWrite.Address = coreWritten;
        lastWrite.Item = new LastProcess((usesKernelTop || isTurn) && locals < settings.LocalMessages, process);
        memberWrite.Enable = isOfRecord;
        memberWrite.Address = process;
        memberWrite.Item = isMember;
        lateWrite.Enable = isOfRecord;
        lateWrite.Address = process;
        lateWrite.Item = isMember && isLateThen;
        parkedWrite.Enable = isOfRecord;
        parkedWrite.Address = process;
        parkedWrite.Item = hasQueueThen && rule.UsesKernelEndpoints && !isMember;
        leaveRead.Enable = pace.Moves;
        leaveRead.Address = placeProcess;

        // The last slot of a queue that is empty is somebody else's by now.
        slotWrite.Enable = enqueues && hasQueue;
        slotWrite.Address = record.Tail;
        slotWrite.Item = new SlotLink(slot, time.Now);
        slotRead.Enable = pace.Moves;
        slotRead.Address = record.Next;
        belowRead.Enable = pace.Moves;
        belowRead.Address = unlinks ? endpoint : popsKernel ? all.Kernel.Second : record.Waiting.Second;
        aboveRead.Enable = pace.Moves;
        aboveRead.Address = endpoint;
        behindRead.Enable = pace.Moves;
        behindRead.Address = removes && !isFirst ? process : all.Backlog.Next;
        beforeRead.Enable = pace.Moves;
        beforeRead.Address = process;
    }

    // Whether a process may have another core: room is how many more it may, but for one that left it just now, and one that comes or goes in this step. Adding those would make
    // the longest path longer by an adder and a comparison.
    private static bool HasRoom(ProcessPolicy rule, byte room, bool isLate, bool enters, bool isTaken)
    {
        bool isMore = IsPositive(room);
        bool isNone = room == 0;
        bool isLessByOne = room == byte.MaxValue;
        bool isEnough = isMore;
        if (enters)
        {
            isEnough = isLate ? isMore : isMore && room != 1;
        }
        else if (isLate && isTaken)
        {
            isEnough = isMore || isNone || isLessByOne;
        }
        else if (isLate || isTaken)
        {
            isEnough = isMore || isNone;
        }

        return rule.UsesKernelEndpoints && (rule.MostCores == 0 || isEnough);
    }

    // Whether as many are queued after the step; three comparisons of what was queued before it are quicker than one behind the sum.
    private static bool IsLong(ushort queued, ushort from, bool enqueues, bool dequeues)
    {
        bool isOver = queued > from;
        bool isFrom = queued == from;
        bool isLessByOne = (ushort)(queued + 1) == from;
        return isOver || (isFrom && !dequeues) || (isLessByOne && enqueues);
    }

    private static bool IsPositive(byte difference) => difference is not 0 and < 128;

    private static CoreEntry CoreThen(CoreEntry place, CoreState state, ushort process, bool isGiven, bool isCore, bool isStated, bool isTaken, bool isAsked, bool isWaiting, ushort since)
    {
        if (isGiven)
        {
            return new CoreEntry { HasProcess = true, Process = process, Since = since };
        }

        if (isCore)
        {
            return new CoreEntry
            {
                HasProcess = isStated,
                Process = process,
                HasEndpoint = state.HasEndpoint,
                Endpoint = state.Endpoint,
                MayPreempt = state.MayPreempt,
                IsWaiting = isWaiting,
                Since = since,
            };
        }

        return isTaken
            ? place with { HasProcess = false, IsComing = true, IsAsked = isAsked, IsOverdue = false, Since = since }
            : new CoreEntry { IsWaiting = isWaiting };
    }

    private static WaitingList List(WaitingList list, ushort endpoint, bool pushes, bool pops)
    {
        if (pushes)
        {
            return new WaitingList { HasTop = true, Top = endpoint, HasSecond = list.HasTop, Second = list.Top };
        }

        return pops ? new WaitingList { HasTop = list.HasSecond, Top = list.Second, Second = list.Second } : list;
    }

    private static Backlog Circle(Backlog circle, ushort process, bool joins, bool removes, bool isFirst, bool rotates, bool isTurn, byte turnsLeft)
    {
        bool isPair = circle.Count == 2;
        if (joins)
        {
            return circle with
            {
                Count = (ushort)(circle.Count + 1),
                Head = circle.Count == 0 ? process : circle.Head,
                Next = circle.Count < 2 ? process : circle.Next,
                Tail = process,
                IsFresh = circle.Count == 0 || circle.IsFresh,
            };
        }

        if (removes)
        {
            return circle with
            {
                Count = (ushort)(circle.Count - 1),
                Head = isFirst ? circle.Next : circle.Head,
                Tail = !isFirst && isPair ? circle.Head : circle.Tail,
                IsFresh = isFirst || circle.IsFresh,
            };
        }

        if (rotates)
        {
            bool isAlone = circle.Count == 1;
            return circle with
            {
                Head = isAlone ? circle.Head : circle.Next,
                Next = isPair ? process : circle.Next,
                Tail = process,
                IsFresh = true,
            };
        }

        return isTurn ? circle with { IsFresh = false, Left = turnsLeft } : circle;
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

    /// <summary>The bits that numbers of slots and endpoints do not have are zero: saying so keeps logic from being made for them.</summary>
    private ProcessRecord Masked(ProcessRecord record) => record with
    {
        Queued = (ushort)(record.Queued & ((2 * slotMask) + 1)),
        Shared = (ushort)(record.Shared & ((2 * slotMask) + 1)),
        Head = (ushort)(record.Head & slotMask),
        Next = (ushort)(record.Next & slotMask),
        Tail = (ushort)(record.Tail & slotMask),
        Waiting = Masked(record.Waiting),
    };

    private WaitingList Masked(WaitingList list) => list with { Top = (ushort)(list.Top & endpointMask), Second = (ushort)(list.Second & endpointMask) };

    private ScheduleTotals Masked(ScheduleTotals all) => all with
    {
        Kernel = Masked(all.Kernel),
        Backlog = all.Backlog with
        {
            Count = (ushort)(all.Backlog.Count & ((2 * processMask) + 1)),
            Head = (ushort)(all.Backlog.Head & processMask),
            Next = (ushort)(all.Backlog.Next & processMask),
            Tail = (ushort)(all.Backlog.Tail & processMask),
        },
        Shared = (ushort)(all.Shared & ((2 * slotMask) + 1)),
        Wanting = (ushort)(all.Wanting & ((2 * processMask) + 1)),
        Timed = (ushort)(all.Timed & ((2 * processMask) + 1)),
        Coming = (ushort)(all.Coming & ((2 * coreMask) + 1)),
        Asked = (ushort)(all.Asked & ((2 * coreMask) + 1)),
    };
}
