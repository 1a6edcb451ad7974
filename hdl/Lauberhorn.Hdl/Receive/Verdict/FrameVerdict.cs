// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>What becomes of the frame that ends in this tick.</summary>
public interface IFrameVerdict : IBus
{
    /// <summary>Whether a frame ends.</summary>
    bool Ends { get; set; }

    /// <summary>Whether a frame ends that passes all checks and is not dropped.</summary>
    bool Passes { get; set; }

    /// <summary>Why it is dropped, or <see cref="DropReason.None"/>.</summary>
    DropReason Drop { get; set; }
}

/// <summary>
/// The final decision about a frame: from the earlier checks, the UDP checksum and the room in the buffers.
/// Combinational; one frame per tick; no back-pressure.
/// </summary>
public sealed class FrameVerdict(
    [InputBus] IFrameBeat beat,
    [InputBus] IFrameDecision decision,
    [InputBus] IUdpSum udpSum,
    [InputBus] IBufferRoom room) : SimpleProcess
{
    [OutputBus] private readonly IFrameVerdict verdict = Scope.CreateBus<IFrameVerdict>("verdict");

    /// <summary>Output: whether a frame ends in this tick, and whether it passes.</summary>
    public IFrameVerdict Verdict => verdict;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool ends = beat.Valid && beat.Last;
        bool isWrong = decision.NeedsChecksum && !InternetChecksum.IsRight(udpSum.Sum);
        DropReason drop = decision.Drop;
        if (drop == DropReason.None)
        {
            if (isWrong)
            {
                drop = DropReason.UdpBadChecksum;
            }
            else if (room.IsLost)
            {
                drop = DropReason.BufferOverrun;
            }
        }

        verdict.Ends = ends;
        verdict.Passes = ends && decision.Drop == DropReason.None && !isWrong && !room.IsLost;
        verdict.Drop = drop;
    }
}
