// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using SME.Components;

namespace SME.Tests.Components;

public class AsynchronousFifoTests
{
    private sealed record Case(int WritePeriod, int WritePhase, int ReadPeriod, int ReadPhase, int Depth, StreamBench.Case Traffic);

    private static readonly Gen<Case> Cases =
        from writePeriod in Gen.Int[1, 11]
        from writePhase in Gen.Int[0, writePeriod - 1]
        from readPeriod in Gen.Int[1, 11]
        from readPhase in Gen.Int[0, readPeriod - 1]
        from depth in Gen.OneOf(4, 8, 32)
        from traffic in StreamBench.Cases(0)
        select new Case(writePeriod, writePhase, readPeriod, readPhase, depth, traffic);

    [Fact]
    public void It_is_a_queue_at_any_two_clocks_and_any_pace() => Cases.Sample(
        test =>
        {
            StreamSink<uint> sink = Run(test, 40_000, out int most);
            return sink.Items.SequenceEqual(test.Traffic.Items) && most <= test.Depth;
        },
        iter: 300);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    [InlineData(7, 2)]
    [InlineData(2, 7)]
    public void A_depth_of_16_passes_one_item_per_tick_of_the_slower_clock(int writePeriod, int readPeriod)
    {
        uint[] items = [.. Enumerable.Range(0, 1000).Select(i => (uint)i)];
        Case test = new(writePeriod, 0, readPeriod, 0, 16, new StreamBench.Case(items, 8, 8, 0, 0));
        StreamSink<uint> sink = Run(test, 10_000, out _);
        int slower = Math.Max(writePeriod, readPeriod);
        Assert.Equal(1000, sink.Items.Count);
        Assert.InRange(sink.Ticks[^1] - sink.Ticks[100], 899 * slower - slower, 899 * slower + slower);
    }

    [Fact]
    public void Gray_code_differs_in_one_bit_and_reads_back() =>
        Gen.UInt[0, 1023].Sample(number =>
            GrayCode.ToBinary(GrayCode.FromBinary(number), 10) == number
            && System.Numerics.BitOperations.PopCount(GrayCode.FromBinary(number) ^ GrayCode.FromBinary((number + 1) & 1023)) == 1);

    private static StreamSink<uint> Run(Case test, int ticks, out int most)
    {
        using Simulation simulation = new();
        Random random = new(test.Traffic.Seed);
        ClockDomain writing = new("writing", test.WritePeriod, test.WritePhase);
        ClockDomain reading = new("reading", test.ReadPeriod, test.ReadPhase);
        Stream<uint> input;
        using (Scope.Open("writer", writing))
        {
            input = Stream.Create<uint>("input");
            _ = new StreamSource<uint>(input, test.Traffic.Items, () => random.Next(8) < test.Traffic.SourcePace);
        }

        AsynchronousFifo<uint> fifo = new(input, writing, reading, test.Depth);
        StreamSink<uint> sink;
        using (Scope.Open("reader", reading))
        {
            sink = new StreamSink<uint>(fifo.Output, () => random.Next(8) < test.Traffic.SinkPace);
        }

        most = 0;
        for (int i = 0; i < ticks && sink.Items.Count < test.Traffic.Items.Length; i++)
        {
            simulation.Tick();
            most = Math.Max(most, (int)fifo.State.Count);
        }

        simulation.Tick(100);
        return sink;
    }
}
