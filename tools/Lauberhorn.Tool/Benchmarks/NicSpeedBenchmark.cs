// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// How fast the whole NIC is simulated: in C#, as RTL, and both in lock step. All see the same traffic, calls of 86 bytes back to back,
/// which is recorded once from a node; then nothing beside the NIC takes time. Idle is the same NIC with its last input held.
/// Speeds are cycles by second of the thread's time on a processor, so that a busy machine disturbs them less, and the run-time
/// system's compiler, which works beside it at first, is not counted; the best of some parts of the run, for the same reason.
/// </summary>
public sealed partial class NicSpeedBenchmark : IBenchmark
{
    private const int Slices = 9;
    private const int Calls = 9_000;
    private const long IdleTicks = 50_000;
    private const int ThreadTime = 3;

    /// <inheritdoc/>
    public string Name => "nic-speed";

    /// <inheritdoc/>
    public string Summary => "cycles per second of the whole NIC: C# at line rate and idle, RTL, lock step";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Dictionary<string, double> figures = [];
        context.Progress.Report(WorkProgress.Step("records the traffic"));
        NicTraffic traffic = NicTraffic.Record(context.Config, context.Seed, Calls);
        CSharp(figures, context, traffic, rests: false);
        CSharp(figures, context, traffic, rests: true);
        foreach ((string name, RtlOptimization optimization) in new[] { ("o1", RtlOptimization.Normal), ("o2", RtlOptimization.Full) })
        {
            RtlBuildOptions options = new() { Optimization = optimization, RandomUndefined = false };
            context.Progress.Report(WorkProgress.Step($"RTL with -{name.ToUpperInvariant()}"));
            using (LoneNic nic = new(context.Config))
            {
                long start = Stopwatch.GetTimestamp();
                RtlLibrary library = RtlBuilder.Build(nic.Design.Rtl, options);
                figures[$"rtl.{name}.build_seconds"] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                using RtlModel model = library.Start();
                model.Reset();
                figures[$"rtl.{name}"] = Speed((from, count) => traffic.Tape.Play(nic.Design, model, from, count), traffic);
            }

            if (optimization == RtlOptimization.Full)
            {
                context.Progress.Report(WorkProgress.Step("lock step"));
                using LoneNic nic = new(context.Config, options);
                figures["lockstep"] = Speed(traffic.Tape.PlayTo(nic.Design), traffic);
            }
        }

        figures["ticks"] = traffic.Last - traffic.First;
        return figures;
    }

    private static void CSharp(Dictionary<string, double> figures, BenchmarkContext context, NicTraffic traffic, bool rests)
    {
        context.Progress.Report(WorkProgress.Step(rests ? "C#" : "C#, every process in every tick"));
        using LoneNic nic = new(context.Config);
        nic.Simulation.RestFrom = rests ? 0 : int.MaxValue;
        Action<long, long> play = traffic.Tape.PlayTo(nic.Design);
        figures[rests ? "csharp.busy" : "csharp.every_process"] = Speed(play, traffic);
        if (rests)
        {
            // What is in flight ends first, and all cores wait.
            play(traffic.Last, traffic.Tape.Ticks - traffic.Last);
            figures["csharp.idle"] = Best((_, count) => nic.Simulation.Tick(count), 0, IdleTicks);
        }
    }

    private static double Speed(Action<long, long> play, NicTraffic traffic)
    {
        play(0, traffic.First);
        long slice = (traffic.Last - traffic.First) / Slices;
        double best = Best(play, traffic.First, slice);
        play(traffic.First + (Slices * slice), traffic.Last - traffic.First - (Slices * slice));
        return best;
    }

    private static double Best(Action<long, long> play, long first, long slice)
    {
        double best = 0;
        for (int i = 0; i < Slices; i++)
        {
            double before = Seconds();
            play(first + (i * slice), slice);
            best = Math.Max(best, slice / (Seconds() - before));
        }

        return best;
    }

    /// <summary>The time that this thread has had on a processor.</summary>
    private static double Seconds()
    {
        _ = GetTime(ThreadTime, out TimeSpec time);
        return time.Seconds + (time.Nanoseconds * 1e-9);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
