// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>A control line's fields by name, see docs/fast-path.md. Numbers are little-endian.</summary>
/// <param name="Bytes">The 128 bytes.</param>
public readonly record struct LineMessage(Memory<byte> Bytes)
{
    /// <summary>Bytes in a line.</summary>
    public const int LineBytes = NicConfig.LineBytes;

    /// <summary>Place of the first byte of arguments, results or frame.</summary>
    public const int Arguments = ControlLine.Arguments;

    /// <summary>Bytes of a message in the control line; the rest is in the aux lines.</summary>
    public const int InlineBytes = ControlLine.InlineBytes;

    /// <summary>The line's kind.</summary>
    public MessageKind Kind
    {
        get => (MessageKind)Bytes.Span[ControlLine.Kind];
        set => Bytes.Span[ControlLine.Kind] = (byte)value;
    }

    /// <summary>Flags; of a frame: why it was bypassed (<see cref="FrameKind"/>); of a TRYAGAIN: <see cref="Reason"/>.</summary>
    public byte Flags => Bytes.Span[ControlLine.Flags];

    /// <summary>Of a TRYAGAIN: why the load was answered without a message.</summary>
    public TryAgainReason Reason => (TryAgainReason)Flags;

    /// <summary>The process that the message is for.</summary>
    public ushort Process => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[ControlLine.Process..]);

    /// <summary>The endpoint's generation; at a kernel endpoint that of the message's process.</summary>
    public ushort Generation => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[ControlLine.Generation..]);

    /// <summary>Bytes of arguments, results or frame.</summary>
    public ushort Length
    {
        get => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[ControlLine.Bytes..]);
        set => BinaryPrimitives.WriteUInt16LittleEndian(Bytes.Span[ControlLine.Bytes..], value);
    }

    /// <summary>The handler's code pointer.</summary>
    public ulong CodePointer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[ControlLine.CodePointer..]);

    /// <summary>The handler's data pointer.</summary>
    public ulong DataPointer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[ControlLine.DataPointer..]);

    /// <summary>The reply handle.</summary>
    public ulong ReplyHandle => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[ControlLine.ReplyHandle..]);

    /// <summary>The number of aux lines that a message fills.</summary>
    /// <param name="bytes">Its bytes.</param>
    public static int AuxLines(int bytes) => bytes <= InlineBytes ? 0 : (bytes - InlineBytes + LineBytes - 1) / LineBytes;

    /// <summary>The header of a line that software fills: kind and length.</summary>
    /// <param name="destinationAddress">Of a datagram: the IPv4 address it goes to, the first byte on the wire on top.</param>
    /// <param name="destinationPort">Of a datagram: the UDP port it goes to.</param>
    public void SetDestination(uint destinationAddress, ushort destinationPort)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.Span[ControlLine.DestinationAddress..], destinationAddress);
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.Span[ControlLine.DestinationPort..], destinationPort);
    }
}
