// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>Inputs of the decision besides the step's own records.</summary>
/// <param name="Totals">The global state.</param>
/// <param name="Leave">The process that lost a core in the step before.</param>
/// <param name="Time">The time.</param>
/// <param name="Settings">The OS's settings.</param>
/// <param name="Pace">The pipeline's enable.</param>
internal sealed record ScheduleSurroundings(
    [InputBus] IScheduleTotals Totals,
    [InputBus] ICoreLeave Leave,
    [InputBus] IScheduleTime Time,
    [InputBus] INicSettings Settings,
    [InputBus] ISchedulePace Pace);

/// <summary>
/// Decides a step from its process's record and the global state: what is dispatched or released, their new values, and
/// which links are read. Its inputs are condensed to <see cref="StepFacts"/>, its kind sets <see cref="StepIntents"/>, and the new state of
/// its process is a <see cref="StepResult"/>; these are put into effect in one place for all kinds.
/// The record is that of the step before if that was the same process's, as it is being written.
/// Combinational; one step per tick; while the pipeline stalls it decides the same again, without effect.
/// </summary>
internal sealed partial class ScheduleDecision(
    [InputBus] IScheduleStep step,
    [Ports] ScheduleSurroundings around,
    [OutputBus] IScheduleDecision decision,
    ScheduleMemories memories,
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
    [OutputBus] private readonly IRamWrite<SlotLink> slotWrite = links.SlotWrite;
    [OutputBus] private readonly IRamRead slotRead = links.SlotRead;
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
        StepFacts facts = Find();
        StepIntents intents = default;
        switch (facts.Step.Kind)
        {
            case StepKind.Arrival:
                ScheduleSteps.Arrive(facts, Fits(facts), ref intents);
                break;
            case StepKind.Waiting when facts.Step.IsKernel:
                ScheduleSteps.WaitAsKernel(facts, ref intents);
                break;
            case StepKind.Waiting:
                ScheduleSteps.WaitAsUser(facts, ref intents);
                break;
            case StepKind.Withdraw:
                ScheduleSteps.Withdraw(facts, ref intents);
                break;
            case StepKind.Look:
                intents.IsOld = (ushort)(around.Time.Fine - facts.Record.Since) >= ScheduleLimits.Of(around.Settings.WaitLimit);
                break;
            case StepKind.Expire:
                ScheduleSteps.Forget(facts, facts.Record.HeadTime == facts.Step.Item, ref intents);
                break;
            case StepKind.Flush:
                ScheduleSteps.Forget(facts, true, ref intents);
                break;
            case StepKind.Core:
                ScheduleSteps.State(facts, ref intents);
                break;
            case StepKind.Revisit:
                ScheduleSteps.Revisit(facts, ref intents);
                break;
            case StepKind.Yield:
            case StepKind.Interrupt:
                ScheduleSteps.Take(facts, ref intents);
                break;
            case StepKind.Reschedule:
                ScheduleSteps.Reschedule(facts, ref intents);
                break;
            case StepKind.Overdue:
                ScheduleSteps.Miss(facts, IsTooLong(facts), ref intents);
                break;
            default:
                break;
        }

        StepResult then = Settle(facts, intents);
        Tell(facts, intents, then);
        Announce(facts, intents, then);
        WriteRecords(facts, intents, then);
        WriteMark(facts, intents);
        WriteCore(facts, intents);
        FollowLinks(facts, intents, then);
    }

    // Whether there is room for another message in the process's queue.
    private bool Fits(in StepFacts facts) =>
        (facts.Policy.MostQueued == 0 || facts.Record.Queued < facts.Policy.MostQueued)
        && (facts.IsGuaranteed || facts.Totals.Shared < around.Settings.SharedQueue);

    // Whether the core was preempted and is overdue.
    private bool IsTooLong(in StepFacts facts) =>
        (facts.Core.Process & processMask) == facts.Process
        && (ushort)(around.Time.Fine - facts.Core.Since) >= ScheduleLimits.Of(around.Settings.ComingLimit);

    // Dispatches, interrupts, and the slot that is released.
    private void Tell(in StepFacts facts, in StepIntents intents, in StepResult then)
    {
        ushort slot = facts.Step.Kind == StepKind.Arrival ? facts.Slot
            : intents.Dispatch == DispatchKind.Reschedule ? facts.Step.Change
            : facts.Record.Head;
        decision.Dispatches = intents.Dispatches;
        decision.Dispatch = new Dispatch(intents.Dispatch, Told(facts, intents), slot);
        decision.IsKernelDispatch = intents.Core == CoreChange.Gets;
        decision.Interrupts = intents.Interrupts;
        decision.Yields = intents.Yields;
        decision.Core = facts.Step.Core;
        decision.Releases = intents.Forgets || intents.Refuses;
        decision.Released = intents.Refuses ? facts.Slot : facts.Record.Head;
        decision.IsExpired = facts.Step.Kind == StepKind.Expire;
        decision.IsRefused = intents.Refuses;
        decision.IsOfEarlier = intents.IsOfEarlier;
        decision.Misses = intents.Misses;
        decision.ServesLate = intents.ServesLate;
        decision.Tells = intents.Dispatch == DispatchKind.Reschedule;
        decision.IsMore = facts.Step.Kind == StepKind.Revisit && intents.Dequeues && then.HasQueue;
    }

    // The endpoint that gets a dispatch, and leaves its list.
    private static ushort Told(in StepFacts facts, in StepIntents intents) =>
        intents.UsesTop ? facts.Record.Waiting.Top : intents.UsesKernelTop ? facts.Totals.Kernel.Top : facts.Endpoint;

    // What the sweeper, the register of cores that leave, and statistics see of the step.
    private void Announce(in StepFacts facts, in StepIntents intents, in StepResult then)
    {
        bool isInBacklog = then.IsOfRecord ? then.IsMember : facts.Record.IsInBacklog;
        decision.Valid = facts.Step.Kind != StepKind.None;
        decision.Process = facts.Process;
        decision.IsSweep = facts.Step.IsSweep;
        decision.IsOwed = facts.Policy.UsesKernelEndpoints && then.IsLate && !isInBacklog;
        decision.Queued = facts.Record.Queued;
        decision.HeadTime = facts.Record.HeadTime;
        decision.IsStuck = then.IsStuck;
        decision.IsActive = facts.HasQueue || facts.Running != (facts.HasLeft ? 1 : 0);
        decision.Weight = facts.Policy.Weight;
        decision.Leaves = intents.Leaves;
        decision.LeftProcess = (ushort)(facts.Core.Process & processMask);
    }

    // The new values of the process's record and of the global state.
    private void WriteRecords(in StepFacts facts, in StepIntents intents, in StepResult then)
    {
        ProcessRecord record = facts.Record;
        ScheduleTotals all = facts.Totals;
        ushort now = around.Time.Now;
        int shared = (intents.Enqueues && !facts.IsGuaranteed ? 1 : 0) - (intents.Dequeues && record.Shared != 0 ? 1 : 0);
        bool isPushed = intents.Pushes && !facts.Step.IsKernel;
        bool isPushedToKernel = intents.Pushes && facts.Step.IsKernel;
        bool isTaken = intents.Core == CoreChange.Taken;
        bool ceases = intents.Comes || intents.Misses;
        decision.Record = ScheduleLists.Queue(record, facts.Slot, now, intents.Enqueues, intents.Dequeues) with
        {
            Shared = (ushort)(record.Shared + shared),
            Waiting = ScheduleLists.List(record.Waiting, facts.Endpoint, isPushed, Pops(facts, intents)),
            Entered = (byte)(record.Entered + (intents.Enters ? 1 : 0)),
            IsInBacklog = then.IsOfRecord ? then.IsMember : record.IsInBacklog,
            WantsCore = then.WantsCore,
            Since = intents.Dequeues || !facts.HasQueue ? around.Time.Fine : record.Since,
            IsLate = then.IsLate,
            IsTimed = then.IsTimed,
        };
        decision.Totals = new ScheduleTotals
        {
            Kernel = ScheduleLists.List(all.Kernel, facts.Endpoint, isPushedToKernel, PopsKernel(facts, intents)),
            Backlog = ScheduleLists.Circle(all.Backlog, facts.Process, then),
            Shared = (ushort)(all.Shared + shared),
            Wanting = all.Wanting,
            Timed = all.Timed,
            Coming = (ushort)(all.Coming + (isTaken && !intents.IsAsked ? 1 : 0) - (ceases && !facts.Core.IsAsked ? 1 : 0)),
            Asked = (ushort)(all.Asked + (isTaken && intents.IsAsked ? 1 : 0) - (ceases && facts.Core.IsAsked ? 1 : 0)),
        };
        memberWrite.Enable = then.IsOfRecord;
        memberWrite.Address = facts.Process;
        memberWrite.Item = then.IsMember;
        lateWrite.Enable = then.IsOfRecord;
        lateWrite.Address = facts.Process;
        lateWrite.Item = then.IsMember && then.IsLate;
        parkedWrite.Enable = then.IsOfRecord;
        parkedWrite.Address = facts.Process;
        parkedWrite.Item = then.HasQueue && facts.Policy.UsesKernelEndpoints && !then.IsMember;
    }

    private static bool Pops(in StepFacts facts, in StepIntents intents) =>
        intents.UsesTop || (intents.TakesOut && !facts.Step.IsKernel && facts.IsTop);

    private static bool PopsKernel(in StepFacts facts, in StepIntents intents) =>
        intents.UsesKernelTop || (intents.TakesOut && facts.Step.IsKernel && facts.IsTop);

    // Whether an endpoint waits is marked by endpoint, since a Withdraw has to know it at once.
    private void WriteMark(in StepFacts facts, in StepIntents intents)
    {
        markWrite.Enable = intents.Pushes || intents.TakesOut || intents.UsesTop || intents.UsesKernelTop || intents.Unmarks
            || intents.Wants;
        markWrite.Address = Told(facts, intents);
        markWrite.Item = new EndpointMark
        {
            IsWaiting = intents.Pushes,
            IsKernel = facts.Step.IsKernel,
            IsWanted = intents.Wants,
            Process = facts.Process,
            Since = around.Time.Fine,
        };
    }

    // A core that was given a message may get the next of the same process out of round-robin order; the OS's store and preemption end
    // that.
    private void WriteCore(in StepFacts facts, in StepIntents intents)
    {
        bool writes = intents.Core != CoreChange.None;
        uint address = intents.UsesKernelTop ? facts.Totals.Kernel.Top & coreMask : facts.Step.Core & coreMask;
        byte locals = (byte)(facts.Step.IsLocal && intents.IsTurn ? facts.Core.Locals + 1 : 0);
        bool getsLocals = intents.Core == CoreChange.Gets && locals < around.Settings.LocalMessages;
        coreWrite.Enable = writes;
        coreWrite.Address = address;
        coreWrite.Item = Entry(facts, intents, locals);
        lastWrite.Enable = writes;
        lastWrite.Address = address;
        lastWrite.Item = new LastProcess(getsLocals, facts.Process);
    }

    private CoreEntry Entry(in StepFacts facts, in StepIntents intents, byte locals)
    {
        ushort now = around.Time.Fine;
        CoreState stated = facts.Step.State;
        return intents.Core switch
        {
            CoreChange.Gets => new CoreEntry { HasProcess = true, Process = facts.Process, Locals = locals, Since = now },
            CoreChange.Stated => new CoreEntry
            {
                HasProcess = intents.HasProcess,
                Process = facts.Process,
                HasEndpoint = stated.HasEndpoint,
                Endpoint = stated.Endpoint,
                MayPreempt = stated.MayPreempt,
                IsWaiting = intents.WaitsInKernel,
                Since = intents.KeepsProcess ? facts.Core.Since : now,
            },
            CoreChange.Taken => facts.Core with
            {
                HasProcess = false,
                IsComing = true,
                IsAsked = intents.IsAsked,
                IsOverdue = false,
                Locals = 0,
                Since = now,
            },
            CoreChange.Overdue => facts.Core with { IsOverdue = true, Since = now },
            _ => new CoreEntry { IsWaiting = intents.WaitsInKernel },
        };
    }

    // The reads of the links, and the updates that use them. The third is needed if there are three; only a queue or list of
    // that length has that link.
    private void FollowLinks(in StepFacts facts, in StepIntents intents, in StepResult then)
    {
        ProcessRecord record = facts.Record;
        ScheduleTotals all = facts.Totals;
        bool isKernel = facts.Step.IsKernel;
        bool unlinks = intents.TakesOut && !facts.IsTop;
        bool pops = Pops(facts, intents);
        bool popsKernel = PopsKernel(facts, intents);
        bool isMany = all.Backlog.Count > 2;
        bool isFirst = all.Backlog.Head == facts.Process;
        bool isSecond = all.Backlog.Next == facts.Process;
        bool isLast = all.Backlog.Tail == facts.Process;
        decision.Work = new LinkWork
        {
            LoadsNext = intents.Dequeues && record.Queued > 2,
            LoadsSecond = record.Waiting.HasSecond && (pops || (unlinks && !isKernel && record.Waiting.Second == facts.Endpoint)),
            LoadsKernelSecond = all.Kernel.HasSecond && (popsKernel || (unlinks && isKernel && all.Kernel.Second == facts.Endpoint)),
            Pushes = intents.Pushes,
            Unlinks = unlinks,
            Endpoint = facts.Endpoint,
            HasBelow = facts.List.HasTop,
            Below = facts.List.Top,
            LinksBacklog = (then.Joins && all.Backlog.Count != 0) || (then.Rotates && all.Backlog.Count > 1),
            Tail = all.Backlog.Tail,
            UnlinksBacklog = isMany && then.Removes && !isFirst && !isLast,
            LoadsBacklogNext = isMany && (then.Rotates || (then.Removes && (isFirst || isSecond))),
            LoadsBacklogTail = isMany && then.Removes && !isFirst && isLast,
            WantsMore = then.WantsCore && !record.WantsCore,
            WantsLess = !then.WantsCore && record.WantsCore,
            TimesMore = then.IsTimed && !record.IsTimed,
            TimesLess = !then.IsTimed && record.IsTimed,
        };

        // The last slot of a queue that is empty is somebody else's by now.
        slotWrite.Enable = intents.Enqueues && facts.HasQueue;
        slotWrite.Address = record.Tail;
        slotWrite.Item = new SlotLink(facts.Slot, around.Time.Now);
        bool moves = around.Pace.Moves;
        leaveRead.Enable = moves;
        leaveRead.Address = facts.Core.Process & processMask;
        slotRead.Enable = moves;
        slotRead.Address = record.Next;
        belowRead.Enable = moves;
        belowRead.Address = unlinks ? facts.Endpoint : popsKernel ? all.Kernel.Second : record.Waiting.Second;
        aboveRead.Enable = moves;
        aboveRead.Address = facts.Endpoint;
        behindRead.Enable = moves;
        behindRead.Address = then.Removes && !isFirst ? facts.Process : all.Backlog.Next;
        beforeRead.Enable = moves;
        beforeRead.Address = facts.Process;
    }
}
