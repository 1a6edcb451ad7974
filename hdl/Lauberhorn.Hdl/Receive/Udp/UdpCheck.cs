// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Udp;

/// <summary>Results of the checks of the UDP header; right only if the frame has such a header.</summary>
public interface IUdpFlags : IBus
{
    /// <summary>Length under 8, or over the IPv4 payload.</summary>
    bool IsBadLength { get; set; }

    /// <summary>Whether there is a checksum; 0 means none.</summary>
    bool HasChecksum { get; set; }

    /// <summary>Payload under 8 bytes: no transaction identifier and message type.</summary>
    bool IsUnder8 { get; set; }

    /// <summary>Payload under 12 bytes: no RPC version.</summary>
    bool IsUnder12 { get; set; }

    /// <summary>Payload under 40 bytes: no whole call header, even with an empty credential and verifier.</summary>
    bool IsUnder40 { get; set; }

    /// <summary>The words of the pseudo-header that do not stand in the frame as such: protocol and UDP length; 17 bits.</summary>
    uint PseudoSum { get; set; }
}

/// <summary>
/// Checks of the UDP length (docs/receive-path.md), and of whether the payload has room for each part of an RPC header (RFC 768).
/// Latency 1 tick; one header per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class UdpCheck([InputBus] IHeader<W160> ip, [InputBus] IHeader<W64> udp) : SimpleProcess
{
    private const uint HeaderBytes = 8;
    private const uint Ipv4Bytes = WireFormat.Ipv4Bytes;
    private const uint UdpProtocol = WireFormat.UdpProtocol;

    [OutputBus] private readonly IUdpFlags flags = Scope.CreateBus<IUdpFlags>("flags");

    /// <summary>Output: the results, one tick after the header; registers.</summary>
    public IUdpFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint length = udp.Bytes.GetUInt16BigEndian(4);
        uint totalLength = ip.Bytes.GetUInt16BigEndian(2);
        flags.IsBadLength = length < HeaderBytes || length + Ipv4Bytes > totalLength;
        flags.HasChecksum = udp.Bytes.GetUInt16BigEndian(6) != 0;
        flags.IsUnder8 = length < HeaderBytes + 8;
        flags.IsUnder12 = length < HeaderBytes + 12;
        flags.IsUnder40 = length < HeaderBytes + 40;
        flags.PseudoSum = length + UdpProtocol;
    }
}
