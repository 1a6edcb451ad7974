// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>An entry of the service table.</summary>
[CommandData(CommandCode.SetServiceKey, "ServiceKey")]
public readonly record struct ServiceKeyEntry
{
    /// <summary>Whether the entry is valid.</summary>
    [Place(0, 16)]
    public bool IsValid { get; init; }

    /// <summary>The key that a call must match.</summary>
    public ServiceKey Key { get; init; }

    /// <summary>Number of the service that it then calls, below <see cref="NicConfig.Services"/>.</summary>
    [Place(0, 32)]
    public ushort ServiceNumber { get; init; }
}

/// <summary>An entry of the program table.</summary>
[CommandData(CommandCode.SetProgram, "Program")]
public readonly record struct ProgramEntry
{
    /// <summary>Whether the entry is valid.</summary>
    [Place(0, 16)]
    public bool IsValid { get; init; }

    /// <summary>UDP port of the program.</summary>
    [Place(0, 0)]
    public ushort Port { get; init; }

    /// <summary>RPC program number.</summary>
    [Place(1, 0)]
    public uint Program { get; init; }

    /// <summary>The lowest version that is served.</summary>
    [Place(2, 0)]
    public uint LowestVersion { get; init; }

    /// <summary>The highest version that is served.</summary>
    [Place(2, 32)]
    public uint HighestVersion { get; init; }
}

/// <summary>An entry of the neighbour table.</summary>
[CommandData(CommandCode.SetNeighbour, "Neighbour")]
public readonly record struct NeighbourEntry
{
    /// <summary>Whether the entry is valid; a command without it removes the address.</summary>
    [Place(0, 32)]
    public bool IsValid { get; init; }

    /// <summary>IPv4 address; the first byte on the wire is the most significant.</summary>
    [Place(0, 0)]
    public uint Address { get; init; }

    /// <summary>MAC address; the first byte on the wire is the most significant.</summary>
    [Place(1, 0)]
    public Bits<W48> MacAddress { get; init; }
}

/// <summary>The owner of an endpoint and what it may do.</summary>
[CommandData(CommandCode.BindEndpoint, "Endpoint")]
public readonly record struct EndpointBinding
{
    /// <summary>The process; 0 is the kernel, whose endpoint gets the bypass's frames.</summary>
    [Place(0, 0)]
    public ushort Process { get; init; }

    /// <summary>The owner's generation, which the NIC writes into every control line.</summary>
    [Place(0, 16)]
    public ushort Generation { get; init; }

    /// <summary>The UDP port from which it may send datagrams; 0 for none.</summary>
    [Place(0, 32)]
    public ushort TransmitPort { get; init; }

    /// <summary>Whether it may send whole Ethernet frames; set for the kernel's endpoint.</summary>
    [Place(0, 48)]
    public bool MaySendFrames { get; init; }

    /// <summary>Whether it has a packet slot for its transmit aux lines.</summary>
    [Place(0, 49)]
    public bool HasTransmitPacketSlot { get; init; }

    /// <summary>Number of that slot, from <see cref="NicConfig.PacketSlots"/> on.</summary>
    [Place(1, 0)]
    public ushort TransmitPacketSlot { get; init; }

    /// <summary>
    /// Whether software writes the endpoint's lines back itself, and uses one control line in each direction (docs/colours.md).
    /// </summary>
    [Place(0, 50)]
    public bool WritesBack { get; init; }

    /// <summary>If so: which receive control line. The transmit control line is number 0.</summary>
    [Place(0, 51)]
    public bool ReceiveLine { get; init; }

    /// <summary>
    /// Whether it is its core's kernel endpoint, which receives messages of any process. Its number is the core's, and
    /// <see cref="Process"/> is 0.
    /// </summary>
    [Place(0, 52)]
    public bool IsKernel { get; init; }
}

/// <summary>
/// How a process is scheduled (docs/scheduler.md). All zeros, as after a reset: by its own endpoints only, with no bound to its queue but
/// the shared one.
/// </summary>
[CommandData(CommandCode.SetProcess, "ProcessPolicy")]
public readonly record struct ProcessPolicy
{
    /// <summary>Whether its messages may go to kernel endpoints.</summary>
    [Place(0, 0)]
    public bool UsesKernelEndpoints { get; init; }

    /// <summary>
    /// Its weight in the round-robin of the kernel endpoints: so many messages in a row. Not 0 if <see cref="UsesKernelEndpoints"/>.
    /// </summary>
    [Place(0, 8)]
    public byte Weight { get; init; }

    /// <summary>Cores of the process that are never preempted for another.</summary>
    [Place(0, 16)]
    public byte LeastCores { get; init; }

    /// <summary>Cores that the process has at most before kernel endpoints receive no more messages of it; 0 for no limit.</summary>
    [Place(0, 24)]
    public byte MostCores { get; init; }

    /// <summary>Guaranteed queue entries: messages that it can have queued whatever others do.</summary>
    [Place(0, 32)]
    public ushort GuaranteedQueue { get; init; }

    /// <summary>Messages that it can have queued at most; 0 for no limit but the shared one.</summary>
    [Place(0, 48)]
    public ushort MostQueued { get; init; }

    /// <summary>Queue length from which the process wants another core though it has one; 0 for never.</summary>
    [Place(1, 0)]
    public ushort PreemptsFrom { get; init; }

    /// <summary>
    /// Upper threshold of the load, in messages queued, from which the NIC asks the OS for more cores for it; 0 for never. If it does not
    /// use kernel endpoints (since it may run on some cores only) the NIC asks at once when it has a message and no core.
    /// </summary>
    [Place(1, 16)]
    public ushort HighLoad { get; init; }

    /// <summary>
    /// Lower threshold of the load, in messages queued, under which the NIC reports that it needs no extra cores; applies after
    /// <see cref="HighLoad"/> was reached.
    /// </summary>
    [Place(1, 32)]
    public ushort LowLoad { get; init; }

    /// <summary>Guaranteed packet slots: those that its calls can have whatever others do, delivered and queued together.</summary>
    [Place(1, 48)]
    public ushort GuaranteedPackets { get; init; }

    /// <summary>
    /// Tells this use of the process's number from earlier ones: calls of services of another generation are dropped, and so are answers to
    /// them. A number's queue is flushed after its new generation applies. The driver sets it by itself.
    /// </summary>
    [Place(2, 0)]
    public ushort Generation { get; init; }
}

/// <summary>An entry of the table of UDP ports.</summary>
[CommandData(CommandCode.SetPort, "Port")]
public readonly record struct PortEntry
{
    /// <summary>Whether the port is the NIC's.</summary>
    [Place(0, 0)]
    public bool IsOurs { get; init; }
}
