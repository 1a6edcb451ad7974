// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>A process that is to be scheduled again.</summary>
/// <param name="Process">The process.</param>
public readonly record struct Revisit(ushort Process);

/// <summary>A core that left its process in the step before; registers.</summary>
public interface ICoreLeave : IBus
{
    /// <summary>Whether a core did. The process's count of leaves does not include it yet.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the process that it left.</summary>
    ushort Process { get; set; }
}

/// <summary>
/// The register behind the decision that a core leaves its process. Latency 1 tick; one per tick; holds while the pipeline stalls.
/// </summary>
[ClockedProcess]
public sealed class CoreLeaveRegister(
    [InputBus] IScheduleDecision decision,
    [InputBus] ISchedulePace pace,
    [OutputBus] ICoreLeave leave) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            leave.Valid = decision.Leaves;
            leave.Process = decision.LeftProcess;
        }
    }
}

/// <summary>
/// Counts the leave of a core with the process that it left, and has that process scheduled again if messages of it are queued only because
/// it had its maximum number of cores. Combinational; one per tick. While the pipeline stalls it writes the same again.
/// </summary>
public sealed class CoreLeaves(
    [InputBus] ICoreLeave leave,
    [InputBus] IRamData<byte> left,
    [InputBus] IRamData<bool> parked,
    [InputBus] ISchedulePace pace,
    [OutputBus] IRamWrite<byte> leftWrite,
    [OutputBus] IStream<Revisit> revisits) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        leftWrite.Enable = leave.Valid;
        leftWrite.Address = leave.Process;
        leftWrite.Item = (byte)(left.Item + 1);
        revisits.Valid = leave.Valid && parked.Item && pace.Moves;
        revisits.Item = new Revisit(leave.Process);
    }
}

/// <summary>Removes the report of a process's load that the kernel has got. Combinational.</summary>
public sealed class LoadChangeDone(
    [InputBus] IScheduleDecision decision,
    [InputBus] ISchedulePace pace,
    Stream<LoadChange> changes) : SimpleProcess
{
    [OutputBus] private readonly IReady ready = changes.Backward;

    /// <inheritdoc/>
    protected override void OnTick() => ready.Ready = pace.Moves && decision.Tells;
}

/// <summary>Removes a process from the list of those to be scheduled again, when it was. Combinational.</summary>
public sealed class RevisitDone(
    [InputBus] IScheduleStep step,
    [InputBus] IScheduleDecision decision,
    [InputBus] ISchedulePace pace,
    [InputBus] Stream<Revisit> revisits) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() =>
        revisits.Ready = revisits.Valid && pace.Moves && step.Step.Kind == StepKind.Revisit && !decision.IsSweep && !decision.IsMore;
}
