// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Model.Frames;

/// <summary>A frame that was broken on purpose.</summary>
/// <param name="What">What was done to it, a few words.</param>
/// <param name="Bytes">The frame.</param>
/// <param name="Error">Whether the MAC flags it.</param>
/// <param name="Expected">What the receive path must count it as.</param>
public sealed record BrokenFrame(string What, byte[] Bytes, bool Error, DropReason Expected);

/// <summary>Breaks a good call in each way that has a <see cref="DropReason"/> of its own, but for lack of room.</summary>
public static class BrokenFrames
{
    /// <summary>One frame for each way.</summary>
    /// <param name="call">A frame with a well-formed call and a UDP checksum.</param>
    public static IReadOnlyList<BrokenFrame> Of(byte[] call)
    {
        return
        [
            new("flagged by the MAC: frame check sequence", call, true, DropReason.FrameError),
            new("cut after 13 bytes", call[..13], false, DropReason.Runt),
            new("longer than 9,618 bytes", [.. call, .. new byte[9_619 - call.Length]], false, DropReason.Oversize),
            Change("sent to another MAC address", DropReason.OtherDestinationMac, (5, 0x01)),
            Change("sent from a group's MAC address", DropReason.BadSourceMac, (6, 0x01)),
            new("cut after 33 bytes", call[..33], false, DropReason.Ipv4Truncated),
            Change("IP version 5", DropReason.Ipv4BadVersion, (14, 0x10)),
            Change("IP header length of 4 words", DropReason.Ipv4BadHeaderLength, (14, 0x01)),
            new("cut after 60 bytes", call[..60], false, DropReason.Ipv4BadTotalLength),
            Change("a bit of the time to live flipped", DropReason.Ipv4BadChecksum, (22, 0x01)),
            SetAndMend("IP total length of 27 bytes", DropReason.UdpTruncated, (16, 0), (17, 27)),
            SetAndMend("UDP length of 7 bytes", DropReason.UdpBadLength, (38, 0), (39, 7)),
            SetAndMend("sent from 127.0.0.1", DropReason.BadSourceAddress, (26, 127), (27, 0), (28, 0), (29, 1)),
            Change(
                "sent to every MAC address, but to our IP address",
                DropReason.UnicastInGroupFrame,
                [.. Enumerable.Range(0, 6).Select(i => (i, (byte)~call[i]))]),
            Change("a bit of the last argument flipped", DropReason.UdpBadChecksum, (call.Length - 1, 0x01)),
        ];

        BrokenFrame Change(string what, DropReason expected, params (int Offset, byte Bits)[] flips)
        {
            byte[] bytes = [.. call];
            foreach ((int offset, byte bits) in flips)
            {
                bytes[offset] ^= bits;
            }

            return new BrokenFrame(what, bytes, false, expected);
        }

        // Sets bytes and makes the IP header's checksum right again, so that the check behind it decides.
        BrokenFrame SetAndMend(string what, DropReason expected, params (int Offset, byte Value)[] values)
        {
            byte[] bytes = [.. call];
            foreach ((int offset, byte value) in values)
            {
                bytes[offset] = value;
            }

            bytes.AsSpan(24, 2).Clear();
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(24), (ushort)~InternetChecksum.Sum(bytes.AsSpan(14, 20)));
            return new BrokenFrame(what, bytes, false, expected);
        }
    }
}
