// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// A design and its clock. Construct it, construct processes and buses (they join it), then <see cref="Run"/> it to the
/// end of its simulation processes, or <see cref="Tick()"/> it from outside.
/// </summary>
public sealed partial class Simulation : IDisposable
{
    private readonly List<IBus> topLevelInputs = [];
    private readonly List<IBus> topLevelOutputs = [];
    private readonly List<Action<Simulation>> atStart = [];
    private readonly List<Action<Simulation>> atEnd = [];
    private readonly List<IMonitor> monitors = [];
    private Network? network;
    private bool hasStarted;
    private bool hasEnded;

    /// <summary>Opens a simulation: its scope is current on this thread until <see cref="Dispose"/>.</summary>
    public Simulation()
    {
        Standstill = new Standstill(this);
        Scope = new Scope(string.Empty, null, this, ClockDomain.Default);
    }

    /// <summary>The outermost scope.</summary>
    public Scope Scope { get; }

    /// <summary>The rule that no item of a stream waits for ever, checked in every tick.</summary>
    public Standstill Standstill { get; }

    /// <summary>Ticks since reset.</summary>
    public long Ticks => network?.Ticks ?? 0;

    /// <summary>
    /// After how many ticks the simulation is compiled: from then on all processes run as one piece of machine code, many times as
    /// fast, which pays off in long runs. 0 compiles at once, <see cref="long.MaxValue"/> never. Breakpoints in processes work
    /// only before; so the value at first is "never" if a debugger is attached, else what the environment has in
    /// <c>SME_COMPILE_AFTER</c> (a number or <c>never</c>), else 2,000.
    /// </summary>
    public long CompileAfter { get; set; } = Compilation.TickCount.CompileAfterAtFirst;

    /// <summary>
    /// From how many hardware processes on a compiled design lets those rest whose inputs and state do not change; <see
    /// cref="int.MaxValue"/> never does, 0 always. Nothing that can be observed depends on it but the time that a tick takes. At first what
    /// the environment has in <c>SME_REST_FROM</c> (a number or <c>never</c>), else 32. See docs/simulator.md.
    /// </summary>
    public int RestFrom { get; set; } = Compilation.TickCount.RestFromAtFirst;

    /// <summary>
    /// Whether processes that rest run all the same, and end the simulation if that changes anything: slow, to find faults of the
    /// simulator. At first whether the environment has <c>SME_CHECK_REST=1</c>.
    /// </summary>
    public bool ChecksRest { get; set; } = Environment.GetEnvironmentVariable("SME_CHECK_REST") == "1";

    /// <summary>The elaborated network; made at the first use.</summary>
    /// <exception cref="ElaborationException">The design is not well-formed.</exception>
    public Network Network => network ??= Network.Elaborate(this);

    /// <summary>Buses that hardware around the design drives, in the order they were added.</summary>
    public IReadOnlyList<IBus> TopLevelInputs => topLevelInputs;

    /// <summary>Buses that hardware around the design reads, in the order they were added.</summary>
    public IReadOnlyList<IBus> TopLevelOutputs => topLevelOutputs;

    /// <summary>Names buses that hardware around the design drives.</summary>
    /// <exception cref="InvalidOperationException">The design is elaborated already.</exception>
    public Simulation AddTopLevelInputs(params IBus[] buses) => AddTopLevel(topLevelInputs, buses);

    /// <summary>Names buses that hardware around the design reads.</summary>
    /// <exception cref="InvalidOperationException">The design is elaborated already.</exception>
    public Simulation AddTopLevelOutputs(params IBus[] buses) => AddTopLevel(topLevelOutputs, buses);

    /// <summary>Adds something that looks at the design after every tick.</summary>
    /// <param name="monitor">What looks.</param>
    public Simulation AddMonitor(IMonitor monitor)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        monitors.Add(monitor);
        return this;
    }

    /// <summary>Adds something that looks at the design after every tick.</summary>
    /// <param name="onSettled">As <see cref="IMonitor.OnSettled"/>.</param>
    public Simulation AddMonitor(Action<Simulation> onSettled)
    {
        ArgumentNullException.ThrowIfNull(onSettled);
        return AddMonitor(new ActionMonitor(onSettled));
    }

    /// <summary>Adds something to do when the design is elaborated, before its first tick.</summary>
    /// <param name="action">What to do.</param>
    public Simulation AtStart(Action<Simulation> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        atStart.Add(action);
        return this;
    }

    /// <summary>
    /// Adds something to do once after the last tick: at the end of <see cref="Run"/>, or at <see cref="Dispose"/> if it was ticked by
    /// hand.
    /// </summary>
    /// <param name="action">What to do.</param>
    public Simulation AtEnd(Action<Simulation> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        atEnd.Add(action);
        return this;
    }

    /// <summary>Ticks until all simulation processes have ended.</summary>
    /// <param name="processes">Ignored beyond having been constructed; for programs written for upstream SME.</param>
    /// <exception cref="InvalidOperationException">There is no simulation process, so the run would have no end.</exception>
    public void Run(params Process[] processes)
    {
        if (!Network.HasSimulationProcesses)
        {
            throw new InvalidOperationException(
                "the run has no end: it ends when all simulation processes have ended, and there is none; add one, or call Tick(count)");
        }

        while (!Network.IsFinished)
        {
            Tick();
        }

        End();
    }

    /// <summary>
    /// One clock: clocked and simulation processes run on the settled values, what they wrote appears together, then
    /// combinational processes run once each in the order of their dependencies.
    /// </summary>
    public void Tick() => Tick(1);

    /// <summary>Ticks a number of times.</summary>
    /// <param name="count">How many.</param>
    public void Tick(long count)
    {
        Network running = Network;
        if (!hasStarted)
        {
            Start();
        }

        if (monitors.Count == 0)
        {
            running.Tick(count);
            return;
        }

        for (long i = 0; i < count; i++)
        {
            running.Tick(1);
            Watch();
        }
    }

    /// <summary>Closes the simulation's scope, after doing what is left to do at the end.</summary>
    public void Dispose()
    {
        try
        {
            End();
        }
        finally
        {
            Scope.Dispose();
        }
    }

    private Simulation AddTopLevel(List<IBus> list, IBus[] buses)
    {
        if (network is not null)
        {
            throw new InvalidOperationException(
                "the design is elaborated: name its top-level buses before the first use of Network, Tick or Run");
        }

        foreach (IBus bus in buses)
        {
            ArgumentNullException.ThrowIfNull(bus, nameof(buses));
            if (!list.Contains(bus))
            {
                list.Add(bus);
            }
        }

        return this;
    }

    private void Start()
    {
        hasStarted = true;
        foreach (Action<Simulation> action in atStart)
        {
            action(this);
        }

        Watch();
    }

    private void End()
    {
        // A design that was never ticked has not begun, so there is nothing to end: its constructor may have thrown.
        if (hasEnded || !hasStarted)
        {
            return;
        }

        hasEnded = true;
        foreach (Action<Simulation> action in atEnd)
        {
            action(this);
        }
    }

    private void Watch()
    {
        foreach (IMonitor monitor in monitors)
        {
            monitor.OnSettled(this);
        }
    }

    private sealed class ActionMonitor(Action<Simulation> onSettled) : IMonitor
    {
        public void OnSettled(Simulation simulation) => onSettled(simulation);
    }
}
