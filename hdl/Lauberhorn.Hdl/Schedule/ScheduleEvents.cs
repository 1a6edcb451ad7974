// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Schedule;

/// <summary>Notices of an endpoint to the scheduler.</summary>
public enum NoticeKind : byte
{
    /// <summary>A load of the endpoint is stalled: a message can be dispatched to it.</summary>
    Waiting = 0,

    /// <summary>
    /// The stall timer expires: if the endpoint still waits, it is taken from the list. The answer is a <see cref="Dispatch"/> that says
    /// whether it did.
    /// </summary>
    Withdraw = 1,
}

/// <summary>A notice of an endpoint to the scheduler.</summary>
/// <param name="Kind">The notice's kind.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Process">The endpoint's process; <see cref="AnyProcess"/> for a kernel endpoint.</param>
public readonly record struct EndpointNotice(NoticeKind Kind, ushort Endpoint, ushort Process)
{
    /// <summary>In place of a process's number: the endpoint is a kernel endpoint, which receives messages of any process.</summary>
    public const ushort AnyProcess = 0xFFFF;
}

/// <summary>What runs on a core, as the OS says at each context switch.</summary>
/// <param name="Core">The core.</param>
/// <param name="State">What runs on the core.</param>
public readonly record struct CoreNotice(ushort Core, CoreState State);

/// <summary>An interrupt for a core: it is preempted for another process.</summary>
/// <param name="Core">The core.</param>
public readonly record struct CoreInterrupt(ushort Core);

/// <summary>Dispatches of the scheduler to an endpoint.</summary>
public enum DispatchKind : byte
{
    /// <summary>A message: answer the stalled load with it. The endpoint waits no longer.</summary>
    Deliver = 0,

    /// <summary>The endpoint waited and was taken from the list: answer with TRYAGAIN (or RETIRE).</summary>
    Withdrawn = 1,

    /// <summary>
    /// The endpoint waited and was taken from the list, because its core is preempted for another process: answer with TRYAGAIN and that
    /// reason at once.
    /// </summary>
    Yield = 2,

    /// <summary>
    /// A process's load has crossed a threshold: report it to the kernel. The slot is the process, with <see cref="LoadChange.HighBit"/>
    /// set if the load is high.
    /// </summary>
    Reschedule = 3,
}

/// <summary>A process's load has crossed one of its thresholds.</summary>
/// <param name="Process">The process.</param>
/// <param name="IsHigh">Whether it is high now.</param>
public readonly record struct LoadChange(ushort Process, bool IsHigh)
{
    /// <summary>In place of a slot: the bit that says that the load is high; the process is below it.</summary>
    public const ushort HighBit = 0x8000;
}

/// <summary>
/// A dispatch of the scheduler to an endpoint. A <see cref="NoticeKind.Withdraw"/> that finds the endpoint not waiting has no answer: a
/// <see cref="DispatchKind.Deliver"/> is in flight.
/// </summary>
/// <param name="Kind">The dispatch's kind.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Slot">The message's slot, for <see cref="DispatchKind.Deliver"/>.</param>
public readonly record struct Dispatch(DispatchKind Kind, ushort Endpoint, ushort Slot);
