// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Admission;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Endpoint;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Stores;
using SME;
using SME.Components;

namespace Lauberhorn.Hdl.Reply;

/// <summary>
/// Makes frames of lines that were left, and of the NIC's own answers; see docs/reply.md. A valid line has its frame's first beat valid 7
/// ticks later (8 if the message has more than 64 bytes), if all of it is in the line; frames of two beats leave every other tick. A frame
/// is sent when all of it is there. It stalls with the MAC alone: frames whose neighbour is not known go to the kernel as far as there is
/// room, and are dropped beyond it.
/// </summary>
public sealed class Replies
{
    /// <summary>Depth of the small FIFOs.</summary>
    internal const int QueueDepth = 32;

    /// <summary>Items that may still come when a FIFO has reported room.</summary>
    internal const int Margin = 8;

    /// <summary>Frames that can be queued for the kernel at a time.</summary>
    public const int MissedFrameDepth = 4;

    /// <summary>Creates the block in a scope of its own.</summary>
    /// <param name="config">The NIC's parameters.</param>
    /// <param name="left">Lines that were left.</param>
    /// <param name="answers">Answers of the NIC's own.</param>
    /// <param name="pendingWrite">The calls, by slot.</param>
    /// <param name="sighting">Neighbours seen.</param>
    /// <param name="control">The OS's commands and settings.</param>
    /// <param name="reads">The stores' read ports; driven by this block.</param>
    /// <param name="lines">Their read data.</param>
    /// <exception cref="ElaborationException">A parameter does not fit.</exception>
    public Replies(
        NicConfig config,
        Stream<LeftLine> left,
        Stream<NicReply> answers,
        IRamWrite<PendingCall> pendingWrite,
        ISighting sighting,
        OsControl control,
        StoreReads reads,
        StoreLines lines)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(reads);
        ArgumentNullException.ThrowIfNull(lines);
        INicSettings settings = control.Settings;
        using Scope scope = Scope.Open("replies");
        int frameBeats = (ReplyHeaders.Bytes + 24 + ControlLine.InlineBytes + (config.AuxLines * NicConfig.LineBytes)
            + NicConfig.DatapathBytes - 1) / NicConfig.DatapathBytes;
        int beatDepth = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max((2 * frameBeats) + Margin, QueueDepth));
        int processes = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(config.Processes, 2));
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)config.PendingCalls);

        // What is asked, decided and made, in the order of the line's way.
        IReplyJob job = Scope.CreateBus<IReplyJob>("job");
        IReplyFormat format = Scope.CreateBus<IReplyFormat>("format");
        IReplyTurn turn = Scope.CreateBus<IReplyTurn>("turn");
        ReplyIntake intake = new(left, answers, turn, job, format, reads.ReplyLineRead, reads.TransmitRead, processes) { Name = "intake" };
        IReplyTaken taken = new ReplyTaking(left, answers, turn, job, format) { Name = "taking" }.Taken;
        SimpleDualPortRam<PendingCall> pending = new(pendingWrite, intake.PendingRead, slots) { Name = "pending" };
        IRamWrite<ushort> generationWrite = new ProcessGenerations(control.Command, config.Processes) { Name = "generationPort" }.Write;
        SimpleDualPortRam<ushort> generations = new(generationWrite, intake.GenerationRead, processes) { Name = "generations" };
        ReplyMerge merge = new(taken, lines.ReplyLine, lines.TransmitLine, pending.Data, generations.Data, job, format,
            settings)
        { Name = "merge" };
        IReplyLine line = merge.Line;
        IErrorLimit limit = new ErrorLimit(taken, job, format, settings).Limit;
        ReplyClock clock = new() { Name = "clock" };
        ReplyCheck check = new(line, limit, format, settings, clock.Time, job) { Name = "check" };

        Stream<ReplyBeat> made = new("made");
        Stream<ReplyHeader> summed = new("summed");
        Stream<SlotRelease> ended = new("ended");
        Stream<SendDone> read = new("read");
        FifoBlockRam<ReplyBeat> beats = new(made, beatDepth, "beats");
        FifoDistributed<ReplyHeader> headers = new(summed, QueueDepth, "headers");
        FifoDistributed<SlotRelease> releases = new(ended, QueueDepth, "releases");
        FifoDistributed<SendDone> done = new(read, QueueDepth, "done");
        IReplyStep step = new ReplyStep(job, format, lines.PacketLines, beats.State, beatDepth) { Name = "step" }.Step;
        FormatterOutlets outlets = new(
            made.Forward, beats.State, headers.State, ended.Forward, releases.State, read.Forward, done.State);
        _ = new ReplyFormatter(job, step, format, outlets, beatDepth, reads.PacketReads) { Name = "formatter" };
        IReplyPartialSums parts = new ReplyPartialSums(job, step, format) { Name = "partialSums" }.Sums;
        INeighbourAnswer neighbour = new NeighbourTable(config, job, step, sighting, control.Command, settings).Answer;
        _ = new ReplySum(parts, neighbour, settings, summed) { Name = "sum" };

        // Out, or to the kernel.
        Frames = new Stream<TransmitBeat>("transmit");
        Stream<RoutedFrame> unknown = new("unknown");
        Stream<PayloadBeat> unknownPayload = new("unknownPayload");
        int missedDepth = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * frameBeats) + Margin));
        FifoDistributed<RoutedFrame> missedFrames = new(unknown, MissedFrameDepth, "missedFrames");
        FifoBlockRam<PayloadBeat> missedPayload = new(unknownPayload, missedDepth, "missedPayload");
        IFrameSendState state = Scope.CreateBus<IFrameSendState>("sendState");
        IFrameSendStep sendStep = new FrameSendAdvance(headers.Output, beats.Output, Frames, state, missedPayload.State, missedFrames.State,
            missedDepth - frameBeats - 2)
        {
            Name = "sendAdvance",
        }.Step;
        FrameSend send = new(headers.Output, beats.Output, sendStep, state, Frames, unknown, unknownPayload) { Name = "send" };

        Releases = releases.Output;
        SendDone = done.Output;
        MissedFrames = missedFrames.Output;
        MissedPayload = missedPayload.Output;
        Events = [check.Events, send.Events];
    }

    /// <summary>Output: frames to the MAC.</summary>
    public Stream<TransmitBeat> Frames { get; }

    /// <summary>Output: slots that are given back.</summary>
    public Stream<SlotRelease> Releases { get; }

    /// <summary>Output: endpoints whose lines were read.</summary>
    public Stream<SendDone> SendDone { get; }

    /// <summary>Output: frames whose neighbour is not known.</summary>
    public Stream<RoutedFrame> MissedFrames { get; }

    /// <summary>Output: their bytes.</summary>
    public Stream<PayloadBeat> MissedPayload { get; }

    /// <summary>Output: events of what was sent, answered and dropped.</summary>
    public IReadOnlyList<IEvents> Events { get; }
}
