// SPDX-License-Identifier: Apache-2.0
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
        FrameKind kind = item.Kind;
        bool isIpv4 = kind != FrameKind.OtherEtherType;
        bool isUdp = isIpv4 && kind != FrameKind.Ipv4Options && kind != FrameKind.Ipv4OtherDestination
            && kind != FrameKind.Ipv4Fragment && kind != FrameKind.Ipv4OtherProtocol;
        bool isRpc = isUdp && kind != FrameKind.UdpOther;
        bool isCall = kind == FrameKind.RpcCall;
        if (!isIpv4)
        {
            item = item with { SourceAddress = 0, DestinationAddress = 0 };
        }

        if (!isUdp)
        {
            item = item with { SourcePort = 0, DestinationPort = 0 };
        }

        if (!isRpc)
        {
            item = item with { Xid = 0 };
        }

        if (!isCall)
        {
            item = item with
            {
                Program = 0,
                Version = 0,
                Procedure = 0,
                CredentialFlavor = 0,
                CredentialBytes = 0,
                VerifierFlavor = 0,
                VerifierBytes = 0,
            };
        }

        output.Valid = input.Valid;
        output.Item = item;
        inputReady.Ready = outputReady.Ready;
    }
}
