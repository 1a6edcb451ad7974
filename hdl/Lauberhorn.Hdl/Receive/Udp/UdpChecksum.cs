// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Udp;

/// <summary>Sums of the four quarters of a beat, each of 19 bits.</summary>
public interface IUdpPartialSums : IBus
{
    /// <summary>Sum of the words of bytes 0 to 15.</summary>
    uint A { get; set; }

    /// <summary>Sum of the words of bytes 16 to 31.</summary>
    uint B { get; set; }

    /// <summary>Sum of the words of bytes 32 to 47.</summary>
    uint C { get; set; }

    /// <summary>Sum of the words of bytes 48 to 63.</summary>
    uint D { get; set; }
}

/// <summary>The sum of all words that the UDP checksum covers up to this beat; 29 bits, carries not folded in.</summary>
public interface IUdpSum : IBus
{
    /// <summary>The sum, 29 bits.</summary>
    uint Sum { get; set; }
}

/// <summary>
/// First half of the check of the UDP checksum: sums the words of a beat that the UDP checksum covers, a quarter each
/// (RFC 1071). UDP begins at an even byte of the frame, so no word straddles two beats.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class UdpPartialSums([InputBus] IUdpRange range) : SimpleProcess
{
    private const int QuarterBytes = 16;

    [OutputBus] private readonly IUdpPartialSums sums = Scope.CreateBus<IUdpPartialSums>("sums");

    /// <summary>The parts, one tick after the beat.</summary>
    public IUdpPartialSums Sums => sums;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W512> data = range.Covered;
        sums.A = InternetChecksum.SumQuarter(data, 0);
        sums.B = InternetChecksum.SumQuarter(data, QuarterBytes);
        sums.C = InternetChecksum.SumQuarter(data, 2 * QuarterBytes);
        sums.D = InternetChecksum.SumQuarter(data, 3 * QuarterBytes);
    }
}

/// <summary>
/// Second half of the check of the UDP checksum: sums a frame's beats and the rest of the pseudo-header.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class UdpSum([InputBus] IFrameBeat beat, [InputBus] IUdpPartialSums parts, [InputBus] IUdpFlags flags) : SimpleProcess
{
    /// <summary>A datagram has at most 4,809 words, so 29 bits hold their sum.</summary>
    private const uint Mask = (1U << 29) - 1;

    [OutputBus] private readonly IUdpSum sum = Scope.CreateBus<IUdpSum>("sum");

    /// <summary>The sum up to the beat, one tick after it.</summary>
    public IUdpSum Sum => sum;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid)
        {
            uint before = beat.Index == 0 ? flags.PseudoSum : sum.Sum;
            sum.Sum = (before + parts.A + parts.B + parts.C + parts.D) & Mask;
        }
    }
}
