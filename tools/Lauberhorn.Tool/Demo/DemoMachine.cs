// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Wire;
using Lauberhorn.Node;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Demo;

/// <summary>
/// What stands at the NIC's end of the demo's wire: the NIC, and two cores in front of it. The first is the kernel's and answers what the
/// fast path does not know (ARP, ping); the second serves one object.
/// </summary>
public sealed class DemoMachine : IDisposable
{
    /// <summary>The UDP port of the service.</summary>
    public const ushort Port = 2049;

    // Cycles until both cores' first loads have certainly reached the NIC.
    private const int UntilLoadsStall = 400;
    private readonly List<PassedFrame> frames = [];

    private DemoMachine(NodeOptions options)
    {
        Node = new Node.Node(options);
        Kernel = new KernelNetwork(ReceiveSettings.Captures);
    }

    /// <summary>The NIC and the cores.</summary>
    public Node.Node Node { get; }

    /// <summary>The driver, to be used from outside of the cores' programs.</summary>
    public Nic Driver { get; private set; } = null!;

    /// <summary>The modelled kernel's network: ARP, ping and what else it answers.</summary>
    public KernelNetwork Kernel { get; }

    /// <summary>The service's endpoint.</summary>
    public int Endpoint { get; private set; }

    /// <summary>The tick of the service's last load of a control line.</summary>
    public long LoadTick { get; private set; }

    /// <summary>All frames that passed, in order.</summary>
    public IReadOnlyList<PassedFrame> Frames => frames;

    /// <summary>Called with every step of the service's loop, with the tick.</summary>
    public Action<long, LoopEvent> OnLoop { get; set; } = static (_, _) => { };

    /// <summary>Builds the machine and starts its cores.</summary>
    /// <typeparam name="T">A type with <see cref="RpcProgramAttribute"/>.</typeparam>
    /// <param name="config">The NIC.</param>
    /// <param name="hardware">What runs it.</param>
    /// <param name="service">What the second core serves.</param>
    /// <exception cref="CosimulationException">The RTL cannot be built.</exception>
    public static DemoMachine Start<T>(NicConfig config, Machine hardware, T service)
        where T : class
    {
        // Without the compiler's optimization the RTL is built in a quarter of the time, and fast enough for a person.
        DemoMachine machine = new(new NodeOptions
        {
            Config = config,
            Machine = MachineParameters.Enzian with { Cores = 2 },
            Hardware = hardware,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
        });
        try
        {
            // Outside of the cores' programs register accesses end before they return, so nothing here is ever suspended.
            machine.StartAsync(service).GetAwaiter().GetResult();
            long begin = machine.Node.Ticks + UntilLoadsStall;
            machine.Node.RunUntil(() => machine.Node.Ticks >= begin);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Joins the machine to a wire; what passes is remembered.</summary>
    /// <param name="wire">The wire.</param>
    public WireLink Connect(IWire wire) => new(Node, wire)
    {
        OnFrameIn = frame => frames.Add(new PassedFrame(Node.Ticks, Node.Ticks, true, frame.Bytes)),
        OnFrameOut = frame => frames.Add(new PassedFrame(frame.FirstTick, frame.LastTick, false, frame.Bytes)),
    };

    /// <inheritdoc/>
    public void Dispose() => Node.Dispose();

    private async Task StartAsync<T>(T service)
        where T : class
    {
        Nic nic = Driver = Node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        BoundEndpoint kernel = await nic.BindKernelEndpointAsync(0);
        NicProcess process = nic.CreateProcess("demo");
        await process.RegisterAsync(service, Port);
        BoundEndpoint endpoint = await process.BindEndpointAsync();
        Endpoint = endpoint.Number;
        _ = Node.Cpu.Start(Node.Cpu.Cores[0], core => new KernelLoop(core, kernel, frame => Kernel.Handle(frame.Bytes)).RunAsync());
        _ = Node.Cpu.Start(Node.Cpu.Cores[1], core => UserLoop.RunAsync(core, endpoint, process.Handlers, default, Watch));
    }

    private void Watch(LoopEvent what)
    {
        LoadTick = what.Step == LoopStep.Load ? Node.Ticks : LoadTick;
        OnLoop(Node.Ticks, what);
    }
}
