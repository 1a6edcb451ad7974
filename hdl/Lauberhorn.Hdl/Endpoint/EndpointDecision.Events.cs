// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;
using Lauberhorn.Hdl.Stores;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>The scheduler, the timer, lines that have come home.</content>
internal sealed partial class EndpointDecision
{
    private static void TimeIsUp(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (!old.IsStalled || old.IsTimedOut || old.IsHolding || old.WaitNumber != happened.Slot)
        {
            return;
        }

        if (IsWithScheduler(old, home))
        {
            Withdraw(old, home, happened.Due, ref actions);
        }
        else
        {
            // The scheduler has not been notified of the read, and no answer may pass the line just left: the wait begins anew.
            actions.State = old with { WaitNumber = (ushort)happened.Time };
            actions.WritesWait = true;
            actions.Wait = new WaitStart(true, WaitsFrom(happened.Time, old.IsStray));
        }
    }

    // A stray load that cannot be answered at once counts as overdue: the timer finds it at its next scan. The low bits are the tick's,
    // whatever it is.
    private static uint WaitsFrom(uint now, bool isStray) => isStray ? now - StallTimer.LongAgo : now;

    // The stalled read, if the scheduler knows of it, is withdrawn from there and answered with TRYAGAIN.
    private static void Withdraw(EndpointState old, LineBits home, byte due, ref EndpointActions actions)
    {
        if (IsWithScheduler(old, home))
        {
            actions.State = actions.State with { IsTimedOut = true, Due = due };
            actions.WritesWait = true;
            actions.Notifies = true;
            actions.Notice = NoticeKind.Withdraw;
        }
    }

    // Its core uses another endpoint, as the OS has said: no program waits for the stalled read, and it gets no message. One that was in
    // flight goes first.
    private static void Leave(EndpointEvent happened, EndpointState old, LineBits home, bool isStray, ref EndpointActions actions)
    {
        if (!isStray || !old.IsStalled || old.IsTimedOut || old.IsHolding)
        {
            return;
        }

        actions.State = old with { IsStray = !old.IsKernel, WaitNumber = (ushort)happened.Time };
        if (IsWithScheduler(old, home))
        {
            Withdraw(old, home, (byte)happened.Time, ref actions);
        }
        else
        {
            actions.WritesWait = true;
            actions.Wait = new WaitStart(true, WaitsFrom(happened.Time, true));
        }
    }

    private static void Deliver(EndpointEvent happened, EndpointState old, SlotResources resources, LineBits home,
        ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        uint before = Out(old, home).ReceiveAux;
        EndpointState with = old with
        {
            Slot = happened.Slot,
            HasPacketSlot = resources.HasPacketSlot,
            PacketSlot = resources.PacketSlot,
            MessageLines = resources.AuxLines,
            MessageProcess = resources.Process,
            Touched = 0,
        };
        if (before != 0)
        {
            // Read ahead of the message: what a cache has of these lines would hide it. All of them come home first.
            actions.State = with with { Content = LineContent.Message, IsHolding = true, IsTimedOut = false, IsDraining = true };
            actions.WritesWait = true;
            WriteReceiveUse(home, ref actions);
            StartJob(LineGroup.ReceiveAux, before, ref actions);
            return;
        }

        GiveMessage(with, home, ref actions);
    }

    // A message goes out at last.
    private static void GiveMessage(EndpointState with, LineBits home, ref EndpointActions actions)
    {
        GiveOut(with, LineContent.Message, with.Slot, home, ref actions);
        actions.Slot = with.Slot;
        actions.Answers = true;
        actions.Answer = new Delivery(with.IsKernel ? DeliverySource.KernelLine : DeliverySource.Line, with.Tag, with.Generation);
        Count(NicEvent.Delivered, ref actions);
    }

    private static void Withdrawn(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        actions.TriesAgain = true;
        LineContent content = old.Retiring == RetireStep.Asked ? LineContent.Retire
            : old.IsStray ? LineContent.NotRunning : LineContent.TryAgain;
        actions.TryAgain = new DueAnswer(old.Tag, old.Due, Again(content, false));
        GiveOut(old, content, 0, home, ref actions);
        Count(content == LineContent.Retire ? NicEvent.Retired : NicEvent.TryAgain, ref actions);
    }

    // At once, by the way of messages. A Withdraw in flight finds the endpoint not waiting.
    private static void Yield(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (!old.IsStalled)
        {
            return;
        }

        bool isRetire = old.Retiring == RetireStep.Asked;
        AnswerAtOnce(old, isRetire ? LineContent.Retire : old.IsReleasing ? LineContent.TryAgain : LineContent.Yield, old.Tag, home,
            ref actions);
    }

    // TRYAGAIN, or RETIRE, by the way of messages.
    private static void AnswerAtOnce(EndpointState old, LineContent content, ushort tag, LineBits home, ref EndpointActions actions)
    {
        GiveOut(old, content, 0, home, ref actions);
        actions.Answers = true;
        actions.Answer = new Delivery(Again(content, false), tag, old.Generation);
        Count(content == LineContent.Retire ? NicEvent.Retired : NicEvent.TryAgain, ref actions);
    }

    private static void Reschedule(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (old.IsStalled)
        {
            GiveOut(old, LineContent.Reschedule, happened.Slot, home, ref actions);
            actions.Answers = true;
            actions.Answer = new Delivery(DeliverySource.Reschedule, old.Tag, old.Generation, happened.Slot);
        }
    }

    private static void Drained(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (happened.Group == LineGroup.Control)
        {
            actions.State = old with { IsRecalling = false };
        }
        else if (happened.Group == LineGroup.TransmitAux)
        {
            TransmitDrained(old, home, ref actions);
        }
        else if (old.IsHolding)
        {
            actions.State = old with { IsDraining = false };
            GiveMessage(actions.State, home, ref actions);
        }
        else if (old.IsStalled && old.IsStray)
        {
            // A load that no program waits for is not reported to the scheduler: a message that it got would be in a line that no program
            // reads.
            bool isRetire = old.Retiring == RetireStep.Asked;
            EndpointState with = old with { IsDraining = false, Touched = 0 };
            AnswerAtOnce(with, isRetire ? LineContent.Retire : LineContent.NotRunning, with.Tag, home, ref actions);
            Count(NicEvent.StrayLoad, ref actions);
        }
        else
        {
            actions.State = old with { IsDraining = false, Touched = 0 };
            WriteReceiveUse(home, ref actions);
            actions.Notifies = old.IsStalled;
            actions.Notice = NoticeKind.Waiting;
        }
    }

    private static void TransmitDrained(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (!old.IsTransmitFresh)
        {
            // With the message that is being sent.
            actions.State = old with { IsTransmitDraining = false, TransmitTouched = 0 };
            WriteTransmitUse(home, ref actions);
            return;
        }

        EndpointState with = old with { IsTransmitDraining = false, IsTransmitFresh = false };
        actions.State = with;
        if (old.IsSending)
        {
            GiveNextTransmit(with, home, ref actions);
        }
    }

    // A message was sent: its aux lines that are still out (read while it was being sent, or written back by software itself) come home
    // before the next one begins.
    private static void Sent(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (!old.WritesBack && !old.IsSending)
        {
            return;
        }

        uint before = Out(old, home).TransmitAux;
        EndpointState with = old with
        {
            TransmitIsGiven = false,
            TransmitTouched = 0,
            IsTransmitDraining = before != 0,
            IsTransmitFresh = before != 0,
        };
        actions.State = with;
        actions.ScrubsTransmit = true;
        if (before != 0)
        {
            StartJob(LineGroup.TransmitAux, before, ref actions);
        }
        else if (old.IsSending)
        {
            GiveNextTransmit(with, home, ref actions);
        }

        WriteTransmitUse(home, ref actions);
    }

    // The read that was stalled by the sending is answered with zeros.
    private static void GiveNextTransmit(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        actions.State = old with { IsSending = false, TransmitIsGiven = true, TransmitCurrent = old.TransmitCurrent ^ !old.WritesBack };
        GiveTransmit(home, ref actions);
        actions.Answers = true;
        actions.Answer = new Delivery(DeliverySource.Zeros, old.TransmitTag, old.Generation);
    }

    // The current transmit line is given out.
    private static void GiveTransmit(LineBits home, ref EndpointActions actions)
    {
        EndpointState state = actions.State;
        LineUse use = new()
        {
            IsKept = true,
            WritesBack = state.WritesBack,
            Header = new LeftHeader
            {
                Process = state.Process,
                TransmitPort = state.TransmitPort,
                MaySendFrames = state.MaySendFrames,
                PacketSlot = state.TransmitPacketSlot,
            },
        };
        Give(home, TransmitPlace(state), use, ref actions);
    }

    // The current transmit line is fetched, to be sent.
    private static void Send(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        actions.Fetches = true;
        actions.Fetch = new EndpointLine(LineKind.TransmitControl, 0, old.TransmitCurrent ? (byte)1 : (byte)0);
        LineUse use = new()
        {
            IsKept = true,
            IsLeaving = true,
            Header = new LeftHeader
            {
                Process = old.Process,
                TransmitPort = old.TransmitPort,
                MaySendFrames = old.MaySendFrames,
                PacketSlot = old.TransmitPacketSlot,
                AuxLines = EndpointShape.LeadingLines(0, old.TransmitTouched),
            },
        };
        Give(home, TransmitPlace(old), use, ref actions);
    }
}
