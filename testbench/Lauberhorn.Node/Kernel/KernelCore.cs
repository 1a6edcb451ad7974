// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;

namespace Lauberhorn.Node;

/// <summary>
/// The kernel on one core: its loop, the user loops that it lets processes run, interrupts, and threads that are no RPC's. See
/// docs/kernel.md.
/// </summary>
internal sealed partial class KernelCore
{
    /// <summary>The number of the NIC's interrupt.</summary>
    internal const int NicInterrupt = 0;

    /// <summary>The number of the interrupt that says that a process was killed.</summary>
    internal const int KillInterrupt = 1;

    private const int ThreadGrain = 256;
    private readonly RpcKernel kernel;
    private readonly Core core;
    private readonly BoundEndpoint endpoint;
    private readonly LineTransfer lines;
    private readonly int line;
    private readonly Queue<BackgroundThread> threads = new();
    private readonly List<ActiveThread> active = [];
    private readonly Queue<KernelProcess> starts = new();
    private KernelProcess? addressSpace;
    private long nextTick;
    private bool hasTime;

    // Interrupts that the NIC sends beside answers that said the same: they need not be obeyed any more.
    private int owed;

    internal KernelCore(RpcKernel kernel, Core core, BoundEndpoint endpoint)
    {
        (this.kernel, this.core, this.endpoint) = (kernel, core, endpoint);
        EndpointAddresses addresses = endpoint.Addresses;
        lines = new LineTransfer(new KernelMemory(this), addresses.ReceiveControl, addresses.ReceiveAux, endpoint.ReceiveLine);
        line = lines.First;
        nextTick = kernel.Options.TimerPeriod;
    }

    /// <summary>Times that the core has spent in each activity.</summary>
    internal CoreTimes Times { get; } = new();

    /// <summary>The endpoint of which a load waits or may wait; the thread of this one can be retired.</summary>
    internal BoundEndpoint Waits { get; private set; } = null!;

    private KernelCosts Costs => kernel.Options.Costs;

    /// <summary>Puts a thread into the run queue.</summary>
    internal void Add(BackgroundThread thread) => threads.Enqueue(thread);

    /// <summary>Has a thread of a process that was called for begin here; a load that waits is retired for it.</summary>
    internal void Start(KernelProcess process) => starts.Enqueue(process);

    /// <summary>Threads that are to begin here.</summary>
    internal int Starts => starts.Count;

    /// <summary>Whether a process's thread is on the core, running or interrupted.</summary>
    internal bool Has(KernelProcess process) => active.Exists(thread => thread.Process == process);

    /// <summary>Whether a load has kept a thread waiting for the core for too long.</summary>
    internal bool IsToBeRetired(long cycle) =>
        IsWaiting && starts.Count > 0
            || IsWaiting && cycle - Times.Since > kernel.Options.RetirePatience
                && (active.Count > 0 && Times.Now == CoreActivity.KernelWait || threads.Any(thread => thread.Work > 0));

    /// <summary>Whether the core is stalled in the load of an endpoint.</summary>
    internal bool IsWaiting => Times.Now is CoreActivity.KernelWait or CoreActivity.UserWait;

    /// <summary>A text: what it does, since when, for whom.</summary>
    public override string ToString()
    {
        IEnumerable<string> all = active.Select(thread =>
        {
            string dead = thread.Process.IsDead ? " (dead)" : "";
            return $"{thread.Process.Process.Number}{dead} at endpoint {(thread.Own?.Bound ?? endpoint).Number}";
        });
        return $"core {core.Number} {Times.Now} since {Times.Since}, waits at endpoint {Waits?.Number}, processes {string.Join(", ", all)}";
    }

    /// <summary>Raises an interrupt at the core.</summary>
    internal void Interrupt(int number) => core.Interrupt(number);

    /// <summary>The core's program.</summary>
    internal async Task RunAsync()
    {
        while (true)
        {
            if (hasTime)
            {
                await RunThreadAsync();
            }

            if (starts.TryDequeue(out KernelProcess? process))
            {
                await BeginAsync(process);
            }
            else
            {
                await ServeAsync(mayStay: true);
            }
        }
    }

    // A thread of a process that the kernel was asked to give a core.
    private async Task BeginAsync(KernelProcess process)
    {
        foreach (UserEndpoint called in process.Endpoints.Where(endpoint => endpoint.Core == core.Number))
        {
            called.IsCalled = false;
        }

        if (process.TakeEndpoint(core.Number, learns: false) is not UserEndpoint own)
        {
            return;
        }

        ActiveThread thread = Enter(process);
        try
        {
            await SwitchToAsync(process);
            await StayAsync(thread, own);
        }
        finally
        {
            Leave(thread);
        }
    }

    // One load of the kernel endpoint, and its result.
    private async Task ServeAsync(bool mayStay)
    {
        Waits = endpoint;
        Times.Enter(CoreActivity.KernelWait, core.Cycle);
        LineMessage message = await lines.LoadControlAsync(line);
        Times.Enter(CoreActivity.Switch, core.Cycle);
        await TakeInterruptsAsync();
        await TakeTickAsync();
        switch (message.Kind)
        {
            case MessageKind.Request:
                await HandleAsync(message, mayStay);
                break;

            case MessageKind.Frame:
                // The bypass has an endpoint of its own.
                await lines.StoreAsync(line, MessageKind.NoReply, default);
                break;

            case MessageKind.Reschedule:
                await lines.GiveUpAsync(line);
                kernel.Options.OnLoad(message.Process, message.Flags != 0);
                if (message.Flags != 0)
                {
                    kernel.Place(message.Process);
                }

                break;

            case MessageKind.TryAgain or MessageKind.Retire:
                await lines.GiveUpAsync(line);
                Times.Retired += message.Kind == MessageKind.Retire ? 1 : 0;
                hasTime = true;
                break;

            default:
                throw new InvalidOperationException(
                    $"core {core.Number}'s kernel endpoint gives a line of kind {message.Kind}; nobody but its core reads its lines, and "
                        + $"it is never released");
        }
    }

    private async Task HandleAsync(LineMessage message, bool mayStay)
    {
        KernelProcess? process = kernel.Find(message.Process, message.Generation);
        if (process is null || process.IsDead)
        {
            if (process is not null)
            {
                process.BrokenOff++;
            }
            else
            {
                kernel.OfEarlier++;
            }

            await lines.StoreAsync(line, MessageKind.NoReply, default);
            return;
        }

        Times.KernelCalls++;
        ActiveThread thread = Enter(process);
        try
        {
            await SwitchToAsync(process);
            byte[] arguments = await lines.ReadBodyAsync(message);
            await SpendAsync(Costs.MessageCopy + Costs.SystemCall);
            HandlerAnswer answer;
            try
            {
                await ComputeAsync(thread, message);
                answer = process.Process.Handlers.Call(message.CodePointer, message.DataPointer, arguments);
            }
            catch (ProcessKilledException) when (thread.IsGone)
            {
                return;
            }
            catch (ProcessKilledException)
            {
                process.BrokenOff++;
                answer = new HandlerAnswer(MessageKind.NoReply, []);
            }

            if (answer.Body.Length > lines.LargestMessage)
            {
                answer = new HandlerAnswer(MessageKind.SystemError, []);
            }

            Times.Enter(CoreActivity.Lines, core.Cycle);
            await lines.StoreAsync(line, answer.Kind, answer.Body);
            Times.Enter(CoreActivity.Switch, core.Cycle);

            // The process has the core now.
            if (mayStay && process.TakeEndpoint(core.Number, kernel.Options.LearnsWhoStays) is UserEndpoint own)
            {
                await StayAsync(thread, own);
            }
        }
        finally
        {
            Leave(thread);
        }
    }

    // A thread of a process in its user loop, until something sends it back.
    private async Task StayAsync(ActiveThread thread, UserEndpoint own)
    {
        KernelProcess process = thread.Process;
        thread.Own = own;
        Times.Sessions++;
        Unmap(endpoint);
        await TellAsync(process, own);
        await SpendAsync(Costs.SystemCall);
        if (kernel.TellsOfLeaves)
        {
            // What a core asked for before the NIC was told says that nobody runs here, and would end the loop at once.
            await core.CleanInvalidateAsync(own.Bound.Addresses.ReceiveControl[own.Bound.ReceiveLine ?? 0]);
        }

        Waits = own.Bound;
        long before = Times.UserCalls;
        long yields = Times.Yields;
        using CancellationTokenSource stop = new();
        ThreadMemory memory = new(this, thread, own, stop);
        try
        {
            LoopEnd end = await UserLoop.RunAsync(memory, own.Bound, process.Process.Handlers, stop.Token);
            if (end == LoopEnd.Retired)
            {
                Times.Retired++;
                hasTime = true;
            }

            await LookOnceMoreAsync(thread, own, memory, stop);
        }
        catch (ProcessKilledException) when (thread.IsGone)
        {
            // Its line went home while it was interrupted, and may be another's by now.
        }
        catch (ProcessKilledException)
        {
            await WriteBackAsync(thread);
            await TellOfLeaveAsync();
        }

        Unmap(own.Bound);
        Times.Enter(CoreActivity.Switch, core.Cycle);
        own.IsTaken = false;
        if (Times.Yields > yields)
        {
            process.Learn(Times.UserCalls - before);
        }
    }

    // The handler's time, with all that may come between. The kernel's line cannot be left before its call is answered; a user endpoint's
    // can.
    private async ValueTask ComputeAsync(ActiveThread thread, LineMessage message)
    {
        (KernelProcess process, UserEndpoint? own) = (thread.Process, thread.Own);
        long left = process.HandlerCycles(message);
        bool hasBegun = false;
        do
        {
            bool isInterrupted = await TakeInterruptsAsync();
            bool isDisplaced = false;
            if (isInterrupted && own is not null && kernel.Options.MayPreempt && !process.IsDead)
            {
                Times.Preemptions++;
                isDisplaced = true;
                thread.IsInterrupted = true;
                Unmap(own.Bound);
                await ServeAsync(mayStay: false);
                Unmap(endpoint);
                thread.IsInterrupted = false;
            }

            if (!thread.IsGone && await TakeTickAsync() && hasTime && !process.IsDead)
            {
                isDisplaced = true;
                thread.IsInterrupted = true;
                await RunThreadAsync();
                thread.IsInterrupted = false;
            }

            if (process.IsDead)
            {
                throw new ProcessKilledException();
            }

            if (isDisplaced)
            {
                await SwitchToAsync(process);
                await TellAsync(process, own);
                Waits = own?.Bound ?? endpoint;
            }

            Times.Enter(CoreActivity.Handler, core.Cycle);
            if (!hasBegun)
            {
                hasBegun = true;
                kernel.Options.OnHandler(new HandlerStart(core.Number, core.Cycle, message, own is null));
            }

            long part = Math.Min(left, kernel.Options.InterruptGrain);
            await core.ComputeAsync(part);
            left -= part;
        }
        while (left > 0);
        Times.Enter(CoreActivity.Lines, core.Cycle);
    }

    private async Task RunThreadAsync()
    {
        hasTime = false;
        if (!threads.TryDequeue(out BackgroundThread? thread))
        {
            return;
        }

        if (thread.Work > 0)
        {
            Times.Slices++;
            await TellAsync(null, null);
            await SpendAsync(Costs.ThreadSwitch);
            for (long left = kernel.Options.Slice; left > 0 && thread.Work > 0;)
            {
                Times.Enter(CoreActivity.Thread, core.Cycle);
                long part = Math.Min(ThreadGrain, Math.Min(left, thread.Work));
                await core.ComputeAsync(part);
                thread.Work -= part;
                thread.Done += part;
                left -= part;
                await TakeInterruptsAsync();
            }

            await SpendAsync(Costs.ThreadSwitch);
            addressSpace = null;
            nextTick = core.Cycle + kernel.Options.TimerPeriod;
        }

        threads.Enqueue(thread);
    }

    // Whether another process wants the core, as far as interrupts say.
    private async ValueTask<bool> TakeInterruptsAsync()
    {
        bool isWanted = false;
        bool isKilled = false;
        while (core.TryTakeInterrupt(out int number))
        {
            if (number == NicInterrupt)
            {
                Times.Interrupts++;
                isWanted |= owed == 0;
                owed = Math.Max(0, owed - 1);
            }

            isKilled |= number == KillInterrupt;
            await SpendAsync(Costs.Interrupt);
        }

        if (isKilled)
        {
            await BreakOffInterruptedAsync();
        }

        return isWanted;
    }

    private async ValueTask<bool> TakeTickAsync()
    {
        if (core.Cycle < nextTick)
        {
            return false;
        }

        nextTick = core.Cycle + kernel.Options.TimerPeriod;
        hasTime = true;
        await SpendAsync(Costs.TimerTick);
        return true;
    }

    private async ValueTask SwitchToAsync(KernelProcess process)
    {
        if (addressSpace != process)
        {
            addressSpace = process;
            await SpendAsync(Costs.ProcessSwitch);
        }
    }

    private ValueTask TellAsync(KernelProcess? process, UserEndpoint? own)
    {
        kernel.Tell(core.Number, new CoreState
        {
            HasProcess = process is not null,
            Process = process?.Process.Number ?? 0,
            HasEndpoint = own is not null,
            Endpoint = (ushort)(own?.Bound.Number ?? 0),
            MayPreempt = own is not null && kernel.Options.MayPreempt,
        });
        return SpendAsync(Costs.StateStore);
    }

    private ValueTask SpendAsync(int cycles)
    {
        Times.Enter(CoreActivity.Switch, core.Cycle);
        return core.ComputeAsync(cycles);
    }
}
