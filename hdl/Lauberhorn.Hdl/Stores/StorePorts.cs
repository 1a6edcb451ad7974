// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Stores;

/// <summary>Writes of a message before it is dispatched.</summary>
/// <param name="LineWrites">Control lines of messages.</param>
/// <param name="PacketWrites">Aux lines of messages, in halves.</param>
/// <param name="ResourceWrite">The slots' resources.</param>
public sealed record MessageWrites(
    Stream<LineWrite> LineWrites, Stream<PacketWrite> PacketWrites, IRamWrite<SlotResources> ResourceWrite);

/// <summary>The reply stage's reads of the stores.</summary>
/// <param name="ReplyLineRead">The slot whose line the reply stage reads.</param>
/// <param name="TransmitRead">The endpoint whose transmit line the reply stage reads.</param>
/// <param name="PacketReads">Aux lines that the reply stage asks for.</param>
public sealed record StoreReads(IRamRead ReplyLineRead, IRamRead TransmitRead, Stream<PacketRead> PacketReads);

/// <summary>The stores' read data.</summary>
/// <param name="ReplyLine">The slot's line, a tick after its read.</param>
/// <param name="TransmitLine">The endpoint's transmit line, a tick after its read.</param>
/// <param name="PacketLines">Aux lines, in the order of their reads.</param>
public sealed record StoreLines(
    IRamData<Bits<W1024>> ReplyLine, IRamData<Bits<W1024>> TransmitLine, Stream<PacketLine> PacketLines);
