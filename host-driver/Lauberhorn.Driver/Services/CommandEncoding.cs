// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver.Placement;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Demux;

namespace Lauberhorn.Driver;

/// <summary>Writes the data of commands into the eight data registers; <see cref="CommandData"/> reads them.</summary>
public static class CommandEncoding
{
    /// <summary>Data registers.</summary>
    public const int Registers = 8;

    /// <summary>The data of a step.</summary>
    /// <param name="step">The step; not <see cref="CommandCode.None"/>.</param>
    public static ulong[] Of(TableStep step) => step.Code switch
    {
        CommandCode.SetService => Of(step.Service),
        CommandCode.SetServiceKey => Of(step.Key),
        CommandCode.SetProgram => Of(step.Program),
        _ => throw new ArgumentException($"{step.Code} is no step of a table's change", nameof(step)),
    };

    /// <summary>The data of <see cref="CommandCode.SetService"/>.</summary>
    /// <param name="service">The service.</param>
    public static ulong[] Of(Service service) =>
    [
        service.Process | ((ulong)service.Flags << 16) | ((ulong)service.LengthWord << 24) | ((ulong)service.MinimumBytes << 32) | ((ulong)service.LengthLimit << 48),
        service.CodePointer,
        service.DataPointer,
        (ulong)service.ArgumentLayout,
        (ulong)service.ReplyLayout,
    ];

    /// <summary>The data of <see cref="CommandCode.SetServiceKey"/>.</summary>
    /// <param name="entry">The entry.</param>
    public static ulong[] Of(ServiceKeyEntry entry) =>
    [
        entry.Key.Port | (entry.IsValid ? 1ul << 16 : 0) | ((ulong)entry.ServiceNumber << 32),
        entry.Key.Program | ((ulong)entry.Key.Version << 32),
        entry.Key.Procedure,
    ];

    /// <summary>The data of <see cref="CommandCode.SetProgram"/>.</summary>
    /// <param name="entry">The entry.</param>
    public static ulong[] Of(ProgramEntry entry) =>
    [
        entry.Port | (entry.IsValid ? 1ul << 16 : 0),
        entry.Program,
        entry.LowestVersion | ((ulong)entry.HighestVersion << 32),
    ];

    /// <summary>The data of <see cref="CommandCode.SetNeighbour"/>.</summary>
    /// <param name="entry">The entry.</param>
    public static ulong[] Of(NeighbourEntry entry) => [entry.Address | (entry.IsValid ? 1ul << 32 : 0), (ulong)entry.MacAddress];

    /// <summary>The data of <see cref="CommandCode.BindEndpoint"/>.</summary>
    /// <param name="binding">The binding.</param>
    public static ulong[] Of(EndpointBinding binding) =>
    [
        binding.Process | ((ulong)binding.Generation << 16) | ((ulong)binding.TransmitPort << 32) | (binding.MaySendFrames ? 1ul << 48 : 0)
            | (binding.HasTransmitPacketSlot ? 1ul << 49 : 0),
        binding.TransmitPacketSlot,
    ];
}
