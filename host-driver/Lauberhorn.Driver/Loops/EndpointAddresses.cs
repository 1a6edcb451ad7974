// SPDX-License-Identifier: Apache-2.0
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
    IReadOnlyList<ulong> TransmitAux);
