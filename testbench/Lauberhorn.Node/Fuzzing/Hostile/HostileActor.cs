// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;
using Lauberhorn.Machines;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>A process of the hostile soak, from its birth to its death.</summary>
/// <param name="process">The driver's object for it.</param>
/// <param name="owner">The mark in all bytes that it may see: a number of <see cref="Mark"/>.</param>
/// <param name="isHostile">Whether it breaks the rules.</param>
/// <param name="program">The RPC program that it serves; no other process ever has it.</param>
internal sealed class HostileActor(NicProcess process, int owner, bool isHostile, uint program)
{
    private const ushort FirstPort = 3000;
    private const ushort FirstTransmitPort = 40_000;

    /// <summary>The driver's object for it.</summary>
    public NicProcess Process { get; } = process;

    /// <summary>The mark in all bytes that the process may see.</summary>
    public int Owner { get; } = owner;

    /// <summary>Whether it breaks the protocol's rules.</summary>
    public bool IsHostile { get; } = isHostile;

    /// <summary>The RPC program that it serves.</summary>
    public uint Program { get; } = program;

    /// <summary>The UDP port that it serves.</summary>
    public ushort Port => (ushort)(FirstPort + Owner);

    /// <summary>The UDP port from which it may send.</summary>
    public ushort TransmitPort => (ushort)(FirstTransmitPort + Owner);

    /// <summary>The endpoints that are bound to the process now.</summary>
    public List<BoundEndpoint> Endpoints { get; } = [];

    /// <summary>The lines that it has mapped.</summary>
    public AddressSpace Space { get; } = new();

    /// <summary>Whether its service is in place: calls of it are answered by it and by nobody else.</summary>
    public bool Serves { get; set; }

    /// <summary>Whether it is being killed, or is dead.</summary>
    public bool IsDead { get; set; }

    /// <summary>The owner of a port that is served or sent from; 0 for none.</summary>
    /// <param name="port">The port.</param>
    /// <param name="isService">Whether it is one that is served.</param>
    public static int OwnerOf(ushort port, out bool isService)
    {
        isService = port is > FirstPort and <= FirstPort + Mark.Owners;
        bool isTransmit = port is > FirstTransmitPort and <= FirstTransmitPort + Mark.Owners;
        return isService ? port - FirstPort : isTransmit ? port - FirstTransmitPort : 0;
    }

    /// <summary>The control lines by which it waits, of an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public static IEnumerable<ulong> ControlLines(BoundEndpoint endpoint) =>
        endpoint.Addresses.ReceiveControl.Concat(endpoint.Addresses.TransmitControl);

    /// <summary>Addresses of all lines of an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public static IEnumerable<ulong> Lines(BoundEndpoint endpoint) =>
        ControlLines(endpoint).Concat(endpoint.Addresses.ReceiveAux).Concat(endpoint.Addresses.TransmitAux);

    /// <summary>Maps an endpoint's lines: for sending only to who may send, where that matters (docs/colours.md).</summary>
    /// <param name="endpoint">The endpoint.</param>
    public void Map(BoundEndpoint endpoint)
    {
        foreach (ulong line in Mapped(endpoint))
        {
            Space.Map(line);
        }
    }

    /// <summary>Takes an endpoint's lines away.</summary>
    /// <param name="endpoint">The endpoint.</param>
    public void Unmap(BoundEndpoint endpoint)
    {
        foreach (ulong line in Mapped(endpoint))
        {
            Space.Unmap(line);
        }
    }

    private IEnumerable<ulong> Mapped(BoundEndpoint endpoint) => IsHostile || endpoint.ReceiveLine is not null
        ? Lines(endpoint)
        : endpoint.Addresses.ReceiveControl.Concat(endpoint.Addresses.ReceiveAux);

    /// <summary>
    /// Lines that a core may ask for at any time and for no reason: of an honest process's endpoint with two control lines in turns, not
    /// these, since to load one is to leave the other.
    /// </summary>
    public IEnumerable<ulong> MayBePrefetched => Endpoints.SelectMany(endpoint => IsHostile || endpoint.ReceiveLine is not null
        ? Lines(endpoint)
        : endpoint.Addresses.ReceiveAux);

    /// <summary>The process's number and role, for the trace.</summary>
    public override string ToString() =>
        $"{(IsHostile ? "hostile" : "honest")} process {Process.Number} (owner {Owner}{(IsDead ? ", dead" : "")})";
}
