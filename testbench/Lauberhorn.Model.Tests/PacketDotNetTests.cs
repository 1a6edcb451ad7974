// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Contract;
using Lauberhorn.Model.Frames;
using PacketDotNet;

namespace Lauberhorn.Model.Tests;

/// <summary>PacketDotNet, which knows nothing of us, must read the same from the same bytes.</summary>
public class PacketDotNetTests
{
    private static readonly ReceiveSettings Settings = ReceiveSettings.Captures;

    [Fact]
    public void Headers_and_checksums_are_what_PacketDotNet_says() => FrameGenerators.Frames(Settings).Sample(
        frame => Compare(frame.Bytes),
        print: frame => frame.ToString(),
        iter: 10_000);

    private static void Compare(byte[] bytes)
    {
        var decoded = ReferenceDecoder.Decode(bytes, false, Settings);
        if (decoded.Ethernet is not EthernetHeader ethernet)
        {
            return;
        }

        // Priority tags are taken out before anything is read.
        bytes = ReferenceDecoder.WithoutPriorityTag(bytes);
        var packet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, bytes);
        Assert.Equal(ethernet.Destination, Address(packet.DestinationHardwareAddress.GetAddressBytes()));
        Assert.Equal(ethernet.Source, Address(packet.SourceHardwareAddress.GetAddressBytes()));
        Assert.Equal(ethernet.EtherType, (ushort)packet.Type);

        // What lengths contradict, PacketDotNet reads in its own way.
        if (decoded.Ipv4 is not Ipv4Header ipv4
            || decoded.Drop is DropReason.Ipv4BadVersion or DropReason.Ipv4BadHeaderLength or DropReason.Ipv4BadTotalLength)
        {
            return;
        }

        var internet = Assert.IsType<IPv4Packet>(packet.PayloadPacket);
        Assert.Equal(ipv4.HeaderWords, internet.HeaderLength);
        Assert.Equal(ipv4.TypeOfService, internet.TypeOfService);
        Assert.Equal(ipv4.TotalLength, internet.TotalLength);
        Assert.Equal(ipv4.Identification, internet.Id);

        // PacketDotNet takes the reserved bit for a sign.
        Assert.Equal(ipv4.Flags, internet.FragmentFlags & 7);
        Assert.Equal(ipv4.FragmentOffset, internet.FragmentOffset);
        Assert.Equal(ipv4.TimeToLive, internet.TimeToLive);
        Assert.Equal(ipv4.Protocol, (byte)internet.Protocol);
        Assert.Equal(ipv4.Checksum, internet.Checksum);
        Assert.Equal(ipv4.Source, (uint)Address(internet.SourceAddress.GetAddressBytes()));
        Assert.Equal(ipv4.Destination, (uint)Address(internet.DestinationAddress.GetAddressBytes()));
        if (decoded.IsDropped || decoded.Kind != FrameKind.Ipv4Options)
        {
            Assert.Equal(decoded.Drop != DropReason.Ipv4BadChecksum, internet.ValidIPChecksum);
        }

        if (decoded.Udp is not UdpHeader udp || decoded.Drop == DropReason.UdpBadLength)
        {
            return;
        }

        var datagram = Assert.IsType<UdpPacket>(internet.PayloadPacket);
        Assert.Equal(udp.SourcePort, datagram.SourcePort);
        Assert.Equal(udp.DestinationPort, datagram.DestinationPort);
        Assert.Equal(udp.Length, datagram.Length);
        Assert.Equal(udp.Checksum, datagram.Checksum);

        // PacketDotNet sums what the packet holds, we sum what the UDP length says (RFC 768: "Length is the length in
        // octets of this user datagram"); and it knows no absent checksum.
        // A frame with an impossible source is dropped before its checksum is checked.
        var isSummed = decoded.Drop is not (DropReason.BadSourceAddress or DropReason.UnicastInGroupFrame);
        if (isSummed && udp.Checksum != 0 && udp.Length == ipv4.TotalLength - 20)
        {
            Assert.Equal(decoded.Drop != DropReason.UdpBadChecksum, datagram.ValidUdpChecksum);
        }
    }

    private static ulong Address(byte[] bytes) => bytes.Aggregate(0ul, (address, next) => (address << 8) | next);
}
