// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>Where in the data registers a field of a command is: its lowest bit, counted from bit 0 of register 0. No field lies in two registers.</summary>
public static class CommandPlaces
{
    /// <summary><see cref="Service.Process"/>, 16 bits.</summary>
    public const int ServiceProcess = 0;

    /// <summary><see cref="Service.Flags"/>, 8 bits.</summary>
    public const int ServiceFlags = 16;

    /// <summary><see cref="Service.LengthWord"/>, 8 bits.</summary>
    public const int ServiceLengthWord = 24;

    /// <summary><see cref="Service.MinimumBytes"/>, 16 bits.</summary>
    public const int ServiceMinimumBytes = 32;

    /// <summary><see cref="Service.LengthLimit"/>, 16 bits.</summary>
    public const int ServiceLengthLimit = 48;

    /// <summary><see cref="Service.CodePointer"/>, 64 bits.</summary>
    public const int ServiceCodePointer = 64;

    /// <summary><see cref="Service.DataPointer"/>, 64 bits.</summary>
    public const int ServiceDataPointer = 128;

    /// <summary><see cref="Service.ArgumentLayout"/>, 48 bits.</summary>
    public const int ServiceArgumentLayout = 192;

    /// <summary><see cref="Service.ReplyLayout"/>, 48 bits.</summary>
    public const int ServiceReplyLayout = 256;

    /// <summary><see cref="Service.ProcessGeneration"/>, 16 bits.</summary>
    public const int ServiceProcessGeneration = 304;

    /// <summary><see cref="ServiceKey.Port"/>, 16 bits.</summary>
    public const int ServiceKeyPort = 0;

    /// <summary><see cref="ServiceKeyEntry.IsValid"/>, 1 bit.</summary>
    public const int ServiceKeyIsValid = 16;

    /// <summary><see cref="ServiceKeyEntry.ServiceNumber"/>, 16 bits.</summary>
    public const int ServiceKeyServiceNumber = 32;

    /// <summary><see cref="ServiceKey.Program"/>, 32 bits.</summary>
    public const int ServiceKeyProgram = 64;

    /// <summary><see cref="ServiceKey.Version"/>, 32 bits.</summary>
    public const int ServiceKeyVersion = 96;

    /// <summary><see cref="ServiceKey.Procedure"/>, 32 bits.</summary>
    public const int ServiceKeyProcedure = 128;

    /// <summary><see cref="ProgramEntry.Port"/>, 16 bits.</summary>
    public const int ProgramPort = 0;

    /// <summary><see cref="ProgramEntry.IsValid"/>, 1 bit.</summary>
    public const int ProgramIsValid = 16;

    /// <summary><see cref="ProgramEntry.Program"/>, 32 bits.</summary>
    public const int ProgramProgram = 64;

    /// <summary><see cref="ProgramEntry.LowestVersion"/>, 32 bits.</summary>
    public const int ProgramLowestVersion = 128;

    /// <summary><see cref="ProgramEntry.HighestVersion"/>, 32 bits.</summary>
    public const int ProgramHighestVersion = 160;

    /// <summary><see cref="NeighbourEntry.Address"/>, 32 bits.</summary>
    public const int NeighbourAddress = 0;

    /// <summary><see cref="NeighbourEntry.IsValid"/>, 1 bit.</summary>
    public const int NeighbourIsValid = 32;

    /// <summary><see cref="NeighbourEntry.MacAddress"/>, 48 bits.</summary>
    public const int NeighbourMacAddress = 64;

    /// <summary><see cref="EndpointBinding.Process"/>, 16 bits.</summary>
    public const int EndpointProcess = 0;

    /// <summary><see cref="EndpointBinding.Generation"/>, 16 bits.</summary>
    public const int EndpointGeneration = 16;

    /// <summary><see cref="EndpointBinding.TransmitPort"/>, 16 bits.</summary>
    public const int EndpointTransmitPort = 32;

    /// <summary><see cref="EndpointBinding.MaySendFrames"/>, 1 bit.</summary>
    public const int EndpointMaySendFrames = 48;

    /// <summary><see cref="EndpointBinding.HasTransmitPacketSlot"/>, 1 bit.</summary>
    public const int EndpointHasTransmitPacketSlot = 49;

    /// <summary><see cref="EndpointBinding.TransmitPacketSlot"/>, 16 bits.</summary>
    public const int EndpointTransmitPacketSlot = 64;

    /// <summary><see cref="EndpointBinding.WritesBack"/>, 1 bit.</summary>
    public const int EndpointWritesBack = 50;

    /// <summary><see cref="EndpointBinding.ReceiveLine"/>, 1 bit.</summary>
    public const int EndpointReceiveLine = 51;

    /// <summary><see cref="EndpointBinding.IsKernel"/>, 1 bit.</summary>
    public const int EndpointIsKernel = 52;

    /// <summary><see cref="ProcessPolicy.UsesKernelEndpoints"/>, 1 bit.</summary>
    public const int PolicyUsesKernelEndpoints = 0;

    /// <summary><see cref="ProcessPolicy.Weight"/>, 8 bits.</summary>
    public const int PolicyWeight = 8;

    /// <summary><see cref="ProcessPolicy.LeastCores"/>, 8 bits.</summary>
    public const int PolicyLeastCores = 16;

    /// <summary><see cref="ProcessPolicy.MostCores"/>, 8 bits.</summary>
    public const int PolicyMostCores = 24;

    /// <summary><see cref="ProcessPolicy.GuaranteedQueue"/>, 16 bits.</summary>
    public const int PolicyGuaranteedQueue = 32;

    /// <summary><see cref="ProcessPolicy.MostQueued"/>, 16 bits.</summary>
    public const int PolicyMostQueued = 48;

    /// <summary><see cref="ProcessPolicy.PreemptsFrom"/>, 16 bits.</summary>
    public const int PolicyPreemptsFrom = 64;

    /// <summary><see cref="ProcessPolicy.HighLoad"/>, 16 bits.</summary>
    public const int PolicyHighLoad = 80;

    /// <summary><see cref="ProcessPolicy.LowLoad"/>, 16 bits.</summary>
    public const int PolicyLowLoad = 96;

    /// <summary><see cref="ProcessPolicy.GuaranteedPackets"/>, 16 bits.</summary>
    public const int PolicyGuaranteedPackets = 112;

    /// <summary><see cref="ProcessPolicy.Generation"/>, 16 bits.</summary>
    public const int PolicyGeneration = 128;

    /// <summary>Of <see cref="CommandCode.SetPort"/>: whether the port is the NIC's, 1 bit.</summary>
    public const int PortIsOurs = 0;
}

/// <summary>What a command's data registers hold.</summary>
/// <param name="Code">The command.</param>
/// <param name="Name">Its data's name.</param>
/// <param name="Item">The type that hardware unpacks the data to; null if it is a single bit.</param>
/// <param name="Fields">The fields, in the order of their bits.</param>
public sealed record CommandLayout(CommandCode Code, string Name, Type? Item, params IReadOnlyList<CommandField> Fields)
{
    /// <summary>The layouts of all commands that have data.</summary>
    public static IReadOnlyList<CommandLayout> All { get; } =
    [
        new(
            CommandCode.SetService,
            "Service",
            typeof(Service),
            new CommandField("Process", "Process", CommandPlaces.ServiceProcess, 16),
            new CommandField("Flags", "Flags", CommandPlaces.ServiceFlags, 8),
            new CommandField("LengthWord", "LengthWord", CommandPlaces.ServiceLengthWord, 8),
            new CommandField("MinimumBytes", "MinimumBytes", CommandPlaces.ServiceMinimumBytes, 16),
            new CommandField("LengthLimit", "LengthLimit", CommandPlaces.ServiceLengthLimit, 16),
            new CommandField("CodePointer", "CodePointer", CommandPlaces.ServiceCodePointer, 64),
            new CommandField("DataPointer", "DataPointer", CommandPlaces.ServiceDataPointer, 64),
            new CommandField("ArgumentLayout", "ArgumentLayout", CommandPlaces.ServiceArgumentLayout, 48),
            new CommandField("ReplyLayout", "ReplyLayout", CommandPlaces.ServiceReplyLayout, 48),
            new CommandField("ProcessGeneration", "ProcessGeneration", CommandPlaces.ServiceProcessGeneration, 16)),
        new(
            CommandCode.SetServiceKey,
            "ServiceKey",
            typeof(ServiceKeyEntry),
            new CommandField("Port", "Key.Port", CommandPlaces.ServiceKeyPort, 16),
            new CommandField("IsValid", "IsValid", CommandPlaces.ServiceKeyIsValid, 1),
            new CommandField("ServiceNumber", "ServiceNumber", CommandPlaces.ServiceKeyServiceNumber, 16),
            new CommandField("Program", "Key.Program", CommandPlaces.ServiceKeyProgram, 32),
            new CommandField("Version", "Key.Version", CommandPlaces.ServiceKeyVersion, 32),
            new CommandField("Procedure", "Key.Procedure", CommandPlaces.ServiceKeyProcedure, 32)),
        new(
            CommandCode.SetProgram,
            "Program",
            typeof(ProgramEntry),
            new CommandField("Port", "Port", CommandPlaces.ProgramPort, 16),
            new CommandField("IsValid", "IsValid", CommandPlaces.ProgramIsValid, 1),
            new CommandField("Program", "Program", CommandPlaces.ProgramProgram, 32),
            new CommandField("LowestVersion", "LowestVersion", CommandPlaces.ProgramLowestVersion, 32),
            new CommandField("HighestVersion", "HighestVersion", CommandPlaces.ProgramHighestVersion, 32)),
        new(
            CommandCode.SetNeighbour,
            "Neighbour",
            typeof(NeighbourEntry),
            new CommandField("Address", "Address", CommandPlaces.NeighbourAddress, 32),
            new CommandField("IsValid", "IsValid", CommandPlaces.NeighbourIsValid, 1),
            new CommandField("MacAddress", "MacAddress", CommandPlaces.NeighbourMacAddress, 48)),
        new(
            CommandCode.BindEndpoint,
            "Endpoint",
            typeof(EndpointBinding),
            new CommandField("Process", "Process", CommandPlaces.EndpointProcess, 16),
            new CommandField("Generation", "Generation", CommandPlaces.EndpointGeneration, 16),
            new CommandField("TransmitPort", "TransmitPort", CommandPlaces.EndpointTransmitPort, 16),
            new CommandField("MaySendFrames", "MaySendFrames", CommandPlaces.EndpointMaySendFrames, 1),
            new CommandField("HasTransmitPacketSlot", "HasTransmitPacketSlot", CommandPlaces.EndpointHasTransmitPacketSlot, 1),
            new CommandField("WritesBack", "WritesBack", CommandPlaces.EndpointWritesBack, 1),
            new CommandField("ReceiveLine", "ReceiveLine", CommandPlaces.EndpointReceiveLine, 1),
            new CommandField("IsKernel", "IsKernel", CommandPlaces.EndpointIsKernel, 1),
            new CommandField("TransmitPacketSlot", "TransmitPacketSlot", CommandPlaces.EndpointTransmitPacketSlot, 16)),
        new(
            CommandCode.SetProcess,
            "ProcessPolicy",
            typeof(ProcessPolicy),
            new CommandField("UsesKernelEndpoints", "UsesKernelEndpoints", CommandPlaces.PolicyUsesKernelEndpoints, 1),
            new CommandField("Weight", "Weight", CommandPlaces.PolicyWeight, 8),
            new CommandField("LeastCores", "LeastCores", CommandPlaces.PolicyLeastCores, 8),
            new CommandField("MostCores", "MostCores", CommandPlaces.PolicyMostCores, 8),
            new CommandField("GuaranteedQueue", "GuaranteedQueue", CommandPlaces.PolicyGuaranteedQueue, 16),
            new CommandField("MostQueued", "MostQueued", CommandPlaces.PolicyMostQueued, 16),
            new CommandField("PreemptsFrom", "PreemptsFrom", CommandPlaces.PolicyPreemptsFrom, 16),
            new CommandField("HighLoad", "HighLoad", CommandPlaces.PolicyHighLoad, 16),
            new CommandField("LowLoad", "LowLoad", CommandPlaces.PolicyLowLoad, 16),
            new CommandField("GuaranteedPackets", "GuaranteedPackets", CommandPlaces.PolicyGuaranteedPackets, 16),
            new CommandField("Generation", "Generation", CommandPlaces.PolicyGeneration, 16)),
        new(CommandCode.SetPort, "Port", null, new CommandField("IsOurs", "IsOurs", CommandPlaces.PortIsOurs, 1)),
    ];
}

/// <summary>A field of a command's data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Member">Where it is in the item: names of properties, with points between.</param>
/// <param name="Bit">Its lowest bit, see <see cref="CommandPlaces"/>.</param>
/// <param name="Width">Bits.</param>
public sealed record CommandField(string Name, string Member, int Bit, int Width);
