// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl;
using Lauberhorn.Hdl.Testing;

namespace Lauberhorn.Tool.Frames;

/// <summary>A frame, and what the hardware made of it.</summary>
/// <param name="Sent">What went in.</param>
/// <param name="Drop">Why it was dropped, or <see cref="DropReason.None"/>.</param>
/// <param name="Received">What came out; null if it was dropped.</param>
public sealed record HardwareFrame(SentFrame Sent, DropReason Drop, ReceivedFrame? Received)
{
    /// <summary>Clock cycles that it took on the way in, one for each beat.</summary>
    public long InputCycles => Sent.LastTick - Sent.FirstTick + 1;

    /// <summary>Clock cycles from its first beat at the input to its metadata at the output; null if it was dropped.</summary>
    public long? Latency => Received?.Tick - Sent.FirstTick;

    /// <summary>Sends frames one behind the other without a gap, and says what became of each.</summary>
    /// <param name="bench">The receive path, in C# or as RTL, before its first tick.</param>
    /// <param name="frames">Whole Ethernet frames, without frame check sequence, and whether the MAC flags each as bad.</param>
    /// <exception cref="TimeoutException">Not every frame was counted.</exception>
    public static IReadOnlyList<HardwareFrame> Run(ReceivePathBench bench, IReadOnlyList<(byte[] Bytes, bool Error)> frames)
    {
        const int Patience = 20_000;
        List<SentFrame> sent = [.. frames.Select(frame => bench.Send(frame.Bytes, frame.Error))];

        // The counters count one frame at a time, in the frames' order: a step of one says what became of the next frame.
        DropReason[] reasons = Enum.GetValues<DropReason>();
        uint[] before = new uint[reasons.Length];
        List<DropReason> fates = [];
        long passed = 0;
        for (int idle = 0; fates.Count < sent.Count && idle < Patience; idle++)
        {
            bench.Tick();
            for (int i = 0; i < reasons.Length; i++)
            {
                if (bench.Dropped(reasons[i]) != before[i])
                {
                    before[i]++;
                    fates.Add(reasons[i]);
                    idle = 0;
                }
            }

            long now = bench.Counted - before.Sum(count => count);
            if (now != passed)
            {
                passed = now;
                fates.Add(DropReason.None);
                idle = 0;
            }
        }

        // Until the last payload is out.
        bench.Run(Patience);
        Queue<ReceivedFrame> received = new(bench.Received);
        return [.. sent.Zip(fates, (frame, drop) => new HardwareFrame(frame, drop, drop == DropReason.None ? received.Dequeue() : null))];
    }
}
