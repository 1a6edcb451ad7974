// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>
/// The loads of processes, services and cores: counted where the scheduler decides and where messages end, kept in a memory with a word for
/// each, and read by the CPU as lines (<see cref="LoadLine"/>). Throughput: a step of the scheduler, a message's end and a core's state per
/// tick; no back-pressure. A word has an event 4 ticks after it at the latest. See docs/scheduler.md.
/// </summary>
public sealed class LoadStatistics
{
    /// <summary>Entries of the FIFO of reports to the kernel: processes whose load has crossed a threshold.</summary>
    internal const int ChangeDepth = 16;

    /// <summary>Creates the statistics in a scope of their own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="scheduler">The scheduler's signals, whose decisions are counted.</param>
    /// <param name="changes">Output: processes whose load has crossed a threshold.</param>
    /// <param name="ends">Slots that are given back.</param>
    /// <param name="statistics">The endpoint engine's reads for the CPU: by process, core or service.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public LoadStatistics(
        NicConfig config,
        SchedulerTap scheduler,
        Stream<LoadChange> changes,
        Stream<SlotRelease> ends,
        StatisticsPort statistics)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(ends);
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(statistics);
        using Scope scope = Scope.Open("statistics");
        int processes = Depth(config.Processes);
        int slots = Depth(config.PendingCalls);
        int cores = Depth(config.Cores);
        int services = Depth(config.Services);
        RamStyle serviceStyle = services > 1024 ? RamStyle.Ultra : RamStyle.Block;
        RamStyle slotStyle = slots > 1024 ? RamStyle.Ultra : RamStyle.Block;
        ILoadTime time = new LoadClock { Name = "clock" }.Time;

        // From the scheduler.
        LoadTap tap = new(scheduler.Step, scheduler.Decision, scheduler.Pace, time, slots) { Name = "tap" };
        IRamData<ArrivedCall> arrival = new SimpleDualPortRam<ArrivedCall>(tap.ArrivalWrite, tap.ArrivalRead, slots,
            slotStyle)
        { Name = "arrivals" }.Data;
        ILoadEvent seen = new LoadEventRegister(tap.Seen) { Name = "seen" }.Event;
        LoadWait wait = new(seen, arrival, services) { Name = "wait" };
        ILoadEvent waited = new LoadEventRegister(wait.Event) { Name = "waited" }.Event;
        IRamWrite<LoadRecord> loadWrite = Scope.CreateBus<IRamWrite<LoadRecord>>("loadWrite");
        Stream<LoadChange> changesIn = new("changesIn");
        FifoDistributed<LoadChange> queue = new(changesIn, ChangeDepth, "changes");

        // They stay until a kernel endpoint waits, which may be never: nothing depends on it.
        queue.Output.Monitor.IsStock = true;
        changes.Monitor.IsStock = true;
        _ = new StreamBridge<LoadChange>(queue.Output, changes) { Name = "changesOut" };
        _ = new ReadyBridge(changes.Backward, queue.Output.Backward) { Name = "changesOutReady" };
        _ = new LoadUpdate(
            waited,
            new ForwardingRam<LoadRecord>(loadWrite, wait.Read, processes, "loads").Data,
            new ForwardingRam<ProcessPolicy>(scheduler.PolicyWrite, wait.Read, processes, "thresholds").Data,
            queue.State,
            loadWrite,
            changesIn.Forward)
        {
            Name = "loadUpdate",
        };

        IRamWrite<ServiceLoadRecord> serviceWrite = Scope.CreateBus<IRamWrite<ServiceLoadRecord>>("serviceWrite");
        _ = new ServiceLoadUpdate(
            waited, new ForwardingRam<ServiceLoadRecord>(serviceWrite, wait.ServiceRead, services, "services", serviceStyle).Data,
            serviceWrite)
        {
            Name = "serviceUpdate",
        };

        // From the endpoints.
        EndTap end = new(ends, wait.Event, time) { Name = "ends" };
        IRamData<DispatchTime> dispatched = new SimpleDualPortRam<DispatchTime>(end.DispatchWrite, end.DispatchRead, slots,
            slotStyle)
        { Name = "dispatched" }.Data;
        EndTime took = new(new EndRegister(end.Ended) { Name = "ended" }.Event, dispatched) { Name = "endTime" };
        IRamWrite<ServedRecord> servedWrite = Scope.CreateBus<IRamWrite<ServedRecord>>("servedWrite");
        IEndEvent kept = new EndRegister(took.Event) { Name = "took" }.Event;
        _ = new ServedUpdate(kept, new ForwardingRam<ServedRecord>(servedWrite, took.Read, processes, "served").Data, servedWrite,
            false)
        { Name = "servedUpdate" };
        IRamWrite<ServedRecord> servedOfServiceWrite = Scope.CreateBus<IRamWrite<ServedRecord>>("servedOfServiceWrite");
        _ = new ServedUpdate(
            kept,
            new ForwardingRam<ServedRecord>(servedOfServiceWrite, took.ServiceRead, services, "servedOfServices", serviceStyle).Data,
            servedOfServiceWrite,
            true)
        {
            Name = "servedOfServiceUpdate",
        };

        // From the scanner.
        IRamWrite<CoreLoadRecord> coreWrite = Scope.CreateBus<IRamWrite<CoreLoadRecord>>("coreWrite");
        CoreSample sample = new(scheduler.Scanned) { Name = "sample" };
        _ = new CoreLoadUpdate(
            new CoreSampleRegister(sample.Sample) { Name = "sampled" }.Sample,
            new ForwardingRam<CoreLoadRecord>(coreWrite, sample.Read, cores, "cores").Data,
            coreWrite,
            config.Cores)
        {
            Name = "coreUpdate",
        };

        // For the CPU.
        StatisticsReads ports = new(statistics.StatisticsRead, processes, cores, services) { Name = "reads" };
        _ = new StatisticsLine(
            new StatisticsChoice(statistics.StatisticsRead) { Name = "choice" }.Choice,
            new ForwardingRam<LoadRecord>(loadWrite, ports.Process, processes, "loadsOfReads").Data,
            new ForwardingRam<ServedRecord>(servedWrite, ports.Process, processes, "servedOfReads").Data,
            new ForwardingRam<CoreLoadRecord>(coreWrite, ports.Core, cores, "coresOfReads").Data,
            new ForwardingRam<ServiceLoadRecord>(serviceWrite, ports.Service, services, "servicesOfReads", serviceStyle).Data,
            new ForwardingRam<ServedRecord>(servedOfServiceWrite, ports.Service, services, "servedOfServicesOfReads", serviceStyle).Data,
            statistics.StatisticsLine)
        {
            Name = "line",
        };
    }

    private static int Depth(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 2));
}

/// <summary>The statistics' clock; a register.</summary>
public interface ILoadTime : IBus
{
    /// <summary>Ticks since the reset, modulo 2^32.</summary>
    uint Now { get; set; }
}

/// <summary>Counts ticks. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class LoadClock : SimpleProcess
{
    [OutputBus] private readonly ILoadTime time = Scope.CreateBus<ILoadTime>("time");

    internal ILoadTime Time => time;

    /// <inheritdoc/>
    protected override void OnTick() => time.Now++;
}
