// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Endpoint;

/// <summary>A line to be sent has been read out of the stores: its endpoint may write the next.</summary>
/// <param name="Endpoint">The endpoint.</param>
public readonly record struct SendDone(ushort Endpoint);
