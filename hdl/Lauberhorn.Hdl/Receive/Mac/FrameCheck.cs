// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>Results of the checks of the frame as such; right on its last beat.</summary>
public interface IFrameFlags : IBus
{
    /// <summary>Why the frame is dropped, whatever is in it.</summary>
    DropReason Drop { get; set; }

    /// <summary>Too short for an IPv4 header behind the Ethernet header.</summary>
    bool LacksIpv4Header { get; set; }
}

/// <summary>
/// Checks of the frame as such (docs/receive-path.md): the error flag and the frame's length.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class FrameCheck([InputBus] IFrameBeat beat, int largestFrameBytes) : SimpleProcess
{
    private const uint EthernetBytes = WireFormat.EthernetBytes;
    private const uint Ipv4Bytes = WireFormat.Ipv4Bytes;

    [OutputBus] private readonly IFrameFlags flags = Scope.CreateBus<IFrameFlags>("flags");
    private readonly uint largest = (uint)largestFrameBytes;

    /// <summary>Output: the results, one tick after the beat; registers.</summary>
    public IFrameFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        uint bytes = beat.FrameBytes;
        flags.Drop = beat.Error ? DropReason.FrameError
            : bytes < EthernetBytes ? DropReason.Runt
            : bytes > largest ? DropReason.Oversize
            : DropReason.None;
        flags.LacksIpv4Header = bytes < EthernetBytes + Ipv4Bytes;
    }
}
