// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>What an item waits for on another stream.</summary>
public enum WaitKind
{
    /// <summary>Its item has to be accepted.</summary>
    Taken,

    /// <summary>Its item goes first: both have one receiver, which does not accept this one in ticks in which that one is valid.</summary>
    GoesFirst,

    /// <summary>An item has to become valid.</summary>
    Offered,
}

/// <summary>An edge of the waits-for graph: the item of one stream may not be accepted before something happens on another.</summary>
/// <param name="From">The stream whose item waits.</param>
/// <param name="To">The stream for which it waits.</param>
/// <param name="Kind">What has to happen there.</param>
/// <param name="IsAlways">
/// Whether it is never accepted in a tick in which this does not happen; otherwise that depends on what else is so.
/// </param>
/// <param name="Registers">
/// The registers through which it waits, with their processes' paths; empty if ready depends on the other stream in the same tick.
/// </param>
public sealed record StreamWait(StreamMonitor From, StreamMonitor To, WaitKind Kind, bool IsAlways, IReadOnlyList<string> Registers);

/// <summary>What a <see cref="WaitReason"/> does.</summary>
public enum WaitReasonUse
{
    /// <summary>
    /// The edges were computed, and are no waits that last: what has to happen there comes by itself, or is not needed after all.
    /// </summary>
    Ends,

    /// <summary>The edges are there and cannot be computed, as those through the outside.</summary>
    Adds,
}

/// <summary>A reason about edges of the waits-for graph that cannot be computed from the design.</summary>
/// <param name="From">Paths of the streams whose items wait.</param>
/// <param name="To">Paths of the streams for which they wait: the edges from any of the former to any of these are meant.</param>
/// <param name="Kind">What has to happen there; null for anything.</param>
/// <param name="Use">What the reason does.</param>
/// <param name="Reason">The reason as a text.</param>
public sealed record WaitReason(IReadOnlyList<string> From, IReadOnlyList<string> To, WaitKind? Kind, WaitReasonUse Use, string Reason)
{
    /// <summary>
    /// The registers through which the edges go of which the reason speaks, none for edges in one tick; an edge that goes any other way is
    /// not meant. Null if the reason does not depend on the way.
    /// </summary>
    public IReadOnlyList<string>? Through { get; init; }

    /// <summary>Whether an edge is meant.</summary>
    /// <param name="wait">The edge.</param>
    public bool IsAbout(StreamWait wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        return From.Contains(wait.From.StreamPath) && To.Contains(wait.To.StreamPath) && (Kind is null || Kind == wait.Kind)
            && (Through is null || ((Through.Count > 0) == (wait.Registers.Count > 0) && wait.Registers.All(Through.Contains)));
    }
}
