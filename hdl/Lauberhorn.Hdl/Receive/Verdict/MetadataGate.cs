// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Receive.Ethernet;
using Lauberhorn.Hdl.Receive.Ip;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Rpc;
using Lauberhorn.Hdl.Receive.Udp;
using SME;

namespace Lauberhorn.Hdl.Receive.Verdict;

/// <summary>
/// Derives which headers a frame does not have, and whether it is a short call, so that the registers in front of the metadata's FIFO
/// become 0 where the frame has bytes of something else: a register's reset does it, and not a look-up table for each bit. It does so on
/// the frame's last beat, by the results by which <see cref="FrameDecision"/> decides in the same tick: a setting that changes while a
/// frame comes in applies to both or to none. Combinational; one beat per tick; no back-pressure.
/// </summary>
internal sealed class MetadataGate([InputBus] IFrameBeat beat, HeaderFindings headers, MessageFindings found) : SimpleProcess
{
    [InputBus] private readonly IEthernetFlags ethernet = headers.Ethernet;
    [InputBus] private readonly IIpv4Flags ipv4 = headers.Ip;
    [InputBus] private readonly IUdpFlags flags = found.Udp;
    [InputBus] private readonly IPortFlags port = found.Port;
    [InputBus] private readonly IRpcFlags message = found.Rpc;
    [InputBus] private readonly IVerifier verifier = found.Verifier;
    [OutputBus] private readonly IHeaderClear ip = Scope.CreateBus<IHeaderClear>("ip");
    [OutputBus] private readonly IHeaderClear udp = Scope.CreateBus<IHeaderClear>("udp");
    [OutputBus] private readonly IHeaderClear rpc = Scope.CreateBus<IHeaderClear>("rpc");
    [OutputBus] private readonly IShortCall call = Scope.CreateBus<IShortCall>("call");

    /// <summary>Whether there is no IPv4 header.</summary>
    public IHeaderClear Ip => ip;

    /// <summary>Whether there is no UDP header of a datagram for us.</summary>
    public IHeaderClear Udp => udp;

    /// <summary>Whether there is no RPC message.</summary>
    public IHeaderClear Rpc => rpc;

    /// <summary>Whether it is a call whose arguments travel with its metadata, or that has none.</summary>
    public IShortCall Call => call;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        bool isUdp = !ethernet.IsOtherEtherType && !ipv4.HasOptions && !ipv4.IsOtherDestination
            && !ipv4.IsFragment && !ipv4.IsOtherProtocol;
        ip.Clear = beat.Last && ethernet.IsOtherEtherType;
        udp.Clear = beat.Last && !isUdp;
        bool isOurs = isUdp && port.IsOurs && !flags.IsUnder8;
        rpc.Clear = beat.Last && !(isOurs && (message.IsCall || message.IsReply));

        // A call with nothing but its two empty bodies, which needs less than what FrameDecision looks at, and so comes in time.
        bool isCall = isOurs && message.IsCall && !message.IsOtherVersion && !flags.IsUnder40 && !message.IsCredentialTooLong;
        bool isEmpty = verifier.LengthWord == InlineArguments.LengthWord && verifier.Length == 0 && !verifier.IsLong;
        call.Ends = beat.Last && beat.Index == 1 && isCall && isEmpty && verifier.RoomWords >= 0;
    }
}
