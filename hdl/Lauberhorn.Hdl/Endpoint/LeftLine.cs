// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>
/// A control line that its reader has left and that has come home, with all aux lines that belong to it. What the CPU had not written back
/// before is in <see cref="Data"/>; the rest of the line is in the line store, that of the aux lines in the packet buffer.
/// </summary>
public readonly record struct LeftLine
{
    /// <summary>Number of the endpoint whose line it is, 0 to 1023.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>The process that owned the endpoint when the line was left.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether it is a transmit line; otherwise it holds the reply of a call.</summary>
    public bool IsTransmit { get; init; }

    /// <summary>Whether the call is to be dropped whatever the line holds, because the endpoint was released.</summary>
    public bool IsDiscarded { get; init; }

    /// <summary>Of a received message: its slot.</summary>
    public ushort Slot { get; init; }

    /// <summary>Of a transmit line: the UDP port from which the endpoint may send datagrams, 0 for none.</summary>
    public ushort TransmitPort { get; init; }

    /// <summary>Whether the endpoint may send frames: it is the kernel's.</summary>
    public bool MaySendFrames { get; init; }

    /// <summary>The packet slot with the aux lines, if <see cref="AuxLines"/> is not 0.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>How many aux lines, from line 0 on, hold the message's or the reader's bytes; anything beyond must not be sent.</summary>
    public byte AuxLines { get; init; }

    /// <summary>
    /// Which of the line's bytes are in <see cref="Data"/>; the others are in the line store (or, of a transmit line, in the transmit
    /// store).
    /// </summary>
    public Bits<W128> Mask { get; init; }

    /// <summary>The bytes that came with the fetch's answer.</summary>
    public Bits<W1024> Data { get; init; }
}
