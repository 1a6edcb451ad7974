// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Verdict;
using SME;

namespace Lauberhorn.Hdl.Tests.Rpc;

public class PayloadAlignerTests
{
    /// <summary>A frame's length, and where its payload begins and ends. Offset 0 is a whole frame.</summary>
    private sealed record Cut(int Length, int Offset, int End);

    private static readonly Gen<Cut> Cuts = Gen.OneOf(
        Gen.Int[1, 400].Select(length => new Cut(length, 0, length)),
        from words in Gen.Int[0, 100]
        from bytes in Gen.Int[1, 300]
        from behind in Gen.Int[0, 130]
        select new Cut((4 * words) + 2 + bytes + behind, (4 * words) + 2, (4 * words) + 2 + bytes));

    [Fact]
    public void What_comes_out_is_what_the_cut_says() =>
        Gen.Select(Cuts.Array[1, 30], Gen.Int).Sample((cuts, seed) => Check(cuts, seed, 3), iter: 300);

    [Fact]
    public void It_takes_a_beat_per_tick() =>
        Cuts.Where(cut => cut.Offset == 0 || cut.Offset > 64).Array[1, 30].Sample(
            cuts => Assert.InRange(Check(cuts, 0, 1), 0, cuts.Sum(cut => (cut.Length + 63) / 64) + 6),
            iter: 100);

    private static long Check(Cut[] cuts, int seed, int slowness)
    {
        using Simulation simulation = new();
        Random random = new(seed);
        Stream<StoredBeat> beats = new("beats");
        Stream<PayloadCut> entries = new("cuts");
        Stream<PayloadBeat> output = new("output");
        _ = new PayloadAligner(beats, entries, output);
        List<byte[]> expected = [];
        List<StoredBeat> frames = [];
        foreach (Cut cut in cuts)
        {
            byte[] frame = new byte[cut.Length];
            random.NextBytes(frame);
            expected.Add(frame[cut.Offset..cut.End]);
            for (int first = 0; first < frame.Length; first += 64)
            {
                frames.Add(new StoredBeat(Bits<W512>.FromBytes(frame.AsSpan(first, Math.Min(64, frame.Length - first))),
                    first + 64 >= frame.Length));
            }
        }

        _ = new StreamSource<PayloadCut>(entries, cuts.Select(Entry));
        _ = new StreamSource<StoredBeat>(beats, frames, () => random.Next(slowness) == 0);
        StreamSink<PayloadBeat> sink = new(output, () => random.Next(slowness) == 0);
        int count = expected.Sum(payload => (payload.Length + 63) / 64);
        for (int i = 0; i < 10_000 && sink.Items.Count < count; i++)
        {
            simulation.Tick();
        }

        List<byte> payload = [];
        int next = 0;
        byte[] bytes = new byte[64];
        foreach (PayloadBeat beat in sink.Items)
        {
            beat.Data.CopyTo(bytes);
            Assert.True(beat.Bytes == 64 || beat.Last);
            Assert.All(bytes[beat.Bytes..], value => Assert.Equal(0, value));
            payload.AddRange(bytes[..beat.Bytes]);
            if (beat.Last)
            {
                Assert.Equal(expected[next++], payload);
                payload.Clear();
            }
        }

        Assert.Equal(cuts.Length, next);
        return simulation.Ticks;
    }

    private static PayloadCut Entry(Cut cut) => new()
    {
        IsWhole = cut.Offset == 0,
        FirstWord = (byte)(cut.Offset >> 2 & 15),
        FirstBeat = (byte)(cut.Offset / 64),
        LastBeat = (byte)((cut.Offset / 64) + ((cut.End - cut.Offset - 1) / 64)),
        LastBytes = (byte)(((cut.End - cut.Offset - 1) % 64) + 1),
    };
}
