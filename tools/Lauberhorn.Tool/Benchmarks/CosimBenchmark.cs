// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Tool.Output;
using SME;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>How fast the RTL of the receive path runs when C# drives it.</summary>
public sealed class CosimBenchmark : IBenchmark
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc/>
    public string Name => "cosim";

    /// <inheritdoc/>
    public string Summary => "speed of the receive path's RTL, driven from C# and by a bare C++ loop";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["ratio"] = Floor.AtLeast(0.9),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Progress.Report(WorkProgress.Step("building the model"));
        using Simulation simulation = new();
        ReceivePath.Build(simulation, context.Config);
        BusDesign design = RtlGenerator.Generate(simulation, ReceivePath.EntityName);
        long start = Stopwatch.GetTimestamp();
        RtlLibrary library = RtlBuilder.Build(design.Rtl, new RtlBuildOptions { RandomUndefined = false });
        double build = Stopwatch.GetElapsedTime(start).TotalSeconds;
        context.Progress.Report(WorkProgress.Step("running it from C# and from C++"));
        DriveComparison comparison = DriveComparison.Measure(library, context.Seed, Turn);
        return new Dictionary<string, double>
        {
            ["ratio"] = comparison.Ratio,
            ["clocks_per_second"] = comparison.ClocksPerSecond,
            ["bare_clocks_per_second"] = comparison.BareClocksPerSecond,
            ["lockstep_clocks_per_second"] = LockstepRate(context.Config, library.Options),
            ["build_seconds"] = build,
        };
    }

    /// <summary>C# and RTL side by side, with all outputs compared.</summary>
    private static double LockstepRate(NicConfig config, RtlBuildOptions options)
    {
        using Simulation simulation = new();
        ReceivePath.Build(simulation, config);
        using Lockstep lockstep = Lockstep.Attach(RtlGenerator.Generate(simulation, ReceivePath.EntityName), options);
        simulation.Tick(10_000);
        const int Ticks = 100_000;
        long start = Stopwatch.GetTimestamp();
        simulation.Tick(Ticks);
        return Ticks / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
