// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Contract;

/// <summary>The OS's commands. Each is one write of one block's table, which look-ups see as a whole or not at all.</summary>
public enum CommandCode : byte
{
    /// <summary>No command: writing it to the command register ends as <see cref="CommandStatus.UnknownCommand"/>.</summary>
    None = 0,

    /// <summary>Writes service <c>Index</c>; <see cref="CommandData.Service"/>.</summary>
    SetService = 1,

    /// <summary>Writes place <c>Index</c> of the service table; <see cref="CommandData.ServiceKey"/>.</summary>
    SetServiceKey = 2,

    /// <summary>Writes place <c>Index</c> of the program table; <see cref="CommandData.Program"/>.</summary>
    SetProgram = 3,

    /// <summary>Sets whether UDP port <c>Index</c> is the NIC's: bit 0 of the data.</summary>
    SetPort = 4,

    /// <summary>Writes or removes the MAC address of an IPv4 address; <see cref="CommandData.Neighbour"/>.</summary>
    SetNeighbour = 5,

    /// <summary>Binds endpoint <c>Index</c> to a process; <see cref="CommandData.Endpoint"/>.</summary>
    BindEndpoint = 6,

    /// <summary>
    /// Releases endpoint <c>Index</c>: a stalled load is answered with TRYAGAIN, a call in its line is dropped. Completes when all its
    /// lines are home.
    /// </summary>
    ReleaseEndpoint = 7,

    /// <summary>Drops the messages in the queue of process <c>Index</c>.</summary>
    FlushProcess = 8,

    /// <summary>
    /// Answers the load stalled at endpoint <c>Index</c> with RETIRE, which returns its thread to the kernel. Completes when that answer is
    /// in flight; <see cref="CommandStatus.WrongState"/> if no load is stalled, or a message was delivered before it: that message is not
    /// lost.
    /// </summary>
    RetireEndpoint = 9,

    /// <summary>
    /// Sets how process <c>Index</c> is scheduled; <see cref="CommandData.ProcessPolicy"/>. Completes when the policy applies.
    /// </summary>
    SetProcess = 10,
}

/// <summary>How a command ended; the value of the status register.</summary>
public enum CommandStatus : byte
{
    /// <summary>No command was given since the reset.</summary>
    Idle = 0,

    /// <summary>A command is being executed; until it ends, another one is refused with SLVERR.</summary>
    Busy = 1,

    /// <summary>The last command took effect.</summary>
    Done = 2,

    /// <summary>There is no such command.</summary>
    UnknownCommand = 3,

    /// <summary>The index is beyond the table.</summary>
    IndexOutOfRange = 4,

    /// <summary>A value in the data is not allowed.</summary>
    BadValue = 5,

    /// <summary>The object is in use, or is not: binding a bound endpoint, releasing one that is not bound.</summary>
    WrongState = 6,

    /// <summary>There is no room.</summary>
    Full = 7,
}
