// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Hdl.Home;
using Lauberhorn.Hdl.Observe;
using Lauberhorn.Hdl.Schedule;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>Loads and stores of the CPU.</content>
public sealed partial class EndpointDecision
{
    private static void Read(EndpointEvent happened, EndpointState old, uint auxLines, ref EndpointActions actions)
    {
        bool index = (happened.Index & 1) != 0;
        bool isOpen = old.IsBound && !old.IsReleasing;
        bool isBad = false;
        actions.Answers = true;
        if (happened.Line == LineKind.ReceiveControl && old.IsBound && !old.IsStalled && index == old.Current && old.Content != LineContent.None)
        {
            actions.Answer = actions.Answer with { Source = old.Content == LineContent.Message ? DeliverySource.Line : DeliverySource.TryAgain };
        }
        else if (happened.Line == LineKind.ReceiveControl && isOpen && !old.IsStalled && index != old.Current)
        {
            actions.Answers = false;
            Stall(happened, old, ref actions);
        }
        else if (happened.Line == LineKind.TransmitControl && isOpen && !old.IsSending && index == old.TransmitCurrent)
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
        else if (happened.Line == LineKind.TransmitControl && isOpen && !old.IsSending)
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
        else if (happened.Line == LineKind.ReceiveAux && isOpen && old.Content == LineContent.Message)
        {
            if (old.HasPacketSlot && happened.Index < auxLines)
            {
                ReadAux(happened, old.PacketSlot, old.Touched, old.MessageLines, ref actions);
                actions.State = old with { Touched = actions.Aux.Touched };
            }
        }
        else if (happened.Line == LineKind.TransmitAux && isOpen && !old.IsSending)
        {
            if (old.HasTransmitPacketSlot && happened.Index < auxLines)
            {
                ReadAux(happened, old.TransmitPacketSlot, old.TransmitTouched, 0, ref actions);
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

    private static void Stall(EndpointEvent happened, EndpointState old, ref EndpointActions actions)
    {
        // The scheduler hears of the read when the line just left is home: otherwise the message that comes now could be done with, and the line
        // just left be loaded again, before the fetch reaches it; and the CPU would read its own copy. The return path tells the scheduler then.
        bool isDraining = old.IsDraining || old.Touched != 0;
        bool leaves = old.Content != LineContent.None;
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
        actions.WritesWait = true;
        actions.Wait = new WaitStart(true, happened.Time);
        actions.Notifies = !isDraining && !leaves;
        actions.Notice = NoticeKind.Waiting;
    }

    // A line beyond the message is zeros, and zeros are written, so that what is evicted of it later is merged with them.
    private static void ReadAux(EndpointEvent happened, ushort packetSlot, uint touched, byte filled, ref EndpointActions actions)
    {
        uint bit = 1u << (happened.Index & 31);
        bool isNew = (touched & bit) == 0;
        bool isFilled = happened.Index < filled || !isNew;
        actions.Answer = actions.Answer with { Source = isFilled ? DeliverySource.Packet : DeliverySource.Zeros };
        actions.Scrubs = !isFilled;
        actions.WritesAux = isNew;
        actions.AuxIsTransmit = happened.Line == LineKind.TransmitAux;
        actions.Aux = new AuxUse(packetSlot, touched | bit);
    }
}
