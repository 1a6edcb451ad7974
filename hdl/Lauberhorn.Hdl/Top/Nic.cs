// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Schedule;
using SME;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// The NIC: MAC on one side, the CPU's coherence on the other, registers for the OS; see docs/fast-path.md and docs/control.md.
/// </summary>
public sealed class Nic
{
    /// <summary>Name of the top-level entity.</summary>
    public const string EntityName = "nic";

    /// <summary>Creates the NIC in the current scope.</summary>
    /// <param name="config">Its parameters.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public Nic(NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        Mac = Scope.CreateBus<IMacReceive>("mac");
        Home = new HomePort();
        Registers = new AxiLitePort();
        RegisterOutputs outputs = new();
        FastPath = new FastPath(config, Mac, Home, outputs);
        IReceiveCounters counters = FastPath.ReceivePath.Counters;
        _ = new RegisterFile(config, Registers, counters, FastPath.Slots, FastPath.Events, FastPath.CommandAnswers, outputs);
    }

    /// <summary>The parameters that the NIC was built with.</summary>
    public NicConfig Config { get; }

    /// <summary>Input: received beats from the MAC.</summary>
    public IMacReceive Mac { get; }

    /// <summary>Output: frames to the MAC.</summary>
    public Stream<TransmitBeat> Frames => FastPath.Frames;

    /// <summary>Output: cores that are to be interrupted, because they are preempted (docs/scheduler.md).</summary>
    public Stream<CoreInterrupt> Interrupts => FastPath.Interrupts;

    /// <summary>The coherence port: reads and returned lines in, data and fetches out (docs/home-port.md).</summary>
    public HomePort Home { get; }

    /// <summary>The AXI4-Lite port with the registers of docs/registers.md: 64-bit data, one access at a time.</summary>
    public AxiLitePort Registers { get; }

    /// <summary>The blocks between MAC and coherence port.</summary>
    public FastPath FastPath { get; }

    /// <summary>Makes the NIC the whole of a simulation: its buses are the top level's ports.</summary>
    /// <param name="simulation">The simulation, just opened.</param>
    /// <param name="config">The NIC's parameters.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public static Nic Build(Simulation simulation, NicConfig config)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Nic nic = new(config);
        HomePort home = nic.Home;
        simulation.AddTopLevelInputs(nic.Mac, nic.Frames.Backward, home.Reads.Forward, home.Returns.Forward, home.Data.Backward,
            home.Fetches.Backward, nic.Interrupts.Backward);
        simulation.AddTopLevelOutputs(nic.Frames.Forward, home.Reads.Backward, home.Returns.Backward, home.Data.Forward,
            home.Fetches.Forward, nic.Interrupts.Forward);
        nic.Registers.AddTopLevel(simulation);
        return nic;
    }
}
