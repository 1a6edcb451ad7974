// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Hdl.Top;
using Lauberhorn.Model;
using Lauberhorn.Model.Frames;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>How many cycles the receive path takes for RPC calls; measured on its Verilated VHDL.</summary>
public sealed class ParserBenchmark : IBenchmark
{
    private const int Frames = 1000;
    private const int HeaderBytes = 82;

    /// <inheritdoc/>
    public string Name => "parser";

    /// <inheritdoc/>
    public string Summary => "cycles per frame and latency of the receive path's RTL";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["cycles_per_frame.86"] = Floor.AtMost(2),
        ["cycles_per_frame.1514"] = Floor.AtMost(24),
        ["latency_cycles.86"] = Floor.AtMost(6),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Random random = new((int)context.Seed);
        NicConfig config = context.Config;
        return new Dictionary<string, double>
        {
            ["cycles_per_frame.86"] = CyclesPerFrame(config, 86, random),
            ["cycles_per_frame.1514"] = CyclesPerFrame(config, 1514, random),
            ["latency_cycles.86"] = Latency(config, random),
        };
    }

    /// <summary>
    /// Cycles from a frame's metadata to the next one's, or from payload to payload if that is more, in a stream of frames without gaps.
    /// </summary>
    private static double CyclesPerFrame(NicConfig config, int bytes, Random random)
    {
        using ReceivePathBench bench = new(config, ReceiveSettings.Captures);
        using RtlSimulation hardware = RtlSimulation.Attach(RtlGenerator.Generate(bench.Simulation, ReceivePath.EntityName));
        for (int i = 0; i < Frames; i++)
        {
            bench.Send(Call(bytes, random));
        }

        bench.Run();
        if (bench.Passed(FrameKind.RpcCall) != Frames)
        {
            throw new ToolException($"of {Frames} calls of {bytes} bytes {bench.Passed(FrameKind.RpcCall)} came through");
        }

        long metadata = bench.Received[^1].Tick - bench.Received[0].Tick;
        long payload = bench.Received[^1].PayloadTick - bench.Received[0].PayloadTick;
        return (double)Math.Max(metadata, payload) / (Frames - 1);
    }

    /// <summary>Cycles from a frame's first beat at the input to its metadata at the output.</summary>
    private static double Latency(NicConfig config, Random random)
    {
        using ReceivePathBench bench = new(config, ReceiveSettings.Captures);
        using RtlSimulation hardware = RtlSimulation.Attach(RtlGenerator.Generate(bench.Simulation, ReceivePath.EntityName));
        SentFrame frame = bench.Send(Call(86, random));
        bench.Run();
        return bench.Received[0].Tick - frame.FirstTick;
    }

    private static byte[] Call(int bytes, Random random)
    {
        byte[] arguments = new byte[bytes - HeaderBytes];
        random.NextBytes(arguments);
        return new FrameBuilder().WithRpc((uint)random.Next()).WithArguments(arguments).Build();
    }
}
