// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>A beat in the frame buffer.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="Last">Whether it is its frame's last.</param>
public readonly record struct StoredBeat(Bits<W512> Data, bool Last);

/// <summary>
/// Writes every beat to the frame buffer speculatively; at a frame's end the verdict commits it or rolls it back. A committed frame gets an
/// entry that says which bytes the payload is; a call without arguments, or with arguments that travel with the metadata, is rolled back
/// too. Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class FrameStore(
    [InputBus] IFrameBeat beat,
    [InputBus] IFrameVerdict verdict,
    [InputBus] IFrameDecision decision,
    [InputBus] IBufferRoom room,
    [OutputBus] IFrameWrite<StoredBeat> write,
    Stream<PayloadCut> cut,
    int largestFrameBytes) : SimpleProcess
{
    [OutputBus] private readonly IStream<PayloadCut> cut = cut.Forward;
    private readonly byte beats = (byte)((largestFrameBytes + NicConfig.DatapathBytes - 1) / NicConfig.DatapathBytes);

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isInline = InlineArguments.Are(decision.Kind, decision.PayloadOffset, decision.PayloadBytes, beat.Index);
        bool keeps = verdict.Passes && decision.PayloadBytes != 0 && !isInline;

        // A frame without end must not take the room of the one that comes after it.
        write.Write = beat.Valid && !room.IsLost && beat.Index < beats;
        write.Item = new StoredBeat(beat.Data, beat.Last);
        write.Commit = keeps;
        write.Rollback = verdict.Ends && !keeps;

        uint offset = decision.PayloadOffset;
        uint beyondFirstByte = decision.PayloadBytes - 1u;
        cut.Valid = keeps;
        cut.Item = new PayloadCut
        {
            IsWhole = decision.Kind != FrameKind.RpcCall,
            FirstWord = (byte)((offset >> 2) & 15),
            FirstBeat = (byte)(offset >> 6),
            LastBeat = (byte)((offset >> 6) + (beyondFirstByte >> 6)),
            LastBytes = (byte)((beyondFirstByte & 63) + 1),
        };
    }
}
