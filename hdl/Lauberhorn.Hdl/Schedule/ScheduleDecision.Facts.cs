// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Schedule;

/// <content>A step's facts, and its process's state after it.</content>
internal sealed partial class ScheduleDecision
{
    // The process's state after the step, whatever the step's kind.
    private static StepResult Settle(in StepFacts facts, in StepIntents intents)
    {
        ProcessRecord record = facts.Record;
        bool usesKernel = facts.Policy.UsesKernelEndpoints;
        bool isTaken = intents.Core == CoreChange.Taken;
        bool isEmptied = intents.Dequeues && record.Queued == 1;
        bool hasQueue = intents.Enqueues || (facts.HasQueue && !isEmptied);
        bool isLate = facts.HasQueue && !intents.Dequeues && (record.IsLate || intents.IsOld);
        bool hasRoom = facts.HasRoom(intents.Enters, isTaken) || (usesKernel && isLate);
        bool hasNoCore = !intents.Enters && facts.Running == (facts.HasLeft ? 1 : 0) + (isTaken ? 1 : 0);

        // The backlog.
        bool joins = hasRoom && intents.MayJoin;
        bool isLookedAt = intents.LooksAgain || (record.IsLate && intents.Dequeues);
        bool stays = record.IsInBacklog && hasQueue && (hasRoom || !isLookedAt);
        bool isMember = joins || stays;
        bool isOfRecord = IsOfRecord(facts.Step, intents.IsTurn);
        byte turnsLeft = (byte)((facts.Totals.Backlog.IsFresh ? facts.Policy.Weight : facts.Totals.Backlog.Left) - 1);
        bool isTurnOver = turnsLeft == 0 || turnsLeft == byte.MaxValue;
        bool isInTurn = intents.IsTurn && !facts.Step.IsLocal && !facts.Step.IsLate;

        // Who wants a core.
        bool hasLoad = facts.Policy.HighLoad != 0;
        bool isStuck = hasQueue && !usesKernel && (hasNoCore || isLate);
        bool isShort = isMember && (hasNoCore || facts.IsLong(intents.Enqueues, intents.Dequeues) || isLate);
        return new StepResult
        {
            IsOfRecord = isOfRecord,
            HasQueue = hasQueue,
            IsLate = isLate,
            IsStuck = isStuck,
            WantsCore = isOfRecord ? isShort || (isStuck && hasLoad) : record.WantsCore,
            IsTimed = isOfRecord ? hasQueue && (usesKernel || hasLoad) : record.IsTimed,
            IsMember = isMember,
            Joins = joins,
            Removes = isOfRecord && record.IsInBacklog && !stays,
            Rotates = isInTurn && stays && isTurnOver,
            IsInTurn = isInTurn,
            TurnsLeft = turnsLeft,
        };
    }

    // A kernel endpoint's step is only about the process at the head of the round-robin list.
    private static bool IsOfRecord(ScheduleStep step, bool isTurn) =>
        step.Kind is not (StepKind.None or StepKind.Reschedule)
        && !(step.IsKernel && !isTurn)
        && !(step.Kind == StepKind.Core && !step.State.HasProcess);

    private StepFacts Find()
    {
        ScheduleStep now = step.Step;
        ushort process = (ushort)(now.Process & processMask);
        ushort endpoint = (ushort)(now.Item & endpointMask);
        ProcessRecord record = Masked(step.FollowsSame ? written.Item : stored.Item);
        ProcessPolicy rule = policy.Item;
        CoreEntry place = core.Item;
        EndpointMark marked = mark.Item;
        bool usesEndpoint = place.HasEndpoint && (place.Endpoint & endpointMask) == endpoint;
        bool isWaiting = marked.IsWaiting && !marked.IsKernel && (marked.Process & processMask) == process;
        return new StepFacts
        {
            Step = now,
            Process = process,
            Slot = (ushort)(now.Item & slotMask),
            Endpoint = endpoint,
            Record = record,
            Totals = Masked(around.Totals.Totals),
            Policy = rule,
            Core = place,
            Mark = marked,
            Running = (byte)(record.Entered - left.Item),
            Room = (byte)(rule.MostCores - record.Entered + left.Item),
            Spare = (byte)(record.Entered - left.Item - rule.LeastCores),
            HasLeft = around.Leave.Valid && (around.Leave.Process & processMask) == process,
            IsOfProcess = place.HasProcess && (place.Process & processMask) == process,
            IsIdle = isWaiting && usesEndpoint,
            UsesEndpoint = usesEndpoint,
        };
    }

    // The bits that numbers of slots and endpoints do not have are zero: saying so keeps logic from being made for them.
    private ProcessRecord Masked(ProcessRecord record) => record with
    {
        Queued = (ushort)(record.Queued & ((2 * slotMask) + 1)),
        Shared = (ushort)(record.Shared & ((2 * slotMask) + 1)),
        Head = (ushort)(record.Head & slotMask),
        Next = (ushort)(record.Next & slotMask),
        Tail = (ushort)(record.Tail & slotMask),
        Waiting = Masked(record.Waiting),
    };

    private WaitingList Masked(WaitingList list) =>
        list with { Top = (ushort)(list.Top & endpointMask), Second = (ushort)(list.Second & endpointMask) };

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
