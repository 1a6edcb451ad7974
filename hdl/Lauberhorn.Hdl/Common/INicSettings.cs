// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>The settings that the OS writes to plain registers.</summary>
public interface INicSettings : IBus
{
    /// <summary>The NIC's MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }

    /// <summary>The NIC's IPv4 address; the first byte on the wire is the most significant.</summary>
    uint IpAddress { get; set; }

    /// <summary>Whether frames to any MAC address are accepted.</summary>
    bool Promiscuous { get; set; }

    /// <summary>The most bytes of an IPv4 datagram that the NIC sends by itself or for a process.</summary>
    ushort Mtu { get; set; }

    /// <summary>Cycles from the tick in which a load is accepted to the one in which its TRYAGAIN is valid.</summary>
    uint TryAgainCycles { get; set; }

    /// <summary>Age at which a pending call expires, in units of 2^16 cycles; 0 for never.</summary>
    ushort CallAgeLimit { get; set; }

    /// <summary>
    /// RPC errors that the NIC sends from a UDP port in a period, at most; 0 for no limit. Answers to procedure 0 do not count.
    /// </summary>
    ushort ErrorReplyLimit { get; set; }

    /// <summary>The period of that limit, in cycles.</summary>
    uint ErrorReplyPeriod { get; set; }

    /// <summary>Whether neighbours are learned from received frames.</summary>
    bool LearnsNeighbours { get; set; }

    /// <summary>Messages that all processes together may have queued beyond their guarantees.</summary>
    ushort SharedQueue { get; set; }

    /// <summary>Packet slots that the calls of all processes together may occupy beyond their guarantees.</summary>
    ushort SharedPackets { get; set; }

    /// <summary>The quantum: for how long a process keeps a busy core before it may be preempted, in units of 256 cycles.</summary>
    ushort Quantum { get; set; }

    /// <summary>
    /// How many messages in a row a kernel endpoint gets of the process that its core ran last, before round-robin order applies again; 0
    /// to 255.
    /// </summary>
    byte LocalMessages { get; set; }

    /// <summary>
    /// Whether a load of a user endpoint that no core is said to use is answered with TRYAGAIN at once, and so blocks no colour; otherwise
    /// it stalls like any other. An OS that stores what runs on each core sets it.
    /// </summary>
    bool StrayLoads { get; set; }

    /// <summary>
    /// How long a preempted core counts as about to come to the kernel, in units of 256 cycles; see <see cref="Schedule.ScheduleLimits"/>.
    /// </summary>
    ushort ComingLimit { get; set; }

    /// <summary>
    /// How long a process's oldest message may wait before the process goes before the round-robin order, in units of 256 cycles; see <see
    /// cref="Schedule.ScheduleLimits"/>.
    /// </summary>
    ushort WaitLimit { get; set; }
}
