// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Model.Schedule;

/// <summary>A message in a queue.</summary>
/// <param name="Slot">Its slot.</param>
/// <param name="Time">When it arrived, in whatever unit the caller uses.</param>
public readonly record struct QueuedMessage(ushort Slot, long Time);

/// <summary>Result of an event.</summary>
/// <param name="Dispatch">The dispatch to an endpoint, if there is one.</param>
/// <param name="Released">The slot whose message is dropped, if one is.</param>
/// <param name="Interrupted">The core that is interrupted, if one is.</param>
public readonly record struct ScheduleOutcome(Dispatch? Dispatch = null, ushort? Released = null, ushort? Interrupted = null);

/// <summary>
/// What the scheduler should do, written plainly after docs/scheduler.md: for each process a queue and a list of waiting endpoints, a list
/// of kernel endpoints, a circle of processes whose messages wait for kernel endpoints, and what runs on each core. Time is the caller's
/// (<see cref="Now"/>). Each method is one event.
/// </summary>
public sealed class ReferenceScheduler
{
    private readonly Dictionary<ushort, Process> processes = [];
    private readonly List<ushort> kernel = [];
    private readonly List<ushort> backlog = [];
    private readonly Dictionary<ushort, CoreState> cores = [];
    private readonly HashSet<ushort> coming = [];
    private readonly HashSet<ushort> asked = [];
    private readonly HashSet<ushort> overdue = [];
    private readonly HashSet<ushort> wanted = [];
    private readonly Dictionary<ushort, long> since = [];
    private readonly Dictionary<ushort, (ushort Process, int Locals)> last = [];
    private int? turnLeft;

    /// <summary>Messages that all processes together may have queued beyond their guarantees.</summary>
    public int SharedQueue { get; set; } = int.MaxValue;

    /// <summary>Messages in a row that a kernel endpoint may get of the process that its core ran last, out of round-robin order.</summary>
    public int LocalMessages { get; set; }

    /// <summary>The time, in units in which <see cref="ComingLimit"/> and <see cref="WaitLimit"/> are.</summary>
    public long Now { get; set; }

    /// <summary>How long a core that was taken is reckoned with.</summary>
    public int ComingLimit { get; set; } = int.MaxValue;

    /// <summary>How long a process's first message is first before the process goes before its turn.</summary>
    public int WaitLimit { get; set; } = int.MaxValue;

    /// <summary>Messages that were dropped because they were for an earlier owner of the process's number.</summary>
    public int OfEarlier { get; private set; }

    /// <summary>Messages in queues.</summary>
    public int Queued => processes.Values.Sum(process => process.Queue.Count);

    /// <summary>Endpoints that wait.</summary>
    public int Waiting => kernel.Count + processes.Values.Sum(process => process.Waiting.Count);

    /// <summary>Processes whose messages wait for kernel endpoints, in round-robin order.</summary>
    public IReadOnlyList<ushort> Backlog => backlog;

    /// <summary>Kernel endpoints that wait, the one that gets the next message last.</summary>
    public IReadOnlyList<ushort> Kernel => kernel;

    /// <summary>Processes that want a core.</summary>
    public int Wanting => processes.Values.Count(process => process.WantsCore);

    /// <summary>Cores that were taken from their processes while they waited, have not come to the kernel, and are not overdue.</summary>
    public int Coming => coming.Count;

    /// <summary>Cores that were taken while they were busy, have not come to the kernel, and are not overdue.</summary>
    public int Asked => asked.Count;

    /// <summary>Cores that were taken and have not come to the kernel in time.</summary>
    public IReadOnlySet<ushort> Overdue => overdue;

    /// <summary>Processes that have waited for too long, as looks have found.</summary>
    public IEnumerable<ushort> Late => processes.Where(item => item.Value.IsLate).Select(item => item.Key);

    /// <summary>
    /// Processes that have messages queued which nothing but a limit of cores that no longer holds keeps from kernel endpoints.
    /// </summary>
    public IEnumerable<ushort> Stranded =>
        processes.Where(item => item.Value.Queue.Count > 0 && !backlog.Contains(item.Key) && MayHaveMore(item.Key))
            .Select(item => item.Key);

    /// <summary>Cores that could be taken from their process while their endpoint waits.</summary>
    public IEnumerable<ushort> Victims => cores.Keys.Where(core => MayTake(core) && IsIdle(core));

    private int Shared => processes.Values.Sum(process => process.Shared);

    /// <summary>The OS says how a process is scheduled. It counts for what begins from now on; <see cref="Revisit"/> follows.</summary>
    /// <param name="process">The process.</param>
    /// <param name="policy">How.</param>
    public void SetPolicy(ushort process, ProcessPolicy policy) => Of(process).Policy = policy;

    /// <summary>Number of cores that a process has.</summary>
    /// <param name="process">The process.</param>
    public int Running(ushort process) => cores.Values.Count(state => state.HasProcess && state.Process == process);

    /// <summary>A message has come.</summary>
    /// <param name="process">Its process.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="time">Now.</param>
    /// <param name="generation">The generation of the process that it is for.</param>
    public ScheduleOutcome Arrive(ushort process, ushort slot, long time, ushort generation = 0)
    {
        Process it = Of(process);
        ScheduleOutcome outcome = default;
        if (generation != it.Policy.Generation)
        {
            OfEarlier++;
            outcome = new(Released: slot);
        }
        else if (it.Waiting.Count > 0)
        {
            outcome = new(new Dispatch(DispatchKind.Deliver, Pop(it.Waiting), slot));
        }
        else if (it.Queue.Count == 0 && MayHaveMore(process) && kernel.Count > 0)
        {
            outcome = new(Give(Pop(kernel), process, slot));
        }
        else if (HasPlace(it, out bool isGuaranteed))
        {
            it.Queue.Enqueue(new QueuedMessage(slot, time));
            it.Shared += isGuaranteed ? 0 : 1;
            if (it.Queue.Count == 1)
            {
                it.Since = Now;
                if (MayHaveMore(process))
                {
                    Join(process);
                }
            }
        }
        else
        {
            outcome = new(Released: slot);
        }

        Consider(process);
        return outcome;
    }

    /// <summary>A user endpoint waits.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">Its process.</param>
    public ScheduleOutcome Wait(ushort endpoint, ushort process)
    {
        ScheduleOutcome outcome = default;
        if (wanted.Remove(endpoint))
        {
            outcome = new(new Dispatch(DispatchKind.Yield, endpoint, 0));
        }
        else if (Of(process).Queue.Count > 0)
        {
            outcome = new(new Dispatch(DispatchKind.Deliver, endpoint, TakeFirst(process)));
        }
        else
        {
            Of(process).Waiting.Add(endpoint);
        }

        Consider(process);
        return outcome;
    }

    /// <summary>
    /// The process whose message a core's kernel endpoint may have next out of turn, because the core had one of it before; null if there
    /// is none.
    /// </summary>
    /// <param name="core">The core.</param>
    public ushort? Local(ushort core) =>
        last.TryGetValue(core, out (ushort Process, int Locals) before) && before.Locals < LocalMessages
            && backlog.Contains(before.Process) ? before.Process : null;

    /// <summary>
    /// Whether a process may be served by the next kernel endpoint whosever turn it is, because it has waited for too long.
    /// </summary>
    /// <param name="process">The process.</param>
    public bool IsLate(ushort process) => Of(process).IsLate && backlog.Contains(process);

    /// <summary>For how long a process's first message has been the first; 0 if there is none.</summary>
    /// <param name="process">The process.</param>
    public long Waited(ushort process) => Of(process).Queue.Count > 0 ? Now - Of(process).Since : 0;

    /// <summary>A core's kernel endpoint waits.</summary>
    /// <param name="core">The core, and its endpoint.</param>
    /// <param name="isLocal">Whether it gets a message of <see cref="Local"/>'s process, which must be there; otherwise of the next in
    /// round-robin order.</param>
    /// <param name="change">The report of a process's load instead; null if there is none.</param>
    /// <param name="late">A process of which <see cref="IsLate"/> is true and which goes first; null if none does.</param>
    public ScheduleOutcome WaitInKernel(ushort core, bool isLocal = false, ushort? change = null, ushort? late = null)
    {
        Come(core);
        ushort? local = isLocal ? Local(core) : null;
        int locals = isLocal ? last[core].Locals + 1 : 0;
        last.Remove(core);
        if (change is ushort told)
        {
            cores.Remove(core);
            return new(new Dispatch(DispatchKind.Reschedule, core, told));
        }

        if (backlog.Count == 0)
        {
            cores.Remove(core);
            kernel.Add(core);
            wanted.Remove(core);
            return default;
        }

        ushort process = late ?? local ?? backlog[0];
        bool isInTurn = late is null && !isLocal;
        int left = (turnLeft ?? Of(process).Policy.Weight) - 1;
        if (isInTurn)
        {
            turnLeft = left;
        }

        ushort slot = Dequeue(process);
        Dispatch dispatch = Give(core, process, slot, locals);
        if (backlog.Contains(process))
        {
            if (!MayHaveMore(process))
            {
                Leave(process);
            }
            else if (isInTurn && left <= 0)
            {
                backlog.RemoveAt(0);
                backlog.Add(process);
                BeginTurn();
            }
        }

        Consider(process);
        return new(dispatch);
    }

    /// <summary>An endpoint is to wait no longer.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">Its process, or <see cref="EndpointNotice.AnyProcess"/>.</param>
    /// <returns>That it waited; nothing if it did not.</returns>
    public ScheduleOutcome Withdraw(ushort endpoint, ushort process)
    {
        bool isKernel = process == EndpointNotice.AnyProcess;
        bool did = isKernel ? kernel.Remove(endpoint) : Of(process).Waiting.Remove(endpoint);
        if (isKernel && did)
        {
            last.Remove(endpoint);
        }

        if (!isKernel)
        {
            Consider(process);
        }

        return did ? new(new Dispatch(DispatchKind.Withdrawn, endpoint, 0)) : default;
    }

    /// <summary>The OS says what runs on a core.</summary>
    /// <param name="core">The core.</param>
    /// <param name="state">What.</param>
    public void Switch(ushort core, CoreState state)
    {
        Come(core);
        last.Remove(core);
        cores[core] = state with { HasProcess = state.HasProcess && !kernel.Contains(core) };
        if (state.HasProcess)
        {
            if (backlog.Contains(state.Process) && !MayHaveMore(state.Process))
            {
                Leave(state.Process);
            }

            Consider(state.Process);
        }
    }

    /// <summary>A process is scheduled again, because its policy has changed or a core has left it.</summary>
    /// <param name="process">The process.</param>
    public ScheduleOutcome Revisit(ushort process)
    {
        ScheduleOutcome outcome = default;
        bool isIn = backlog.Contains(process);
        if (isIn && !MayHaveMore(process))
        {
            Leave(process);
        }
        else if (!isIn && Of(process).Queue.Count > 0 && MayHaveMore(process))
        {
            if (kernel.Count > 0)
            {
                outcome = new(Give(Pop(kernel), process, Dequeue(process)));
            }
            else
            {
                Join(process);
            }
        }

        Consider(process);
        return outcome;
    }

    /// <summary>It is looked whether a process wants a core.</summary>
    /// <param name="process">The process.</param>
    public void Consider(ushort process)
    {
        Process it = Of(process);
        bool isLong = it.Policy.PreemptsFrom != 0 && it.Queue.Count >= it.Policy.PreemptsFrom;
        bool isUnserved = Running(process) == 0 || it.IsLate;
        bool isStuck = it.Queue.Count > 0 && !it.Policy.UsesKernelEndpoints && it.Policy.HighLoad != 0 && isUnserved;
        it.WantsCore = (backlog.Contains(process) && (isUnserved || isLong)) || isStuck;
    }

    /// <summary>It is looked whether a process has waited for too long, and whether it wants a core.</summary>
    /// <param name="process">The process.</param>
    public void Look(ushort process)
    {
        Process it = Of(process);
        it.IsLate |= it.Queue.Count > 0 && Now - it.Since >= WaitLimit;
        Consider(process);
    }

    /// <summary>
    /// A core that was taken has not come to the kernel: if that is too long, it is reckoned with no more; and asked again, if a core is
    /// wanted.
    /// </summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">What its endpoint was.</param>
    /// <param name="process">The process that it was taken from.</param>
    public ScheduleOutcome Miss(ushort core, ushort endpoint, ushort process)
    {
        ScheduleOutcome outcome = default;
        bool isTaken = coming.Contains(core) || asked.Contains(core) || overdue.Contains(core);
        if (isTaken && cores[core].Process == process && Now - since[core] >= ComingLimit)
        {
            CoreState state = cores[core];
            bool isItsEndpoint = state.HasEndpoint && state.Endpoint == endpoint;
            if (Wanting > 0)
            {
                if (isItsEndpoint && Of(process).Waiting.Remove(endpoint))
                {
                    outcome = new(new Dispatch(DispatchKind.Yield, endpoint, 0), Interrupted: core);
                }
                else
                {
                    if (isItsEndpoint && !IsWaiting(endpoint))
                    {
                        wanted.Add(endpoint);
                    }

                    outcome = new(Interrupted: state.MayPreempt ? core : null);
                }
            }

            coming.Remove(core);
            asked.Remove(core);
            overdue.Add(core);
            since[core] = Now;
        }

        Consider(process);
        return outcome;
    }

    /// <summary>A core whose endpoint waits is taken from its process, if that is right.</summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="process">The process.</param>
    public ScheduleOutcome Yield(ushort core, ushort endpoint, ushort process)
    {
        ScheduleOutcome outcome = TakeIdle(core, endpoint, process);
        Consider(process);
        return outcome;
    }

    /// <summary>
    /// A core that is busy is taken from its process, if that is right: it is interrupted if the OS allows it, and its endpoint's next wait
    /// ends at once.
    /// </summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">What its endpoint was.</param>
    /// <param name="process">The process.</param>
    public ScheduleOutcome Interrupt(ushort core, ushort endpoint, ushort process)
    {
        ScheduleOutcome outcome = TakeIdle(core, endpoint, process);
        if (outcome == default && Wanting > Coming + Asked && MayTake(core) && cores[core].Process == process)
        {
            CoreState state = cores[core];
            if (state.HasEndpoint && state.Endpoint == endpoint && !IsWaiting(endpoint))
            {
                wanted.Add(endpoint);
            }

            outcome = new(Interrupted: state.MayPreempt ? core : null);
            Take(core, asked);
        }

        Consider(process);
        return outcome;
    }

    /// <summary>A process's load is reported to the kernel, if a kernel endpoint waits.</summary>
    /// <param name="change">The report, in place of a slot.</param>
    public ScheduleOutcome Tell(ushort change)
    {
        if (kernel.Count == 0)
        {
            return default;
        }

        ushort core = Pop(kernel);
        cores.Remove(core);
        last.Remove(core);
        return new(new Dispatch(DispatchKind.Reschedule, core, change));
    }

    /// <summary>The message that a process's next endpoint gets; null if there is none.</summary>
    /// <param name="process">The process.</param>
    public QueuedMessage? First(ushort process) => Of(process).Queue.TryPeek(out QueuedMessage message) ? message : null;

    /// <summary>Forgets the message that a process's next endpoint would get.</summary>
    /// <param name="process">The process.</param>
    public ScheduleOutcome Forget(ushort process)
    {
        ScheduleOutcome outcome = Of(process).Queue.Count > 0 ? new(Released: TakeFirst(process)) : default;
        Consider(process);
        return outcome;
    }

    /// <summary>The messages queued for a process, the first first.</summary>
    /// <param name="process">The process.</param>
    public IReadOnlyCollection<QueuedMessage> QueueOf(ushort process) => Of(process).Queue;

    /// <summary>The endpoints of a process that wait, the one that gets the next message last.</summary>
    /// <param name="process">The process.</param>
    public IReadOnlyList<ushort> WaitingOf(ushort process) => Of(process).Waiting;

    private static ushort Pop(List<ushort> list)
    {
        ushort last = list[^1];
        list.RemoveAt(list.Count - 1);
        return last;
    }

    private Process Of(ushort process)
    {
        if (!processes.TryGetValue(process, out Process? it))
        {
            processes[process] = it = new Process();
        }

        return it;
    }

    private bool MayHaveMore(ushort process)
    {
        ProcessPolicy policy = Of(process).Policy;
        return policy.UsesKernelEndpoints && (policy.MostCores == 0 || Running(process) < policy.MostCores || Of(process).IsLate);
    }

    private bool HasPlace(Process process, out bool isGuaranteed)
    {
        isGuaranteed = process.Queue.Count - process.Shared < process.Policy.GuaranteedQueue;
        bool isUnderMost = process.Policy.MostQueued == 0 || process.Queue.Count < process.Policy.MostQueued;
        return isUnderMost && (isGuaranteed || Shared < SharedQueue);
    }

    private Dispatch Give(ushort core, ushort process, ushort slot, int locals = 0)
    {
        last[core] = (process, locals);
        cores[core] = new CoreState { HasProcess = true, Process = process };
        return new Dispatch(DispatchKind.Deliver, core, slot);
    }

    private ushort Dequeue(ushort process)
    {
        Process it = Of(process);
        ushort slot = it.Queue.Dequeue().Slot;
        it.Shared = Math.Max(0, it.Shared - 1);
        it.Since = Now;
        it.IsLate = false;
        if (it.Queue.Count == 0)
        {
            Leave(process);
        }

        return slot;
    }

    private void Join(ushort process)
    {
        backlog.Add(process);
        if (backlog.Count == 1)
        {
            BeginTurn();
        }
    }

    private void Leave(ushort process)
    {
        bool wasTurn = backlog.Count > 0 && backlog[0] == process;
        backlog.Remove(process);
        if (wasTurn)
        {
            BeginTurn();
        }
    }

    // Who was in the backlog beyond its number of cores, because it had waited for too long, is there no more.
    private ushort TakeFirst(ushort process)
    {
        bool wasLate = Of(process).IsLate;
        ushort slot = Dequeue(process);
        if (wasLate && backlog.Contains(process) && !MayHaveMore(process))
        {
            Leave(process);
        }

        return slot;
    }

    private void Come(ushort core)
    {
        coming.Remove(core);
        asked.Remove(core);
        overdue.Remove(core);
    }

    // The weight is that which the process has when the turn's first message goes.
    private void BeginTurn() => turnLeft = null;

    private bool MayTake(ushort core) => cores.TryGetValue(core, out CoreState state) && state.HasProcess
        && Running(state.Process) > Of(state.Process).Policy.LeastCores;

    private bool IsIdle(ushort core) => cores.TryGetValue(core, out CoreState state) && state.HasEndpoint
        && Of(state.Process).Waiting.Contains(state.Endpoint);

    private bool IsWaiting(ushort endpoint) => kernel.Contains(endpoint)
        || processes.Values.Any(process => process.Waiting.Contains(endpoint));

    private ScheduleOutcome TakeIdle(ushort core, ushort endpoint, ushort process)
    {
        if (Wanting <= Coming || !MayTake(core) || !IsIdle(core) || cores[core].Process != process || cores[core].Endpoint != endpoint)
        {
            return default;
        }

        Of(process).Waiting.Remove(endpoint);
        Take(core, coming);
        return new(new Dispatch(DispatchKind.Yield, endpoint, 0), Interrupted: core);
    }

    private void Take(ushort core, HashSet<ushort> into)
    {
        last.Remove(core);
        cores[core] = cores[core] with { HasProcess = false };
        into.Add(core);
        since[core] = Now;
    }

    private sealed class Process
    {
        public Queue<QueuedMessage> Queue { get; } = new();

        public int Shared { get; set; }

        public List<ushort> Waiting { get; } = [];

        public ProcessPolicy Policy { get; set; }

        public bool WantsCore { get; set; }

        public long Since { get; set; }

        public bool IsLate { get; set; }
    }
}
