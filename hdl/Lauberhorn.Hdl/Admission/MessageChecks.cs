// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Stores;
using SME;

namespace Lauberhorn.Hdl.Admission;

/// <summary>Checks of a call's arguments, and the layout of a message's control line.</summary>
[Hardware]
public static class MessageChecks
{
    /// <summary>
    /// The whole words behind the length word of a variable-length argument, in bytes: 4 (w + 1) + pad4(length) &lt;= bytes is length &lt;=
    /// this, so that nothing is computed from the length, which comes late. Negative if the length word itself is not there.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="bytes">Bytes of arguments, 0 to 9,618.</param>
    public static short Room(Service service, ushort bytes) => (short)(4 * ((bytes >> 2) - (service.LengthWord & 31) - 1));

    /// <summary>
    /// Whether a call's arguments do not fit its service: fewer bytes than the layout has, or a variable-length opaque or string that is
    /// longer than allowed or than the message (RFC 4506 sections 4.10 and 4.11).
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="words">The first 96 bytes of arguments as they came; zeros behind them.</param>
    /// <param name="bytes">Bytes of arguments.</param>
    /// <param name="room">Their <see cref="Room"/>.</param>
    public static bool AreGarbage(Service service, Bits<W768> words, ushort bytes, short room)
    {
        // The word is picked bit by bit of its number, as a tree.
        byte number = service.LengthWord;
        Bits<W512> half = (number & 16) != 0 ? words.Slice<W256>(512).Resize<W512>() : words.Slice<W512>(0);
        Bits<W256> eight = (number & 8) != 0 ? half.Slice<W256>(256) : half.Slice<W256>(0);
        Bits<W128> four = (number & 4) != 0 ? eight.Slice<W128>(128) : eight.Slice<W128>(0);
        Bits<W64> two = (number & 2) != 0 ? four.Slice<W64>(64) : four.Slice<W64>(0);
        Bits<W32> word = (number & 1) != 0 ? two.Slice<W32>(32) : two.Slice<W32>(0);
        uint length = word.GetUInt32BigEndian(0);
        bool hasLength = service.LengthWord < ArgumentWords.Count;

        bool fits = room >= 0 && length <= service.LengthLimit && length <= (ushort)room;
        return bytes < service.MinimumBytes || (hasLength && !fits);
    }

    /// <summary>The part of the bypass's share that a frame for the kernel counts in.</summary>
    /// <param name="words">Its first 96 bytes.</param>
    /// <param name="isMissed">Whether the NIC could not send it.</param>
    public static BypassShare Share(Bits<W768> words, bool isMissed)
    {
        // ARP (RFC 826); ICMPv6 types 133 to 137 right behind the IPv6 header: neighbour discovery (RFC 4861 section 4).
        bool isArp = words.GetByte(12) == 0x08 && words.GetByte(13) == 0x06;
        byte type = words.GetByte(54);
        bool isDiscovery = words.GetByte(12) == 0x86 && words.GetByte(13) == 0xDD && words.GetByte(20) == 58 && type >= 133 && type <= 137;
        return isMissed ? BypassShare.Missed : isArp || isDiscovery ? BypassShare.Neighbour : BypassShare.Other;
    }

    /// <summary>A control line.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="words">The first 96 bytes of its payload; zeros behind them.</param>
    /// <param name="slot">The message's slot.</param>
    /// <param name="generation">The slot's generation.</param>
    [SimulatedBy(typeof(MessageLines), nameof(MessageLines.Line))]
    public static Bits<W1024> Line(RoutedFrame frame, Bits<W768> words, ushort slot, ushort generation)
    {
        Bits<W48> layout = frame.Route == RouteKind.Call ? frame.Service.ArgumentLayout : default;
        return Bits.Concat<W768, W256, W1024>(ArgumentWords.Convert(words, layout), Header(frame, slot, generation));
    }

    /// <summary>The header of a control line.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="slot">The message's slot.</param>
    /// <param name="generation">The slot's generation.</param>
    internal static Bits<W256> Header(RoutedFrame frame, ushort slot, ushort generation)
    {
        bool isCall = frame.Route == RouteKind.Call;
        Bits<W256> header = default;
        return header
            .WithByte(ControlLine.Kind, (byte)(isCall ? MessageKind.Request : MessageKind.Frame))
            .WithByte(ControlLine.Flags, isCall ? (byte)0 : (byte)frame.Metadata.Kind)
            .WithSlice(8 * ControlLine.Process, (Bits<W16>)(isCall ? frame.Service.Process : 0ul))
            .WithSlice(8 * ControlLine.Generation, (Bits<W16>)(isCall ? frame.Service.ProcessGeneration : 0ul))
            .WithSlice(8 * ControlLine.Bytes, (Bits<W16>)(ulong)frame.Metadata.PayloadBytes)
            .WithSlice(8 * ControlLine.CodePointer, (Bits<W64>)(isCall ? frame.Service.CodePointer : 0ul))
            .WithSlice(8 * ControlLine.DataPointer, (Bits<W64>)(isCall ? frame.Service.DataPointer : 0ul))
            .WithSlice(8 * ControlLine.ReplyHandle, (Bits<W16>)(isCall ? slot : 0ul))
            .WithSlice(8 * (ControlLine.ReplyHandle + 2), (Bits<W16>)(isCall ? generation : 0ul));
    }
}
