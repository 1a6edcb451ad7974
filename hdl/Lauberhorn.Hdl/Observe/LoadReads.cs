// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>Reads the words of a line, and remembers whose it is. The addresses have no latency; one line per tick.</summary>
public sealed class StatisticsReads : SimpleProcess
{
    [InputBus] private readonly IStatisticsRead reads;
    [OutputBus] private readonly IRamRead process = Scope.CreateBus<IRamRead>("process");
    [OutputBus] private readonly IRamRead core = Scope.CreateBus<IRamRead>("core");
    [OutputBus] private readonly IRamRead service = Scope.CreateBus<IRamRead>("service");
    private readonly uint processMask;
    private readonly uint coreMask;
    private readonly uint serviceMask;

    internal StatisticsReads(IStatisticsRead reads, int processes, int cores, int services)
    {
        serviceMask = (uint)services - 1;
        this.reads = reads;
        processMask = (uint)processes - 1;
        coreMask = (uint)cores - 1;
    }

    internal IRamRead Process => process;

    internal IRamRead Core => core;

    internal IRamRead Service => service;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        process.Enable = true;
        process.Address = reads.Index & processMask;
        core.Enable = true;
        core.Address = reads.Index & coreMask;
        service.Enable = true;
        service.Address = reads.Index & serviceMask;
    }
}

/// <summary>Whose line was read; a register.</summary>
public interface IStatisticsChoice : IBus
{
    /// <summary>See <see cref="IStatisticsRead.Of"/>.</summary>
    StatisticsOf Of { get; set; }
}

/// <summary>Remembers whose line is read. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class StatisticsChoice : SimpleProcess
{
    [InputBus] private readonly IStatisticsRead reads;
    [OutputBus] private readonly IStatisticsChoice choice = Scope.CreateBus<IStatisticsChoice>("choice");

    internal StatisticsChoice(IStatisticsRead reads) => this.reads = reads;

    internal IStatisticsChoice Choice => choice;

    /// <inheritdoc/>
    protected override void OnTick() => choice.Of = reads.Of;
}

/// <summary>Puts a line together. No latency, no state; one line per tick.</summary>
public sealed class StatisticsLine : SimpleProcess
{
    [InputBus] private readonly IStatisticsChoice choice;
    [InputBus] private readonly IRamData<LoadRecord> load;
    [InputBus] private readonly IRamData<ServedRecord> served;
    [InputBus] private readonly IRamData<CoreLoadRecord> core;
    [InputBus] private readonly IRamData<ServiceLoadRecord> service;
    [InputBus] private readonly IRamData<ServedRecord> servedOfService;
    [OutputBus] private readonly IRamData<Bits<W1024>> line;

    internal StatisticsLine(
        IStatisticsChoice choice,
        IRamData<LoadRecord> load,
        IRamData<ServedRecord> served,
        IRamData<CoreLoadRecord> core,
        IRamData<ServiceLoadRecord> service,
        IRamData<ServedRecord> servedOfService,
        IRamData<Bits<W1024>> line)
    {
        this.service = service;
        this.servedOfService = servedOfService;
        this.choice = choice;
        this.load = load;
        this.served = served;
        this.core = core;
        this.line = line;
    }

    /// <inheritdoc/>
    protected override void OnTick() => line.Item = choice.Of switch
    {
        StatisticsOf.Core => LoadPacking.Pack(core.Item),
        StatisticsOf.Service => LoadPacking.Pack(service.Item, servedOfService.Item),
        _ => LoadPacking.Pack(load.Item, served.Item),
    };
}
