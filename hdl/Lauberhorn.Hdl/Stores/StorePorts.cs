// SPDX-License-Identifier: Apache-2.0
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Stores;

/// <summary>What is written of a message before it is dispatched.</summary>
/// <param name="LineWrites">Control lines of messages.</param>
/// <param name="PacketWrites">Aux lines of messages, in halves.</param>
/// <param name="ResourceWrite">What belongs to each slot.</param>
public sealed record MessageWrites(
    Stream<LineWrite> LineWrites, Stream<PacketWrite> PacketWrites, IRamWrite<SlotResources> ResourceWrite);

/// <summary>What the reply stage reads of the stores.</summary>
/// <param name="ReplyLineRead">The slot whose line the reply stage reads.</param>
/// <param name="TransmitRead">The endpoint whose transmit line the reply stage reads.</param>
/// <param name="PacketReads">Aux lines that the reply stage wants.</param>
public sealed record StoreReads(IRamRead ReplyLineRead, IRamRead TransmitRead, Stream<PacketRead> PacketReads);

/// <summary>What the stores answer.</summary>
/// <param name="ReplyLine">The slot's line, a tick after its read.</param>
/// <param name="TransmitLine">The endpoint's transmit line, a tick after its read.</param>
/// <param name="PacketLines">Aux lines, in the order of their reads.</param>
public sealed record StoreLines(
    IRamData<Bits<W1024>> ReplyLine, IRamData<Bits<W1024>> TransmitLine, Stream<PacketLine> PacketLines);
