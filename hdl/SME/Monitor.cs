// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// A process that only checks: it reads settled values once per tick, drives nothing and becomes no hardware. The
/// components bring their own, so their properties hold in every simulation and not only in their tests. Its buses are
/// marked <see cref="InputBusAttribute"/>, so that it does not run where something replaces the hardware that drives them.
/// </summary>
public abstract class Monitor : Process
{
    /// <summary>Whether it checks; true by default. Off for a test bench that breaks the rules on purpose.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>
    /// Set by <see cref="Check"/> if the next check, on the same values of all buses, would find nothing and change nothing; so it need not
    /// come before one of them changes. False before each check.
    /// </summary>
    protected bool Rests { get; set; }

    /// <summary>Checks one tick. Called with the values that the clocked processes of this tick see.</summary>
    protected abstract void Check();

    /// <summary>Ends the simulation with a message that begins with the path and the tick.</summary>
    /// <param name="rule">What does not hold, with the values.</param>
    /// <exception cref="ContractException">Always.</exception>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    protected void Fail(string rule) => throw new ContractException(Path, Scope.Simulation.Ticks, rule);

    internal sealed override void Tick()
    {
        Rests = false;
        if (IsEnabled)
        {
            Check();
        }
    }
}

/// <summary>A design broke a rule that one of its monitors checks.</summary>
/// <param name="path">The monitor's path.</param>
/// <param name="tick">The tick.</param>
/// <param name="rule">What does not hold.</param>
public sealed class ContractException(string path, long tick, string rule) : Exception($"{path}, tick {tick}: {rule}")
{
    /// <summary>The monitor's path.</summary>
    public string MonitorPath { get; } = path;

    /// <summary>The base tick, counted from the reset, in which the rule was broken.</summary>
    public long Tick { get; } = tick;
}
