// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Mac;
using SME;

namespace Lauberhorn.Hdl.Receive.Rpc;

/// <summary>Results of the checks of the RPC header's fixed part; right only if the frame has it.</summary>
public interface IRpcFlags : IBus
{
    /// <summary>Message type 0: a call.</summary>
    bool IsCall { get; set; }

    /// <summary>Message type 1: a reply.</summary>
    bool IsReply { get; set; }

    /// <summary>RPC version other than 2.</summary>
    bool IsOtherVersion { get; set; }

    /// <summary>Credential of more than 400 bytes.</summary>
    bool IsCredentialTooLong { get; set; }

    /// <summary>Whole words in the credential's body; right if it is not too long.</summary>
    byte CredentialWords { get; set; }

    /// <summary>Whether the credential's flavor is AUTH_SYS.</summary>
    bool IsAuthSys { get; set; }
}

/// <summary>
/// Checks of the RPC header (docs/receive-path.md): message type, RPC version, length of the credential
/// (RFC 5531 sections 8.2 and 9). Latency 1 tick; one header per tick; no back-pressure.
/// </summary>
[ClockedProcess]
public sealed class RpcCheck([InputBus] IHeader<W256> header) : SimpleProcess
{
    [OutputBus] private readonly IRpcFlags flags = Scope.CreateBus<IRpcFlags>("flags");

    /// <summary>Output: the results, one tick after the header; registers.</summary>
    public IRpcFlags Flags => flags;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<W256> bytes = header.Bytes;
        uint messageType = bytes.GetUInt32BigEndian(4);
        flags.IsCall = messageType == 0;
        flags.IsReply = messageType == 1;
        flags.IsOtherVersion = bytes.GetUInt32BigEndian(8) != 2;
        flags.IsCredentialTooLong = bytes.GetUInt32BigEndian(28) > RpcAuthentication.LargestBytes;
        flags.CredentialWords = (byte)((bytes.GetUInt16BigEndian(30) >> 2) & 0x7F);
        flags.IsAuthSys = bytes.GetUInt32BigEndian(24) == AuthSysBody.Flavor;
    }
}

/// <summary>Facts about <c>opaque_auth</c> (RFC 5531 section 8.2).</summary>
public static class RpcAuthentication
{
    /// <summary>The most bytes in the body of a credential or verifier.</summary>
    public const uint LargestBytes = 400;
}
