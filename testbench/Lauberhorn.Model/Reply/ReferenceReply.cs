// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Reply;

/// <summary>
/// The frames that answer calls, byte for byte, from the destination's MAC address to the padding: Ethernet, IPv4 (RFC 791), UDP (RFC 768),
/// and an RPC reply (RFC 5531 section 9). Knows nothing of how the hardware makes them.
/// </summary>
public static class ReferenceReply
{
    /// <summary>First byte of the RPC message in the frame.</summary>
    public const int MessageOffset = Ethernet + Ipv4 + Udp;

    /// <summary>Where the IPv4 header's identification is.</summary>
    public const int IdentificationOffset = Ethernet + 4;

    /// <summary>Frames are padded with zeros to so many bytes.</summary>
    public const int ShortestFrame = 60;

    private const int Ethernet = 14;
    private const int Ipv4 = 20;
    private const int Udp = 8;
    private const uint MessageIsReply = 1;
    private const uint Accepted = 0;
    private const uint Denied = 1;
    private const uint RpcMismatchStatus = 0;
    private const uint AuthErrorStatus = 1;
    private const uint RpcVersion = 2;

    /// <summary>SUCCESS with results.</summary>
    /// <param name="parties">Addresses and ports of both sides.</param>
    /// <param name="identification">The IPv4 header's.</param>
    /// <param name="results">The results in XDR; any number of bytes.</param>
    public static byte[] Success(ReplyParties parties, ushort identification, ReadOnlySpan<byte> results) =>
        Frame(parties, identification, [.. Words(parties, MessageIsReply, Accepted, 0, 0, (uint)AcceptStatus.Success), .. results]);

    /// <summary>An accepted call that comes to nothing, or to no results.</summary>
    /// <param name="parties">Addresses and ports of both sides.</param>
    /// <param name="identification">The IPv4 header's.</param>
    /// <param name="status">What is said of it.</param>
    /// <param name="lowest">Of PROG_MISMATCH: the lowest version.</param>
    /// <param name="highest">Of PROG_MISMATCH: the highest version.</param>
    public static byte[] Accept(ReplyParties parties, ushort identification, AcceptStatus status, uint lowest = 0, uint highest = 0)
    {
        byte[] message = Words(parties, MessageIsReply, Accepted, 0, 0, (uint)status);
        return Frame(parties, identification,
            status == AcceptStatus.ProgramMismatch ? [.. message, .. Word(lowest), .. Word(highest)] : message);
    }

    /// <summary>Denied: another version of RPC than 2.</summary>
    /// <param name="parties">Addresses and ports of both sides.</param>
    /// <param name="identification">The IPv4 header's.</param>
    public static byte[] RpcMismatch(ReplyParties parties, ushort identification) =>
        Frame(parties, identification, Words(parties, MessageIsReply, Denied, RpcMismatchStatus, RpcVersion, RpcVersion));

    /// <summary>Denied: the credential is not accepted (AUTH_ERROR).</summary>
    /// <param name="parties">Addresses and ports of both sides.</param>
    /// <param name="identification">The IPv4 header's.</param>
    /// <param name="status"><c>auth_stat</c>.</param>
    public static byte[] AuthError(ReplyParties parties, ushort identification, uint status) =>
        Frame(parties, identification, Words(parties, MessageIsReply, Denied, AuthErrorStatus, status));

    /// <summary>Results as they go on the wire.</summary>
    /// <param name="inline">The 96 bytes for results in the control line, as they are in memory; those behind the end count as
    /// zeros.</param>
    /// <param name="aux">The bytes of the aux lines, as many as there are results beyond; they go as they are.</param>
    /// <param name="count">Bytes of results.</param>
    /// <param name="layout">The service's reply layout, see <see cref="NativeWords"/>.</param>
    public static byte[] Results(ReadOnlySpan<byte> inline, ReadOnlySpan<byte> aux, int count, ulong layout)
    {
        int first = Math.Min(count, NativeWords.Bytes);
        byte[] words = NativeWords.Convert(inline[..first], layout);
        return [.. words.AsSpan(0, first), .. aux[..(count - first)]];
    }

    /// <summary>A UDP datagram in a frame.</summary>
    /// <param name="parties">Addresses and ports of both sides.</param>
    /// <param name="identification">The IPv4 header's.</param>
    /// <param name="payload">The datagram's payload.</param>
    public static byte[] Frame(ReplyParties parties, ushort identification, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(parties);
        const byte versionAndWords = 0x45;
        const ushort dontFragment = 0x4000;
        const byte timeToLive = 64;
        const byte udp = 17;
        byte[] frame = new byte[Math.Max(MessageOffset + payload.Length, ShortestFrame)];
        payload.CopyTo(frame.AsSpan(MessageOffset));
        Mac(frame, parties.ClientMac);
        Mac(frame.AsSpan(6), parties.OwnMac);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);

        Span<byte> ip = frame.AsSpan(Ethernet, Ipv4);
        ip[0] = versionAndWords;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ipv4 + Udp + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], dontFragment);
        ip[8] = timeToLive;
        ip[9] = udp;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], parties.OwnAddress);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], parties.ClientAddress);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~InternetChecksum.Sum(ip));

        ushort length = (ushort)(Udp + payload.Length);
        Span<byte> datagram = frame.AsSpan(Ethernet + Ipv4, length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram, parties.OwnPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], parties.ClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], length);
        ushort sum = (ushort)~InternetChecksum.Sum(datagram, InternetChecksum.PseudoHeaderSum(parties.OwnAddress, parties.ClientAddress,
            length));

        // RFC 768: 0 would say that there is no checksum.
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], sum == 0 ? ushort.MaxValue : sum);
        return frame;
    }

    private static void Mac(Span<byte> to, ulong address)
    {
        for (int i = 0; i < 6; i++)
        {
            to[i] = (byte)(address >> (40 - (8 * i)));
        }
    }

    private static byte[] Words(ReplyParties parties, params ReadOnlySpan<uint> words)
    {
        ArgumentNullException.ThrowIfNull(parties);
        byte[] bytes = new byte[4 * (words.Length + 1)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, parties.Xid);
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * (i + 1)), words[i]);
        }

        return bytes;
    }

    private static byte[] Word(uint word)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        return bytes;
    }
}
