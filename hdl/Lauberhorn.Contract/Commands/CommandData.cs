// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>What the data registers hold for each command, as the blocks take it. Register n is bits 64n to 64n + 63.</summary>
[Hardware]
public static class CommandData
{
    /// <summary>The data of <see cref="CommandCode.SetService"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static Service Service(Bits<W512> data) => new()
    {
        Process = (ushort)data.Slice<W16>(CommandPlaces.ServiceProcess),
        Flags = (ServiceFlags)(byte)data.Slice<W8>(CommandPlaces.ServiceFlags),
        LengthWord = (byte)data.Slice<W8>(CommandPlaces.ServiceLengthWord),
        MinimumBytes = (ushort)data.Slice<W16>(CommandPlaces.ServiceMinimumBytes),
        LengthLimit = (ushort)data.Slice<W16>(CommandPlaces.ServiceLengthLimit),
        CodePointer = (ulong)data.Slice<W64>(CommandPlaces.ServiceCodePointer),
        DataPointer = (ulong)data.Slice<W64>(CommandPlaces.ServiceDataPointer),
        ArgumentLayout = data.Slice<W48>(CommandPlaces.ServiceArgumentLayout),
        ReplyLayout = data.Slice<W48>(CommandPlaces.ServiceReplyLayout),
        ProcessGeneration = (ushort)data.Slice<W16>(CommandPlaces.ServiceProcessGeneration),
    };

    /// <summary>The data of <see cref="CommandCode.SetServiceKey"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static ServiceKeyEntry ServiceKey(Bits<W512> data) => new()
    {
        IsValid = data[CommandPlaces.ServiceKeyIsValid],
        ServiceNumber = (ushort)data.Slice<W16>(CommandPlaces.ServiceKeyServiceNumber),
        Key = new ServiceKey((ushort)data.Slice<W16>(CommandPlaces.ServiceKeyPort), (uint)data.Slice<W32>(CommandPlaces.ServiceKeyProgram), (uint)data.Slice<W32>(CommandPlaces.ServiceKeyVersion), (uint)data.Slice<W32>(CommandPlaces.ServiceKeyProcedure)),
    };

    /// <summary>The data of <see cref="CommandCode.SetProgram"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static ProgramEntry Program(Bits<W512> data) => new()
    {
        IsValid = data[CommandPlaces.ProgramIsValid],
        Port = (ushort)data.Slice<W16>(CommandPlaces.ProgramPort),
        Program = (uint)data.Slice<W32>(CommandPlaces.ProgramProgram),
        LowestVersion = (uint)data.Slice<W32>(CommandPlaces.ProgramLowestVersion),
        HighestVersion = (uint)data.Slice<W32>(CommandPlaces.ProgramHighestVersion),
    };

    /// <summary>The data of <see cref="CommandCode.SetNeighbour"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static NeighbourEntry Neighbour(Bits<W512> data) => new()
    {
        Address = (uint)data.Slice<W32>(CommandPlaces.NeighbourAddress),
        IsValid = data[CommandPlaces.NeighbourIsValid],
        MacAddress = data.Slice<W48>(CommandPlaces.NeighbourMacAddress),
    };

    /// <summary>The data of <see cref="CommandCode.SetProcess"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static ProcessPolicy ProcessPolicy(Bits<W512> data) => new()
    {
        UsesKernelEndpoints = data[CommandPlaces.PolicyUsesKernelEndpoints],
        Weight = (byte)data.Slice<W8>(CommandPlaces.PolicyWeight),
        LeastCores = (byte)data.Slice<W8>(CommandPlaces.PolicyLeastCores),
        MostCores = (byte)data.Slice<W8>(CommandPlaces.PolicyMostCores),
        GuaranteedQueue = (ushort)data.Slice<W16>(CommandPlaces.PolicyGuaranteedQueue),
        MostQueued = (ushort)data.Slice<W16>(CommandPlaces.PolicyMostQueued),
        PreemptsFrom = (ushort)data.Slice<W16>(CommandPlaces.PolicyPreemptsFrom),
        HighLoad = (ushort)data.Slice<W16>(CommandPlaces.PolicyHighLoad),
        LowLoad = (ushort)data.Slice<W16>(CommandPlaces.PolicyLowLoad),
        GuaranteedPackets = (ushort)data.Slice<W16>(CommandPlaces.PolicyGuaranteedPackets),
        Generation = (ushort)data.Slice<W16>(CommandPlaces.PolicyGeneration),
    };

    /// <summary>The data of <see cref="CommandCode.BindEndpoint"/>.</summary>
    /// <param name="data">The data registers.</param>
    public static EndpointBinding Endpoint(Bits<W512> data) => new()
    {
        Process = (ushort)data.Slice<W16>(CommandPlaces.EndpointProcess),
        Generation = (ushort)data.Slice<W16>(CommandPlaces.EndpointGeneration),
        TransmitPort = (ushort)data.Slice<W16>(CommandPlaces.EndpointTransmitPort),
        MaySendFrames = data[CommandPlaces.EndpointMaySendFrames],
        HasTransmitPacketSlot = data[CommandPlaces.EndpointHasTransmitPacketSlot],
        TransmitPacketSlot = (ushort)data.Slice<W16>(CommandPlaces.EndpointTransmitPacketSlot),
        WritesBack = data[CommandPlaces.EndpointWritesBack],
        IsKernel = data[CommandPlaces.EndpointIsKernel],
        ReceiveLine = data[CommandPlaces.EndpointReceiveLine],
    };
}

/// <summary>An entry of the service table.</summary>
public readonly record struct ServiceKeyEntry
{
    /// <summary>Whether it counts.</summary>
    public bool IsValid { get; init; }

    /// <summary>What a call must have.</summary>
    public ServiceKey Key { get; init; }

    /// <summary>The service that it then calls.</summary>
    public ushort ServiceNumber { get; init; }
}

/// <summary>An entry of the program table.</summary>
public readonly record struct ProgramEntry
{
    /// <summary>Whether it counts.</summary>
    public bool IsValid { get; init; }

    /// <summary>UDP port.</summary>
    public ushort Port { get; init; }

    /// <summary>RPC program.</summary>
    public uint Program { get; init; }

    /// <summary>The lowest version that is served.</summary>
    public uint LowestVersion { get; init; }

    /// <summary>The highest version that is served.</summary>
    public uint HighestVersion { get; init; }
}

/// <summary>An entry of the neighbour table.</summary>
public readonly record struct NeighbourEntry
{
    /// <summary>Whether it counts.</summary>
    public bool IsValid { get; init; }

    /// <summary>IPv4 address.</summary>
    public uint Address { get; init; }

    /// <summary>MAC address; the first byte on the wire is the most significant.</summary>
    public Bits<W48> MacAddress { get; init; }
}

/// <summary>To whom an endpoint belongs.</summary>
public readonly record struct EndpointBinding
{
    /// <summary>The process; 0 is the kernel, whose endpoint gets the bypass's frames.</summary>
    public ushort Process { get; init; }

    /// <summary>Goes into every control line.</summary>
    public ushort Generation { get; init; }

    /// <summary>The UDP port from which it may send datagrams; 0 for none.</summary>
    public ushort TransmitPort { get; init; }

    /// <summary>Whether it may send whole frames.</summary>
    public bool MaySendFrames { get; init; }

    /// <summary>Whether it has a packet slot for its transmit aux lines.</summary>
    public bool HasTransmitPacketSlot { get; init; }

    /// <summary>That slot: from <see cref="NicConfig.PacketSlots"/> on.</summary>
    public ushort TransmitPacketSlot { get; init; }

    /// <summary>Whether software writes its lines back itself, and uses one control line in each direction (docs/colours.md).</summary>
    public bool WritesBack { get; init; }

    /// <summary>If so: which receive control line. The transmit control line is number 0.</summary>
    public bool ReceiveLine { get; init; }

    /// <summary>Whether it is its core's kernel endpoint, which takes messages of any process. Its number is the core's, and <see cref="Process"/> is 0.</summary>
    public bool IsKernel { get; init; }
}

/// <summary>How a process is scheduled (docs/scheduling-state.md). All zeros, as after a reset: by its own endpoints only, with no bound to its queue but the shared one.</summary>
public readonly record struct ProcessPolicy
{
    /// <summary>Whether its messages may go to kernel endpoints.</summary>
    public bool UsesKernelEndpoints { get; init; }

    /// <summary>Its share of the kernel endpoints' turns: so many messages in a row. Not 0 if <see cref="UsesKernelEndpoints"/>.</summary>
    public byte Weight { get; init; }

    /// <summary>Cores that no other process makes it yield.</summary>
    public byte LeastCores { get; init; }

    /// <summary>Cores that it has at most before kernel endpoints take no more messages of it; 0 for no limit.</summary>
    public byte MostCores { get; init; }

    /// <summary>Messages that it can have queued whatever others do.</summary>
    public ushort GuaranteedQueue { get; init; }

    /// <summary>Messages that it can have queued at most; 0 for no limit but the shared one.</summary>
    public ushort MostQueued { get; init; }

    /// <summary>With so many messages queued it wants another core though it has one; 0 for never.</summary>
    public ushort PreemptsFrom { get; init; }

    /// <summary>
    /// From this load on, in messages queued, the NIC asks the OS for more cores for it; 0 for never. If it does not use kernel endpoints (since it may run on some cores only) the NIC asks at once
    /// when it has a message and no core.
    /// </summary>
    public ushort HighLoad { get; init; }

    /// <summary>Under this load the NIC says that it needs no more cores than before; counts after <see cref="HighLoad"/> was reached.</summary>
    public ushort LowLoad { get; init; }

    /// <summary>Packet slots that its calls can have whatever others do, in lines and in the queue together.</summary>
    public ushort GuaranteedPackets { get; init; }

    /// <summary>
    /// Tells this use of the process's number from earlier ones: calls of services of another generation are dropped, and so are answers to
    /// them. A new number's queue is flushed after the new generation counts. The driver sets it by itself.
    /// </summary>
    public ushort Generation { get; init; }
}
