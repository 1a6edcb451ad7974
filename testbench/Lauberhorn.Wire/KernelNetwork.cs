// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using Lauberhorn.Hdl;
using PacketDotNet;
using PacketDotNet.Utils;

namespace Lauberhorn.Wire;

/// <summary>
/// What the kernel of the machine model answers to frames that the NIC leaves to it: ARP requests for its address (RFC 826), so that an ordinary client finds the NIC, and
/// ICMP echo (RFC 792); and it finds the neighbours that the NIC does not know. It says nothing to all else.
/// </summary>
/// <param name="macAddress">The NIC's MAC address, 48 bits, the byte sent first on top.</param>
/// <param name="address">The NIC's IPv4 address, the byte sent first on top.</param>
/// <param name="setNeighbour">Tells the NIC the MAC address of an IPv4 address; null if frames to unknown neighbours are to be ignored.</param>
public sealed class KernelNetwork(ulong macAddress, uint address, Action<uint, ulong>? setNeighbour = null)
{
    private const int EthernetHeader = 14;
    private const byte EchoRequest = 8;
    private readonly PhysicalAddress mac = new([.. Enumerable.Range(0, 6).Select(i => (byte)(macAddress >> (40 - (8 * i))))]);
    private readonly IPAddress ip = new([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);

    private readonly NeighbourResolver? resolver = setNeighbour is null ? null : new NeighbourResolver(macAddress, address, setNeighbour);

    /// <summary>ARP requests that were answered.</summary>
    public int ArpAnswers { get; private set; }

    /// <summary>Echo requests that were answered.</summary>
    public int EchoAnswers { get; private set; }

    /// <summary>Frames to which there was nothing to say.</summary>
    public int Ignored { get; private set; }

    /// <summary>Takes a frame as the NIC gives it.</summary>
    /// <param name="frame">The frame from its first byte on.</param>
    /// <param name="kind">Why it came.</param>
    /// <returns>The frames to be sent because of it, without padding. They are to be sent one after the other, before the next is asked for.</returns>
    public IEnumerable<byte[]> Handle(ReadOnlyMemory<byte> frame, FrameKind kind)
    {
        if (kind != FrameKind.UnresolvedNeighbour)
        {
            return Handle(frame);
        }

        Ignored += resolver is null ? 1 : 0;
        return resolver?.Send(frame.ToArray()) ?? [];
    }

    /// <summary>Takes a frame that came in by the wire.</summary>
    /// <param name="frame">The frame from its first byte on.</param>
    /// <returns>The frames to be sent because of it, without padding. They are to be sent one after the other, before the next is asked for.</returns>
    public IEnumerable<byte[]> Handle(ReadOnlyMemory<byte> frame)
    {
        byte[]? answer = null;
        IEnumerable<byte[]> resolved = [];
        try
        {
            resolved = resolver?.Hear(frame.Span) ?? [];
            answer = Packet.ParsePacket(LinkLayers.Ethernet, frame.ToArray()) is EthernetPacket ethernet ? Answer(ethernet) : null;
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or IndexOutOfRangeException or NotImplementedException)
        {
            // The parser throws at what is cut off; a kernel ignores it.
        }

        Ignored += answer is null ? 1 : 0;
        return answer is null ? resolved : resolved.Append(answer);
    }

    private byte[]? Answer(EthernetPacket ethernet)
    {
        switch (ethernet.PayloadPacket)
        {
            case ArpPacket { Operation: ArpOperation.Request } request when request.TargetProtocolAddress.Equals(ip):
                ArpAnswers++;
                return new EthernetPacket(mac, request.SenderHardwareAddress, EthernetType.Arp)
                {
                    PayloadPacket = new ArpPacket(ArpOperation.Response, request.SenderHardwareAddress, request.SenderProtocolAddress, mac, ip),
                }.Bytes;

            case IPv4Packet { Protocol: ProtocolType.Icmp, FragmentOffset: 0 } packet when packet.DestinationAddress.Equals(ip) && (packet.FragmentFlags & 1) == 0:
                byte[]? echo = packet.PayloadPacket?.Bytes;
                if (echo is not { Length: >= 8 } || echo[0] != EchoRequest)
                {
                    return null;
                }

                // The answer has the type 0 in place of 8, and nothing else changes but the sum: RFC 1624.
                echo[0] = 0;
                uint sum = BinaryPrimitives.ReadUInt16BigEndian(echo.AsSpan(2)) + ((uint)EchoRequest << 8);
                BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), (ushort)(sum + (sum >> 16)));
                var reply = new IPv4Packet(ip, packet.SourceAddress)
                {
                    Protocol = ProtocolType.Icmp,
                    TimeToLive = 64,
                    Id = packet.Id,
                    PayloadDataSegment = new ByteArraySegment(echo),
                };
                reply.TotalLength = IPv4Fields.HeaderLength + echo.Length;
                reply.UpdateIPChecksum();
                EchoAnswers++;
                byte[] bytes = new EthernetPacket(mac, ethernet.SourceHardwareAddress, EthernetType.IPv4) { PayloadPacket = reply }.Bytes;
                return bytes[..(EthernetHeader + reply.TotalLength)];

            default:
                return null;
        }
    }
}
