// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>
/// What a hostile process does on a core: it loads, stores, cleans and prefetches any of its lines in any order, sometimes plays by the
/// rules for a step, forges replies and frames to be sent, and goes on until
/// its lines are taken away or its time is up. What it stores is marked as its own; so must be whatever it loads.
/// </summary>
/// <param name="core">The core.</param>
/// <param name="actor">The process.</param>
/// <param name="judge">Notified of each step.</param>
/// <param name="random">Decides.</param>
internal sealed class HostileProgram(Core core, HostileActor actor, HostileJudge judge, SeededRandom random)
{
    private readonly byte[] line = new byte[NicConfig.LineBytes];

    /// <summary>Runs on the core until the time is up or the process has no endpoint left.</summary>
    /// <param name="until">The cycle at which it ends of itself, when its load is answered.</param>
    public async Task RunAsync(long until)
    {
        try
        {
            while (core.Cycle < until && actor.Endpoints.Count > 0)
            {
                await StepAsync(actor.Endpoints[random.Between(0, actor.Endpoints.Count - 1)]);
            }
        }
        catch (PageFaultException)
        {
            // Its lines were taken away.
        }
    }

    private async ValueTask StepAsync(BoundEndpoint endpoint)
    {
        EndpointAddresses lines = endpoint.Addresses;
        int control = endpoint.ReceiveLine is int only && !random.OneIn(6) ? only : random.Between(0, 1);
        switch (random.Between(1, 20))
        {
            case <= 5:
                await TakeAsync(endpoint, control);
                break;
            case 6:
                await SendAsync(endpoint);
                break;
            case <= 9:
                await LoadAsync(lines.ReceiveControl[control], isControl: true);
                break;
            case <= 14:
                await TouchAsync(Any(lines.ReceiveAux), isControl: false);
                break;
            case <= 16:
                await TouchAsync(Any(lines.TransmitAux), isControl: false);
                break;
            case 17:
                await TouchAsync(lines.TransmitControl[random.Between(0, 1)], isControl: true);
                break;
            case <= 19:
                await TouchAsync(lines.ReceiveControl[random.Between(0, 1)], isControl: true);
                break;
            default:
                await core.ComputeAsync(random.Between(1, 100));
                break;
        }
    }

    private ulong Any(IReadOnlyList<ulong> lines) =>
        lines.Count == 0 ? actor.Endpoints[0].Addresses.ReceiveControl[0] : lines[random.Between(0, lines.Count - 1)];

    private async ValueTask TouchAsync(ulong address, bool isControl)
    {
        switch (random.Between(1, 10))
        {
            case <= 3:
                await LoadAsync(address, isControl);
                break;
            case <= 6:
                int from = random.Between(isControl && random.OneIn(2) ? ControlLine.Arguments + 4 : 0, NicConfig.LineBytes - 1);
                await StoreAsync(address, from, random.Between(1, NicConfig.LineBytes - from));
                break;
            case <= 8:
                await core.CleanInvalidateAsync(address);
                break;
            default:
                Prefetch(address);
                break;
        }
    }

    private void Prefetch(ulong address)
    {
        if (core.Prefetches < HostilePlan.MostPrefetches)
        {
            core.Prefetch(address, random.OneIn(2));
        }
    }

    private ValueTask StoreAsync(ulong address, int at, int count) =>
        core.StoreAsync(address + (ulong)at, Mark.Bytes(count, actor.Owner, random.Next()));

    private ValueTask StoreAsync(ulong address, int at, params byte[] bytes) => core.StoreAsync(address + (ulong)at, bytes);

    private async ValueTask LoadAsync(ulong address, bool isControl)
    {
        await core.LoadAsync(address, line);
        judge.Bytes += line.Length;
        int from = isControl ? ControlLine.Arguments + 4 : 0;
        int at = Mark.FindForeign(line.AsSpan(from), actor.Owner);
        if (at >= 0)
        {
            throw new SoakException(
                $"cycle {core.Cycle}: {actor} on core {core.Number} reads a byte of owner {line[from + at] >> 3} at {from + at} "
                + $"of the line at 0x{address:X}: {Convert.ToHexString(line)}");
        }
    }

    /// <summary>Loads a control line; if a request comes it may be answered, well, badly, or with something forged.</summary>
    private async ValueTask TakeAsync(BoundEndpoint endpoint, int control)
    {
        ulong address = endpoint.Addresses.ReceiveControl[control];
        await LoadAsync(address, isControl: true);
        if (line[0] == (byte)MessageKind.Request && !random.OneIn(4))
        {
            judge.HostileRequests++;
            int room = ControlLine.InlineBytes + (endpoint.Addresses.ReceiveAux.Count * NicConfig.LineBytes);
            int count = random.OneIn(3) ? random.Between(0, room + 40) : random.Between(0, 60);
            await StoreAsync(address, ControlLine.Arguments, Math.Clamp(count, 1, ControlLine.InlineBytes));
            for (int i = 0; i < Math.Min(LineMessage.AuxLines(count), endpoint.Addresses.ReceiveAux.Count) && random.OneIn(2); i++)
            {
                await TouchAsync(endpoint.Addresses.ReceiveAux[i], isControl: false);
            }

            if (random.OneIn(4))
            {
                byte[] handle = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(handle, judge.AnyHandle(random));
                await StoreAsync(address, ControlLine.ReplyHandle, handle);
            }
            else
            {
                judge.Knows(BinaryPrimitives.ReadUInt64LittleEndian(line.AsSpan(ControlLine.ReplyHandle)));
            }

            if (random.OneIn(8))
            {
                await StoreAsync(address, ControlLine.Process, (byte)random.Between(0, 8), 0);
            }

            await StoreAsync(address, ControlLine.Bytes, (byte)count, (byte)(count >> 8));
            await StoreAsync(address, ControlLine.Kind, random.OneIn(4) ? (byte)random.Between(0, 24) : (byte)random.Between(16, 19));
        }

        if (random.OneIn(3))
        {
            Prefetch(Any(endpoint.Addresses.ReceiveAux));
        }

        if (endpoint.ReceiveLine is not null && !random.OneIn(5))
        {
            await core.CleanInvalidateAsync(address);
        }
    }

    /// <summary>Writes something to be sent, and sends it, or not.</summary>
    private async ValueTask SendAsync(BoundEndpoint endpoint)
    {
        int which = endpoint.ReceiveLine is not null ? 0 : random.Between(0, 1);
        ulong address = endpoint.Addresses.TransmitControl[which];
        int count = random.OneIn(4) ? random.Between(0, 700) : random.Between(0, 96);
        await StoreAsync(address, ControlLine.Arguments, ControlLine.InlineBytes);
        for (int i = 0; i < Math.Min(LineMessage.AuxLines(count), endpoint.Addresses.TransmitAux.Count) && random.OneIn(2); i++)
        {
            await TouchAsync(endpoint.Addresses.TransmitAux[i], isControl: false);
        }

        byte[] header = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(header, judge.AnyClient(random));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)random.Between(0, 65_535));
        await StoreAsync(address, ControlLine.DestinationAddress, header);
        await StoreAsync(address, ControlLine.Bytes, (byte)count, (byte)(count >> 8));
        await StoreAsync(address, ControlLine.Kind, (byte)(random.OneIn(4) ? random.Between(0, 30) : random.Between(20, 21)));
        if (endpoint.ReceiveLine is not null)
        {
            await core.CleanInvalidateAsync(address);
        }
        else if (!random.OneIn(3))
        {
            await LoadAsync(endpoint.Addresses.TransmitControl[which ^ 1], isControl: true);
        }
    }
}
