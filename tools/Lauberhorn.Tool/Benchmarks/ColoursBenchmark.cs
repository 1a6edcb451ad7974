// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Node;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// How many cores can stall at the same time on a machine where a stalled load blocks its colour: with two control lines per endpoint, as
/// in the paper, and with loops that write their lines back. The planner proves the number; then all these cores stall, and each is served,
/// round after round (docs/colours.md).
/// </summary>
public sealed class ColoursBenchmark : IBenchmark
{
    private const ushort FirstPort = 3000;

    /// <inheritdoc/>
    public string Name => "colours";

    /// <inheritdoc/>
    public string Summary => "how many cores can stall at the same time on the calibrated machine, and be served round after round";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["stalled_best_mode"] = Floor.AtLeast(48),
        ["deadlocks"] = Floor.AtMost(0),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        NicConfig config = context.Config;
        Dictionary<string, double> figures = [];
        int deadlocks = 0;
        foreach (bool writesBack in new[] { true, false })
        {
            string mode = writesBack ? "best_mode" : "paper_protocol";
            using Node.Node node = new(new NodeOptions
            {
                Config = config,
                Machine = MachineParameters.Enzian with { Cores = config.Cores },
                Hardware = Machine.CSharp,
                Seed = context.Seed,
            });
            IReadOnlyList<StallingEndpoint> chosen = node.Planner.ChooseMost(config.Cores,
                Enumerable.Range(config.Cores, config.Endpoints - config.Cores), writesBack);
            figures[$"stalled_{mode}"] = chosen.Count;
            try
            {
                (int rounds, long cycles) = Serve(node, chosen, context, mode);
                figures[$"rounds.{mode}"] = rounds;
                figures[$"cycles_per_round.{mode}"] = (double)cycles / rounds;
            }
            catch (ColourDeadlockException exception)
            {
                deadlocks++;
                context.Remarks.Add($"{mode}: {exception.Message}");
            }
        }

        figures["rounds"] = context.Rounds;
        figures["deadlocks"] = deadlocks;
        return figures;
    }

    // A process and a port for each core, so that each round has a call for each.
    private static (int Rounds, long Cycles) Serve(
        Node.Node node, IReadOnlyList<StallingEndpoint> endpoints, BenchmarkContext context, string mode)
    {
        Prepare(node, endpoints).GetAwaiter().GetResult();
        long start = node.Ticks;
        for (int round = 0; round < context.Rounds; round++)
        {
            // All stall, then all are called.
            node.RunUntil(() => endpoints.Index().All(entry => node.Cpu.Cores[entry.Index].IsStalled));
            for (int i = 0; i < endpoints.Count; i++)
            {
                node.Wire.Send(CalculatorNode.Call((uint)((round * endpoints.Count) + i), 2, (ushort)(FirstPort + i), round));
            }

            node.RunUntil(() => node.Wire.Received.Count == endpoints.Count);
            node.Wire.Received.Clear();
            if (round % 16 == 0)
            {
                context.Progress.Report(new WorkProgress((double)round / context.Rounds, $"{endpoints.Count} cores, {mode}"));
            }
        }

        return (context.Rounds, node.Ticks - start);
    }

    private static async Task Prepare(Node.Node node, IReadOnlyList<StallingEndpoint> endpoints)
    {
        Driver.Nic nic = node.Open();
        await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
        await nic.SetLearningAsync(true);
        foreach ((int i, StallingEndpoint endpoint) in endpoints.Index())
        {
            NicProcess process = nic.CreateProcess($"core {i}");
            await process.RegisterAsync(new Calculator(), (ushort)(FirstPort + i));
            BoundEndpoint bound = await process.BindEndpointAsync(endpoint.Endpoint, writesBack: endpoint.Line is not null);
            if (endpoint.Line is int line && bound.ReceiveLine != line)
            {
                throw new ToolException($"endpoint {endpoint.Endpoint} was bound with line {bound.ReceiveLine}; the plan has line {line}");
            }

            _ = node.Cpu.Start(node.Cpu.Cores[i], core => UserLoop.RunAsync(core, bound, process.Handlers));
        }
    }
}
