// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <content>What each kind of step is to do.</content>
internal sealed partial class ScheduleDecision
{
    // To the endpoint of its process that began to wait last; else to a kernel endpoint; else into the queue.
    private static void Arrive(in StepFacts facts, bool fits, ref StepIntents intents)
    {
        if (facts.Step.Generation != facts.Policy.Generation)
        {
            intents.Refuses = true;
            intents.IsOfEarlier = true;
        }
        else if (facts.Record.Waiting.HasTop)
        {
            intents.UsesTop = true;
            intents.Dispatches = true;
        }
        else if (!facts.HasQueue && facts.MayHaveCore && facts.Totals.Kernel.HasTop)
        {
            GiveKernelTop(ref intents);
        }
        else if (fits)
        {
            intents.Enqueues = true;
            intents.MayJoin = !facts.HasQueue;
        }
        else
        {
            intents.Refuses = true;
        }
    }

    // A message goes to the kernel endpoint that began to wait last.
    private static void GiveKernelTop(ref StepIntents intents)
    {
        intents.UsesKernelTop = true;
        intents.Dispatches = true;
        intents.Core = CoreChange.Gets;
        intents.Enters = true;
    }

    private static void WaitAsUser(in StepFacts facts, ref StepIntents intents)
    {
        if (facts.Mark.IsWanted)
        {
            intents.Unmarks = true;
            intents.Dispatches = true;
            intents.Dispatch = DispatchKind.Yield;
            intents.Yields = true;
        }
        else if (facts.HasQueue)
        {
            intents.Dequeues = true;
            intents.Dispatches = true;
        }
        else
        {
            intents.Pushes = true;
        }
    }

    // A core whose kernel endpoint waits has no process but that of the message that it gets.
    private static void WaitAsKernel(in StepFacts facts, ref StepIntents intents)
    {
        bool hasTurn = facts.Totals.Backlog.Count != 0;
        intents.Comes = facts.IsAwaited;
        intents.Core = CoreChange.InKernel;
        intents.Leaves = facts.Core.HasProcess;
        if (facts.Step.IsChange)
        {
            intents.Dispatches = true;
            intents.Dispatch = DispatchKind.Reschedule;
        }
        else if (hasTurn)
        {
            intents.IsTurn = true;
            intents.LooksAgain = true;
            intents.Dequeues = true;
            intents.Dispatches = true;
            intents.Core = CoreChange.Gets;
            intents.Enters = !facts.IsOfProcess;
            intents.Leaves = facts.Core.HasProcess && !facts.IsOfProcess;
            intents.ServesLate = facts.Step.IsLate;
        }
        else
        {
            intents.Pushes = true;
            intents.WaitsInKernel = true;
        }
    }

    private static void Withdraw(in StepFacts facts, ref StepIntents intents)
    {
        if (facts.Mark.IsWaiting)
        {
            intents.TakesOut = true;
            intents.Dispatches = true;
            intents.Dispatch = DispatchKind.Withdrawn;
            intents.Core = facts.Step.IsKernel ? CoreChange.InKernel : CoreChange.None;
        }
    }

    // The first message is forgotten, if there is one and it is the one that is meant.
    private static void Forget(in StepFacts facts, bool isMeant, ref StepIntents intents)
    {
        intents.Dequeues = facts.HasQueue && isMeant;
        intents.Forgets = facts.HasQueue && isMeant;
    }

    // The OS says what runs on a core. One whose kernel endpoint waits has no process, whatever it says.
    private static void State(in StepFacts facts, ref StepIntents intents)
    {
        bool hasProcess = facts.Step.State.HasProcess && !facts.IsInKernel;
        bool keeps = hasProcess && facts.IsOfProcess;
        intents.Core = CoreChange.Stated;
        intents.HasProcess = hasProcess;
        intents.KeepsProcess = keeps;
        intents.WaitsInKernel = facts.IsInKernel;
        intents.Comes = facts.IsAwaited;
        intents.Enters = hasProcess && !facts.IsOfProcess;
        intents.Leaves = facts.Core.HasProcess && !keeps;
        intents.LooksAgain = true;
    }

    // A process may have come to be allowed another core, or not any longer.
    private static void Revisit(in StepFacts facts, ref StepIntents intents)
    {
        bool isOutside = facts.HasQueue && !facts.Record.IsInBacklog;
        intents.LooksAgain = true;
        intents.MayJoin = isOutside && !facts.Totals.Kernel.HasTop;
        if (isOutside && facts.MayHaveCore && facts.Totals.Kernel.HasTop)
        {
            GiveKernelTop(ref intents);
            intents.Dequeues = true;
            intents.ServesLate = facts.Record.IsLate;
        }
    }

    // What was found may not hold any longer: a core that waits is taken if one is wanted still, one that is busy if nobody knows of one
    // that comes.
    private static void Take(in StepFacts facts, ref StepIntents intents)
    {
        ScheduleTotals all = facts.Totals;
        bool isYield = facts.IsIdle && all.Wanting > all.Coming;
        bool isInterrupt = !facts.IsIdle && facts.Step.Kind == StepKind.Interrupt && all.Wanting > (ushort)(all.Coming + all.Asked);
        if (facts.MayTakeCore && isYield)
        {
            Yield(ref intents);
            intents.Core = CoreChange.Taken;
            intents.Leaves = true;
        }
        else if (facts.MayTakeCore && isInterrupt)
        {
            intents.Core = CoreChange.Taken;
            intents.IsAsked = true;
            intents.Leaves = true;
            Ask(facts, ref intents);
        }
    }

    // It is reckoned with no more; and asked again, if one is wanted still.
    private static void Miss(in StepFacts facts, bool isTooLong, ref StepIntents intents)
    {
        if (!facts.Core.IsComing || !isTooLong)
        {
            return;
        }

        intents.Core = CoreChange.Overdue;
        intents.Misses = !facts.Core.IsOverdue;
        if (facts.Totals.Wanting != 0)
        {
            if (facts.IsIdle)
            {
                Yield(ref intents);
            }
            else
            {
                Ask(facts, ref intents);
            }
        }
    }

    // The load that waits is answered, and the core interrupted.
    private static void Yield(ref StepIntents intents)
    {
        intents.TakesOut = true;
        intents.Dispatches = true;
        intents.Dispatch = DispatchKind.Yield;
        intents.Yields = true;
        intents.Interrupts = true;
    }

    // A core that is busy is interrupted, if the OS allows it, and its endpoint yields when it waits next.
    private static void Ask(in StepFacts facts, ref StepIntents intents)
    {
        intents.Interrupts = facts.Core.MayPreempt;
        intents.Wants = facts.UsesEndpoint && !facts.Mark.IsWaiting;
    }

    private static void Reschedule(in StepFacts facts, ref StepIntents intents)
    {
        if (facts.Totals.Kernel.HasTop)
        {
            intents.UsesKernelTop = true;
            intents.Dispatches = true;
            intents.Dispatch = DispatchKind.Reschedule;
            intents.Core = CoreChange.InKernel;
        }
    }
}
