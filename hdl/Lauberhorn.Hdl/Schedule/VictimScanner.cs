// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The core that would be preempted next; registers.</summary>
public interface IVictim : IBus
{
    /// <summary>Whether there is such a core.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is busy in a handler; otherwise it is stalled at its endpoint.</summary>
    bool IsBusy { get; set; }

    /// <summary>Number of the core.</summary>
    ushort Core { get; set; }

    /// <summary>Number of its process.</summary>
    ushort Process { get; set; }

    /// <summary>Number of its endpoint.</summary>
    ushort Endpoint { get; set; }
}

/// <summary>A preempted core that is overdue; registers.</summary>
public interface IOverdueCore : IBus
{
    /// <summary>Whether there is such a core.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the core.</summary>
    ushort Core { get; set; }

    /// <summary>Number of the process that it was preempted from.</summary>
    ushort Process { get; set; }

    /// <summary>Number of the endpoint that it used there.</summary>
    ushort Endpoint { get; set; }
}

/// <summary>A core as the scanner sees it; registers.</summary>
public interface IScannedCore : IBus
{
    /// <summary>Whether it could be a victim.</summary>
    bool IsVictim { get; set; }

    /// <summary>Whether its endpoint waits.</summary>
    bool IsIdle { get; set; }

    /// <summary>Whether its process has more cores than its share.</summary>
    bool IsAbove { get; set; }

    /// <summary>Whether it was preempted, and is overdue.</summary>
    bool IsOverdue { get; set; }

    /// <summary>
    /// For how long its endpoint has waited, or for how long it has been with its process if it is busy, in units of 256 cycles.
    /// </summary>
    ushort Waited { get; set; }

    /// <summary>Number of the core.</summary>
    ushort Core { get; set; }

    /// <summary>The state of what it runs.</summary>
    CoreEntry Entry { get; set; }
}

/// <summary>Scans the cores, one per tick. Latency 1 tick.</summary>
[ClockedProcess]
public sealed class CoreCursor([OutputBus] IRamRead read, int cores) : SimpleProcess
{
    private readonly uint cores = (uint)cores;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        read.Enable = true;
        read.Address = read.Address == cores - 1 ? 0 : read.Address + 1;
    }
}

/// <summary>Reads the state of a core's process and endpoint. Combinational; one core per tick.</summary>
internal sealed class ScanReads(
    [InputBus] IRamData<CoreEntry> core,
    [OutputBus] IRamRead processRead,
    [OutputBus] IRamRead markRead,
    ScheduleShape shape) : SimpleProcess
{
    private readonly uint processMask = shape.ProcessMask;
    private readonly uint endpointMask = shape.EndpointMask;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        processRead.Enable = true;
        processRead.Address = core.Item.Process & processMask;
        markRead.Enable = true;
        markRead.Address = core.Item.Endpoint & endpointMask;
    }
}

/// <summary>The scanner's read data for a core, one tick after the other.</summary>
/// <param name="Core">What runs there.</param>
/// <param name="Entered">How often a core came to its process, modulo 256.</param>
/// <param name="Left">How often one left it.</param>
/// <param name="Policy">The process's policy.</param>
/// <param name="Mark">Whether the core's endpoint waits.</param>
internal sealed record ScannedRecords(
    [InputBus] IRamData<CoreEntry> Core,
    [InputBus] IRamData<byte> Entered,
    [InputBus] IRamData<byte> Left,
    [InputBus] IRamData<ProcessPolicy> Policy,
    [InputBus] IRamData<EndpointMark> Mark);

/// <summary>
/// Rates a core: a process's share is by weight, of the cores that had a process at the last scan. Latency 2 ticks from the core's entry;
/// one core per tick; no back-pressure.
/// </summary>
[ClockedProcess]
internal sealed class ScanWeight(
    [InputBus] IRamRead cursor,
    [Ports] ScannedRecords records,
    [InputBus] ITotalWeight total,
    [InputBus] IScheduleTime time,
    [InputBus] INicSettings settings,
    ScheduleShape shape) : SimpleProcess
{
    [OutputBus] private readonly IScannedCore scanned = Scope.CreateBus<IScannedCore>("scanned");
    private readonly uint cores = (uint)shape.CoreCount;
    private readonly uint processMask = shape.ProcessMask;
    private ushort counted;
    private ushort inUse;
    private ushort readCore;
    private ushort entryCore;
    private CoreEntry entry;

    internal IScannedCore Scanned => scanned;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        byte running = (byte)(records.Entered.Item - records.Left.Item);
        EndpointMark mark = records.Mark.Item;
        bool isOfProcess = ((mark.Process ^ entry.Process) & processMask) == 0;
        bool isIdle = entry.HasEndpoint && mark.IsWaiting && !mark.IsKernel && isOfProcess;
        ushort sinceEntry = (ushort)(time.Fine - entry.Since);
        scanned.IsVictim = entry.HasProcess && !entry.IsComing && running > records.Policy.Item.LeastCores
            && (isIdle || sinceEntry >= settings.Quantum);
        scanned.IsOverdue = entry.IsComing && sinceEntry >= ScheduleLimits.Of(settings.ComingLimit);
        scanned.IsIdle = isIdle;
        scanned.IsAbove = running * (uint)total.Weight > records.Policy.Item.Weight * (uint)inUse;
        scanned.Waited = isIdle ? (ushort)(time.Fine - mark.Since) : sinceEntry;
        scanned.Core = entryCore;
        scanned.Entry = entry;
        ushort used = (ushort)(counted + (entry.HasProcess ? 1 : 0));
        bool isLast = entryCore == cores - 1;
        inUse = isLast ? used : inUse;
        counted = isLast ? (ushort)0 : used;
        entry = records.Core.Item;
        entryCore = readCore;
        readCore = (ushort)cursor.Address;
    }
}

/// <summary>
/// Registers which core would be preempted next: the best of the last scan of all cores. A core that is stalled at its endpoint goes
/// before one that is busy, then one whose process has more cores than its share, then the one that has waited longest. Busy ones only if
/// their process has more than its share and has had the core for <see cref="INicSettings.Quantum"/>; the one that has had it for longest
/// goes first. A victim that was preempted, or was none any more, is followed by another at the end of the scan. Latency: a scan, 1 tick
/// for each core; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class VictimChoice(
    [InputBus] IScannedCore scanned,
    [InputBus] IScheduleIntake intake,
    [OutputBus] IVictim victim,
    int cores) : SimpleProcess
{
    private readonly uint last = (uint)cores - 1;
    private bool hasBest;
    private bool isBestIdle;
    private bool isBestAbove;
    private ushort bestWaited;
    private ushort bestCore;
    private CoreEntry best;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isVictim = scanned.IsVictim && (scanned.IsIdle || scanned.IsAbove);
        bool isBetter = scanned.IsIdle == isBestIdle
            ? scanned.IsAbove == isBestAbove ? scanned.Waited > bestWaited : scanned.IsAbove
            : scanned.IsIdle;
        bool isTaken = intake.TakesVictim && victim.Core == bestCore;
        bool wins = isVictim && (!hasBest || isTaken || isBetter);
        bool has = wins || (hasBest && !isTaken);
        if (wins)
        {
            isBestIdle = scanned.IsIdle;
            isBestAbove = scanned.IsAbove;
            bestWaited = scanned.Waited;
            bestCore = scanned.Core;
            best = scanned.Entry;
        }

        bool ends = scanned.Core == last;
        hasBest = has && !ends;
        if (ends)
        {
            victim.Valid = has;
            victim.IsBusy = !isBestIdle;
            victim.Core = bestCore;
            victim.Process = best.Process;
            victim.Endpoint = best.Endpoint;
        }
        else if (intake.TakesVictim)
        {
            victim.Valid = false;
        }
    }
}

/// <summary>
/// Registers the first core that the scanner finds overdue until the intake accepts it. Latency 1 tick, after a scan at most (1 tick for
/// each core); one core at a time; stalls with the intake, which accepts it
/// before any other core is preempted.
/// </summary>
[ClockedProcess]
public sealed class OverdueChoice(
    [InputBus] IScannedCore scanned,
    [InputBus] IScheduleIntake intake,
    [OutputBus] IOverdueCore overdue) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (intake.TakesOverdue)
        {
            overdue.Valid = false;
        }
        else if (!overdue.Valid)
        {
            overdue.Valid = scanned.IsOverdue;
            overdue.Core = scanned.Core;
            overdue.Process = scanned.Entry.Process;
            overdue.Endpoint = scanned.Entry.Endpoint;
        }
    }
}

/// <summary>The memories that the scanner reads, copies of the scheduler's, and the scanner.</summary>
internal static class VictimScanner
{
    /// <summary>Creates it.</summary>
    public static IScannedCore Create(
        ScheduleMemories memories,
        IRamWrite<byte> enteredWrite,
        ITotalWeight total,
        IScheduleTime time,
        INicSettings settings,
        IScheduleIntake intake,
        IVictim victim,
        IOverdueCore overdue,
        ScheduleShape shape)
    {
        using Scope scope = Scope.Open("victims");
        IRamRead cursor = Scope.CreateBus<IRamRead>("cursor");
        IRamRead processRead = Scope.CreateBus<IRamRead>("processRead");
        IRamRead markRead = Scope.CreateBus<IRamRead>("markRead");
        IRamData<CoreEntry> core = new ForwardingRam<CoreEntry>(memories.CoreWrite, cursor, shape.Cores, "cores").Data;
        _ = new CoreCursor(cursor, shape.CoreCount) { Name = "cursor" };
        _ = new ScanReads(core, processRead, markRead, shape) { Name = "reads" };
        ScannedRecords records = new(
            core,
            new ForwardingRam<byte>(enteredWrite, processRead, shape.Processes, "entered").Data,
            new ForwardingRam<byte>(memories.LeftWrite, processRead, shape.Processes, "left").Data,
            new ForwardingRam<ProcessPolicy>(memories.PolicyWrite, processRead, shape.Processes, "policies").Data,
            new ForwardingRam<EndpointMark>(memories.MarkWrite, markRead, shape.Endpoints, "marks").Data);
        ScanWeight weight = new(cursor, records, total, time, settings, shape) { Name = "weight" };
        _ = new VictimChoice(weight.Scanned, intake, victim, shape.CoreCount) { Name = "choice" };
        _ = new OverdueChoice(weight.Scanned, intake, overdue) { Name = "overdueChoice" };
        return weight.Scanned;
    }
}

/// <summary>The part of a record's write that the scanner keeps. Combinational.</summary>
public sealed class EnteredWrite([InputBus] IRamWrite<ProcessRecord> record, [OutputBus] IRamWrite<byte> write) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        write.Enable = record.Enable;
        write.Address = record.Address;
        write.Item = record.Item.Entered;
    }
}
