// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Model.Schedule;
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
    private readonly Stream<CoreNotice> cores;
    private readonly Stream<LoadChange> changes;
    private readonly ICommand command;
    private readonly INicSettings settings;
    private readonly int ageUnitBits;
    private readonly Queue<(ScheduleStep Step, long Tick)> accepted = new();
    private readonly Queue<Dispatch> expectedDispatches = new();
    private readonly Queue<ushort> expectedReleases = new();
    private readonly Queue<ushort> expectedInterrupts = new();
    private (CommandCode Code, uint Index, ProcessPolicy Policy)? next;
    private readonly Queue<(ushort Process, ProcessPolicy Policy)> policies = new();
    private ushort? turn;
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
        cores = new Stream<CoreNotice>("cores");
        changes = new Stream<LoadChange>("changes");

        // They wait for whoever comes to the kernel.
        changes.Monitor.IsStock = true;
        command = Scope.CreateBus<ICommand>("command");
        settings = Scope.CreateBus<INicSettings>("settings");
        Scheduler = new Scheduler(config, arrivals, notices, cores, changes, new OsControl(command, settings), ageUnitBits);
        Simulation.AddTopLevelInputs(
            arrivals.Forward,
            notices.Forward,
            cores.Forward,
            changes.Forward,
            command,
            settings,
            Scheduler.Dispatches.Backward,
            Scheduler.Releases.Backward,
            Scheduler.Interrupts.Backward);
        Simulation.AddTopLevelOutputs(
            arrivals.Backward,
            notices.Backward,
            cores.Backward,
            changes.Backward,
            Scheduler.Dispatches.Forward,
            Scheduler.Releases.Forward,
            Scheduler.Interrupts.Forward,
            Scheduler.CommandAnswer,
            Scheduler.Events);
        SharedQueue = (ushort)Math.Min(config.PendingCalls, ushort.MaxValue);
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

    /// <summary>Asked in each tick at whose end what runs on a core can be said anew: what, or null for nothing.</summary>
    public Func<CoreNotice?> NextCore { get; set; } = static () => null;

    /// <summary>Asked in each tick at whose end a process's load can be told anew: which, or null for none.</summary>
    public Func<LoadChange?> NextChange { get; set; } = static () => null;

    /// <summary>Asked in each tick: whether to take an interrupt in the next.</summary>
    public Func<bool> InterruptPace { get; set; } = static () => true;

    /// <summary>Called with each core whose interrupt passes.</summary>
    public Action<ushort> OnInterrupt { get; set; } = static _ => { };

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

    /// <summary><see cref="INicSettings.SharedQueue"/>.</summary>
    public ushort SharedQueue { get; set; }

    /// <summary><see cref="INicSettings.Quantum"/>.</summary>
    public ushort Quantum { get; set; }

    /// <summary><see cref="INicSettings.LocalMessages"/>.</summary>
    public byte LocalMessages { get; set; }

    /// <summary><see cref="INicSettings.ComingLimit"/>.</summary>
    public ushort ComingLimit { get; set; } = ScheduleLimits.Longest;

    /// <summary><see cref="INicSettings.WaitLimit"/>.</summary>
    public ushort WaitLimit { get; set; } = ScheduleLimits.Longest;

    /// <summary>Ticks in a unit of these two.</summary>
    public int UnitTicks => 1 << FineUnitBits;

    /// <summary>Messages that kernel endpoints got of processes that had waited for too long.</summary>
    public long Lates { get; private set; }

    /// <summary>
    /// Of <see cref="LateDispatched"/>: messages that went to kernel endpoints that waited, beyond their process's number of cores.
    /// </summary>
    public int LateRevived { get; private set; }

    /// <summary>Events of <see cref="NicEvent.LateDispatched"/>.</summary>
    public int LateDispatched { get; private set; }

    /// <summary>Events of <see cref="NicEvent.CoreLate"/>.</summary>
    public int CoresLate { get; private set; }

    /// <summary>Messages that kernel endpoints got out of round-robin order.</summary>
    public long Locals { get; private set; }

    /// <summary>
    /// Times that a kernel endpoint could have had a message out of turn, and had that whose turn it was: a step too near changed what it
    /// goes by.
    /// </summary>
    public long LocalsMissed { get; private set; }

    /// <summary>Dispatches that have passed, and the ticks in which they were first valid.</summary>
    public List<(Dispatch Dispatch, long Tick)> Dispatched { get; } = [];

    /// <summary>Arrivals and notices that have passed, and when.</summary>
    public List<(ScheduleStep Step, long Tick)> Accepted { get; } = [];

    /// <summary>Cores that were interrupted, and the ticks in which the interrupts were first valid.</summary>
    public List<(ushort Core, long Tick)> Interrupted { get; } = [];

    /// <summary>Slots whose releases have passed.</summary>
    public List<ushort> Released { get; } = [];

    /// <summary>Answers to commands.</summary>
    public List<CommandStatus> Answers { get; } = [];

    /// <summary>Events of <see cref="NicEvent.CallExpired"/>.</summary>
    public int Expired { get; private set; }

    /// <summary>Events of <see cref="NicEvent.CallDroppedOfEarlier"/>.</summary>
    public int OfEarlier { get; private set; }

    /// <summary>Events of <see cref="NicEvent.CallFlushed"/>.</summary>
    public int Flushed { get; private set; }

    /// <summary>Events of <see cref="NicEvent.CallDroppedQueueFull"/>.</summary>
    public int Refused { get; private set; }

    /// <summary>Steps decided so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary>Whether all that was decided has come out.</summary>
    public bool IsQuiet => accepted.Count == 0 && expectedDispatches.Count == 0 && expectedReleases.Count == 0
        && expectedInterrupts.Count == 0 && !arrivals.Forward.Valid && !notices.Forward.Valid && !cores.Forward.Valid;

    /// <summary>Gives the command to flush a process with the next tick.</summary>
    /// <param name="process">The process.</param>
    public void Flush(uint process) => next = (CommandCode.FlushProcess, process, default);

    /// <summary>Gives the command to set a process's policy with the next tick.</summary>
    /// <param name="process">The process.</param>
    /// <param name="policy">The policy.</param>
    public void SetPolicy(uint process, ProcessPolicy policy) => next = (CommandCode.SetProcess, process, policy);

    /// <summary>One tick: reads what is valid and decided, and brings what comes next.</summary>
    /// <exception cref="InvalidOperationException">The scheduler does not do what the reference does.</exception>
    public void Tick()
    {
        _ = Simulation.Network;
        TakeOutputs();
        if (Scheduler.Pace.Moves && Scheduler.Step.Step.Kind != StepKind.None)
        {
            Decide(Scheduler.Step.Step);
        }

        if (Scheduler.Pace.Moves)
        {
            // What is decided in the tick of the command has read the old one; it may stand there for some ticks.
            while (policies.TryDequeue(out (ushort Process, ProcessPolicy Policy) item))
            {
                Reference.SetPolicy(item.Process, item.Policy);
            }
        }

        if (arrivals.Passes)
        {
            Arrival arrival = arrivals.Forward.Item;
            Accept(new ScheduleStep
            {
                Kind = StepKind.Arrival,
                Process = arrival.Process,
                Item = arrival.Slot,
                Generation = arrival.Generation,
            });
        }

        if (notices.Passes)
        {
            EndpointNotice notice = notices.Forward.Item;
            StepKind kind = notice.Kind == NoticeKind.Withdraw ? StepKind.Withdraw : StepKind.Waiting;
            Accept(new ScheduleStep { Kind = kind, Process = notice.Process, Item = notice.Endpoint });
        }

        if (cores.Passes)
        {
            Accept(new ScheduleStep { Kind = StepKind.Core, Item = cores.Forward.Item.Core, State = cores.Forward.Item.State });
        }

        Drive();
        Simulation.Tick();
    }

    /// <summary>The process whose turn the step decided last used, if it did; asked for once.</summary>
    public ushort? TakeTurn()
    {
        ushort? taken = turn;
        turn = null;
        return taken;
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

    private int FineUnitBits => Math.Min(ageUnitBits, Scheduler.FineUnitBits);

    private void Accept(ScheduleStep step)
    {
        accepted.Enqueue((step, Ticks));
        Accepted.Add((step, Ticks));
    }

    private void Decide(ScheduleStep step)
    {
        long now = Ticks >> ageUnitBits;
        if (step.Kind is StepKind.Arrival or StepKind.Waiting or StepKind.Withdraw or StepKind.Core)
        {
            bool has = accepted.TryDequeue(out (ScheduleStep Step, long Tick) first);
            ushort process = step.Kind == StepKind.Core ? (ushort)0 : step.IsKernel ? EndpointNotice.AnyProcess : step.Process;
            Check(has && first.Step.Kind == step.Kind && first.Step.Item == step.Item && first.Step.Process == process,
                $"{step} was decided, {first} is first");
        }

        Reference.SharedQueue = SharedQueue;
        Reference.LocalMessages = LocalMessages;
        Reference.Now = Ticks >> FineUnitBits;
        Reference.ComingLimit = ScheduleLimits.Of(settings.ComingLimit);
        Reference.WaitLimit = ScheduleLimits.Of(settings.WaitLimit);
        bool isTurn = step is { Kind: StepKind.Waiting, IsKernel: true, IsLocal: false, IsLate: false, IsChange: false }
            && Reference.Backlog.Count > 0;
        if (isTurn)
        {
            Check(Reference.Backlog[0] == step.Process, $"{step} was decided, and it is the turn of process {Reference.Backlog[0]}");
            LocalsMissed += Reference.Local(step.Item) is null ? 0 : 1;
        }

        if (step.IsLocal)
        {
            Check(Reference.Local(step.Item) == step.Process,
                $"{step} was decided, and the core's process is "
                    + $"{Reference.Local(step.Item)?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
            Locals++;
        }

        if (step.IsLate)
        {
            Check(Reference.IsLate(step.Process), $"{step} was decided, and the process has not waited for too long");
            Lates++;
        }

        if (step.Kind == StepKind.Expire && Reference.First(step.Process) is QueuedMessage message && (ushort)message.Time == step.Item)
        {
            Check(now - message.Time > CallAgeLimit, $"{message} expires at time {now}, with a limit of {CallAgeLimit}");
        }

        Steps++;
        LateRevived += step.Kind == StepKind.Revisit && Scheduler.Decision.ServesLate ? 1 : 0;
        turn = isTurn ? step.Process : null;
        ScheduleOutcome outcome = Refer(step, now);
        if (outcome.Dispatch is Dispatch dispatch)
        {
            expectedDispatches.Enqueue(dispatch);
        }

        if (outcome.Released is ushort released)
        {
            expectedReleases.Enqueue(released);
        }

        if (outcome.Interrupted is ushort interrupted)
        {
            expectedInterrupts.Enqueue(interrupted);
        }

        LinkWork work = Scheduler.Decision.Work;
        int wanting = Scheduler.Decision.Totals.Wanting + (work.WantsMore ? 1 : 0) - (work.WantsLess ? 1 : 0);
        Check(Reference.Wanting == wanting, $"after {step} {wanting} processes want a core, not {Reference.Wanting}");
        Check(Reference.Coming == Scheduler.Decision.Totals.Coming,
            $"after {step} {Scheduler.Decision.Totals.Coming} cores are coming, not {Reference.Coming}");
        Check(Reference.Asked == Scheduler.Decision.Totals.Asked,
            $"after {step} {Scheduler.Decision.Totals.Asked} cores are asked for, not {Reference.Asked}");
        Check(Reference.Backlog.Count == Scheduler.Decision.Totals.Backlog.Count,
            $"after {step} the backlog has {Scheduler.Decision.Totals.Backlog.Count} processes, not {Reference.Backlog.Count}");
    }

    private ScheduleOutcome Refer(ScheduleStep step, long now)
    {
        switch (step.Kind)
        {
            case StepKind.Arrival:
                return Reference.Arrive(step.Process, step.Item, now, step.Generation);
            case StepKind.Waiting:
                return step.IsKernel
                    ? Reference.WaitInKernel(step.Item, step.IsLocal, step.IsChange ? step.Change : null, step.IsLate ? step.Process : null)
                    : Reference.Wait(step.Item, step.Process);
            case StepKind.Withdraw:
                return Reference.Withdraw(step.Item, step.IsKernel ? EndpointNotice.AnyProcess : step.Process);
            case StepKind.Core:
                Reference.Switch(step.Core, step.State);
                return default;
            case StepKind.Revisit:
                return Reference.Revisit(step.Process);
            case StepKind.Yield:
                return Reference.Yield(step.Core, step.Item, step.Process);
            case StepKind.Overdue:
                return Reference.Miss(step.Core, step.Item, step.Process);
            case StepKind.Look:
                Reference.Look(step.Process);
                return default;
            case StepKind.Reschedule:
                return Reference.Tell(step.Change);
            case StepKind.Interrupt:
                return Reference.Interrupt(step.Core, step.Item, step.Process);
            case StepKind.Expire when Reference.First(step.Process) is QueuedMessage message && (ushort)message.Time == step.Item:
            case StepKind.Flush:
                return Reference.Forget(step.Process);
            default:
                Reference.Consider(step.Process);
                return default;
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
                dispatch = dispatch.Kind is DispatchKind.Deliver or DispatchKind.Reschedule ? dispatch : dispatch with { Slot = 0 };
                Check(expectedDispatches.TryDequeue(out Dispatch expected) && expected == dispatch, $"{dispatch} is valid, not {expected}");
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

        if (Scheduler.Interrupts.Passes)
        {
            ushort core = Scheduler.Interrupts.Forward.Item.Core;
            Check(expectedInterrupts.TryDequeue(out ushort expected) && expected == core, $"core {core} is interrupted, not {expected}");
            Interrupted.Add((core, Ticks));
            OnInterrupt(core);
        }

        if (Scheduler.CommandAnswer.Valid)
        {
            Answers.Add(Scheduler.CommandAnswer.Status);
        }

        Expired += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallExpired) & 1);
        OfEarlier += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallDroppedOfEarlier) & 1);
        Flushed += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallFlushed) & 1);
        CoresLate += (int)((Scheduler.Events.Flags >> (int)NicEvent.CoreLate) & 1);
        LateDispatched += (int)((Scheduler.Events.Flags >> (int)NicEvent.LateDispatched) & 1);
        Refused += (int)((Scheduler.Events.Flags >> (int)NicEvent.CallDroppedQueueFull) & 1);
    }

    private void Drive()
    {
        settings.CallAgeLimit = CallAgeLimit;
        settings.SharedQueue = SharedQueue;
        settings.Quantum = Quantum;
        settings.LocalMessages = LocalMessages;
        settings.ComingLimit = ComingLimit;
        settings.WaitLimit = WaitLimit;
        (CommandCode code, uint index, ProcessPolicy policy) = next ?? default;
        command.Valid = next is not null;
        command.Code = code;
        command.Index = index;
        command.Data = Data(policy);
        if (code == CommandCode.SetProcess)
        {
            policies.Enqueue(((ushort)index, policy));
        }

        next = null;
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

        if (!cores.Forward.Valid || cores.Backward.Ready)
        {
            CoreNotice? core = NextCore();
            cores.Forward.Valid = core is not null;
            cores.Forward.Item = core ?? default;
        }

        if (!changes.Forward.Valid || changes.Backward.Ready)
        {
            LoadChange? change = NextChange();
            changes.Forward.Valid = change is not null;
            changes.Forward.Item = change ?? default;
        }

        Scheduler.Interrupts.Backward.Ready = InterruptPace();
        Scheduler.Dispatches.Backward.Ready = DispatchPace();
        Scheduler.Releases.Backward.Ready = ReleasePace();
    }

    /// <summary>The data registers of <see cref="CommandCode.SetProcess"/>.</summary>
    /// <param name="policy">The policy.</param>
    public static Bits<W512> Data(ProcessPolicy policy) => Bits<W512>.Zero
        .WithSlice(0, (Bits<W64>)((policy.UsesKernelEndpoints ? 1ul << CommandPlaces.ProcessPolicyUsesKernelEndpoints : 0)
            | ((ulong)policy.Weight << CommandPlaces.ProcessPolicyWeight)
            | ((ulong)policy.LeastCores << CommandPlaces.ProcessPolicyLeastCores)
            | ((ulong)policy.MostCores << CommandPlaces.ProcessPolicyMostCores)
            | ((ulong)policy.GuaranteedQueue << CommandPlaces.ProcessPolicyGuaranteedQueue)
            | ((ulong)policy.MostQueued << CommandPlaces.ProcessPolicyMostQueued)))
        .WithSlice(64, (Bits<W64>)(policy.PreemptsFrom
            | ((ulong)policy.HighLoad << (CommandPlaces.ProcessPolicyHighLoad - 64))
            | ((ulong)policy.LowLoad << (CommandPlaces.ProcessPolicyLowLoad - 64))))
        .WithSlice(CommandPlaces.ProcessPolicyGeneration, (Bits<W16>)policy.Generation);

    private void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"tick {Ticks}: {what}");
        }
    }
}
