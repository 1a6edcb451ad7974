// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The decision about this tick's step; it takes effect if the pipeline advances.</summary>
public interface IScheduleDecision : IBus
{
    /// <summary>Whether there is a step.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the step's process.</summary>
    ushort Process { get; set; }

    /// <summary>The process's record after the step, but for what the links read say.</summary>
    ProcessRecord Record { get; set; }

    /// <summary>The global state after the step, but for what the links read say.</summary>
    ScheduleTotals Totals { get; set; }

    /// <summary>The updates of the links.</summary>
    LinkWork Work { get; set; }

    /// <summary>Whether there is a dispatch to an endpoint.</summary>
    bool Dispatches { get; set; }

    /// <summary>The dispatch.</summary>
    Dispatch Dispatch { get; set; }

    /// <summary>Whether the dispatch goes to a kernel endpoint as a message of any process.</summary>
    bool IsKernelDispatch { get; set; }

    /// <summary>Whether a stalled load is answered because its core is preempted.</summary>
    bool Yields { get; set; }

    /// <summary>Whether a core is interrupted.</summary>
    bool Interrupts { get; set; }

    /// <summary>Number of the core that is interrupted.</summary>
    ushort Core { get; set; }

    /// <summary>Whether <see cref="Released"/> is released.</summary>
    bool Releases { get; set; }

    /// <summary>Number of the slot that is released.</summary>
    ushort Released { get; set; }

    /// <summary>Whether it is released because of its age.</summary>
    bool IsExpired { get; set; }

    /// <summary>Whether it is released because there is no room for it in its queue.</summary>
    bool IsRefused { get; set; }

    /// <summary>Whether it is released because it is for an earlier process with the same number (generation mismatch).</summary>
    bool IsOfEarlier { get; set; }

    /// <summary>Whether the step is the sweeper's.</summary>
    bool IsSweep { get; set; }

    /// <summary>Of <see cref="StepKind.Revisit"/>: whether it is to be repeated.</summary>
    bool IsMore { get; set; }

    /// <summary>Whether a preempted core is marked as overdue.</summary>
    bool Misses { get; set; }

    /// <summary>
    /// Whether a message goes to a kernel endpoint before its process's round-robin turn, or beyond its number of cores, because the
    /// process has waited for too long.
    /// </summary>
    bool ServesLate { get; set; }

    /// <summary>
    /// Whether, after the step, the process has waited for too long, uses kernel endpoints, and is not in the backlog: it is to be
    /// scheduled again.
    /// </summary>
    bool IsOwed { get; set; }

    /// <summary>Whether a process's load is reported to the kernel.</summary>
    bool Tells { get; set; }

    /// <summary>Messages in the process's queue before the step.</summary>
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

    /// <summary>Number of that process.</summary>
    ushort LeftProcess { get; set; }
}
