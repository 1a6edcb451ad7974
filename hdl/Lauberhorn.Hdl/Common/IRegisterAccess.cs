// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Control;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>An access to a register that exists and permits it.</summary>
public interface IRegisterRequest : IBus
{
    /// <summary>Whether an access begins in this tick. The other signals hold until the next.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is a write.</summary>
    bool IsWrite { get; set; }

    /// <summary>The register: its offset divided by 8.</summary>
    ushort Register { get; set; }

    /// <summary>The 64 bits that are written; without meaning for a read.</summary>
    ulong Data { get; set; }
}

/// <summary>
/// A part's answer to an access: settled <see cref="AxiLiteChannels.AnswerTicks"/> ticks after the request at the latest, and held.
/// </summary>
public interface IRegisterAnswer : IBus
{
    /// <summary>The register's value; 0 if the register is another part's, so that all parts are ORed.</summary>
    ulong Data { get; set; }

    /// <summary>Whether the write is refused: SLVERR.</summary>
    bool IsRefused { get; set; }
}
