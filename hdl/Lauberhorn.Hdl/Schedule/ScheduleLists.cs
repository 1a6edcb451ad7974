// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>The new values of queues, lists and the backlog in a step, but for what the links read say.</summary>
internal static class ScheduleLists
{
    /// <summary>A list of waiting endpoints.</summary>
    /// <param name="list">The list before.</param>
    /// <param name="endpoint">The endpoint that goes on top.</param>
    /// <param name="pushes">Whether one is pushed.</param>
    /// <param name="pops">Whether the top is removed.</param>
    public static WaitingList List(WaitingList list, ushort endpoint, bool pushes, bool pops)
    {
        if (pushes)
        {
            return new WaitingList { HasTop = true, Top = endpoint, HasSecond = list.HasTop, Second = list.Top };
        }

        return pops ? new WaitingList { HasTop = list.HasSecond, Top = list.Second, Second = list.Second } : list;
    }

    /// <summary>A process's queue.</summary>
    /// <param name="record">The record before.</param>
    /// <param name="slot">The slot that is put at the end.</param>
    /// <param name="now">The time, in units of 2^16 cycles.</param>
    /// <param name="enqueues">Whether one is put there.</param>
    /// <param name="dequeues">Whether the first is removed.</param>
    public static ProcessRecord Queue(ProcessRecord record, ushort slot, ushort now, bool enqueues, bool dequeues)
    {
        if (enqueues)
        {
            // The place behind the first is written with the first too: without meaning, and one comparison less.
            bool isFirst = record.Queued == 0;
            bool isSecond = record.Queued < 2;
            return record with
            {
                Queued = (ushort)(record.Queued + 1),
                Head = isFirst ? slot : record.Head,
                HeadTime = isFirst ? now : record.HeadTime,
                Next = isSecond ? slot : record.Next,
                NextTime = isSecond ? now : record.NextTime,
                Tail = slot,
            };
        }

        return dequeues
            ? record with { Queued = (ushort)(record.Queued - 1), Head = record.Next, HeadTime = record.NextTime }
            : record;
    }

    /// <summary>The backlog.</summary>
    /// <param name="circle">The backlog before.</param>
    /// <param name="process">The step's process.</param>
    /// <param name="then">The process's state after the step.</param>
    public static Backlog Circle(Backlog circle, ushort process, StepResult then)
    {
        bool isPair = circle.Count == 2;
        bool isFirst = circle.Head == process;
        if (then.Joins)
        {
            return circle with
            {
                Count = (ushort)(circle.Count + 1),
                Head = circle.Count == 0 ? process : circle.Head,
                Next = circle.Count < 2 ? process : circle.Next,
                Tail = process,
                IsFresh = circle.Count == 0 || circle.IsFresh,
            };
        }

        if (then.Removes)
        {
            return circle with
            {
                Count = (ushort)(circle.Count - 1),
                Head = isFirst ? circle.Next : circle.Head,
                Tail = !isFirst && isPair ? circle.Head : circle.Tail,
                IsFresh = isFirst || circle.IsFresh,
            };
        }

        if (then.Rotates)
        {
            bool isAlone = circle.Count == 1;
            return circle with
            {
                Head = isAlone ? circle.Head : circle.Next,
                Next = isPair ? process : circle.Next,
                Tail = process,
                IsFresh = true,
            };
        }

        return then.IsInTurn ? circle with { IsFresh = false, Left = then.TurnsLeft } : circle;
    }
}
