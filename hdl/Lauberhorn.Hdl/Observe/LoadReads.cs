// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Observe;

/// <summary>
/// Reads the words of a statistics line, and registers which line it is. The addresses are combinational; one line per tick.
/// </summary>
public sealed class StatisticsReads([InputBus] IStatisticsRead reads, int processes, int cores, int services) : SimpleProcess
{
    [OutputBus] private readonly IRamRead process = Scope.CreateBus<IRamRead>("process");
    [OutputBus] private readonly IRamRead core = Scope.CreateBus<IRamRead>("core");
    [OutputBus] private readonly IRamRead service = Scope.CreateBus<IRamRead>("service");
    private readonly uint processMask = (uint)processes - 1;
    private readonly uint coreMask = (uint)cores - 1;
    private readonly uint serviceMask = (uint)services - 1;

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

/// <summary>Which kind of line was read; a register.</summary>
public interface IStatisticsChoice : IBus
{
    /// <summary>See <see cref="IStatisticsRead.Of"/>.</summary>
    StatisticsOf Of { get; set; }
}

/// <summary>Registers which kind of line is read. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class StatisticsChoice([InputBus] IStatisticsRead reads) : SimpleProcess
{
    [OutputBus] private readonly IStatisticsChoice choice = Scope.CreateBus<IStatisticsChoice>("choice");

    internal IStatisticsChoice Choice => choice;

    /// <inheritdoc/>
    protected override void OnTick() => choice.Of = reads.Of;
}

/// <summary>Packs a statistics line. Combinational; one line per tick.</summary>
public sealed class StatisticsLine(
    [InputBus] IStatisticsChoice choice,
    [InputBus] IRamData<LoadRecord> load,
    [InputBus] IRamData<ServedRecord> served,
    [InputBus] IRamData<CoreLoadRecord> core,
    [InputBus] IRamData<ServiceLoadRecord> service,
    [InputBus] IRamData<ServedRecord> servedOfService,
    [OutputBus] IRamData<Bits<W1024>> line) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick() => line.Item = choice.Of switch
    {
        StatisticsOf.Core => LoadPacking.Pack(core.Item),
        StatisticsOf.Service => LoadPacking.Pack(service.Item, servedOfService.Item),
        _ => LoadPacking.Pack(load.Item, served.Item),
    };
}
