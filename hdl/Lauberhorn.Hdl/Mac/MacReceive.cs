// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Mac;

/// <summary>
/// Takes beats from the MAC and gives each its number and the length of the frame so far.
/// Latency 1 tick; one beat per tick; cannot be held up and holds nobody up.
/// </summary>
[ClockedProcess]
public sealed class MacReceive(IMacReceive mac) : SimpleProcess
{
    private const byte LastIndex = 255;

    [InputBus] private readonly IMacReceive mac = mac;
    [OutputBus] private readonly IFrameBeat beat = Scope.CreateBus<IFrameBeat>("beat");

    /// <summary>Number of the beat that comes next.</summary>
    private byte index;

    /// <summary>The beats, numbered.</summary>
    public IFrameBeat Beat => beat;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        beat.Valid = mac.Valid;
        beat.Data = mac.Data;
        beat.Index = index;
        beat.Last = mac.Last;
        beat.FrameBytes = (ushort)(((uint)index << 6) + CountBytes(mac.Keep));
        beat.Error = mac.Error;
        if (mac.Valid)
        {
            if (mac.Last)
            {
                index = 0;
            }
            else if (index != LastIndex)
            {
                index++;
            }
        }
    }

    /// <summary>
    /// Counts the ones of a run that begins at bit 0. The run has one upper end, so each bit of the count is an or over the
    /// places where an end sets it; adding 64 bits up would take twice the depth.
    /// </summary>
    private static uint CountBytes(ulong keep)
    {
        ulong end = keep & ~(keep >> 1);
        uint count = (end & 0x5555_5555_5555_5555) != 0 ? 1u : 0u;
        count |= (end & 0x6666_6666_6666_6666) != 0 ? 2u : 0u;
        count |= (end & 0x7878_7878_7878_7878) != 0 ? 4u : 0u;
        count |= (end & 0x7F80_7F80_7F80_7F80) != 0 ? 8u : 0u;
        count |= (end & 0x7FFF_8000_7FFF_8000) != 0 ? 16u : 0u;
        count |= (end & 0x7FFF_FFFF_8000_0000) != 0 ? 32u : 0u;

        // Not a mask as the others: GHDL 2.0 takes a 64-bit constant for 0 in which only upper bits are set.
        count |= (end >> 63) != 0 ? 64u : 0u;
        return count;
    }
}
