// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>
/// What the MAC delivers, as Xilinx's CMAC does on its AXI4-Stream receive side (PG203, "AXI4-Stream Interface"): 64 bytes per
/// beat and no back-pressure. Frames come without preamble and frame check sequence.
/// </summary>
[TopLevelInputBus]
public interface IMacReceive : IBus
{
    /// <summary>Whether there is a beat in this tick. A frame's beats need not be adjacent.</summary>
    bool Valid { get; set; }

    /// <summary>The bytes: the first one on the wire is byte 0.</summary>
    Bits<W512> Data { get; set; }

    /// <summary>
    /// Which bytes of the last beat exist: ones from bit 0 on, without a gap, one at least. All beats before it are full.
    /// </summary>
    ulong Keep { get; set; }

    /// <summary>Whether this is the frame's last beat.</summary>
    bool Last { get; set; }

    /// <summary>Whether the frame is bad (frame check sequence, code error); valid on the last beat only.</summary>
    bool Error { get; set; }
}
