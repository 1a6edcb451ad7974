// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>What the engine decided in this tick.</summary>
public interface IEndpointActions : IBus
{
    /// <summary>Whether there was an event.</summary>
    bool Valid { get; set; }

    /// <summary>Its endpoint.</summary>
    ushort Endpoint { get; set; }

    /// <summary>Whether a read is answered, see <see cref="EndpointActions.Answer"/>.</summary>
    bool Answers { get; set; }

    /// <summary>How.</summary>
    Delivery Answer { get; set; }

    /// <summary>The packet buffer's line that is filled with zeros, if <see cref="Scrubs"/>.</summary>
    uint PacketLine { get; set; }

    /// <summary>Whether a line of the packet buffer is filled with zeros.</summary>
    bool Scrubs { get; set; }

    /// <summary>Whether the packet buffer is read.</summary>
    bool ReadsPacket { get; set; }

    /// <summary>Whether the endpoint's line in the transmit store is filled with zeros.</summary>
    bool ScrubsTransmit { get; set; }

    /// <summary>Whether a command ends.</summary>
    bool Ends { get; set; }

    /// <summary>How.</summary>
    CommandStatus Status { get; set; }

    /// <summary>Whether a load begins to wait.</summary>
    bool Stalls { get; set; }

    /// <summary>Whether a bind, a release or a retirement was asked for.</summary>
    bool Asks { get; set; }

    /// <summary>
    /// 4 bits as in <see cref="LineGroup.Control"/>. If a load begins to wait: its line. If one of these was asked for: the
    /// lines that are out.
    /// </summary>
    byte Lines { get; set; }

    /// <summary>Whether a core has come to its kernel endpoint, whose number is the core's.</summary>
    bool EntersKernel { get; set; }

    /// <summary>What is counted.</summary>
    ulong Events { get; set; }
}
