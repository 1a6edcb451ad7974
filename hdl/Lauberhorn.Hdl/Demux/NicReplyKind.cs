// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Admission;

namespace Lauberhorn.Hdl.Demux;

/// <summary>Replies that the NIC makes itself, without a process (RFC 5531 section 9).</summary>
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
