// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>What a call is looked up by.</summary>
/// <param name="Port">UDP port.</param>
/// <param name="Program">RPC program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Procedure">Its procedure.</param>
[Hardware]
public readonly record struct ServiceKey(ushort Port, uint Program, uint Version, uint Procedure);

/// <summary>What a service wants; bits.</summary>
[Flags]
public enum ServiceFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Calls with AUTH_NONE are let in.</summary>
    AcceptsNone = 1,

    /// <summary>Calls with AUTH_SYS are let in.</summary>
    AcceptsSys = 2,

    /// <summary>Calls with any other flavor are let in, but for RPCSEC_GSS, which nobody here speaks.</summary>
    AcceptsOther = 4,

    /// <summary>Replies may need aux lines: a packet slot is kept for each call, whatever its arguments.</summary>
    LongReplies = 8,

    /// <summary>The NIC answers by itself: SUCCESS without results (procedure 0).</summary>
    Null = 16,
}

/// <summary>A service: where its calls go and what becomes of their arguments.</summary>
public readonly record struct Service
{
    /// <summary>The process.</summary>
    public ushort Process { get; init; }

    /// <summary>
    /// The process's generation: its calls are let in as long as it is that of <see cref="ProcessPolicy.Generation"/>.
    /// </summary>
    public ushort ProcessGeneration { get; init; }

    /// <summary>What it wants.</summary>
    public ServiceFlags Flags { get; init; }

    /// <summary>The handler's code pointer.</summary>
    public ulong CodePointer { get; init; }

    /// <summary>The handler's data pointer.</summary>
    public ulong DataPointer { get; init; }

    /// <summary>How arguments become native, see <see cref="ArgumentWord"/>.</summary>
    public Bits<W48> ArgumentLayout { get; init; }

    /// <summary>How results become XDR.</summary>
    public Bits<W48> ReplyLayout { get; init; }

    /// <summary>Bytes of arguments that a call has at least; fewer are GARBAGE_ARGS.</summary>
    public ushort MinimumBytes { get; init; }

    /// <summary>
    /// Which word of the arguments is the length of a variable-length opaque or string, 0 to 23, or 31 for none. Its bytes follow it,
    /// padded to a multiple of 4, and must lie within the message; otherwise GARBAGE_ARGS.
    /// </summary>
    public byte LengthWord { get; init; }

    /// <summary>The most bytes that the length may say.</summary>
    public ushort LengthLimit { get; init; }
}
