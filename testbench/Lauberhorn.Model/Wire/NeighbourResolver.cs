// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Lauberhorn.Model.Wire;

/// <summary>
/// Finds the MAC addresses of neighbours for frames that the NIC could not send (RFC 826): asks, keeps the frames meanwhile, and when the
/// answer comes sends them in the order in which they came, and then tells the NIC. What the NIC gave to the kernel before it knew is sent
/// at once. Broadcast addresses and groups have MAC addresses that nobody is asked for, and nobody has an address that no host can have, as
/// our own, so nobody is asked for that either: such a frame is dropped.
/// </summary>
/// <param name="settings">Our addresses and our subnet.</param>
/// <param name="set">Tells the NIC the MAC address of an IPv4 address.</param>
internal sealed class NeighbourResolver(ReceiveSettings settings, Action<uint, ulong> set)
{
    // Kept for each neighbour; when there are more, the first is dropped, and the question is asked again.
    private const int MostWaiting = 8;
    private const int DestinationOffset = 14 + 16;
    private const int ArpBytes = 14 + 28;
    private readonly Dictionary<uint, ulong> known = [];
    private readonly Dictionary<uint, Queue<byte[]>> waiting = [];

    /// <summary>Takes an IPv4 frame without a destination MAC address.</summary>
    /// <returns>What is to be sent.</returns>
    public IEnumerable<byte[]> Send(byte[] frame)
    {
        uint destination = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(DestinationOffset));
        if (known.TryGetValue(destination, out ulong found))
        {
            return [Address(frame, found)];
        }

        uint mask = settings.SubnetMask;
        bool isOurSubnet = (mask & 2) == 0 && ((destination ^ settings.Ipv4Address) & mask) == 0;
        if (destination == uint.MaxValue || (isOurSubnet && (destination | mask) == uint.MaxValue))
        {
            return [Address(frame, WireAddresses.Broadcast)];
        }

        if (destination >> 28 == 0xE)
        {
            return [Address(frame, WireAddresses.OfGroup(destination))];
        }

        if (!ReferenceDecoder.CanBeSource(destination, settings))
        {
            return [];
        }

        bool isNew = !waiting.TryGetValue(destination, out Queue<byte[]>? frames);
        frames = waiting[destination] = frames ?? new Queue<byte[]>();
        frames.Enqueue(frame);
        bool isFull = frames.Count > MostWaiting;
        if (isFull)
        {
            frames.Dequeue();
        }

        return isNew || isFull ? [Request(destination)] : [];
    }

    /// <summary>Takes any frame; if it is ARP of somebody who is sought, the search is over.</summary>
    /// <returns>What is to be sent.</returns>
    public IEnumerable<byte[]> Hear(ReadOnlySpan<byte> frame)
    {
        // Ethernet and IPv4, whatever the operation: both have the sender's addresses.
        if (frame.Length < ArpBytes || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0806 || !WireAddresses.IsArp(frame[14..]))
        {
            return [];
        }

        uint sender = BinaryPrimitives.ReadUInt32BigEndian(frame[28..]);
        ulong found = WireAddresses.Mac(frame[22..]);
        if (!WireAddresses.IsHost(found) || !waiting.Remove(sender, out Queue<byte[]>? frames))
        {
            return [];
        }

        known[sender] = found;
        return Release(sender, found, frames);
    }

    private IEnumerable<byte[]> Release(uint neighbour, ulong found, Queue<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            yield return Address(frame, found);
        }

        set(neighbour, found);
    }

    private byte[] Request(uint sought)
    {
        byte[] request = new byte[ArpBytes];
        WireAddresses.Header(request, WireAddresses.Broadcast, settings.MacAddress, 0x0806);
        BinaryPrimitives.WriteUInt64BigEndian(request.AsSpan(14), 0x0001_0800_0604_0001);
        WireAddresses.Write(request.AsSpan(22), settings.MacAddress);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(28), settings.Ipv4Address);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(38), sought);
        return request;
    }

    private static byte[] Address(byte[] frame, ulong destination)
    {
        WireAddresses.Write(frame, destination);
        return frame;
    }
}
