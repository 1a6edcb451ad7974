// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>The headers from which the metadata are packed, each a register aligned with the beat.</summary>
/// <param name="Ethernet">The Ethernet header.</param>
/// <param name="Ip">The IPv4 header, or zeros.</param>
/// <param name="Udp">The UDP header, or zeros.</param>
/// <param name="Rpc">The beginning of the RPC header, or zeros.</param>
internal sealed record MetadataParts(
    IHeader<W112> Ethernet,
    IHeader<W160> Ip,
    IHeader<W64> Udp,
    IHeader<W256> Rpc);

/// <summary>
/// Packs the metadata of a frame that passes and writes them to their FIFO. Combinational; one frame per tick; never
/// finds the FIFO full, because <see cref="BufferRoom"/> has looked before.
/// </summary>
internal sealed class MetadataWrite(
    [InputBus] IFrameBeat beat,
    [InputBus] IFrameVerdict verdict,
    [InputBus] IFrameDecision decision,
    MetadataParts parts,
    Stream<FrameMetadata> output) : SimpleProcess
{
    [InputBus] private readonly IHeader<W112> ethernet = parts.Ethernet;
    [InputBus] private readonly IHeader<W160> ip = parts.Ip;
    [InputBus] private readonly IHeader<W64> udp = parts.Udp;
    [InputBus] private readonly IHeader<W256> rpc = parts.Rpc;
    [OutputBus] private readonly IStream<FrameMetadata> output = output.Forward;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W112> ethernetBytes = ethernet.Bytes;
        Bits<W160> ipBytes = ip.Bytes;
        Bits<W64> udpBytes = udp.Bytes;
        Bits<W256> rpcBytes = rpc.Bytes;
        output.Valid = verdict.Passes;
        output.Item = new FrameMetadata
        {
            Kind = decision.Kind,
            FrameBytes = beat.FrameBytes,
            PayloadOffset = decision.PayloadOffset,
            PayloadBytes = decision.PayloadBytes,
            DestinationMac = ethernetBytes.Slice<W48>(0).ReverseBytes(),
            SourceMac = ethernetBytes.Slice<W48>(48).ReverseBytes(),
            EtherType = ethernetBytes.GetUInt16BigEndian(12),
            SourceAddress = ipBytes.GetUInt32BigEndian(12),
            DestinationAddress = ipBytes.GetUInt32BigEndian(16),
            SourcePort = udpBytes.GetUInt16BigEndian(0),
            DestinationPort = udpBytes.GetUInt16BigEndian(2),
            Xid = rpcBytes.GetUInt32BigEndian(0),
            Program = rpcBytes.GetUInt32BigEndian(12),
            Version = rpcBytes.GetUInt32BigEndian(16),
            Procedure = rpcBytes.GetUInt32BigEndian(20),
            CredentialFlavor = rpcBytes.GetUInt32BigEndian(24),
            CredentialBytes = (ushort)(rpcBytes.GetUInt16BigEndian(30) & 0x1FF),
            IsBadAuthSys = decision.IsBadAuthSys,
            VerifierBytes = decision.VerifierBytes,
            IsInline = InlineArguments.Are(decision.Kind, decision.PayloadOffset, decision.PayloadBytes, beat.Index),
            InlineArguments = beat.Data.Slice<W368>(InlineArguments.OffsetBits),
        };
    }
}
