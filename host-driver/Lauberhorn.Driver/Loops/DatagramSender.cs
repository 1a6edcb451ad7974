// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// Sends datagrams of a process's own from the UDP port of its endpoint, by its transmit lines. Used by the program of the core that owns
/// the endpoint.
/// </summary>
public sealed class DatagramSender
{
    private readonly LineTransfer transmit;
    private int line;

    /// <summary>Creates a sender, one for each endpoint.</summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">The endpoint, bound with a transmit port; its transmit lines were not used since.</param>
    public DatagramSender(ICoreMemory core, BoundEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(endpoint);
        transmit = new LineTransfer(core, endpoint.Addresses.TransmitControl, endpoint.HasTransmitAux ? endpoint.Addresses.TransmitAux : [],
            endpoint.ReceiveLine is null ? null : 0);
    }

    /// <summary>The longest payload, in bytes.</summary>
    public int LargestPayload => transmit.LargestMessage;

    /// <summary>Sends a datagram; returns when the NIC has it.</summary>
    /// <param name="address">The IPv4 address that it goes to, the byte sent first on top.</param>
    /// <param name="port">The UDP port that it goes to.</param>
    /// <param name="payload">The datagram's payload.</param>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public async ValueTask SendAsync(uint address, ushort port, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > LargestPayload)
        {
            throw new ArgumentException($"a datagram with {payload.Length} bytes; the endpoint can send {LargestPayload}", nameof(payload));
        }

        byte[] destination = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(destination, address);
        BinaryPrimitives.WriteUInt16LittleEndian(destination.AsSpan(4), port);
        if (transmit.WritesBack)
        {
            // The load returns when the NIC has read what was sent before.
            await transmit.LoadControlAsync(0);
            await transmit.StoreAsync(0, MessageKind.SendDatagram, payload, destination);
            return;
        }

        await transmit.StoreAsync(line, MessageKind.SendDatagram, payload, destination);
        line ^= 1;
        await transmit.LoadControlAsync(line);
    }
}
