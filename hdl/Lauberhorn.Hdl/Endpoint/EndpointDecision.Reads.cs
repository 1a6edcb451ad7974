// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>Loads and stores of the CPU.</content>
public sealed partial class EndpointDecision
{
    private static void Read(EndpointEvent happened, EndpointState old, byte home, uint auxLines, ref EndpointActions actions)
    {
        bool index = (happened.Index & 1) != 0;
        bool isOpen = old.IsBound && !old.IsReleasing;
        bool isBad = false;

        // With one control line: it holds a message until it was written back with an answer, and whatever else it holds, a read of it waits.
        bool hasAnswered = old.WritesBack && (old.Content != LineContent.Message || !IsOut(old, home));
        bool hasSent = old.WritesBack && !IsTransmitOut(old, home);
        bool isCurrent = index == old.Current && old.Content != LineContent.None && !hasAnswered;
        bool isOther = old.WritesBack ? index == old.Current && hasAnswered : index != old.Current;
        actions.Answers = true;
        if (happened.Line == LineKind.ProcessStatistics || happened.Line == LineKind.CoreStatistics || happened.Line == LineKind.ServiceStatistics)
        {
            actions.Answer = actions.Answer with { Source = DeliverySource.Statistics };
        }
        else if (happened.Line == LineKind.ReceiveControl && old.IsBound && !old.IsStalled && isCurrent)
        {
            actions.Answer = actions.Answer with { Source = Again(old.Content) };
        }
        else if (happened.Line == LineKind.ReceiveControl && isOpen && !old.IsStalled && isOther)
        {
            actions.Answers = false;
            Stall(happened, old, ref actions);
        }
        else if (happened.Line == LineKind.TransmitControl && isOpen && !old.IsSending && !index && old.WritesBack)
        {
            actions.Answer = actions.Answer with { Source = DeliverySource.Transmit };
            if (!old.TransmitIsGiven)
            {
                GiveTransmit(old, home, ref actions);
            }
            else if (hasSent)
            {
                // The reply stage has not read all of it.
                actions.Answers = false;
                actions.State = old with { IsSending = true, TransmitTag = happened.Tag };
            }
        }
        else if (happened.Line == LineKind.TransmitControl && isOpen && !old.IsSending && index == old.TransmitCurrent && !old.WritesBack)
        {
            actions.Answer = actions.Answer with { Source = DeliverySource.Transmit };
            if (!old.TransmitIsGiven)
            {
                actions.State = old with { TransmitIsGiven = true, TransmitSequence = !old.TransmitSequence };
                actions.WritesUse = true;
                actions.UseOf = 2;
                actions.Use = new LineUse { Sequence = !old.TransmitSequence, Index = index, IsKept = true };
            }
        }
        else if (happened.Line == LineKind.TransmitControl && isOpen && !old.IsSending && !old.WritesBack)
        {
            actions.Answers = false;
            Send(old, false, ref actions);
            actions.State = old with
            {
                IsSending = true,
                TransmitTag = happened.Tag,
                TransmitIsGiven = false,
                TransmitSequence = old.TransmitIsGiven ? old.TransmitSequence : !old.TransmitSequence,
                TransmitTouched = 0,
                IsTransmitDraining = old.TransmitTouched != 0,
            };
        }
        else if (happened.Line == LineKind.ReceiveAux && isOpen && old.Content == LineContent.Message && !hasAnswered)
        {
            if (old.HasPacketSlot && happened.Index < auxLines)
            {
                ReadAux(happened, new AuxUse(old.PacketSlot, old.Touched, old.WritesBack, old.Current, old.Current ? old.Sequence1 : old.Sequence0), old.MessageLines, ref actions);
                actions.State = old with { Touched = actions.Aux.Touched };
            }
        }
        else if (happened.Line == LineKind.TransmitAux && isOpen && !old.IsSending && !(old.TransmitIsGiven && hasSent))
        {
            if (old.HasTransmitPacketSlot && happened.Index < auxLines)
            {
                ReadAux(happened, new AuxUse(old.TransmitPacketSlot, old.TransmitTouched, old.WritesBack, false, old.TransmitSequence), 0, ref actions);
                actions.State = old with { TransmitTouched = actions.Aux.Touched };
            }
        }
        else
        {
            isBad = true;
        }

        if (isBad)
        {
            Count(NicEvent.BadRead, ref actions);
        }
    }

    private static DeliverySource Again(LineContent content) => content switch
    {
        LineContent.Message => DeliverySource.Line,
        LineContent.Retire => DeliverySource.Retire,
        LineContent.Yield => DeliverySource.Yield,
        LineContent.Reschedule => DeliverySource.Reschedule,
        _ => DeliverySource.TryAgain,
    };

    private static void Stall(EndpointEvent happened, EndpointState old, ref EndpointActions actions)
    {
        // The scheduler hears of the read when the line just left is home: otherwise the message that comes now could be done with, and the line
        // just left be loaded again, before the fetch reaches it; and the CPU would read its own copy. The return path tells the scheduler then.
        bool isDraining = old.IsDraining || (old.Touched != 0 && !old.WritesBack);
        bool leaves = old.Content != LineContent.None && !old.WritesBack;
        if (leaves)
        {
            Leave(old, false, ref actions);
        }

        actions.State = old with
        {
            Content = LineContent.None,
            Touched = 0,
            IsStalled = true,
            Tag = happened.Tag,
            WaitNumber = (ushort)happened.Time,
            IsTimedOut = false,
            IsDraining = isDraining,
        };
        actions.WritesAux = old.WritesBack;
        actions.WritesWait = true;
        actions.Wait = new WaitStart(true, happened.Time);
        actions.Notifies = !isDraining && !leaves;
        actions.Notice = NoticeKind.Waiting;
    }

    // A line beyond the message is zeros, and zeros are written, so that what is evicted of it later is merged with them.
    private static void ReadAux(EndpointEvent happened, AuxUse use, byte filled, ref EndpointActions actions)
    {
        uint bit = 1u << (happened.Index & 31);
        bool isNew = (use.Touched & bit) == 0;
        bool isFilled = happened.Index < filled || !isNew;
        actions.Answer = actions.Answer with { Source = isFilled ? DeliverySource.Packet : DeliverySource.Zeros };
        actions.Scrubs = !isFilled;
        actions.WritesAux = isNew;
        actions.AuxIsTransmit = happened.Line == LineKind.TransmitAux;
        actions.Aux = use with { Touched = use.Touched | bit };
    }
}
