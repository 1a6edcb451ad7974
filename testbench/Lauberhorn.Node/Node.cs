// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Cosimulation;
using Lauberhorn.Driver;
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Mac;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Machines;
using SME;

namespace Lauberhorn.Node;

/// <summary>What a node is made of.</summary>
public sealed record NodeOptions
{
    /// <summary>The NIC's parameters.</summary>
    public NicConfig Config { get; init; } = NicConfig.Tiny;

    /// <summary>The cores, their caches, and the link.</summary>
    public MachineParameters Machine { get; init; } = MachineParameters.Ideal;

    /// <summary>What runs the NIC: its C# processes, its RTL, or both and compared.</summary>
    public Machine Hardware { get; init; } = Cosimulation.Machine.CSharp;

    /// <summary>How RTL is built.</summary>
    public RtlBuildOptions Rtl { get; init; } = new();

    /// <summary>Of everything random in the machine.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// A node: the NIC's way from the wire to the cores, the cores in front of it, its registers, and the wire. Cores run the driver's loops or any other program; everything happens on the
/// caller's thread, tick by tick, and is the same again for the same seed.
/// </summary>
public sealed class Node : IDisposable
{
    /// <summary>Name of the top-level entity.</summary>
    public const string EntityName = "request_node";

    private readonly IDisposable hardware;
    private readonly RegisterPort registers;

    /// <summary>Builds the node.</summary>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public Node(NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NicConfig config = options.Config;
        Simulation = new Simulation();
        Config = config;
        Mac = Scope.CreateBus<IMacReceive>("mac");
        Home = new HomePort();
        AxiLitePort axi = new();
        RegisterOutputs outputs = new();
        Path = new RequestPath(config, Mac, Home, outputs);
        _ = new RegisterFile(config, axi, Path.ReceivePath.Counters, Path.Events, Path.CommandAnswers, outputs);
        Replies = new ReplyStage(Path);
        Simulation.AddTopLevelInputs(Mac, Home.Reads.Forward, Home.Returns.Forward, Home.Data.Backward, Home.Fetches.Backward);
        Simulation.AddTopLevelOutputs(Home.Reads.Backward, Home.Returns.Backward, Home.Data.Forward, Home.Fetches.Forward);
        axi.AddTopLevel(Simulation);
        Replies.AddTopLevel(Simulation);
        hardware = Simulation.RunOn(options.Hardware, EntityName, options.Rtl);
        Wire = new FrameWire(Mac);
        registers = new RegisterPort(axi, Tick);
        AddressWindow window = new(1ul << 40, NicConfig.LineBytes, AddressHash.ThunderX, config.ProgressColourBits, options.Machine.StallBlocksColour);
        Planner = new AddressPlanner(window);
        Cpu = new CoherentMachine(options.Machine, new StreamNicPort(Home, TickNic), window, options.Seed);
    }

    /// <summary>The simulation of the NIC.</summary>
    public Simulation Simulation { get; }

    /// <summary>The NIC's parameters.</summary>
    public NicConfig Config { get; }

    /// <summary>What the MAC delivers.</summary>
    public IMacReceive Mac { get; }

    /// <summary>The coherence port.</summary>
    public HomePort Home { get; }

    /// <summary>The NIC up to the reply stage.</summary>
    public RequestPath Path { get; }

    /// <summary>What stands behind it.</summary>
    public ReplyStage Replies { get; }

    /// <summary>Frames to the NIC.</summary>
    public FrameWire Wire { get; }

    /// <summary>The cores.</summary>
    public CoherentMachine Cpu { get; }

    /// <summary>Where lines are.</summary>
    public AddressPlanner Planner { get; }

    /// <summary>The registers.</summary>
    public IRegisterAccess Registers => registers;

    /// <summary>Ticks so far.</summary>
    public long Ticks => Simulation.Ticks;

    /// <summary>Called before each tick.</summary>
    public Action<long> OnTick { get; set; } = static _ => { };

    /// <summary>Opens the driver.</summary>
    public Driver.Nic Open() => Driver.Nic.OpenAsync(Registers, endpoint => Planner.Addresses(endpoint, Config.AuxLines)).GetAwaiter().GetResult();

    /// <summary>One tick of everything.</summary>
    public void Tick() => Cpu.Step();

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

    private void TickNic()
    {
        long tick = Ticks;
        OnTick(tick);
        Replies.Step(tick);
        Wire.Drive(tick + 1);
        registers.Step();
        Simulation.Tick();
    }
}
