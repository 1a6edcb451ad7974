// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>What becomes of what the scheduler knows of a core.</summary>
internal enum CoreChange : byte
{
    /// <summary>It stays.</summary>
    None = 0,

    /// <summary>The core has the step's process: its kernel endpoint gets a message.</summary>
    Gets = 1,

    /// <summary>The OS says what runs there.</summary>
    Stated = 2,

    /// <summary>It is taken from its process.</summary>
    Taken = 3,

    /// <summary>It was taken and has not come in time.</summary>
    Overdue = 4,

    /// <summary>It has no process: its kernel endpoint has begun to wait, or waits no longer.</summary>
    InKernel = 5,
}

/// <summary>What a step is to do. Each kind of step sets its own, and what they come to is worked out in one place for all kinds.</summary>
internal struct StepIntents
{
    /// <summary>Whether the message goes to the end of the queue.</summary>
    public bool Enqueues;

    /// <summary>Whether the first message leaves the queue.</summary>
    public bool Dequeues;

    /// <summary>Whether that is forgotten: its slot is released.</summary>
    public bool Forgets;

    /// <summary>Whether the message that has come is: its slot is released.</summary>
    public bool Refuses;

    /// <summary>If so: whether its process's number is another's by now.</summary>
    public bool IsOfEarlier;

    /// <summary>Whether the endpoint goes on top of its list.</summary>
    public bool Pushes;

    /// <summary>Whether the endpoint leaves its list, wherever it is.</summary>
    public bool TakesOut;

    /// <summary>Whether the process's endpoint that began to wait last leaves its list, and is told.</summary>
    public bool UsesTop;

    /// <summary>Whether the kernel endpoint that began to wait last leaves its list, and is told.</summary>
    public bool UsesKernelTop;

    /// <summary>Whether the endpoint, which is in no list, is not wanted any longer.</summary>
    public bool Unmarks;

    /// <summary>Whether the endpoint, which is in no list, is to yield when it begins to wait.</summary>
    public bool Wants;

    /// <summary>Whether an endpoint is told something: that on top of a list, or the step's.</summary>
    public bool Dispatches;

    /// <summary>What.</summary>
    public DispatchKind Dispatch;

    /// <summary>Whether an endpoint yields its core.</summary>
    public bool Yields;

    /// <summary>Whether the core is interrupted.</summary>
    public bool Interrupts;

    /// <summary>What becomes of the core's entry.</summary>
    public CoreChange Core;

    /// <summary>If the core is taken: whether it is busy, so that nobody knows when it will come.</summary>
    public bool IsAsked;

    /// <summary>If the OS says what runs there: whether that is a process.</summary>
    public bool HasProcess;

    /// <summary>If so: whether it is the same process as before.</summary>
    public bool KeepsProcess;

    /// <summary>Whether its kernel endpoint waits then.</summary>
    public bool WaitsInKernel;

    /// <summary>Whether a core comes to the process.</summary>
    public bool Enters;

    /// <summary>Whether the core leaves the process that it has.</summary>
    public bool Leaves;

    /// <summary>Whether the core is reckoned with as coming no more: it has come.</summary>
    public bool Comes;

    /// <summary>Whether it is reckoned with no more because it has not come.</summary>
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
