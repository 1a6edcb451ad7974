// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Model;

/// <summary>
/// What the receive path must say about a frame: the table of docs/receive-path.md read from top to bottom, with a whole
/// frame in hand. Written from RFC 791 (IPv4), 768 (UDP), 1071 (checksums), 5531 (RPC) and 4506 (XDR) and meant to be
/// obviously right, not fast; the hardware, which sees a frame beat by beat, is tested against it.
/// </summary>
public static class ReferenceDecoder
{
    /// <summary>The largest frame in bytes, without its frame check sequence.</summary>
    public const int LargestFrame = 9618;

    /// <summary>Most bytes in a credential or verifier: <c>opaque body&lt;400&gt;</c>, RFC 5531 section 8.2.</summary>
    public const int LargestAuthentication = 400;

    private const ulong Broadcast = 0xFFFF_FFFF_FFFF;

    // The first bit of an address on the wire is the lowest of its first byte (IEEE 802.3 clause 3.2.3).
    private const ulong GroupBit = 0x0100_0000_0000;

    /// <summary>Decodes one frame.</summary>
    /// <param name="frame">From the first byte of the destination MAC address to the last before the frame check sequence.</param>
    /// <param name="errorFlag">Whether the MAC flagged the frame as bad.</param>
    /// <param name="settings">The NIC's addresses.</param>
    public static DecodedFrame Decode(ReadOnlySpan<byte> frame, bool errorFlag, ReceiveSettings settings)
    {
        frame = WithoutPriorityTag(frame);

        // The frame as such.
        if (errorFlag)
        {
            return Dropped(DropReason.FrameError);
        }

        if (frame.Length < 14)
        {
            return Dropped(DropReason.Runt);
        }

        if (frame.Length > LargestFrame)
        {
            return Dropped(DropReason.Oversize);
        }

        // MAC addresses and EtherType: IEEE 802.3 clause 3.1, with the type field of Ethernet II.
        var ethernet = new EthernetHeader(UInt48(frame, 0), UInt48(frame, 6), UInt16(frame, 12));
        if (!IsTaken(ethernet.Destination, settings))
        {
            return Dropped(DropReason.OtherDestinationMac) with { Ethernet = ethernet };
        }

        if ((ethernet.Source & GroupBit) != 0 || ethernet.Source == 0 || ethernet.Source == settings.MacAddress)
        {
            return Dropped(DropReason.BadSourceMac) with { Ethernet = ethernet };
        }

        if (ethernet.EtherType != 0x0800)
        {
            return Whole(FrameKind.OtherEtherType, frame) with { Ethernet = ethernet };
        }

        return DecodeIpv4(frame, settings) with { Ethernet = ethernet };
    }

    /// <summary>
    /// A frame without its priority tag, if it has one: an IEEE 802.1Q tag (type 0x8100) with VLAN identifier 0. A second tag stays.
    /// </summary>
    /// <param name="frame">From the first byte of the destination MAC address.</param>
    public static byte[] WithoutPriorityTag(ReadOnlySpan<byte> frame)
    {
        bool isTagged = frame.Length >= 16 && UInt16(frame, 12) == 0x8100 && UInt16(frame, 14) % 4096 == 0;
        return isTagged ? [.. frame[..12], .. frame[16..]] : frame.ToArray();
    }

    /// <summary>Whether a host may have an address, so that a datagram can come from there (RFC 1122 section 3.2.1.3, RFC 3021).</summary>
    /// <param name="address">The IPv4 address, the byte sent first on top.</param>
    /// <param name="settings">The NIC's own address and its subnet.</param>
    public static bool CanBeSource(uint address, ReceiveSettings settings)
    {
        // (a) and (b) this network, (c) limited broadcast, (g) loopback; multicast: RFC 1112 section 4.
        if (address >> 24 is 0 or 127 or (>= 224 and < 240) || address == 0xFFFF_FFFF || address == settings.Ipv4Address)
        {
            return false;
        }

        // (d) directed broadcast, and its old form of zeros: only of the subnet that we know, if it has more than two addresses.
        uint mask = settings.SubnetMask;
        uint host = address & ~mask;
        bool isOurs = (address & mask) == (settings.Ipv4Address & mask);
        bool hasBroadcast = (mask & 2) == 0;
        return !(isOurs && hasBroadcast && (host == 0 || host == ~mask));
    }

    private static bool IsTaken(ulong destination, ReceiveSettings settings)
    {
        if (settings.Promiscuous || destination == settings.MacAddress || destination == Broadcast)
        {
            return true;
        }

        var isInFilter = ((settings.MulticastFilter >> MulticastHash(destination)) & 1) != 0;
        return (destination & GroupBit) != 0 && (settings.AllMulticast || isInFilter);
    }

    // Bit by bit: the n-th bit on the wire goes to bit n modulo 6 of the hash.
    private static int MulticastHash(ulong address)
    {
        var hash = 0;
        for (var n = 0; n < 48; n++)
        {
            var octet = (byte)(address >> (40 - (8 * (n / 8))));
            hash ^= ((octet >> (n % 8)) & 1) << (n % 6);
        }

        return hash;
    }

    // The IPv4 header: RFC 791 section 3.1.
    private static DecodedFrame DecodeIpv4(ReadOnlySpan<byte> frame, ReceiveSettings settings)
    {
        if (frame.Length < 14 + 20)
        {
            return Dropped(DropReason.Ipv4Truncated);
        }

        var ipv4 = new Ipv4Header
        {
            Version = (byte)(frame[14] >> 4),
            HeaderWords = (byte)(frame[14] & 0xF),
            TypeOfService = frame[15],
            TotalLength = UInt16(frame, 16),
            Identification = UInt16(frame, 18),
            Flags = (byte)(frame[20] >> 5),
            FragmentOffset = (ushort)(UInt16(frame, 20) & 0x1FFF),
            TimeToLive = frame[22],
            Protocol = frame[23],
            Checksum = UInt16(frame, 24),
            Source = UInt32(frame, 26),
            Destination = UInt32(frame, 30),
        };

        return Judge(frame, ipv4, settings) with { Ipv4 = ipv4 };

        static DecodedFrame Judge(ReadOnlySpan<byte> frame, Ipv4Header ipv4, ReceiveSettings settings)
        {
            if (ipv4.Version != 4)
            {
                return Dropped(DropReason.Ipv4BadVersion);
            }

            if (ipv4.HeaderWords < 5)
            {
                return Dropped(DropReason.Ipv4BadHeaderLength);
            }

            if (ipv4.TotalLength < 4 * ipv4.HeaderWords || 14 + ipv4.TotalLength > frame.Length)
            {
                return Dropped(DropReason.Ipv4BadTotalLength);
            }

            if (ipv4.HeaderWords > 5)
            {
                return Whole(FrameKind.Ipv4Options, frame);
            }

            // A header whose checksum field is right sums to all ones (RFC 1071 section 1, step 3).
            if (InternetChecksum.Sum(frame.Slice(14, 20)) != 0xFFFF)
            {
                return Dropped(DropReason.Ipv4BadChecksum);
            }

            if (ipv4.Destination != settings.Ipv4Address)
            {
                return Whole(FrameKind.Ipv4OtherDestination, frame);
            }

            const byte moreFragments = 1;
            if ((ipv4.Flags & moreFragments) != 0 || ipv4.FragmentOffset != 0)
            {
                return Whole(FrameKind.Ipv4Fragment, frame);
            }

            return ipv4.Protocol != 17 ? Whole(FrameKind.Ipv4OtherProtocol, frame) : DecodeUdp(frame, ipv4, settings);
        }
    }

    // The datagram: RFC 768, RFC 1122 sections 3.3.6 and 4.1.3.6.
    private static DecodedFrame DecodeUdp(ReadOnlySpan<byte> frame, Ipv4Header ipv4, ReceiveSettings settings)
    {
        if (ipv4.TotalLength < 20 + 8)
        {
            return Dropped(DropReason.UdpTruncated);
        }

        var udp = new UdpHeader(UInt16(frame, 34), UInt16(frame, 36), UInt16(frame, 38), UInt16(frame, 40));
        return Judge(frame, ipv4, udp, settings) with { Udp = udp };

        static DecodedFrame Judge(ReadOnlySpan<byte> frame, Ipv4Header ipv4, UdpHeader udp, ReceiveSettings settings)
        {
            if (udp.Length < 8 || udp.Length > ipv4.TotalLength - 20)
            {
                return Dropped(DropReason.UdpBadLength);
            }

            var isOurs = settings.AnyPort || settings.Ports.Contains(udp.DestinationPort);
            if (isOurs && !CanBeSource(ipv4.Source, settings))
            {
                return Dropped(DropReason.BadSourceAddress);
            }

            if (isOurs && (UInt48(frame, 0) & GroupBit) != 0)
            {
                return Dropped(DropReason.UnicastInGroupFrame);
            }

            // "An all zero transmitted checksum value means that the transmitter generated no checksum."
            if (udp.Checksum != 0)
            {
                var pseudoHeader = InternetChecksum.PseudoHeaderSum(ipv4.Source, ipv4.Destination, udp.Length);
                if (InternetChecksum.Sum(frame.Slice(34, udp.Length), pseudoHeader) != 0xFFFF)
                {
                    return Dropped(DropReason.UdpBadChecksum);
                }
            }

            if (!isOurs)
            {
                return Whole(FrameKind.UdpOtherPort, frame);
            }

            return DecodeRpc(frame, frame.Slice(42, udp.Length - 8));
        }
    }

    // The RPC message: RFC 5531 section 9 (rpc_msg, call_body) and section 8.2 (opaque_auth).
    private static DecodedFrame DecodeRpc(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> message)
    {
        if (message.Length < 8)
        {
            return Whole(FrameKind.UdpOther, frame);
        }

        // enum msg_type { CALL = 0, REPLY = 1 }
        var messageType = UInt32(message, 4);
        if (messageType == 1)
        {
            return Whole(FrameKind.RpcReply, frame);
        }

        if (messageType != 0)
        {
            return Whole(FrameKind.UdpOther, frame);
        }

        if (message.Length < 12)
        {
            return Whole(FrameKind.RpcMalformed, frame);
        }

        // "unsigned int rpcvers; /* must be equal to two (2) */"
        if (UInt32(message, 8) != 2)
        {
            return Whole(FrameKind.RpcVersionMismatch, frame);
        }

        // Six words up to the procedure, then two opaque_auth of at least two words each.
        if (message.Length < 40)
        {
            return Whole(FrameKind.RpcMalformed, frame);
        }

        var credentialLength = UInt32(message, 28);
        if (credentialLength > LargestAuthentication || 40 + Padded(credentialLength) > message.Length)
        {
            return Whole(FrameKind.RpcMalformed, frame);
        }

        var verifier = 32 + (int)Padded(credentialLength);
        var verifierLength = UInt32(message, verifier + 4);
        if (verifierLength > LargestAuthentication
            || 40 + Padded(credentialLength) + Padded(verifierLength) > message.Length)
        {
            return Whole(FrameKind.RpcMalformed, frame);
        }

        var arguments = verifier + 8 + (int)Padded(verifierLength);
        return new DecodedFrame
        {
            Drop = DropReason.None,
            Kind = FrameKind.RpcCall,
            Payload = message[arguments..].ToArray(),
            Rpc = new RpcCallHeader
            {
                Xid = UInt32(message, 0),
                Program = UInt32(message, 12),
                Version = UInt32(message, 16),
                Procedure = UInt32(message, 20),
                CredentialFlavor = UInt32(message, 24),
                CredentialLength = (int)credentialLength,
                IsBadAuthSys = UInt32(message, 24) == 1 && !IsAuthSysBody(message.Slice(32, (int)credentialLength)),
                VerifierFlavor = UInt32(message, verifier),
                VerifierLength = (int)verifierLength,
                ArgumentsOffset = 42 + arguments,
                ArgumentsLength = message.Length - arguments,
            },
        };
    }

    /// <summary>
    /// Whether bytes begin as <c>authsys_parms</c> do (RFC 5531 appendix A): unsigned stamp, string machinename of up to 255 bytes,
    /// unsigned uid, unsigned gid, up to 16 unsigned gids. What stands behind is ignored, as libtirpc does.
    /// </summary>
    private static bool IsAuthSysBody(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || UInt32(body, 4) > 255)
        {
            return false;
        }

        var count = 8 + (int)Padded(UInt32(body, 4)) + 8;
        return body.Length >= count + 4 && UInt32(body, count) <= 16 && body.Length >= count + 4 + (4 * UInt32(body, count));
    }

    // RFC 4506 section 4.10: opaque data is followed by 0 to 3 bytes that make it a multiple of four.
    private static uint Padded(uint length) => (length + 3) / 4 * 4;

    private static DecodedFrame Dropped(DropReason reason) => new() { Drop = reason, Payload = [] };

    private static DecodedFrame Whole(FrameKind kind, ReadOnlySpan<byte> frame) =>
        new() { Drop = DropReason.None, Kind = kind, Payload = frame.ToArray() };

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);

    private static ulong UInt48(ReadOnlySpan<byte> bytes, int offset) =>
        ((ulong)UInt16(bytes, offset) << 32) | UInt32(bytes, offset + 2);
}
