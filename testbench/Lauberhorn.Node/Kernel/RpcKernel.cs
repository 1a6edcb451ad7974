// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;

namespace Lauberhorn.Node;

/// <summary>
/// A small kernel on the machine model: each core waits at its kernel endpoint for a call of any process, handles it, and lets the process
/// wait at an endpoint of its own until another wants the core (docs/kernel.md). It runs the driver's user loop as it is. Its costs are
/// modelled.
/// </summary>
public sealed class RpcKernel
{
    private const int ColourMask = (1 << LineMap.ColourBits) - 1;
    private readonly Node node;
    private readonly Driver.Nic nic;
    private readonly Dictionary<ushort, KernelProcess> processes = [];
    private readonly SortedSet<int> freeEndpoints;
    private KernelCore[] cores = [];
    private int[] colours = [];
    private bool isCommanding;
    private Task command = Task.CompletedTask;
    private Exception? failure;

    private RpcKernel(Node node, Driver.Nic nic, KernelOptions options)
    {
        (this.node, this.nic, Options) = (node, nic, options);
        freeEndpoints = [.. Enumerable.Range(nic.Capabilities.Cores, nic.Capabilities.Endpoints - nic.Capabilities.Cores)];
    }

    /// <summary>How it decides, and what its work costs.</summary>
    public KernelOptions Options { get; }

    /// <summary>Whether loads of endpoints where the OS names no thread are answered with TRYAGAIN at once.</summary>
    internal bool TurnsAwayStrayLoads => Options.TurnsAwayStrayLoads ?? node.Planner.Window.BlocksByColour;

    /// <summary>Whether the NIC is told when a thread leaves its endpoint.</summary>
    internal bool TellsOfLeaves => TurnsAwayStrayLoads && (Options.TellsOfLeaves ?? node.Cpu.Parameters.SpeculationsPerMillion > 0);

    /// <summary>Times that each core has spent in each activity.</summary>
    public IReadOnlyList<CoreTimes> Times => [.. cores.Select(core => core.Times)];

    /// <summary>Calls that came to a core when their process was gone; nobody answers them.</summary>
    public long OfEarlier { get; internal set; }

    /// <summary>Whether no command of its own is in progress. The driver is not to be used while one is.</summary>
    /// <exception cref="NicException">The NIC has refused one.</exception>
    public bool IsQuiet => command.IsFaulted ? throw command.Exception.InnerException! : command.IsCompleted;

    /// <summary>Gives cores to the kernel, which begins to wait for calls. To be called from outside of the node's ticks.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nic">The driver.</param>
    /// <param name="options">How it decides; null for the defaults.</param>
    public static async Task<RpcKernel> StartAsync(Node node, Driver.Nic nic, KernelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(nic);
        RpcKernel kernel = new(node, nic, options ?? new KernelOptions());
        int count = kernel.Options.Cores > 0 ? kernel.Options.Cores : node.Cpu.Cores.Count;
        await nic.SetSharedQueueAsync((ushort)(kernel.Options.SharedQueue ?? nic.Capabilities.PendingCalls / 4));
        await nic.SetStrayLoadsAsync(kernel.TurnsAwayStrayLoads);
        BoundEndpoint[] endpoints = new BoundEndpoint[count];
        for (int i = 0; i < count; i++)
        {
            endpoints[i] = await nic.BindKernelEndpointAsync(i, sendsLongFrames: false, writesBack: true, takesProcesses: true);
        }

        if (node.Planner.FindConflict(
            [.. endpoints.Select(endpoint => new StallingEndpoint(endpoint.Number, endpoint.ReceiveLine))]) is ColourConflict conflict)
        {
            throw new AddressPlanException(
                $"{count} cores cannot all wait in their kernel loops: {conflict}. Give the kernel fewer cores.");
        }

        kernel.colours = [.. endpoints.Select(kernel.Colour)];
        kernel.cores = [.. endpoints.Select((endpoint, i) => new KernelCore(kernel, node.Cpu.Cores[i], endpoint))];
        for (int i = 0; i < count; i++)
        {
            KernelCore core = kernel.cores[i];
            _ = node.Cpu.Start(node.Cpu.Cores[i], _ => core.RunAsync());
        }

        Action<long> before = node.OnTick;
        node.OnTick = tick =>
        {
            before(tick);
            kernel.Watch(tick);
        };
        return kernel;
    }

    /// <summary>Makes a process known.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="handlerCycles">For how many cycles the handler of a call computes.</param>
    /// <param name="policy">How the NIC is to schedule it.</param>
    /// <param name="userCores">
    /// The cores where its threads may wait in user mode: an endpoint for each. A core may be named several times. If the policy has it not
    /// use kernel endpoints, it runs on no other cores, unless there are no endpoints left for it, when it uses kernel endpoints all the
    /// same; the policy should have a <see cref="ProcessPolicy.HighLoad"/>, so that the NIC calls for it.
    /// </param>
    public async Task<KernelProcess> CreateProcessAsync(
        string name, Func<LineMessage, long> handlerCycles, ProcessPolicy policy, IEnumerable<int> userCores)
    {
        ArgumentNullException.ThrowIfNull(userCores);
        List<(int Core, int Number, int Line)> taken = [];
        foreach (int core in userCores)
        {
            if (TakeEndpoint(core) is (int number, int line))
            {
                taken.Add((core, number, line));
            }
        }

        if (taken.Count == 0)
        {
            // It would run nowhere.
            policy = policy with { UsesKernelEndpoints = true };
        }

        KernelProcess process = new(nic.CreateProcess(name), handlerCycles, policy.UsesKernelEndpoints);
        processes.Add(process.Process.Number, process);
        await process.Process.SetPolicyAsync(policy);
        foreach ((int core, int number, int line) in taken)
        {
            BoundEndpoint bound = await process.Process.BindEndpointAsync(number, writesBack: true, line: line);
            process.Add(new UserEndpoint(bound, node.Planner.Window.BlocksByColour || !policy.UsesKernelEndpoints ? core : null));
        }

        return process;
    }

    /// <summary>Puts a thread into a core's run queue.</summary>
    /// <param name="core">The core.</param>
    /// <param name="thread">The thread.</param>
    public void Add(int core, BackgroundThread thread) => cores[core].Add(thread);

    /// <summary>
    /// Kills a process, whatever it is doing: its services go, what is queued is flushed, handlers are broken off and their calls left
    /// without an answer, waiting threads are sent back, then its endpoints are released. To be called from outside of the node's ticks.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <returns>What was lost.</returns>
    public async Task<KillReport> KillAsync(KernelProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        while (!IsQuiet)
        {
            await PauseAsync();
        }

        isCommanding = true;
        long start = node.Ticks;
        IReadOnlyDictionary<string, ulong> before = await nic.ReadCountersAsync();
        process.IsDead = true;
        foreach (RegisteredService service in process.Process.Services.ToArray())
        {
            await process.Process.UnregisterAsync(service);
        }

        await nic.CommandAsync(CommandCode.FlushProcess, process.Process.Number);
        foreach (KernelCore core in cores.Where(core => core.Has(process)))
        {
            core.Interrupt(KernelCore.KillInterrupt);
        }

        while (process.Threads > 0)
        {
            // A stalled core gets no notification.
            foreach (KernelCore core in cores.Where(core => core.Has(process) && core.IsWaiting).ToArray())
            {
                await nic.RetireAsync(core.Waits);
            }

            // Another of its threads may have had a line loaded that this one is at work on, and the NIC lets that load wait for a message.
            foreach (BoundEndpoint endpoint in process.Process.Endpoints)
            {
                await nic.RetireAsync(endpoint);
            }

            await PauseAsync();
        }

        foreach (BoundEndpoint endpoint in process.Process.Endpoints)
        {
            freeEndpoints.Add(endpoint.Number);
        }

        await process.Process.CloseAsync();
        processes.Remove(process.Process.Number);
        IReadOnlyDictionary<string, ulong> after = await nic.ReadCountersAsync();
        isCommanding = false;
        return new KillReport(node.Ticks - start, Lost("CallFlushed"), process.BrokenOff, Lost("CallDiscarded"));

        long Lost(string counter) => (long)(after[counter] - before[counter]);
    }

    /// <summary>One line for each core with its activity.</summary>
    public override string ToString() =>
        string.Join("; ", cores.Select(core => core.ToString()).Concat(processes.Values.Where(process => process.IsDead)
            .Select(process => $"process {process.Process.Number} is being killed and {process.Threads} of its threads are left")));

    /// <summary>
    /// Gives a process that does not use kernel endpoints a core, of those where its threads may wait: one that waits, if there is one.
    /// </summary>
    /// <param name="number">The process, which has messages and no core, or more of them than its cores can do.</param>
    internal void Place(ushort number)
    {
        if (Find(number) is not KernelProcess { UsesKernelEndpoints: false } process
            || process.Endpoints.Any(endpoint => endpoint.IsCalled))
        {
            return;
        }

        UserEndpoint? own = process.Endpoints.Where(endpoint => !endpoint.IsTaken)
            .MinBy(endpoint => (cores[endpoint.Core!.Value].Starts, cores[endpoint.Core.Value].IsWaiting ? 0 : 1));
        if (own is not null)
        {
            own.IsCalled = true;
            cores[own.Core!.Value].Start(process);
        }
    }

    internal KernelProcess? Find(ushort number) => processes.GetValueOrDefault(number);

    /// <summary>The process that a message is for, if it is still there.</summary>
    internal KernelProcess? Find(ushort number, ushort generation) =>
        Find(number) is KernelProcess found && found.Process.Generation == generation ? found : null;

    /// <summary>Tells the NIC what runs on a core: a store that nobody waits for.</summary>
    internal async void Tell(int core, CoreState state)
    {
        try
        {
            await node.Registers.WriteAsync(RegisterMap.CoreState + (8 * (uint)core), CoreStateWord.Pack(state));
        }
        catch (NicException refused)
        {
            // Thrown where the node ticks, as what goes wrong on a core is.
            failure ??= refused;
        }
    }

    private async Task PauseAsync() => await node.Registers.ReadAsync(RegisterMap.Version);

    // Where a load has waited for too long beside a thread that wants the core, some other core of the kernel's sees it, and retires the
    // load.
    private void Watch(long cycle)
    {
        const int Interval = 64;
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        if (cycle % Interval != 0 || isCommanding || !IsQuiet)
        {
            return;
        }

        int start = (int)(cycle / Interval % cores.Length);
        for (int i = 0; i < cores.Length; i++)
        {
            KernelCore core = cores[(start + i) % cores.Length];
            if (core.IsToBeRetired(cycle))
            {
                command = nic.RetireAsync(core.Waits);
                return;
            }
        }
    }

    // A core's loads all have one colour, that of its kernel endpoint, so that cores never stall each other.
    private int Colour(BoundEndpoint endpoint) => (int)(node.Planner.Number(endpoint.Addresses.ReceiveControl[endpoint.ReceiveLine!.Value])
        & ColourMask);

    private (int Number, int Line)? TakeEndpoint(int core)
    {
        bool byColour = node.Planner.Window.BlocksByColour;
        foreach (int number in freeEndpoints)
        {
            for (int line = 0; line < 2; line++)
            {
                if (!byColour || (node.Planner.Number(node.Planner.Address(new EndpointLine(LineKind.ReceiveControl, (ushort)number,
                    (byte)line))) & ColourMask) == colours[core])
                {
                    freeEndpoints.Remove(number);
                    return (number, line);
                }
            }
        }

        return null;
    }
}
