// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>What runs on a core: the OS writes it, the scheduler reads it.</summary>
public readonly record struct CoreState
{
    /// <summary>Whether a process that the NIC knows runs there; otherwise the kernel does, or something that has no services.</summary>
    public bool HasProcess { get; init; }

    /// <summary>Number of the process, below <see cref="NicConfig.Processes"/>; means something if <see cref="HasProcess"/>.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether the thread that runs there uses a user endpoint.</summary>
    public bool HasEndpoint { get; init; }

    /// <summary>Number of the endpoint, below <see cref="NicConfig.Endpoints"/>; means something if <see cref="HasEndpoint"/>.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>Whether the core may be preempted, by an interrupt, while it is busy in a handler.</summary>
    public bool MayPreempt { get; init; }
}

/// <summary>Where in a <see cref="RegisterMap.CoreState"/> a field is: its lowest bit. <see cref="CoreStateWord"/> unpacks them.</summary>
public static class CoreStatePlaces
{
    /// <summary><see cref="CoreState.Process"/>, 16 bits.</summary>
    public const int Process = 0;

    /// <summary><see cref="CoreState.Endpoint"/>, 16 bits.</summary>
    public const int Endpoint = 16;

    /// <summary><see cref="CoreState.HasProcess"/>, 1 bit.</summary>
    public const int HasProcess = 32;

    /// <summary><see cref="CoreState.HasEndpoint"/>, 1 bit.</summary>
    public const int HasEndpoint = 33;

    /// <summary><see cref="CoreState.MayPreempt"/>, 1 bit.</summary>
    public const int MayPreempt = 34;
}

/// <summary>The word that is stored to <see cref="RegisterMap.CoreState"/>.</summary>
[Hardware]
public static class CoreStateWord
{
    /// <summary>Unpacks what is stored.</summary>
    /// <param name="data">The register's 64 bits; those outside of its fields are ignored.</param>
    public static CoreState Unpack(ulong data) => new()
    {
        Process = (ushort)(data >> CoreStatePlaces.Process),
        Endpoint = (ushort)(data >> CoreStatePlaces.Endpoint),
        HasProcess = ((data >> CoreStatePlaces.HasProcess) & 1) != 0,
        HasEndpoint = ((data >> CoreStatePlaces.HasEndpoint) & 1) != 0,
        MayPreempt = ((data >> CoreStatePlaces.MayPreempt) & 1) != 0,
    };
    /// <summary>Packs the word for a core's register.</summary>
    /// <param name="state">What runs on the core.</param>
    public static ulong Pack(CoreState state) =>
        ((ulong)state.Process << CoreStatePlaces.Process)
        | ((ulong)state.Endpoint << CoreStatePlaces.Endpoint)
        | ((state.HasProcess ? 1ul : 0) << CoreStatePlaces.HasProcess)
        | ((state.HasEndpoint ? 1ul : 0) << CoreStatePlaces.HasEndpoint)
        | ((state.MayPreempt ? 1ul : 0) << CoreStatePlaces.MayPreempt);
}
