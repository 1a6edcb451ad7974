// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Tool.Benchmarks;

/// <summary>All benchmarks, in the order of the help. A new one is a line here.</summary>
public static class BenchmarkList
{
    /// <summary>All benchmarks, in the order in which <c>bench</c> runs them.</summary>
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new Sme.SmeBenchmark(),
        new ParserBenchmark(),
        new CosimBenchmark(),
        new AreaBenchmark(),
        new LatencyBenchmark(),
        new ThroughputBenchmark(),
        new ScheduleBenchmark(),
        new ColoursBenchmark(),
        new DynamicBenchmark(),
        new NicSpeedBenchmark(),
    ];
}
