// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>What the intake chose.</summary>
public interface IScheduleIntake : IBus
{
    /// <summary>The step that begins in this tick; <see cref="StepKind.None"/> too while the pipeline stands.</summary>
    ScheduleStep Step { get; set; }

    /// <summary>Whether it is the sweeper's.</summary>
    bool TakesSweep { get; set; }

    /// <summary>Whether it takes a core from its process, as the scanner proposed.</summary>
    bool TakesVictim { get; set; }

    /// <summary>Whether it is about a core that has not come in time.</summary>
    bool TakesOverdue { get; set; }

    /// <summary>Whether a notice went before something else that was on offer.</summary>
    bool Overtakes { get; set; }

    /// <summary>Whether a kernel endpoint waits for whose turn it is to be known.</summary>
    bool IsKernelHeld { get; set; }
}

/// <summary>Whose turn it is; a register.</summary>
public interface IScheduleTurn : IBus
{
    /// <summary>Whether what has waited long enough goes before a <see cref="NoticeKind.Waiting"/>.</summary>
    bool IsOthers { get; set; }

    /// <summary>Whether a kernel endpoint was held in the tick before: nothing begins that would hold it again.</summary>
    bool IsKernels { get; set; }

    /// <summary>
    /// Whether the last message that a kernel endpoint took was of a process that had waited for too long: the next one is not.
    /// </summary>
    bool WasLate { get; set; }
}

/// <summary>What asks for a step.</summary>
/// <param name="Arrivals">Messages.</param>
/// <param name="Notices">What endpoints say.</param>
/// <param name="Cores">What the OS says of cores.</param>
/// <param name="Revisits">Processes that are to be looked at again.</param>
/// <param name="Changes">Loads that the kernel is to hear of.</param>
/// <param name="Sweep">The sweeper.</param>
internal sealed record ScheduleRequests(
    [InputBus] Stream<Arrival> Arrivals,
    [InputBus] Stream<EndpointNotice> Notices,
    [InputBus] Stream<CoreNotice> Cores,
    [InputBus] IStream<Revisit> Revisits,
    [InputBus] IStream<LoadChange> Changes,
    [InputBus] ISweepRequest Sweep);

/// <summary>What scanners have found.</summary>
/// <param name="Victim">The core that would be taken next.</param>
/// <param name="Overdue">A core that was taken and has not come in time.</param>
/// <param name="Late">A process that has waited for too long.</param>
/// <param name="Local">The process that a kernel endpoint's core ran last.</param>
internal sealed record ScheduleFindings(
    [InputBus] IVictim Victim,
    [InputBus] IOverdueCore Overdue,
    [InputBus] ILateProcess Late,
    [InputBus] ILocalChoice Local);

/// <summary>What a step may fill: nothing begins for whose effects there might be no room.</summary>
/// <param name="Releases">Slots that are released.</param>
/// <param name="Interrupts">Cores that are interrupted.</param>
/// <param name="Revisits">Processes that are to be looked at again.</param>
internal sealed record ScheduleOutlets(
    [InputBus] IStream<SlotRelease> Releases,
    [InputBus] IStream<CoreInterrupt> Interrupts,
    [InputBus] IFifoState Revisits);

/// <summary>The steps that are on their way, and what they have left.</summary>
/// <param name="Ahead">The step that is decided in this tick.</param>
/// <param name="Update">The step before that.</param>
/// <param name="Totals">What concerns all processes.</param>
/// <param name="Pace">Whether the pipeline moves.</param>
/// <param name="Turn">Whose turn it is.</param>
internal sealed record SchedulePipeline(
    [InputBus] IScheduleStep Ahead,
    [InputBus] IScheduleUpdate Update,
    [InputBus] IScheduleTotals Totals,
    [InputBus] ISchedulePace Pace,
    [InputBus] IScheduleTurn Turn);
