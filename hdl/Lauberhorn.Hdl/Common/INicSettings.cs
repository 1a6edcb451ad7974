// SPDX-License-Identifier: Apache-2.0
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>What the OS sets by plain registers.</summary>
public interface INicSettings : IBus
{
    /// <summary>Our own MAC address; the first byte on the wire is the most significant.</summary>
    Bits<W48> MacAddress { get; set; }

    /// <summary>Our own IPv4 address; the first byte on the wire is the most significant.</summary>
    uint IpAddress { get; set; }

    /// <summary>Whether frames to any MAC address are taken.</summary>
    bool Promiscuous { get; set; }

    /// <summary>The most bytes of an IPv4 datagram that the NIC sends by itself or for a process.</summary>
    ushort Mtu { get; set; }

    /// <summary>Cycles from a load's arrival to the TRYAGAIN's valid.</summary>
    uint TryAgainCycles { get; set; }

    /// <summary>Age at which a call is forgotten, in units of 2^16 cycles; 0 for never.</summary>
    ushort CallAgeLimit { get; set; }

    /// <summary>Answers of the NIC's own, but those of procedure 0, that a UDP port may give in a period; 0 for no limit.</summary>
    ushort ErrorReplyLimit { get; set; }

    /// <summary>The period in cycles.</summary>
    uint ErrorReplyPeriod { get; set; }

    /// <summary>Whether neighbours are learned from received frames.</summary>
    bool LearnsNeighbours { get; set; }

    /// <summary>Messages that all processes together may have queued beyond what each is guaranteed.</summary>
    ushort SharedQueue { get; set; }

    /// <summary>Packet slots that the calls of all processes together may have beyond what each is guaranteed.</summary>
    ushort SharedPackets { get; set; }

    /// <summary>For how long a process has a core that is busy before others may ask for it, in units of 256 cycles.</summary>
    ushort Quantum { get; set; }

    /// <summary>How many messages in a row a kernel endpoint gets of the process that its core ran last, before another's turn counts; 0 to 255.</summary>
    byte LocalMessages { get; set; }

    /// <summary>
    /// Whether a load of a user endpoint that no core is said to use is answered with TRYAGAIN at once, and so keeps nothing busy; otherwise it waits like any other. An OS that
    /// stores what runs on each core sets it.
    /// </summary>
    bool StrayLoads { get; set; }

    /// <summary>
    /// How long a core that was taken from its process is reckoned with, in units of 256 cycles; see <see cref="Schedule.ScheduleLimits"/>.
    /// </summary>
    ushort ComingLimit { get; set; }

    /// <summary>
    /// How long a process's first message is first before the process goes before its turn, in units of 256 cycles; see <see
    /// cref="Schedule.ScheduleLimits"/>.
    /// </summary>
    ushort WaitLimit { get; set; }
}
