// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <content>The NIC's settings for its network.</content>
public sealed partial class Nic
{
    /// <summary>
    /// Sets the size of the NIC's subnet, so that it knows the subnet's broadcast address: calls from there are dropped, as those from
    /// other addresses that no sender has.
    /// </summary>
    /// <param name="prefixBits">Bits of the IPv4 address that are the subnet's, 0 to 32; 0 if it is not known.</param>
    public Task SetSubnetAsync(int prefixBits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixBits, 32);
        return SetAsync((RegisterMap.SubnetMask, (uint)(ulong.MaxValue << (32 - prefixBits))));
    }

    /// <summary>
    /// Sets the most bytes of an IPv4 datagram that the network carries. A longer reply becomes SYSTEM_ERR, a longer datagram of a process
    /// is dropped; both are counted.
    /// </summary>
    /// <param name="bytes">Bytes, at least 68 (RFC 791). After a reset it is 1,500.</param>
    public Task SetMtuAsync(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 68);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, ushort.MaxValue);
        return SetAsync((RegisterMap.Mtu, (ulong)bytes));
    }

    /// <summary>
    /// Sets the multicast groups whose frames the kernel gets. The NIC knows groups by a hash, so frames to others may come too; frames to
    /// the broadcast address come in any case.
    /// </summary>
    /// <param name="groups">MAC addresses of groups, 48 bits each, the byte sent first on top. They replace those of before.</param>
    /// <param name="all">Whether frames to all groups come.</param>
    public Task SetGroupsAsync(IEnumerable<ulong> groups, bool all = false)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ulong filter = 0;
        foreach (ulong group in groups)
        {
            if (group >> 48 != 0 || ((group >> 40) & 1) == 0)
            {
                throw new ArgumentException(
                    $"{group:x12} is not the MAC address of a group: the lowest bit of its first byte must be set", nameof(groups));
            }

            filter |= 1ul << GroupHash(group);
        }

        return SetAsync((RegisterMap.MulticastFilter, filter), (RegisterMap.AllMulticast, all ? 1ul : 0));
    }

    /// <summary>
    /// Messages in the NIC's slots: queued, delivered to a process or the kernel, or with a reply in progress. 0 if it has
    /// none in flight.
    /// </summary>
    public async Task<int> ReadSlotsTakenAsync() => (int)await ReadAsync(RegisterMap.SlotsTaken);

    // The address as it lies on the wire, lowest bit of the first byte first, in groups of six bits.
    private static int GroupHash(ulong group)
    {
        ulong bits = BinaryPrimitives.ReverseEndianness(group) >> 16;
        int hash = 0;
        for (int shift = 0; shift < 48; shift += 6)
        {
            hash ^= (int)(bits >> shift) & 63;
        }

        return hash;
    }
}
