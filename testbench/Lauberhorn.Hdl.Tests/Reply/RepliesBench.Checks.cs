// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Common;
using Lauberhorn.Hdl.Demux;
using Lauberhorn.Hdl.Receive.Verdict;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Stores;
using Lauberhorn.Model.Reply;
using SME;

namespace Lauberhorn.Hdl.Tests.Reply;

/// <content>What must come out, and the comparison.</content>
internal sealed partial class RepliesBench
{
    private readonly Queue<NicEvent> expectedEvents = new();
    private readonly Queue<ExpectedFrame> expectedFrames = new();
    private readonly Queue<ExpectedFrame> macFrames = new();
    private readonly Queue<ExpectedFrame> missedFrames = new();
    private readonly Queue<ExpectedFrame> missedPayloads = new();
    private readonly Queue<ReplyItem> expectedReleases = new();
    private readonly Queue<ReplyItem> expectedDone = new();
    private readonly List<byte> frame = [];
    private readonly List<byte> missed = [];
    private bool isInFrame;
    private bool wasOnOffer;

    /// <summary>Frames for the kernel that it has not taken.</summary>
    public int Waiting => missedFrames.Count;

    private void Observe()
    {
        Assert.False(left.Passes && answers.Passes);
        if (left.Passes)
        {
            Take(offered!);
            offered = null;
        }

        if (answers.Passes)
        {
            byte group = (byte)offeredAnswer.ServerPort;
            bool isOver = false;
            if (offeredAnswer.Kind != NicReplyKind.Null && ErrorLimit != 0)
            {
                isOver = errors.GetValueOrDefault(group) >= ErrorLimit;
                errors[group] = errors.GetValueOrDefault(group) + (isOver ? 0 : 1);
            }

            Expect(ReplyOutcome.Of(offeredAnswer, isOver));
        }

        if (reads.Passes)
        {
            PacketRead read = reads.Forward.Item;
            Assert.DoesNotContain(read.PacketSlot, FreePackets);
            readLines.Enqueue(new PacketLine(Bits<W1024>.FromBytes(packets[read.PacketSlot].AsSpan(128 * read.Line, 128))));
        }

        ObserveEvents();
        ObserveFrames();
        ObserveMissed();
        if (replies.Releases.Passes)
        {
            ReplyItem item = expectedReleases.Dequeue();
            Assert.Equal(item.Left.Slot, replies.Releases.Forward.Item.Slot);
            FreeSlots.Add(item.Left.Slot);
            lines[item.Left.Slot] = Bits<W1024>.AllOnes;
            GiveBack(item);
        }

        if (replies.SendDone.Passes)
        {
            ReplyItem item = expectedDone.Dequeue();
            Assert.Equal(item.Left.Endpoint, replies.SendDone.Forward.Item.Endpoint);
            FreeEndpoints.Add(item.Left.Endpoint);
            transmitLines[item.Left.Endpoint] = Bits<W1024>.AllOnes;
            GiveBack(item);
        }
    }

    private void GiveBack(ReplyItem item)
    {
        if (item.Left.AuxLines > 0)
        {
            FreePackets.Add(item.Left.PacketSlot);
            packets[item.Left.PacketSlot].AsSpan().Fill(0xEE);
        }
    }

    private void Take(ReplyItem item)
    {
        (item.Left.IsTransmit ? expectedDone : expectedReleases).Enqueue(item);
        Expect(ReplyOutcome.Of(item, (ushort)(Simulation.Ticks >> 16), AgeLimit, Mtu));
    }

    private void Expect(ReplyOutcome outcome)
    {
        if (outcome.Event is NicEvent happens)
        {
            expectedEvents.Enqueue(happens);
        }

        if (outcome.Class != FrameClass.None)
        {
            uint address = outcome.Parties.ClientAddress;
            bool isKnown = Neighbours.TryGetValue(address, out (ulong Mac, bool IsFixed) neighbour) || outcome.Class == FrameClass.Frame;
            ReplyParties parties = outcome.Parties with { OwnMac = OwnMac, OwnAddress = OwnAddress, ClientMac = neighbour.Mac };
            expectedFrames.Enqueue(new ExpectedFrame(outcome.Class, address, isKnown, outcome.Make(parties, identification)));
            identification += (ushort)(outcome.Class == FrameClass.Frame ? 0 : 1);
        }
    }

    private void ObserveEvents()
    {
        // What is decided, then what is sent: each in the order of what was taken.
        Assert.Equal(2, replies.Events.Count);
        foreach (IEvents events in replies.Events)
        {
            if (events.Flags == 0)
            {
                continue;
            }

            Assert.Equal(1, BitOperations.PopCount(events.Flags));
            NicEvent happened = (NicEvent)BitOperations.TrailingZeroCount(events.Flags);
            Events[happened] = Events.GetValueOrDefault(happened) + 1;
            if (events == replies.Events[0])
            {
                Assert.Equal(expectedEvents.Dequeue(), happened);
                continue;
            }

            PassAnswers();
            ExpectedFrame sent = expectedFrames.Dequeue();
            if (sent.IsKnown)
            {
                Assert.Equal(sent.Class switch
                {
                    FrameClass.Reply => NicEvent.ReplySent,
                    FrameClass.Frame => NicEvent.FrameSent,
                    _ => NicEvent.DatagramSent
                }, happened);
                macFrames.Enqueue(sent);
            }
            else if (happened == NicEvent.NeighbourMiss)
            {
                missedFrames.Enqueue(sent);
                missedPayloads.Enqueue(sent);
                Assert.InRange(missedFrames.Count, 1, Replies.MissedFrameDepth);
            }
            else
            {
                Assert.Equal(NicEvent.MissedFrameDropped, happened);
                Assert.True(missedFrames.Count + missedPayloads.Count > 0, "a frame is dropped though none waits");
            }
        }
    }

    /// <summary>Answers that are sent are not counted.</summary>
    private void PassAnswers()
    {
        while (expectedFrames.TryPeek(out ExpectedFrame? first) && first is { Class: FrameClass.Answer, IsKnown: true })
        {
            macFrames.Enqueue(expectedFrames.Dequeue());
        }
    }

    private void ObserveFrames()
    {
        IStream<TransmitBeat> beat = replies.Frames.Forward;
        Assert.False(isInFrame && !beat.Valid, "a frame breaks off");
        if (beat.Valid && !isInFrame && !wasOnOffer)
        {
            FrameTicks.Add(Simulation.Ticks);
        }

        wasOnOffer = beat.Valid && !replies.Frames.Backward.Ready && !isInFrame;
        if (replies.Frames.Passes)
        {
            Append(frame, beat.Item.Data, beat.Item.Keep);
            Assert.True(beat.Item.Last || beat.Item.Keep == ulong.MaxValue);
            isInFrame = !beat.Item.Last;
            if (beat.Item.Last)
            {
                if (macFrames.Count == 0)
                {
                    PassAnswers();
                }

                ExpectedFrame expected = macFrames.Dequeue();
                Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString([.. frame]));
                Frames.Add([.. frame]);
                frame.Clear();
            }
        }
    }

    private void ObserveMissed()
    {
        if (replies.MissedFrames.Passes)
        {
            ExpectedFrame expected = missedFrames.Dequeue();
            RoutedFrame routed = replies.MissedFrames.Forward.Item;
            byte[] bytes = expected.Bytes;
            Assert.Equal(RouteKind.Bypass, routed.Route);
            Assert.Equal(FrameKind.UnresolvedNeighbour, routed.Metadata.Kind);
            Assert.Equal((bytes.Length, bytes.Length), (routed.Metadata.FrameBytes, routed.Metadata.PayloadBytes));
            Assert.Equal((OwnAddress, expected.Address), (routed.Metadata.SourceAddress, routed.Metadata.DestinationAddress));
            Assert.Equal((bytes[34] << 8 | bytes[35], bytes[36] << 8 | bytes[37]),
                (routed.Metadata.SourcePort, routed.Metadata.DestinationPort));
        }

        if (replies.MissedPayload.Passes)
        {
            PayloadBeat beat = replies.MissedPayload.Forward.Item;
            Assert.InRange(beat.Bytes, 1, 64);
            Append(missed, beat.Data, ulong.MaxValue >> (64 - beat.Bytes));
            Assert.True(beat.Last || beat.Bytes == 64);
            if (beat.Last)
            {
                Assert.Equal(Convert.ToHexString(missedPayloads.Dequeue().Bytes), Convert.ToHexString([.. missed]));
                missed.Clear();
            }
        }
    }

    /// <summary>Adds a beat's bytes; those that do not exist must be 0.</summary>
    private static void Append(List<byte> bytes, Bits<W512> data, ulong keep)
    {
        Assert.Equal(keep, ulong.MaxValue >> BitOperations.LeadingZeroCount(keep));
        byte[] beat = new byte[64];
        data.CopyTo(beat);
        int count = BitOperations.PopCount(keep);
        Assert.All(beat[count..], item => Assert.Equal(0, item));
        bytes.AddRange(beat.AsSpan(0, count));
    }
}
