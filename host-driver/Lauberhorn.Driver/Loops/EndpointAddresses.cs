// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>Where an endpoint's lines are, as the core addresses them.</summary>
/// <param name="ReceiveControl">The two receive control lines.</param>
/// <param name="TransmitControl">The two transmit control lines.</param>
/// <param name="ReceiveAux">The receive aux lines.</param>
/// <param name="TransmitAux">The transmit aux lines.</param>
public sealed record EndpointAddresses(
    IReadOnlyList<ulong> ReceiveControl,
    IReadOnlyList<ulong> TransmitControl,
    IReadOnlyList<ulong> ReceiveAux,
    IReadOnlyList<ulong> TransmitAux)
{
    /// <summary>
    /// The addresses where the NIC's lines lie one after the other, by the numbers that the directory gives them: without an address hash.
    /// </summary>
    /// <param name="map">Which line has which number.</param>
    /// <param name="window">Address of line 0.</param>
    /// <param name="endpoint">The endpoint's number.</param>
    /// <param name="auxLines">Aux lines in each direction.</param>
    public static EndpointAddresses Of(LineMap map, ulong window, int endpoint, int auxLines)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new EndpointAddresses(Lines(LineKind.ReceiveControl, 2), Lines(LineKind.TransmitControl, 2),
            Lines(LineKind.ReceiveAux, auxLines), Lines(LineKind.TransmitAux, auxLines));

        ulong[] Lines(LineKind kind, int count) =>
            [.. Enumerable.Range(0, count)
                .Select(i => window + (LineMessage.LineBytes * (ulong)map.Number(new EndpointLine(kind, (ushort)endpoint, (byte)i))))];
    }
}
