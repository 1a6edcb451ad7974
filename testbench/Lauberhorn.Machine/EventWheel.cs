// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Machines;

/// <summary>Kind of an event that is due in a cycle.</summary>
internal enum MachineEvent : byte
{
    Resume,
    ReachLevel2,
    Grant,
    ReachDirectory,
    DataReachesLevel2,
    Snoop,
    CleanReachesLevel2,
    AnswerReachesDirectory,
    EvictionReachesDirectory,
    Drain,
    FetchedDataReachDirectory,
}

internal readonly record struct Happening(MachineEvent Kind, Core? Core, LineRecord? Line, bool Exclusive = false, bool IsPrefetch = false);

/// <summary>Events by cycle; those of one cycle in the order in which they were entered.</summary>
internal sealed class EventWheel
{
    private const int Slots = 4096;
    private readonly List<Happening>[] near = new List<Happening>[Slots];
    private readonly PriorityQueue<Happening, (long Cycle, long Order)> far = new();
    private long order;

    public EventWheel()
    {
        for (int i = 0; i < Slots; i++)
        {
            near[i] = [];
        }
    }

    public void Add(long now, long delay, Happening happening)
    {
        if (delay < Slots - 1)
        {
            near[(now + delay) % Slots].Add(happening);
        }
        else
        {
            far.Enqueue(happening, (now + delay, order++));
        }
    }

    /// <summary>
    /// The list of a cycle's events. More may be added to it, with delay 0, while it is worked off; it must be cleared after.
    /// </summary>
    public List<Happening> Due(long now)
    {
        List<Happening> due = near[now % Slots];
        while (far.TryPeek(out Happening happening, out (long Cycle, long Order) key) && key.Cycle <= now)
        {
            far.Dequeue();
            due.Add(happening);
        }

        return due;
    }
}
