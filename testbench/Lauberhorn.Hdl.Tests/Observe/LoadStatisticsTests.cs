// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Testing.Endpoint;
using SME.Testing.Cosimulation;

namespace Lauberhorn.Hdl.Tests.Observe;

public class LoadStatisticsTests
{
    private static readonly NicConfig Config = NicConfig.Tiny with { PendingCalls = 64, Endpoints = 8, Cores = 2 };

    private readonly Dictionary<ushort, byte[]> answers = [];
    private ushort lastTag;

    [Fact]
    public void A_processs_line_says_what_arrived_waited_went_and_ended_and_reads_without_waiting()
    {
        using EndpointBench bench = Bench();
        bench.Bind(4, 2, 1);
        Load(bench, LineKind.ReceiveControl, 4, 0);
        bench.Run(20);
        bench.Arrive(2, 0, new byte[128], service: 5);
        bench.Arrive(2, 1, new byte[128], service: 5);
        bench.Arrive(2, 2, new byte[128], service: 7);
        bench.Run(1000);
        bench.End(0);
        bench.Run(20);

        // The first went at once; the second goes when the next load has come.
        Load(bench, LineKind.ReceiveControl, 4, 1);
        bench.Run(40);
        long wait = bench.Dispatches[1].Tick - bench.Arrivals[1].Tick;
        byte[] line = Read(bench, LineKind.ProcessStatistics, 2);
        Assert.Equal(3ul, Number(line, LoadLine.Arrivals));
        Assert.Equal(2ul, Number(line, LoadLine.Dispatched));
        Assert.Equal(0ul, Number(line, LoadLine.Dropped));
        Assert.Equal((ulong)(wait - Scheduler.DecisionTicks), Number(line, LoadLine.WaitCycles));
        Assert.Equal(1ul, Number(line, LoadLine.Ended));
        Assert.InRange(Number(line, LoadLine.ServiceCycles), 980ul, 1040ul);
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(LoadLine.Queued)));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(LoadLine.PeakQueued)));
        int[] waits = [.. Enumerable.Range(0, LoadLine.Buckets).Select(
            i => BinaryPrimitives.ReadInt32LittleEndian(line.AsSpan(LoadLine.Waits + (4 * i))))];
        Assert.Equal(1, waits[0]);
        Assert.Equal(1, waits[BitOperations.Log2((uint)Number(line, LoadLine.WaitCycles)) - 3]);
        Assert.Equal(2, waits.Sum());
        Assert.All(Read(bench, LineKind.ProcessStatistics, 3), value => Assert.Equal(0, value));

        // The two of service 5, and the one of service 7, which waits still.
        byte[] service = Read(bench, LineKind.ServiceStatistics, 5);
        Assert.Equal((2ul, 2ul, 0ul), (Number(service, LoadLine.Arrivals), Number(service, LoadLine.Dispatched),
            Number(service, LoadLine.Dropped)));
        Assert.Equal(line[LoadLine.WaitCycles..LoadLine.Queued], service[LoadLine.WaitCycles..LoadLine.Queued]);
        service = Read(bench, LineKind.ServiceStatistics, 7);
        Assert.Equal((1ul, 0ul), (Number(service, LoadLine.Arrivals), Number(service, LoadLine.Dispatched)));
        bench.Command(CommandCode.FlushProcess, 2);
        bench.Run(50);
        Assert.Equal(1ul, Number(Read(bench, LineKind.ServiceStatistics, 7), LoadLine.Dropped));
        Assert.Equal(0, bench.Count(NicEvent.BadRead));
    }

    [Fact]
    public void The_smoothed_load_comes_to_the_queues_length_and_goes_again()
    {
        using EndpointBench bench = Bench();
        for (ushort slot = 0; slot < 10; slot++)
        {
            bench.Arrive(1, slot, new byte[128]);
        }

        bench.Run(4000);
        Assert.InRange(Load(bench, 1), 2400u, 2560u);
        bench.Command(CommandCode.FlushProcess, 1);
        bench.Run(4000);
        Assert.InRange(Load(bench, 1), 0u, 16u);
        byte[] line = Read(bench, LineKind.ProcessStatistics, 1);
        Assert.Equal(10ul, Number(line, LoadLine.Dropped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_kernel_endpoint_hears_once_that_a_processs_load_is_high_and_once_that_it_is_low_again(bool writesBack)
    {
        using EndpointBench bench = Bench();
        bench.Bind(0, 0, 1, isKernel: true, writesBack: writesBack);
        bench.SetPolicy(3, new ProcessPolicy { HighLoad = 5, LowLoad = 2 });
        bench.Switch(1, new CoreState { HasProcess = true, Process = 3 });
        for (ushort slot = 0; slot < 10; slot++)
        {
            bench.Arrive(3, slot, new byte[128]);
        }

        bench.Run(3000);
        Assert.Equal(Told(3, true), Answer(bench, Load(bench, LineKind.ReceiveControl, 0, 0)));
        if (!writesBack)
        {
            // An evicted line reads the same again.
            Assert.Equal(Told(3, true), Answer(bench, Load(bench, LineKind.ReceiveControl, 0, 0)));
        }

        ushort next = Load(bench, LineKind.ReceiveControl, 0, writesBack ? 0 : 1);
        bench.Run(3000);
        Assert.DoesNotContain(next, answers);
        bench.Command(CommandCode.FlushProcess, 3);
        Assert.Equal(Told(3, false), Answer(bench, next));
        next = Load(bench, LineKind.ReceiveControl, 0, 0);
        bench.Run(3000);
        Assert.DoesNotContain(next, answers);
        Assert.Equal(0, bench.Count(NicEvent.BadRead));
    }

    [Fact]
    public void A_kernel_endpoint_hears_at_once_of_a_process_with_messages_but_no_core_and_again_if_nothing_comes_of_it()
    {
        const int Unit = 1 << 14;
        using EndpointBench bench = Bench();
        bench.Bind(0, 0, 1, isKernel: true, writesBack: true);
        bench.Bind(4, 3, 1, writesBack: true);
        bench.SetPolicy(3, new ProcessPolicy { HighLoad = ushort.MaxValue });
        ushort waits = Load(bench, LineKind.ReceiveControl, 0, 0);
        bench.Run(10);
        bench.Arrive(3, 0, new byte[128]);
        bench.Arrive(3, 1, new byte[128]);
        bench.Run(30);
        Assert.Contains(waits, answers);
        Assert.Equal(Told(3, true), Answer(bench, waits));

        // Nothing more for a while, then again.
        waits = Load(bench, LineKind.ReceiveControl, 0, 0);
        bench.Run(Unit);
        Assert.DoesNotContain(waits, answers);
        bench.Run(2 * Unit);
        Assert.Equal(Told(3, true), Answer(bench, waits));

        // A thread of the process comes to run, and takes a message: it is called for anew when it has gone.
        waits = Load(bench, LineKind.ReceiveControl, 0, 0);
        bench.Switch(1, new CoreState { HasProcess = true, Process = 3, HasEndpoint = true, Endpoint = 4 });
        Load(bench, LineKind.ReceiveControl, 4, 0);
        bench.Run(4 * Unit);
        Assert.DoesNotContain(waits, answers);
        bench.Switch(1, default);
        bench.Arrive(3, 2, new byte[128]);
        bench.Run(30);
        Assert.Equal(Told(3, true), Answer(bench, waits));
    }

    [Fact]
    public void A_cores_line_says_what_it_was_seen_to_do()
    {
        using EndpointBench bench = Bench();
        bench.Bind(0, 0, 1, isKernel: true);
        bench.Bind(4, 1, 1);
        bench.SetPolicy(1, new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1 });
        bench.SetPolicy(2, new ProcessPolicy { UsesKernelEndpoints = true, Weight = 1 });
        long start = bench.Ticks;
        Load(bench, LineKind.ReceiveControl, 0, 0);
        bench.Run(1000);
        bench.Arrive(1, 0, new byte[128]);
        bench.Run(500);
        bench.Switch(0, new CoreState { HasProcess = true, Process = 1, HasEndpoint = true, Endpoint = 4 });
        Load(bench, LineKind.ReceiveControl, 4, 0);
        bench.Run(2000);
        bench.Arrive(2, 1, new byte[128]);
        bench.Run(300);
        byte[] line = Read(bench, LineKind.CoreStatistics, 0);
        Assert.InRange(Number(line, LoadLine.Idle), 950ul, 1050ul);
        Assert.InRange(Number(line, LoadLine.Busy), 450ul, 550ul);
        Assert.InRange(Number(line, LoadLine.Stalled), 1950ul, 2050ul);
        Assert.InRange(Number(line, LoadLine.Preempted), 250ul, 330ul);
        ulong sum = Enumerable.Range(0, 5).Aggregate(0ul, (all, i) => all + Number(line, 8 * i));
        Assert.InRange((long)sum, bench.Ticks - 20, bench.Ticks + 20);
        Assert.NotEqual(0, start);
    }

    [Fact]
    public void Lines_of_what_there_is_not_are_zeros_and_counted()
    {
        using EndpointBench bench = Bench();
        Assert.All(Read(bench, LineKind.ProcessStatistics, Config.Processes), value => Assert.Equal(0, value));
        Assert.All(Read(bench, LineKind.CoreStatistics, Config.Cores), value => Assert.Equal(0, value));
        Assert.All(Read(bench, LineKind.ServiceStatistics, Config.Services), value => Assert.Equal(0, value));
        Assert.Equal(3, bench.Count(NicEvent.BadRead));
    }

    [Fact]
    public void The_RTL_does_what_the_processes_do()
    {
        using EndpointBench bench = new(Config);
        using Lockstep lockstep = Lockstep.Attach(
            RtlGenerator.Generate(bench.Simulation, EndpointBench.EntityName),
            new RtlBuildOptions { Optimization = RtlOptimization.Quick });
        Attach(bench);
        bench.Bind(4, 1, 1);
        for (ushort round = 0; round < 30; round++)
        {
            bench.Arrive((ushort)(1 + (round & 1)), round, new byte[128], service: (ushort)(round & 7));
            Load(bench, LineKind.ReceiveControl, 4, round & 1);
            bench.Run(20 + (7 * round));
            bench.End(round);
            Read(bench, LineKind.ProcessStatistics, round & 3);
            Read(bench, LineKind.CoreStatistics, round & 1);
            Read(bench, LineKind.ServiceStatistics, round & 7);
        }

        Assert.Equal(bench.Ticks + 1, lockstep.Compared);
        Assert.Equal(15ul, Number(Read(bench, LineKind.ProcessStatistics, 2), LoadLine.Arrivals));
    }

    private static byte[] Told(byte process, bool isHigh)
    {
        byte[] line = new byte[128];
        (line[ControlLine.Kind], line[ControlLine.Flags], line[ControlLine.Process]) = ((byte)MessageKind.Reschedule,
            (byte)(isHigh ? 1 : 0), process);
        return line;
    }

    private static ulong Number(byte[] line, int place) => BinaryPrimitives.ReadUInt64LittleEndian(line.AsSpan(place));

    private EndpointBench Bench()
    {
        EndpointBench bench = new(Config);
        Attach(bench);
        return bench;
    }

    private void Attach(EndpointBench bench)
    {
        bench.Home.OnData = (item, _) =>
        {
            byte[] bytes = new byte[128];
            item.Data.CopyTo(bytes);
            answers[item.Tag] = bytes;
        };
        bench.Home.OnFetch = (fetch, _) => bench.Home.Return(new HomeReturn(fetch.Line, true, default, default));
    }

    private uint Load(EndpointBench bench, int process) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Read(bench, LineKind.ProcessStatistics, process).AsSpan(LoadLine.Load));

    private ushort Load(EndpointBench bench, LineKind kind, int endpoint, int index)
    {
        lastTag++;
        bench.Home.Read(new HomeRead(bench.Line(kind, endpoint, index), lastTag, HomeReadKind.Shared));
        return lastTag;
    }

    private byte[] Read(EndpointBench bench, LineKind kind, int number) => Answer(bench, Load(bench, kind, number, 0), 60);

    private byte[] Answer(EndpointBench bench, ushort tag, int most = 5000)
    {
        bench.RunUntil(() => answers.ContainsKey(tag), most);
        byte[] line = answers[tag];
        answers.Remove(tag);
        return line;
    }
}
