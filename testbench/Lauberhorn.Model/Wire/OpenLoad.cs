// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Model.Wire;

/// <summary>
/// Load from clients that do not wait for answers: calls come at random times (a Poisson process), at a mean rate. Retransmissions come
/// besides.
/// </summary>
public sealed class OpenLoad
{
    private readonly LoadProfile profile;
    private readonly double cyclesPerCall;

    /// <summary>Creates the load.</summary>
    /// <param name="profile">What it is like.</param>
    /// <param name="cyclesPerCall">Cycles from a call to the next, in the mean.</param>
    public OpenLoad(LoadProfile profile, double cyclesPerCall)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cyclesPerCall);
        this.profile = profile;
        this.cyclesPerCall = cyclesPerCall;
    }

    /// <summary>Calls with the cycles in which they are sent, in order of time; the same at each enumeration.</summary>
    /// <param name="calls">How many, without retransmissions.</param>
    public IEnumerable<(long Cycle, LoadCall Call)> Calls(int calls)
    {
        var maker = new CallMaker(profile);
        PriorityQueue<LoadCall, long> again = new();
        double now = 0;
        for (int i = 0; i < calls; i++)
        {
            now -= Math.Log(1 - maker.Part()) * cyclesPerCall;
            while (again.TryPeek(out LoadCall? earlier, out long at) && at <= now)
            {
                again.Dequeue();
                yield return (at, earlier);
            }

            int client = (int)(maker.Part() * profile.Clients);
            LoadCall call = maker.Next(client);
            if (maker.Part() < profile.RetransmittedPart)
            {
                again.Enqueue(call with { IsAgain = true }, (long)now + profile.RetransmitAfter);
            }

            yield return ((long)now, call);
        }

        while (again.TryDequeue(out LoadCall? earlier, out long at))
        {
            yield return (at, earlier);
        }
    }
}
