// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The sweeper's request for a step; registers.</summary>
public interface ISweepRequest : IBus
{
    /// <summary>Whether it requests a step.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it has priority over arrivals; otherwise it uses a tick without another step.</summary>
    bool IsUrgent { get; set; }

    /// <summary>
    /// <see cref="StepKind.Look"/>, <see cref="StepKind.Expire"/>, <see cref="StepKind.Flush"/> or <see cref="StepKind.Revisit"/>.
    /// </summary>
    StepKind Kind { get; set; }

    /// <summary>Number of the process.</summary>
    ushort Process { get; set; }

    /// <summary>For <see cref="StepKind.Expire"/>: the time of arrival of what has expired.</summary>
    ushort Time { get; set; }
}

/// <summary>The scheduler's clock; a register.</summary>
public interface IScheduleTime : IBus
{
    /// <summary>Cycles since the reset in units of 2^16, modulo 2^16.</summary>
    ushort Now { get; set; }

    /// <summary>Cycles since the reset in units of 2^8, modulo 2^16.</summary>
    ushort Fine { get; set; }
}

/// <summary>The weights of all processes that have messages or cores; a register.</summary>
public interface ITotalWeight : IBus
{
    /// <summary>Their sum, as the last walk over the processes found it.</summary>
    ushort Weight { get; set; }
}

/// <summary>What the sweeper sees of the pipeline.</summary>
/// <param name="Intake">The step that begins.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Totals">The global state.</param>
/// <param name="Pace">The pipeline's enable.</param>
internal sealed record SweeperView(
    [InputBus] IScheduleIntake Intake,
    [InputBus] IScheduleDecision Decision,
    [InputBus] IScheduleTotals Totals,
    [InputBus] ISchedulePace Pace);

/// <summary>
/// Scans the processes and checks whether the first message of the queue is too old, whether it has been the first for too long, and
/// whether the process wants a core, sums the weights
/// of those that are active, and executes the commands to flush a process and to set its policy.
/// From a step of its own to the next there are 3 ticks at least, and an expired message takes two steps: one that checks, and one that
/// releases the first message if that still has the time that was seen. A check waits for a tick without another step, but for
/// <see cref="Scheduler.MostLookTicks"/> at most if calls have an age limit, or messages are queued of which somebody must be told when
/// they have waited for too long; what releases something is always urgent. It stalls with the pipeline and with a release that is not
/// accepted.
/// </summary>
[ClockedProcess]
internal sealed class ScheduleSweeper(
    [InputBus] ICommand command,
    [InputBus] INicSettings settings,
    [Ports] SweeperView view,
    [OutputBus] ISweepRequest request,
    [OutputBus] IScheduleTime time,
    int processes,
    int ageUnitBits) : SimpleProcess
{
    [OutputBus] private readonly ITotalWeight total = Scope.CreateBus<ITotalWeight>("totalWeight");
    [OutputBus] private readonly ICommandAnswer answer = Scope.CreateBus<ICommandAnswer>("answer");
    private readonly uint processes = (uint)processes;
    private readonly int ageUnitBits = ageUnitBits;
    private readonly int fineUnitBits = Math.Min(ageUnitBits, Scheduler.FineUnitBits);
    private uint cycles;
    private ushort cursor;
    private ushort waited;
    private bool isUnderWay;
    private bool hasSeen;
    private ushort seenTime;
    private bool isFlushing;
    private bool isFirstFlush;
    private ushort commanded;
    private ushort left;
    private bool isRevisiting;
    private ushort weights;
    private bool hasLooked;
    private bool isOwed;
    private bool isForOwed;

    internal ICommandAnswer Answer => answer;

    internal ITotalWeight Total => total;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        cycles++;
        time.Now = (ushort)(cycles >> ageUnitBits);
        time.Fine = (ushort)(cycles >> fineUnitBits);
        answer.Valid = false;
        answer.Status = CommandStatus.Done;

        if (view.Intake.TakesSweep)
        {
            request.Valid = false;
            isUnderWay = true;
        }
        else if (isUnderWay)
        {
            if (view.Decision.IsSweep && view.Pace.Moves)
            {
                isUnderWay = false;
                Conclude();
            }
        }
        else
        {
            Ask();
        }

        bool isFlush = command.Code == CommandCode.FlushProcess;
        if (command.Valid && (isFlush || command.Code == CommandCode.SetProcess))
        {
            if (command.Index < processes)
            {
                isFlushing = isFlush;
                isRevisiting = !isFlush;
                isFirstFlush = true;
                commanded = (ushort)command.Index;
            }
            else
            {
                answer.Valid = true;
                answer.Status = CommandStatus.IndexOutOfRange;
            }
        }
    }

    /// <summary>Learns what its step has found.</summary>
    private void Conclude()
    {
        if (request.Kind == StepKind.Flush)
        {
            // As many as there were when it began: later ones do not make it longer.
            ushort before = isFirstFlush ? view.Decision.Queued : left;
            left = (ushort)(before - 1);
            isFirstFlush = false;
            if (!view.Decision.Releases || before == 1)
            {
                isFlushing = false;
                answer.Valid = true;
            }
        }
        else if (request.Kind == StepKind.Revisit && isForOwed)
        {
            isOwed = false;
        }
        else if (request.Kind == StepKind.Revisit)
        {
            isRevisiting = view.Decision.IsMore;
            answer.Valid = !view.Decision.IsMore;
        }
        else
        {
            // What is behind an expired message may be too old as well, so the next check is of the same process.
            bool looked = request.Kind == StepKind.Look;
            hasSeen = looked && view.Decision.Queued != 0;
            seenTime = view.Decision.HeadTime;
            if (looked)
            {
                isOwed = view.Decision.IsOwed;
                weights = (ushort)(weights + (view.Decision.IsActive && !hasLooked ? view.Decision.Weight : 0));
                hasLooked = true;
            }

            if (looked && view.Decision.Queued == 0)
            {
                Advance();
            }
        }
    }

    /// <summary>Decides what to do next, and requests a step. A request that was not accepted yet may change.</summary>
    private void Ask()
    {
        bool isOld = settings.CallAgeLimit != 0 && (ushort)(time.Now - seenTime) > settings.CallAgeLimit;
        request.Valid = false;
        request.IsUrgent = true;
        request.Time = seenTime;
        isForOwed = !isFlushing && !isRevisiting && isOwed;
        if (isFlushing)
        {
            request.Valid = true;
            request.Kind = StepKind.Flush;
            request.Process = commanded;
        }
        else if (isRevisiting)
        {
            request.Valid = true;
            request.Kind = StepKind.Revisit;
            request.Process = commanded;
        }
        else if (isOwed)
        {
            request.Valid = true;
            request.Kind = StepKind.Revisit;
            request.Process = cursor;
        }
        else if (hasSeen && isOld)
        {
            request.Valid = true;
            request.Kind = StepKind.Expire;
            request.Process = cursor;
        }
        else if (hasSeen)
        {
            hasSeen = false;
            Advance();
        }
        else
        {
            request.Valid = true;
            request.Kind = StepKind.Look;
            request.Process = cursor;

            // At line rate each tick that a check uses loses frames: only a check that a limit needs uses one.
            bool isPromised = settings.CallAgeLimit != 0 || view.Totals.Totals.Timed != 0;
            request.IsUrgent = waited == Scheduler.MostLookTicks - 1 && isPromised;
            if (waited != Scheduler.MostLookTicks - 1)
            {
                waited++;
            }
        }
    }

    private void Advance()
    {
        bool isLast = cursor == processes - 1;
        cursor = (ushort)(isLast ? 0 : cursor + 1);
        waited = 0;
        hasLooked = false;
        if (isLast)
        {
            total.Weight = weights;
            weights = 0;
        }
    }
}
