// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver.Tests;

/// <summary>
/// An endpoint's lines and the core that loads them, as plain C#: messages come in order, each answered line is checked when the other is
/// loaded.
/// </summary>
internal sealed class ModelEndpoint : ICoreMemory
{
    private readonly Dictionary<ulong, byte[]> lines = [];
    private readonly BoundEndpoint endpoint;
    private int lastReceive = -1;
    private int transmit;

    public ModelEndpoint(BoundEndpoint endpoint) => this.endpoint = endpoint;

    public Queue<(byte[] Header, byte[] Body)> Incoming { get; } = new();

    public List<(MessageKind Kind, byte[] Body)> Left { get; } = [];

    public List<(MessageKind Kind, byte[] Body)> Sent { get; } = [];

    public Action? OnEmpty { get; set; }

    public static EndpointAddresses Addresses(int number)
    {
        ulong start = 0x10_0000ul * (ulong)(number + 1);
        return new EndpointAddresses([start, start + 128], [start + 256, start + 384], Lines(0x2000), Lines(0x4000));

        ulong[] Lines(ulong offset) => [.. Enumerable.Range(0, 32).Select(i => start + offset + (128 * (ulong)i))];
    }

    public void Request(ulong code, ulong data, byte[] body)
    {
        byte[] header = new byte[32];
        header[0] = (byte)MessageKind.Request;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), endpoint.Process);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), endpoint.Generation);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), code);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), data);
        Incoming.Enqueue((header, body));
    }

    public void Frame(byte[] body, byte flags)
    {
        byte[] header = new byte[32];
        (header[0], header[1]) = ((byte)MessageKind.Frame, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)body.Length);
        Incoming.Enqueue((header, body));
    }

    public void Empty(MessageKind kind, TryAgainReason reason = TryAgainReason.TimeUp) =>
        Incoming.Enqueue(([(byte)kind, (byte)reason, .. new byte[30]], []));

    public async ValueTask LoadLineAsync(ulong address, Memory<byte> destination)
    {
        await Task.Yield();
        if (endpoint.Addresses.ReceiveControl.ToList().IndexOf(address) is int line and >= 0)
        {
            // The lines are loaded by turns, line 0 first.
            Assert.Equal(lastReceive < 0 ? 0 : lastReceive ^ 1, line);
            if (lastReceive >= 0)
            {
                Left.Add(Message(endpoint.Addresses.ReceiveControl[lastReceive], endpoint.Addresses.ReceiveAux));
            }

            lastReceive = line;
            if (Incoming.Count == 0)
            {
                OnEmpty?.Invoke();
                Empty(MessageKind.TryAgain);
            }

            (byte[] header, byte[] body) = Incoming.Dequeue();
            byte[] all = [.. header, .. body, .. new byte[128]];
            lines[address] = all[..128];
            for (int at = 128, i = 0; at < 32 + body.Length; at += 128, i++)
            {
                byte[] aux = new byte[128];
                all.AsSpan(at, Math.Min(128, all.Length - at)).CopyTo(aux);
                lines[endpoint.Addresses.ReceiveAux[i]] = aux;
            }
        }
        else if (endpoint.Addresses.TransmitControl.ToList().IndexOf(address) is int next and >= 0 && next != transmit)
        {
            Sent.Add(Message(endpoint.Addresses.TransmitControl[transmit], endpoint.Addresses.TransmitAux));
            lines.Remove(endpoint.Addresses.TransmitControl[transmit]);
            transmit = next;
        }

        Line(address).CopyTo(destination);
    }

    public async ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes)
    {
        await Task.Yield();
        ulong start = address & ~127ul;
        Assert.True(address + (ulong)bytes.Length <= start + 128, "a store crosses a line's end");
        bytes.CopyTo(Line(start).AsMemory((int)(address - start)));
    }

    public ValueTask CleanInvalidateAsync(ulong address) => throw new NotSupportedException("this model has two control lines");

    public ValueTask BarrierAsync() => ValueTask.CompletedTask;

    private byte[] Line(ulong address) => lines.TryGetValue(address, out byte[]? line) ? line : lines[address] = new byte[128];

    private (MessageKind Kind, byte[] Body) Message(ulong control, IReadOnlyList<ulong> aux)
    {
        byte[] line = Line(control);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(6));
        byte[] all = [.. line[32..], .. aux.SelectMany(Line)];
        return ((MessageKind)line[0], all[..length]);
    }
}
