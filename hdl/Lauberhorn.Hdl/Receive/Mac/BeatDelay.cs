// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>
/// One stage of the beats' delay line, which keeps them aligned with the checks' results.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class BeatDelay([InputBus] IFrameBeat input) : SimpleProcess
{
    [OutputBus] private readonly IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");

    /// <summary>The beats, one tick later.</summary>
    public IFrameBeat Beat => beat;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        beat.Valid = input.Valid;
        beat.Data = input.Data;
        beat.Index = input.Index;
        beat.Last = input.Last;
        beat.FrameBytes = input.FrameBytes;
        beat.Error = input.Error;
    }
}
