// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Ip;

/// <summary>Sums of parts of the IPv4 header, each of 18 bits.</summary>
public interface IIpv4PartialSums : IBus
{
    /// <summary>Sum of words 0 to 2.</summary>
    uint A { get; set; }

    /// <summary>Sum of words 3 to 5.</summary>
    uint B { get; set; }

    /// <summary>Sum of words 6 to 9.</summary>
    uint C { get; set; }
}

/// <summary>The sum of the IPv4 header's ten words, 20 bits, carries not folded in.</summary>
public interface IIpv4Sum : IBus
{
    /// <summary>The sum, 20 bits.</summary>
    uint Sum { get; set; }
}

/// <summary>
/// First half of the check of the header checksum: sums the ten words of an IPv4 header in three parts (RFC 1071). It is always in the
/// first beat whole, so nothing has to be chosen in front of the adders. Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class Ipv4PartialSums([InputBus] IFrameBeat beat) : SimpleProcess
{
    private const int Place = WireFormat.Ipv4Begin;
    private const uint Mask = (1U << 18) - 1;

    [OutputBus] private readonly IIpv4PartialSums sums = Scope.CreateBus<IIpv4PartialSums>("sums");

    /// <summary>The parts, one tick after the frame's first beat and until the next frame's.</summary>
    public IIpv4PartialSums Sums => sums;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid && beat.Index == 0)
        {
            Bits<W160> bytes = beat.Data.Slice<W160>(8 * Place);
            sums.A = ((uint)bytes.GetUInt16BigEndian(0) + bytes.GetUInt16BigEndian(2) + bytes.GetUInt16BigEndian(4)) & Mask;
            sums.B = ((uint)bytes.GetUInt16BigEndian(6) + bytes.GetUInt16BigEndian(8) + bytes.GetUInt16BigEndian(10)) & Mask;
            uint source = (uint)bytes.GetUInt16BigEndian(12) + bytes.GetUInt16BigEndian(14);
            sums.C = (source + bytes.GetUInt16BigEndian(16) + bytes.GetUInt16BigEndian(18)) & Mask;
        }
    }
}

/// <summary>
/// Second half of the check of the header checksum: sums the three parts.
/// Latency 1 tick; one header per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class Ipv4Sum([InputBus] IIpv4PartialSums parts) : SimpleProcess
{
    private const uint Mask = (1U << 20) - 1;

    [OutputBus] private readonly IIpv4Sum sum = Scope.CreateBus<IIpv4Sum>("sum");

    /// <summary>The sum, two ticks after the header.</summary>
    public IIpv4Sum Sum => sum;

    /// <inheritdoc/>
    protected override void OnTick() => sum.Sum = (parts.A + parts.B + parts.C) & Mask;
}
