// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>The update of a core's state.</summary>
internal enum CoreChange : byte
{
    /// <summary>It stays as it is.</summary>
    None = 0,

    /// <summary>The core has the step's process: its kernel endpoint gets a message.</summary>
    Gets = 1,

    /// <summary>The OS has stored what runs there.</summary>
    Stated = 2,

    /// <summary>It is preempted.</summary>
    Taken = 3,

    /// <summary>It was preempted and is overdue.</summary>
    Overdue = 4,

    /// <summary>It has no process: its kernel endpoint has begun to wait, or waits no longer.</summary>
    InKernel = 5,
}

/// <summary>A step's intents. Each kind of step sets its own; one place for all kinds applies them.</summary>
internal struct StepIntents
{
    /// <summary>Whether the message goes to the end of the queue.</summary>
    public bool Enqueues;

    /// <summary>Whether the first message leaves the queue.</summary>
    public bool Dequeues;

    /// <summary>Whether that message is dropped: its slot is released.</summary>
    public bool Forgets;

    /// <summary>Whether the message that has arrived is dropped: its slot is released.</summary>
    public bool Refuses;

    /// <summary>If so: whether it is for an earlier process with the same number (generation mismatch).</summary>
    public bool IsOfEarlier;

    /// <summary>Whether the endpoint goes on top of its list.</summary>
    public bool Pushes;

    /// <summary>Whether the endpoint leaves its list, wherever it is.</summary>
    public bool TakesOut;

    /// <summary>Whether the process's endpoint that began to wait last leaves its list, with a dispatch.</summary>
    public bool UsesTop;

    /// <summary>Whether the kernel endpoint that began to wait last leaves its list, with a dispatch.</summary>
    public bool UsesKernelTop;

    /// <summary>Whether the endpoint, which is in no list, is no longer to yield.</summary>
    public bool Unmarks;

    /// <summary>Whether the endpoint, which is in no list, is to yield when it begins to wait.</summary>
    public bool Wants;

    /// <summary>Whether an endpoint gets a dispatch: the one on top of a list, or the step's.</summary>
    public bool Dispatches;

    /// <summary>The dispatch's kind.</summary>
    public DispatchKind Dispatch;

    /// <summary>Whether an endpoint yields its core.</summary>
    public bool Yields;

    /// <summary>Whether the core is interrupted.</summary>
    public bool Interrupts;

    /// <summary>The update of the core's entry.</summary>
    public CoreChange Core;

    /// <summary>If the core is preempted: whether it is busy, so that the time of its coming is unknown.</summary>
    public bool IsAsked;

    /// <summary>If the OS has stored what runs there: whether that is a process.</summary>
    public bool HasProcess;

    /// <summary>If so: whether it is the same process as before.</summary>
    public bool KeepsProcess;

    /// <summary>Whether its kernel endpoint waits then.</summary>
    public bool WaitsInKernel;

    /// <summary>Whether a core comes to the process.</summary>
    public bool Enters;

    /// <summary>Whether the core leaves the process that it has.</summary>
    public bool Leaves;

    /// <summary>Whether the core is no longer counted as about to come: it has come.</summary>
    public bool Comes;

    /// <summary>Whether it is no longer counted as about to come: it is overdue.</summary>
    public bool Misses;

    /// <summary>Whether a kernel endpoint gets the first message of a process of the backlog.</summary>
    public bool IsTurn;

    /// <summary>Whether the process may join the backlog, if it may have another core.</summary>
    public bool MayJoin;

    /// <summary>Whether the process stays in the backlog only if it may have another core.</summary>
    public bool LooksAgain;

    /// <summary>Whether the first message has been the first for too long.</summary>
    public bool IsOld;

    /// <summary>Whether a message goes to a kernel endpoint because its process has waited for too long.</summary>
    public bool ServesLate;
}
