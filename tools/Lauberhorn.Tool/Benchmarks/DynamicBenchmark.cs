// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Machines;
using Lauberhorn.Model;
using Lauberhorn.Node;
using Lauberhorn.Tool.Output;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Tool.Benchmarks;

/// <summary>
/// Many services in more processes than there are cores, called by Zipf's law, against one service that has all cores: how much of its
/// throughput is left, and how long calls wait for their handlers. A process's weight is its part of the calls, as an OS would have it that
/// reads loads; once more with equal weights. The machine is the calibrated one, the kernel is the model's (docs/kernel.md); times are
/// modelled.
/// </summary>
public sealed class DynamicBenchmark : IBenchmark
{
    private const int Services = 1000;
    private const int Processes = 200;
    private const int Depth = 20;
    private const int WarmUp = 5000;
    private const int Calls = 20_000;
    private const int OpenWarmUp = 5000;
    private const int OpenCalls = 60_000;
    private const long Longest = 100_000;
    private const uint ClientAddress = 0x0A4D_0001;
    private const ulong ClientMac = 0x024C_4800_0001;
    private const double NanosecondsPerCycle = 4;

    /// <inheritdoc/>
    public string Name => "dynamic";

    /// <inheritdoc/>
    public string Summary => $"{Services:#,0} services in {Processes} processes by Zipf's law against one service, calibrated machine with "
        + $"a modelled kernel";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Floor> Floors { get; } = new Dictionary<string, Floor>
    {
        ["throughput_ratio"] = Floor.AtLeast(0.9),
        ["wrong"] = Floor.AtMost(0),
        ["lost"] = Floor.AtMost(0),
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Run(BenchmarkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        NicConfig config = context.Config;
        if (config.Services < Services || config.Programs < Services || config.Processes <= Processes)
        {
            throw new ToolException(
                $"bench dynamic registers {Services} services in {Processes} processes besides the kernel; the NIC '{config.Name}' has "
                + $"room for {config.Services} services, {config.Programs} programs and {config.Processes} processes: use --preset enzian, "
                + $"or --set Services={Services},Programs={Services},Processes={Processes + 1}");
        }

        Dictionary<string, double> figures = [];
        double one;
        using (Setup setup = new(context, isDynamic: false))
        {
            one = setup.Saturate("one service");
        }

        using (Setup equal = new(context, isDynamic: true, hasEqualWeights: true))
        {
            figures["throughput_ratio.equal_weights"] = equal.Saturate("many services, equal weights") / one;
        }

        using Setup mix = new(context, isDynamic: true);
        double many = mix.Saturate("many services");
        figures["throughput_ratio"] = many / one;
        figures["outstanding"] = mix.Load.Depth;
        figures["calls_per_second.one"] = one * 1e9 / NanosecondsPerCycle;
        figures["calls_per_second.many"] = many * 1e9 / NanosecondsPerCycle;
        mix.Describe(figures, "saturated");

        using Setup open = new(context, isDynamic: true);
        long[] waits = open.Offer(context.Load * one);
        figures["load"] = context.Load;
        figures["wait_ns.p50"] = At(waits, 0.5);
        figures["wait_ns.p99"] = At(waits, 0.99);
        figures["wait_ns.p999"] = At(waits, 0.999);
        open.Describe(figures, "open");
        figures["drops"] = mix.Drops() + open.Drops();
        figures["lost"] = mix.Load.Count - mix.Load.Answered + open.Load.Count - open.Load.Answered;
        figures["wrong"] = mix.Load.Wrong + open.Load.Wrong;
        return figures;
    }

    private static double At(long[] waits, double part) => waits.Length == 0 ? double.NaN
        : waits[Math.Min(waits.Length - 1, (int)(waits.Length * part))] * NanosecondsPerCycle;

    /// <summary>A node with its kernel, services and load.</summary>
    private sealed class Setup : IDisposable
    {
        private readonly BenchmarkContext context;
        private readonly Node.Node node;
        private readonly Driver.Nic nic;
        private readonly RpcKernel kernel;
        private readonly bool hasEqualWeights;
        private CoreTimes[] during = [];

        public Setup(BenchmarkContext context, bool isDynamic, bool hasEqualWeights = false)
        {
            this.context = context;
            this.hasEqualWeights = hasEqualWeights;
            context.Progress.Report(WorkProgress.Step(isDynamic ? $"registers {Services} services" : "registers one service"));
            node = new Node.Node(new NodeOptions
            {
                Config = context.Config,
                Machine = MachineParameters.Enzian,
                Hardware = Machine.CSharp,
                Seed = context.Seed,
            });
            nic = node.Open();
            (kernel, Load) = PrepareAsync(isDynamic).GetAwaiter().GetResult();
        }

        public CallLoad Load { get; }

        /// <summary>Calls per cycle with so many calls outstanding that no core ever lacks one.</summary>
        public double Saturate(string what)
        {
            Load.Most = WarmUp + Calls + (Depth * kernel.Times.Count);
            Load.Depth = Depth * kernel.Times.Count;
            RunTo(WarmUp, what);
            long start = node.Ticks;
            Measure(() => RunTo(WarmUp + Calls, what));
            double rate = (double)Calls / (node.Ticks - start);
            RunTo(Load.Most, what);
            return rate;
        }

        /// <summary>The waits of calls that come at random times, in cycles, in ascending order.</summary>
        public long[] Offer(double rate)
        {
            const string What = "calls at random times";
            Load.Most = OpenWarmUp + OpenCalls;
            Load.Rate = rate;
            RunTo(OpenWarmUp, What);
            Measure(() => RunTo(Load.Most, What));
            return Load.Waits(OpenWarmUp, Load.Count);
        }

        /// <summary>Adds the cores' activities in the measured time.</summary>
        public void Describe(Dictionary<string, double> figures, string name)
        {
            foreach (CoreActivity activity in Enum.GetValues<CoreActivity>())
            {
                figures[$"{name}.share.{activity}"] = during.Average(times => times.Share(activity));
            }

            figures[$"{name}.handler_share.least_core"] = during.Min(times => times.Share(CoreActivity.Handler));
            figures[$"{name}.handler_share.most_core"] = during.Max(times => times.Share(CoreActivity.Handler));
            figures[$"{name}.calls"] = during.Sum(times => times.KernelCalls + times.UserCalls);
            figures[$"{name}.kernel_dispatches"] = during.Sum(times => times.KernelCalls);
            figures[$"{name}.sessions"] = during.Sum(times => times.Sessions);
            figures[$"{name}.yields"] = during.Sum(times => times.Yields);
            figures[$"{name}.interrupts"] = during.Sum(times => times.Interrupts);
            figures[$"{name}.preemptions"] = during.Sum(times => times.Preemptions);
        }

        public double Drops() =>
            nic.ReadCountersAsync().GetAwaiter().GetResult()
                .Where(counter => counter.Key.StartsWith("CallDropped", StringComparison.Ordinal)).Sum(counter => (double)counter.Value);

        public void Dispose() => node.Dispose();

        private async Task<(RpcKernel Kernel, CallLoad Load)> PrepareAsync(bool isDynamic)
        {
            await nic.SetAddressesAsync(ReceiveSettings.Captures.MacAddress, ReceiveSettings.Captures.Ipv4Address);
            await nic.SetNeighbourAsync(ClientAddress, ClientMac);
            CallLoad load = null!;
            RpcKernel made = await RpcKernel.StartAsync(node, nic, new KernelOptions { OnHandler = start => load.Begin(start) });
            long handler = (long)Math.Round(context.HandlerNanoseconds / NanosecondsPerCycle);
            ServiceMix mix = await ServiceMix.CreateAsync(made, new ServiceMixOptions
            {
                Services = isDynamic ? Services : 1,
                Processes = isDynamic ? Processes : 1,
                Exponent = context.Exponent,
                HandlerCycles = _ => handler,
                Policy = (_, share) => new ProcessPolicy { UsesKernelEndpoints = true, Weight = Weight(share), GuaranteedQueue = 8 },
            });
            load = new CallLoad(node, mix, context.Seed);
            return (made, load);
        }

        // In proportion to the calls; 1 for those that are called as often as the mean or less. Larger weights would spread a turn over
        // more cores, each of which switches to the process.
        private byte Weight(double share) => hasEqualWeights ? (byte)1 : (byte)Math.Clamp(Math.Round(share * Processes), 1, byte.MaxValue);

        private void Measure(Action run)
        {
            CoreTimes[] before = [.. kernel.Times.Select(times => times.After())];
            run();
            during = [.. kernel.Times.Select((times, i) => times.After(before[i]))];
        }

        // Until so many are answered, or nothing happens any more.
        private void RunTo(int answered, string what)
        {
            int last = Load.Answered;
            long since = node.Ticks;
            while (Load.Answered < answered && node.Ticks - since < Longest)
            {
                node.Tick();
                if (Load.Answered != last)
                {
                    (last, since) = (Load.Answered, node.Ticks);
                }

                if (node.Ticks % 4096 == 0)
                {
                    context.Progress.Report(new WorkProgress((double)Load.Answered / Load.Most, what));
                }
            }
        }
    }
}
