// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>What the scheduler does in one step of its pipeline.</summary>
public enum StepKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A message has come: it goes to the endpoint that waits, or into its process's queue.</summary>
    Arrival = 1,

    /// <summary>An endpoint waits: it gets the first message of the queue, or goes on top of its process's list.</summary>
    Waiting = 2,

    /// <summary>An endpoint is to wait no longer.</summary>
    Withdraw = 3,

    /// <summary>Looks when the first message of the queue arrived; changes nothing.</summary>
    Look = 4,

    /// <summary>Releases the first message of the queue if it arrived at the time that is the step's item.</summary>
    Expire = 5,

    /// <summary>Releases the first message of the queue.</summary>
    Flush = 6,
}

/// <summary>A step of the scheduler's pipeline. There is at most one per tick, so that no two ever contend for anything.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Process">To which process.</param>
/// <param name="Item">The slot of an <see cref="StepKind.Arrival"/>, the endpoint of a notice, the time of an <see cref="StepKind.Expire"/>.</param>
public readonly record struct ScheduleStep(StepKind Kind, ushort Process, ushort Item);

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
/// A process in the scheduler's memory. A queue and a list of waiting endpoints are never both there: that is what work conservation means.
/// The first two members of both are in the record, so that the next step of the same process finds them without waiting for a link.
/// </summary>
public readonly record struct ProcessRecord
{
    /// <summary>How many messages are queued.</summary>
    public ushort Queued { get; init; }

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

    /// <summary>Whether an endpoint waits.</summary>
    public bool HasTop { get; init; }

    /// <summary>The endpoint that began to wait last.</summary>
    public ushort Top { get; init; }

    /// <summary>Whether two endpoints wait.</summary>
    public bool HasSecond { get; init; }

    /// <summary>The endpoint that began to wait before that.</summary>
    public ushort Second { get; init; }
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

    /// <summary>Whether the endpoint link read is the process's new second endpoint.</summary>
    public bool LoadsSecond { get; init; }

    /// <summary>Whether <see cref="Endpoint"/> goes on top of the list.</summary>
    public bool Pushes { get; init; }

    /// <summary>Whether <see cref="Endpoint"/> comes out of the list from below the top.</summary>
    public bool Unlinks { get; init; }

    /// <summary>The endpoint.</summary>
    public ushort Endpoint { get; init; }

    /// <summary>For <see cref="Pushes"/>: whether there was a top before.</summary>
    public bool HasBelow { get; init; }

    /// <summary>For <see cref="Pushes"/>: the top before.</summary>
    public ushort Below { get; init; }
}
