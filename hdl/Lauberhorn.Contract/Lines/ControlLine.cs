// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>What a control line holds; its byte 0. Kinds up to 15 are written by the NIC, those from 16 on by software.</summary>
public enum MessageKind : byte
{
    /// <summary>Nothing: the line was read out of turn, or was never given out.</summary>
    None = 0,

    /// <summary>A request for a handler.</summary>
    Request = 1,

    /// <summary>TRYAGAIN: no message; load the other control line again.</summary>
    TryAgain = 2,

    /// <summary>RETIRE: go back to the kernel.</summary>
    Retire = 3,

    /// <summary>A whole Ethernet frame for the kernel, from the first byte of its header on.</summary>
    Frame = 4,

    /// <summary>
    /// A process's load has crossed one of its thresholds: the kernel may give it more cores, or fewer. No answer; load again.
    /// </summary>
    Reschedule = 5,

    /// <summary>The handler's results: accepted, SUCCESS (RFC 5531 section 9).</summary>
    Reply = 16,

    /// <summary>The handler found that the arguments make no sense: accepted, GARBAGE_ARGS.</summary>
    GarbageArguments = 17,

    /// <summary>The handler failed: accepted, SYSTEM_ERR.</summary>
    SystemError = 18,

    /// <summary>No reply goes out; the call is dropped.</summary>
    NoReply = 19,

    /// <summary>To be sent: a whole Ethernet frame; from the kernel's endpoint only.</summary>
    SendFrame = 20,

    /// <summary>To be sent: a UDP datagram from the endpoint's own port.</summary>
    SendDatagram = 21,
}

/// <summary>Why a load was answered with TRYAGAIN.</summary>
public enum TryAgainReason : byte
{
    /// <summary>The timer has expired: load again.</summary>
    TimeUp = 0,

    /// <summary>The core is preempted for another process: go to the kernel, which was sent an interrupt too.</summary>
    Yield = 1,

    /// <summary>
    /// The OS names no core that uses the endpoint (<see cref="RegisterMap.CoreState"/>): go to the kernel, which says what runs here.
    /// </summary>
    NotRunning = 2,
}

/// <summary>
/// The layout of a control line: 32 bytes of header, 96 bytes of arguments. Numbers are little-endian. Places are in bytes from the
/// line's beginning. The header of a line that is sent (<see cref="MessageKind.SendDatagram"/>) has the destination where a request has
/// the code pointer.
/// </summary>
public static class ControlLine
{
    /// <summary><see cref="MessageKind"/>, 1 byte.</summary>
    public const int Kind = 0;

    /// <summary>
    /// Flags, 1 byte. For <see cref="MessageKind.Frame"/>: the <see cref="FrameKind"/>. For <see cref="MessageKind.TryAgain"/>: the
    /// <see cref="TryAgainReason"/>. For <see cref="MessageKind.Reschedule"/>: 1 if the load is high, 0 if it is low. Otherwise 0.
    /// </summary>
    public const int Flags = 1;

    /// <summary>The process that the message is for, 2 bytes.</summary>
    public const int Process = 2;

    /// <summary>
    /// The endpoint's generation, as given when it was bound; at a kernel endpoint the generation of the message's process; 2 bytes.
    /// </summary>
    public const int Generation = 4;

    /// <summary>Bytes of arguments, results or frame, in this line and the aux lines together, 2 bytes.</summary>
    public const int Bytes = 6;

    /// <summary>The handler's code pointer, 8 bytes.</summary>
    public const int CodePointer = 8;

    /// <summary>Of a datagram to be sent: IPv4 address of the destination, 4 bytes.</summary>
    public const int DestinationAddress = 8;

    /// <summary>Of a datagram to be sent: UDP port of the destination, 2 bytes.</summary>
    public const int DestinationPort = 12;

    /// <summary>The handler's data pointer, 8 bytes.</summary>
    public const int DataPointer = 16;

    /// <summary>
    /// The reply handle, 8 bytes: the call's slot in bits 15 to 0, its generation in bits 31 to 16. A reply must carry it unchanged.
    /// </summary>
    public const int ReplyHandle = 24;

    /// <summary>The first byte of arguments, results or frame.</summary>
    public const int Arguments = 32;

    /// <summary>Bytes of arguments, results or frame in the line; what is beyond goes to aux line 0 and those after it.</summary>
    public const int InlineBytes = NicConfig.LineBytes - Arguments;

    /// <summary>All fields of a line, in the order of their places.</summary>
    public static IReadOnlyList<ControlLineField> Fields { get; } =
    [
        new(nameof(Kind), Kind, 1, false),
        new(nameof(Flags), Flags, 1, false),
        new(nameof(Process), Process, 2, false),
        new(nameof(Generation), Generation, 2, false),
        new(nameof(Bytes), Bytes, 2, false),
        new(nameof(CodePointer), CodePointer, 8, false),
        new(nameof(DestinationAddress), DestinationAddress, 4, true),
        new(nameof(DestinationPort), DestinationPort, 2, true),
        new(nameof(DataPointer), DataPointer, 8, false),
        new(nameof(ReplyHandle), ReplyHandle, 8, false),
        new(nameof(Arguments), Arguments, InlineBytes, false),
    ];
}

/// <summary>A field of a control line.</summary>
/// <param name="Name">Name of the constant with its place.</param>
/// <param name="Place">Its first byte.</param>
/// <param name="Bytes">Its width in bytes.</param>
/// <param name="IsOfSent">Whether only a line that is sent has it, in place of what other lines have there.</param>
public sealed record ControlLineField(string Name, int Place, int Bytes, bool IsOfSent);
