// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Control;
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Reply;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>The scheduler, the timer, lines that have come home, commands.</content>
public sealed partial class EndpointDecision
{
    private static void TimeIsUp(EndpointEvent happened, EndpointState old, byte home, ref EndpointActions actions)
    {
        if (!old.IsStalled || old.IsTimedOut || old.WaitNumber != happened.Slot)
        {
            return;
        }

        if (old.IsDraining || IsAway(old, home))
        {
            // The scheduler has not heard of the read, and no answer may pass the line just left: the wait begins anew.
            actions.State = old with { WaitNumber = (ushort)happened.Time };
            actions.WritesWait = true;
            actions.Wait = new WaitStart(true, happened.Time);
        }
        else
        {
            actions.State = old with { IsTimedOut = true, Due = happened.Due };
            actions.WritesWait = true;
            actions.Notifies = true;
            actions.Notice = NoticeKind.Withdraw;
        }
    }

    private static void Deliver(EndpointEvent happened, EndpointState old, SlotResources resources, byte home, ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        GiveOut(old, LineContent.Message, happened.Slot, home, ref actions);
        actions.Use = actions.Use with
        {
            Header = actions.Use.Header with
            {
                PacketSlot = resources.PacketSlot,
                AuxLines = resources.HasPacketSlot ? resources.AuxLines : (byte)0,
                Process = old.IsKernel ? resources.Process : old.Process,
            },
        };
        actions.State = actions.State with
        {
            HasPacketSlot = resources.HasPacketSlot,
            PacketSlot = resources.PacketSlot,
            MessageLines = resources.AuxLines,
            MessageProcess = resources.Process,
        };
        actions.Slot = happened.Slot;
        actions.Answers = true;
        actions.Answer = new Delivery(DeliverySource.Line, old.Tag, old.Generation);
        Count(NicEvent.Delivered, ref actions);
    }

    private static void Withdrawn(EndpointState old, byte home, ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        actions.TriesAgain = true;
        bool isRetire = old.Retiring == RetireStep.Asked;
        actions.TryAgain = new DueAnswer(old.Tag, old.Due, isRetire);
        GiveOut(old, isRetire ? LineContent.Retire : LineContent.TryAgain, 0, home, ref actions);
        Count(isRetire ? NicEvent.Retired : NicEvent.TryAgain, ref actions);
    }

    // At once, by the way of messages. A Withdraw that is on its way finds the endpoint not waiting.
    private static void Yield(EndpointState old, byte home, ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        bool isRetire = old.Retiring == RetireStep.Asked;
        LineContent content = isRetire ? LineContent.Retire : old.IsReleasing ? LineContent.TryAgain : LineContent.Yield;
        GiveOut(old, content, 0, home, ref actions);
        actions.Answers = true;
        actions.Answer = new Delivery(Again(content), old.Tag, old.Generation);
        Count(isRetire ? NicEvent.Retired : NicEvent.TryAgain, ref actions);
    }

    private static void Reschedule(EndpointEvent happened, EndpointState old, byte home, ref EndpointActions actions)
    {
        if (old.IsStalled)
        {
            GiveOut(old, LineContent.Reschedule, happened.Slot, home, ref actions);
            actions.Answers = true;
            actions.Answer = new Delivery(DeliverySource.Reschedule, old.Tag, old.Generation, happened.Slot);
        }
    }

    private static void Drained(EndpointEvent happened, EndpointState old, ref EndpointActions actions)
    {
        actions.WritesAux = true;
        actions.AuxIsTransmit = happened.IsTransmit;
        if (happened.IsTransmit)
        {
            actions.State = old with { IsTransmitDraining = false };
            return;
        }

        actions.State = old with { IsDraining = false };
        actions.Notifies = old.IsStalled;
        actions.Notice = NoticeKind.Waiting;
    }

    private static void Sent(EndpointState old, byte home, ref EndpointActions actions)
    {
        if (old.WritesBack && !old.IsSending)
        {
            // Nobody waits: the line is given out at the next read.
            actions.State = old with { TransmitIsGiven = false, TransmitTouched = 0 };
            actions.ScrubsTransmit = true;
            actions.WritesAux = true;
            actions.AuxIsTransmit = true;
            return;
        }

        if (!old.IsSending)
        {
            return;
        }

        if (old.WritesBack)
        {
            GiveTransmit(old, home, ref actions);
            actions.State = actions.State with { IsSending = false, TransmitTouched = 0 };
            actions.ScrubsTransmit = true;
            actions.WritesAux = true;
            actions.AuxIsTransmit = true;
            actions.Answers = true;
            actions.Answer = new Delivery(DeliverySource.Zeros, old.TransmitTag, old.Generation);
            return;
        }

        actions.State = old with
        {
            IsSending = false,
            TransmitCurrent = !old.TransmitCurrent,
            TransmitIsGiven = true,
            TransmitSequence = !old.TransmitSequence,
        };
        actions.WritesUse = true;
        actions.UseOf = 2;
        actions.Use = new LineUse { Sequence = !old.TransmitSequence, Index = !old.TransmitCurrent, IsKept = true };
        actions.ScrubsTransmit = true;
        actions.Answers = true;
        actions.Answer = new Delivery(DeliverySource.Zeros, old.TransmitTag, old.Generation);
    }

    private static void Bind(EndpointEvent happened, EndpointState old, ref EndpointActions actions)
    {
        actions.Ends = true;
        if (old.IsBound)
        {
            actions.Status = CommandStatus.WrongState;
            return;
        }

        actions.Status = CommandStatus.Done;
        actions.ScrubsTransmit = true;
        actions.State = new EndpointState
        {
            IsBound = true,
            Process = happened.Binding.Process,
            IsKernel = happened.Binding.IsKernel,
            Generation = happened.Binding.Generation,
            TransmitPort = happened.Binding.TransmitPort,
            MaySendFrames = happened.Binding.MaySendFrames,
            HasTransmitPacketSlot = happened.Binding.HasTransmitPacketSlot,
            TransmitPacketSlot = happened.Binding.TransmitPacketSlot,
            WritesBack = happened.Binding.WritesBack,
            Current = !happened.Binding.WritesBack || happened.Binding.ReceiveLine,
            Sequence0 = old.Sequence0,
            Sequence1 = old.Sequence1,
            TransmitSequence = old.TransmitSequence,
        };
    }

    // As a release, but only the load that waits is answered. What the scheduler has sent off before it hears of it goes first.
    private static void Retire(EndpointEvent happened, EndpointState old, byte home, ref EndpointActions actions)
    {
        bool isOver = old.Retiring == RetireStep.Given || old.Retiring == RetireStep.Overtaken;
        if (isOver || !old.IsStalled)
        {
            actions.Ends = true;
            actions.Status = old.Retiring == RetireStep.Given ? CommandStatus.Done : CommandStatus.WrongState;
            actions.State = old with { Retiring = RetireStep.None };
            return;
        }

        actions.State = old with { Retiring = RetireStep.Asked };
        if (!old.IsTimedOut && !old.IsDraining && !IsAway(old, home))
        {
            actions.State = old with { Retiring = RetireStep.Asked, IsTimedOut = true, Due = (byte)happened.Time };
            actions.WritesWait = true;
            actions.Notifies = true;
            actions.Notice = NoticeKind.Withdraw;
        }
    }

    // Takes one step of a release at each event; the command unit asks again until it ends.
    private static void Release(EndpointEvent happened, EndpointState old, byte home, ref EndpointActions actions)
    {
        if (!old.IsBound)
        {
            actions.Ends = true;
            actions.Status = CommandStatus.WrongState;
            return;
        }

        actions.State = old with { IsReleasing = true };
        if (old.IsStalled)
        {
            if (!old.IsTimedOut && !old.IsDraining && !IsAway(old, home))
            {
                actions.State = old with { IsReleasing = true, IsTimedOut = true, Due = (byte)happened.Time };
                actions.WritesWait = true;
                actions.Notifies = true;
                actions.Notice = NoticeKind.Withdraw;
            }
        }
        else if (old.Content != LineContent.None && old.WritesBack && !IsOut(old, home))
        {
            // It was answered.
            actions.State = old with { IsReleasing = true, Content = LineContent.None, Touched = 0 };
        }
        else if (old.Content != LineContent.None)
        {
            Leave(old, true, ref actions);
            actions.State = old with { IsReleasing = true, Content = LineContent.None, Touched = 0, IsDraining = old.IsDraining || old.Touched != 0 };
        }
        else if (old.TransmitIsGiven && old.WritesBack && !IsTransmitOut(old, home))
        {
            // It was sent: the reply stage says so soon, or has said so to the read that waits.
        }
        else if (old.TransmitIsGiven && !old.IsSending)
        {
            Send(old, true, ref actions);
            actions.State = old with
            {
                IsReleasing = true,
                TransmitIsGiven = false,
                TransmitTouched = 0,
                IsTransmitDraining = old.TransmitTouched != 0,
            };
        }
        else
        {
            byte given = (byte)((old.Sequence0 ? 1 : 0) | (old.Sequence1 ? 2 : 0) | (old.TransmitSequence ? 4 : 0));
            bool isHome = given == (home & 7) && !old.IsDraining && !old.IsTransmitDraining && !old.IsSending;
            if (isHome)
            {
                actions.Ends = true;
                actions.Status = CommandStatus.Done;
                actions.State = new EndpointState { Sequence0 = old.Sequence0, Sequence1 = old.Sequence1, TransmitSequence = old.TransmitSequence };
            }
        }
    }

    // Whether the receive line that was left last is not home yet. A line that software writes back itself is, or held nothing.
    private static bool IsAway(EndpointState state, byte home) => !state.WritesBack && IsOut(state, home);

    private static bool IsTransmitOut(EndpointState state, byte home) => state.TransmitSequence != ((home & 4) != 0);

    private static bool IsOut(EndpointState state, byte home) =>
        state.Current ? state.Sequence1 != ((home & 2) != 0) : state.Sequence0 != ((home & 1) != 0);

    // The current transmit line is fetched.
    private static void Send(EndpointState old, bool isDiscarded, ref EndpointActions actions)
    {
        actions.Fetches = true;
        actions.Fetch = new EndpointLine(LineKind.TransmitControl, 0, old.TransmitCurrent ? (byte)1 : (byte)0);
        actions.WritesUse = true;
        actions.UseOf = 2;
        actions.Use = new LineUse
        {
            Sequence = old.TransmitIsGiven ? old.TransmitSequence : !old.TransmitSequence,
            Index = old.TransmitCurrent,
            IsKept = true,
            IsLeaving = true,
            Header = new LeftHeader
            {
                Process = old.Process,
                IsDiscarded = isDiscarded,
                TransmitPort = old.TransmitPort,
                MaySendFrames = old.MaySendFrames,
                PacketSlot = old.TransmitPacketSlot,
                AuxLines = EndpointShape.LeadingLines(0, old.TransmitTouched),
            },
        };
    }

    // The one transmit line of an endpoint that writes back is given out.
    private static void GiveTransmit(EndpointState old, byte home, ref EndpointActions actions)
    {
        bool sequence = (home & 4) == 0;
        actions.State = old with { TransmitIsGiven = true, TransmitSequence = sequence };
        actions.WritesUse = true;
        actions.UseOf = 2;
        actions.Use = new LineUse
        {
            Sequence = sequence,
            IsKept = true,
            WritesBack = true,
            Header = new LeftHeader
            {
                Process = old.Process,
                TransmitPort = old.TransmitPort,
                MaySendFrames = old.MaySendFrames,
                PacketSlot = old.TransmitPacketSlot,
            },
        };
    }
}
