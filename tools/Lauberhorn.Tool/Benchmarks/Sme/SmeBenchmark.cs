// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using SME;

namespace Lauberhorn.Tool.Benchmarks.Sme;

/// <summary>
/// How fast the C# simulation is, beside hand-written loops of the same designs. Both run in turn in one process, so that a busy
/// machine slows both; the figures are medians of the rounds.
/// </summary>
public sealed class SmeBenchmark : IBenchmark
{
    private const int Rounds = 15;
    private const double SecondsPerRound = 0.05;

    /// <inheritdoc/>
    public string Name => "sme";

    /// <inheritdoc/>
    public string Summary => "ticks per second of the C# simulation, beside hand-written loops";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new[] { "chain10", "comb10", "aes256" }
        .SelectMany(design => new[] { ($"{design}.ratio", Floor.AtLeast(1.0 / 6)), ($"{design}.bytes_per_tick", Floor.AtMost(0)) })
        .ToDictionary();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Dictionary<string, double> figures = [];
        Measure(figures, "chain10", Chain(input => new ClockedIncrement(input).Output, new HandWrittenClockedChain().Run));
        Measure(figures, "comb10", Chain(input => new CombinationalIncrement(input).Output, new HandWrittenCombinationalChain().Run));
        Measure(figures, "aes256", Aes());
        return figures;
    }

    private static Pair Chain(Func<INumberBus, INumberBus> next, Func<int, long, int> twin)
    {
        Simulation simulation = new();
        INumberBus source = Scope.CreateBus<INumberBus>("source");
        INumberBus last = source;
        for (int i = 0; i < 10; i++)
        {
            last = next(last);
        }

        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(last);
        return new Pair(
            (value, ticks) =>
            {
                source.Value = value;
                simulation.Tick(ticks);
                return last.Value;
            },
            (value, ticks) => twin(value, ticks),
            simulation);
    }

    private static Pair Aes()
    {
        Simulation simulation = new();
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        IAesState source = Scope.CreateBus<IAesState>("plaintext");
        IAesState last = AesPipeline.Build(source, key);
        HandWrittenAes twin = new(key);
        simulation.AddTopLevelInputs(source).AddTopLevelOutputs(last);
        return new Pair(
            (value, ticks) =>
            {
                source.Column0 = (uint)value;
                simulation.Tick(ticks);
                return (int)last.Column0;
            },
            (value, ticks) => (int)twin.Run(new HandWrittenAes.State((uint)value, 0, 0, 0), ticks).Column0,
            simulation);
    }

    private static void Measure(Dictionary<string, double> figures, string name, Pair pair)
    {
        using Simulation simulation = pair.Simulation;
        for (int value = 1; value < 5; value++)
        {
            // Warms up, compiles, and shows that both are the same design.
            if (pair.Sme(value, 3_000) != pair.Twin(value, 3_000))
            {
                throw new InvalidOperationException($"{name}: the design and its hand-written twin differ");
            }
        }

        long ticks = 1_000;
        while (Seconds(pair.Twin, ticks, 1) < SecondsPerRound)
        {
            ticks *= 2;
        }

        double[] speeds = new double[Rounds];
        double[] ratios = new double[Rounds];
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            double twin = Seconds(pair.Twin, ticks, round);
            long before = GC.GetAllocatedBytesForCurrentThread();
            double sme = Seconds(pair.Sme, ticks, round);
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            speeds[round] = ticks / sme;
            ratios[round] = twin / sme;
        }

        Array.Sort(speeds);
        Array.Sort(ratios);
        figures[$"{name}.ratio"] = ratios[Rounds / 2];
        figures[$"{name}.ticks_per_second"] = speeds[Rounds / 2];
        figures[$"{name}.bytes_per_tick"] = (double)bytes / (ticks * Rounds);
    }

    private static double Seconds(Func<int, long, int> run, long ticks, int value)
    {
        long start = Stopwatch.GetTimestamp();
        run(value, ticks);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed record Pair(Func<int, long, int> Sme, Func<int, long, int> Twin, Simulation Simulation);
}
