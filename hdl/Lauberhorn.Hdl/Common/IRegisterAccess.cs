// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Control;
using SME;

namespace Lauberhorn.Hdl.Common;

/// <summary>An access to a register that there is and that allows it.</summary>
public interface IRegisterRequest : IBus
{
    /// <summary>Whether it begins in this tick. The other signals stay until the next.</summary>
    bool Valid { get; set; }

    /// <summary>Whether it is a write.</summary>
    bool IsWrite { get; set; }

    /// <summary>The register: its offset divided by 8.</summary>
    ushort Register { get; set; }

    /// <summary>What is written.</summary>
    ulong Data { get; set; }
}

/// <summary>What a part of the register file says to an access. It is there <see cref="AxiLiteChannels.AnswerTicks"/> ticks after the request at the latest, and stays.</summary>
public interface IRegisterAnswer : IBus
{
    /// <summary>What the register holds; 0 if it is another part's.</summary>
    ulong Data { get; set; }

    /// <summary>Whether the write cannot be carried out.</summary>
    bool IsRefused { get; set; }
}
