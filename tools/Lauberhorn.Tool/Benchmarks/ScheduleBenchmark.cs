// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Hdl.Testing.Endpoint;
using Lauberhorn.Hdl.Testing.Schedule;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// How quickly the NIC decides: scheduler and endpoint engine as RTL in lock step with their C#, from a message at the scheduler to the
/// valid line, or to the valid answer that makes a core yield to the CPU; and how many messages go to kernel endpoints when every process
/// has some queued.
/// </summary>
public sealed class ScheduleBenchmark : IBenchmark
{
    private const int Cores = 48;
    private const int Dispatches = 20_000;
    private static readonly ProcessPolicy Plain = new() { UsesKernelEndpoints = true, Weight = 1 };

    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public string Summary => "cycles from a message at the scheduler to its line, or to the core that is made to yield; cycles per "
        + "dispatch with all queues in use";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["decision_cycles"] = Floor.AtMost(4),
        ["preempt_cycles"] = Floor.AtMost(10),
        ["cycles_per_dispatch"] = Floor.AtMost(2),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        NicConfig config = context.Config;
        Dictionary<string, double> figures = [];
        Decide(config, figures);
        context.Progress.Report(new WorkProgress(0.5, "dispatches"));
        figures["cycles_per_dispatch"] = Dispatch(config);
        figures["processes"] = config.Processes;
        figures["cores"] = Math.Min(Cores, config.Cores);
        return figures;
    }

    // A message for a user endpoint that waits, one for a kernel endpoint, and one that finds neither but a core that can be taken.
    private static void Decide(NicConfig config, Dictionary<string, double> figures)
    {
        using EndpointBench bench = new(config);
        using Lockstep lockstep = Lockstep.Attach(
            RtlGenerator.Generate(bench.Simulation, EndpointBench.EntityName),
            new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        Dictionary<ushort, long> answered = [];
        bench.Home.OnData = (data, tick) => answered[data.Tag] = tick;
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
        int user = config.Endpoints - 1;
        bench.Bind(user, 1, 1);
        bench.Bind(0, 0, 1, isKernel: true);
        bench.SetPolicy(1, Plain);
        bench.SetPolicy(2, Plain);
        bench.Switch(1, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = (ushort)user });

        Load(user, 0, 1);
        figures["decision_cycles"] = Arrive(1, 0, 1);
        Load(0, 0, 2);
        figures["decision_kernel_cycles"] = Arrive(2, 1, 2);

        // The core of endpoint 0 has process 2 now, and goes away; so process 2 has no core when its next message comes, and what waits is
        // process 1's.
        bench.Switch(0, default);
        Load(user, 1, 3);
        bench.Run(4 * config.Cores);
        double yields = Arrive(2, 2, 3);
        (ushort core, long interrupted) = bench.Interrupts[^1];
        figures["yield_cycles"] = yields;
        figures["interrupt_cycles"] = interrupted - bench.Arrivals[^1].Tick;
        figures["preempt_cycles"] = Math.Max(yields, figures["interrupt_cycles"]);
        figures["lockstep_mismatches"] = core == 1 && lockstep.Compared == bench.Ticks + 1 ? 0 : 1;

        void Load(int endpoint, int index, ushort tag)
        {
            bench.Home.Read(new HomeRead(bench.Line(LineKind.ReceiveControl, endpoint, index), tag, HomeReadKind.Exclusive));
            bench.Run(60);
        }

        double Arrive(ushort process, ushort slot, ushort tag)
        {
            bench.Arrive(process, slot, new byte[NicConfig.LineBytes]);
            bench.RunUntil(() => answered.ContainsKey(tag), 1000);
            return answered[tag] - bench.Arrivals[^1].Tick;
        }
    }

    // Cores in the kernel loop wait again as soon as they were given something, and each message that went is followed by another of the
    // next process.
    private static double Dispatch(NicConfig config)
    {
        using SchedulerBench bench = new(config);
        int processes = config.Processes;
        for (int process = 0; process < processes; process++)
        {
            int answers = bench.Answers.Count;
            bench.SetPolicy((uint)process, Plain);
            while (bench.Answers.Count == answers)
            {
                bench.Tick();
            }
        }

        Queue<ushort> slots = new(Enumerable.Range(0, config.PendingCalls).Select(slot => (ushort)slot));
        int arrived = 0;
        bench.NextArrival = () => slots.TryDequeue(out ushort slot) ? new Arrival((ushort)(arrived++ % processes), slot) : null;
        bench.Run(config.PendingCalls + 100);
        Queue<ushort> cores = new(Enumerable.Range(0, Math.Min(Cores, config.Cores)).Select(core => (ushort)core));
        bench.OnDispatch = dispatch =>
        {
            slots.Enqueue(dispatch.Slot);
            cores.Enqueue(dispatch.Endpoint);
        };
        bench.NextNotice = () => cores.TryDequeue(out ushort core)
            ? new EndpointNotice(NoticeKind.Waiting, core, EndpointNotice.AnyProcess) : null;
        bench.Run(1000);
        (int before, long since) = (bench.Dispatched.Count, bench.Ticks);
        while (bench.Dispatched.Count - before < Dispatches)
        {
            bench.Tick();
        }

        return (double)(bench.Ticks - since) / (bench.Dispatched.Count - before);
    }
}
