// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Driver;

/// <summary>What a control line holds; its byte 0.</summary>
public enum LineContent : byte
{
    /// <summary>Nothing: the line was read out of turn, or the endpoint is not bound.</summary>
    None = 0,

    /// <summary>A request for a handler.</summary>
    Request = 1,

    /// <summary>Nothing came; load the other control line.</summary>
    TryAgain = 2,

    /// <summary>Go back to the kernel.</summary>
    Retire = 3,

    /// <summary>A whole Ethernet frame for the kernel.</summary>
    Frame = 4,

    /// <summary>A process's load has crossed one of its thresholds; load the other control line.</summary>
    Reschedule = 5,

    /// <summary>The handler's results.</summary>
    Reply = 16,

    /// <summary>The arguments made no sense: GARBAGE_ARGS.</summary>
    GarbageArguments = 17,

    /// <summary>The handler failed: SYSTEM_ERR.</summary>
    SystemError = 18,

    /// <summary>No reply goes out.</summary>
    NoReply = 19,

    /// <summary>To be sent: a whole Ethernet frame.</summary>
    SendFrame = 20,

    /// <summary>To be sent: a UDP datagram.</summary>
    SendDatagram = 21,
}

/// <summary>Why a load was answered with <see cref="LineContent.TryAgain"/>.</summary>
public enum TryAgainReason : byte
{
    /// <summary>The time is up: load again.</summary>
    TimeUp = 0,

    /// <summary>Another process wants the core: go to the kernel, which was sent an interrupt too.</summary>
    Yield = 1,

    /// <summary>No core is said to use the endpoint: go to the kernel, which says what runs here.</summary>
    NotRunning = 2,
}

/// <summary>A control line's bytes with names, see docs/fast-path.md. Numbers are little-endian.</summary>
/// <param name="Bytes">The 128 bytes.</param>
public readonly record struct LineMessage(Memory<byte> Bytes)
{
    /// <summary>Bytes in a line.</summary>
    public const int LineBytes = 128;

    /// <summary>Place of the first byte of arguments, results or frame.</summary>
    public const int Arguments = 32;

    /// <summary>Bytes of a message in the control line; the rest is in the aux lines.</summary>
    public const int InlineBytes = LineBytes - Arguments;

    /// <summary>What the line holds.</summary>
    public LineContent Kind
    {
        get => (LineContent)Bytes.Span[0];
        set => Bytes.Span[0] = (byte)value;
    }

    /// <summary>Flags; of a frame: why it came to the kernel (the NIC's FrameKind); of a TRYAGAIN: <see cref="Reason"/>.</summary>
    public byte Flags => Bytes.Span[1];

    /// <summary>Of a TRYAGAIN: why.</summary>
    public TryAgainReason Reason => (TryAgainReason)Flags;

    /// <summary>The process that the message is for.</summary>
    public ushort Process => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[2..]);

    /// <summary>The endpoint's generation; at a kernel endpoint that of the message's process.</summary>
    public ushort Generation => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[4..]);

    /// <summary>Bytes of arguments, results or frame.</summary>
    public ushort Length
    {
        get => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[6..]);
        set => BinaryPrimitives.WriteUInt16LittleEndian(Bytes.Span[6..], value);
    }

    /// <summary>The handler's code pointer.</summary>
    public ulong CodePointer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[8..]);

    /// <summary>The handler's data pointer.</summary>
    public ulong DataPointer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[16..]);

    /// <summary>The reply handle.</summary>
    public ulong ReplyHandle => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[24..]);

    /// <summary>How many aux lines a message has.</summary>
    /// <param name="bytes">Its bytes.</param>
    public static int AuxLines(int bytes) => bytes <= InlineBytes ? 0 : (bytes - InlineBytes + LineBytes - 1) / LineBytes;

    /// <summary>The header of a line that software fills: the kind in byte 0 and the length in bytes 6 and 7.</summary>
    /// <param name="destinationAddress">Of a datagram: the IPv4 address it goes to, the first byte on the wire on top.</param>
    /// <param name="destinationPort">Of a datagram: the UDP port it goes to.</param>
    public void SetDestination(uint destinationAddress, ushort destinationPort)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.Span[8..], destinationAddress);
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.Span[12..], destinationPort);
    }
}
