// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>A beat of payload: arguments of a call, or a whole frame for the bypass.</summary>
/// <param name="Data">Its bytes, from byte 0 on; those that are not there are 0.</param>
/// <param name="Bytes">How many are there: 64 in all beats but the last, there 1 to 64.</param>
/// <param name="Last">Whether this is the frame's last beat of payload.</param>
public readonly record struct PayloadBeat(Bits<W512> Data, byte Bytes, bool Last);
