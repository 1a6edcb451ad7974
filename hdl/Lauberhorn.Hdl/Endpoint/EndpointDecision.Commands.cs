// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Hdl.Endpoint;

/// <content>Commands of the OS. Each is repeated until it ends.</content>
internal sealed partial class EndpointDecision
{
    // Lines that were read while the endpoint had no owner are home when it is bound, and no state of an earlier owner is left: at each
    // repetition, the return path's state of one control line and of the aux lines of one direction is cleared.
    private static void Bind(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        if (old.IsBound)
        {
            actions.Ends = true;
            actions.Status = CommandStatus.WrongState;
            return;
        }

        byte step = happened.Index;
        actions.State = EndpointState.Unbound(old);
        actions.WritesUse = true;
        actions.UseOf = step;
        actions.Use = new LineUse { Given = ((old.Given.Control >> step) & 1) != 0 };
        actions.WritesAux = true;
        actions.AuxIsTransmit = (step & 1) != 0;
        actions.Aux = new AuxUse { Given = (step & 1) != 0 ? old.Given.TransmitAux : old.Given.ReceiveAux };
        actions.WritesWait = true;
        bool isHome = Recall(old, home, ref actions);
        if (isHome && step == EndpointCommands.BindSteps - 1)
        {
            actions.Ends = true;
            actions.Status = CommandStatus.Done;
            actions.ScrubsTransmit = true;
            actions.State = EndpointState.Unbound(old) with
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
            };
        }
    }

    // As a release, but only the stalled load is answered. What the scheduler has dispatched before it gets the notice goes first.
    private static void Retire(EndpointEvent happened, EndpointState old, LineBits home, ref EndpointActions actions)
    {
        bool isOver = old.Retiring == RetireStep.Given || old.Retiring == RetireStep.Overtaken;
        if (isOver || !old.IsStalled)
        {
            actions.Ends = true;
            actions.Status = old.Retiring == RetireStep.Given ? CommandStatus.Done : CommandStatus.WrongState;
            actions.State = old with { Retiring = RetireStep.None };
            return;
        }

        // The line that was left must come home first, and may be blocked by a stalled load on its colour.
        actions.ControlLines = Out(old, home).Control;
        actions.State = old with { Retiring = RetireStep.Asked };
        Withdraw(old, home, (byte)happened.Time, ref actions);
    }

    // First the stalled read is answered, and fetches and sends in flight end; then all lines that are out come home, whatever they are out
    // for; then no state of the owner is left.
    private static void Release(EndpointState old, LineBits home, byte due, ref EndpointActions actions)
    {
        if (!old.IsBound)
        {
            actions.Ends = true;
            actions.Status = CommandStatus.WrongState;
            return;
        }

        // Whatever is waited for: a fetch in flight may be blocked by a stalled load on its colour.
        actions.ControlLines = Out(old, home).Control;
        actions.State = old with { IsReleasing = true };
        bool isTransmitOut = IsOut(old, home, TransmitPlace(old));
        if (old.IsStalled)
        {
            Withdraw(old, home, due, ref actions);
        }
        else if (old.IsDraining || old.IsTransmitDraining || old.IsRecalling || old.IsSending)
        {
            // Their effects are in flight.
        }
        else if (old.WritesBack && old.TransmitIsGiven && !isTransmitOut)
        {
            // It was sent; the reply stage says so soon.
        }
        else if (old.WritesBack && old.TransmitIsGiven && !old.IsTransmitVoid)
        {
            // From the next tick on nothing that is written back is sent. If it was in this very tick, the next repetition sees it.
            actions.State = old with { IsReleasing = true, IsTransmitVoid = true };
            Give(home, TransmitPlace(old), default, ref actions);
        }
        else
        {
            actions.State = old with { IsReleasing = true, TransmitIsGiven = false };
            if (Recall(old, home, ref actions))
            {
                actions.Ends = true;
                actions.Status = CommandStatus.Done;
                actions.State = EndpointState.Unbound(old);
            }
        }
    }

    // Fetches lines that are out, aux lines first: they belong to what a control line says. Whether there is none.
    private static bool Recall(EndpointState old, LineBits home, ref EndpointActions actions)
    {
        LineBits lines = Out(old, home);
        bool isUnderWay = old.IsDraining || old.IsTransmitDraining || old.IsRecalling;
        actions.ControlLines = lines.Control;
        if (isUnderWay)
        {
            return false;
        }

        if (lines.ReceiveAux != 0)
        {
            actions.State = actions.State with { IsDraining = true };
            StartJob(LineGroup.ReceiveAux, lines.ReceiveAux, ref actions);
            return false;
        }

        if (lines.TransmitAux != 0)
        {
            actions.State = actions.State with { IsTransmitDraining = true };
            StartJob(LineGroup.TransmitAux, lines.TransmitAux, ref actions);
            return false;
        }

        if (lines.Control != 0)
        {
            actions.State = actions.State with { IsRecalling = true };
            StartJob(LineGroup.Control, lines.Control, ref actions);
            return false;
        }

        return true;
    }
}
