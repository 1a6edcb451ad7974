// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>A beat with its place in the frame. It passes all stages of the receive path, a stage per tick, and never stalls.</summary>
public interface IFrameBeat : IBus
{
    /// <summary>Whether there is a beat in this stage.</summary>
    bool Valid { get; set; }

    /// <summary>The bytes: byte i of beat n is byte 64·n + i of the frame.</summary>
    Bits<W512> Data { get; set; }

    /// <summary>The beat's number in its frame, from 0; all beats from 255 on have 255.</summary>
    byte Index { get; set; }

    /// <summary>Whether this is the frame's last beat.</summary>
    bool Last { get; set; }

    /// <summary>Bytes of the frame up to the end of this beat; right on the last beat, and up to beat 255.</summary>
    ushort FrameBytes { get; set; }

    /// <summary>Whether the MAC flagged the frame; right on the last beat.</summary>
    bool Error { get; set; }
}
