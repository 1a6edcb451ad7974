// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>A step that the sweeper would like; registers.</summary>
public interface ISweepRequest : IBus
{
    /// <summary>Whether it wants one.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it goes before arrivals; otherwise it takes a tick in which there is nothing else to do.</summary>
    bool IsUrgent { get; set; }

    /// <summary>
    /// <see cref="StepKind.Look"/>, <see cref="StepKind.Expire"/>, <see cref="StepKind.Flush"/> or <see cref="StepKind.Revisit"/>.
    /// </summary>
    StepKind Kind { get; set; }

    /// <summary>Of which process.</summary>
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
/// <param name="Intake">What begins.</param>
/// <param name="Decision">What is decided.</param>
/// <param name="Totals">What concerns all processes.</param>
/// <param name="Pace">Whether the pipeline moves.</param>
internal sealed record SweeperView(
    [InputBus] IScheduleIntake Intake,
    [InputBus] IScheduleDecision Decision,
    [InputBus] IScheduleTotals Totals,
    [InputBus] ISchedulePace Pace);

/// <summary>
/// Walks over the processes and looks whether the first message of the queue is too old, whether it has been the first for too long, and
/// whether the process wants a core, adds up the weights
/// of those that are active, and carries out the commands to flush a process and to set its policy.
/// From a step of its own to the next there are 3 ticks at least, and an expired message takes two steps: one that looks, and one that
/// releases the first message if that still has the time that was seen. A look waits for a tick in which there is nothing else to do, but
/// for <see cref="Scheduler.MostLookTicks"/> at most if calls have an age limit, or messages are queued of which somebody must be told when
/// they have waited for too long; what releases something is always urgent. It is held up by a pipeline that stands and by a release that
/// is not taken.
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
            // As many as there were when it began: those that come meanwhile do not make it longer.
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
            // What is behind an expired message may be too old as well, so that the next look is at the same process.
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

    /// <summary>Decides what to do next, and asks for a step. What was asked for and not taken yet may change.</summary>
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

            // At line rate each tick that a look takes loses frames: only what somebody is promised takes one.
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
