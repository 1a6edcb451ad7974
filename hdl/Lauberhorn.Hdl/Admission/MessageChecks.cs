// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Rpc;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>What is checked of a call's arguments, and how a message's control line looks.</summary>
[Hardware]
public static class MessageChecks
{
    /// <summary>
    /// Whether a call's arguments do not fit its service: fewer bytes than the layout has, or a variable-length opaque or string that is longer than
    /// allowed or than the message (RFC 4506 sections 4.10 and 4.11).
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="words">The first 96 bytes of arguments as they came; zeros behind them.</param>
    /// <param name="bytes">Bytes of arguments.</param>
    public static bool AreGarbage(Service service, Bits<W768> words, ushort bytes)
    {
        // The word is picked by its bits, two and three at a time: 4 to 1, then 8 to 1.
        Bits<W768> quarter = (service.LengthWord & 3) switch
        {
            0 => words,
            1 => words >> 32,
            2 => words >> 64,
            _ => words >> 96,
        };
        Bits<W32> word = ((service.LengthWord >> 2) & 7) switch
        {
            0 => quarter.Slice<W32>(0),
            1 => quarter.Slice<W32>(128),
            2 => quarter.Slice<W32>(256),
            3 => quarter.Slice<W32>(384),
            4 => quarter.Slice<W32>(512),
            _ => quarter.Slice<W32>(640),
        };
        uint length = word.GetUInt32BigEndian(0);
        bool hasLength = service.LengthWord < ArgumentWords.Count;

        // Whether 4 (w + 1) + pad4(length) <= bytes: in words, so that no sum waits for the word.
        int words4 = bytes >> 2;
        int room = words4 - (service.LengthWord & 31) - 1;
        uint low = length & 0xffff;
        int needed = (int)(low >> 2) + ((low & 3) != 0 ? 1 : 0);
        bool fits = length >> 16 == 0 && low <= service.LengthLimit && room >= 0 && needed <= room;
        return bytes < service.MinimumBytes || (hasLength && !fits);
    }

    /// <summary>A control line.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="words">The first 96 bytes of its payload; zeros behind them.</param>
    /// <param name="slot">The message's slot.</param>
    /// <param name="generation">The slot's generation.</param>
    public static Bits<W1024> Line(RoutedFrame frame, Bits<W768> words, ushort slot, ushort generation)
    {
        bool isCall = frame.Route == RouteKind.Call;
        Bits<W48> layout = isCall ? frame.Service.ArgumentLayout : default;
        Bits<W256> header = default;
        header = header
            .WithByte(ControlLine.Kind, (byte)(isCall ? MessageKind.Request : MessageKind.Frame))
            .WithByte(ControlLine.Flags, isCall ? (byte)0 : (byte)frame.Metadata.Kind)
            .WithSlice(8 * ControlLine.Process, (Bits<W16>)(isCall ? frame.Service.Process : 0ul))
            .WithSlice(8 * ControlLine.Bytes, (Bits<W16>)(ulong)frame.Metadata.PayloadBytes)
            .WithSlice(8 * ControlLine.CodePointer, (Bits<W64>)(isCall ? frame.Service.CodePointer : 0ul))
            .WithSlice(8 * ControlLine.DataPointer, (Bits<W64>)(isCall ? frame.Service.DataPointer : 0ul))
            .WithSlice(8 * ControlLine.ReplyHandle, (Bits<W16>)(isCall ? slot : 0ul))
            .WithSlice(8 * (ControlLine.ReplyHandle + 2), (Bits<W16>)(isCall ? generation : 0ul));
        return Bits.Concat<W768, W256, W1024>(ArgumentWords.Convert(words, layout), header);
    }
}
