// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Receive.Mac;

/// <summary>
/// Accepts beats from the MAC, adds each beat's number and the frame's length so far, and removes priority tags.
/// Latency 1 tick; one beat per tick; no back-pressure.
/// </summary>
public sealed class MacReceive
{
    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="mac">What the MAC delivers.</param>
    /// <param name="name">Name of the scope.</param>
    public MacReceive(IMacReceive mac, string name = "macReceive")
    {
        using Scope scope = Scope.Open(name);
        IMacBeat raw = new MacRegister(mac) { Name = "register" }.Raw;
        Beat = new PriorityTag(mac, raw) { Name = "tag" }.Beat;
    }

    /// <summary>The beats, numbered, without priority tags.</summary>
    public IFrameBeat Beat { get; }
}

/// <summary>
/// Accepts beats from the MAC and adds each beat's number and the frame's length so far. A beat of a frame with a priority tag stays until
/// the next one comes, unless it is the last; the four bytes that are left in a last one go with the beat before it. Latency 1 tick; one
/// beat per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class MacRegister([InputBus] IMacReceive mac) : SimpleProcess
{
    private const byte LastIndex = 255;

    [OutputBus] private readonly IMacBeat raw = Scope.CreateBus<IMacBeat>("raw");

    /// <summary>Number of the beat that comes next.</summary>
    private byte index;

    internal IMacBeat Raw => raw;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool needsNext = raw.Valid && raw.IsTagged && !raw.Last;
        raw.Valid = mac.Valid ? !(needsNext && mac.Last && PriorityTag.Fits(mac.Keep)) : needsNext;
        if (mac.Valid)
        {
            raw.Data = mac.Data;
            raw.Index = index;
            raw.Last = mac.Last;
            raw.FrameBytes = (ushort)(((uint)index << 6) + CountBytes(mac.Keep));
            raw.Error = mac.Error;
            if (index == 0)
            {
                raw.IsTagged = PriorityTag.IsThere(mac.Data, mac.Keep, mac.Last);
            }

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
