// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>
/// The events that the NIC counts behind the receive path: one counter each. A block sets the bits of its own events in the tick in which
/// they happen. The numbers are those of the counter registers.
/// </summary>
public enum NicEvent : byte
{
    /// <summary>A call was admitted: it is in a slot and queued for its process.</summary>
    CallAdmitted = 0,

    /// <summary>A frame for the kernel was admitted.</summary>
    FrameAdmitted = 1,

    /// <summary>Dropped: a call for which no slot was free.</summary>
    CallDroppedNoSlot = 2,

    /// <summary>Dropped: a call for which no packet slot was free.</summary>
    CallDroppedNoPacketSlot = 3,

    /// <summary>A call with more arguments than a control line and all aux lines hold; GARBAGE_ARGS is its answer.</summary>
    CallTooLong = 4,

    /// <summary>Dropped: a call for which the table of calls had no free place.</summary>
    CallDroppedIndexFull = 5,

    /// <summary>Dropped: a retransmission of a call that is not answered yet.</summary>
    Retransmission = 6,

    /// <summary>Dropped: a frame for the kernel beyond the bypass's share of slots or packet slots.</summary>
    FrameDroppedNoSlot = 7,

    /// <summary>Dropped: a frame for the kernel that is longer than a control line and all aux lines.</summary>
    FrameDroppedTooLong = 8,

    /// <summary>A call with arguments that do not fit the layout; GARBAGE_ARGS is its answer.</summary>
    GarbageArguments = 9,

    /// <summary>A call of procedure 0; answered by the NIC.</summary>
    NullCall = 10,

    /// <summary>A call that has another error for its answer.</summary>
    ErrorReply = 11,

    /// <summary>
    /// Dropped: the answer to a call counted as <see cref="GarbageArguments"/>, <see cref="CallTooLong"/> or <see cref="ErrorReply"/>,
    /// because of the port's limit.
    /// </summary>
    ErrorReplyLimited = 12,

    /// <summary>Dropped: a call that was queued for longer than the age limit.</summary>
    CallExpired = 13,

    /// <summary>Dropped: a message in the queue of a process that was flushed.</summary>
    CallFlushed = 14,

    /// <summary>A message was delivered to an endpoint.</summary>
    Delivered = 15,

    /// <summary>A load was answered with TRYAGAIN.</summary>
    TryAgain = 16,

    /// <summary>A read that the protocol does not allow; answered with zeros.</summary>
    BadRead = 17,

    /// <summary>A write-back that the protocol does not allow; ignored.</summary>
    BadWrite = 18,

    /// <summary>A reply was sent.</summary>
    ReplySent = 19,

    /// <summary>Dropped: a line that was left without a reply (<see cref="MessageKind.NoReply"/>).</summary>
    NoReply = 20,

    /// <summary>Dropped: a line that is no valid reply: wrong kind, handle or owner, too long.</summary>
    BadReply = 21,

    /// <summary>Dropped: a reply that came after the call's age limit.</summary>
    LateReply = 22,

    /// <summary>Dropped: a call whose endpoint was released before it was answered.</summary>
    CallDiscarded = 23,

    /// <summary>A frame of the kernel's was sent.</summary>
    FrameSent = 24,

    /// <summary>A datagram of a process's own was sent.</summary>
    DatagramSent = 25,

    /// <summary>Dropped: a line to be sent that the endpoint may not send, or that makes no sense.</summary>
    BadSend = 26,

    /// <summary>A frame to an address whose MAC address is not known; it went to the kernel.</summary>
    NeighbourMiss = 27,

    /// <summary>A frame for the kernel was delivered to its endpoint, which has left it: its slot is free.</summary>
    FrameTaken = 28,

    /// <summary>A command of the OS was refused.</summary>
    CommandRefused = 29,

    /// <summary>Dropped: a frame to an address whose MAC address is not known, while others are queued for the kernel.</summary>
    MissedFrameDropped = 30,

    /// <summary>A load was answered with RETIRE.</summary>
    Retired = 31,

    /// <summary>Dropped: a message whose process has as many queued as it may, or that found the shared part of the queue full.</summary>
    CallDroppedQueueFull = 32,

    /// <summary>A message of any process was delivered to a kernel endpoint.</summary>
    KernelDispatched = 33,

    /// <summary>A stalled load was answered with TRYAGAIN because its core is preempted for another process.</summary>
    Yielded = 34,

    /// <summary>An interrupt was sent to a core because it is preempted for another process; also where a load of it was stalled.</summary>
    CoreInterrupted = 35,

    /// <summary>A preempted core did not come to the kernel in time: the scheduler no longer waits for it.</summary>
    CoreLate = 36,

    /// <summary>
    /// A message of a process went to a kernel endpoint before its round-robin turn, or beyond its number of cores, because the process had
    /// waited for too long.
    /// </summary>
    LateDispatched = 37,

    /// <summary>
    /// A load of a user endpoint of which the OS names no core that uses it was answered with TRYAGAIN at once; counted as a TRYAGAIN too.
    /// </summary>
    StrayLoad = 38,

    /// <summary>
    /// A call that has been without an answer for longer than the age limit left the table of calls: sent again, it runs again. Its reader
    /// has hung, or its queue is about to lose it.
    /// </summary>
    CallOverdue = 39,

    /// <summary>Dropped: a call of a service of an earlier process with the same number (generation mismatch).</summary>
    CallDroppedOfEarlier = 40,

    /// <summary>
    /// A reply was longer than the MTU allows, and SYSTEM_ERR was sent in its place; counted as <see cref="ReplySent"/> too.
    /// </summary>
    ReplyOverMtu = 41,

    /// <summary>Dropped: a datagram of a process's own that is longer than the MTU allows.</summary>
    DatagramOverMtu = 42,
}
