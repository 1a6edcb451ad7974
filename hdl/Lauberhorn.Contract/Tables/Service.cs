// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Contract;

/// <summary>The key by which a call's service is looked up.</summary>
/// <param name="Port">UDP port that the call was sent to.</param>
/// <param name="Program">RPC program number.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Procedure">Procedure of that version.</param>
[Hardware]
public readonly record struct ServiceKey(
    [property: Place(0, 0)] ushort Port,
    [property: Place(1, 0)] uint Program,
    [property: Place(1, 32)] uint Version,
    [property: Place(2, 0)] uint Procedure);

/// <summary>A service's properties, one bit each.</summary>
[Flags]
public enum ServiceFlags : byte
{
    /// <summary>No flag is set: credentials of no flavor are accepted.</summary>
    None = 0,

    /// <summary>Calls with AUTH_NONE are accepted.</summary>
    AcceptsNone = 1,

    /// <summary>Calls with AUTH_SYS are accepted.</summary>
    AcceptsSys = 2,

    /// <summary>Calls with any other flavor are accepted, but for RPCSEC_GSS, which the NIC does not implement.</summary>
    AcceptsOther = 4,

    /// <summary>Replies may need aux lines: a packet slot is kept for each call, whatever its arguments.</summary>
    LongReplies = 8,

    /// <summary>The NIC answers by itself: SUCCESS without results (procedure 0).</summary>
    Null = 16,
}

/// <summary>An entry of the service table: where a service's calls go, and how their arguments and results are converted.</summary>
[CommandData(CommandCode.SetService, "Service")]
public readonly record struct Service
{
    /// <summary>
    /// Number of the process that serves the calls, below <see cref="NicConfig.Processes"/>.
    /// </summary>
    [Place(0, 0)]
    public ushort Process { get; init; }

    /// <summary>
    /// The process's generation: its calls are admitted while it equals <see cref="ProcessPolicy.Generation"/>.
    /// </summary>
    [Place(4, 48)]
    public ushort ProcessGeneration { get; init; }

    /// <summary>The service's properties.</summary>
    [Place(0, 16)]
    public ServiceFlags Flags { get; init; }

    /// <summary>The handler's code pointer.</summary>
    [Place(1, 0)]
    public ulong CodePointer { get; init; }

    /// <summary>The handler's data pointer.</summary>
    [Place(2, 0)]
    public ulong DataPointer { get; init; }

    /// <summary>How arguments are converted from XDR, see <see cref="ArgumentWord"/>.</summary>
    [Place(3, 0)]
    public Bits<W48> ArgumentLayout { get; init; }

    /// <summary>How results are converted to XDR.</summary>
    [Place(4, 0)]
    public Bits<W48> ReplyLayout { get; init; }

    /// <summary>The least number of bytes of arguments; a call with fewer is answered with GARBAGE_ARGS.</summary>
    [Place(0, 32)]
    public ushort MinimumBytes { get; init; }

    /// <summary>
    /// Which word of the arguments is the length of a variable-length opaque or string, 0 to 23, or 31 for none. Its bytes follow it,
    /// padded to a multiple of 4, and must lie within the message; otherwise GARBAGE_ARGS.
    /// </summary>
    [Place(0, 24)]
    public byte LengthWord { get; init; }

    /// <summary>The largest value that this length may have, in bytes.</summary>
    [Place(0, 48)]
    public ushort LengthLimit { get; init; }
}
