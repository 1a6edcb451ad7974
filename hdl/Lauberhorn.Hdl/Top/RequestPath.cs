// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Bypass;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Mac;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Rpc;
using Lauberhorn.Hdl.Schedule;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// All that a request meets between the MAC and the CPU's coherence, up to the reply stage; docs/fast-path.md has the picture. The constructor's lines are in
/// the order in which a packet meets the blocks. What the reply stage reads and drives are properties.
/// </summary>
public sealed class RequestPath
{
    /// <summary>Creates the path in the current scope, between buses of its surroundings.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="mac">What the MAC delivers.</param>
    /// <param name="home">The coherence port.</param>
    /// <param name="registers">What the registers drive.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public RequestPath(NicConfig config, IMacReceive mac, HomePort home, RegisterOutputs registers)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(registers);
        config.Validate();
        Stream<EndpointNotice> notices = new("notices");
        Stream<SlotRelease> schedulerReleases = new("schedulerReleases");

        ReceivePath = new ReceivePath(config, mac, registers.Receive, registers.Command);
        Demux = new Demultiplexer(config, ReceivePath.Metadata, registers.Command);
        FrameMerge merge = new(Demux.Routed, ReceivePath.Payload, MissedFrames, MissedPayload);
        Admission = new Admission.Admission(config, merge.Frames, merge.Payload, registers.Settings, schedulerReleases, Releases);
        Scheduler = new Scheduler(config, Admission.Arrivals, notices, registers.Command, registers.Settings, releases: schedulerReleases);
        Endpoints = new Endpoints(
            config,
            home,
            Scheduler.Dispatches,
            Admission.LineWrites,
            Admission.PacketWrites,
            Admission.ResourceWrite,
            SendDone,
            ReplyLineRead,
            TransmitRead,
            PacketReads,
            registers.Command,
            registers.Settings);

        // A block makes its outputs; this one leads to a block in front of it.
        _ = new StreamBridge<EndpointNotice>(Endpoints.Notices, notices) { Name = "noticeBridge" };
        _ = new ReadyBridge(notices.Backward, Endpoints.Notices.Backward) { Name = "noticeReadyBridge" };
    }

    /// <summary>From the MAC to decoded calls.</summary>
    public ReceivePath ReceivePath { get; }

    /// <summary>To the service.</summary>
    public Demultiplexer Demux { get; }

    /// <summary>Into a slot. The reply stage takes its <c>Answers</c> and keeps what its <c>PendingWrite</c> writes.</summary>
    public Admission.Admission Admission { get; }

    /// <summary>To an endpoint.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Into a line, and out of it. The reply stage takes its <c>Left</c> and <c>PacketLines</c>, and reads its stores.</summary>
    public Endpoints Endpoints { get; }

    /// <summary>Driven by the reply stage: frames that it could not send, for the kernel.</summary>
    public Stream<RoutedFrame> MissedFrames { get; } = new("missedFrames");

    /// <summary>Driven by the reply stage: their bytes.</summary>
    public Stream<PayloadBeat> MissedPayload { get; } = new("missedPayload");

    /// <summary>Driven by the reply stage: slots that are done with.</summary>
    public Stream<SlotRelease> Releases { get; } = new("replyReleases");

    /// <summary>Driven by the reply stage: lines that were read out to be sent.</summary>
    public Stream<SendDone> SendDone { get; } = new("sendDone");

    /// <summary>Driven by the reply stage: aux lines that it wants.</summary>
    public Stream<PacketRead> PacketReads { get; } = new("packetReads");

    /// <summary>Driven by the reply stage: the slot whose line it reads.</summary>
    public IRamRead ReplyLineRead { get; } = Scope.CreateBus<IRamRead>("replyLineRead");

    /// <summary>Driven by the reply stage: the endpoint whose transmit line it reads.</summary>
    public IRamRead TransmitRead { get; } = Scope.CreateBus<IRamRead>("transmitRead");

    /// <summary>What happens in the blocks.</summary>
    public IReadOnlyList<IEvents> Events => [Admission.Events, Scheduler.Events, Endpoints.Events];

    /// <summary>The answers of blocks that need time for a command.</summary>
    public IReadOnlyList<ICommandAnswer> CommandAnswers => [Scheduler.CommandAnswer, Endpoints.CommandAnswer];
}
