// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>Loads and stores of the CPU.</content>
internal sealed partial class EndpointDecision
{
    private static void Read(EndpointEvent happened, EndpointState old, LineBits home, uint auxLines, bool isStray,
        ref EndpointActions actions)
    {
        actions.Answers = true;
        switch (happened.Line)
        {
            case LineKind.ReceiveControl:
                ReadReceive(happened, old, home, isStray && !old.IsKernel, ref actions);
                break;
            case LineKind.TransmitControl:
                ReadTransmit(happened, old, home, ref actions);
                break;
            case LineKind.ReceiveAux:
                ReadReceiveAux(happened, old, home, auxLines, ref actions);
                break;
            case LineKind.TransmitAux:
                ReadTransmitAux(happened, old, home, auxLines, ref actions);
                break;
            case LineKind.ProcessStatistics:
            case LineKind.CoreStatistics:
            case LineKind.ServiceStatistics:
                actions.Answer = actions.Answer with { Source = DeliverySource.Statistics };
                break;
            default:
                Count(NicEvent.BadRead, ref actions);
                break;
        }
    }

    // With one control line: it holds a message until it was written back with an answer, and whatever else it holds, a read of it stalls.
    private static bool HasAnswered(EndpointState old, LineBits home) =>
        old.WritesBack && (old.Content != LineContent.Message || !IsOut(old, home, ReceivePlace(old)));

    private static void ReadReceive(EndpointEvent happened, EndpointState old, LineBits home, bool isStray, ref EndpointActions actions)
    {
        bool isSame = ((happened.Index & 1) != 0) == old.Current;
        bool isFree = HasAnswered(old, home);
        if (old.IsBound && !old.IsStalled && isSame && old.Content != LineContent.None && IsOut(old, home, ReceivePlace(old)) && !isFree)
        {
            actions.Answer = actions.Answer with { Source = Again(old.Content, old.IsKernel) };
        }
        else if (old.IsBound && !old.IsReleasing && !old.IsStalled && (old.WritesBack ? isSame && isFree : !isSame))
        {
            actions.Answers = false;
            Stall(happened, old, home, isStray, ref actions);
        }
        else
        {
            ReadOutOfTurn(happened, old, home, ref actions);
            actions.State = actions.State with { IsLeaving = old.IsLeaving && (!isSame || IsOut(old, home, ReceivePlace(old))) };
        }
    }

    private static void ReadTransmit(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        bool index = (happened.Index & 1) != 0;
        bool isFree = old.IsBound && !old.IsReleasing && !old.IsSending;
        bool isSent = old.WritesBack && old.TransmitIsGiven && !IsOut(old, home, TransmitPlace(old));
        if (isFree && index == old.TransmitCurrent && (old.IsTransmitDraining || isSent))
        {
            // The reply stage has not read all of what was sent before, or not all of it is home.
            actions.Answers = false;
            actions.State = old with { IsSending = true, TransmitTag = happened.Tag };
        }
        else if (isFree && index == old.TransmitCurrent)
        {
            actions.Answer = actions.Answer with { Source = DeliverySource.Transmit };
            if (!old.TransmitIsGiven)
            {
                actions.State = old with { TransmitIsGiven = true };
                GiveTransmit(home, ref actions);
            }
        }
        else if (isFree && !old.WritesBack)
        {
            actions.Answers = false;
            actions.State = old with
            {
                IsSending = true,
                TransmitTag = happened.Tag,
                TransmitIsGiven = false,
                IsTransmitDraining = old.TransmitTouched != 0,
            };
            Send(old, home, ref actions);
        }
        else
        {
            ReadOutOfTurn(happened, old, home, ref actions);
        }
    }

    // A control line that must not be read now: zeros. It is out nevertheless, without a message, unless it was out before.
    private static void ReadOutOfTurn(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        int place = LineBits.Place(new EndpointLine(happened.Line, 0, happened.Index));
        if (!IsOut(old, home, place))
        {
            Give(home, place, default, ref actions);
        }

        Count(NicEvent.BadRead, ref actions);
    }

    private static void ReadReceiveAux(EndpointEvent happened, EndpointState old, LineBits home, uint auxLines, ref EndpointActions actions)
    {
        // As long as its control line is out, also while that is being taken away: then the slots are another's.
        bool isMessage = old.IsBound && old.Content == LineContent.Message && (old.IsHolding || IsOut(old, home, ReceivePlace(old)));
        EndpointState with = old with { Given = LineBits.GiveAux(old.Given, home, false, happened.Index) };
        if (isMessage && old.HasPacketSlot && happened.Index < auxLines)
        {
            ReadAux(happened, old.Touched, old.MessageLines, ref actions);
            actions.State = with with { Touched = old.Touched | (1u << (happened.Index & 31)) };
        }
        else
        {
            // Nothing of an answered message may be merged any more: its packet slot may be another's by now.
            actions.State = with with { Touched = HasAnswered(old, home) && !old.IsHolding ? 0 : old.Touched };
            if (!isMessage)
            {
                Count(NicEvent.BadRead, ref actions);
            }
        }

        WriteReceiveUse(home, ref actions);
    }

    private static void ReadTransmitAux(
        EndpointEvent happened, EndpointState old, LineBits home, uint auxLines, ref EndpointActions actions)
    {
        bool isSent = old.WritesBack && old.TransmitIsGiven && !IsOut(old, home, TransmitPlace(old));
        bool isMessage = old.IsBound && !old.IsReleasing && (!old.IsSending || old.IsTransmitFresh) && !isSent;
        EndpointState with = old with { Given = LineBits.GiveAux(old.Given, home, true, happened.Index) };
        if (isMessage && old.HasTransmitPacketSlot && happened.Index < auxLines)
        {
            ReadAux(happened, old.TransmitTouched, 0, ref actions);
            actions.State = with with { TransmitTouched = old.TransmitTouched | (1u << (happened.Index & 31)) };
        }
        else
        {
            actions.State = with;
            if (!isMessage)
            {
                Count(NicEvent.BadRead, ref actions);
            }
        }

        WriteTransmitUse(home, ref actions);
    }

    // A line beyond the message is zeros, and zeros are written, so that what is evicted of it later is merged with them.
    private static void ReadAux(EndpointEvent happened, uint touched, byte filled, ref EndpointActions actions)
    {
        bool isFilled = happened.Index < filled || ((touched >> (happened.Index & 31)) & 1) != 0;
        actions.Answer = actions.Answer with { Source = isFilled ? DeliverySource.Packet : DeliverySource.Zeros };
        actions.Scrubs = !isFilled;
    }

    private static DeliverySource Again(LineContent content, bool isKernel) => content switch
    {
        LineContent.Message when isKernel => DeliverySource.KernelLine,
        LineContent.Message => DeliverySource.Line,
        LineContent.Retire => DeliverySource.Retire,
        LineContent.Yield => DeliverySource.Yield,
        LineContent.Reschedule => DeliverySource.Reschedule,
        LineContent.NotRunning => DeliverySource.NotRunning,
        _ => DeliverySource.TryAgain,
    };

    private static void Stall(EndpointEvent happened, EndpointState old, LineBits home, bool isStray, ref EndpointActions actions)
    {
        // The scheduler is notified of the read when the line just left is home: otherwise the message that comes now could have ended, and
        // the line just left be loaded again, before the fetch reaches it; and the CPU would read its own copy. The return path notifies
        // the scheduler then.
        uint before = Out(old, home).ReceiveAux;
        bool startsJob = old.WritesBack && before != 0 && !old.IsDraining;
        bool isDraining = old.IsDraining || startsJob || (old.Touched != 0 && !old.WritesBack);
        bool leaves = old.Content != LineContent.None && !old.WritesBack;
        if (isStray && !isDraining && !leaves)
        {
            AnswerAtOnce(old, LineContent.NotRunning, happened.Tag, home, ref actions);
            Count(NicEvent.StrayLoad, ref actions);
            return;
        }

        actions.State = old with
        {
            Content = LineContent.None,
            Touched = old.WritesBack ? 0 : old.Touched,
            IsStalled = true,
            Tag = happened.Tag,
            WaitNumber = (ushort)happened.Time,
            IsTimedOut = false,
            IsStray = isStray,
            IsLeaving = leaves,
            IsDraining = isDraining,
        };
        if (leaves)
        {
            Leave(old, home, ref actions);
        }

        if (old.WritesBack)
        {
            WriteReceiveUse(home, ref actions);
        }

        if (startsJob)
        {
            StartJob(LineGroup.ReceiveAux, before, ref actions);
        }

        actions.WritesWait = true;
        actions.Wait = new WaitStart(true, WaitsFrom(happened.Time, isStray));
        actions.ControlLines = (byte)(1 << LineBits.Place(new EndpointLine(LineKind.ReceiveControl, 0, happened.Index)));
        actions.Notifies = !isDraining && !leaves;
        actions.Notice = NoticeKind.Waiting;
    }
}
