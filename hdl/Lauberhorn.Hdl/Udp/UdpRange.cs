// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Ethernet;
using Lauberhorn.Hdl.Mac;
using SME;

namespace Lauberhorn.Hdl.Udp;

/// <summary>What of a beat the UDP checksum covers.</summary>
public interface IUdpRange : IBus
{
    /// <summary>The beat's bytes that are covered; the others are 0.</summary>
    Bits<W512> Covered { get; set; }

    /// <summary>Where the datagram ends, in bytes from the beginning of the frame; 17 bits.</summary>
    uint End { get; set; }
}

/// <summary>
/// Finds the bytes that the UDP checksum covers (RFC 768): from the IPv4 addresses, which are part of the pseudo-header and
/// stand right before the UDP header, to the end that the UDP length says. What lies behind it is padding. The others are set to 0
/// here, where a register's reset does it, and not in front of the adders.
/// Latency 1 tick; one beat per tick; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class UdpRange(IFrameBeat beat, IHeader<W64> header) : SimpleProcess
{
    private const uint UdpBegin = 34;
    private const int AddressesBegin = 26;
    private const int BeatBytes = 64;

    [InputBus] private readonly IFrameBeat beat = beat;
    [InputBus] private readonly IHeader<W64> header = header;
    [OutputBus] private readonly IUdpRange range = Scope.CreateBus<IUdpRange>("range");

    /// <summary>The range, one tick after the beat.</summary>
    public IUdpRange Range => range;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint end = header.Bytes.GetUInt16BigEndian(4) + UdpBegin;
        uint lastBeat = end >> 6;
        ulong covered = 0;
        if (beat.Index < lastBeat)
        {
            covered = ulong.MaxValue;
        }
        else if (beat.Index == lastBeat)
        {
            covered = ~(ulong.MaxValue << (int)(end & 63));
        }

        if (beat.Index == 0)
        {
            covered &= ulong.MaxValue << AddressesBegin;
        }

        Bits<W512> data = beat.Data;
        for (int i = 0; i < BeatBytes; i++)
        {
            if (((covered >> i) & 1) == 0)
            {
                data = data.WithByte(i, 0);
            }
        }

        range.Covered = data;
        range.End = end;
    }
}
