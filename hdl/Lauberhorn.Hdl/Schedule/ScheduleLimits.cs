// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>
/// Limits of time that the OS sets, in units of 256 cycles. Times are counted modulo 2^16, so a limit is at most half of that, and no time
/// is missed that is compared once in the other half.
/// </summary>
public static class ScheduleLimits
{
    /// <summary>The longest limit, in units of 256 cycles: 33.6 ms at 250 MHz.</summary>
    public const ushort Longest = 0x7FFF;

    /// <summary>The limit that results from a setting: at least 1, at most <see cref="Longest"/>.</summary>
    /// <param name="setting">The setting.</param>
    [Hardware]
    public static ushort Of(ushort setting) => setting == 0 ? (ushort)1 : setting > Longest ? Longest : setting;
}
