// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Hdl.Schedule;

/// <summary>A process's state after a step, but for what the links read say.</summary>
internal readonly record struct StepResult
{
    /// <summary>Whether the step is about a process's record; otherwise what that says of backlog and cores stays.</summary>
    public bool IsOfRecord { get; init; }

    /// <summary>Whether messages are queued.</summary>
    public bool HasQueue { get; init; }

    /// <summary>Whether the first of them has been the first for too long.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether the process has messages and no core, or has waited for too long, and none will come by kernel endpoints.</summary>
    public bool IsStuck { get; init; }

    /// <summary>Whether it wants a core.</summary>
    public bool WantsCore { get; init; }

    /// <summary>Whether it is subject to the time limit.</summary>
    public bool IsTimed { get; init; }

    /// <summary>Whether it is in the backlog, if the step is about its record.</summary>
    public bool IsMember { get; init; }

    /// <summary>Whether it joins the backlog.</summary>
    public bool Joins { get; init; }

    /// <summary>Whether it leaves the backlog.</summary>
    public bool Removes { get; init; }

    /// <summary>Whether its turn is over and it goes to the end of the backlog.</summary>
    public bool Rotates { get; init; }

    /// <summary>Whether a message of its turn is taken.</summary>
    public bool IsInTurn { get; init; }

    /// <summary>Messages left of its turn.</summary>
    public byte TurnsLeft { get; init; }
}
