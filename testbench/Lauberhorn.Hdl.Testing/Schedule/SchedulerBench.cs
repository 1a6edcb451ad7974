// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Reference.Schedule;
using SME;

namespace Lauberhorn.Hdl.Testing.Schedule;

/// <summary>
/// The scheduler on a test bench, beside its reference: each step that its pipeline decides is done by the reference too, and
/// all that comes out is compared. What goes in, and when, the functions say that a test sets.
/// </summary>
public sealed class SchedulerBench : IDisposable
{
    /// <summary>Name of the top-level entity.</summary>
    public const string EntityName = "scheduler";

    private readonly Stream<Arrival> arrivals;
    private readonly Stream<EndpointNotice> notices;
    private readonly ICommand command;
    private readonly INicSettings settings;
    private readonly int ageUnitBits;
    private readonly Queue<(ScheduleStep Step, long Tick)> accepted = new();
    private readonly Queue<Dispatch> expectedDispatches = new();
    private readonly Queue<ushort> expectedReleases = new();
    private uint? flush;
    private bool dispatchWaits;

    /// <summary>Creates the scheduler in a simulation of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="ageUnitBits">See <see cref="Scheduler"/>.</param>
    public SchedulerBench(NicConfig config, int ageUnitBits = 16)
    {
        this.ageUnitBits = ageUnitBits;
        Simulation = new Simulation();
        arrivals = new Stream<Arrival>("arrivals");
        notices = new Stream<EndpointNotice>("notices");
        command = Scope.CreateBus<ICommand>("command");
        settings = Scope.CreateBus<INicSettings>("settings");
        Scheduler = new Scheduler(config, arrivals, notices, command, settings, ageUnitBits);
        Simulation.AddTopLevelInputs(
            arrivals.Forward, notices.Forward, command, settings, Scheduler.Dispatches.Backward, Scheduler.Releases.Backward);
        Simulation.AddTopLevelOutputs(
            arrivals.Backward, notices.Backward, Scheduler.Dispatches.Forward, Scheduler.Releases.Forward, Scheduler.CommandAnswer, Scheduler.Events);
    }

    /// <summary>The simulation.</summary>
    public Simulation Simulation { get; }

    /// <summary>The scheduler.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The reference.</summary>
    public ReferenceScheduler Reference { get; } = new();

    /// <summary>Asked in each tick at whose end an arrival can be offered anew: which, or null for none.</summary>
    public Func<Arrival?> NextArrival { get; set; } = static () => null;

    /// <summary>Asked in each tick at whose end a notice can be offered anew: which, or null for none.</summary>
    public Func<EndpointNotice?> NextNotice { get; set; } = static () => null;

    /// <summary>Asked in each tick: whether to take a dispatch in the next.</summary>
    public Func<bool> DispatchPace { get; set; } = static () => true;

    /// <summary>Asked in each tick: whether to take a release in the next.</summary>
    public Func<bool> ReleasePace { get; set; } = static () => true;

    /// <summary>Called with each dispatch that passes, before the next notice is asked for.</summary>
    public Action<Dispatch> OnDispatch { get; set; } = static _ => { };

    /// <summary>Called with each slot whose release passes, before the next arrival is asked for.</summary>
    public Action<ushort> OnRelease { get; set; } = static _ => { };

    /// <summary><see cref="INicSettings.CallAgeLimit"/>.</summary>
    public ushort CallAgeLimit { get; set; }

    /// <summary>Dispatches that have passed, and the ticks in which they were first on offer.</summary>
    public List<(Dispatch Dispatch, long Tick)> Dispatched { get; } = [];

    /// <summary>Arrivals and notices that have passed, and when.</summary>
    public List<(ScheduleStep Step, long Tick)> Accepted { get; } = [];

    /// <summary>Slots whose releases have passed.</summary>
    public List<ushort> Released { get; } = [];

    /// <summary>Answers to commands.</summary>
    public List<CommandStatus> Answers { get; } = [];

    /// <summary>Events of <see cref="NicEvent.CallExpired"/>.</summary>
    public int Expired { get; private set; }

    /// <summary>Events of <see cref="NicEvent.CallFlushed"/>.</summary>
    public int Flushed { get; private set; }

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary>Whether all that was decided has come out.</summary>
    public bool IsQuiet => accepted.Count == 0 && expectedDispatches.Count == 0 && expectedReleases.Count == 0
        && !arrivals.Forward.Valid && !notices.Forward.Valid;

    /// <summary>Gives the command to flush a process with the next tick.</summary>
    /// <param name="process">The process.</param>
    public void Flush(uint process) => flush = process;

    /// <summary>One tick: looks at what is on offer and decided, and brings what comes next.</summary>
    /// <exception cref="InvalidOperationException">The scheduler does not do what the reference does.</exception>
    public void Tick()
    {
        _ = Simulation.Network;
        TakeOutputs();
        if (Scheduler.Pace.Moves && Scheduler.Step.Step.Kind != StepKind.None)
        {
            Decide(Scheduler.Step.Step);
        }

        if (arrivals.Passes)
        {
            Accept(new ScheduleStep(StepKind.Arrival, arrivals.Forward.Item.Process, arrivals.Forward.Item.Slot));
        }

        if (notices.Passes)
        {
            StepKind kind = notices.Forward.Item.Kind == NoticeKind.Withdraw ? StepKind.Withdraw : StepKind.Waiting;
            Accept(new ScheduleStep(kind, notices.Forward.Item.Process, notices.Forward.Item.Endpoint));
        }

        Drive();
        Simulation.Tick();
    }

    /// <summary>Some ticks.</summary>
    /// <param name="count">How many.</param>
    public void Run(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tick();
        }
    }

    /// <summary>Ends the simulation.</summary>
    public void Dispose() => Simulation.Dispose();

    private void Accept(ScheduleStep step)
    {
        accepted.Enqueue((step, Ticks));
        Accepted.Add((step, Ticks));
    }

    private void Decide(ScheduleStep step)
    {
        long now = Ticks >> ageUnitBits;
        if (step.Kind is StepKind.Arrival or StepKind.Waiting or StepKind.Withdraw)
        {
            Check(accepted.TryDequeue(out (ScheduleStep Step, long Tick) first) && first.Step == step, $"{step} was decided, {first} is first");
        }

        Dispatch? dispatch = null;
        switch (step.Kind)
        {
            case StepKind.Arrival:
                dispatch = Reference.Arrive(step.Process, step.Item, now);
                break;
            case StepKind.Waiting:
                dispatch = Reference.Wait(step.Item, step.Process);
                break;
            case StepKind.Withdraw:
                dispatch = Reference.Withdraw(step.Item, step.Process);
                break;
            case StepKind.Expire when Reference.First(step.Process) is QueuedMessage message && (ushort)message.Time == step.Item:
                Check(now - message.Time > CallAgeLimit, $"{message} expires at time {now}, with a limit of {CallAgeLimit}");
                expectedReleases.Enqueue(Reference.Forget(step.Process)!.Value.Slot);
                break;
            case StepKind.Flush when Reference.Forget(step.Process) is QueuedMessage message:
                expectedReleases.Enqueue(message.Slot);
                break;
            default:
                break;
        }

        if (dispatch is Dispatch expected)
        {
            expectedDispatches.Enqueue(expected);
        }
    }

    private void TakeOutputs()
    {
        IStream<Dispatch> dispatches = Scheduler.Dispatches.Forward;
        if (dispatches.Valid)
        {
            if (!dispatchWaits)
            {
                Dispatch dispatch = dispatches.Item;
                dispatch = dispatch.Kind == DispatchKind.Withdrawn ? dispatch with { Slot = 0 } : dispatch;
                Check(expectedDispatches.TryDequeue(out Dispatch expected) && expected == dispatch, $"{dispatch} is on offer, not {expected}");
                Dispatched.Add((dispatch, Ticks));
            }

            dispatchWaits = !Scheduler.Dispatches.Backward.Ready;
            if (!dispatchWaits)
            {
                OnDispatch(dispatches.Item);
            }
        }

        if (Scheduler.Releases.Passes)
        {
            ushort slot = Scheduler.Releases.Forward.Item.Slot;
            Check(expectedReleases.TryDequeue(out ushort expected) && expected == slot, $"slot {slot} is released, not {expected}");
            Released.Add(slot);
            OnRelease(slot);
        }

        if (Scheduler.CommandAnswer.Valid)
        {
            Answers.Add(Scheduler.CommandAnswer.Status);
        }

        Expired += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallExpired) & 1);
        Flushed += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallFlushed) & 1);
    }

    private void Drive()
    {
        settings.CallAgeLimit = CallAgeLimit;
        command.Valid = flush is not null;
        command.Code = CommandCode.FlushProcess;
        command.Index = flush ?? 0;
        flush = null;
        if (!arrivals.Forward.Valid || arrivals.Backward.Ready)
        {
            Arrival? arrival = NextArrival();
            arrivals.Forward.Valid = arrival is not null;
            arrivals.Forward.Item = arrival ?? default;
        }

        if (!notices.Forward.Valid || notices.Backward.Ready)
        {
            EndpointNotice? notice = NextNotice();
            notices.Forward.Valid = notice is not null;
            notices.Forward.Item = notice ?? default;
        }

        Scheduler.Dispatches.Backward.Ready = DispatchPace();
        Scheduler.Releases.Backward.Ready = ReleasePace();
    }

    private void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"tick {Ticks}: {what}");
        }
    }
}
