// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Reply;

/// <summary>The two sides of a reply, and its call.</summary>
public sealed record ReplyParties
{
    /// <summary>The NIC's MAC address: 48 bits, the byte sent first on top.</summary>
    public required ulong OwnMac { get; init; }

    /// <summary>The NIC's IPv4 address, the byte sent first on top.</summary>
    public required uint OwnAddress { get; init; }

    /// <summary>The UDP port that was called.</summary>
    public required ushort OwnPort { get; init; }

    /// <summary>Where the client's frames are to go: 48 bits, the byte sent first on top.</summary>
    public required ulong ClientMac { get; init; }

    /// <summary>The client's IPv4 address, the byte sent first on top.</summary>
    public required uint ClientAddress { get; init; }

    /// <summary>The client's UDP port.</summary>
    public required ushort ClientPort { get; init; }

    /// <summary>The call's transaction identifier.</summary>
    public required uint Xid { get; init; }
}

/// <summary>How a call went whose header was fine: <c>accept_stat</c> of RFC 5531 section 9.</summary>
public enum AcceptStatus
{
    /// <summary>SUCCESS; results follow.</summary>
    Success = 0,

    /// <summary>PROG_UNAVAIL.</summary>
    ProgramUnavailable = 1,

    /// <summary>PROG_MISMATCH; lowest and highest version follow.</summary>
    ProgramMismatch = 2,

    /// <summary>PROC_UNAVAIL.</summary>
    ProcedureUnavailable = 3,

    /// <summary>GARBAGE_ARGS.</summary>
    GarbageArguments = 4,

    /// <summary>SYSTEM_ERR.</summary>
    SystemError = 5,
}
