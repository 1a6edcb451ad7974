// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// A design and its clock. Construct it, construct processes and buses (they join it), then <see cref="Run"/> it to the
/// end of its simulation processes, or <see cref="Tick()"/> it from outside.
/// </summary>
public sealed class Simulation : IDisposable
{
    private readonly List<IBus> topLevelInputs = [];
    private readonly List<IBus> topLevelOutputs = [];
    private Network? network;

    /// <summary>Opens a simulation: its scope is current on this thread until <see cref="Dispose"/>.</summary>
    public Simulation() => Scope = new Scope(string.Empty, null, this);

    /// <summary>The outermost scope.</summary>
    public Scope Scope { get; }

    /// <summary>Ticks since reset.</summary>
    public long Ticks { get; private set; }

    /// <summary>The elaborated network; made at the first use.</summary>
    /// <exception cref="ElaborationException">The design is not well-formed.</exception>
    public Network Network => network ??= Network.Elaborate(this);

    /// <summary>Buses that hardware around the design drives, in the order they were added.</summary>
    public IReadOnlyList<IBus> TopLevelInputs => topLevelInputs;

    /// <summary>Buses that hardware around the design reads, in the order they were added.</summary>
    public IReadOnlyList<IBus> TopLevelOutputs => topLevelOutputs;

    /// <summary>Names buses that hardware around the design drives.</summary>
    public Simulation AddTopLevelInputs(params IBus[] buses)
    {
        topLevelInputs.AddRange(buses);
        return this;
    }

    /// <summary>Names buses that hardware around the design reads.</summary>
    public Simulation AddTopLevelOutputs(params IBus[] buses)
    {
        topLevelOutputs.AddRange(buses);
        return this;
    }

    /// <summary>Ticks until all simulation processes have ended.</summary>
    /// <param name="processes">Ignored beyond having been constructed; for programs written for upstream SME.</param>
    public void Run(params Process[] processes)
    {
        while (!Network.IsFinished)
        {
            Tick();
        }
    }

    /// <summary>
    /// One clock: clocked and simulation processes run on the settled values, what they wrote appears together, then
    /// combinational processes run once each in the order of their dependencies.
    /// </summary>
    public void Tick()
    {
        Network.Tick();
        Ticks++;
    }

    /// <summary>Ticks a number of times.</summary>
    /// <param name="count">How many.</param>
    public void Tick(long count)
    {
        for (long i = 0; i < count; i++)
        {
            Tick();
        }
    }

    /// <summary>Closes the simulation's scope.</summary>
    public void Dispose() => Scope.Dispose();
}
