// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Rpc;

/// <summary>
/// The arguments of the shortest calls: without credential and verifier (AUTH_NONE) they begin at byte 82, and in a frame of two beats all of
/// them are in the second, always at the same place. So they travel with the metadata, and need neither the frame buffer nor the aligner.
/// </summary>
[Hardware]
public static class InlineArguments
{
    /// <summary>The most bytes: from byte 82 to the end of the second beat.</summary>
    public const int MaxBytes = 46;

    /// <summary>Where they begin in the frame.</summary>
    public const int Offset = 82;

    /// <summary>Where they begin in the second beat, in bits.</summary>
    public const int OffsetBits = (Offset - NicConfig.DatapathBytes) * 8;

    /// <summary>Whether a frame's arguments travel with its metadata.</summary>
    /// <param name="kind">What the frame is.</param>
    /// <param name="payloadOffset">Where its arguments begin.</param>
    /// <param name="payloadBytes">Bytes of arguments.</param>
    /// <param name="lastBeat">Number of the frame's last beat.</param>
    public static bool Are(FrameKind kind, ushort payloadOffset, ushort payloadBytes, byte lastBeat) =>
        kind == FrameKind.RpcCall && payloadOffset == Offset && payloadBytes != 0 && lastBeat == 1;

    /// <summary>Sets what is behind the arguments to 0.</summary>
    /// <param name="bytes">The second beat from byte 18 on.</param>
    /// <param name="count">Bytes of arguments, 1 to 46; 0 sets all to 0.</param>
    public static Bits<W368> Cut(Bits<W368> bytes, byte count)
    {
        Bits<W368> result = default;
        for (int i = 0; i < MaxBytes; i++)
        {
            result = result.WithByte(i, i < count ? bytes.GetByte(i) : (byte)0);
        }

        return result;
    }
}
