// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Receive.Rpc;

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
