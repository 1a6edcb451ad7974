// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Contract;
using Lauberhorn.Driver;

namespace Lauberhorn.Node;

/// <content>Threads of processes on the core: the one that runs, those that it interrupted, and what becomes of them when their process is
/// killed.</content>
internal sealed partial class KernelCore
{
    // Threads of a killed process that were interrupted here do not wait for what interrupted them: the kernel writes their lines back. The
    // one that runs sees by itself that it was killed.
    private async ValueTask BreakOffInterruptedAsync()
    {
        foreach (ActiveThread thread in active.FindAll(thread => thread.IsInterrupted && thread.Process.IsDead))
        {
            CoreActivity activity = Times.Now;
            Times.Enter(CoreActivity.Lines, core.Cycle);
            await WriteBackAsync(thread);
            Leave(thread);
            thread.IsGone = true;
            Times.Enter(activity, core.Cycle);
        }
    }

    // A thread has left its loop. Where cores load by themselves the line may have been asked for once more: the kernel stores that no
    // thread uses the endpoint, so that this load ends, and nothing of its colour stalls behind it; and a call that came by it is
    // answered: the last load of the loop says that there is none.
    private async ValueTask LookOnceMoreAsync(ActiveThread thread, UserEndpoint own, ThreadMemory memory, CancellationTokenSource stop)
    {
        ulong line = own.Bound.Addresses.ReceiveControl[own.Bound.ReceiveLine ?? 0];
        Unmap(own.Bound);
        await TellOfLeaveAsync();
        await core.CleanInvalidateAsync(line);
        if (kernel.TellsOfLeaves && !thread.Process.IsDead)
        {
            long calls = Times.UserCalls;
            await stop.CancelAsync();
            await UserLoop.RunAsync(memory, own.Bound, thread.Process.Process.Handlers, stop.Token);
            Unmap(own.Bound);
            if (Times.UserCalls != calls)
            {
                // Its handler may have been interrupted, and the NIC been told that it goes on.
                await TellOfLeaveAsync();
            }

            await core.CleanInvalidateAsync(line);
        }
    }

    private ValueTask TellOfLeaveAsync() => kernel.TellsOfLeaves ? TellAsync(null, null) : default;

    // The call in a killed process's line is left without an answer.
    private async ValueTask WriteBackAsync(ActiveThread thread)
    {
        thread.Process.BrokenOff++;
        BoundEndpoint at = thread.Own?.Bound ?? endpoint;
        LineTransfer transfer = new(core, at.Addresses.ReceiveControl, at.Addresses.ReceiveAux, at.ReceiveLine);
        await transfer.StoreAsync(transfer.First, MessageKind.NoReply, default);
    }

    // Another address space, where a core that asks for lines by itself finds none of this endpoint's.
    private void Unmap(BoundEndpoint left)
    {
        EndpointAddresses lines = left.Addresses;
        foreach (ulong address in (IEnumerable<ulong>)[.. lines.ReceiveControl, .. lines.ReceiveAux, .. lines.TransmitControl,
            .. lines.TransmitAux])
        {
            core.Unmap(address, LineMessage.LineBytes);
        }
    }

    private ActiveThread Enter(KernelProcess process)
    {
        ActiveThread thread = new(process);
        active.Add(thread);
        process.Threads++;
        return thread;
    }

    private void Leave(ActiveThread thread)
    {
        if (active.Remove(thread))
        {
            thread.Process.Threads--;
        }
    }

    /// <summary>A process's thread that is on the core: the last one runs, those before it were interrupted.</summary>
    private sealed class ActiveThread(KernelProcess process)
    {
        public KernelProcess Process { get; } = process;

        // Where it has its calls from; null for the core's kernel endpoint.
        public UserEndpoint? Own { get; set; }

        public bool IsInterrupted { get; set; }

        // Its process was killed while it was interrupted, and the kernel has written its line back.
        public bool IsGone { get; set; }
    }

    /// <summary>
    /// The kernel's line as the kernel sees it: before it goes home its mapping goes. Else a core that loads by itself could ask for it
    /// once
    /// more, and be given a call there, when the kernel has gone to user mode. Cleaning goes by another mapping, which nobody loads by.
    /// </summary>
    private sealed class KernelMemory(KernelCore owner) : ICoreMemory
    {
        public ValueTask LoadLineAsync(ulong address, Memory<byte> destination) => owner.core.LoadLineAsync(address, destination);

        public ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes) => owner.core.StoreAsync(address, bytes);

        public ValueTask CleanInvalidateAsync(ulong address)
        {
            owner.Unmap(owner.endpoint);
            return owner.core.CleanInvalidateAsync(address);
        }

        public ValueTask BarrierAsync() => owner.core.BarrierAsync();
    }

    /// <summary>
    /// Memory as a thread in user mode sees it: handlers take time, and whatever sends it back to the kernel ends its loop.
    /// </summary>
    private sealed class ThreadMemory(KernelCore owner, ActiveThread thread, UserEndpoint own, CancellationTokenSource stop) : ICoreMemory
    {
        public async ValueTask LoadLineAsync(ulong address, Memory<byte> destination)
        {
            bool isControl = own.Bound.Addresses.ReceiveControl.Contains(address);
            owner.Times.Enter(isControl ? CoreActivity.UserWait : CoreActivity.Lines, owner.core.Cycle);
            await owner.core.LoadLineAsync(address, destination);
            owner.Times.Enter(CoreActivity.Lines, owner.core.Cycle);
            LineMessage message = new(destination);
            if (!isControl)
            {
                return;
            }

            switch (message.Kind)
            {
                case MessageKind.Request:
                    owner.Times.UserCalls++;
                    await owner.ComputeAsync(thread, message);
                    break;

                case MessageKind.TryAgain:
                    if (message.Flags == (byte)TryAgainReason.Yield)
                    {
                        owner.Times.Yields++;
                        owner.owed++;
                        await owner.TakeInterruptsAsync();
                        await stop.CancelAsync();
                    }
                    else if (await owner.TakeInterruptsAsync() || thread.Process.IsDead || owner.threads.Count > 0)
                    {
                        owner.hasTime = true;
                        await stop.CancelAsync();
                    }

                    break;

                default:
                    break;
            }
        }

        public ValueTask StoreAsync(ulong address, ReadOnlyMemory<byte> bytes) => owner.core.StoreAsync(address, bytes);

        public ValueTask CleanInvalidateAsync(ulong address) => owner.core.CleanInvalidateAsync(address);

        public ValueTask BarrierAsync() => owner.core.BarrierAsync();
    }
}
