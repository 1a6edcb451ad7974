// SPDX-License-Identifier: Apache-2.0
using SME.Compilation;

namespace SME;

/// <summary>The elaborated design: who drives and reads what, and the order in which processes run.</summary>
public sealed class Network
{
    private readonly Schedule schedule;
    private readonly BusStorage[][] driven;
    private readonly TickCount ticks = new();
    private readonly SimulationProcess[] simulationProcesses;
    private readonly ILookup<BusStorage, ProcessInstance> drivers;
    private readonly ILookup<BusStorage, ProcessInstance> readers;
    private readonly bool hasAsynchronousProcesses;
    private readonly List<string> warnings = [];
    private IHardwareReplacement? replacement;
    private Action<long>? compiled;
    private RestPlan? rests;
    private bool staysPlain;

    private Network(Simulation simulation, IReadOnlyList<ProcessInstance> processes, IReadOnlyList<BusStorage> buses)
    {
        Simulation = simulation;
        Processes = processes;
        Buses = buses;
        drivers = Users(process => process.Outputs);
        readers = Users(process => process.Inputs);
        Domains = [.. processes.Where(process => process.IsClocked).Select(process => process.Domain).Prepend(ClockDomain.Default)
            .Distinct()];
        new NetworkChecks(this).Run(warnings);
        schedule = new Schedule(this);
        driven = schedule.Combinational.Select(process => process.Outputs.Select(use => use.Bus).Distinct().ToArray()).ToArray();
        simulationProcesses = processes.Select(process => process.Process).OfType<SimulationProcess>().ToArray();
        hasAsynchronousProcesses = processes.Any(process => process.Process is not SimpleProcess);
    }

    /// <summary>The simulation whose processes and buses these are.</summary>
    public Simulation Simulation { get; }

    /// <summary>All processes, in order of construction.</summary>
    public IReadOnlyList<ProcessInstance> Processes { get; }

    /// <summary>All buses, in order of creation.</summary>
    public IReadOnlyList<BusStorage> Buses { get; }

    /// <summary>The clock domains of the clocked processes, the default one first.</summary>
    public IReadOnlyList<ClockDomain> Domains { get; }

    /// <summary>Warnings: what is allowed but most likely not meant, as buses that are driven and never read, and such.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Whether the design has simulation processes, so that a run has an end.</summary>
    public bool HasSimulationProcesses => simulationProcesses.Length > 0;

    /// <summary>Whether all simulation processes have ended; false if there are none.</summary>
    public bool IsFinished => simulationProcesses.Length > 0 && Array.TrueForAll(simulationProcesses, process => process.IsFinished);

    /// <summary>The process that drives a bus; null for one that the top level drives, or nothing.</summary>
    /// <param name="bus">The bus.</param>
    public ProcessInstance? DriverOf(BusStorage bus) => drivers[bus].FirstOrDefault();

    /// <summary>The processes that read a bus, in order of construction.</summary>
    /// <param name="bus">The bus.</param>
    public IEnumerable<ProcessInstance> ReadersOf(BusStorage bus) => readers[bus];

    /// <summary>
    /// Lets something else run in place of the hardware processes; simulation processes, top-level inputs and the monitors of
    /// top-level buses stay. To be called before the first tick.
    /// </summary>
    /// <param name="hardware">What runs instead.</param>
    /// <exception cref="ElaborationException">A simulation process reads a bus inside of the hardware.</exception>
    /// <exception cref="InvalidOperationException">The simulation has begun.</exception>
    public void ReplaceHardware(IHardwareReplacement hardware)
    {
        ArgumentNullException.ThrowIfNull(hardware);
        if (Ticks > 0 || replacement is not null)
        {
            throw new InvalidOperationException("the hardware can be replaced once, before the first tick");
        }

        HashSet<BusStorage> hidden = [.. Processes.Where(process => !process.IsSimulationOnly).SelectMany(process => process.Outputs)
            .Select(use => use.Bus)];
        hidden.ExceptWith(hardware.Outputs);
        foreach (ProcessInstance process in Processes.Where(process => process.Process is SimulationProcess))
        {
            if (process.Inputs.FirstOrDefault(use => hidden.Contains(use.Bus)) is { } use)
            {
                throw new ElaborationException(
                    $"{process.Path} reads {use.Bus.Path}, which is inside of the hardware that is replaced; name it with "
                        + $"AddTopLevelOutputs");
            }
        }

        replacement = hardware;
        schedule.RemoveHardware(hidden);
    }

    internal IEnumerable<ProcessInstance> DriversOf(BusStorage bus) => drivers[bus];

    internal static Network Elaborate(Simulation simulation)
    {
        List<Scope> scopes = [];
        Collect(simulation.Scope);
        scopes.ForEach(Naming.NameProcesses);
        ProcessInstance[] instances = scopes.SelectMany(scope => scope.Processes).Select(ProcessInstance.Describe).ToArray();
        scopes.ForEach(scope => Naming.NameBuses(scope, instances));
        BusStorage[] buses = scopes.SelectMany(scope => scope.Buses).ToArray();
        AddMarkedTopLevelBuses(simulation, instances, buses);
        Network network = new(simulation, instances, buses);

        // What a constructor wrote to an output is no value at reset; what the test bench wrote to an input waits for the first tick.
        foreach (BusStorage bus in instances.Where(instance => !instance.IsSimulationOnly).SelectMany(instance => instance.Outputs)
            .Select(use => use.Bus))
        {
            bus.Reset();
        }

        network.Settle();
        return network;

        void Collect(Scope scope)
        {
            scopes.Add(scope);
            foreach (Scope inner in scope.Scopes)
            {
                Collect(inner);
            }
        }
    }

    /// <summary>Base ticks that are done.</summary>
    internal long Ticks => ticks.Done;

    /// <summary>Whether the tick runs as machine code of its own; see <see cref="Simulation.CompileAfter"/>.</summary>
    public bool IsCompiled => compiled is not null && !staysPlain;

    /// <summary>
    /// The hardware processes and monitors that the next tick cannot skip, in order of construction: what wrote in the last one woke
    /// them, or they never rest. All, as long as the design is not compiled, or if none may rest.
    /// </summary>
    public IEnumerable<ProcessInstance> Awake => rests is null ? Processes : Processes.Intersect(rests.AwakeNow);

    /// <summary>The profile that counts each process's runs; null if none was asked for.</summary>
    internal SimulationProfile? Profile { get; private set; }

    /// <summary>Counts from now on how often each process runs, and how long. To be called before the design is compiled.</summary>
    /// <exception cref="InvalidOperationException">The design is compiled, or is being profiled.</exception>
    public SimulationProfile StartProfile()
    {
        if (compiled is not null || Profile is not null)
        {
            throw new InvalidOperationException("a design is profiled from before it is compiled, once");
        }

        return Profile = new SimulationProfile(this);
    }

    /// <summary>The reasons of the hardware processes that never rest; empty before the design is compiled.</summary>
    public IReadOnlyDictionary<ProcessInstance, string> NeverRests => rests?.Reasons ?? new Dictionary<ProcessInstance, string>();

    /// <summary>Runs some ticks.</summary>
    internal void Tick(long count)
    {
        // An asynchronous method of a test bench must go on where the simulation calls it, not where a test framework or a window posts it.
        SynchronizationContext? surrounding = hasAsynchronousProcesses ? SynchronizationContext.Current : null;
        if (surrounding is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        try
        {
            long plain = compiled is not null ? 0
                : replacement is not null ? count : Math.Min(count, Math.Max(0, Simulation.CompileAfter - ticks.Done));
            for (long i = 0; i < plain; i++)
            {
                TickOnce(ticks.Done);
                ticks.Done++;
            }

            if (plain < count)
            {
                compiled ??= Compile();
                compiled(count - plain);
            }
        }
        finally
        {
            if (surrounding is not null)
            {
                SynchronizationContext.SetSynchronizationContext(surrounding);
            }
        }
    }

    private static void AddMarkedTopLevelBuses(Simulation simulation, ProcessInstance[] instances, BusStorage[] buses)
    {
        HashSet<BusStorage> drivenByHardware =
            [.. instances.Where(instance => !instance.IsSimulationOnly).SelectMany(instance => instance.Outputs).Select(use => use.Bus)];
        foreach (BusStorage bus in buses)
        {
            if (bus.BusType.IsDefined(typeof(TopLevelInputBusAttribute), false) && !drivenByHardware.Contains(bus))
            {
                simulation.AddTopLevelInputs((IBus)bus);
            }

            if (bus.BusType.IsDefined(typeof(TopLevelOutputBusAttribute), false) && drivenByHardware.Contains(bus))
            {
                simulation.AddTopLevelOutputs((IBus)bus);
            }
        }
    }

    private ILookup<BusStorage, ProcessInstance> Users(Func<ProcessInstance, IReadOnlyList<BusUse>> uses) =>
        Processes.SelectMany(process => uses(process).Select(use => use.Bus).Distinct().Select(bus => (bus, process)))
            .ToLookup(pair => pair.bus, pair => pair.process);

    private void TickOnce(long tick)
    {
        TickAll(schedule.TestBench, tick);
        TickAll(schedule.Clocked, tick);
        foreach (BusStorage bus in schedule.Registered)
        {
            bus.Commit();
        }

        replacement?.Tick(tick);
        Settle();
    }

    private Action<long> Compile()
    {
        try
        {
            return NetworkCompiler.Compile(this, schedule, ticks, out rests);
        }
        catch (Exception problem) when (problem is InvalidProgramException or NotSupportedException or ArgumentException
            or InvalidOperationException)
        {
            staysPlain = true;
            warnings.Add($"the tick stays plain and slow, because it could not be compiled; please report this: {problem.Message}");
            return count =>
            {
                for (long i = 0; i < count; i++)
                {
                    TickOnce(ticks.Done);
                    ticks.Done++;
                }
            };
        }
    }

    private static void TickAll(ProcessInstance[] processes, long tick)
    {
        foreach (ProcessInstance instance in processes)
        {
            if (instance.Domain.HasEdge(tick))
            {
                instance.Process.Tick();
            }
        }
    }

    private void Settle()
    {
        for (int i = 0; i < schedule.Combinational.Length; i++)
        {
            schedule.Combinational[i].Process.Tick();
            foreach (BusStorage bus in driven[i])
            {
                bus.Commit();
            }
        }
    }
}
