// SPDX-License-Identifier: Apache-2.0
using Lauberhorn.Driver;

namespace Lauberhorn.Node;

/// <summary>An endpoint by which threads of a process wait in user mode, one at a time.</summary>
/// <param name="Bound">The endpoint.</param>
/// <param name="Core">The only core that may use it, because its line has that core's colour; null for any.</param>
public sealed record UserEndpoint(BoundEndpoint Bound, int? Core)
{
    /// <summary>Whether a thread uses it.</summary>
    public bool IsTaken { get; internal set; }

    /// <summary>Whether a thread is to begin to use it, because the NIC asked for a core for the process.</summary>
    public bool IsCalled { get; internal set; }
}

/// <summary>A process as the kernel knows it.</summary>
public sealed class KernelProcess
{
    private const int MostTrust = 3;
    private readonly List<UserEndpoint> endpoints = [];
    private int trust = MostTrust;
    private int refusals;

    internal KernelProcess(NicProcess process, Func<LineMessage, long> handlerCycles, bool usesKernelEndpoints)
    {
        UsesKernelEndpoints = usesKernelEndpoints;
        Process = process;
        HandlerCycles = handlerCycles;
    }

    /// <summary>The driver's part of it: services, handlers, endpoints.</summary>
    public NicProcess Process { get; }

    /// <summary>Whether any core may run it; otherwise only those of its endpoints do.</summary>
    public bool UsesKernelEndpoints { get; }

    /// <summary>For how many cycles the handler of a call computes.</summary>
    public Func<LineMessage, long> HandlerCycles { get; }

    /// <summary>The endpoints of its threads.</summary>
    public IReadOnlyList<UserEndpoint> Endpoints => endpoints;

    /// <summary>Whether it was killed.</summary>
    public bool IsDead { get; internal set; }

    /// <summary>Threads of it that run, wait at an endpoint, or were interrupted.</summary>
    public int Threads { get; internal set; }

    /// <summary>
    /// Calls that nobody answers because it was killed while they were in a line: their handlers were broken off, or did not begin.
    /// </summary>
    public int BrokenOff { get; internal set; }

    internal void Add(UserEndpoint endpoint) => endpoints.Add(endpoint);

    /// <summary>A free endpoint for a thread that is to wait on a core, if there is one and it seems to be worth it.</summary>
    internal UserEndpoint? TakeEndpoint(int core, bool learns)
    {
        if (IsDead || (learns && trust == 0 && ++refusals % 16 != 0))
        {
            return null;
        }

        UserEndpoint? free = endpoints.Find(endpoint => !endpoint.IsTaken && (endpoint.Core ?? core) == core);
        if (free is not null)
        {
            free.IsTaken = true;
        }

        return free;
    }

    /// <summary>Notes how many calls a thread got at an endpoint before it was sent away.</summary>
    internal void Learn(long calls) => trust = calls == 0 ? Math.Max(0, trust - 1) : Math.Min(MostTrust, trust + 1);
}

/// <summary>A thread that is no RPC's and wants its core from time to time.</summary>
/// <param name="name">Its name.</param>
/// <param name="work">Cycles that it wants to compute.</param>
public sealed class BackgroundThread(string name, long work = 0)
{
    /// <summary>The thread's name, for traces.</summary>
    public string Name { get; } = name;

    /// <summary>Cycles that it still wants to compute; may be added to at any time.</summary>
    public long Work { get; set; } = work;

    /// <summary>Cycles that it has computed.</summary>
    public long Done { get; internal set; }
}

/// <summary>Results of killing a process.</summary>
/// <param name="Cycles">How long it took.</param>
/// <param name="Flushed">Calls that were queued, and are dropped.</param>
/// <param name="BrokenOff">Calls whose handlers were broken off, or did not begin; nobody answers them.</param>
/// <param name="Discarded">Calls that the NIC found in released endpoints' lines, and forgot.</param>
public sealed record KillReport(long Cycles, long Flushed, long BrokenOff, long Discarded);
