// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Endpoint;

/// <summary>The engine's outputs in this tick.</summary>
public interface IEndpointActions : IBus
{
    /// <summary>Whether there was an event.</summary>
    bool Valid { get; set; }

    /// <summary>Number of the event's endpoint.</summary>
    ushort Endpoint { get; set; }

    /// <summary>Whether a read is answered, see <see cref="EndpointActions.Answer"/>.</summary>
    bool Answers { get; set; }

    /// <summary>Tag of the answer, and the source of its bytes.</summary>
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

    /// <summary>Status with which the command ends.</summary>
    CommandStatus Status { get; set; }

    /// <summary>Whether a load stalls.</summary>
    bool Stalls { get; set; }

    /// <summary>Whether the event is a bind, a release or a retirement.</summary>
    bool Asks { get; set; }

    /// <summary>
    /// 4 bits as in <see cref="LineGroup.Control"/>. If a load stalls: its line. If it is one of these commands: the
    /// lines that are out.
    /// </summary>
    byte Lines { get; set; }

    /// <summary>Whether a core has come to its kernel endpoint, whose number is the core's.</summary>
    bool EntersKernel { get; set; }

    /// <summary>The events that are counted: bit i is number i of the NIC's events.</summary>
    ulong Events { get; set; }
}
