// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;

namespace Lauberhorn.Driver;

/// <summary>
/// The loop of a core that serves an endpoint: load a control line, which stalls until a request comes; call what its code pointer says;
/// store the answer in the same line; load the other line, which sends the answer and waits for the next request. There is no other
/// synchronization: no interrupts, no polling, no registers.
/// </summary>
public static class UserLoop
{
    /// <summary>
    /// Runs the loop until the NIC ends it, or until the first TRYAGAIN after it was told to stop: only then is no request in its line.
    /// </summary>
    /// <param name="core">The core.</param>
    /// <param name="endpoint">The endpoint; its receive control lines were not loaded since it was bound.</param>
    /// <param name="handlers">What code pointers mean.</param>
    /// <param name="stop">Tells the loop to stop.</param>
    /// <param name="watch">Is called with every step; null for none.</param>
    /// <param name="begin">The control line to begin with, if the endpoint is not new: after RETIRE the other one than that which held
    /// it.</param>
    /// <param name="onYield">The way into the kernel: called when TRYAGAIN says that the core is preempted, or that the OS names no core
    /// that uses the endpoint; the loop continues when it returns. No request is in its line meanwhile. Null to load again at once.</param>
    /// <returns>Why it ended.</returns>
    public static async Task<LoopEnd> RunAsync(
        ICoreMemory core,
        BoundEndpoint endpoint,
        HandlerTable handlers,
        CancellationToken stop = default,
        Action<LoopEvent>? watch = null,
        int? begin = null,
        Func<ValueTask>? onYield = null)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(handlers);
        var lines = new LineTransfer(core, endpoint.Addresses.ReceiveControl, endpoint.Addresses.ReceiveAux, endpoint.ReceiveLine);
        for (int line = begin ?? lines.First; ; line = lines.Next(line))
        {
            Tell(LoopStep.Load, MessageKind.None, 0, "");
            LineMessage message = await lines.LoadControlAsync(line);
            Tell(LoopStep.Answered, message.Kind, message.Length, "");
            switch (message.Kind)
            {
                case MessageKind.TryAgain when stop.IsCancellationRequested:
                    return LoopEnd.Stopped;

                case MessageKind.TryAgain:
                    await lines.GiveUpAsync(line);
                    if (message.Reason is TryAgainReason.Yield or TryAgainReason.NotRunning && onYield is not null)
                    {
                        await onYield();
                    }

                    break;

                case MessageKind.Retire:
                    await lines.GiveUpAsync(line);
                    return LoopEnd.Retired;

                case MessageKind.Request when message.Process == endpoint.Process && message.Generation == endpoint.Generation:
                    byte[] arguments = await lines.ReadBodyAsync(message);
                    Tell(LoopStep.Call, message.Kind, arguments.Length, $"code pointer 0x{message.CodePointer:X}");
                    HandlerAnswer answer = handlers.Call(message.CodePointer, message.DataPointer, arguments);
                    if (answer.Body.Length > lines.LargestMessage)
                    {
                        answer = new HandlerAnswer(MessageKind.SystemError, [],
                            $"{answer.Body.Length} bytes of results; the lines have room for {lines.LargestMessage}");
                    }

                    Tell(LoopStep.Returned, answer.Kind, answer.Body.Length, answer.Problem ?? "");
                    await lines.StoreAsync(line, answer.Kind, answer.Body);
                    Tell(LoopStep.Stored, answer.Kind, answer.Body.Length, "");
                    break;

                case MessageKind.Request:
                    // Not for this process: the message is for an earlier owner of the endpoint.
                    await lines.StoreAsync(line, MessageKind.NoReply, default);
                    break;

                case MessageKind.Frame:
                    if (lines.WritesBack)
                    {
                        await lines.StoreAsync(line, MessageKind.NoReply, default);
                    }

                    break;

                default:
                    return LoopEnd.Lost;
            }

            void Tell(LoopStep step, MessageKind kind, int bytes, string text) =>
                watch?.Invoke(new LoopEvent(endpoint.Number, step, line, kind, bytes, text));
        }
    }
}
