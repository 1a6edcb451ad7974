// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Model.Wire;

/// <summary>
/// What the kernel of the machine model answers to frames that the NIC leaves to it: ARP requests for its address (RFC 826, and probes of
/// RFC 5227), so that an ordinary client finds the NIC, and ICMP echo (RFC 792) as RFC 1122 sections 3.2.2.6 and 3.3.6 say; and it finds
/// the neighbours that the NIC does not know. It says nothing to all else.
/// </summary>
/// <param name="settings">The NIC's addresses and its subnet.</param>
/// <param name="setNeighbour">Tells the NIC the MAC address of an IPv4 address; null if frames to unknown neighbours are to be
/// ignored.</param>
public sealed class KernelNetwork(ReceiveSettings settings, Action<uint, ulong>? setNeighbour = null)
{
    private const int EthernetBytes = 14;
    private const int Ipv4Bytes = 20;
    private const int ArpBytes = 28;
    private const byte EchoReply = 0;
    private const byte EchoRequest = 8;
    private readonly NeighbourResolver? resolver = setNeighbour is null ? null : new NeighbourResolver(settings, setNeighbour);

    /// <summary>ARP requests that were answered.</summary>
    public int ArpAnswers { get; private set; }

    /// <summary>Echo requests that were answered.</summary>
    public int EchoAnswers { get; private set; }

    /// <summary>Frames to which there was nothing to say.</summary>
    public int Ignored { get; private set; }

    /// <summary>Takes a frame as the NIC gives it.</summary>
    /// <param name="frame">The frame from its first byte on.</param>
    /// <param name="kind">Why it came.</param>
    /// <returns>The frames to be sent because of it, without padding. They are to be sent one after the other, before the next is asked
    /// for.</returns>
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
    /// <returns>The frames to be sent because of it, without padding. They are to be sent one after the other, before the next is asked
    /// for.</returns>
    public IEnumerable<byte[]> Handle(ReadOnlyMemory<byte> frame)
    {
        IEnumerable<byte[]> resolved = [];
        byte[]? answer = null;

        // What no sender has for a source is nobody's frame.
        if (frame.Length >= EthernetBytes && WireAddresses.IsHost(WireAddresses.Mac(frame.Span[6..])))
        {
            resolved = resolver?.Hear(frame.Span) ?? [];
            answer = BinaryPrimitives.ReadUInt16BigEndian(frame.Span[12..]) switch
            {
                0x0806 => AnswerArp(frame.Span[EthernetBytes..]),
                0x0800 => AnswerEcho(frame.Span),
                _ => null,
            };
        }

        Ignored += answer is null ? 1 : 0;
        return answer is null ? resolved : resolved.Append(answer);
    }

    private byte[]? AnswerArp(ReadOnlySpan<byte> arp)
    {
        const ushort request = 1;
        if (!WireAddresses.IsArp(arp)
            || BinaryPrimitives.ReadUInt16BigEndian(arp[6..]) != request
            || BinaryPrimitives.ReadUInt32BigEndian(arp[24..]) != settings.Ipv4Address)
        {
            return null;
        }

        // A probe has no sender's address yet. Who says that our address is its own asks nothing: it announces.
        ulong sender = WireAddresses.Mac(arp[8..]);
        uint address = BinaryPrimitives.ReadUInt32BigEndian(arp[14..]);
        if (!WireAddresses.IsHost(sender) || (address != 0 && !ReferenceDecoder.CanBeSource(address, settings)))
        {
            return null;
        }

        ArpAnswers++;
        byte[] answer = new byte[EthernetBytes + ArpBytes];
        WireAddresses.Header(answer, sender, settings.MacAddress, 0x0806);
        Span<byte> body = answer.AsSpan(EthernetBytes);
        arp[..6].CopyTo(body);
        BinaryPrimitives.WriteUInt16BigEndian(body[6..], 2);
        WireAddresses.Write(body[8..], settings.MacAddress);
        BinaryPrimitives.WriteUInt32BigEndian(body[14..], settings.Ipv4Address);
        arp.Slice(8, 10).CopyTo(body[18..]);
        return answer;
    }

    private byte[]? AnswerEcho(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[EthernetBytes..];
        if (packet.Length < Ipv4Bytes)
        {
            return null;
        }

        int headerBytes = 4 * (packet[0] & 15);
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        const ushort fragment = 0x3FFF;
        bool isWhole = packet[0] >> 4 == 4 && headerBytes >= Ipv4Bytes && total >= headerBytes + 8 && total <= packet.Length
            && InternetChecksum.Sum(packet[..headerBytes]) == 0xFFFF
            && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & fragment) == 0
            && packet[9] == 1;
        if (!isWhole)
        {
            return null;
        }

        // Behind the total length there is only the frame's padding.
        ReadOnlySpan<byte> echo = packet[headerBytes..total];
        uint source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        uint destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        bool isOurs = destination == settings.Ipv4Address && !WireAddresses.IsGroup(WireAddresses.Mac(frame));
        if (!isOurs || !ReferenceDecoder.CanBeSource(source, settings) || IsSourceRouted(packet[Ipv4Bytes..headerBytes])
            || echo[0] != EchoRequest || echo[1] != 0 || InternetChecksum.Sum(echo) != 0xFFFF)
        {
            return null;
        }

        EchoAnswers++;
        byte[] answer = new byte[EthernetBytes + Ipv4Bytes + echo.Length];
        WireAddresses.Header(answer, WireAddresses.Mac(frame[6..]), settings.MacAddress, 0x0800);
        Span<byte> header = answer.AsSpan(EthernetBytes, Ipv4Bytes);
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(Ipv4Bytes + echo.Length));
        packet.Slice(4, 2).CopyTo(header[4..]);
        header[8] = 64;
        header[9] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], settings.Ipv4Address);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], source);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~InternetChecksum.Sum(header));
        Span<byte> body = answer.AsSpan(EthernetBytes + Ipv4Bytes);
        echo.CopyTo(body);
        body[0] = EchoReply;
        body[2] = body[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)~InternetChecksum.Sum(body));
        return answer;
    }

    // Loose and strict source routes (RFC 791 section 3.1): the way back would have to be the same, and we have none. Options that do not
    // parse count as one.
    private static bool IsSourceRouted(ReadOnlySpan<byte> options)
    {
        while (options.Length > 0 && options[0] != 0)
        {
            int length = options[0] == 1 ? 1 : options.Length > 1 ? options[1] : 0;
            if (options[0] is 131 or 137 || (options[0] != 1 && length < 2) || length > options.Length)
            {
                return true;
            }

            options = options[length..];
        }

        return false;
    }
}
