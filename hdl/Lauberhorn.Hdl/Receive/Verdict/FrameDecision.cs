// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Receive.Ethernet;
using Lauberhorn.Hdl.Receive.Ip;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>The decision about a frame by all checks but that of the UDP checksum; right on the frame's last beat.</summary>
public interface IFrameDecision : IBus
{
    /// <summary>Why the frame is dropped, or <see cref="DropReason.None"/>.</summary>
    DropReason Drop { get; set; }

    /// <summary>Whether a wrong UDP checksum drops the frame: no check before it decides, and there is a checksum.</summary>
    bool NeedsChecksum { get; set; }

    /// <summary>The frame's kind, if it is not dropped.</summary>
    FrameKind Kind { get; set; }

    /// <summary>See <see cref="FrameMetadata.PayloadOffset"/>.</summary>
    ushort PayloadOffset { get; set; }

    /// <summary>See <see cref="FrameMetadata.PayloadBytes"/>.</summary>
    ushort PayloadBytes { get; set; }

    /// <summary>See <see cref="FrameMetadata.IsBadAuthSys"/>; right for calls.</summary>
    bool IsBadAuthSys { get; set; }

    /// <summary>Length of the verifier's body.</summary>
    ushort VerifierBytes { get; set; }
}

/// <summary>Results of the checks up to the IPv4 header, each a register aligned with the beat.</summary>
/// <param name="Frame">Of the frame as such.</param>
/// <param name="Ethernet">Of its Ethernet header.</param>
/// <param name="Ip">Of its IPv4 header.</param>
/// <param name="IpSum">The sum of that.</param>
internal sealed record HeaderFindings(
    [InputBus] IFrameFlags Frame,
    [InputBus] IEthernetFlags Ethernet,
    [InputBus] IIpv4Flags Ip,
    [InputBus] IIpv4Sum IpSum);

/// <summary>Results of the checks of a datagram and the RPC message in it, each a register aligned with the beat.</summary>
/// <param name="Udp">Of its UDP header.</param>
/// <param name="Port">Of its destination port.</param>
/// <param name="Rpc">Of its RPC header.</param>
/// <param name="AuthSys">Of its credential.</param>
/// <param name="Verifier">Of its verifier.</param>
internal sealed record MessageFindings(
    [InputBus] IUdpFlags Udp,
    [InputBus] IPortFlags Port,
    [InputBus] IRpcFlags Rpc,
    [InputBus] IAuthSys AuthSys,
    [InputBus] IVerifier Verifier);

/// <summary>
/// Selects by priority, in the order of <see cref="ReceiveChecks"/>: the first check whose condition holds gives the decision.
/// Latency 1 tick; one frame per tick; no back-pressure.
/// </summary>
[ClockedProcess]
internal sealed class FrameDecision([InputBus] IFrameBeat beat, HeaderFindings headers, MessageFindings message) : SimpleProcess
{
    [InputBus] private readonly IFrameFlags frame = headers.Frame;
    [InputBus] private readonly IEthernetFlags ethernet = headers.Ethernet;
    [InputBus] private readonly IIpv4Flags ip = headers.Ip;
    [InputBus] private readonly IIpv4Sum ipSum = headers.IpSum;
    [InputBus] private readonly IUdpFlags udp = message.Udp;
    [InputBus] private readonly IPortFlags port = message.Port;
    [InputBus] private readonly IRpcFlags rpc = message.Rpc;
    [InputBus] private readonly IAuthSys authSys = message.AuthSys;
    [InputBus] private readonly IVerifier verifier = message.Verifier;
    [OutputBus] private readonly IFrameDecision decision = Scope.CreateBus<IFrameDecision>("decision");

    /// <summary>Output: the decision, one tick after the checks' results; registers.</summary>
    public IFrameDecision Decision => decision;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        // A body takes its bytes rounded up to words. It is written as two terms, so that both sums below are one carry chain each.
        uint verifierBytes = verifier.Length;
        int wholeWords = (int)((verifierBytes >> 2) & 0x7F);
        int partialWord = (verifierBytes & 3) != 0 ? 1 : 0;
        short roomWords = (short)(verifier.RoomWords - wholeWords - partialWord);
        bool isMalformed = rpc.IsCredentialTooLong || verifier.RoomWords < 0
            || verifier.IsLong || verifierBytes > RpcAuthentication.LargestBytes || ((ushort)roomWords >> 15) != 0;

        FrameKind kind = KindOfMessage(isMalformed);
        decision.Drop = ReasonToDrop();
        decision.NeedsChecksum = IsForUdp() && udp.HasChecksum;
        decision.Kind = IsForUdp() ? kind : KindBelowUdp();
        if (IsForUdp() && kind == FrameKind.RpcCall)
        {
            decision.PayloadOffset = (ushort)(((verifier.LengthWord + wholeWords + partialWord) << 2) | 2);
            decision.PayloadBytes = (ushort)((roomWords << 2) | verifier.RoomRest);
        }
        else
        {
            decision.PayloadOffset = 0;
            decision.PayloadBytes = beat.FrameBytes;
        }

        bool isOverGroups = authSys.HasManyGroups || authSys.Groups > AuthSysBody.MostGroups;
        uint bodyWords = (uint)authSys.WordsBeforeGroups + authSys.Groups;
        decision.IsBadAuthSys = rpc.IsAuthSys && (authSys.IsNameTooLong || isOverGroups || bodyWords > rpc.CredentialWords);
        decision.VerifierBytes = verifier.Length;
    }

    private bool IsForUdp() => !ethernet.IsOtherEtherType && !ip.HasOptions && !ip.IsOtherDestination && !ip.IsFragment
        && !ip.IsOtherProtocol;

    private DropReason ReasonToDrop()
    {
        if (frame.Drop != DropReason.None)
        {
            return frame.Drop;
        }

        if (ethernet.Drop != DropReason.None)
        {
            return ethernet.Drop;
        }

        if (ethernet.IsOtherEtherType)
        {
            return DropReason.None;
        }

        if (frame.LacksIpv4Header)
        {
            return DropReason.Ipv4Truncated;
        }

        if (ip.HeaderDrop != DropReason.None)
        {
            return ip.HeaderDrop;
        }

        if (ip.HasOptions)
        {
            return DropReason.None;
        }

        if (!InternetChecksum.IsRight(ipSum.Sum))
        {
            return DropReason.Ipv4BadChecksum;
        }

        if (!IsForUdp())
        {
            return DropReason.None;
        }

        if (ip.DatagramDrop != DropReason.None)
        {
            return ip.DatagramDrop;
        }

        if (udp.IsBadLength)
        {
            return DropReason.UdpBadLength;
        }

        // A datagram to a port that is not the NIC's is left to the kernel.
        if (!port.IsOurs)
        {
            return DropReason.None;
        }

        if (ip.IsBadSource)
        {
            return DropReason.BadSourceAddress;
        }

        return ethernet.IsToGroup ? DropReason.UnicastInGroupFrame : DropReason.None;
    }

    private FrameKind KindBelowUdp()
    {
        if (ethernet.IsOtherEtherType)
        {
            return FrameKind.OtherEtherType;
        }

        if (ip.HasOptions)
        {
            return FrameKind.Ipv4Options;
        }

        if (ip.IsOtherDestination)
        {
            return FrameKind.Ipv4OtherDestination;
        }

        return ip.IsFragment ? FrameKind.Ipv4Fragment : FrameKind.Ipv4OtherProtocol;
    }

    private FrameKind KindOfMessage(bool isMalformed)
    {
        if (!port.IsOurs)
        {
            return FrameKind.UdpOtherPort;
        }

        if (udp.IsUnder8)
        {
            return FrameKind.UdpOther;
        }

        if (rpc.IsReply)
        {
            return FrameKind.RpcReply;
        }

        if (!rpc.IsCall)
        {
            return FrameKind.UdpOther;
        }

        if (udp.IsUnder12)
        {
            return FrameKind.RpcMalformed;
        }

        if (rpc.IsOtherVersion)
        {
            return FrameKind.RpcVersionMismatch;
        }

        return udp.IsUnder40 || isMalformed ? FrameKind.RpcMalformed : FrameKind.RpcCall;
    }
}
