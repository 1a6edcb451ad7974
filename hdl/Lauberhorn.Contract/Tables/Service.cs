// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>What a call is looked up by.</summary>
/// <param name="Port">UDP port.</param>
/// <param name="Program">RPC program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Procedure">Its procedure.</param>
[Hardware]
public readonly record struct ServiceKey(
    [property: Place(0, 0)] ushort Port,
    [property: Place(1, 0)] uint Program,
    [property: Place(1, 32)] uint Version,
    [property: Place(2, 0)] uint Procedure);

/// <summary>What a service wants; bits.</summary>
[Flags]
public enum ServiceFlags : byte
{
    /// <summary>No flag is set: credentials of no flavor are let in.</summary>
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
[CommandData(CommandCode.SetService, "Service")]
public readonly record struct Service
{
    /// <summary>
    /// Number of the process that serves the calls, below <see cref="NicConfig.Processes"/>.
    /// </summary>
    [Place(0, 0)]
    public ushort Process { get; init; }

    /// <summary>
    /// The process's generation: its calls are let in as long as it is that of <see cref="ProcessPolicy.Generation"/>.
    /// </summary>
    [Place(4, 48)]
    public ushort ProcessGeneration { get; init; }

    /// <summary>What it wants.</summary>
    [Place(0, 16)]
    public ServiceFlags Flags { get; init; }

    /// <summary>The handler's code pointer.</summary>
    [Place(1, 0)]
    public ulong CodePointer { get; init; }

    /// <summary>The handler's data pointer.</summary>
    [Place(2, 0)]
    public ulong DataPointer { get; init; }

    /// <summary>How arguments become native, see <see cref="ArgumentWord"/>.</summary>
    [Place(3, 0)]
    public Bits<W48> ArgumentLayout { get; init; }

    /// <summary>How results become XDR.</summary>
    [Place(4, 0)]
    public Bits<W48> ReplyLayout { get; init; }

    /// <summary>Bytes of arguments that a call has at least; fewer are GARBAGE_ARGS.</summary>
    [Place(0, 32)]
    public ushort MinimumBytes { get; init; }

    /// <summary>
    /// Which word of the arguments is the length of a variable-length opaque or string, 0 to 23, or 31 for none. Its bytes follow it,
    /// padded to a multiple of 4, and must lie within the message; otherwise GARBAGE_ARGS.
    /// </summary>
    [Place(0, 24)]
    public byte LengthWord { get; init; }

    /// <summary>The most bytes that the length may say.</summary>
    [Place(0, 48)]
    public ushort LengthLimit { get; init; }
}
