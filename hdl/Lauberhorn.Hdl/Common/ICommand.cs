// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>A command, broadcast to all blocks. The block that it is for executes it in the tick in which it is valid.</summary>
public interface ICommand : IBus
{
    /// <summary>Whether there is a command in this tick.</summary>
    bool Valid { get; set; }

    /// <summary>What is commanded; valid while <see cref="Valid"/>.</summary>
    CommandCode Code { get; set; }

    /// <summary>
    /// The number of the service, table place, port, endpoint or process that it applies to: see <see cref="CommandCode"/>.
    /// </summary>
    uint Index { get; set; }

    /// <summary>The data registers, number 0 in the lowest 64 bits.</summary>
    Bits<W512> Data { get; set; }
}

/// <summary>The completion of a command, from a block that needs more than a fixed time for it.</summary>
public interface ICommandAnswer : IBus
{
    /// <summary>Whether a command of this block's completes in this tick.</summary>
    bool Valid { get; set; }

    /// <summary>How the command ended; valid while <see cref="Valid"/>.</summary>
    CommandStatus Status { get; set; }
}
