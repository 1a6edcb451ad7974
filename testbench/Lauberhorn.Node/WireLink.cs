// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Hdl.Testing;
using Lauberhorn.Model.Wire;

namespace Lauberhorn.Node;

/// <summary>
/// Joins a node's MAC to a wire in real time: frames of the wire go to the NIC, and what the NIC sends goes out. The node's time stands
/// still while nobody has anything to do: when no frame has come or gone for a while, the NIC is asked whether it has messages (<see
/// cref="RegisterMap.SlotsTaken"/>), and time goes on as long as it has. So a slow simulation and a fast client meet on equal terms, and a
/// waiting client costs no processor time.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="wire">The wire.</param>
public sealed class WireLink(Node node, IWire wire)
{
    // The wire is polled so often; a poll is a system call.
    private const int TicksAtATime = 128;

    // And so often the NIC is asked; that takes a dozen ticks.
    private const int TicksBetweenQuestions = 1024;
    private long busyUntil;

    /// <summary>
    /// After so many ticks without a frame either way the NIC is asked whether it has anything to do; long enough for what cores do beside.
    /// </summary>
    public int QuietTicks { get; init; } = 20_000;

    /// <summary>Frames that the NIC was given.</summary>
    public int FramesIn { get; private set; }

    /// <summary>Frames that the NIC sent.</summary>
    public int FramesOut { get; private set; }

    /// <summary>Called with each frame when it is put into the queue to the NIC.</summary>
    public Action<SentFrame> OnFrameIn { get; set; } = static _ => { };

    /// <summary>Called with each frame that the NIC sent, before it goes out.</summary>
    public Action<SentByNic> OnFrameOut { get; set; } = static _ => { };

    /// <summary>Whether the node's clock is stopped because nothing is to be done.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>
    /// Takes what the wire has, lets the node tick for a while if there is something to do, and sends the frames that it causes.
    /// </summary>
    /// <returns>Whether there was something to do.</returns>
    public bool Step()
    {
        while (wire.TryReceive(out byte[] frame))
        {
            FramesIn++;
            OnFrameIn(node.Wire.Send(frame));
            GoOn(QuietTicks);
        }

        if (!HasWork())
        {
            return false;
        }

        for (int i = 0; i < TicksAtATime && node.Wire.Received.Count == 0; i++)
        {
            node.Tick();
        }

        while (node.Wire.Received.TryDequeue(out SentByNic? sent))
        {
            FramesOut++;
            OnFrameOut(sent);
            wire.Send(sent.Bytes);
            GoOn(QuietTicks);
        }

        return true;
    }

    private bool HasWork()
    {
        if (IsIdle || node.Ticks < busyUntil || node.Wire.Waiting > 0)
        {
            return !IsIdle;
        }

        // Outside of the node's ticks an access ends before it returns.
        ulong taken = node.Registers.ReadAsync(RegisterMap.SlotsTaken).AsTask().GetAwaiter().GetResult();
        IsIdle = taken == 0 && node.Wire.Received.Count == 0;
        busyUntil = node.Ticks + TicksBetweenQuestions;
        return !IsIdle;
    }

    private void GoOn(int ticks)
    {
        IsIdle = false;
        busyUntil = node.Ticks + ticks;
    }
}
