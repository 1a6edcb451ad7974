// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// The register between intake and decision, and the count of notices that overtook something.
/// Latency 1 tick; one step per tick; holds its step while the pipeline stalls.
/// </summary>
[ClockedProcess]
public sealed class ScheduleIntakeRegister(
    [InputBus] IScheduleIntake intake,
    [InputBus] ISchedulePace pace,
    [OutputBus] IScheduleStep step,
    [OutputBus] IScheduleTurn turn) : SimpleProcess
{
    private byte overtaken;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (pace.Moves)
        {
            step.Step = intake.Step;
            step.FollowsSame = step.Step.Kind != StepKind.None && step.Step.Process == intake.Step.Process;
            bool isFull = overtaken == Scheduler.MostOvertakes - 1;
            turn.IsOthers = intake.Overtakes && (isFull || turn.IsOthers);
            turn.IsKernels = intake.IsKernelHeld;
            if (intake.Step.Kind == StepKind.Waiting && intake.Step.IsKernel && !intake.Step.IsChange)
            {
                turn.WasLate = intake.Step.IsLate;
            }

            overtaken = (byte)(intake.Overtakes && !isFull ? (overtaken + 1) & 15 : 0);
        }
    }
}
