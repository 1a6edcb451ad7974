// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>
/// Outputs the metadata from their FIFO, and sets to 0 what only a call has: whether a frame is one is known too late for the resets of
/// <see cref="MetadataGate"/>. Combinational; one item per tick; stalls with its reader.
/// </summary>
public sealed class MetadataRead([InputBus] Stream<FrameMetadata> input, [OutputBus] Stream<FrameMetadata> output) : SimpleProcess
{

    /// <inheritdoc/>
    protected override void OnTick()
    {
        FrameMetadata item = input.Item;

        // There are 12 kinds, and four bits of them are enough: with eight, each bit below would depend on nine.
        FrameKind kind = (FrameKind)((byte)item.Kind & 15);
        bool isCall = kind == FrameKind.RpcCall;
        output.Item = item with
        {
            Program = isCall ? item.Program : 0,
            Version = isCall ? item.Version : 0,
            Procedure = isCall ? item.Procedure : 0,
            CredentialFlavor = isCall ? item.CredentialFlavor : 0,
            CredentialBytes = isCall ? item.CredentialBytes : (ushort)0,
            IsBadAuthSys = isCall && item.IsBadAuthSys,
            VerifierBytes = isCall ? item.VerifierBytes : (ushort)0,
        };
        output.Valid = input.Valid;
        input.Ready = output.Ready;
    }
}
