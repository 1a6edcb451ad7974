// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Rpc;

/// <summary>Which bytes of a frame in the buffer are its payload.</summary>
public readonly record struct PayloadCut
{
    /// <summary>Whether the payload begins with the frame; otherwise at byte 4·FirstWord + 2 of beat FirstBeat.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Place of the payload's first byte in its beat: (place - 2) / 4, 0 to 15; 0 if it is whole.</summary>
    public byte FirstWord { get; init; }

    /// <summary>The frame's beat in which the payload begins.</summary>
    public byte FirstBeat { get; init; }

    /// <summary>The first beat plus the payload's beats minus 1.</summary>
    public byte LastBeat { get; init; }

    /// <summary>Bytes in the payload's last beat, 1 to 64.</summary>
    public byte LastBytes { get; init; }
}

/// <summary>A beat of payload: arguments of a call, or a frame that goes on whole.</summary>
/// <param name="Data">Its bytes, from byte 0 on; those that are not there are 0.</param>
/// <param name="Bytes">How many are there: 64 in all beats but the last, there 1 to 64.</param>
/// <param name="Last">Whether this is the frame's last beat of payload.</param>
public readonly record struct PayloadBeat(Bits<W512> Data, byte Bytes, bool Last);
