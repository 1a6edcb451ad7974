// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>A beat as it came from the MAC, with its place in the frame; a priority tag is still in it.</summary>
public interface IMacBeat : IBus
{
    /// <summary>Whether there is a beat. It stays valid until <see cref="PriorityTag"/> can pass it on.</summary>
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

    /// <summary>Whether the frame has a priority tag.</summary>
    bool IsTagged { get; set; }
}
