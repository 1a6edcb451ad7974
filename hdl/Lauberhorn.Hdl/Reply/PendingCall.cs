// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>What a reply needs to find its way back; kept by slot from the call's arrival until it is answered or forgotten.</summary>
public readonly record struct PendingCall
{
    /// <summary>Whether it is a call; otherwise a frame for the kernel, which has no reply.</summary>
    public bool IsCall { get; init; }

    /// <summary>Tells this use of the slot from earlier ones.</summary>
    public ushort Generation { get; init; }

    /// <summary>The client's IPv4 address.</summary>
    public uint ClientAddress { get; init; }

    /// <summary>The client's UDP port.</summary>
    public ushort ClientPort { get; init; }

    /// <summary>The UDP port that was called.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>The call's transaction identifier.</summary>
    public uint Xid { get; init; }

    /// <summary>The process that may answer.</summary>
    public ushort Process { get; init; }

    /// <summary>The generation of that process.</summary>
    public ushort ProcessGeneration { get; init; }

    /// <summary>How results become XDR, see <see cref="ArgumentWord"/>.</summary>
    public Bits<W48> ReplyLayout { get; init; }

    /// <summary>
    /// When the call arrived, in units of 2^16 cycles, modulo 2^32: 13 days at 250 MHz, so that a line that was held for long does not look
    /// young again.
    /// </summary>
    public uint ArrivalTime { get; init; }
}

/// <summary>Of which part of the bypass's share a frame takes its slot.</summary>
public enum BypassShare : byte
{
    /// <summary>It finds neighbours, or it is no frame for the kernel.</summary>
    Neighbour = 0,

    /// <summary>It is none of the others.</summary>
    Other = 1,

    /// <summary>It is the NIC's own, and its neighbour is not known.</summary>
    Missed = 2,
}

/// <summary>What belongs to a slot and must be given back with it.</summary>
public readonly record struct SlotResources
{
    /// <summary>Whether the slot counts towards the bypass's share.</summary>
    public bool IsBypass { get; init; }

    /// <summary>If so: to which part of it.</summary>
    public BypassShare Share { get; init; }

    /// <summary>Whether there is a packet slot for aux lines.</summary>
    public bool HasPacketSlot { get; init; }

    /// <summary>
    /// If so, and of a call: whether it counts towards what processes share, and not towards what its process is guaranteed.
    /// </summary>
    public bool IsSharedPacket { get; init; }

    /// <summary>The packet slot.</summary>
    public ushort PacketSlot { get; init; }

    /// <summary>How many aux lines the message fills.</summary>
    public byte AuxLines { get; init; }

    /// <summary>The process that the message is for: who gets it through a kernel endpoint has to know.</summary>
    public ushort Process { get; init; }
}

/// <summary>A slot that is done with.</summary>
/// <param name="Slot">The slot.</param>
public readonly record struct SlotRelease(ushort Slot);

/// <summary>What the NIC answers by itself (RFC 5531 section 9).</summary>
public enum NicReplyKind : byte
{
    /// <summary>Accepted, SUCCESS without results: the NULL procedure.</summary>
    Null = 0,

    /// <summary>Accepted, PROG_UNAVAIL.</summary>
    ProgramUnavailable = 1,

    /// <summary>Accepted, PROG_MISMATCH with the lowest and highest version.</summary>
    ProgramMismatch = 2,

    /// <summary>Accepted, PROC_UNAVAIL.</summary>
    ProcedureUnavailable = 3,

    /// <summary>Accepted, GARBAGE_ARGS.</summary>
    GarbageArguments = 4,

    /// <summary>Denied, RPC_MISMATCH with lowest and highest version 2.</summary>
    RpcMismatch = 5,

    /// <summary>Denied, AUTH_ERROR with AUTH_BADCRED, AUTH_TOOWEAK or another <c>auth_stat</c> in <see cref="NicReply.Low"/>.</summary>
    AuthError = 6,

    /// <summary>Accepted, SYSTEM_ERR.</summary>
    SystemError = 7,
}

/// <summary>A reply that the NIC gives by itself.</summary>
public readonly record struct NicReply
{
    /// <summary>What it says.</summary>
    public NicReplyKind Kind { get; init; }

    /// <summary>The client's IPv4 address.</summary>
    public uint ClientAddress { get; init; }

    /// <summary>The client's UDP port.</summary>
    public ushort ClientPort { get; init; }

    /// <summary>The UDP port that was called.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>The call's transaction identifier.</summary>
    public uint Xid { get; init; }

    /// <summary>Lowest version, or the <c>auth_stat</c>.</summary>
    public uint Low { get; init; }

    /// <summary>Highest version.</summary>
    public uint High { get; init; }
}
