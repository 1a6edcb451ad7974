// SPDX-License-Identifier: Apache-2.0
namespace SME;

/// <summary>
/// Runs in place of a design's hardware processes, such as the design's own RTL. See <see cref="Network.ReplaceHardware"/>.
/// </summary>
public interface IHardwareReplacement
{
    /// <summary>
    /// Buses that it drives. Monitors that read other buses of the hardware do not run; a simulation process must not.
    /// </summary>
    IReadOnlyCollection<BusStorage> Outputs { get; }

    /// <summary>
    /// One base tick: the clock edge, with the inputs as they were at the end of the last tick, and then the settling,
    /// with the inputs as they are now. Sets the next values of <see cref="Outputs"/> and commits them.
    /// </summary>
    /// <param name="tick">Base ticks done before this one.</param>
    void Tick(long tick);
}
