// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>A beat to the MAC, as Xilinx's CMAC expects it (PG203). A frame's beats follow one another without a gap.</summary>
/// <param name="Data">The bytes: the first one on the wire is byte 0. Bytes that do not exist are 0.</param>
/// <param name="Keep">Which bytes exist: ones from bit 0 on, without a gap; all of them but in the last beat.</param>
/// <param name="Last">Whether it is the frame's last.</param>
public readonly record struct TransmitBeat(Bits<W512> Data, ulong Keep, bool Last);
