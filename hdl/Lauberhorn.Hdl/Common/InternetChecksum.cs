// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>The Internet checksum's last step (RFC 1071).</summary>
public static class InternetChecksum
{
    /// <summary>
    /// Whether a sum of 16-bit words, checksum included, is right: whether it is all ones after its carries have been folded in.
    /// Not 0 and at most 29 bits; then the fold is all ones if and only if the upper half is the complement of the lower one, and
    /// nothing needs to be added.
    /// </summary>
    /// <param name="sum">The sum.</param>
    [Hardware]
    public static bool IsRight(uint sum) => ((sum >> 16) ^ (sum & 0xFFFF)) == 0xFFFF;

    /// <summary>
    /// Adds eight words as a tree of 16-bit adders and counts their carries beside it: 19 bits. A plain sum would become a tree of
    /// carry-save adders, three times as large.
    /// </summary>
    /// <param name="data">64 bytes.</param>
    /// <param name="first">The first byte of the 16; a constant in hardware.</param>
    internal static uint SumQuarter(Bits<W512> data, int first)
    {
        uint a = (uint)data.GetUInt16BigEndian(first) + data.GetUInt16BigEndian(first + 2);
        uint b = (uint)data.GetUInt16BigEndian(first + 4) + data.GetUInt16BigEndian(first + 6);
        uint c = (uint)data.GetUInt16BigEndian(first + 8) + data.GetUInt16BigEndian(first + 10);
        uint d = (uint)data.GetUInt16BigEndian(first + 12) + data.GetUInt16BigEndian(first + 14);
        uint left = (a & 0xFFFF) + (b & 0xFFFF);
        uint right = (c & 0xFFFF) + (d & 0xFFFF);
        uint sum = (left & 0xFFFF) + (right & 0xFFFF);
        uint carries = (a >> 16) + (b >> 16) + (c >> 16) + (d >> 16) + (left >> 16) + (right >> 16) + (sum >> 16);
        return (carries & 7) << 16 | (sum & 0xFFFF);
    }
}
