// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;

namespace Lauberhorn.Hdl.Reply;

/// <summary>
/// Sums of the quarters of 64 bytes, each of 19 bits, and what else is known when a part of a message is summed; registers.
/// </summary>
public interface IReplyPartialSums : IBus
{
    /// <summary>Whether a part was summed, or a frame of the kernel's ends.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is the message's first part.</summary>
    bool IsFirst { get; set; }

    /// <summary>Whether it is the message's last part.</summary>
    bool IsLast { get; set; }

    /// <summary>Sum of the words of bytes 0 to 15.</summary>
    uint A { get; set; }

    /// <summary>Sum of the words of bytes 16 to 31.</summary>
    uint B { get; set; }

    /// <summary>Sum of the words of bytes 32 to 47.</summary>
    uint C { get; set; }

    /// <summary>Sum of the words of bytes 48 to 63.</summary>
    uint D { get; set; }

    /// <summary>The values for the frame's headers, which the message gives.</summary>
    HeaderFields Fields { get; set; }
}

/// <summary>The values for a frame's headers that its message gives.</summary>
public readonly record struct HeaderFields
{
    /// <summary>The kind of frame that is sent.</summary>
    public FrameClass Class { get; init; }

    /// <summary>Bytes of the frame, without padding.</summary>
    public ushort FrameBytes { get; init; }

    /// <summary>IPv4 address of the destination.</summary>
    public uint Address { get; init; }

    /// <summary>UDP port of the destination.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Source UDP port.</summary>
    public ushort SourcePort { get; init; }
}

/// <summary>
/// Sums 64 bytes of a message: the first ones of a job in the tick in which the formatter accepts it, the next ones in the tick after, then
/// half aux lines as they are used. Latency 1 tick; 64 bytes per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class ReplyPartialSums([InputBus] IReplyJob job, [InputBus] IReplyStep step, [InputBus] IReplyFormat format) : SimpleProcess
{
    private const int QuarterBytes = 16;

    [OutputBus] private readonly IReplyPartialSums sums = Scope.CreateBus<IReplyPartialSums>("partialSums");

    internal IReplyPartialSums Sums => sums;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        ReplyJob item = job.Job;
        Bits<W512> bytes = step.Takes ? item.Message.Slice<W512>(0) : format.IsSecond ? format.SecondSum.Resize<W512>() : step.Half;
        sums.A = InternetChecksum.SumQuarter(bytes, 0);
        sums.B = InternetChecksum.SumQuarter(bytes, QuarterBytes);
        sums.C = InternetChecksum.SumQuarter(bytes, 2 * QuarterBytes);
        sums.D = InternetChecksum.SumQuarter(bytes, 3 * QuarterBytes);

        bool takes = step.Takes && item.Class != FrameClass.None;
        bool isSecond = format.IsSecond && format.IsDatagram && format.HasSecondSum;
        bool hasMore = item.Class != FrameClass.Frame && item.FrameBytes > ReplyHeaders.Bytes + NicConfig.DatapathBytes;
        sums.Valid = takes || isSecond || step.UsesHalf;
        sums.IsFirst = takes;
        sums.IsLast = takes ? item.AuxBytes == 0 && !hasMore : isSecond ? !format.HasAux : format.IsLastHalf;
        if (takes)
        {
            sums.Fields = new HeaderFields
            {
                Class = item.Class,
                FrameBytes = item.FrameBytes,
                Address = item.Address,
                DestinationPort = item.DestinationPort,
                SourcePort = item.SourcePort,
            };
        }
    }
}

/// <summary>A frame's headers, but for the folding of their sums.</summary>
public readonly record struct ReplyHeader
{
    /// <summary>The kind of frame that is sent.</summary>
    public FrameClass Class { get; init; }

    /// <summary>Bytes of the frame, without padding.</summary>
    public ushort FrameBytes { get; init; }

    /// <summary>Whether the destination's MAC address is known, or not needed.</summary>
    public bool IsKnown { get; init; }

    /// <summary>The destination's MAC address; the first byte on the wire is the most significant.</summary>
    public Bits<W48> MacAddress { get; init; }

    /// <summary>The NIC's MAC address.</summary>
    public Bits<W48> OwnMacAddress { get; init; }

    /// <summary>The NIC's IPv4 address.</summary>
    public uint OwnAddress { get; init; }

    /// <summary>IPv4 address of the destination.</summary>
    public uint Address { get; init; }

    /// <summary>UDP port of the destination.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Source UDP port.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>IPv4 identification (RFC 791 section 3.1).</summary>
    public ushort Identification { get; init; }

    /// <summary>Sum of the words of the IPv4 header, 20 bits, carries not folded in.</summary>
    public uint IpSum { get; init; }

    /// <summary>Sum of the words of pseudo-header, UDP header and message, 29 bits, carries not folded in.</summary>
    public uint UdpSum { get; init; }
}

/// <summary>
/// Sums a message's parts, the pseudo-header and the headers, and puts the headers' fields into the FIFO behind it when the message ends.
/// Latency 1 tick; a part per tick; no back-pressure: there is room in the FIFO.
/// </summary>
[ClockedProcess]
public sealed class ReplySum(
    [InputBus] IReplyPartialSums parts,
    [InputBus] INeighbourAnswer neighbour,
    [InputBus] INicSettings settings,
    Stream<ReplyHeader> headers) : SimpleProcess
{
    /// <summary>A message has at most 2,160 words, so 29 bits hold their sum.</summary>
    private const uint Mask = (1U << 29) - 1;

    private const uint UdpProtocol = WireFormat.UdpProtocol;

    // Version, header length and type of service; "don't fragment"; 64 hops and UDP.
    private const uint FirstWord = WireFormat.Ipv4FirstWord;
    private const uint DoNotFragment = 0x4000;
    private const uint LifeAndProtocol = 0x4011;

    [OutputBus] private readonly IStream<ReplyHeader> headers = headers.Forward;
    private uint sum;
    private uint ipSum;
    private bool isKnown;
    private Bits<W48> macAddress;
    private ushort identification;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        HeaderFields fields = parts.Fields;
        ushort datagramBytes = (ushort)(fields.FrameBytes - ReplyHeaders.UdpOffset);
        ushort packetBytes = (ushort)(fields.FrameBytes - ReplyHeaders.IpOffset);
        uint addresses = (settings.IpAddress >> 16) + (settings.IpAddress & 0xFFFF) + (fields.Address >> 16) + (fields.Address & 0xFFFF);

        // The length is in the pseudo-header and in the header.
        uint udpHeader = UdpProtocol + ((uint)datagramBytes << 1) + fields.SourcePort + fields.DestinationPort + addresses;
        uint message = parts.A + parts.B + parts.C + parts.D;
        uint before = parts.IsFirst ? udpHeader : sum;
        uint after = (before + message) & Mask;
        if (parts.Valid)
        {
            sum = after;
        }

        // The look-up began when the job was accepted, and takes as long as its first part.
        if (neighbour.Valid)
        {
            isKnown = neighbour.IsKnown;
            macAddress = neighbour.MacAddress;
        }

        ipSum = FirstWord + DoNotFragment + LifeAndProtocol + packetBytes + identification + addresses;
        headers.Valid = parts.Valid && parts.IsLast;
        headers.Item = new ReplyHeader
        {
            Class = fields.Class,
            FrameBytes = fields.FrameBytes,
            IsKnown = isKnown || fields.Class == FrameClass.Frame,
            MacAddress = macAddress,
            OwnMacAddress = settings.MacAddress,
            OwnAddress = settings.IpAddress,
            Address = fields.Address,
            DestinationPort = fields.DestinationPort,
            SourcePort = fields.SourcePort,
            Identification = identification,
            IpSum = ipSum,
            UdpSum = after,
        };
        if (parts.Valid && parts.IsLast && fields.Class != FrameClass.Frame)
        {
            identification++;
        }
    }
}
