// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Node;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// Where a call is when: from the MAC's first beat to the valid control line, and from the fetched line to the reply's first beat. With a
/// calibrated machine also how long the whole takes, in modelled time.
/// </summary>
public sealed class LatencyBenchmark : IBenchmark
{
    // Shared loads: a core gets a copy that must be upgraded before it is written (docs/machine.md).
    private static readonly (string How, bool WritesBack, bool SharedLoads)[] Ways =
    [
        ("two_lines", false, false), ("write_back", true, false), ("shared_loads", false, true), ("write_back_shared_loads", true, true),
    ];

    /// <inheritdoc/>
    public string Name => "latency";

    /// <inheritdoc/>
    public string Summary => "cycles of an 86-byte call through the idle NIC and back, its RTL beside its C#";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["rx_cycles"] = Floor.AtMost(19),
        ["tx_cycles"] = Floor.AtMost(20),

        // What the authors measured with their prototype, CMAC to CMAC.
        ["roundtrip_modelled_ns"] = Floor.AtMost(4400),
    };

    /// <summary>The machines that can be in front of the NIC, by name.</summary>
    public static IReadOnlyList<string> Machines { get; } = ["ideal", "enzian"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        NicConfig config = context.Config;
        MachineParameters machine = context.Machine switch
        {
            "ideal" => MachineParameters.Ideal,
            "enzian" => MachineParameters.Enzian,
            _ => throw new ToolException($"no machine '{context.Machine}'; there are: {string.Join(", ", Machines)}"),
        };
        context.Progress.Report(WorkProgress.Step("building the RTL"));
        using Node.Node node = new(new NodeOptions
        {
            Config = config,
            Machine = machine with { Cores = 1 },
            Hardware = Machine.Lockstep,
            Rtl = new RtlBuildOptions { Optimization = RtlOptimization.Quick },
            Seed = context.Seed,
        });
        CalculatorNode.Serve(node, 1);
        context.Progress.Report(WorkProgress.Step("calling"));

        // The first call tells the NIC where the client is.
        Dictionary<string, double> figures = [];
        CallLatency.Follow(node, CalculatorNode.Call(1, 2, 1));
        CallTrace trace = CallLatency.Follow(node, CalculatorNode.Call(2, 2, 41));
        figures["rx_cycles"] = trace[CallLatency.Line];
        figures["tx_cycles"] = trace[CallLatency.Transmit] - trace[CallLatency.Return];
        foreach ((string stage, long tick) in trace.Stages)
        {
            figures[$"stage.{stage}"] = tick;
        }

        if (machine.Name != MachineParameters.Ideal.Name)
        {
            // Two integers, from the first beat in to the first beat out.
            CallTrace add = CallLatency.Follow(node, CalculatorNode.Call(3, 1, 40, 2));
            double period = 1000.0 / config.ClockMegahertz;
            figures["roundtrip_modelled_ns"] = add[CallLatency.Transmit] * period;
            figures["part.receive_ns"] = add[CallLatency.Line] * period;
            figures["part.cpu_modelled_ns"] = (add[CallLatency.Fetch] - add[CallLatency.Line]) * period;
            figures["part.fetch_modelled_ns"] = (add[CallLatency.Return] - add[CallLatency.Fetch]) * period;
            figures["part.send_ns"] = (add[CallLatency.Transmit] - add[CallLatency.Return]) * period;
            foreach ((string how, bool writesBack, bool sharedLoads) in Ways)
            {
                long ticks = RoundTrip(config, machine with { SharedLoads = sharedLoads }, writesBack, context.Seed);
                figures[$"roundtrip_modelled_ns.{how}"] = ticks * period;
            }

            context.Remarks.Add("modelled: the machine's times are calibrated against published medians (docs/machine.md), the NIC's are "
                + "exact at its clock.");
        }

        return figures;
    }

    // The node alone, without its RTL: which takes as long, as the figure before has shown.
    private static long RoundTrip(NicConfig config, MachineParameters machine, bool writesBack, ulong seed)
    {
        using Node.Node node = new(new NodeOptions { Config = config, Machine = machine with { Cores = 1 }, Seed = seed });
        CalculatorNode.Serve(node, 1, writesBack);
        CallLatency.RoundTrip(node, CalculatorNode.Call(1, 2, 1));
        CallLatency.RoundTrip(node, CalculatorNode.Call(2, 2, 41));
        return CallLatency.RoundTrip(node, CalculatorNode.Call(3, 1, 40, 2));
    }
}
