// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>What each kind of step is to do, by what it finds.</summary>
internal static class ScheduleSteps
{
    /// <summary>A message: to its process's endpoint that began to wait last; else to a kernel endpoint; else into the queue.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="fits">Whether there is room for it in its process's queue.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Arrive(in StepFacts facts, bool fits, ref StepIntents intents)
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

    /// <summary>A user endpoint waits: it yields if its core is wanted, gets the queue's first message, or goes into the list.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void WaitAsUser(in StepFacts facts, ref StepIntents intents)
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

    /// <summary>A kernel endpoint waits: its core has no process but that of the message that it gets.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void WaitAsKernel(in StepFacts facts, ref StepIntents intents)
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

    /// <summary>An endpoint is to wait no longer.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Withdraw(in StepFacts facts, ref StepIntents intents)
    {
        if (facts.Mark.IsWaiting)
        {
            intents.TakesOut = true;
            intents.Dispatches = true;
            intents.Dispatch = DispatchKind.Withdrawn;
            intents.Core = facts.Step.IsKernel ? CoreChange.InKernel : CoreChange.None;
        }
    }

    /// <summary>The first message is forgotten, if there is one and it is the one that is meant.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="isMeant">Whether it is.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Forget(in StepFacts facts, bool isMeant, ref StepIntents intents)
    {
        intents.Dequeues = facts.HasQueue && isMeant;
        intents.Forgets = facts.HasQueue && isMeant;
    }

    /// <summary>The OS says what runs on a core. One whose kernel endpoint waits has no process, whatever it says.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void State(in StepFacts facts, ref StepIntents intents)
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

    /// <summary>A process may have come to be allowed another core, or not any longer.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Revisit(in StepFacts facts, ref StepIntents intents)
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

    /// <summary>
    /// A core is to be taken. What was found may not hold any longer: one that waits is taken if one is wanted still, one that is busy if
    /// nobody knows of one that comes.
    /// </summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Take(in StepFacts facts, ref StepIntents intents)
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

    /// <summary>A core has not come in time: it is reckoned with no more; and asked again, if one is wanted still.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="isTooLong">Whether the core was taken from the process, and should have come by now.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Miss(in StepFacts facts, bool isTooLong, ref StepIntents intents)
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

    /// <summary>A kernel endpoint is told of a process's load, if one waits.</summary>
    /// <param name="facts">What it finds.</param>
    /// <param name="intents">What it is to do.</param>
    public static void Reschedule(in StepFacts facts, ref StepIntents intents)
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
