// SPDX-License-Identifier: Apache-2.0
namespace SME.Components;

/// <summary>
/// Grants the lowest number that requests, in the same tick. High numbers may starve. See docs/components/PriorityArbiter.md.
/// </summary>
/// <typeparam name="TWidth">Number of requesters, 65,536 at most.</typeparam>
public sealed class PriorityArbiter<TWidth> : SimpleProcess
    where TWidth : unmanaged, IWidth
{
    [InputBus] private readonly IRequests<TWidth> requests;
    [OutputBus] private readonly IGrant<TWidth> grant = Scope.CreateBus<IGrant<TWidth>>();

    /// <summary>Creates the arbiter.</summary>
    /// <param name="requests">The requests.</param>
    public PriorityArbiter(IRequests<TWidth> requests)
    {
        this.requests = requests;
        _ = new ArbiterMonitor<TWidth>(requests, grant, longestWait: null);
    }

    /// <summary>Output: the grant, in the same tick as the requests.</summary>
    public IGrant<TWidth> Grant => grant;

    /// <inheritdoc/>
    protected override void OnTick()
    {
        Bits<TWidth> chosen = Arbitration.Lowest(requests.Requests);
        grant.Valid = requests.Requests.OrReduce();
        grant.Grant = chosen;
        grant.Index = Arbitration.IndexOf(chosen);
    }
}

/// <summary>Functions that the arbiters share.</summary>
[Hardware]
public static class Arbitration
{
    /// <summary>The lowest bit that is set, alone.</summary>
    /// <typeparam name="TWidth">The width.</typeparam>
    /// <param name="requests">Any bits.</param>
    public static Bits<TWidth> Lowest<TWidth>(Bits<TWidth> requests)
        where TWidth : unmanaged, IWidth
    {
        // The carry of the increment stops at the lowest bit that is set: in hardware a carry chain, not a ripple of gates.
        return requests & (~requests + (Bits<TWidth>)1UL);
    }

    /// <summary>The index of the only bit that is set; 0 if none is.</summary>
    /// <typeparam name="TWidth">The width.</typeparam>
    /// <param name="oneHot">One bit at most.</param>
    public static ushort IndexOf<TWidth>(Bits<TWidth> oneHot)
        where TWidth : unmanaged, IWidth
    {
        ushort index = 0;
        for (int i = 0; i < Bits<TWidth>.Width; i++)
        {
            if (oneHot[i])
            {
                index = (ushort)(index | i);
            }
        }

        return index;
    }
}

/// <summary>Checks an arbiter's grants; and, of a fair one, that no request waits too long.</summary>
/// <typeparam name="TWidth">Number of requesters.</typeparam>
public sealed class ArbiterMonitor<TWidth> : Monitor
    where TWidth : unmanaged, IWidth
{
    [InputBus] private readonly IRequests<TWidth> requests;
    [InputBus] private readonly IGrant<TWidth> grant;
    [InputBus] private readonly IReady[] accept;
    private readonly int? longestWait;
    private readonly int[] waits = new int[TWidth.Bits];

    internal ArbiterMonitor(IRequests<TWidth> requests, IGrant<TWidth> grant, int? longestWait, IReady? accept = null)
    {
        this.requests = requests;
        this.grant = grant;
        this.longestWait = longestWait;
        this.accept = accept is null ? [] : [accept];
    }

    /// <inheritdoc/>
    protected override void Check()
    {
        Bits<TWidth> asked = requests.Requests;
        Bits<TWidth> chosen = grant.Grant;
        if (grant.Valid != asked.OrReduce() || chosen.PopCount() != (grant.Valid ? 1 : 0) || (chosen & ~asked).OrReduce()
            || (grant.Valid && !chosen[grant.Index]))
        {
            Fail($"of the requests {asked} the arbiter chose {chosen}, number {grant.Index}, valid {grant.Valid}");
        }

        if (longestWait is null || accept.Length == 0 || !accept[0].Ready)
        {
            Rests = true;
            return;
        }

        bool isPassedOver = false;
        for (int i = 0; i < waits.Length; i++)
        {
            waits[i] = asked[i] && !chosen[i] ? waits[i] + 1 : 0;
            isPassedOver |= waits[i] > 0;
            if (waits[i] > longestWait)
            {
                Fail($"number {i} was passed over {waits[i]} times");
            }
        }

        // The wait of a granted request becomes 0, and stays so.
        Rests = !isPassedOver;
    }
}
