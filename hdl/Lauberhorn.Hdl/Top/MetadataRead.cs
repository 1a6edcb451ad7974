// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Rpc;
using SME;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// Offers the metadata from their FIFO, and sets to 0 what the frame's kind does not have: there the FIFO has bytes of
/// something else. Combinational; one item per tick; waits as long as its reader wants.
/// </summary>
public sealed class MetadataRead : SimpleProcess
{
    [InputBus] private readonly IStream<FrameMetadata> input;
    [InputBus] private readonly IReady outputReady;
    [OutputBus] private readonly IReady inputReady;
    [OutputBus] private readonly IStream<FrameMetadata> output;

    internal MetadataRead(Stream<FrameMetadata> input, Stream<FrameMetadata> output)
    {
        this.input = input.Forward;
        inputReady = input.Backward;
        this.output = output.Forward;
        outputReady = output.Backward;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FrameMetadata item = input.Item;

        // There are 12 kinds, and four bits of them are enough: with eight, each bit below would depend on nine.
        FrameKind kind = (FrameKind)((byte)item.Kind & 15);
        bool isIpv4 = kind != FrameKind.OtherEtherType;
        bool isUdp = kind >= FrameKind.UdpOther;
        bool isRpc = kind is >= FrameKind.RpcReply and <= FrameKind.RpcCall;
        bool isCall = kind == FrameKind.RpcCall;
        output.Item = item with
        {
            SourceAddress = isIpv4 ? item.SourceAddress : 0,
            DestinationAddress = isIpv4 ? item.DestinationAddress : 0,
            SourcePort = isUdp ? item.SourcePort : (ushort)0,
            DestinationPort = isUdp ? item.DestinationPort : (ushort)0,
            Xid = isRpc ? item.Xid : 0,
            Program = isCall ? item.Program : 0,
            Version = isCall ? item.Version : 0,
            Procedure = isCall ? item.Procedure : 0,
            CredentialFlavor = isCall ? item.CredentialFlavor : 0,
            CredentialBytes = isCall ? item.CredentialBytes : (ushort)0,
            IsBadAuthSys = isCall && item.IsBadAuthSys,
            VerifierFlavor = isCall ? item.VerifierFlavor : 0,
            VerifierBytes = isCall ? item.VerifierBytes : (ushort)0,
            InlineArguments = InlineArguments.Cut(item.InlineArguments, item.IsInline ? (byte)(item.PayloadBytes & 63) : (byte)0),
        };
        output.Valid = input.Valid;
        inputReady.Ready = outputReady.Ready;
    }
}
