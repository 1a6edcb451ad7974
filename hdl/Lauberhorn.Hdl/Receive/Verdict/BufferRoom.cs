// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>Whether the buffers have room for a frame.</summary>
public interface IBufferRoom : IBus
{
    /// <summary>Whether some beat of the frame, this one included, found too little room.</summary>
    bool IsLost { get; set; }
}

/// <summary>
/// Checks, for each beat, whether all buffers have room for it. A buffer counts as full a few entries early
/// (<see cref="Margin"/>), because between this check and the write there are several ticks with a beat each; in return no
/// later stage can fail for want of room. Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class BufferRoom(
    [InputBus] IFrameBeat beat,
    [InputBus] IFrameState buffer,
    [InputBus] IFifoState metadata,
    [InputBus] IFifoState cuts,
    int metadataDepth) : SimpleProcess
{
    /// <summary>Entries that stay free in each buffer.</summary>
    public const int Margin = NicConfig.BufferMargin;

    [OutputBus] private readonly IBufferRoom room = Scope.CreateBus<IBufferRoom>("room");
    private readonly uint mostItems = (uint)(metadataDepth - Margin);
    private bool hasRoom;

    /// <summary>Output: the result, one tick after the beat; a register.</summary>
    public IBufferRoom Room => room;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (beat.Valid)
        {
            room.IsLost = !hasRoom || (beat.Index != 0 && room.IsLost);
        }

        hasRoom = buffer.Free >= Margin && metadata.Count <= mostItems && cuts.Count <= mostItems;
    }
}
