// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>A frame that the NIC delivered to the kernel.</summary>
/// <param name="Bytes">The frame from its first byte on, without frame check sequence.</param>
/// <param name="Flags">Why it was bypassed: a <see cref="FrameKind"/>.</param>
public readonly record struct KernelFrame(ReadOnlyMemory<byte> Bytes, byte Flags);

/// <summary>
/// The loop of the kernel's endpoint: frames that the fast path does not know come in by its receive lines, frames go out by its transmit
/// lines. One core does both, so what is to be sent goes out when a load returns: at once for answers, after a TRYAGAIN at the latest for
/// the rest.
/// </summary>
public sealed class KernelLoop
{
    private readonly ICoreMemory core;
    private readonly BoundEndpoint endpoint;
    private readonly Func<KernelFrame, IEnumerable<byte[]>> handle;
    private readonly Action<LoopEvent>? watch;
    private readonly ConcurrentQueue<byte[]> waiting = new();
    private readonly LineTransfer receive;
    private readonly LineTransfer transmit;
    private int transmitLine;

    /// <summary>Creates the loop.</summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">The kernel's endpoint; its lines were not loaded since it was bound.</param>
    /// <param name="handle">Gets a received frame, returns the frames to be sent because of it.</param>
    /// <param name="watch">Is called with every step; null for none.</param>
    public KernelLoop(ICoreMemory core, BoundEndpoint endpoint, Func<KernelFrame, IEnumerable<byte[]>> handle,
        Action<LoopEvent>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        this.core = core;
        this.endpoint = endpoint;
        this.handle = handle;
        this.watch = watch;
        receive = new LineTransfer(core, endpoint.Addresses.ReceiveControl, endpoint.Addresses.ReceiveAux, endpoint.ReceiveLine);
        transmit = new LineTransfer(core, endpoint.Addresses.TransmitControl, endpoint.HasTransmitAux ? endpoint.Addresses.TransmitAux : [],
            endpoint.ReceiveLine is null ? null : 0);
    }

    /// <summary>The longest frame that can be sent, in bytes.</summary>
    public int LargestFrame => transmit.LargestMessage;

    /// <summary>Number of frames that the handler returned and that were too long to be sent.</summary>
    public int TooLong { get; private set; }

    /// <summary>
    /// Requests that came here, where none belongs: each was answered with <see cref="MessageKind.NoReply"/>, and nothing was called.
    /// </summary>
    public int Refused { get; private set; }

    /// <summary>Queues a frame to be sent; from any thread.</summary>
    /// <param name="frame">The frame from its first byte on, without frame check sequence.</param>
    public void Enqueue(byte[] frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length > LargestFrame)
        {
            throw new ArgumentException($"a frame of {frame.Length} bytes; endpoint {endpoint.Number} can send {LargestFrame}",
                nameof(frame));
        }

        waiting.Enqueue(frame);
    }

    /// <summary>Runs the loop until the NIC ends it, or until the first TRYAGAIN after it was told to stop.</summary>
    /// <param name="stop">Tells the loop to stop.</param>
    /// <returns>Why it ended.</returns>
    public async Task<LoopEnd> RunAsync(CancellationToken stop = default)
    {
        for (int line = receive.First; ; line = receive.Next(line))
        {
            Tell(LoopStep.Load, line, MessageKind.None, 0);
            LineMessage message = await receive.LoadControlAsync(line);
            Tell(LoopStep.Answered, line, message.Kind, message.Length);
            switch (message.Kind)
            {
                case MessageKind.Frame:
                    KernelFrame frame = new(await receive.ReadBodyAsync(message), message.Flags);
                    if (receive.WritesBack)
                    {
                        await receive.StoreAsync(line, MessageKind.NoReply, default);
                    }

                    foreach (byte[] answer in handle(frame))
                    {
                        await SendAsync(answer);
                    }

                    break;

                case MessageKind.Request:
                    Refused++;
                    await receive.StoreAsync(line, MessageKind.NoReply, default);
                    break;

                case MessageKind.TryAgain when stop.IsCancellationRequested:
                    return LoopEnd.Stopped;

                case MessageKind.TryAgain or MessageKind.Reschedule:
                    await receive.GiveUpAsync(line);
                    break;

                case MessageKind.Retire:
                    await receive.GiveUpAsync(line);
                    return LoopEnd.Retired;

                default:
                    return LoopEnd.Lost;
            }

            while (waiting.TryDequeue(out byte[]? queued))
            {
                await SendAsync(queued);
            }
        }
    }

    /// <summary>Sends a frame; for the core's owner while the loop does not run.</summary>
    /// <param name="frame">The frame; if it is longer than <see cref="LargestFrame"/>, it is counted as <see cref="TooLong"/> and not
    /// sent.</param>
    public async ValueTask SendAsync(byte[] frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length > LargestFrame)
        {
            TooLong++;
            return;
        }

        if (transmit.WritesBack)
        {
            // The load returns when the NIC has read what was sent before.
            Tell(LoopStep.Send, 0, MessageKind.SendFrame, frame.Length);
            await transmit.LoadControlAsync(0);
            await transmit.StoreAsync(0, MessageKind.SendFrame, frame);
            Tell(LoopStep.Sent, 0, MessageKind.SendFrame, frame.Length);
            return;
        }

        await transmit.StoreAsync(transmitLine, MessageKind.SendFrame, frame);
        transmitLine ^= 1;
        Tell(LoopStep.Send, transmitLine, MessageKind.SendFrame, frame.Length);
        await transmit.LoadControlAsync(transmitLine);
        Tell(LoopStep.Sent, transmitLine, MessageKind.SendFrame, frame.Length);
    }

    private void Tell(LoopStep step, int line, MessageKind kind, int bytes) =>
        watch?.Invoke(new LoopEvent(endpoint.Number, step, line, kind, bytes, ""));
}
