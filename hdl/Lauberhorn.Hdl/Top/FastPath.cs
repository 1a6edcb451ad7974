// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Receive.Mac;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Top;

/// <summary>
/// All that a packet meets between the MAC and the CPU's coherence; docs/fast-path.md has the picture. The constructor's lines are in the
/// order in which a packet meets the blocks.
/// </summary>
public sealed class FastPath
{
    /// <summary>Creates the fast path in the current scope, between buses of its surroundings.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="mac">What the MAC delivers.</param>
    /// <param name="home">The coherence port.</param>
    /// <param name="registers">The buses that the registers drive.</param>
    /// <exception cref="ElaborationException">The parameters do not fit together.</exception>
    public FastPath(NicConfig config, IMacReceive mac, HomePort home, RegisterOutputs registers)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(registers);
        config.Validate();
        (ICommand command, INicSettings settings) = (registers.Command, registers.Settings);

        // What runs against the packet's way.
        Stream<RoutedFrame> missedFrames = new("missedFrames");
        Stream<PayloadBeat> missedPayload = new("missedPayload");
        Stream<SlotRelease> schedulerReleases = new("schedulerReleases");
        Stream<SlotRelease> replyReleases = new("replyReleases");
        Stream<EndpointNotice> notices = new("notices");
        Stream<SendDone> sendDone = new("sendDone");
        Stream<PacketRead> packetReads = new("packetReads");
        IRamRead replyLineRead = Scope.CreateBus<IRamRead>("replyLineRead");
        IRamRead transmitRead = Scope.CreateBus<IRamRead>("transmitRead");

        Stream<LoadChange> loadChanges = new("loadChanges");
        IStatisticsRead statisticsRead = Scope.CreateBus<IStatisticsRead>("statisticsRead");
        IRamData<Bits<W1024>> statisticsLine = Scope.CreateBus<IRamData<Bits<W1024>>>("statisticsLine");

        ReceivePath = new ReceivePath(config, mac, registers.Receive, command);
        Demux = new Demultiplexer(config, ReceivePath.Metadata, command);
        FrameMerge merge = new(Demux.Routed, ReceivePath.Payload, missedFrames, missedPayload);
        Admission = new Admission.Admission(config, merge.Frames, merge.Payload, settings, command, schedulerReleases, replyReleases);
        OsControl control = new(command, settings);
        StoreReads reads = new(replyLineRead, transmitRead, packetReads);
        StatisticsPort statistics = new(statisticsRead, statisticsLine);
        Scheduler = new Scheduler(
            config, Admission.Arrivals, notices, registers.CoreNotices, loadChanges, control, releases: schedulerReleases);
        EndpointSources sources = new(Scheduler.Dispatches, sendDone, registers.CoreNotices);
        MessageWrites writes = new(Admission.LineWrites, Admission.PacketWrites, Admission.ResourceWrite);
        Endpoints = new Endpoints(config, home, sources, writes, reads, statistics, control);
        Bridge(Endpoints.Notices, notices);
        StoreLines lines = new(Endpoints.ReplyLine, Endpoints.TransmitLine, Endpoints.PacketLines);
        Replies = new Replies(
            config, Endpoints.Left, Admission.Answers, Admission.PendingWrite, Demux.Sighting, control, reads, lines);
        Slots = new SlotCount(Admission.Arrivals, schedulerReleases, replyReleases) { Name = "slotCount" }.Count;
        _ = new LoadStatistics(config, Scheduler.Tap, loadChanges, replyReleases, statistics);
        Bridge(Replies.Releases, replyReleases);
        Bridge(Replies.SendDone, sendDone);
        Bridge(Replies.MissedFrames, missedFrames);
        Bridge(Replies.MissedPayload, missedPayload);
    }

    /// <summary>Output: frames to the MAC.</summary>
    public Stream<TransmitBeat> Frames => Replies.Frames;

    /// <summary>Output: cores that are to be interrupted.</summary>
    public Stream<CoreInterrupt> Interrupts => Scheduler.Interrupts;

    /// <summary>Output: events of the blocks behind the receive path.</summary>
    public IReadOnlyList<IEvents> Events => [Admission.Events, Admission.AgeEvents, Scheduler.Events, Endpoints.Events, .. Replies.Events];

    /// <summary>Output: number of slots in use.</summary>
    public ISlotCount Slots { get; }

    /// <summary>Output: completions of commands, of blocks that need more than a fixed time.</summary>
    public IReadOnlyList<ICommandAnswer> CommandAnswers => [Scheduler.CommandAnswer, Endpoints.CommandAnswer];

    /// <summary>From the MAC to decoded calls.</summary>
    public ReceivePath ReceivePath { get; }

    /// <summary>To the service.</summary>
    public Demultiplexer Demux { get; }

    /// <summary>Into a slot.</summary>
    public Admission.Admission Admission { get; }

    /// <summary>To an endpoint.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Into a line, and out of it.</summary>
    public Endpoints Endpoints { get; }

    /// <summary>Back to the client.</summary>
    public Replies Replies { get; }

    // A block makes its outputs; one that leads to a block in front of it becomes the stream that is there already.
    private static void Bridge<T>(Stream<T> output, Stream<T> input)
        where T : struct
    {
        _ = new StreamBridge<T>(output, input) { Name = input.Name + "Bridge" };
        _ = new ReadyBridge(input.Backward, output.Backward) { Name = input.Name + "ReadyBridge" };
    }
}
