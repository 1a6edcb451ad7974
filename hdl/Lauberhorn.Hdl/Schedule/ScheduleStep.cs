// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>The kinds of step of the scheduler's pipeline.</summary>
public enum StepKind : byte
{
    /// <summary>No step: the pipeline's stage is empty.</summary>
    None = 0,

    /// <summary>A message has come: it goes to the endpoint that waits, or into its process's queue.</summary>
    Arrival = 1,

    /// <summary>
    /// An endpoint waits: it gets the first message of its process's queue, or goes on top of its process's list. A kernel endpoint gets
    /// the first message of the process that is next in round-robin order, or goes on top of the kernel endpoints' list.
    /// </summary>
    Waiting = 2,

    /// <summary>An endpoint is withdrawn from its list.</summary>
    Withdraw = 3,

    /// <summary>
    /// The sweeper's sample of a process: when the first message of its queue arrived, and whether the process wants a core.
    /// </summary>
    Look = 4,

    /// <summary>Releases the first message of the queue if it arrived at the time that is the step's item.</summary>
    Expire = 5,

    /// <summary>Releases the first message of the queue.</summary>
    Flush = 6,

    /// <summary>The OS stores what runs on a core.</summary>
    Core = 7,

    /// <summary>
    /// A process may be allowed another core now: its messages go to kernel endpoints that wait, or it joins the backlog; or the other way
    /// round.
    /// </summary>
    Revisit = 8,

    /// <summary>A core that is stalled at a user endpoint is preempted.</summary>
    Yield = 9,

    /// <summary>A busy core is preempted: its endpoint's next wait ends at once, and if the OS allows it the core is interrupted.</summary>
    Interrupt = 10,

    /// <summary>A waiting kernel endpoint gets the report of a process's load.</summary>
    Reschedule = 11,

    /// <summary>A preempted core has not come to the kernel in time: it is counted as overdue, and interrupted again.</summary>
    Overdue = 12,
}

/// <summary>A step of the scheduler's pipeline. There is at most one per tick, so no two contend for a memory.</summary>
public readonly record struct ScheduleStep
{
    /// <summary>The step's kind.</summary>
    public StepKind Kind { get; init; }

    /// <summary>
    /// Number of the process. Of a waiting kernel endpoint: the process that is next in round-robin order, if there is a backlog.
    /// </summary>
    public ushort Process { get; init; }

    /// <summary>
    /// The slot of an <see cref="StepKind.Arrival"/>, the time of an <see cref="StepKind.Expire"/>, otherwise the endpoint, if it is about
    /// one.
    /// </summary>
    public ushort Item { get; init; }

    /// <summary>Whether it is about a kernel endpoint.</summary>
    public bool IsKernel { get; init; }

    /// <summary>
    /// Of a kernel endpoint that waits: whether the process is not the next in round-robin order, but the one that its core ran last.
    /// </summary>
    public bool IsLocal { get; init; }

    /// <summary>
    /// Of a kernel endpoint that waits: whether the process is one that has waited for too long, out of round-robin order.
    /// </summary>
    public bool IsLate { get; init; }

    /// <summary>Of a kernel endpoint that waits: whether it gets the report of a process's load at once, whatever is queued.</summary>
    public bool IsChange { get; init; }

    /// <summary>If so, and of <see cref="StepKind.Reschedule"/>: what the endpoint gets in place of a slot.</summary>
    public ushort Change { get; init; }

    /// <summary>The core, if it is about one.</summary>
    public ushort Core { get; init; }

    /// <summary>Of <see cref="StepKind.Core"/>: what runs there.</summary>
    public CoreState State { get; init; }

    /// <summary>Whether it comes from the sweeper.</summary>
    public bool IsSweep { get; init; }

    /// <summary>Of an <see cref="StepKind.Arrival"/>: whether it is a call of a service.</summary>
    public bool IsCall { get; init; }

    /// <summary>If so: the service's number.</summary>
    public ushort Service { get; init; }

    /// <summary>Of an <see cref="StepKind.Arrival"/>: the generation of the process that it is for.</summary>
    public ushort Generation { get; init; }
}

/// <summary>A step in the pipeline.</summary>
public interface IScheduleStep : IBus
{
    /// <summary>The step in this stage of the pipeline; <see cref="StepKind.None"/> if it is empty.</summary>
    ScheduleStep Step { get; set; }

    /// <summary>
    /// Whether the step just ahead is of the same process: its record is being written in this tick, and what was read is old.
    /// </summary>
    bool FollowsSame { get; set; }
}

/// <summary>The pipeline's enable; a register.</summary>
public interface ISchedulePace : IBus
{
    /// <summary>Whether each stage advances in this tick. It does not while a dispatch is queued behind a stalled one.</summary>
    [InitialValue(true)]
    bool Moves { get; set; }
}

/// <summary>
/// Endpoints that wait, the one that began last on top. The first two are here, so that the next step finds them without waiting for a
/// link.
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

    /// <summary>How many of them are beyond the guarantee, in the shared part of the queue.</summary>
    public ushort Shared { get; init; }

    /// <summary>The slot that is queued first, if any is.</summary>
    public ushort Head { get; init; }

    /// <summary>When it arrived, in units of 2^16 cycles, modulo 2^16.</summary>
    public ushort HeadTime { get; init; }

    /// <summary>The slot that is queued second, if there are two.</summary>
    public ushort Next { get; init; }

    /// <summary>When that one arrived, in units of 2^16 cycles, modulo 2^16.</summary>
    public ushort NextTime { get; init; }

    /// <summary>The slot that is queued last, if any is.</summary>
    public ushort Tail { get; init; }

    /// <summary>Its user endpoints that wait.</summary>
    public WaitingList Waiting { get; init; }

    /// <summary>Number of times that a core came to the process, modulo 256; the leaves are counted in a memory of their own.</summary>
    public byte Entered { get; init; }

    /// <summary>Whether it is in the backlog.</summary>
    public bool IsInBacklog { get; init; }

    /// <summary>Whether it is counted as a process that wants a core.</summary>
    public bool WantsCore { get; init; }

    /// <summary>The time since which the first message has been the first, in units of 256 cycles, modulo 2^16.</summary>
    public ushort Since { get; init; }

    /// <summary>Whether that is longer than the limit, as of the last sample.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether it is counted as a process whose oldest message is subject to the time limit.</summary>
    public bool IsTimed { get; init; }
}

/// <summary>
/// The round-robin list of processes with messages queued for kernel endpoints. The first two are here, the rest is linked in memory.
/// </summary>
public readonly record struct Backlog
{
    /// <summary>Number of processes in the list.</summary>
    public ushort Count { get; init; }

    /// <summary>The process at the head, which is next, if there is any.</summary>
    public ushort Head { get; init; }

    /// <summary>The one after it, if there are two.</summary>
    public ushort Next { get; init; }

    /// <summary>The process at the tail.</summary>
    public ushort Tail { get; init; }

    /// <summary>Whether the head's turn has not begun: it still has its whole weight.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Messages left of the head's turn, once it has begun.</summary>
    public byte Left { get; init; }
}

/// <summary>The scheduler's global state.</summary>
public readonly record struct ScheduleTotals
{
    /// <summary>The list of waiting kernel endpoints.</summary>
    public WaitingList Kernel { get; init; }

    /// <summary>The round-robin list of processes with messages queued for kernel endpoints.</summary>
    public Backlog Backlog { get; init; }

    /// <summary>Messages queued beyond the guarantees.</summary>
    public ushort Shared { get; init; }

    /// <summary>Number of processes that want a core.</summary>
    public ushort Wanting { get; init; }

    /// <summary>
    /// Processes with messages queued that are to have a kernel endpoint, or the kernel's help, when these have waited for too long.
    /// </summary>
    public ushort Timed { get; init; }

    /// <summary>
    /// Number of cores that were preempted while stalled, have not come to the kernel yet, and are not overdue.
    /// </summary>
    public ushort Coming { get; init; }

    /// <summary>
    /// Number of cores that were preempted while busy, have not come to the kernel yet, and are not overdue: the time of their coming is
    /// unknown.
    /// </summary>
    public ushort Asked { get; init; }
}

/// <summary>Bus: the global state, as the step sees it that is decided in this tick.</summary>
public interface IScheduleTotals : IBus
{
    /// <summary>The global state.</summary>
    ScheduleTotals Totals { get; set; }
}

/// <summary>The scheduler's state of a core.</summary>
public readonly record struct CoreEntry
{
    /// <summary>Whether a process runs on the core.</summary>
    public bool HasProcess { get; init; }

    /// <summary>Number of that process; means something if <see cref="HasProcess"/>.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether that process's thread uses a user endpoint.</summary>
    public bool HasEndpoint { get; init; }

    /// <summary>Number of that endpoint; means something if <see cref="HasEndpoint"/>.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>Whether it may be preempted by an interrupt while it is busy in a handler.</summary>
    public bool MayPreempt { get; init; }

    /// <summary>Whether it was preempted and has not come to the kernel yet.</summary>
    public bool IsComing { get; init; }

    /// <summary>If so: whether it was busy then, and not stalled.</summary>
    public bool IsAsked { get; init; }

    /// <summary>If it was preempted: whether it is overdue, and so no longer counted as about to come.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Whether its kernel endpoint waits.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Messages in a row that its kernel endpoint got of its process out of round-robin order.</summary>
    public byte Locals { get; init; }

    /// <summary>
    /// The time when it came to its process, was preempted, or was interrupted again, in units of 256 cycles, modulo 2^16.
    /// </summary>
    public ushort Since { get; init; }
}

/// <summary>The scheduler's state of an endpoint.</summary>
public readonly record struct EndpointMark
{
    /// <summary>Whether it waits for a message: its load is stalled.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Whether it is a kernel endpoint.</summary>
    public bool IsKernel { get; init; }

    /// <summary>Number of its process, unless it is a kernel endpoint.</summary>
    public ushort Process { get; init; }

    /// <summary>Whether its core was preempted while busy: when the endpoint begins to wait, it gets a Yield.</summary>
    public bool IsWanted { get; init; }

    /// <summary>When it began to wait, in units of 256 cycles, modulo 2^16.</summary>
    public ushort Since { get; init; }
}

/// <summary>The link from a queued slot to the one behind it.</summary>
/// <param name="Slot">That slot.</param>
/// <param name="Time">When it arrived, in units of 2^16 cycles, modulo 2^16.</param>
public readonly record struct SlotLink(ushort Slot, ushort Time);

/// <summary>The link from a waiting endpoint to the one below it.</summary>
/// <param name="IsBottom">Whether there is none.</param>
/// <param name="Endpoint">That endpoint.</param>
public readonly record struct EndpointLink(bool IsBottom, ushort Endpoint);

/// <summary>The updates of the links in the second half of a step; the first half has read them.</summary>
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

    /// <summary>Number of the endpoint that is pushed or removed.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>For <see cref="Pushes"/>: whether there was a top before.</summary>
    public bool HasBelow { get; init; }

    /// <summary>For <see cref="Pushes"/>: the top before.</summary>
    public ushort Below { get; init; }

    /// <summary>Whether the process goes to the end of the backlog, behind <see cref="Tail"/>.</summary>
    public bool LinksBacklog { get; init; }

    /// <summary>For <see cref="LinksBacklog"/>: the process that was last.</summary>
    public ushort Tail { get; init; }

    /// <summary>Whether the process comes out of the middle of the backlog: its neighbours are linked.</summary>
    public bool UnlinksBacklog { get; init; }

    /// <summary>Whether the link read is the backlog's new second.</summary>
    public bool LoadsBacklogNext { get; init; }

    /// <summary>Whether the link read is the backlog's new last.</summary>
    public bool LoadsBacklogTail { get; init; }

    /// <summary>Whether one more process wants a core.</summary>
    public bool WantsMore { get; init; }

    /// <summary>Whether one process less wants a core.</summary>
    public bool WantsLess { get; init; }

    /// <summary>Whether one more process is subject to the time limit.</summary>
    public bool TimesMore { get; init; }

    /// <summary>Whether one process less is subject to the time limit.</summary>
    public bool TimesLess { get; init; }
}
