// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Model;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Node;

/// <summary>
/// A core that is the kernel's: it takes what the fast path does not know, answers ARP and echo requests, and finds neighbours.
/// </summary>
public sealed class KernelNode
{
    private readonly List<Task> commands = [];

    private KernelNode(Driver.Nic nic, ReceiveSettings settings)
    {
        Network = new KernelNetwork(settings, (address, mac) => commands.Add(nic.SetNeighbourAsync(address, mac)));
    }

    /// <summary>The modelled kernel's network: ARP, ping and what else it answers.</summary>
    public KernelNetwork Network { get; }

    /// <summary>The loop of the kernel's endpoint: bypassed frames in, frames out; null until the node has started.</summary>
    public KernelLoop Loop { get; private set; } = null!;

    /// <summary>The bypassed frames that it was given, in order.</summary>
    public List<(FrameKind Kind, byte[] Bytes)> Frames { get; } = [];

    /// <summary>Whether it has told the NIC all neighbours that it has found.</summary>
    /// <exception cref="NicException">The NIC has refused one.</exception>
    public bool IsQuiet => commands.All(command => command.IsFaulted ? throw command.Exception.InnerException! : command.IsCompleted);

    /// <summary>Gives a core to the kernel.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nic">The driver; it is not to be used while <see cref="IsQuiet"/> is false.</param>
    /// <param name="settings">The NIC's addresses.</param>
    /// <param name="core">The core.</param>
    /// <param name="writesBack">Whether its loop writes its lines back itself; null for the driver's default.</param>
    public static KernelNode Serve(Node node, Driver.Nic nic, ReceiveSettings settings, int core = 0, bool? writesBack = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(nic);
        ArgumentNullException.ThrowIfNull(settings);
        KernelNode kernel = new(nic, settings);
        BoundEndpoint endpoint = nic.BindKernelEndpointAsync(core, writesBack: writesBack).GetAwaiter().GetResult();
        kernel.Loop = new KernelLoop(node.Cpu.Cores[core], endpoint, kernel.Handle);
        _ = node.Cpu.Start(node.Cpu.Cores[core], _ => kernel.Loop.RunAsync());
        return kernel;
    }

    private IEnumerable<byte[]> Handle(KernelFrame frame)
    {
        Frames.Add(((FrameKind)frame.Flags, frame.Bytes.ToArray()));
        return Network.Handle(frame.Bytes, (FrameKind)frame.Flags);
    }
}
