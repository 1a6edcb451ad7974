// SPDX-License-Identifier: Apache-2.0
namespace Lauberhorn.Node;

/// <summary>Activities of a core.</summary>
public enum CoreActivity
{
    /// <summary>Stalled in the load of its kernel endpoint.</summary>
    KernelWait,

    /// <summary>Stalled in the load of a user endpoint.</summary>
    UserWait,

    /// <summary>Computing in a handler.</summary>
    Handler,

    /// <summary>In the kernel: switches, interrupts, system calls.</summary>
    Switch,

    /// <summary>Storing answers and writing lines back.</summary>
    Lines,

    /// <summary>In threads that serve no RPC.</summary>
    Thread,
}

/// <summary>Times that a core has spent in each activity.</summary>
public sealed class CoreTimes
{
    private readonly long[] cycles = new long[Enum.GetValues<CoreActivity>().Length];
    private long since;

    /// <summary>The core's activity now.</summary>
    public CoreActivity Now { get; private set; }

    /// <summary>Since which cycle.</summary>
    public long Since => since;

    /// <summary>Calls that it got by its kernel endpoint.</summary>
    public long KernelCalls { get; internal set; }

    /// <summary>Calls that it got by user endpoints.</summary>
    public long UserCalls { get; internal set; }

    /// <summary>Times that it went to a user endpoint.</summary>
    public long Sessions { get; internal set; }

    /// <summary>Waiting loads of user endpoints that were answered with a yield.</summary>
    public long Yields { get; internal set; }

    /// <summary>Interrupts of the NIC that the core has got.</summary>
    public long Interrupts { get; internal set; }

    /// <summary>Handlers that it left for another process's call, and came back to.</summary>
    public long Preemptions { get; internal set; }

    /// <summary>Loads that were answered with RETIRE.</summary>
    public long Retired { get; internal set; }

    /// <summary>Slices of threads that are no RPC's.</summary>
    public long Slices { get; internal set; }

    /// <summary>Cycles spent so; what it does now counts up to its last change.</summary>
    /// <param name="activity">With what.</param>
    public long Cycles(CoreActivity activity) => cycles[(int)activity];

    /// <summary>The times spent since an earlier moment.</summary>
    /// <param name="earlier">What it had done by then; null for nothing.</param>
    public CoreTimes After(CoreTimes? earlier = null)
    {
        CoreTimes difference = new()
        {
            Now = Now,
            since = since,
            KernelCalls = KernelCalls - (earlier?.KernelCalls ?? 0),
            UserCalls = UserCalls - (earlier?.UserCalls ?? 0),
            Sessions = Sessions - (earlier?.Sessions ?? 0),
            Yields = Yields - (earlier?.Yields ?? 0),
            Interrupts = Interrupts - (earlier?.Interrupts ?? 0),
            Preemptions = Preemptions - (earlier?.Preemptions ?? 0),
            Retired = Retired - (earlier?.Retired ?? 0),
            Slices = Slices - (earlier?.Slices ?? 0),
        };
        for (int i = 0; i < cycles.Length; i++)
        {
            difference.cycles[i] = cycles[i] - (earlier?.cycles[i] ?? 0);
        }

        return difference;
    }

    /// <summary>The part of its time that it spent with something, 0 to 1.</summary>
    /// <param name="activity">With what.</param>
    public double Share(CoreActivity activity) => (double)cycles[(int)activity] / Math.Max(1, cycles.Sum());

    internal void Enter(CoreActivity activity, long cycle)
    {
        cycles[(int)Now] += cycle - since;
        (Now, since) = (activity, cycle);
    }
}
