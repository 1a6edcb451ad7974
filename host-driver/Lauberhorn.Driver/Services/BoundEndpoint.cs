// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>An endpoint and to whom it is bound.</summary>
/// <param name="Number">The endpoint's number.</param>
/// <param name="Process">The process; 0 is the kernel.</param>
/// <param name="Generation">Tells this binding from earlier ones; every control line has it.</param>
/// <param name="Addresses">Where its lines are.</param>
/// <param name="HasTransmitAux">Whether it may send more than fits a control line.</param>
/// <param name="ReceiveLine">If the loop writes its lines back itself: the one receive control line that it uses; the transmit control line is number 0 then. Otherwise it uses both in turns.</param>
public sealed record BoundEndpoint(int Number, ushort Process, ushort Generation, EndpointAddresses Addresses, bool HasTransmitAux, int? ReceiveLine = null);
