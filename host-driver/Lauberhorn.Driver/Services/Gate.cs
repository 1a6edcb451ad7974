// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Driver;

/// <summary>
/// Lets one in at a time, in the order in which they come. Whoever leaves carries on with the next one's work itself: nothing moves to a
/// thread of a pool, so a simulated node, where all happens on the
/// thread that ticks, is the same again for the same seed.
/// </summary>
internal sealed class Gate
{
    private readonly Lock inner = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private bool isTaken;

    /// <summary>Enters, or waits for its turn.</summary>
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

    /// <summary>Leaves; whoever came first of those that wait is in then.</summary>
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
