// SPDX-License-Identifier: Apache-2.0
using SME;

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
