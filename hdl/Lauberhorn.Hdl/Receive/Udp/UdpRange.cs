// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Udp;

/// <summary>The part of a beat that the UDP checksum covers.</summary>
public interface IUdpRange : IBus
{
    /// <summary>The beat's bytes that are covered; the others are 0.</summary>
    Bits<W512> Covered { get; set; }

    /// <summary>Where the datagram ends, in bytes from the beginning of the frame; 17 bits.</summary>
    uint End { get; set; }
}

/// <summary>
/// Selects the bytes that the UDP checksum covers (RFC 768): from the IPv4 addresses, which are part of the pseudo-header and
/// stand right before the UDP header, to the end that the UDP length says. What lies behind it is padding. The others are set to 0
/// here, where a register's reset does it, and not in front of the adders.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class UdpRange([InputBus] IFrameBeat beat) : SimpleProcess
{
    private const uint UdpBegin = WireFormat.UdpBegin;
    private const int AddressesBegin = 26;
    private const int BeatBytes = 64;
    private const int LengthPlace = 38;

    [OutputBus] private readonly IUdpRange range = Scope.CreateBus<IUdpRange>("range");

    /// <summary>Output: the covered bytes, one tick after the beat; registers.</summary>
    public IUdpRange Range => range;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // Beat 0 has the length itself, the others come when the end is known. The length is taken from its place without waiting
        // for a header extractor to find out whether this is beat 0: that comes in last.
        bool isFirst = beat.Index == 0;
        uint length = beat.Data.GetUInt16BigEndian(LengthPlace);
        uint firstEnd = length + UdpBegin;
        bool goesOn = isFirst ? length >= BeatBytes - UdpBegin : beat.Index < range.End >> 6;
        bool ends = isFirst || beat.Index == range.End >> 6;
        uint end = (isFirst ? firstEnd : range.End) & 63;
        ulong covered = 0;
        if (goesOn)
        {
            covered = ulong.MaxValue;
        }
        else if (ends)
        {
            covered = ~(ulong.MaxValue << (int)end);
        }

        if (isFirst)
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
        if (beat.Valid && isFirst)
        {
            range.End = firstEnd;
        }
    }
}
