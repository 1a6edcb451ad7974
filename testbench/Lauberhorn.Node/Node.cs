// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using SME;
using SME.Testing.Cosimulation;
using SME.VHDL;

namespace Lauberhorn.Node;

/// <summary>Options of a node.</summary>
public sealed record NodeOptions
{
    /// <summary>The NIC's parameters.</summary>
    public NicConfig Config { get; init; } = NicConfig.Tiny;

    /// <summary>The cores, their caches, and the link.</summary>
    public MachineParameters Machine { get; init; } = MachineParameters.Ideal;

    /// <summary>What runs the NIC: its C# processes, its RTL, or both and compared.</summary>
    public Machine Hardware { get; init; } = SME.Testing.Cosimulation.Machine.CSharp;

    /// <summary>Build options of the RTL.</summary>
    public RtlBuildOptions Rtl { get; init; } = new();

    /// <summary>
    /// Cycles from the NIC's interrupt to the core; what the core then does with it is not in them. 500 ns, modelled: link, interrupt
    /// controller, and the way to the core.
    /// </summary>
    public int InterruptLatency { get; init; } = 125;

    /// <summary>
    /// A fetch that the CPU has not answered for so many cycles stalls what waits for it, and is no fault of the NIC's: a stalled load of
    /// the same colour can keep it until TRYAGAIN. No waiting counts meanwhile (<see cref="Standstill"/>).
    /// </summary>
    public int FetchPatience { get; init; } = 1_000;

    /// <summary>
    /// So many cycles an item may be valid and not accepted inside of the NIC while wire and CPU take and give, before the simulation ends
    /// with a see cref="ContractException"/>.
    /// </summary>
    public long LongestWait { get; init; } = 5_000;

    /// <summary>Seed of all random choices of the machine.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// A node: the NIC, the cores in front of it, its registers, and its wire. Cores run the driver's loops or any other program; everything
/// happens on the caller's thread, tick by tick, and is the same again for the same seed.
/// </summary>
public sealed class Node : IDisposable
{
    private readonly IDisposable hardware;
    private readonly RegisterPort registers;
    private readonly Queue<(long Tick, int Core)> interrupts = new();
    private readonly int interruptLatency;
    private readonly int fetchPatience;
    private readonly OwedReturns owed;
    private WaitsGraph? waits;

    // The thread in which the node ticks; 0 while it does not.
    private int ticking;

    /// <summary>Builds the node.</summary>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public Node(NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NicConfig config = options.Config;
        interruptLatency = options.InterruptLatency;
        fetchPatience = options.FetchPatience;
        Simulation = new Simulation();
        Simulation.Standstill.Limit = options.LongestWait;
        Simulation.Standstill.WaitsFor = stream => (waits ??= WaitsGraph.Of(Simulation.Network)).WaitsOf(stream);
        Nic = Hdl.Top.Nic.Build(Simulation, config);
        hardware = Simulation.RunOn(options.Hardware, Hdl.Top.Nic.EntityName, options.Rtl);
        Wire = new FrameWire(Nic.Mac, Nic.Frames);
        owed = new OwedReturns(Nic.Home);
        registers = new RegisterPort(Nic.Registers, Tick, IsTicking);
        AddressWindow window = new(1ul << 40, NicConfig.LineBytes, AddressHash.ThunderX, config.ProgressColourBits,
            options.Machine.StallBlocksColour);
        Planner = new AddressPlanner(window);
        Cpu = new CoherentMachine(options.Machine, new StreamNicPort(Nic.Home, TickNic), window, options.Seed);
    }

    /// <summary>The simulation of the NIC.</summary>
    public Simulation Simulation { get; }

    /// <summary>The NIC.</summary>
    public Hdl.Top.Nic Nic { get; }

    /// <summary>Frames in and out.</summary>
    public FrameWire Wire { get; }

    /// <summary>The machine in front of the NIC: cores, caches, link.</summary>
    public CoherentMachine Cpu { get; }

    /// <summary>The address map of the lines.</summary>
    public AddressPlanner Planner { get; }

    /// <summary>The NIC's registers, by AXI4-Lite accesses in simulated time.</summary>
    public IRegisterAccess Registers => registers;

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary>Called before each tick.</summary>
    public Action<long> OnTick { get; set; } = static _ => { };

    /// <summary>Opens the driver.</summary>
    public Driver.Nic Open() =>
        Driver.Nic.OpenAsync(Registers, endpoint => Planner.Addresses(endpoint, Nic.Config.AuxLines), planner: Planner,
            host: new HostTraits(Cpu.Parameters.SpeculationsPerMillion == 0)).GetAwaiter().GetResult();

    /// <summary>One tick of everything.</summary>
    public void Tick()
    {
        ticking = Environment.CurrentManagedThreadId;
        try
        {
            registers.Complete();
            Cpu.Step();
        }
        finally
        {
            ticking = 0;
        }
    }

    /// <summary>Ticks until something is so.</summary>
    /// <param name="isDone">What.</param>
    /// <param name="most">After so many ticks it fails.</param>
    /// <exception cref="TimeoutException">It is not.</exception>
    public void RunUntil(Func<bool> isDone, long most = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(isDone);
        for (long i = 0; !isDone(); i++)
        {
            if (i == most)
            {
                throw new TimeoutException($"nothing came of it in {most} ticks");
            }

            Tick();
        }
    }

    /// <summary>Ends the simulation.</summary>
    public void Dispose()
    {
        Simulation.Dispose();
        hardware.Dispose();
    }

    // Whatever runs beside the ticks would not be the same again.
    private bool IsTicking() => ticking == 0 || ticking == Environment.CurrentManagedThreadId ? ticking != 0
        : throw new InvalidOperationException(
            "the registers are accessed by a thread beside the one in which the node ticks: something has resumed a program there");

    private void TickNic()
    {
        long tick = Ticks;
        OnTick(tick);
        Wire.Take(tick);
        Wire.Drive(tick + 1);
        registers.Step();
        Interrupt(tick);
        owed.Observe(tick);
        if (owed.Oldest() < tick - fetchPatience)
        {
            Simulation.Standstill.HoldUp();
        }

        Simulation.Tick();
    }

    private void Interrupt(long tick)
    {
        if (Nic.Interrupts.Passes)
        {
            interrupts.Enqueue((tick + interruptLatency, Nic.Interrupts.Forward.Item.Core));
        }

        Nic.Interrupts.Backward.Ready = true;
        while (interrupts.TryPeek(out (long Tick, int Core) due) && due.Tick <= tick)
        {
            Cpu.Cores[interrupts.Dequeue().Core].Interrupt(0);
        }
    }
}
