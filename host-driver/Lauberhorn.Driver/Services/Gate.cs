// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// A lock for asynchronous methods, first come, first served. Leaving it continues the next waiting method on the same thread: nothing
/// moves to a thread of a pool, so a simulated node, where all happens on the
/// thread that ticks, is the same again for the same seed.
/// </summary>
internal sealed class Gate
{
    private readonly Lock inner = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private bool isTaken;

    /// <summary>Acquires the lock; the task ends when it is acquired.</summary>
    public Task EnterAsync()
    {
        lock (inner)
        {
            if (!isTaken)
            {
                isTaken = true;
                return Task.CompletedTask;
            }

            TaskCompletionSource turn = new();
            waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    /// <summary>Releases the lock to the longest waiting method.</summary>
    public void Leave()
    {
        TaskCompletionSource? next;
        lock (inner)
        {
            if (!waiting.TryDequeue(out next))
            {
                isTaken = false;
            }
        }

        next?.SetResult();
    }
}
