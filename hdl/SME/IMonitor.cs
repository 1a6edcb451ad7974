// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Observes the whole design after every settled tick: a waveform writer, a trace, statistics. It reads buses and must not
/// write any. A simulation without one pays nothing. To check one part of a design, derive from <see cref="Monitor"/>.
/// </summary>
public interface IMonitor
{
    /// <summary>
    /// Runs once before the first tick, on the state at reset, and then after each tick, when all combinational processes
    /// have run. <see cref="Simulation.Ticks"/> counts the ticks that are done: 0 on the state at reset.
    /// </summary>
    /// <param name="simulation">The simulation.</param>
    void OnSettled(Simulation simulation);
}
