// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Demux;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What a reply needs to find its way back; stored by slot from the call's arrival until it is answered or dropped.</summary>
public readonly record struct PendingCall
{
    /// <summary>Whether it is a call; otherwise a frame for the kernel, which has no reply.</summary>
    public bool IsCall { get; init; }

    /// <summary>The slot's generation: distinguishes this use from earlier ones.</summary>
    public ushort Generation { get; init; }

    /// <summary>The client's IPv4 address.</summary>
    public uint ClientAddress { get; init; }

    /// <summary>The client's UDP port.</summary>
    public ushort ClientPort { get; init; }

    /// <summary>The UDP port that was called.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>The call's transaction identifier.</summary>
    public uint Xid { get; init; }

    /// <summary>Number of the process that may answer.</summary>
    public ushort Process { get; init; }

    /// <summary>The generation of that process.</summary>
    public ushort ProcessGeneration { get; init; }

    /// <summary>How results become XDR, see <see cref="ArgumentWord"/>.</summary>
    public Bits<W48> ReplyLayout { get; init; }

    /// <summary>
    /// When the call arrived, in units of 2^16 cycles, modulo 2^32: 13 days at 250 MHz, so that a line that was kept for long does not look
    /// young.
    /// </summary>
    public uint ArrivalTime { get; init; }
}

/// <summary>A reply that the NIC gives by itself.</summary>
public readonly record struct NicReply
{
    /// <summary>The reply's kind.</summary>
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

    /// <summary>Highest version that is served; means something for PROG_MISMATCH and RPC_MISMATCH.</summary>
    public uint High { get; init; }
}
