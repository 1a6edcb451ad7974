// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Receive.Rpc;

/// <summary>
/// The verifier's position, in words. RPC begins at byte 42, so its words lie 2 bytes before the multiples of four: word w is the
/// bytes 4·w - 2 to 4·w + 1 of the frame, and word w of a frame arrives whole with beat w / 16.
/// </summary>
public interface IVerifierPosition : IBus
{
    /// <summary>The word with the verifier's length.</summary>
    byte LengthWord { get; set; }
}

/// <summary>
/// The verifier's length and the datagram's rest behind it; right on the frame's last beat, and only if the frame has a verifier.
/// </summary>
public interface IVerifier : IBus
{
    /// <summary>Bytes in its body, modulo 512.</summary>
    ushort Length { get; set; }

    /// <summary>Whether its body has 512 bytes or more.</summary>
    bool IsLong { get; set; }

    /// <summary>The word with its length.</summary>
    byte LengthWord { get; set; }

    /// <summary>Whole words from the end of its length to the end of the datagram; negative if the datagram ends before.</summary>
    short RoomWords { get; set; }

    /// <summary>Bytes of the datagram behind those words, 0 to 3.</summary>
    byte RoomRest { get; set; }
}

/// <summary>
/// Computes the verifier's position from the credential's length (RFC 5531 section 9).
/// Latency 1 tick; one header per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class RpcVerifierPosition([InputBus] IHeader<W256> header) : SimpleProcess
{
    [OutputBus] private readonly IVerifierPosition position = Scope.CreateBus<IVerifierPosition>("position");

    /// <summary>Output: the position, one tick after the header; a register.</summary>
    public IVerifierPosition Position => position;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // The length is word 20 behind an empty credential; a body takes its bytes rounded up to words.
        // A credential too long for 9 bits leads to a wrong place, and the call is malformed wherever that is.
        uint bytes = header.Bytes.GetUInt16BigEndian(30) & 0x1FFu;
        position.LengthWord = (byte)((bytes + (4 * 20) + 3) >> 2);
    }
}

/// <summary>
/// Extracts the verifier's length from whichever beat it is in.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class RpcVerifier(
    [InputBus] IFrameBeat beat,
    [InputBus] IWordSizes sizes,
    [InputBus] IVerifierPosition position,
    [InputBus] IUdpRange range) : SimpleProcess
{
    [OutputBus] private readonly IVerifier verifier = Scope.CreateBus<IVerifier>("verifier");

    /// <summary>The last two bytes of the beat before, which are the first half of its successor's first word.</summary>
    private Bits<W16> tail;

    /// <summary>Output: the verifier, one tick after the beat; registers.</summary>
    public IVerifier Verifier => verifier;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid)
        {
            Bits<W512> data = beat.Data;
            Bits<W512> words = (data << 16) | tail.Resize<W512>();
            if (beat.Index == position.LengthWord >> 4)
            {
                byte word = (byte)(position.LengthWord & 15);
                verifier.Length = (ushort)(words.ShiftRightBytes((byte)(word << 2)).GetUInt16BigEndian(2) & 0x1FF);
                verifier.IsLong = ((sizes.Over511 >> word) & 1) != 0;
            }

            tail = data.Slice<W16>(496);
        }

        uint end = range.End + 2;
        verifier.LengthWord = position.LengthWord;
        verifier.RoomWords = (short)((int)(end >> 2) - (position.LengthWord + 1));
        verifier.RoomRest = (byte)(end & 3);
    }
}
