// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model;

/// <summary>The Internet checksum: the 16-bit one's complement of the one's complement sum of 16-bit words (RFC 1071).</summary>
public static class InternetChecksum
{
    /// <summary>
    /// The one's complement sum (not yet complemented) of big-endian 16-bit words; an odd last byte counts as the upper half
    /// of a word whose lower half is 0 (RFC 1071 section 1).
    /// </summary>
    /// <param name="bytes">What is summed.</param>
    /// <param name="start">A sum to go on from; the bytes summed so far must have been an even number.</param>
    /// <returns>16 bits; 0 only if all words were 0.</returns>
    public static ushort Sum(ReadOnlySpan<byte> bytes, ushort start = 0)
    {
        uint sum = start;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var high = bytes[i];
            var low = i + 1 < bytes.Length ? bytes[i + 1] : 0;
            sum += (uint)((high << 8) | low);

            // The carry out of bit 15 comes back in at bit 0: that is what makes it a one's complement sum.
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The sum of the UDP pseudo-header: source, destination, zero and protocol, UDP length (RFC 768, "Fields").</summary>
    /// <param name="source">Source address, the byte sent first on top.</param>
    /// <param name="destination">Destination address, the byte sent first on top.</param>
    /// <param name="udpLength">The length field of the UDP header, in bytes.</param>
    public static ushort PseudoHeaderSum(uint source, uint destination, ushort udpLength)
    {
        const byte udp = 17;
        return Sum(
        [
            (byte)(source >> 24), (byte)(source >> 16), (byte)(source >> 8), (byte)source,
            (byte)(destination >> 24), (byte)(destination >> 16), (byte)(destination >> 8), (byte)destination,
            0, udp, (byte)(udpLength >> 8), (byte)udpLength,
        ]);
    }
}
