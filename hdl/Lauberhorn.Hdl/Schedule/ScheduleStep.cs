// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>What the scheduler does in one step of its pipeline.</summary>
public enum StepKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A message has come: it goes to the endpoint that waits, or into its process's queue.</summary>
    Arrival = 1,

    /// <summary>
    /// An endpoint waits: it gets the first message of its process's queue, or goes on top of its process's list. A kernel endpoint gets the first
    /// message of the process whose turn it is, or goes on top of the kernel endpoints' list.
    /// </summary>
    Waiting = 2,

    /// <summary>An endpoint is to wait no longer.</summary>
    Withdraw = 3,

    /// <summary>Looks when the first message of the queue arrived, and whether the process wants a core.</summary>
    Look = 4,

    /// <summary>Releases the first message of the queue if it arrived at the time that is the step's item.</summary>
    Expire = 5,

    /// <summary>Releases the first message of the queue.</summary>
    Flush = 6,

    /// <summary>The OS says what runs on a core.</summary>
    Core = 7,

    /// <summary>A process may have come to be allowed another core: its messages go to kernel endpoints that wait, or it joins the backlog; or the other way round.</summary>
    Revisit = 8,

    /// <summary>A core whose user endpoint waits is taken from its process.</summary>
    Yield = 9,

    /// <summary>A core that is busy is taken from its process: its endpoint's next wait ends at once, and if the OS allows it the core is interrupted.</summary>
    Interrupt = 10,

    /// <summary>A kernel endpoint that waits is told of a process's load.</summary>
    Reschedule = 11,

    /// <summary>A core that was taken from its process has not come in time: it is reckoned with no more, and asked again.</summary>
    Overdue = 12,
}

/// <summary>A step of the scheduler's pipeline. There is at most one per tick, so that no two ever contend for anything.</summary>
public readonly record struct ScheduleStep
{
    /// <summary>What is done.</summary>
    public StepKind Kind { get; init; }

    /// <summary>To which process. Of a kernel endpoint that waits: the process whose turn it is, if there is a backlog.</summary>
    public ushort Process { get; init; }

    /// <summary>The slot of an <see cref="StepKind.Arrival"/>, the time of an <see cref="StepKind.Expire"/>, otherwise the endpoint, if it is about one.</summary>
    public ushort Item { get; init; }

    /// <summary>Whether it is about a kernel endpoint.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Of a kernel endpoint that waits: whether the process is not that whose turn it is, but that which its core ran last.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Of a kernel endpoint that waits: whether the process is one that has waited for too long, whose turn it ever is.</summary>
    public bool IsLate { get; init; }

    /// <summary>Of a kernel endpoint that waits: whether it is told of a process's load at once, whatever is queued.</summary>
    public bool IsChange { get; init; }

    /// <summary>If so, and of <see cref="StepKind.Reschedule"/>: what the endpoint gets in place of a slot.</summary>
    public ushort Change { get; init; }

    /// <summary>The core, if it is about one.</summary>
    public ushort Core { get; init; }

    /// <summary>Of <see cref="StepKind.Core"/>: what runs there.</summary>
    public CoreState State { get; init; }

    /// <summary>Whether the sweeper asked for it.</summary>
    public bool IsSweep { get; init; }

    /// <summary>Of an <see cref="StepKind.Arrival"/>: whether it is a call of a service.</summary>
    public bool IsCall { get; init; }

    /// <summary>If so: the service's number.</summary>
    public ushort Service { get; init; }

    /// <summary>Of an <see cref="StepKind.Arrival"/>: the generation of the process that it is for.</summary>
    public ushort Generation { get; init; }
}

/// <summary>A step on its way.</summary>
public interface IScheduleStep : IBus
{
    /// <summary>The step.</summary>
    ScheduleStep Step { get; set; }

    /// <summary>Whether the step just ahead is of the same process: its record is being written in this tick, and what was read is old.</summary>
    bool FollowsSame { get; set; }
}

/// <summary>Whether the pipeline moves; a register.</summary>
public interface ISchedulePace : IBus
{
    /// <summary>Whether each stage passes its step on in this tick. It does not while a dispatch waits behind one that waits.</summary>
    [InitialValue(true)]
    bool Moves { get; set; }
}

/// <summary>
/// Endpoints that wait, the one that began last on top. The first two are here, so that the next step finds them without waiting for a link.
/// </summary>
public readonly record struct WaitingList
{
    /// <summary>Whether an endpoint waits.</summary>
    public bool HasTop { get; init; }

    /// <summary>The endpoint that began to wait last.</summary>
    public ushort Top { get; init; }

    /// <summary>Whether two endpoints wait.</summary>
    public bool HasSecond { get; init; }

    /// <summary>The endpoint that began to wait before that.</summary>
    public ushort Second { get; init; }
}

/// <summary>
/// A process in the scheduler's memory. A queue and a list of waiting endpoints are never both there: that is what work conservation means.
/// The first two members of both are in the record, so that the next step of the same process finds them without waiting for a link.
/// </summary>
public readonly record struct ProcessRecord
{
    /// <summary>How many messages are queued.</summary>
    public ushort Queued { get; init; }

    /// <summary>How many of them are beyond the guarantee, in the room that processes share.</summary>
    public ushort Shared { get; init; }

    /// <summary>The slot that is queued first, if any is.</summary>
    public ushort Head { get; init; }

    /// <summary>When it arrived, in units of 2^16 cycles, modulo 2^16.</summary>
    public ushort HeadTime { get; init; }

    /// <summary>The slot that is queued second, if there are two.</summary>
    public ushort Next { get; init; }

    /// <summary>When it arrived.</summary>
    public ushort NextTime { get; init; }

    /// <summary>The slot that is queued last, if any is.</summary>
    public ushort Tail { get; init; }

    /// <summary>Its user endpoints that wait.</summary>
    public WaitingList Waiting { get; init; }

    /// <summary>How often a core came to the process, modulo 256. How often one left it is in a memory of its own.</summary>
    public byte Entered { get; init; }

    /// <summary>Whether it is in the backlog.</summary>
    public bool IsInBacklog { get; init; }

    /// <summary>Whether it is counted as a process that wants a core.</summary>
    public bool WantsCore { get; init; }

    /// <summary>Since when the first message is the first, in units of 256 cycles, modulo 2^16.</summary>
    public ushort Since { get; init; }

    /// <summary>Whether that is too long, as a look has found.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether it is counted as a process for whose messages the time counts.</summary>
    public bool IsTimed { get; init; }
}

/// <summary>The circle of processes whose messages wait for kernel endpoints. The first two are here, the rest is linked in memory.</summary>
public readonly record struct Backlog
{
    /// <summary>How many there are.</summary>
    public ushort Count { get; init; }

    /// <summary>The process whose turn it is, if there is any.</summary>
    public ushort Head { get; init; }

    /// <summary>The one after it, if there are two.</summary>
    public ushort Next { get; init; }

    /// <summary>The one whose turn is last.</summary>
    public ushort Tail { get; init; }

    /// <summary>Whether the turn has not begun: the process still has its whole weight.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Messages that are left of the turn, unless it has not begun.</summary>
    public byte Left { get; init; }
}

/// <summary>What concerns all processes.</summary>
public readonly record struct ScheduleTotals
{
    /// <summary>Kernel endpoints that wait.</summary>
    public WaitingList Kernel { get; init; }

    /// <summary>Processes whose messages wait for kernel endpoints.</summary>
    public Backlog Backlog { get; init; }

    /// <summary>Messages queued beyond the guarantees.</summary>
    public ushort Shared { get; init; }

    /// <summary>Processes that want a core.</summary>
    public ushort Wanting { get; init; }

    /// <summary>
    /// Processes with messages queued that are to have a kernel endpoint, or the kernel's help, when these have waited for too long.
    /// </summary>
    public ushort Timed { get; init; }

    /// <summary>
    /// Cores that were taken from their processes while they waited, have not come to the kernel yet, and are not overdue.
    /// </summary>
    public ushort Coming { get; init; }

    /// <summary>
    /// Cores that were taken while they were busy, have not come to the kernel yet, and are not overdue: nobody knows when they will come.
    /// </summary>
    public ushort Asked { get; init; }
}

/// <summary>What concerns all processes, as the step sees it that is decided in this tick.</summary>
public interface IScheduleTotals : IBus
{
    /// <summary>That.</summary>
    ScheduleTotals Totals { get; set; }
}

/// <summary>What the scheduler knows of a core.</summary>
public readonly record struct CoreEntry
{
    /// <summary>Whether it has a process.</summary>
    public bool HasProcess { get; init; }

    /// <summary>The process.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether its thread uses an endpoint.</summary>
    public bool HasEndpoint { get; init; }

    /// <summary>That endpoint.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>Whether it may be interrupted while it is busy in a handler.</summary>
    public bool MayPreempt { get; init; }

    /// <summary>Whether it was taken from its process and has not come to the kernel yet.</summary>
    public bool IsComing { get; init; }

    /// <summary>If so: whether it was busy then.</summary>
    public bool IsAsked { get; init; }

    /// <summary>If it was taken: whether it has not come in time, and so is reckoned with no more.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Whether its kernel endpoint waits.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>How many messages in a row it got of its process out of turn.</summary>
    public byte Locals { get; init; }

    /// <summary>When it came to its process, or was taken from it, or was asked again, in units of 256 cycles, modulo 2^16.</summary>
    public ushort Since { get; init; }
}

/// <summary>What the scheduler knows of an endpoint.</summary>
public readonly record struct EndpointMark
{
    /// <summary>Whether it waits.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Whether it is a kernel endpoint.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Its process, unless it is a kernel endpoint.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether its core was taken while it was busy: when it begins to wait, it is told to yield.</summary>
    public bool IsWanted { get; init; }

    /// <summary>When it began to wait, in units of 256 cycles, modulo 2^16.</summary>
    public ushort Since { get; init; }
}

/// <summary>What a queued slot knows of the one behind it.</summary>
/// <param name="Slot">That slot.</param>
/// <param name="Time">When it arrived, in units of 2^16 cycles, modulo 2^16.</param>
public readonly record struct SlotLink(ushort Slot, ushort Time);

/// <summary>What a waiting endpoint knows of the one below it.</summary>
/// <param name="IsBottom">Whether there is none.</param>
/// <param name="Endpoint">That endpoint.</param>
public readonly record struct EndpointLink(bool IsBottom, ushort Endpoint);

/// <summary>What the second half of a step has to do with the links, which the first half has read.</summary>
public readonly record struct LinkWork
{
    /// <summary>Whether the slot link read is the process's new second message.</summary>
    public bool LoadsNext { get; init; }

    /// <summary>Whether the endpoint link read is the new second endpoint of the process's list.</summary>
    public bool LoadsSecond { get; init; }

    /// <summary>Whether it is that of the kernel endpoints' list.</summary>
    public bool LoadsKernelSecond { get; init; }

    /// <summary>Whether <see cref="Endpoint"/> goes on top of its list.</summary>
    public bool Pushes { get; init; }

    /// <summary>Whether <see cref="Endpoint"/> comes out of its list from below the top.</summary>
    public bool Unlinks { get; init; }

    /// <summary>The endpoint.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>For <see cref="Pushes"/>: whether there was a top before.</summary>
    public bool HasBelow { get; init; }

    /// <summary>For <see cref="Pushes"/>: the top before.</summary>
    public ushort Below { get; init; }

    /// <summary>Whether the process goes to the end of the backlog, behind <see cref="Tail"/>.</summary>
    public bool LinksBacklog { get; init; }

    /// <summary>For <see cref="LinksBacklog"/>: the one that was last.</summary>
    public ushort Tail { get; init; }

    /// <summary>Whether the process comes out of the middle of the backlog: its neighbours are linked.</summary>
    public bool UnlinksBacklog { get; init; }

    /// <summary>Whether the link read is the backlog's new second.</summary>
    public bool LoadsBacklogNext { get; init; }

    /// <summary>Whether the link read is the backlog's new last.</summary>
    public bool LoadsBacklogTail { get; init; }

    /// <summary>Whether a process more wants a core.</summary>
    public bool WantsMore { get; init; }

    /// <summary>Whether a process less wants a core.</summary>
    public bool WantsLess { get; init; }

    /// <summary>Whether there is a process more for whose messages the time counts.</summary>
    public bool TimesMore { get; init; }

    /// <summary>Whether there is a process less.</summary>
    public bool TimesLess { get; init; }
}
