// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The step that the intake has chosen.</summary>
public interface IScheduleIntake : IBus
{
    /// <summary>The step that begins in this tick; <see cref="StepKind.None"/> too while the pipeline stalls.</summary>
    ScheduleStep Step { get; set; }

    /// <summary>Whether the step is the sweeper's.</summary>
    bool TakesSweep { get; set; }

    /// <summary>Whether it preempts the core that the scanner proposed.</summary>
    bool TakesVictim { get; set; }

    /// <summary>Whether it is about an overdue core.</summary>
    bool TakesOverdue { get; set; }

    /// <summary>Whether a notice went before another valid request.</summary>
    bool Overtakes { get; set; }

    /// <summary>Whether a kernel endpoint's Waiting is stalled until the head of the round-robin list is known.</summary>
    bool IsKernelHeld { get; set; }
}

/// <summary>The arbitration's state; registers.</summary>
public interface IScheduleTurn : IBus
{
    /// <summary>Whether requests that have waited long enough have priority over a <see cref="NoticeKind.Waiting"/>.</summary>
    bool IsOthers { get; set; }

    /// <summary>Whether a kernel endpoint's Waiting was stalled in the tick before: nothing begins that would stall it again.</summary>
    bool IsKernels { get; set; }

    /// <summary>
    /// Whether the last message that a kernel endpoint got was of a process that had waited for too long: the next one is not.
    /// </summary>
    bool WasLate { get; set; }
}

/// <summary>The sources of steps.</summary>
/// <param name="Arrivals">Messages.</param>
/// <param name="Notices">The endpoints' notices.</param>
/// <param name="Cores">The OS's stores of cores' states.</param>
/// <param name="Revisits">Processes that are to be scheduled again.</param>
/// <param name="Changes">Processes whose load is reported to the kernel.</param>
/// <param name="Sweep">The sweeper.</param>
internal sealed record ScheduleRequests(
    [InputBus] Stream<Arrival> Arrivals,
    [InputBus] Stream<EndpointNotice> Notices,
    [InputBus] Stream<CoreNotice> Cores,
    [InputBus] IStream<Revisit> Revisits,
    [InputBus] IStream<LoadChange> Changes,
    [InputBus] ISweepRequest Sweep);

/// <summary>The scanners' results.</summary>
/// <param name="Victim">The core that would be preempted next.</param>
/// <param name="Overdue">A preempted core that is overdue.</param>
/// <param name="Late">A process that has waited for too long.</param>
/// <param name="Local">The process that a kernel endpoint's core ran last.</param>
internal sealed record ScheduleFindings(
    [InputBus] IVictim Victim,
    [InputBus] IOverdueCore Overdue,
    [InputBus] ILateProcess Late,
    [InputBus] ILocalChoice Local);

/// <summary>The FIFOs that a step may fill: no step begins for whose outputs there might be no room.</summary>
/// <param name="Releases">Slots that are released.</param>
/// <param name="Interrupts">Cores that are interrupted.</param>
/// <param name="Revisits">Processes that are to be scheduled again.</param>
internal sealed record ScheduleOutlets(
    [InputBus] IStream<SlotRelease> Releases,
    [InputBus] IStream<CoreInterrupt> Interrupts,
    [InputBus] IFifoState Revisits);

/// <summary>The steps in the pipeline, and their results.</summary>
/// <param name="Ahead">The step that is decided in this tick.</param>
/// <param name="Update">The step before that.</param>
/// <param name="Totals">The global state.</param>
/// <param name="Pace">The pipeline's enable.</param>
/// <param name="Turn">The arbitration's state.</param>
internal sealed record SchedulePipeline(
    [InputBus] IScheduleStep Ahead,
    [InputBus] IScheduleUpdate Update,
    [InputBus] IScheduleTotals Totals,
    [InputBus] ISchedulePace Pace,
    [InputBus] IScheduleTurn Turn);
