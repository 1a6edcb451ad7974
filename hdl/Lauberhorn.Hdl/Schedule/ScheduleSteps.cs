// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>The intents of each kind of step, from its facts.</summary>
internal static class ScheduleSteps
{
    /// <summary>A message: to its process's endpoint that began to wait last; else to a kernel endpoint; else into the queue.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="fits">Whether there is room for it in its process's queue.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    /// <summary>A user endpoint waits: it yields if its core is preempted, gets the queue's first message, or goes into the list.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    /// <summary>An endpoint is withdrawn from its list.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    /// <summary>The first message is dropped, if there is one and it is the one that is meant.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="isMeant">Whether it is.</param>
    /// <param name="intents">The step's intents, which are set.</param>
    public static void Forget(in StepFacts facts, bool isMeant, ref StepIntents intents)
    {
        intents.Dequeues = facts.HasQueue && isMeant;
        intents.Forgets = facts.HasQueue && isMeant;
    }

    /// <summary>The OS stores what runs on a core. One whose kernel endpoint waits has no process, whatever is stored.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    /// <summary>A process may be allowed another core now, or no longer.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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
    /// A core is to be preempted. The scanner's result may be stale: a stalled core is preempted if one is still wanted, a busy one if
    /// no other is known to come.
    /// </summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    /// <summary>A preempted core is overdue: it is marked so; and interrupted again, if one is still wanted.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="isTooLong">Whether the core was preempted from the process, and is overdue.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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

    // The stalled load is answered, and the core interrupted.
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

    /// <summary>A process's load is reported to a kernel endpoint, if one waits.</summary>
    /// <param name="facts">The step's facts.</param>
    /// <param name="intents">The step's intents, which are set.</param>
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
