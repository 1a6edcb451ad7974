// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model.Frames;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>What runs on the core of an endpoint: takes requests or frames, looks at all there is to see, answers well or badly.</summary>
/// <param name="judge">Notified of each step; knows what is right.</param>
/// <param name="plan">How badly.</param>
/// <param name="endpoint">The endpoint.</param>
/// <param name="transmitPort">The UDP port from which it sends, if it is a process's.</param>
/// <param name="owner">Its process; null for the kernel.</param>
/// <param name="random">Decides.</param>
/// <param name="isQuiet">Whether no more frames come from the wire: then nothing is sent, or a frame to an unknown neighbour could come
/// back when no kernel takes it.</param>
/// <param name="stops">Whether to stop when nothing comes.</param>
internal sealed class SoakHandler(
    SoakJudge judge, SoakPlan plan, BoundEndpoint endpoint, ushort transmitPort, SoakProcess? owner, SeededRandom random,
    Func<bool> isQuiet, Func<bool> stops)
{
    private readonly int auxLines = plan.Config.AuxLines;

    /// <summary>Runs on a core, taking and answering messages, until it is told to stop and nothing comes.</summary>
    /// <param name="core">Its core.</param>
    public async Task RunAsync(Core core)
    {
        SoakLines lines = new(core, endpoint, auxLines, judge.Tally, random);
        SoakSender sender = new(core, endpoint, transmitPort, owner, judge, plan, random);
        for (int line = 0; ; line ^= 1)
        {
            await lines.LoadFirstAsync(line);
            switch ((MessageKind)lines.Control[ControlLine.Kind])
            {
                case MessageKind.TryAgain:
                    judge.Tally.TryAgains++;
                    if (lines.Control.AsSpan(1).ContainsAnyExcept((byte)0))
                    {
                        throw new SoakException($"cycle {core.Cycle}: endpoint {endpoint.Number} got a TRYAGAIN with other bytes: "
                            + $"{Convert.ToHexString(lines.Control)}");
                    }

                    if (stops())
                    {
                        return;
                    }

                    if (lines.WritesBack)
                    {
                        await lines.GiveUpAsync();
                    }
                    else if (plan.Misbehaviour > 0 && random.OneIn(4))
                    {
                        // No slot is behind the line, so this is lost when it is evicted, and counted as a bad write; nothing of it may
                        // show up anywhere.
                        await core.StoreAsync(endpoint.Addresses.ReceiveControl[line] + (ulong)random.Between(0, 63),
                            random.Bytes(random.Between(1, 64)));
                        await core.ComputeAsync(random.Between(0, 40));
                        judge.Tally.Scribbles++;
                    }

                    break;

                case MessageKind.Request when owner is not null:
                    await ServeAsync(core, lines);
                    break;

                case MessageKind.Frame when owner is null:
                    await TakeAsync(core, lines);
                    break;

                default:
                    throw new SoakException($"cycle {core.Cycle}: endpoint {endpoint.Number} of process {endpoint.Process} got a line that "
                        + $"it should not: {Convert.ToHexString(lines.Control)}");
            }

            if (!isQuiet())
            {
                await sender.MaybeSendAsync();
            }
        }
    }

    private async Task TakeAsync(Core core, SoakLines lines)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(lines.Control.AsSpan(ControlLine.Bytes));
        int beyond = Math.Max(0, count - ControlLine.InlineBytes);
        byte[] bytes = new byte[count];
        lines.Control.AsSpan(ControlLine.Arguments, Math.Min(count, ControlLine.InlineBytes)).CopyTo(bytes);
        byte[] whole = new byte[NicConfig.LineBytes];
        for (int at = 0; at < beyond; at += NicConfig.LineBytes)
        {
            await lines.LoadAuxFirstAsync(at / NicConfig.LineBytes, whole);
            int part = Math.Min(NicConfig.LineBytes, beyond - at);
            whole.AsSpan(0, part).CopyTo(bytes.AsSpan(ControlLine.InlineBytes + at));
            CheckZeros(core, whole.AsSpan(part), "last aux line");
        }

        CheckZeros(core, lines.Control.AsSpan(ControlLine.CodePointer, ControlLine.Arguments - ControlLine.CodePointer), "frame's header");
        CheckZeros(core, lines.Control.AsSpan(ControlLine.Process, 2), "frame's process");
        CheckZeros(core, lines.Control.AsSpan(Math.Min(ControlLine.Arguments + count, NicConfig.LineBytes)),
            "control line behind the frame");
        judge.DeliverFrame(endpoint, lines.Control[ControlLine.Flags], bytes);
        lines.SetMessage(bytes);
        await core.ComputeAsync(random.Between(0, plan.LongestCompute));
        if (lines.WritesBack)
        {
            await lines.GiveUpAuxAsync();
            await lines.StoreControlAsync(0, [(byte)random.Between(16, 255)]);
            await lines.GiveUpAsync();
        }
        else if (random.OneIn(3))
        {
            // What the kernel leaves in the line goes nowhere.
            await lines.StoreControlAsync(0, [(byte)random.Between(16, 22), .. random.Bytes(random.Between(0, 64))]);
        }
    }

    private async Task ServeAsync(Core core, SoakLines lines)
    {
        Delivery delivery = judge.Deliver(endpoint, lines.Control);
        byte[] arguments = delivery.Frame.Decoded.Payload;
        lines.SetMessage(arguments);
        int messageLines = LineMessage.AuxLines(arguments.Length);
        bool hasAux = messageLines > 0 || (delivery.Frame.Service!.Entry.Flags & ServiceFlags.LongReplies) != 0;

        // Look at the arguments, and at what is behind them.
        if (hasAux)
        {
            int first = random.OneIn(4) ? random.Between(0, messageLines) : 0;
            for (int i = first; i < messageLines; i++)
            {
                await lines.LoadAuxAsync(i);
            }

            for (int i = random.Between(0, 2); i > 0; i--)
            {
                await lines.LoadAuxAsync(random.Between(0, auxLines - 1));
            }

            if (random.OneIn(5))
            {
                lines.PrefetchAux(random.Between(0, auxLines - 1));
            }
        }

        await core.ComputeAsync(random.OneIn(40) ? 10 * plan.LongestCompute : random.Between(0, plan.LongestCompute));
        if (random.OneIn(3))
        {
            await lines.LoadControlAsync();
        }

        MessageKind kind = await WriteAsync(delivery, lines, hasAux, messageLines);
        await core.FenceAsync();
        if (lines.WritesBack)
        {
            // The kind goes last: from then on the line may go home at any time, and that is the answer.
            await lines.GiveUpAuxAsync();
            byte[] line = [.. lines.Control];
            line[ControlLine.Kind] = (byte)kind;
            judge.Leave(delivery, line, lines.Aux, lines.Lines);
            await core.BarrierAsync();
            await lines.StoreControlAsync(ControlLine.Kind, [(byte)kind]);
            await core.ComputeAsync(random.OneIn(4) ? random.Between(0, 60) : 0);
            await lines.GiveUpAsync();
            return;
        }

        await lines.StoreControlAsync(ControlLine.Kind, [(byte)kind]);
        if (random.OneIn(4))
        {
            await core.ComputeAsync(random.Between(0, 60));
            await lines.LoadControlAsync();
        }

        judge.Leave(delivery, lines.Control, lines.Aux, lines.Lines);
    }

    private async Task<MessageKind> WriteAsync(Delivery delivery, SoakLines lines, bool hasAux, int messageLines)
    {
        bool isBad = random.Between(1, 100) <= plan.Misbehaviour;
        MessageKind kind = random.Between(1, 20) switch
        {
            1 => MessageKind.GarbageArguments,
            2 => MessageKind.SystemError,
            3 => MessageKind.NoReply,
            _ => MessageKind.Reply,
        };
        int room = ControlLine.InlineBytes + (hasAux ? auxLines * NicConfig.LineBytes : 0);
        int count = Math.Min(room, Length());
        byte[] results = new byte[count];
        SoakTraffic.Fill(results, owner!.Secret ^ random.Next());
        int inline = Math.Min(count, ControlLine.InlineBytes);
        await lines.StoreControlAsync(ControlLine.Arguments, results[..inline]);
        for (int at = inline, i = 0; at < count; at += NicConfig.LineBytes, i++)
        {
            // One that the caller filled may stay as it is.
            if (i >= messageLines || !random.OneIn(6))
            {
                await lines.StoreAuxAsync(i, 0, results.AsMemory(at, Math.Min(NicConfig.LineBytes, count - at)));
            }
        }

        if (isBad)
        {
            switch (random.Between(1, 7))
            {
                case 1:
                    await lines.StoreControlAsync(ControlLine.ReplyHandle, Number(judge.OtherHandle(delivery, random), 8));
                    break;
                case 2:
                    // The generation of an earlier or later use.
                    await lines.StoreControlAsync(ControlLine.ReplyHandle, Number(delivery.Handle + ((ulong)random.Pick(1, -1) << 16), 8));
                    break;
                case 3:
                    await lines.StoreControlAsync(ControlLine.ReplyHandle, Number(delivery.Handle ^ (1ul << random.Between(0, 63)), 8));
                    break;
                case 4:
                    kind = random.Pick(MessageKind.None, MessageKind.Request, MessageKind.TryAgain, MessageKind.Frame,
                        MessageKind.SendFrame, MessageKind.SendDatagram, (MessageKind)random.Between(22, 255));
                    break;
                case 5:
                    count = Math.Min(ushort.MaxValue,
                        random.Pick(room + 1, (lines.Lines * NicConfig.LineBytes) + ControlLine.InlineBytes + 1, 0xFFFF,
                            room + random.Between(1, 300)));
                    break;
                case 6:
                    // What the NIC does not look at.
                    await lines.StoreControlAsync(ControlLine.Process, random.Bytes(2));
                    await lines.StoreControlAsync(ControlLine.CodePointer, random.Bytes(16));
                    break;
                default:
                    kind = MessageKind.Request;
                    break;
            }
        }

        await lines.StoreControlAsync(ControlLine.Bytes, Number((ulong)count, 2));

        // With one line only, a kind of the NIC's is no answer yet.
        return lines.WritesBack && kind < MessageKind.Reply ? (MessageKind)random.Between(22, 255) : kind;

        int Length() => random.Between(1, 10) switch
        {
            <= 4 => random.Between(0, 8) * 4,
            <= 7 => random.Between(0, 96),
            8 => random.Pick(95, 96, 97, 98, 224, 225),
            9 => random.Between(0, 500),
            _ => random.OneIn(3) ? random.Between(0, room) : random.Between(0, 200),
        };
    }

    private static byte[] Number(ulong value, int bytes)
    {
        byte[] all = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        return all[..bytes];
    }

    private void CheckZeros(Core core, ReadOnlySpan<byte> bytes, string where)
    {
        if (bytes.ContainsAnyExcept((byte)0))
        {
            throw new SoakException($"cycle {core.Cycle}: endpoint {endpoint.Number} reads, where there should be zeros in its {where}: "
                + $"{Convert.ToHexString(bytes)}");
        }
    }
}
