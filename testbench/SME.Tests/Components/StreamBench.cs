// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace SME.Tests.Components;

/// <summary>Pushes items through a component at random paces.</summary>
public static class StreamBench
{
    /// <summary>A test case: the items, and how often (of 8 ticks) each end moves.</summary>
    public sealed record Case(uint[] Items, int SourcePace, int SinkPace, int Seed, int Parameter);

    /// <summary>Cases with a parameter (such as a depth) from a few.</summary>
    public static Gen<Case> Cases(params int[] parameters) =>
        Gen.Select(Gen.UInt.Array[0, 200], Gen.Int[1, 8], Gen.Int[1, 8], Gen.Int, Gen.OneOf(parameters),
            (items, source, sink, seed, parameter) => new Case(items, source, sink, seed, parameter));

    /// <summary>Builds the component with <paramref name="build"/>, runs all items through and gives what came out.</summary>
    public static StreamSink<uint> Run(Case test, Func<Stream<uint>, Stream<uint>> build)
    {
        using Simulation simulation = new();
        Random random = new(test.Seed);
        Stream<uint> input = Stream.Create<uint>("input");
        StreamSource<uint> source = new(input, test.Items, () => random.Next(8) < test.SourcePace);
        StreamSink<uint> sink = new(build(input), () => random.Next(8) < test.SinkPace);
        for (int i = 0; i < 20_000 && sink.Items.Count < test.Items.Length; i++)
        {
            simulation.Tick();
        }

        simulation.Tick(20);
        return sink;
    }

    /// <summary>Whether a component passes the items on, all and in order, at any pace of either end.</summary>
    public static void Passes_all_items_in_order(Func<Stream<uint>, int, Stream<uint>> build, params int[] parameters) =>
        Cases(parameters).Sample(test => Run(test, input => build(input, test.Parameter)).Items.SequenceEqual(test.Items), iter: 300);

    /// <summary>Checks latency (ticks from in to out of the first item) and that a thousand items need a thousand ticks.</summary>
    public static void Has_latency_and_no_bubble(int latency, Func<Stream<uint>, Stream<uint>> build)
    {
        using Simulation simulation = new();
        Stream<uint> input = Stream.Create<uint>("input");
        StreamSource<uint> source = new(input);
        Stream<uint> output = build(input);
        StreamSink<uint> sink = new(output);
        simulation.Tick(5);
        long start = simulation.Ticks;
        for (uint i = 0; i < 1000; i++)
        {
            source.Items.Enqueue(i);
        }

        simulation.Tick(1100);
        // The source takes one tick to show its first item.
        Assert.Equal(start + 1 + latency, sink.Ticks[0]);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => start + 1 + latency + i), sink.Ticks);
    }

    /// <summary>Counts the items that a component takes while nothing is taken from it.</summary>
    public static int Capacity(Func<Stream<uint>, Stream<uint>> build)
    {
        using Simulation simulation = new();
        Stream<uint> input = Stream.Create<uint>("input");
        StreamSource<uint> source = new(input, Enumerable.Range(0, 10_000).Select(i => (uint)i));
        StreamSink<uint> sink = new(build(input), () => false);
        simulation.Tick(5_000);
        return (int)input.Monitor.Passed;
    }
}
