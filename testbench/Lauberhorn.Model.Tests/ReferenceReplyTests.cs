// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Reply;
using PacketDotNet;

namespace Lauberhorn.Model.Tests;

/// <summary>The reference's replies, read by others: PacketDotNet, and the reference decoder as the client's NIC.</summary>
public class ReferenceReplyTests
{
    private static readonly Gen<ReplyParties> Parties =
        // Hosts': no groups, and not the same.
        from macs in Gen.Select(Gen.ULong[0x0200_0000_0000, 0x02FF_FFFF_FFFF], Gen.ULong[0x0400_0000_0000, 0x04FF_FFFF_FFFF])
        from addresses in Gen.Select(Gen.UInt[0x0A00_0000, 0x0AFF_FFFF], Gen.UInt[0x8000_0000, 0xDFFF_FFFF])
        from ports in Gen.Select(Gen.UShort, Gen.UShort)
        from xid in Gen.UInt
        select new ReplyParties
        {
            OwnMac = macs.Item1,
            ClientMac = macs.Item2,
            OwnAddress = addresses.Item1,
            ClientAddress = addresses.Item2,
            OwnPort = ports.Item1,
            ClientPort = ports.Item2,
            Xid = xid,
        };

    [Fact]
    public void Results_arrive_at_the_client_with_right_checksums() =>
        Gen.Select(Parties, Gen.UShort, Gen.Byte.Array[0, 4200]).Sample(
            (parties, identification, results) =>
            {
                byte[] frame = ReferenceReply.Success(parties, identification, results);
                byte[] payload = Datagram(frame, parties, identification);
                Assert.Equal([parties.Xid, 1, 0, 0, 0, 0], Words(payload.AsSpan(0, 24)));
                Assert.Equal(results, payload[24..]);
                DecodedFrame decoded = ReferenceDecoder.Decode(frame, false, new ReceiveSettings(parties.ClientMac, parties.ClientAddress));
                Assert.Equal((DropReason.None, FrameKind.RpcReply), (decoded.Drop, decoded.Kind));
            },
            iter: 1000);

    [Fact]
    public void Errors_are_as_RFC_5531_has_them() =>
        Gen.Select(Parties, Gen.UShort, Gen.UInt, Gen.UInt).Sample(
            (parties, identification, lowest, highest) =>
            {
                uint xid = parties.Xid;
                Assert.Equal([xid, 1, 1, 0, 2, 2], Message(ReferenceReply.RpcMismatch(parties, identification)));
                Assert.Equal([xid, 1, 1, 1, lowest], Message(ReferenceReply.AuthError(parties, identification, lowest)));
                Assert.Equal([xid, 1, 0, 0, 0, 2, lowest, highest],
                    Message(ReferenceReply.Accept(parties, identification, AcceptStatus.ProgramMismatch, lowest, highest)));
                foreach (AcceptStatus status in Enum.GetValues<AcceptStatus>().Where(status => status != AcceptStatus.ProgramMismatch))
                {
                    Assert.Equal([xid, 1, 0, 0, 0, (uint)status], Message(ReferenceReply.Accept(parties, identification, status)));
                }

                uint[] Message(byte[] frame) => Words(Datagram(frame, parties, identification));
            },
            iter: 300);

    [Fact]
    public void A_short_frame_is_padded_with_zeros()
    {
        ReplyParties parties = new() { OwnMac = 1, ClientMac = 2, OwnAddress = 3, ClientAddress = 4, OwnPort = 5, ClientPort = 6, Xid = 7 };
        byte[] frame = ReferenceReply.Frame(parties, 0, [0xAA]);
        Assert.Equal(60, frame.Length);
        Assert.Equal(0xAA, frame[42]);
        Assert.All(frame[43..], padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void Words_are_reversed_and_64_bit_values_change_their_halves()
    {
        byte[] bytes = [.. Enumerable.Range(0, 96).Select(value => (byte)value)];
        byte[] converted = NativeWords.Convert(bytes, 0b11_10_01_00);
        Assert.Equal([0, 1, 2, 3, 7, 6, 5, 4, 15, 14, 13, 12, 11, 10, 9, 8, 16], converted[..17]);
        Assert.Equal(bytes, NativeWords.Convert(converted, 0b11_10_01_00));

        // Halves without a partner, at both ends.
        Assert.Equal(new byte[4], NativeWords.Convert(bytes, 3)[..4]);
        Assert.Equal(new byte[4], NativeWords.Convert(bytes, 2ul << 46)[92..]);
    }

    [Fact]
    public void Results_beyond_96_bytes_go_as_they_are() =>
        Gen.Select(Gen.Byte.Array[96], Gen.Byte.Array[300], Gen.Int[0, 396], Gen.ULong[0, (1ul << 48) - 1])
            .Sample((line, aux, count, layout) =>
        {
            byte[] results = ReferenceReply.Results(line, aux, count, layout);
            Assert.Equal(count, results.Length);
            Assert.Equal(NativeWords.Convert(line.AsSpan(0, Math.Min(count, 96)), layout)[..Math.Min(count, 96)],
                results[..Math.Min(count, 96)]);
            Assert.Equal(aux[..Math.Max(0, count - 96)], results[Math.Min(count, 96)..]);
        });

    private static byte[] Datagram(byte[] frame, ReplyParties parties, ushort identification)
    {
        Assert.True(frame.Length >= 60);
        EthernetPacket ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        Assert.Equal(parties.ClientMac, Number(ethernet.DestinationHardwareAddress.GetAddressBytes()));
        Assert.Equal(parties.OwnMac, Number(ethernet.SourceHardwareAddress.GetAddressBytes()));
        IPv4Packet ip = ethernet.Extract<IPv4Packet>();
        Assert.True(ip.ValidIPChecksum);
        Assert.Equal((parties.OwnAddress, parties.ClientAddress),
            ((uint)Number(ip.SourceAddress.GetAddressBytes()), (uint)Number(ip.DestinationAddress.GetAddressBytes())));
        Assert.Equal((64, 0, identification, 2), (ip.TimeToLive, ip.TypeOfService, ip.Id, ip.FragmentFlags));
        UdpPacket udp = ethernet.Extract<UdpPacket>();
        Assert.Equal((parties.OwnPort, parties.ClientPort), (udp.SourcePort, udp.DestinationPort));
        Assert.True(udp.Checksum != 0 && udp.ValidUdpChecksum);
        Assert.All(frame[(14 + ip.TotalLength)..], padding => Assert.Equal(0, padding));

        // Not the packet's PayloadData: to some ports (4789, VXLAN) PacketDotNet reads on, and leaves it empty.
        return frame[42..(14 + ip.TotalLength)];
    }

    private static ulong Number(byte[] bytes) => bytes.Aggregate(0ul, (number, next) => (number << 8) | next);

    private static uint[] Words(ReadOnlySpan<byte> bytes)
    {
        uint[] words = new uint[bytes.Length / 4];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * i)..]);
        }

        return words;
    }
}
