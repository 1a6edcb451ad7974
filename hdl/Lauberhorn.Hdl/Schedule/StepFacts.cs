// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>A step's facts, before its decision.</summary>
internal readonly record struct StepFacts
{
    /// <summary>The step that is decided.</summary>
    public ScheduleStep Step { get; init; }

    /// <summary>Number of its process.</summary>
    public ushort Process { get; init; }

    /// <summary>Number of its slot, if it is an arrival.</summary>
    public ushort Slot { get; init; }

    /// <summary>Number of its endpoint, if it is about one.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>The process's record as the step before left it.</summary>
    public ProcessRecord Record { get; init; }

    /// <summary>The global state, as the step before left it.</summary>
    public ScheduleTotals Totals { get; init; }

    /// <summary>The process's policy.</summary>
    public ProcessPolicy Policy { get; init; }

    /// <summary>The state of the step's core.</summary>
    public CoreEntry Core { get; init; }

    /// <summary>The state of the step's endpoint.</summary>
    public EndpointMark Mark { get; init; }

    /// <summary>The cores that the process has, but for one that is leaving it, modulo 256.</summary>
    public byte Running { get; init; }

    /// <summary>How many more cores it may have, but for one that is leaving it: from 128 on it has too many.</summary>
    public byte Room { get; init; }

    /// <summary>How many cores it can spare, but for one that is leaving it: from 128 on it has too few.</summary>
    public byte Spare { get; init; }

    /// <summary>Whether a core is leaving it: the step before took one away, which is not counted yet.</summary>
    public bool HasLeft { get; init; }

    /// <summary>Whether the step's core has the step's process.</summary>
    public bool IsOfProcess { get; init; }

    /// <summary>Whether the step's endpoint is the one that its core's thread uses, and waits as one of its process.</summary>
    public bool IsIdle { get; init; }

    /// <summary>Whether the thread on the step's core uses the step's endpoint.</summary>
    public bool UsesEndpoint { get; init; }

    /// <summary>Whether the process has messages that are queued.</summary>
    public bool HasQueue => Record.Queued != 0;

    /// <summary>The list of waiting endpoints that the step is about.</summary>
    public WaitingList List => Step.IsKernel ? Totals.Kernel : Record.Waiting;

    /// <summary>Whether the step's endpoint is on top of its list.</summary>
    public bool IsTop => List.HasTop && List.Top == Endpoint;

    /// <summary>Whether the step's endpoint waits as a kernel endpoint.</summary>
    public bool IsInKernel => Mark.IsWaiting && Mark.IsKernel;

    /// <summary>Whether one more message would need nothing of the shared part of the queue.</summary>
    public bool IsGuaranteed => (ushort)(Record.Queued - Record.Shared) < Policy.GuaranteedQueue;

    /// <summary>
    /// Whether the process may have another core. One that has waited for too long may, whatever its limit: a core that it is said to
    /// have may never come.
    /// </summary>
    public bool MayHaveCore => HasRoom(false, false) || (Policy.UsesKernelEndpoints && Record.IsLate);

    /// <summary>Whether the step's core may be preempted from the step's process.</summary>
    public bool MayTakeCore => IsOfProcess && !Core.IsComing && IsPositive(Spare) && !(HasLeft && Spare == 1);

    /// <summary>Whether the step's core was preempted, or was stored to have a process, and now comes.</summary>
    public bool IsAwaited => Core.IsComing && !Core.IsOverdue;

    /// <summary>
    /// Whether a process may have another core, but for waiting for too long. Adding what comes and goes to its room would make the longest
    /// path longer by an adder and a comparison.
    /// </summary>
    /// <param name="enters">Whether a core comes to it in this step.</param>
    /// <param name="isTaken">Whether one is preempted from it in this step.</param>
    public bool HasRoom(bool enters, bool isTaken)
    {
        bool isMore = IsPositive(Room);
        bool isNone = Room == 0;
        bool isLessByOne = Room == byte.MaxValue;
        bool isEnough = isMore;
        if (enters)
        {
            isEnough = HasLeft ? isMore : isMore && Room != 1;
        }
        else if (HasLeft && isTaken)
        {
            isEnough = isMore || isNone || isLessByOne;
        }
        else if (HasLeft || isTaken)
        {
            isEnough = isMore || isNone;
        }

        return Policy.UsesKernelEndpoints && (Policy.MostCores == 0 || isEnough);
    }

    /// <summary>
    /// Whether as many messages are queued after the step that the process preempts a core of others. Three comparisons of what was queued
    /// before it are quicker than one behind the sum.
    /// </summary>
    /// <param name="enqueues">Whether one more is queued.</param>
    /// <param name="dequeues">Whether one leaves the queue.</param>
    public bool IsLong(bool enqueues, bool dequeues)
    {
        bool isOver = Record.Queued > Policy.PreemptsFrom;
        bool isFrom = Record.Queued == Policy.PreemptsFrom;
        bool isLessByOne = (ushort)(Record.Queued + 1) == Policy.PreemptsFrom;
        return Policy.PreemptsFrom != 0 && (isOver || (isFrom && !dequeues) || (isLessByOne && enqueues));
    }

    private static bool IsPositive(byte difference) => difference is not 0 and < 128;
}
