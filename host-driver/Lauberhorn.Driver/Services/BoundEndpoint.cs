// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>An endpoint and its owner.</summary>
/// <param name="Number">The endpoint's number.</param>
/// <param name="Process">Number of the process that owns it; 0 is the kernel.</param>
/// <param name="Generation">Distinguishes this binding from earlier ones; every control line has it.</param>
/// <param name="Addresses">The addresses of its lines.</param>
/// <param name="HasTransmitAux">Whether it may send more than fits a control line.</param>
/// <param name="ReceiveLine">If the loop writes its lines back itself: the one receive control line that it uses; the transmit control line
/// is number 0 then. Otherwise it alternates between both.</param>
public sealed record BoundEndpoint(
    int Number, ushort Process, ushort Generation, EndpointAddresses Addresses, bool HasTransmitAux, int? ReceiveLine = null);
