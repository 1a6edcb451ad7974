// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Top;
using SME;

namespace Lauberhorn.Hdl.Ethernet;

/// <summary>What the Ethernet header says.</summary>
public interface IEthernetFlags : IBus
{
    /// <summary>Whether the frame is to another MAC address than our own and the broadcast address, and we take no others.</summary>
    bool IsOtherDestination { get; set; }

    /// <summary>Whether the EtherType is not IPv4.</summary>
    bool IsOtherEtherType { get; set; }
}

/// <summary>
/// Checks 4 and 5 of docs/receive-path.md: destination MAC address and EtherType (IEEE 802.3 clause 3.2).
/// Latency 1 tick; one beat per tick; cannot be held up.
/// </summary>
[ClockedProcess]
public sealed class EthernetCheck(IHeader<W112> header, IReceiveConfiguration configuration) : SimpleProcess
{
    private const ushort Ipv4EtherType = 0x0800;

    [InputBus] private readonly IHeader<W112> header = header;
    [InputBus] private readonly IReceiveConfiguration configuration = configuration;
    [OutputBus] private readonly IEthernetFlags flags = Scope.CreateBus<IEthernetFlags>("flags");

    /// <summary>What was found, one tick after the header.</summary>
    public IEthernetFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W112> bytes = header.Bytes;
        Bits<W48> destination = bytes.Slice<W48>(0);
        bool isOwn = destination == configuration.MacAddress.ReverseBytes();
        flags.IsOtherDestination = !isOwn && !destination.AndReduce() && !configuration.Promiscuous;
        flags.IsOtherEtherType = bytes.GetUInt16BigEndian(12) != Ipv4EtherType;
    }
}
