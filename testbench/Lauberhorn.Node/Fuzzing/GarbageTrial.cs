// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using Lauberhorn.Model.Reply;

namespace Lauberhorn.Node.Fuzzing;

/// <summary>Latencies of calls, and the rate of the wire.</summary>
/// <param name="Calls">Calls sent, one in <see cref="GarbageTrial.Interval"/> ticks.</param>
/// <param name="Answered">Of these, answered.</param>
/// <param name="MedianLine">Ticks from a call's first beat at the MAC to its control line at the home port; the median.</param>
/// <param name="WorstLine">The same in the worst of a hundred.</param>
/// <param name="MedianReply">Ticks from a call's first beat to its reply's first beat; the median.</param>
/// <param name="Ticks">Ticks from the first call's first beat to the last reply.</param>
/// <param name="WireBusy">Of a hundred ticks of this time, those with a beat at the MAC.</param>
public sealed record GarbageFigures(int Calls, int Answered, long MedianLine, long WorstLine, long MedianReply, long Ticks, double WireBusy)
{
    /// <summary>One line with all figures.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Answered:#,##0} of {Calls:#,##0} answered in {Ticks:#,##0} ticks; first beat to line: median {MedianLine}, 99 % within "
            + $"{WorstLine}; to reply: median {MedianReply}; wire busy {WireBusy:F0} %");
}

/// <summary>Calls at a steady rate to idle cores, with and without garbage in all the rest of the line's time.</summary>
public static class GarbageTrial
{
    /// <summary>Ticks from a call to the next.</summary>
    public const int Interval = 60;

    private const int Cores = 4;

    /// <summary>Runs it, in C#, with the preset <c>enzian</c> and caches that are no bottleneck.</summary>
    /// <param name="calls">How many calls.</param>
    /// <param name="withGarbage">Whether with garbage: random bytes, frames of every kind, calls with bits flipped or cut off.</param>
    /// <param name="seed">Of the garbage.</param>
    public static GarbageFigures Run(int calls, bool withGarbage, ulong seed)
    {
        using Node node = new(new NodeOptions
        {
            Config = NicConfig.Enzian,
            Machine = MachineParameters.Ideal with { Cores = Cores + 1 },
            Seed = seed
        });
        CalculatorNode.Serve(node, Cores);
        TakeFrames(node).GetAwaiter().GetResult();
        HomePort home = node.Nic.Home;
        SeededRandom random = new(seed);
        FrameGenerator frames = new(seed, ReceiveSettings.Captures, 1600);
        Dictionary<uint, long> lines = [];
        Dictionary<uint, long> replies = [];
        List<SentFrame> sent = [];
        long busy = 0;
        long end = 0;
        node.RunUntil(() => node.Nic.FastPath.Admission.SlotPool.Monitor.Free == NicConfig.Enzian.PendingCalls, 20_000);
        long begin = node.Ticks;
        node.OnTick = tick =>
        {
            busy += node.Nic.Mac.Valid ? 1 : 0;
            if (home.Data.Forward.Valid && home.Data.Forward.Item.Data.GetByte(ControlLine.Kind) == (byte)MessageKind.Request)
            {
                lines.TryAdd((uint)home.Data.Forward.Item.Data.Slice<SME.W32>(8 * ControlLine.Arguments), tick);
            }

            while (node.Wire.Received.TryDequeue(out SentByNic? frame))
            {
                uint xid = BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(ReferenceReply.MessageOffset));
                bool isAdd = frame.Bytes.Length == 70 && xid < sent.Count
                    && BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(66)) == xid + 1;
                if (isAdd && replies.TryAdd(xid, frame.FirstTick))
                {
                    end = frame.LastTick;
                }
            }

            if (sent.Count < calls && tick >= begin + (sent.Count * (long)Interval))
            {
                sent.Add(node.Wire.Send(CalculatorNode.Call((uint)sent.Count, 2, sent.Count)));
            }
            else if (withGarbage && node.Wire.Waiting == 0)
            {
                _ = node.Wire.Send(Garbage(), random.OneIn(20));
            }
        };
        for (long i = 0; i < (calls * (long)Interval) + 2000; i++)
        {
            node.Tick();
        }

        List<uint> done = [.. replies.Keys.Where(lines.ContainsKey)];
        long[] toLine = [.. done.Select(xid => lines[xid] - sent[(int)xid].FirstTick).Order()];
        long[] toReply = [.. done.Select(xid => replies[xid] - sent[(int)xid].FirstTick).Order()];
        long first = sent[0].FirstTick;
        return new GarbageFigures(
            calls, done.Count, toLine[toLine.Length / 2], toLine[toLine.Length * 99 / 100], toReply[toReply.Length / 2], end - first,
            100.0 * busy / (node.Ticks - begin));

        byte[] Garbage()
        {
            switch (random.Between(1, 4))
            {
                case 1:
                    return random.Bytes(random.Between(1, 400));
                case 2:
                    byte[] flipped = CalculatorNode.Call((uint)random.Next(), 2, (int)random.Next());
                    flipped[random.Between(14, flipped.Length - 1)] ^= (byte)(1 << random.Between(0, 7));
                    return flipped;
                case 3:
                    return CalculatorNode.Call((uint)random.Next(), 1, 1, 2)[..random.Between(14, 85)];
                default:
                    return frames.Next().Bytes;
            }
        }
    }

    /// <summary>The kernel's endpoint, whose core takes frames and forgets them.</summary>
    private static async Task TakeFrames(Node node)
    {
        Driver.Nic nic = node.Open();
        await nic.SetErrorReplyLimitAsync(4, 10_000);
        BoundEndpoint endpoint = await nic.BindKernelEndpointAsync(0, sendsLongFrames: false);
        KernelLoop loop = new(node.Cpu.Cores[Cores], endpoint, static _ => []);
        _ = node.Cpu.Start(node.Cpu.Cores[Cores], _ => loop.RunAsync());
    }
}
