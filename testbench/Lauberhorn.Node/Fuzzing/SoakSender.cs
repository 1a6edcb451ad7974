// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Sends datagrams of a process's own, and frames of the kernel's, good and bad ones, by an endpoint's transmit lines.</summary>
/// <param name="core">The core.</param>
/// <param name="endpoint">The endpoint.</param>
/// <param name="transmitPort">The UDP port from which it sends, if it is a process's.</param>
/// <param name="owner">Its process; null for the kernel.</param>
/// <param name="judge">Notified of what must be sent.</param>
/// <param name="plan">How often.</param>
/// <param name="random">Decides.</param>
internal sealed class SoakSender(
    Core core, BoundEndpoint endpoint, ushort transmitPort, SoakProcess? owner, SoakJudge judge, SoakPlan plan, SeededRandom random)
{
    private const int ShortestFrame = 14;
    private readonly byte[] control = new byte[NicConfig.LineBytes];
    private int line;
    private bool isReady;

    /// <summary>Sends something, or nothing.</summary>
    public async ValueTask MaybeSendAsync()
    {
        if (plan.SendPercent == 0 || random.Between(1, 100) > plan.SendPercent)
        {
            return;
        }

        bool writesBack = endpoint.ReceiveLine is not null;
        ulong address = endpoint.Addresses.TransmitControl[line];
        if (writesBack || !isReady)
        {
            // What is read is empty, and with one line: what was sent is gone.
            await LoadEmptyAsync(line);
            isReady = true;
        }

        int room = ControlLine.InlineBytes + (endpoint.HasTransmitAux ? plan.Config.AuxLines * NicConfig.LineBytes : 0);
        bool isBad = random.Between(1, 100) <= plan.Misbehaviour;
        byte[] message = new byte[Math.Min(room, random.OneIn(6) ? random.Between(0, room)
            : random.Between(owner is null ? ShortestFrame : 0, 130))];
        SoakTraffic.Fill(message, (owner?.Secret ?? plan.Seed) ^ random.Next());
        uint destination = judge.AnyNeighbour(random);
        ushort destinationPort = (ushort)random.Between(1, 65_535);
        MessageKind kind = owner is null ? MessageKind.SendFrame : MessageKind.SendDatagram;
        int count = message.Length;
        if (isBad)
        {
            switch (random.Between(1, 3))
            {
                case 1:
                    kind = owner is null ? (MessageKind)random.Between(21, 255) : MessageKind.SendFrame;
                    break;
                case 2:
                    kind = (MessageKind)random.Between(22, 255);
                    break;
                default:
                    count = room + random.Between(1, 1000);
                    break;
            }
        }

        int inline = Math.Min(message.Length, ControlLine.InlineBytes);
        if (inline > 0)
        {
            await core.StoreAsync(address + ControlLine.Arguments, message.AsMemory(0, inline));
        }

        int lines = 0;
        for (int at = inline; at < message.Length; at += NicConfig.LineBytes)
        {
            await core.StoreAsync(endpoint.Addresses.TransmitAux[lines++],
                message.AsMemory(at, Math.Min(NicConfig.LineBytes, message.Length - at)));
        }

        for (int i = 0; writesBack && i < lines; i++)
        {
            await core.CleanInvalidateAsync(endpoint.Addresses.TransmitAux[i]);
        }

        byte[] header = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(header, destination);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), destinationPort);
        await core.StoreAsync(address + ControlLine.DestinationAddress, header);
        await core.StoreAsync(address + ControlLine.Bytes, new[] { (byte)count, (byte)(count >> 8) });
        bool isGood = count == message.Length
            && (owner is null ? kind == MessageKind.SendFrame && count >= ShortestFrame : kind == MessageKind.SendDatagram);
        if (!isGood)
        {
            judge.Tally.BadSends++;
        }
        else if (owner is null)
        {
            judge.SendsFrame(message);
        }
        else
        {
            judge.SendsDatagram(transmitPort, destination, destinationPort, message);
        }

        await core.BarrierAsync();
        await core.StoreAsync(address, new[] { (byte)kind });
        if (writesBack)
        {
            await core.CleanInvalidateAsync(address);
        }
        else
        {
            await core.BarrierAsync();
            line ^= 1;
            await LoadEmptyAsync(line);
        }
    }

    private async ValueTask LoadEmptyAsync(int which)
    {
        await core.LoadAsync(endpoint.Addresses.TransmitControl[which], control);
        judge.Tally.Bytes += control.Length;
        if (control.AsSpan().ContainsAnyExcept((byte)0))
        {
            throw new SoakException($"cycle {core.Cycle}: endpoint {endpoint.Number} of process {endpoint.Process} reads in its empty "
                + $"transmit line {which}: {Convert.ToHexString(control)}");
        }
    }
}
