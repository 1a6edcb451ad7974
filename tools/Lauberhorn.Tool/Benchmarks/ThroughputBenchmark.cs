// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Machines;
using Lauberhorn.Node;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// How many calls the NIC takes and answers, wire to wire, when frames of 86 bytes come back to back and the caches are never the
/// bottleneck.
/// </summary>
public sealed class ThroughputBenchmark : IBenchmark
{
    private const int Endpoints = 48;
    private const int WarmUp = 1000;
    private const int Calls = 20_000;

    /// <inheritdoc/>
    public string Name => "throughput";

    /// <inheritdoc/>
    public string Summary => $"cycles per RPC, 86-byte calls back to back, {Endpoints} endpoints, ideal caches, wire to wire";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["cycles_per_rpc"] = Floor.AtMost(2.5),
        ["lost"] = Floor.AtMost(0),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using Node.Node node = new(new NodeOptions
        {
            Config = context.Config,
            Machine = MachineParameters.Ideal with { Cores = Endpoints },
            Hardware = Machine.CSharp,
            Seed = context.Seed,
        });
        CalculatorNode.Serve(node, Endpoints);

        // The first answer goes out when the NIC knows the client.
        CallLatency.Follow(node, CalculatorNode.Call(uint.MaxValue, 2, 1));
        long[] answered = new long[WarmUp + Calls];
        int count = 0;
        int sent = 0;
        node.OnTick = tick =>
        {
            while (node.Wire.Received.TryDequeue(out _))
            {
                answered[count++] = tick;
            }

            // Frames follow one another without a gap.
            while (sent < answered.Length && node.Wire.Waiting < 2)
            {
                node.Wire.Send(CalculatorNode.Call((uint)sent, 2, sent));
                sent++;
            }
        };
        long most = 10L * answered.Length;
        for (long i = 0; count < answered.Length && i < most; i++)
        {
            node.Tick();
            if (i % 4096 == 0)
            {
                context.Progress.Report(new WorkProgress((double)count / answered.Length, "calls answered"));
            }
        }

        int last = Math.Max(count - 1, WarmUp);
        return new Dictionary<string, double>
        {
            ["cycles_per_rpc"] = (double)(answered[last] - answered[WarmUp]) / (last - WarmUp),
            ["calls"] = sent,
            ["lost"] = sent - count,
            ["endpoints"] = Endpoints,
        };
    }
}
