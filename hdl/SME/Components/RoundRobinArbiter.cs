// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// Grants, in the same tick, the next number that requests after the one that was last granted and accepted. A requester that goes on
/// requesting waits for every other number once at most. See docs/components/RoundRobinArbiter.md.
/// </summary>
/// <typeparam name="TWidth">Number of requesters, 65,536 at most.</typeparam>
public sealed class RoundRobinArbiter<TWidth>
    where TWidth : unmanaged, IWidth
{
    /// <summary>Creates the arbiter in a scope of its own.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="accept">Whether this tick's grant is accepted, so that the next one begins after it.</param>
    /// <param name="name">Name of the scope.</param>
    public RoundRobinArbiter(IRequests<TWidth> requests, IReady accept, string name = "arbiter")
    {
        using Scope scope = Scope.Open(name);
        IRoundRobinState<TWidth> state = Scope.CreateBus<IRoundRobinState<TWidth>>("state");
        RoundRobinChoice<TWidth> choice = new(requests, state) { Name = "choice" };
        _ = new RoundRobinTurn<TWidth>(choice.Grant, accept, state) { Name = "turn" };
        _ = new ArbiterMonitor<TWidth>(requests, choice.Grant, TWidth.Bits - 1, accept) { Name = "monitor" };
        Grant = choice.Grant;
    }

    /// <summary>Output: the grant, in the same tick as the requests.</summary>
    public IGrant<TWidth> Grant { get; }
}

/// <summary>The round-robin state.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
public interface IRoundRobinState<TWidth> : IBus
    where TWidth : unmanaged, IWidth
{
    /// <summary>Mask of the requesters with priority: all numbers above the last one granted.</summary>
    Bits<TWidth> Preferred { get; set; }
}

/// <summary>The grant of a <see cref="RoundRobinArbiter{TWidth}"/>.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
public sealed class RoundRobinChoice<TWidth> : SimpleProcess
    where TWidth : unmanaged, IWidth
{
    [InputBus] private readonly IRequests<TWidth> requests;
    [InputBus] private readonly IRoundRobinState<TWidth> state;
    [OutputBus] private readonly IGrant<TWidth> grant = Scope.CreateBus<IGrant<TWidth>>("grant");

    internal RoundRobinChoice(IRequests<TWidth> requests, IRoundRobinState<TWidth> state)
    {
        this.requests = requests;
        this.state = state;
    }

    internal IGrant<TWidth> Grant => grant;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<TWidth> all = requests.Requests;
        Bits<TWidth> preferred = all & state.Preferred;
        Bits<TWidth> chosen = preferred.OrReduce() ? Arbitration.Lowest(preferred) : Arbitration.Lowest(all);
        grant.Valid = all.OrReduce();
        grant.Grant = chosen;
        grant.Index = Arbitration.IndexOf(chosen);
    }
}

/// <summary>Registers the last grant that was accepted of a <see cref="RoundRobinArbiter{TWidth}"/>.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
[ClockedProcess]
public sealed class RoundRobinTurn<TWidth> : SimpleProcess
    where TWidth : unmanaged, IWidth
{
    [InputBus] private readonly IGrant<TWidth> grant;
    [InputBus] private readonly IReady accept;
    [OutputBus] private readonly IRoundRobinState<TWidth> state;

    internal RoundRobinTurn(IGrant<TWidth> grant, IReady accept, IRoundRobinState<TWidth> state)
    {
        this.grant = grant;
        this.accept = accept;
        this.state = state;
    }

    /// <inheritdoc/>
    protected override void OnTick()
    {
        if (grant.Valid && accept.Ready)
        {
            state.Preferred = ~(grant.Grant | (grant.Grant - (Bits<TWidth>)1UL));
        }
    }
}
