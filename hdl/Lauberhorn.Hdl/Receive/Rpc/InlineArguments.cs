// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Rpc;

/// <summary>
/// The arguments of the shortest calls: without credential and verifier (AUTH_NONE) they begin at byte 82, and in a frame of two beats all
/// of them are in the second, always at the same place. So they travel with the metadata, and need neither the frame buffer nor the
/// aligner.
/// </summary>
[Hardware]
public static class InlineArguments
{
    /// <summary>The most bytes: from byte 82 to the end of the second beat.</summary>
    public const int MaxBytes = 46;

    /// <summary>First byte of the arguments in the frame.</summary>
    public const int Offset = WireFormat.ArgumentsBegin;

    /// <summary>Where they begin in the second beat, in bits.</summary>
    public const int OffsetBits = (Offset - NicConfig.DatapathBytes) * 8;

    /// <summary>The word with the verifier's length in front of them, as <see cref="IVerifierPosition"/> counts.</summary>
    internal const byte LengthWord = (Offset - 2) / 4;

    /// <summary>Whether a frame's arguments travel with its metadata.</summary>
    /// <param name="kind">What the frame is.</param>
    /// <param name="payloadOffset">Where its arguments begin.</param>
    /// <param name="payloadBytes">Bytes of arguments.</param>
    /// <param name="lastBeat">Number of the frame's last beat.</param>
    public static bool Are(FrameKind kind, ushort payloadOffset, ushort payloadBytes, byte lastBeat) =>
        kind == FrameKind.RpcCall && payloadOffset == Offset && payloadBytes != 0 && lastBeat == 1;
}

/// <summary>Whether a frame is a call whose arguments travel with its metadata, or that has none.</summary>
public interface IShortCall : IBus
{
    /// <summary>
    /// Whether this is the last beat of such a frame: the second, of a call without credential and verifier. It is not stored.
    /// </summary>
    bool Ends { get; set; }
}

/// <summary>
/// The last stage of the beats' delay line. What is behind the arguments of a short call becomes 0 here, where a register's reset does it,
/// and not behind the metadata's FIFO; the frame is stored nowhere, so no other stage sees it. Latency 1 tick; one beat per tick; no
/// back-pressure.
/// </summary>
[ClockedProcess]
public sealed class InlineCut([InputBus] IFrameBeat input, [InputBus] IShortCall call, [InputBus] IVerifier verifier) : SimpleProcess
{
    private const int Before = InlineArguments.OffsetBits;

    [OutputBus] private readonly IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");

    /// <summary>The beats, one tick later.</summary>
    public IFrameBeat Beat => beat;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Credential and verifier are empty, so the datagram's rest is the arguments; in the second beat there are at most 46 bytes.
        int count = ((verifier.RoomWords & 15) << 2) | verifier.RoomRest;
        Bits<W512> data = input.Data;
        for (int i = 0; i < InlineArguments.MaxBytes; i++)
        {
            if (call.Ends && i >= count)
            {
                data = data.WithByte((Before / 8) + i, 0);
            }
        }

        beat.Valid = input.Valid;
        beat.Data = data;
        beat.Index = input.Index;
        beat.Last = input.Last;
        beat.FrameBytes = input.FrameBytes;
        beat.Error = input.Error;
    }
}
